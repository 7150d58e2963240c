#include "vtab/recover.h"

#include "backends/mysql/recover.h"
#include "vtab/report.h"
#include "vtab/session.h"

/* The pools of a configuration that commit together; NULL if none do. */
static ent_mysql_xa *xa_of(const ent_opened *opened) {
  for (const ent_session_pool *p = opened->pools; p; p = p->next) {
    if (p->mysql.xa) return p->mysql.xa;
  }
  return NULL;
}

void ent_recover_function(sqlite3_context *context, int argc,
                          sqlite3_value **argv) {
  ent_session *session = sqlite3_user_data(context);
  ent_deadline deadline = ent_session_deadline(session);
  ent_error err = {.status = ENT_OK};
  ent_error left = {.status = ENT_OK};
  ent_status status = ENT_OK;
  sqlite3_int64 n_ended = 0;

  (void)argc, (void)argv;
  for (const ent_opened *o = session->opened; !status && o; o = o->next) {
    ent_mysql_xa *xa = xa_of(o);
    size_t n = 0;

    if (xa) status = ent_mysql_recover(xa, &deadline, &n, &left, &err);
    n_ended += (sqlite3_int64)n;
  }
  ent_session_waited(session);
  if (!status && left.status) {
    status = left.status;
    err = left;
  }
  if (!status) {
    sqlite3_result_int64(context, n_ended);
    return;
  }
  ent_error_context(&err, status, "entable_recover()");
  ent_report_function(context, ENT_PHASE_WRITE, &err);
}
