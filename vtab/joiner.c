#include "vtab/joiner.h"

#include "vtab/transaction.h"

/* The table; it has no rows, and all that is written to it is forgotten. */
typedef struct joiner_table {
  sqlite3_vtab base; /* must be first */
  ent_session *session;
  ent_member member;
} joiner_table;

static int joiner_connect(sqlite3 *db, void *aux, int argc,
                          const char *const *argv, sqlite3_vtab **vtab,
                          char **message) {
  joiner_table *table;
  int rc = sqlite3_declare_vtab(db, "CREATE TABLE x(id)");

  (void)argc, (void)argv, (void)message;
  if (rc) return rc;
  table = sqlite3_malloc64(sizeof(*table));
  if (!table) return SQLITE_NOMEM;
  *table = (joiner_table){.session = aux};
  *vtab = &table->base;
  return SQLITE_OK;
}

static int joiner_disconnect(sqlite3_vtab *vtab) {
  sqlite3_free(vtab);
  return SQLITE_OK;
}

static int joiner_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  (void)vtab, (void)info;
  return SQLITE_OK;
}

static int joiner_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **cursor) {
  (void)vtab;
  *cursor = sqlite3_malloc64(sizeof(**cursor));
  if (!*cursor) return SQLITE_NOMEM;
  **cursor = (sqlite3_vtab_cursor){.pVtab = NULL};
  return SQLITE_OK;
}

static int joiner_close(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int joiner_filter(sqlite3_vtab_cursor *cursor, int plan,
                         const char *words, int argc, sqlite3_value **argv) {
  (void)cursor, (void)plan, (void)words, (void)argc, (void)argv;
  return SQLITE_OK;
}

static int joiner_next(sqlite3_vtab_cursor *cursor) {
  (void)cursor;
  return SQLITE_OK;
}

static int joiner_eof(sqlite3_vtab_cursor *cursor) {
  (void)cursor;
  return 1;
}

static int joiner_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                         int column) {
  (void)cursor, (void)context, (void)column;
  return SQLITE_OK;
}

static int joiner_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  (void)cursor;
  *rowid = 0;
  return SQLITE_OK;
}

static int joiner_update(sqlite3_vtab *vtab, int argc, sqlite3_value **argv,
                         sqlite3_int64 *rowid) {
  (void)argc, (void)argv;
  *rowid = 0;
  vtab->zErrMsg = sqlite3_mprintf("entable_transaction keeps no rows");
  return SQLITE_READONLY;
}

static int joiner_begin(sqlite3_vtab *vtab) {
  joiner_table *table = (joiner_table *)vtab;

  ent_transaction_begin(table->session, &table->member);
  return SQLITE_OK;
}

static int joiner_sync(sqlite3_vtab *vtab) {
  joiner_table *table = (joiner_table *)vtab;

  return ent_transaction_sync(table->session, &table->member, vtab);
}

static int joiner_commit(sqlite3_vtab *vtab) {
  joiner_table *table = (joiner_table *)vtab;

  ent_transaction_commit(table->session, &table->member);
  return SQLITE_OK;
}

static int joiner_rollback(sqlite3_vtab *vtab) {
  joiner_table *table = (joiner_table *)vtab;

  ent_transaction_rollback(table->session, &table->member);
  return SQLITE_OK;
}

static int joiner_savepoint(sqlite3_vtab *vtab, int level) {
  return ent_transaction_savepoint(((joiner_table *)vtab)->session, level,
                                   vtab);
}

static int joiner_release(sqlite3_vtab *vtab, int level) {
  return ent_transaction_release(((joiner_table *)vtab)->session, level, vtab);
}

static int joiner_rollback_to(sqlite3_vtab *vtab, int level) {
  return ent_transaction_rollback_to(((joiner_table *)vtab)->session, level,
                                     vtab);
}

/* Without xCreate it is there by its name alone. */
static const sqlite3_module joiner_module = {
    .iVersion = 2,
    .xConnect = joiner_connect,
    .xBestIndex = joiner_best_index,
    .xDisconnect = joiner_disconnect,
    .xOpen = joiner_open,
    .xClose = joiner_close,
    .xFilter = joiner_filter,
    .xNext = joiner_next,
    .xEof = joiner_eof,
    .xColumn = joiner_column,
    .xRowid = joiner_rowid,
    .xUpdate = joiner_update,
    .xBegin = joiner_begin,
    .xSync = joiner_sync,
    .xCommit = joiner_commit,
    .xRollback = joiner_rollback,
    .xSavepoint = joiner_savepoint,
    .xRelease = joiner_release,
    .xRollbackTo = joiner_rollback_to,
};

int ent_joiner_register(ent_session *session) {
  return sqlite3_create_module_v2(session->db, "entable_transaction",
                                  &joiner_module, ent_session_ref(session),
                                  ent_session_unref);
}

bool ent_joiner_must_join(const ent_session *session) {
  return !sqlite3_get_autocommit(session->db) ||
         ent_transaction_writer(session->db) != NULL;
}

ent_status ent_joiner_join(ent_session *session, ent_error *err) {
  int rc = sqlite3_exec(session->db, "DELETE FROM entable_transaction", NULL,
                        NULL, NULL);

  if (rc == SQLITE_OK) return ENT_OK;
  if (rc == SQLITE_NOMEM) return ent_fail_nomem(err);
  return ent_fail(err,
                  rc == SQLITE_INTERRUPT ? ENT_INTERRUPTED : ENT_UNSUPPORTED,
                  "join the transaction: %s", sqlite3_errmsg(session->db));
}
