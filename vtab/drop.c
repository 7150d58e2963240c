#include "vtab/drop.h"

#include "backends/mysql/exec.h"
#include "backends/mysql/sqltext.h"
#include "vtab/caching.h"
#include "vtab/joiner.h"
#include "vtab/meet.h"
#include "vtab/report.h"
#include "vtab/tables.h"

#include <string.h>

enum {
  ENT_DROP_SQL = 4096,
  ENT_IS_REFERRED_TO = 1701, /* TRUNCATE of such a table is refused */
};

/* One call of a function here. */
typedef struct drop_call {
  ent_session *session;
  ent_arena arena;
  ent_session_pool *pool; /* of the table; a use of it */
  char *table;            /* on the server; SQLite's memory: the answer, for
                             which none is to be had too late */
  bool is_unknown;        /* whether what was run may yet be done */
  ent_error err;
} drop_call;

static ent_status find(drop_call *call, sqlite3_value *name) {
  const ent_table *found = NULL;
  ent_status status =
      ent_table_named(call->session, name, &call->arena, &found, &call->err);

  if (status) return status;
  call->table = sqlite3_mprintf("%s", found->entity->table);
  if (!call->table) return ent_fail_nomem(&call->err);
  call->pool = found->pool;
  call->pool->n_users++;
  return ENT_OK;
}

/* Runs a statement that is written around the table's name. */
static ent_status run(drop_call *call, const char *before, const char *behind,
                      ent_error *err) {
  ent_deadline deadline = ent_session_deadline(call->session);
  ent_mysql_exec *exec = NULL;
  uint64_t n_rows;
  ent_buf sql;
  ent_status status;

  ent_buf_init(&sql, ENT_DROP_SQL);
  status = ent_buf_append(&sql, before, strlen(before), err);
  if (!status) status = ent_sql_name(&sql, call->table, err);
  if (!status) status = ent_buf_append(&sql, behind, strlen(behind), err);
  if (!status) {
    status = ent_mysql_exec_open(&call->pool->mysql, sql.data, sql.size, false,
                                 &deadline, &exec, err);
  }
  if (!status) {
    status = ent_mysql_exec_run(exec, NULL, 0, &deadline, &n_rows, err);
  }
  call->is_unknown = ent_mysql_exec_is_unknown(exec);
  ent_mysql_exec_close(exec);
  ent_buf_done(&sql);
  return status;
}

static ent_status drop(drop_call *call) {
  return run(call, "DROP TABLE ", "", &call->err);
}

/* Rows that others refer to are deleted one by one, which what is declared ON
 * DELETE of those allows or not. */
static ent_status empty(drop_call *call) {
  ent_error err = {.status = ENT_OK};
  ent_status status = run(call, "TRUNCATE TABLE ", "", &err);

  if (err.native != ENT_IS_REFERRED_TO) {
    if (status) call->err = err;
    return status;
  }
  status = run(call, "DELETE FROM ", "", &call->err);
  return status ? status
                : run(call, "ALTER TABLE ", " AUTO_INCREMENT = 1", &call->err);
}

static ent_status change(drop_call *call, sqlite3_value *name,
                         ent_status (*what)(drop_call *call)) {
  ent_status status;

  if (ent_joiner_must_join(call->session)) {
    return ent_fail(&call->err, ENT_CONFIG,
                    "it cannot be undone, and so cannot be part of a "
                    "transaction: COMMIT or ROLLBACK first");
  }
  status = find(call, name);
  if (status) return status;
  if (call->pool->is_closed) {
    return ent_fail(&call->err, ENT_CONFIG,
                    "its configuration is not opened any more");
  }
  status = ent_caching_begin(call->session, call->pool, call->table, NULL, 0,
                             &call->err);
  if (!status) {
    status = what(call);
    ent_caching_end(call->pool, call->is_unknown);
  }
  ent_meet_forget(call->pool);
  return ent_error_context(&call->err, status, "table %s of pool %s",
                           call->table, call->pool->name);
}

static void answer(sqlite3_context *context, sqlite3_value *argument,
                   const char *function, ent_status (*what)(drop_call *call)) {
  drop_call call = {.session = sqlite3_user_data(context)};
  ent_status status = change(&call, argument, what);

  if (!status) {
    sqlite3_result_text(context, call.table, -1, sqlite3_free);
    call.table = NULL;
  } else {
    ent_error_context(&call.err, status, "%s()", function);
    ent_report_function(context, ENT_PHASE_WRITE, &call.err);
  }
  ent_session_waited(call.session);
  ent_session_pool_unref(call.pool);
  sqlite3_free(call.table);
  ent_arena_done(&call.arena);
}

void ent_drop_function(sqlite3_context *context, int argc,
                       sqlite3_value **argv) {
  (void)argc;
  answer(context, argv[0], "entity_drop", drop);
}

void ent_truncate_function(sqlite3_context *context, int argc,
                           sqlite3_value **argv) {
  (void)argc;
  answer(context, argv[0], "entity_truncate", empty);
}
