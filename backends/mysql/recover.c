#include "backends/mysql/recover.h"

#include "backends/mysql/decision.h"

enum { ENT_YOUNG_S = 10 };

/* What is known of one branch. */
typedef struct verdict {
  ent_decision_row row;
  ent_mysql_session *recorder; /* who has the row */
} verdict;

/* Whether a failure ends the whole work, or only the asking of one server. */
static bool is_over(ent_status status) {
  return status == ENT_INTERRUPTED || status == ENT_NOMEM;
}

static ent_status list_branches(const ent_mysql_session *session,
                                ent_arena *arena, const ent_deadline *deadline,
                                ent_mysql_xid_list *list, ent_error *err) {
  ent_mysql_connection *connection;
  ent_status status =
      ent_mysql_pool_acquire(session->pool, deadline, &connection, err);

  if (status) return status;
  status = ent_mysql_xa_list(ent_mysql_connection_client(connection), arena,
                             deadline, list, err);
  if (status == ENT_UNAVAILABLE && !ent_mysql_connection_usable(connection)) {
    ent_mysql_pool_release(connection);
    ent_error_clear(err);
    status = ent_mysql_pool_acquire(session->pool, deadline, &connection, err);
    if (status) return status;
    status = ent_mysql_xa_list(ent_mysql_connection_client(connection), arena,
                               deadline, list, err);
  }
  ent_mysql_pool_release(connection);
  return status;
}

/* Asks all pools for the record; one that is away may have had it. */
static ent_status judge(const ent_mysql_xa *xa, const ent_mysql_xid *xid,
                        const ent_deadline *deadline, verdict *v,
                        ent_error *err) {
  *v = (verdict){.row = {.decision = ENT_DECISION_NONE}};
  for (ent_mysql_session *s = xa->first; s; s = s->xa_next) {
    ent_error why = {.status = ENT_OK};
    ent_status status = ent_decision_look(s, xid, deadline, &v->row, &why);

    if (is_over(status)) {
      *err = why;
      return status;
    }
    if (status) {
      v->row.decision = ENT_DECISION_NONE;
    } else if (v->row.decision != ENT_DECISION_NONE) {
      v->recorder = s;
      return ENT_OK;
    }
  }
  return ENT_OK;
}

/* Ends one branch, if that can be; a failure that only concerns it is not one
 * of the work. */
static ent_status finish(ent_mysql_session *session, const ent_mysql_xid *xid,
                         const ent_deadline *deadline, size_t *n,
                         ent_error *err) {
  ent_error why = {.status = ENT_OK};
  verdict v;
  ent_status status = judge(session->xa, xid, deadline, &v, err);

  if (status || v.row.decision == ENT_DECISION_NONE ||
      v.row.decision == ENT_DECISION_OPEN) {
    return status;
  }
  status = ent_mysql_xa_settle(session->pool, xid,
                               v.row.decision == ENT_DECISION_COMMIT, deadline,
                               &why);
  if (!status) {
    ++*n;
    status =
        ent_decision_remove(v.recorder, xid->gtrid, xid->bqual, deadline, &why);
  }
  if (!is_over(status) && status != ENT_REJECTED) return ENT_OK;
  *err = why;
  return ent_error_context(err, status, "pool %s: end branch %s of %s",
                           session->name, xid->bqual, xid->gtrid);
}

static ent_status finish_all(ent_mysql_session *session,
                             const ent_mysql_xid_list *list,
                             const ent_deadline *deadline, size_t *n,
                             ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < list->n; i++) {
    status = finish(session, &list->items[i], deadline, n, err);
  }
  return status;
}

/* The rows of one pool about branches of another that are not there any more.
 * The list of branches is younger than that of the rows. */
static ent_status remove_rows(ent_mysql_session *recorder,
                              const ent_mysql_session *session,
                              ent_arena *arena, const ent_deadline *deadline,
                              ent_error *err) {
  const char *address =
      ent_address_show(ent_mysql_pool_address(session->pool), arena);
  ent_mysql_xid_list rows = {.n = 0};
  ent_mysql_xid_list branches;
  ent_status status;

  if (!address) return ent_fail_nomem(err);
  status =
      ent_decision_list_old(recorder, address, arena, deadline, &rows, err);
  if (status || rows.n == 0) return status;
  status = list_branches(session, arena, deadline, &branches, err);
  for (size_t i = 0; !status && i < rows.n; i++) {
    const ent_mysql_xid *xid = &rows.items[i];
    ent_decision_row row;

    if (ent_mysql_xid_is_listed(&branches, xid)) continue;
    status = ent_decision_look(recorder, xid, deadline, &row, err);
    if (status || row.decision == ENT_DECISION_OPEN) continue;
    status =
        ent_decision_remove(recorder, xid->gtrid, xid->bqual, deadline, err);
  }
  return status;
}

static ent_status recover_session(ent_mysql_session *session, ent_arena *arena,
                                  const ent_deadline *deadline, size_t *n,
                                  ent_error *err) {
  ent_error why = {.status = ENT_OK};
  ent_mysql_xid_list list;
  ent_status status = list_branches(session, arena, deadline, &list, &why);

  if (!status) {
    status = finish_all(session, &list, deadline, n, err);
    if (status) return status;
  }
  for (ent_mysql_session *r = session->xa->first; !status && r;
       r = r->xa_next) {
    status = remove_rows(r, session, arena, deadline, &why);
  }
  if (!is_over(status)) return ENT_OK;
  *err = why;
  return status;
}

ent_status ent_mysql_recover(ent_mysql_xa *xa, const ent_deadline *deadline,
                             size_t *n, ent_error *err) {
  ent_arena arena = {.blocks = NULL};
  ent_status status = ENT_OK;

  *n = 0;
  for (ent_mysql_session *s = xa->first; !status && s; s = s->xa_next) {
    status = recover_session(s, &arena, deadline, n, err);
  }
  ent_arena_done(&arena);
  return status;
}

static void count(ent_mysql_waiting_branches *waiting, const verdict *v,
                  const char *address, const ent_mysql_xid *xid) {
  if (v->row.decision == ENT_DECISION_OPEN) return;
  if (v->row.decision == ENT_DECISION_NONE) {
    if (ent_mysql_xid_age_s(xid) < ENT_YOUNG_S) return;
    waiting->n_unknown++;
  } else {
    /* A server tells every pool there of all its branches. */
    if (v->row.age_s < ENT_YOUNG_S || !ent_decision_is_at(&v->row, address)) {
      return;
    }
    waiting->n_known++;
  }
  if (waiting->n_known + waiting->n_unknown == 1) waiting->xid = *xid;
}

ent_status ent_mysql_recover_look(ent_mysql_session *session,
                                  const ent_deadline *deadline,
                                  ent_mysql_waiting_branches *waiting,
                                  ent_error *err) {
  ent_arena arena = {.blocks = NULL};
  const char *address =
      ent_address_show(ent_mysql_pool_address(session->pool), &arena);
  ent_mysql_xid_list list = {.n = 0};
  ent_status status = address
                          ? list_branches(session, &arena, deadline, &list, err)
                          : ent_fail_nomem(err);

  *waiting = (ent_mysql_waiting_branches){.n_known = 0};
  for (size_t i = 0; !status && i < list.n; i++) {
    verdict v;

    status = judge(session->xa, &list.items[i], deadline, &v, err);
    if (!status) count(waiting, &v, address, &list.items[i]);
  }
  ent_arena_done(&arena);
  return status;
}
