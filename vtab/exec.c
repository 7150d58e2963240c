#include "vtab/exec.h"

#include "backends/mysql/exec.h"
#include "vtab/caching.h"
#include "vtab/call.h"
#include "vtab/joiner.h"
#include "vtab/report.h"
#include "vtab/scan.h"
#include "vtab/transaction.h"

/* A statement that is part of the transaction: what reads from it meanwhile is
 * read to its end before. */
static ent_status join(ent_session *session, ent_session_pool *pool,
                       ent_error *err) {
  ent_status status = ent_joiner_join(session, err);

  if (!status) status = ent_transaction_join(session, pool, err);
  return status ? status : ent_scan_keep_all(session, pool, NULL, err);
}

/* What the statement may change is not to be read from a cache: until the
 * transaction ends, or the statement, where that commits by itself. */
static ent_status tell_caches(ent_session *session, ent_session_pool *pool,
                              const ent_sql_call *call,
                              const ent_mysql_exec *exec, bool joins,
                              ent_error *err) {
  const char *sql = call->sql.as.bytes.data;
  size_t size = call->sql.as.bytes.size;
  ent_status status;

  if (!joins) return ent_caching_begin(session, pool, NULL, sql, size, err);
  status = ent_caching_note(session, pool, sql, size, err);
  if (status || !ent_mysql_exec_may_commit(exec)) return status;
  return ent_caching_call(session, pool, err);
}

static void tell_caches_after(ent_session_pool *pool,
                              const ent_mysql_exec *exec, bool joins) {
  bool is_unknown = ent_mysql_exec_is_unknown(exec);

  if (!joins) {
    ent_caching_end(pool, is_unknown);
  } else if (ent_mysql_exec_may_commit(exec)) {
    ent_caching_called(pool, is_unknown);
  }
}

static ent_status run(ent_session *session, ent_session_pool *pool,
                      const ent_sql_call *call, sqlite3_int64 *n_rows,
                      ent_error *err) {
  ent_deadline deadline = ent_session_deadline(session);
  bool joins = ent_joiner_must_join(session);
  ent_arena arena = {.blocks = NULL};
  ent_mysql_exec *exec = NULL;
  const ent_value *params;
  size_t n_params;
  uint64_t n = 0;
  ent_status status = joins ? join(session, pool, err) : ENT_OK;

  session->n_changes++;
  if (!status) {
    status = ent_mysql_exec_open(&pool->mysql, call->sql.as.bytes.data,
                                 call->sql.as.bytes.size, joins, &deadline,
                                 &exec, err);
  }
  if (!status) {
    status = ent_sql_call_params(call->values, call->n_values,
                                 ent_mysql_exec_n_params(exec), &arena, &params,
                                 &n_params, err);
  }
  if (!status) status = tell_caches(session, pool, call, exec, joins, err);
  if (!status) {
    status = ent_mysql_exec_run(exec, params, n_params, &deadline, &n, err);
    tell_caches_after(pool, exec, joins);
  }
  ent_mysql_exec_close(exec);
  ent_arena_done(&arena);
  *n_rows = (sqlite3_int64)n;
  return ent_error_context(err, status, "mysql %s", pool->name);
}

void ent_mysql_exec_function(sqlite3_context *context, int argc,
                             sqlite3_value **argv) {
  ent_session *session = sqlite3_user_data(context);
  ent_session_pool *pool = NULL;
  ent_error err = {.status = ENT_OK};
  sqlite3_int64 n_rows = 0;
  ent_sql_call call;
  ent_status status = ent_sql_call_read(&call, argc, argv, &err);

  if (!status) {
    status = ent_session_find_pool(
        session, NULL, call.pool ? call.pool : "default", &pool, &err);
  }
  if (!status) status = run(session, pool, &call, &n_rows, &err);
  ent_session_pool_unref(pool);
  ent_session_waited(session);
  if (!status) {
    sqlite3_result_int64(context, n_rows);
    return;
  }
  ent_error_context(&err, status, "mysql_exec()");
  ent_report_function(context, ENT_PHASE_WRITE, &err);
}
