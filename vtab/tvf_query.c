#include "vtab/tvf_query.h"

#include "backends/mysql/query.h"
#include "vtab/call.h"
#include "vtab/hold.h"
#include "vtab/json.h"
#include "vtab/report.h"

#include <stdio.h>
#include <stdlib.h>

enum { ENT_QUERY_COLUMNS = 32, ENT_QUERY_JSON = 1 << 30 };

/* Rows of a statement of the user's: c1 … c32, and `row`. */
typedef struct query_rows {
  ent_rows base; /* must be first */
  ent_session_pool *pool;
  ent_mysql_query *query;
  ent_value values[ENT_QUERY_COLUMNS + 1];
  ent_buf json;
  ent_arena arena; /* of the arguments, where they came as a JSON array */
} query_rows;

/* What to run: the SQL, its values, and where. */
typedef struct query_call {
  ent_session *session;
  const char *pool; /* NULL: default */
  const ent_value *args;
  int n_args;
  bool is_table;
} query_call;

static void query_close(ent_rows *base) {
  query_rows *rows = (query_rows *)base;

  ent_mysql_query_close(rows->query);
  ent_session_pool_unref(rows->pool);
  ent_buf_done(&rows->json);
  ent_arena_done(&rows->arena);
  sqlite3_free(rows);
}

static ent_status too_wide(const query_rows *rows, ent_error *err) {
  unsigned n = ent_mysql_query_n_columns(rows->query);

  return ent_fail(err, ENT_TOO_BIG,
                  "the result has %u columns and c1 … c%d end before that; "
                  "select fewer, or gather them in JSON_OBJECT(…)",
                  n, (int)ENT_QUERY_COLUMNS);
}

static ent_status query_next(ent_rows *base, const ent_deadline *deadline,
                             const ent_value **row, ent_error *err) {
  query_rows *rows = (query_rows *)base;
  unsigned n = ent_mysql_query_n_columns(rows->query);
  const ent_value *values;
  ent_status status = ent_mysql_query_next(rows->query, deadline, &values, err);

  if (status) return status;
  rows->json.size = 0;
  status = ent_json_object(&rows->json, rows->query, values, err);
  if (status) return status;
  for (unsigned i = 0; i < n; i++)
    rows->values[i] = values[i];
  rows->values[ENT_QUERY_COLUMNS] =
      ent_value_bytes(ENT_TEXT, rows->json.data, rows->json.size);
  *row = rows->values;
  return ENT_OK;
}

static const ent_rows_ops query_ops = {
    .next = query_next,
    .close = query_close,
};

static ent_status run(query_rows *rows, const query_call *call,
                      const ent_deadline *deadline, ent_error *err) {
  const ent_value *params;
  size_t n_params;
  ent_status status = ent_sql_call_params(
      call->args + 1, call->n_args > 1 ? (size_t)call->n_args - 1 : 0,
      ent_mysql_query_n_params(rows->query), &rows->arena, &params, &n_params,
      err);

  return status ? status
                : ent_mysql_query_run(rows->query, params, n_params, deadline,
                                      err);
}

static ent_status start(query_rows *rows, const query_call *call,
                        const ent_deadline *deadline, ent_error *err) {
  const ent_value *sql = &call->args[0];
  ent_status status;

  if (!ent_value_is_text(sql)) {
    return ent_fail(err, ENT_CONFIG,
                    "the first argument must be SQL or pool('name')");
  }
  status = ent_session_find_pool(call->session, NULL,
                                 call->pool ? call->pool : "default",
                                 &rows->pool, err);
  /* A function outside a transaction has nothing that would end it. */
  if (!status &&
      (call->is_table || !sqlite3_get_autocommit(call->session->db))) {
    status = ent_hold_begin(call->session, rows->pool, err);
  }
  if (status) return status;
  status =
      ent_mysql_query_open(&rows->pool->mysql, sql->as.bytes.data,
                           sql->as.bytes.size, deadline, &rows->query, err);
  if (!status) status = run(rows, call, deadline, err);
  if (status) {
    return ent_error_context(err, status, "mysql %s", rows->pool->name);
  }
  return ENT_OK;
}

static ent_status new_rows(const query_call *call, const ent_deadline *deadline,
                           query_rows **out, ent_error *err) {
  query_rows *rows = sqlite3_malloc64(sizeof(*rows));
  ent_status status;

  if (!rows) return ent_fail_nomem(err);
  *rows = (query_rows){.base.ops = &query_ops};
  ent_buf_init(&rows->json, ENT_QUERY_JSON);
  status = start(rows, call, deadline, err);
  if (status) {
    query_close(&rows->base);
    return status;
  }
  *out = rows;
  return ENT_OK;
}

static ent_status query_open(const ent_tvf_call *call, ent_rows **out,
                             ent_error *err) {
  query_call c = {call->session, call->pool, call->args, call->n_args, true};
  query_rows *rows;
  ent_status status = new_rows(&c, &call->deadline, &rows, err);

  if (status) return status;
  if (ent_mysql_query_n_columns(rows->query) > ENT_QUERY_COLUMNS) {
    status = too_wide(rows, err);
    query_close(&rows->base);
    return status;
  }
  *out = &rows->base;
  return ENT_OK;
}

static const char *const query_args[] = {"sql", "p1", "p2", "p3", "p4",  "p5",
                                         "p6",  "p7", "p8", "p9", "p10", "p11"};

const ent_tvf ent_tvf_mysql_query = {
    .name = "mysql_query",
    .columns = "c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, "
               "c15, c16, c17, c18, c19, c20, c21, c22, c23, c24, c25, c26, "
               "c27, c28, c29, c30, c31, c32, \"row\" TEXT",
    .n_columns = ENT_QUERY_COLUMNS + 1,
    .args = query_args,
    .n_args = (int)ENT_COUNT(query_args),
    .n_required = 1,
    .takes_pool = true,
    .open = query_open,
};

static ent_status first_value(ent_session *session, const ent_sql_call *call,
                              sqlite3_context *context, ent_error *err) {
  ent_deadline deadline = ent_session_deadline(session);
  ent_value args[1 + ENT_TVF_MAX_ARGS];
  query_call c = {session, call->pool, args, 1 + (int)call->n_values, false};
  const ent_value *row;
  query_rows *rows;
  ent_status status;

  args[0] = call->sql;
  for (size_t i = 0; i < call->n_values; i++)
    args[i + 1] = call->values[i];
  status = new_rows(&c, &deadline, &rows, err);
  if (status) return status;
  status = ent_mysql_query_next(rows->query, &deadline, &row, err);
  if (!status) ent_value_result(&session->numerals, context, &row[0]);
  query_close(&rows->base);
  return status == ENT_DONE ? ENT_OK : status;
}

void ent_mysql_query_function(sqlite3_context *context, int argc,
                              sqlite3_value **argv) {
  ent_session *session = sqlite3_user_data(context);
  ent_error err = {.status = ENT_OK};
  ent_sql_call call;
  ent_status status = ent_sql_call_read(&call, argc, argv, &err);

  if (!status) status = first_value(session, &call, context, &err);
  ent_session_waited(session);
  if (!status) return;
  ent_error_context(&err, status, "mysql_query()");
  ent_report_function(context, ENT_PHASE_READ, &err);
}
