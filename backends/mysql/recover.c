#include "backends/mysql/recover.h"

#include "backends/base/faults.h"
#include "backends/mysql/decision.h"

enum { ENT_YOUNG_S = 10 };

/* The work, and what has come of it. */
typedef struct work {
  ent_mysql_xa *xa;
  const ent_deadline *deadline;
  ent_arena arena; /* of one server */
  size_t n;        /* branches that were ended */
  ent_error *left; /* why the first one stays */
} work;

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

/* Whether a pool has copies of what a branch changes. */
static bool has_copies(const ent_mysql_session *session, const verdict *v,
                       ent_arena *arena) {
  const char *address;

  if (!session->copies.block) return false;
  address = ent_address_show(ent_mysql_pool_address(session->pool), arena);
  return address && ent_decision_is_at(&v->row, address);
}

/* Unblocks what pools have blocked. */
static void unblock(const ent_mysql_xa *xa, bool is_done) {
  for (ent_mysql_session *s = xa->first; s; s = s->xa_next) {
    if (s->has_blocked) s->copies.unblock(s->copies.context, is_done);
    s->has_blocked = false;
  }
}

/* Blocks what the record of a branch says in the pools of its address.
 *
 *   settling  until when the branch is to be committed: long before that ends */
static ent_status block(work *w, const verdict *v, const char *blocked,
                        ent_deadline *settling, ent_error *err) {
  bool is_told = false;

  for (ent_mysql_session *s = w->xa->first; s; s = s->xa_next) {
    int64_t lasts_ms;
    ent_status status;

    if (!has_copies(s, v, &w->arena)) continue;
    status = s->copies.block(s->copies.context, blocked, w->deadline, &lasts_ms,
                             err);
    if (status) {
      unblock(w->xa, true);
      return ent_error_context(err, status, "pool %s", s->name);
    }
    s->has_blocked = is_told = true;
    if (settling->until_ms > ent_now_ms() + lasts_ms / 3) {
      settling->until_ms = ent_now_ms() + lasts_ms / 3;
    }
  }
  if (is_told) return ENT_OK;
  return ent_fail(err, ENT_CONFIG,
                  "rows of %s that it changes may be in Redis, and this "
                  "configuration has no such pool with a Redis; finish it with "
                  "that of its writer",
                  v->row.address);
}

/* Whether it is known of a branch that it is committed, or was not. */
static bool is_certain(ent_status status) {
  return !status || status == ENT_BUSY || status == ENT_REJECTED;
}

/* Says why a branch stays prepared, unless its own transaction is probably about
 * to commit it. */
static ent_status leave(work *w, const ent_mysql_xid *xid, const verdict *v,
                        ent_error *why, ent_error *err) {
  if (is_over(why->status)) {
    *err = *why;
    return why->status;
  }
  ent_error_context(why, why->status, "branch %s of %s stays prepared",
                    xid->bqual, xid->gtrid);
  if (!w->left->status && v->row.age_s >= ENT_YOUNG_S) *w->left = *why;
  return ENT_BUSY;
}

/* Commits a branch; there are copies of what it changes, or "". */
static ent_status commit(work *w, const ent_mysql_session *session,
                         const ent_mysql_xid *xid, const verdict *v,
                         const char *blocked, ent_error *err) {
  ent_deadline deadline = *w->deadline;
  ent_error why = {.status = ENT_OK};
  bool blocks = *blocked && !ent_fault("recovers-unblocked");
  ent_status status = blocks ? block(w, v, blocked, &deadline, &why) : ENT_OK;

  ent_pause();
  if (status) return leave(w, xid, v, &why, err);
  status = ent_mysql_xa_settle(session->pool, xid, true, &deadline, err);
  ent_pause();
  unblock(w->xa, is_certain(status));
  return status;
}

/* Does with one branch what its record says. */
static ent_status end_branch(work *w, const ent_mysql_session *session,
                             const ent_mysql_xid *xid, const verdict *v,
                             ent_error *err) {
  const char *blocked = "";
  ent_status status = ENT_OK;

  if (v->row.decision == ENT_DECISION_ROLL_BACK) {
    status = ent_mysql_xa_settle(session->pool, xid, false, w->deadline, err);
  } else {
    status = ent_decision_blocked(v->recorder, xid, &w->arena, w->deadline,
                                  &blocked, err);
    if (!status) status = commit(w, session, xid, v, blocked, err);
  }
  if (status) return status;
  w->n++;
  return ent_decision_remove(v->recorder, xid->gtrid, xid->bqual, w->deadline,
                             err);
}

/* Ends one branch, if that can be; a failure that only concerns it is not one
 * of the work. */
static ent_status finish(work *w, const ent_mysql_session *session,
                         const ent_mysql_xid *xid, ent_error *err) {
  ent_error why = {.status = ENT_OK};
  verdict v;
  ent_status status = judge(w->xa, xid, w->deadline, &v, err);

  if (status || v.row.decision == ENT_DECISION_NONE ||
      v.row.decision == ENT_DECISION_OPEN) {
    return status;
  }
  status = end_branch(w, session, xid, &v, &why);
  if (!is_over(status) && status != ENT_REJECTED) return ENT_OK;
  *err = why;
  return ent_error_context(err, status, "pool %s: end branch %s of %s",
                           session->name, xid->bqual, xid->gtrid);
}

static ent_status finish_all(work *w, const ent_mysql_session *session,
                             const ent_mysql_xid_list *list, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < list->n; i++) {
    status = finish(w, session, &list->items[i], err);
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

static ent_status recover_session(work *w, const ent_mysql_session *session,
                                  ent_error *err) {
  ent_error why = {.status = ENT_OK};
  ent_mysql_xid_list list;
  ent_status status =
      list_branches(session, &w->arena, w->deadline, &list, &why);

  if (!status) {
    status = finish_all(w, session, &list, err);
    if (status) return status;
  }
  for (ent_mysql_session *r = w->xa->first; !status && r; r = r->xa_next) {
    status = remove_rows(r, session, &w->arena, w->deadline, &why);
  }
  if (!is_over(status)) return ENT_OK;
  *err = why;
  return status;
}

ent_status ent_mysql_recover(ent_mysql_xa *xa, const ent_deadline *deadline,
                             size_t *n, ent_error *left, ent_error *err) {
  work w = {.xa = xa, .deadline = deadline, .left = left};
  ent_status status = ENT_OK;

  for (ent_mysql_session *s = xa->first; !status && s; s = s->xa_next) {
    status = recover_session(&w, s, err);
    ent_arena_reset(&w.arena);
  }
  ent_arena_done(&w.arena);
  *n = w.n;
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
