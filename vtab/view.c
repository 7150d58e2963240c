#include "vtab/view.h"

#include "backends/mysql/query.h"
#include "vtab/hold.h"
#include "vtab/report.h"
#include "vtab/tvf.h"
#include "vtab/using.h"

#include <string.h>

/* The view is a table-valued function without arguments whose description is
 * made when it is created: by the server that prepares its query. */
typedef struct view {
  ent_tvf tvf; /* must be first */
  char *sql;
  char *pool;
  char *config;  /* the configuration it names, or NULL */
  char *columns; /* as in CREATE TABLE */
  char *where;
} view;

typedef struct view_table {
  ent_tvf_table base; /* must be first */
  view view;
} view_table;

typedef struct view_rows {
  ent_rows base; /* must be first */
  ent_session_pool *pool;
  ent_mysql_query *query;
} view_rows;

static void rows_close(ent_rows *base) {
  view_rows *rows = (view_rows *)base;

  ent_mysql_query_close(rows->query);
  ent_session_pool_unref(rows->pool);
  sqlite3_free(rows);
}

static ent_status rows_next(ent_rows *base, const ent_deadline *deadline,
                            const ent_value **row, ent_error *err) {
  view_rows *rows = (view_rows *)base;
  ent_status status = ent_mysql_query_next(rows->query, deadline, row, err);

  return ent_error_context(err, status, "mysql %s", rows->pool->name);
}

static const ent_rows_ops rows_ops = {
    .next = rows_next,
    .close = rows_close,
};

/* The names of a query's columns in SQLite, told apart as SQLite does it in
 * its own views. */
typedef struct name_list {
  char **names;
  unsigned n;
} name_list;

static void free_names(name_list *list) {
  for (unsigned i = 0; i < list->n; i++)
    sqlite3_free(list->names[i]);
  sqlite3_free(list->names);
}

static bool is_taken(const name_list *list, const char *name) {
  for (unsigned i = 0; i < list->n; i++) {
    if (sqlite3_stricmp(list->names[i], name) == 0) return true;
  }
  return false;
}

/* How many columns in front of this one have its name: so many of "n:1",
 * "n:2", … need not be tried. */
static unsigned n_namesakes(const ent_mysql_query *query, unsigned column) {
  const char *name = ent_mysql_query_name(query, column);
  unsigned n = 0;

  for (unsigned i = 0; i < column; i++)
    n += sqlite3_stricmp(ent_mysql_query_name(query, i), name) == 0;
  return n;
}

/* NULL if there is no memory. */
static char *make_name(const ent_mysql_query *query, const name_list *list) {
  const char *given = ent_mysql_query_name(query, list->n);
  char *plain = given[0] ? sqlite3_mprintf("%s", given)
                         : sqlite3_mprintf("column%u", list->n + 1);
  unsigned n = n_namesakes(query, list->n);
  char *name = plain;

  if (n == 0) n = 1;
  while (name && is_taken(list, name)) {
    if (name != plain) sqlite3_free(name);
    name = sqlite3_mprintf("%s:%u", plain, n++);
  }
  if (name != plain) sqlite3_free(plain);
  return name;
}

static ent_status make_names(const ent_mysql_query *query, name_list *list,
                             ent_error *err) {
  unsigned n = ent_mysql_query_n_columns(query);

  list->names = sqlite3_malloc64(n * sizeof(char *));
  if (!list->names) return ent_fail_nomem(err);
  while (list->n < n) {
    char *name = make_name(query, list);

    if (!name) return ent_fail_nomem(err);
    list->names[list->n++] = name;
  }
  return ENT_OK;
}

/* The columns of a query as they stand in CREATE TABLE.  To be freed with
 * sqlite3_free(). */
static ent_status write_columns(const ent_mysql_query *query, char **columns,
                                ent_error *err) {
  name_list list = {.n = 0};
  sqlite3_str *text = sqlite3_str_new(NULL);
  ent_status status = make_names(query, &list, err);

  for (unsigned i = 0; !status && i < list.n; i++) {
    sqlite3_str_appendf(text, "%s\"%w\" %s", i ? ", " : "", list.names[i],
                        ent_type_declared(ent_mysql_query_type(query, i)));
  }
  free_names(&list);
  *columns = sqlite3_str_finish(text);
  if (!status && !*columns) status = ent_fail_nomem(err);
  if (status) sqlite3_free(*columns);
  return status;
}

/* Whether the rows are still what the table was declared to have. */
static ent_status check_columns(const view *v, const ent_mysql_query *query,
                                ent_error *err) {
  char *columns = NULL;
  ent_status status = write_columns(query, &columns, err);

  if (status) return status;
  if (strcmp(columns, v->columns) != 0) {
    status = ent_fail(err, ENT_REJECTED,
                      "the query has other columns than when the table was "
                      "made: (%s); DROP TABLE and make it anew",
                      columns);
  }
  sqlite3_free(columns);
  return status;
}

static ent_status prepare(const view *v, view_rows *rows,
                          const ent_deadline *deadline, ent_error *err) {
  size_t n_params;
  ent_status status = ent_mysql_query_open(
      &rows->pool->mysql, v->sql, strlen(v->sql), deadline, &rows->query, err);

  if (status) return status;
  n_params = ent_mysql_query_n_params(rows->query);
  if (n_params == 0) return ENT_OK;
  return ent_fail(
      err, ENT_CONFIG,
      "a view has no values for the statement's placeholders (%zu); "
      "use mysql_query()",
      n_params);
}

static ent_status start(const view *v, view_rows *rows,
                        const ent_deadline *deadline, ent_error *err) {
  ent_status status = ent_mysql_query_run(rows->query, NULL, 0, deadline, err);

  return status ? status : check_columns(v, rows->query, err);
}

/* Prepares the query, and where the columns of the view are known, runs it. */
static ent_status open_rows(const view *v, ent_session *session,
                            const ent_deadline *deadline, view_rows **out,
                            ent_error *err) {
  view_rows *rows = sqlite3_malloc64(sizeof(*rows));
  ent_status status;

  if (!rows) return ent_fail_nomem(err);
  *rows = (view_rows){.base.ops = &rows_ops};
  status = ent_using_pool(session, v->config, v->pool, &rows->pool, err);
  if (!status && v->columns) {
    status = ent_hold_begin(session, rows->pool, err);
  }
  if (!status) {
    status = prepare(v, rows, deadline, err);
    if (!status && v->columns) status = start(v, rows, deadline, err);
    ent_error_context(err, status, "mysql %s", rows->pool->name);
  }
  if (status) {
    rows_close(&rows->base);
    return status;
  }
  *out = rows;
  return ENT_OK;
}

static ent_status view_open(const ent_tvf_call *call, ent_rows **out,
                            ent_error *err) {
  view_rows *rows;
  ent_status status = open_rows((const view *)call->tvf, call->session,
                                &call->deadline, &rows, err);

  if (!status) *out = &rows->base;
  return status;
}

static ent_status read_argument(view *v, const char *argument, ent_error *err) {
  const ent_using_slot slots[] = {{"pool", &v->pool}, {"config", &v->config}};

  if (!ent_using_is_text(argument)) {
    return ent_using_option(argument, slots, ENT_COUNT(slots),
                            "is no option; pool= and config= are", err);
  }
  if (v->sql) return ent_fail(err, ENT_CONFIG, "the query is given twice");
  v->sql = ent_using_unquote(argument, argument + strlen(argument));
  return v->sql ? ENT_OK : ent_fail_nomem(err);
}

static ent_status read_arguments(view *v, int argc, const char *const *argv,
                                 ent_error *err) {
  ent_status status = ENT_OK;

  for (int i = ENT_USING_FIRST; !status && i < argc; i++) {
    if (argv[i][0]) status = read_argument(v, argv[i], err);
  }
  if (status) return status;
  if (!v->sql) {
    return ent_fail(err, ENT_CONFIG,
                    "a query is missing: USING mysql_view('SELECT …')");
  }
  if (!v->pool) v->pool = sqlite3_mprintf("default");
  return v->pool ? ENT_OK : ent_fail_nomem(err);
}

/* Whether they are columns that SQLite can have; it would not say how many. */
static ent_status check_width(const view *v, ent_session *session,
                              const ent_mysql_query *query, ent_error *err) {
  int most = sqlite3_limit(session->db, SQLITE_LIMIT_COLUMN, -1);
  int n = ent_mysql_query_n_columns(query);

  if (n == 0) {
    return ent_fail(err, ENT_UNSUPPORTED,
                    "mysql %s: the server does not tell the columns of such a "
                    "statement; use mysql_query()",
                    v->pool);
  }
  if (n <= most) return ENT_OK;
  return ent_fail(err, ENT_TOO_BIG,
                  "the result has %d columns, and SQLite allows %d", n, most);
}

/* Asks the server what columns the query has. */
static ent_status describe(view *v, ent_session *session, ent_error *err) {
  ent_deadline deadline = ent_session_deadline(session);
  view_rows *rows = NULL;
  ent_status status = open_rows(v, session, &deadline, &rows, err);

  ent_session_waited(session);
  if (status) return status;
  status = check_width(v, session, rows->query, err);
  if (!status) status = write_columns(rows->query, &v->columns, err);
  if (!status) v->tvf.n_columns = ent_mysql_query_n_columns(rows->query);
  rows_close(&rows->base);
  v->tvf.columns = v->columns;
  return status;
}

static int view_disconnect(sqlite3_vtab *vtab) {
  view *v = &((view_table *)vtab)->view;

  sqlite3_free(v->sql);
  sqlite3_free(v->pool);
  sqlite3_free(v->config);
  sqlite3_free(v->columns);
  sqlite3_free(v->where);
  sqlite3_free(vtab);
  return SQLITE_OK;
}

static ent_status make_view(view *v, ent_session *session, int argc,
                            const char *const *argv, ent_error *err) {
  ent_status status;

  v->tvf = (ent_tvf){.name = "mysql_view", .open = view_open};
  v->where = sqlite3_mprintf("mysql_view %s", argv[2]);
  if (!v->where) return ent_fail_nomem(err);
  v->tvf.where = v->where;
  status = read_arguments(v, argc, argv, err);
  if (!status) status = describe(v, session, err);
  if (status) return status;
  return ent_using_declare(session->db, ent_tvf_declaration(&v->tvf), err);
}

static int view_connect(sqlite3 *db, void *aux, int argc,
                        const char *const *argv, sqlite3_vtab **vtab,
                        char **message) {
  view_table *table = sqlite3_malloc64(sizeof(*table));
  ent_error err = {.status = ENT_OK};

  if (!table) return SQLITE_NOMEM;
  *table = (view_table){.base.session = aux};
  table->base.tvf = &table->view.tvf;
  if (make_view(&table->view, aux, argc, argv, &err)) {
    view_disconnect(&table->base.base);
    ent_error_context(&err, err.status, "mysql_view %s", argv[2]);
    return ent_report_connect(message, &err);
  }
  /* It is SQL for a server: what a file brings with it must not run it. */
  sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
  *vtab = &table->base.base;
  return SQLITE_OK;
}

/* As in entity.c, the two must differ. */
static int view_create(sqlite3 *db, void *aux, int argc,
                       const char *const *argv, sqlite3_vtab **vtab,
                       char **message) {
  return view_connect(db, aux, argc, argv, vtab, message);
}

/* Every scan runs the query: dear enough that it becomes the outer loop of a
 * join wherever the other side can be looked up. */
static int view_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  const view *v = &((view_table *)vtab)->view;

  info->estimatedCost = 1e6;
  info->estimatedRows = 1000;
  info->idxStr = sqlite3_mprintf("mysql_view %s: %s", v->pool, v->sql);
  info->needToFreeIdxStr = 1;
  return info->idxStr ? SQLITE_OK : SQLITE_NOMEM;
}

static int view_rename(sqlite3_vtab *vtab, const char *name) {
  (void)vtab, (void)name;
  return SQLITE_OK;
}

/* Without xUpdate SQLite itself refuses to write. */
static const sqlite3_module view_module = {
    .xCreate = view_create,
    .xConnect = view_connect,
    .xBestIndex = view_best_index,
    .xDisconnect = view_disconnect,
    .xDestroy = view_disconnect,
    .xOpen = ent_tvf_open,
    .xClose = ent_tvf_close,
    .xFilter = ent_tvf_filter,
    .xNext = ent_tvf_next,
    .xEof = ent_tvf_eof,
    .xColumn = ent_tvf_column,
    .xRowid = ent_tvf_rowid,
    .xRename = view_rename,
};

int ent_view_register(ent_session *session) {
  return sqlite3_create_module_v2(session->db, "mysql_view", &view_module,
                                  ent_session_ref(session), ent_session_unref);
}
