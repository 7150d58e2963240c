#include "vtab/tvf.h"

#include "vtab/hold.h"
#include "vtab/report.h"
#include "vtab/value.h"

#include <string.h>

/* What a module remembers. */
typedef struct tvf_binding {
  const ent_tvf *tvf;
  ent_session *session;
} tvf_binding;

typedef struct tvf_cursor {
  sqlite3_vtab_cursor base; /* must be first */
  ent_rows *rows;           /* of the call being answered, or NULL */
  const ent_value *row;     /* the current one, or NULL past the last */
  sqlite3_int64 rowid;
  sqlite3_value *args[ENT_TVF_MAX_ARGS]; /* of the call; NULL if not given */
} tvf_cursor;

static const ent_tvf *tvf_of(sqlite3_vtab *vtab) {
  return ((ent_tvf_table *)vtab)->tvf;
}

static ent_session *session_of(sqlite3_vtab *vtab) {
  return ((ent_tvf_table *)vtab)->session;
}

char *ent_tvf_declaration(const ent_tvf *tvf) {
  sqlite3_str *sql = sqlite3_str_new(NULL);

  sqlite3_str_appendf(sql, "CREATE TABLE x(%s", tvf->columns);
  for (int i = 0; i < tvf->n_args; i++) {
    sqlite3_str_appendf(sql, ", \"%w\" HIDDEN", tvf->args[i]);
  }
  sqlite3_str_appendall(sql, ")");
  return sqlite3_str_finish(sql);
}

static int tvf_connect(sqlite3 *db, void *aux, int argc,
                       const char *const *argv, sqlite3_vtab **vtab,
                       char **message) {
  const tvf_binding *binding = aux;
  ent_tvf_table *table;
  char *sql = ent_tvf_declaration(binding->tvf);
  int rc = sql ? sqlite3_declare_vtab(db, sql) : SQLITE_NOMEM;

  (void)argc, (void)argv, (void)message;
  sqlite3_free(sql);

  /* A schema that someone else wrote must not make us call out to a server. */
  if (!rc) rc = sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
  if (rc) return rc;
  table = sqlite3_malloc64(sizeof(*table));
  if (!table) return SQLITE_NOMEM;
  *table = (ent_tvf_table){.tvf = binding->tvf, .session = binding->session};
  *vtab = &table->base;
  return SQLITE_OK;
}

static int tvf_disconnect(sqlite3_vtab *vtab) {
  sqlite3_free(vtab);
  return SQLITE_OK;
}

/* Takes every "argument = value" it is offered.
 *
 * A plan without a required argument is not refused here, only made dear: the
 * planner also asks for plans it will not use, as for each side of an OR.
 */
static int tvf_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  const ent_tvf *tvf = tvf_of(vtab);
  int term[ENT_TVF_MAX_ARGS]; /* the constraint that sets args[i], or -1 */
  int n_given = 0;

  memset(term, -1, sizeof(term));
  for (int i = 0; i < info->nConstraint; i++) {
    const struct sqlite3_index_constraint *c = &info->aConstraint[i];
    int arg = c->iColumn - tvf->n_columns;

    if (arg < 0 || c->op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (!c->usable) return SQLITE_CONSTRAINT;
    term[arg] = i;
  }
  info->estimatedCost = tvf->has_effects ? 1e12 : 1000;
  info->estimatedRows = 100;
  info->idxNum = 0;
  for (int arg = 0; arg < tvf->n_args; arg++) {
    if (term[arg] >= 0) {
      info->aConstraintUsage[term[arg]].argvIndex = ++n_given;
      info->aConstraintUsage[term[arg]].omit = 1;
      info->idxNum |= 1 << arg;
    } else if (arg < tvf->n_required) {
      info->estimatedCost = 1e50;
    }
  }
  return SQLITE_OK;
}

int ent_tvf_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out) {
  tvf_cursor *cursor = sqlite3_malloc64(sizeof(*cursor));

  if (!cursor) return SQLITE_NOMEM;
  *cursor = (tvf_cursor){.rows = NULL};
  session_of(vtab)->n_tvf_cursors++;
  *out = &cursor->base;
  return SQLITE_OK;
}

/* Back to the state ent_tvf_open() left it in. */
static void tvf_reset(tvf_cursor *cursor) {
  ent_rows_close(cursor->rows);
  for (int i = 0; i < ENT_TVF_MAX_ARGS; i++) {
    sqlite3_value_free(cursor->args[i]);
  }
  *cursor = (tvf_cursor){.base = cursor->base};
}

int ent_tvf_close(sqlite3_vtab_cursor *base) {
  ent_session *session = session_of(base->pVtab);

  tvf_reset((tvf_cursor *)base);
  sqlite3_free(base);
  session->n_tvf_cursors--;
  ent_hold_closed(session);
  return SQLITE_OK;
}

/* Says which function failed, then hands the failure to SQLite. */
static int tvf_fail(sqlite3_vtab *vtab, ent_error *err) {
  const ent_tvf *tvf = tvf_of(vtab);

  if (tvf->where) {
    ent_error_context(err, err->status, "%s", tvf->where);
  } else {
    ent_error_context(err, err->status, "%s()", tvf->name);
  }
  return ent_report_vtab(vtab, ENT_PHASE_READ, err);
}

int ent_tvf_next(sqlite3_vtab_cursor *base) {
  tvf_cursor *cursor = (tvf_cursor *)base;
  ent_session *session = session_of(base->pVtab);
  ent_deadline deadline = ent_session_deadline(session);
  ent_error err = {.status = ENT_OK};
  ent_status status =
      ent_rows_next(cursor->rows, &deadline, &cursor->row, &err);

  ent_session_waited(session);
  if (status == ENT_OK) {
    cursor->rowid = tvf_of(base->pVtab)->n_args
                        ? ++((ent_tvf_table *)base->pVtab)->last_rowid
                        : cursor->rowid + 1;
    return SQLITE_OK;
  }
  cursor->row = NULL;
  return status == ENT_DONE ? SQLITE_OK : tvf_fail(base->pVtab, &err);
}

/* The arguments of a call as they came: `values` in call order, the pool
 * apart. */
static ent_status take_args(tvf_cursor *cursor, const ent_tvf *tvf, int given,
                            sqlite3_value **argv, ent_value *values,
                            ent_tvf_call *call, ent_error *err) {
  int n_pool = 0;
  int used = 0;

  for (int arg = 0; arg < tvf->n_args; arg++) {
    sqlite3_value *value = given & (1 << arg) ? argv[used++] : NULL;
    ent_status status;

    if (!value) continue;
    if (arg == 0 && tvf->takes_pool) {
      call->pool = sqlite3_value_pointer(value, ENT_POOL_POINTER);
      n_pool = call->pool != NULL;
      if (n_pool) continue;
    }
    cursor->args[arg] = sqlite3_value_dup(value);
    if (!cursor->args[arg]) return ent_fail_nomem(err);
    status = ent_value_borrow(cursor->args[arg], &values[arg - n_pool], err);
    if (status) return status;
    call->n_args = arg - n_pool + 1;
  }
  if (call->n_args < tvf->n_required) {
    return ent_fail(err, ENT_CONFIG, "argument '%s' is missing",
                    tvf->args[call->n_args]);
  }
  return ENT_OK;
}

int ent_tvf_filter(sqlite3_vtab_cursor *base, int given, const char *words,
                   int argc, sqlite3_value **argv) {
  tvf_cursor *cursor = (tvf_cursor *)base;
  const ent_tvf *tvf = tvf_of(base->pVtab);
  ent_session *session = session_of(base->pVtab);
  ent_value values[ENT_TVF_MAX_ARGS] = {{.kind = ENT_NULL}};
  ent_tvf_call call = {.tvf = tvf,
                       .session = session,
                       .args = values,
                       .deadline = ent_session_deadline(session)};
  ent_error err = {.status = ENT_OK};
  ent_status status;

  (void)words, (void)argc;
  tvf_reset(cursor);
  status = take_args(cursor, tvf, given, argv, values, &call, &err);
  if (!status) status = tvf->open(&call, &cursor->rows, &err);
  ent_session_waited(session);
  return status ? tvf_fail(base->pVtab, &err) : ent_tvf_next(base);
}

int ent_tvf_eof(sqlite3_vtab_cursor *base) {
  return ((tvf_cursor *)base)->row == NULL;
}

int ent_tvf_column(sqlite3_vtab_cursor *base, sqlite3_context *context,
                   int column) {
  const tvf_cursor *cursor = (const tvf_cursor *)base;
  int arg = column - tvf_of(base->pVtab)->n_columns;

  if (arg >= 0) {
    if (cursor->args[arg]) sqlite3_result_value(context, cursor->args[arg]);
    return SQLITE_OK;
  }
  ent_value_result(&session_of(base->pVtab)->numerals, context,
                   &cursor->row[column]);
  return SQLITE_OK;
}

int ent_tvf_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
  *rowid = ((tvf_cursor *)base)->rowid;
  return SQLITE_OK;
}

/* No xCreate: the functions are there without CREATE VIRTUAL TABLE. */
static const sqlite3_module tvf_module = {
    .xConnect = tvf_connect,
    .xBestIndex = tvf_best_index,
    .xDisconnect = tvf_disconnect,
    .xOpen = ent_tvf_open,
    .xClose = ent_tvf_close,
    .xFilter = ent_tvf_filter,
    .xNext = ent_tvf_next,
    .xEof = ent_tvf_eof,
    .xColumn = ent_tvf_column,
    .xRowid = ent_tvf_rowid,
};

static void free_binding(void *pointer) {
  tvf_binding *binding = pointer;

  ent_session_unref(binding->session);
  sqlite3_free(binding);
}

int ent_tvf_register(ent_session *session, const ent_tvf *tvf) {
  tvf_binding *binding = sqlite3_malloc64(sizeof(*binding));

  if (!binding) return SQLITE_NOMEM;
  *binding = (tvf_binding){.tvf = tvf, .session = ent_session_ref(session)};
  return sqlite3_create_module_v2(session->db, tvf->name, &tvf_module, binding,
                                  free_binding);
}
