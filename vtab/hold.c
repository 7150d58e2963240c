#include "vtab/hold.h"

#include "vtab/joiner.h"
#include "vtab/scan.h"

ent_status ent_hold_begin(ent_session *session, ent_session_pool *pool,
                          ent_error *err) {
  bool in_transaction;
  ent_deadline deadline;
  ent_status status = ENT_OK;

  if (!session->snapshot) return ENT_OK;
  in_transaction = !sqlite3_get_autocommit(session->db);
  if (in_transaction && session->transaction.n_begun == 0) {
    status = ent_joiner_join(session, err);
  }
  if (status) return status;
  deadline = ent_session_deadline(session);
  status = pool->source->ops->hold(pool->source, &deadline, err);
  ent_session_waited(session);
  if (status) return status;
  if (!pool->is_held) session->n_changes++;
  pool->is_held = true;
  session->holds = true;
  return ENT_OK;
}

static void end_hold(ent_session *session, ent_session_pool *pool) {
  /* A reader that cannot be kept says so when it is asked for more. */
  if (ent_scan_keep_all(session, pool, NULL, NULL)) ent_session_waited(session);
  pool->source->ops->end_hold(pool->source);
  pool->is_held = false;
}

void ent_hold_end(ent_session *session) {
  if (!session->holds) return;
  session->n_changes++;
  for (ent_opened *o = session->opened; o; o = o->next) {
    for (ent_session_pool *p = o->pools; p; p = p->next) {
      if (p->is_held) end_hold(session, p);
    }
  }
  session->holds = false;
}

void ent_hold_closed(ent_session *session) {
  /* Sorters and aggregates, which may have taken what was shown, are done. */
  if (!session->scans && session->n_tvf_cursors == 0)
    ent_shelf_empty(&session->shelf);
  if (session->holds && !session->scans && session->n_tvf_cursors == 0 &&
      session->transaction.n_begun == 0) {
    ent_hold_end(session);
  }
}
