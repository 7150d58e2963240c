#include "vtab/report.h"

int ent_report_code(ent_phase phase, ent_status status) {
  switch (status) {
  case ENT_OK: return SQLITE_OK;
  case ENT_DONE: return SQLITE_DONE;
  case ENT_NOMEM: return SQLITE_NOMEM;
  /* IOERR makes SQLite roll the user's transaction back, CANTOPEN does not. */
  case ENT_UNAVAILABLE: return SQLITE_CANTOPEN;
  case ENT_ABORTED: return SQLITE_IOERR;
  case ENT_INTERRUPTED: return SQLITE_INTERRUPT;
  case ENT_TIMEOUT:
    return phase == ENT_PHASE_READ ? SQLITE_INTERRUPT : SQLITE_BUSY_TIMEOUT;
  case ENT_BUSY:
    return phase == ENT_PHASE_COMMIT ? SQLITE_BUSY_SNAPSHOT : SQLITE_BUSY;
  case ENT_DUPLICATE: return SQLITE_CONSTRAINT_UNIQUE;
  case ENT_DUPLICATE_KEY: return SQLITE_CONSTRAINT_PRIMARYKEY;
  case ENT_FOREIGN_KEY:
    return phase == ENT_PHASE_CLAUSE ? SQLITE_ERROR
                                     : SQLITE_CONSTRAINT_FOREIGNKEY;
  case ENT_NOT_NULL: return SQLITE_CONSTRAINT_NOTNULL;
  case ENT_CHECK: return SQLITE_CONSTRAINT_CHECK;
  case ENT_MISMATCH: return SQLITE_MISMATCH;
  case ENT_TOO_BIG: return SQLITE_TOOBIG;
  case ENT_READ_ONLY: return SQLITE_READONLY;
  case ENT_PROTOCOL: return SQLITE_CORRUPT_VTAB;
  case ENT_CONFIG:
  case ENT_REJECTED:
  case ENT_UNSUPPORTED: return SQLITE_ERROR;
  }
  return SQLITE_INTERNAL;
}

static const char *text_of(const ent_error *err) {
  return err->text[0] ? err->text : ent_status_text(err->status);
}

int ent_report_vtab(sqlite3_vtab *vtab, ent_phase phase, const ent_error *err) {
  sqlite3_free(vtab->zErrMsg);
  vtab->zErrMsg = sqlite3_mprintf("%s", text_of(err));
  return ent_report_code(phase, err->status);
}

int ent_report_connect(char **message, const ent_error *err) {
  sqlite3_free(*message);
  *message = sqlite3_mprintf("%s", text_of(err));
  return ent_report_code(ENT_PHASE_READ, err->status);
}

void ent_report_function(sqlite3_context *context, ent_phase phase,
                         const ent_error *err) {
  int code = ent_report_code(phase, err->status);

  /* SQLite has words of its own for this one, and no memory for others. */
  if (code == SQLITE_NOMEM) {
    sqlite3_result_error_nomem(context);
    return;
  }
  sqlite3_result_error(context, text_of(err), -1);
  sqlite3_result_error_code(context, code);
}
