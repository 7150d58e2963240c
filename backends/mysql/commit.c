#include "backends/mysql/commit.h"

#include "backends/base/faults.h"
#include "backends/mysql/decision.h"
#include "backends/mysql/transaction.h"

enum { ENT_ASK_TRIES = 5, ENT_ASK_MS = 10000 };

static bool has_written(const ent_mysql_session *session) {
  return session->transaction &&
         ent_mysql_transaction_has_written(session->transaction);
}

/* The next session after this one, or the first after NULL, that has written. */
static ent_mysql_session *next_writer(const ent_mysql_xa *xa,
                                      const ent_mysql_session *after) {
  ent_mysql_session *session = after ? after->xa_next : xa->first;

  while (session && !has_written(session))
    session = session->xa_next;
  return session;
}

static ent_status in_pool(const ent_mysql_session *session, ent_status status,
                          ent_error *err) {
  return ent_error_context(err, status, "pool %s", session->name);
}

/* The row of one branch. */
static ent_status record_branch(ent_mysql_session *recorder,
                                const ent_mysql_session *session,
                                ent_arena *arena, const ent_deadline *deadline,
                                ent_error *err) {
  const char *address =
      ent_address_show(ent_mysql_pool_address(session->pool), arena);
  const char *blocked = "";
  ent_status status = address ? ENT_OK : ent_fail_nomem(err);

  if (!status && session->copies.list) {
    status =
        session->copies.list(session->copies.context, arena, &blocked, err);
  }
  if (status) return status;
  return ent_decision_add(recorder,
                          ent_mysql_transaction_xid(session->transaction),
                          address, blocked, deadline, err);
}

/* The record: the rows of the other branches, then the decision, which nobody
 * else sees yet. */
static ent_status record(ent_mysql_xa *xa, const ent_deadline *deadline,
                         ent_error *err) {
  ent_mysql_session *recorder = xa->recorder;
  ent_arena arena = {.blocks = NULL};
  ent_status status = ENT_OK;

  for (ent_mysql_session *s = next_writer(xa, recorder); !status && s;
       s = next_writer(xa, s)) {
    status = record_branch(recorder, s, &arena, deadline, err);
  }
  ent_arena_done(&arena);
  if (status || ent_fault("xa-undecided")) return status;
  return ent_decision_make(recorder, deadline, err);
}

static ent_status prepare_others(const ent_mysql_xa *xa,
                                 const ent_deadline *deadline, ent_error *err) {
  ent_status status = ENT_OK;

  for (ent_mysql_session *s = next_writer(xa, xa->recorder); !status && s;
       s = next_writer(xa, s)) {
    ent_pause();
    status = ent_mysql_transaction_prepare(s->transaction, deadline, err);
    status = in_pool(s, status, err);
  }
  return status;
}

/* What became of a decision whose answer was lost.  While the server has not
 * noticed that the connection is gone, the row is locked. */
static ent_decision ask(const ent_mysql_xa *xa) {
  const ent_mysql_session *other = next_writer(xa, xa->recorder);
  ent_decision_row row = {.decision = ENT_DECISION_OPEN};
  ent_deadline soon = ent_deadline_in(ENT_ASK_MS); /* whoever interrupts */
  const ent_mysql_xid *xid;

  if (!other) return ENT_DECISION_NONE;
  xid = ent_mysql_transaction_xid(other->transaction);
  for (int i = 0; i < ENT_ASK_TRIES && row.decision == ENT_DECISION_OPEN; i++) {
    if (ent_decision_look(xa->recorder, xid, &soon, &row, NULL)) {
      return ENT_DECISION_NONE;
    }
  }
  return row.decision;
}

static void leave_others(ent_mysql_xa *xa) {
  ent_mysql_session *next = next_writer(xa, xa->recorder);

  while (next) {
    ent_mysql_session *session = next;

    next = next_writer(xa, session);
    session->is_left = true;
    ent_mysql_transaction_leave(session->transaction);
  }
}

static ent_status decide(ent_mysql_xa *xa, const ent_deadline *deadline,
                         ent_error *err) {
  ent_mysql_transaction *first = xa->recorder->transaction;
  ent_error why = {.status = ENT_OK};
  ent_status status = ent_mysql_transaction_commit(first, deadline, &why);
  ent_decision decision;

  if (!status) return ENT_OK;
  decision = ent_mysql_transaction_is_unknown(first) ? ask(xa)
                                                     : ENT_DECISION_ROLL_BACK;
  if (decision == ENT_DECISION_COMMIT) {
    ent_mysql_transaction_leave(first);
    return ENT_OK;
  }
  if (decision == ENT_DECISION_ROLL_BACK &&
      ent_mysql_transaction_is_unknown(first)) {
    ent_fail(err, status,
             "commit: the connection was lost; everything was "
             "rolled back");
  } else if (decision != ENT_DECISION_ROLL_BACK) {
    xa->is_unknown = true;
    xa->recorder->is_left = true;
    leave_others(xa);
    ent_fail(err, status, "%s; `entable check` will finish it", why.text);
  } else if (err && err->status == ENT_OK) {
    *err = why;
  }
  return in_pool(xa->recorder, status, err);
}

/* Pools that were only locked have nothing to commit, but may refuse. */
static ent_status commit_readers(ent_mysql_xa *xa, const ent_deadline *deadline,
                                 ent_error *err) {
  ent_status status = ENT_OK;

  for (ent_mysql_session *s = xa->first; !status && s; s = s->xa_next) {
    if (!s->transaction || has_written(s) ||
        ent_mysql_transaction_is_held(s->transaction)) {
      continue;
    }
    status = ent_mysql_transaction_commit(s->transaction, deadline, err);
    status = in_pool(s, status, err);
  }
  return status;
}

ent_status ent_mysql_commit(ent_mysql_xa *xa, const ent_deadline *deadline,
                            ent_error *err) {
  ent_status status = commit_readers(xa, deadline, err);
  ent_mysql_session *first = next_writer(xa, NULL);

  if (status || !first) return status;
  if (!next_writer(xa, first)) {
    status = ent_mysql_transaction_commit(first->transaction, deadline, err);
    first->is_left = ent_mysql_transaction_is_unknown(first->transaction);
    return in_pool(first, status, err);
  }
  xa->recorder = first;
  status = record(xa, deadline, err);
  if (!status) status = prepare_others(xa, deadline, err);
  ent_pause();
  return status ? status : decide(xa, deadline, err);
}

/* What cannot be removed now is removed by ent_mysql_recover(), for its age. */
static void remove_record(const ent_mysql_xa *xa,
                          const ent_deadline *deadline) {
  ent_error ignored = {.status = ENT_OK};

  if (xa->recorder &&
      ent_decision_remove(xa->recorder, xa->gtrid, NULL, deadline, &ignored)) {
    ent_error_clear(&ignored);
  }
}

void ent_mysql_commit_finish(ent_mysql_xa *xa, const ent_deadline *deadline,
                             ent_error *left) {
  ent_mysql_session *next = next_writer(xa, NULL);
  bool is_left = false;

  while (next) {
    ent_mysql_session *session = next;
    ent_status status;

    next = next_writer(xa, session);
    if (!ent_mysql_transaction_is_prepared(session->transaction)) continue;
    ent_pause();
    status = ent_mysql_transaction_finish(session->transaction, deadline, left);
    if (!status) continue;
    is_left = session->is_left = true;
    in_pool(session, status, left);
  }
  ent_pause();
  if (!is_left) remove_record(xa, deadline);
  xa->recorder = NULL;
}

bool ent_mysql_commit_abandon(ent_mysql_xa *xa, const ent_deadline *deadline) {
  bool is_left = xa->is_unknown || xa->n_left > 0;

  if (!is_left) remove_record(xa, deadline);
  xa->recorder = NULL;
  return is_left;
}
