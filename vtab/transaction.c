#include "vtab/transaction.h"

#include "backends/mysql/commit.h"
#include "backends/mysql/transaction.h"
#include "vtab/caching.h"
#include "vtab/hold.h"
#include "vtab/report.h"
#include "vtab/scan.h"

enum { ENT_ABANDON_MS = 2000 };

void ent_transaction_begin(ent_session *session, ent_member *member) {
  ent_transaction *t = &session->transaction;

  if (member->has_begun) return;
  member->has_begun = true;
  if (t->n_begun++ == 0) t->is_explicit = !sqlite3_get_autocommit(session->db);
}

sqlite3_stmt *ent_transaction_writer(sqlite3 *db) {
  sqlite3_stmt *stmt = sqlite3_next_stmt(db, NULL);

  while (stmt && (!sqlite3_stmt_busy(stmt) || sqlite3_stmt_readonly(stmt)))
    stmt = sqlite3_next_stmt(db, stmt);
  return stmt;
}

bool ent_transaction_gathers(const ent_session *session, int conflict) {
  if (conflict == SQLITE_IGNORE || conflict == SQLITE_FAIL) return false;
  if (!session->transaction.is_explicit) return true;
  return session->batch_transaction && conflict != SQLITE_ROLLBACK;
}

void ent_transaction_expect_id(ent_session *session, ent_session_pool *pool,
                               sqlite3_int64 shown) {
  session->transaction.waits = pool;
  session->transaction.shown_id = shown;
}

/* What a flush has learnt.  Where last_insert_rowid() is another one by now, a
 * later INSERT of the same statement has set it. */
static void take_last_id(ent_session *session, ent_session_pool *pool) {
  ent_transaction *t = &session->transaction;
  ent_source *source = pool->source;

  if (source->has_last_id && t->waits == pool &&
      sqlite3_last_insert_rowid(session->db) == t->shown_id) {
    sqlite3_set_last_insert_rowid(session->db, source->last_id);
  }
  source->has_last_id = false;
  if (t->waits == pool) t->waits = NULL;
}

/* Whether a pool may be written to beside those that were. */
static ent_status check_together(const ent_transaction *t,
                                 const ent_session_pool *pool, ent_error *err) {
  const ent_session_pool *first = t->pools;
  ent_status status = ENT_OK;

  if (!first->mysql.xa || !pool->mysql.xa) {
    return ent_fail(err, ENT_UNSUPPORTED,
                    "this transaction has written to pool %s, and without "
                    "'transactions: xa' in the configuration of both a "
                    "transaction writes to one; COMMIT before writing to %s",
                    first->name, pool->name);
  }
  if (first->mysql.xa != pool->mysql.xa) {
    return ent_fail(err, ENT_UNSUPPORTED,
                    "this transaction has written to pool %s, and pool %s is "
                    "of another configuration; 'transactions: xa' is for pools "
                    "of one file",
                    first->name, pool->name);
  }
  for (; !status && first; first = first->joined) {
    status = ent_mysql_transaction_check(first->mysql.transaction, err);
  }
  return status;
}

ent_status ent_transaction_join(ent_session *session, ent_session_pool *pool,
                                ent_error *err) {
  ent_transaction *t = &session->transaction;
  ent_session_pool **end = &t->pools;
  ent_deadline deadline;
  ent_status status;

  if (t->pools == pool && !pool->joined) return ENT_OK;
  status = t->pools ? check_together(t, pool, err) : ENT_OK;
  if (status || pool->has_joined) return status;
  ent_session_forget_request(session);
  while (*end)
    end = &(*end)->joined;
  *end = pool;
  session->n_changes++;
  pool->has_joined = true;
  pool->n_users++;
  if (t->n_levels == 0) return ENT_OK;
  deadline = ent_session_deadline(session);
  return pool->source->ops->savepoint(pool->source, t->n_levels - 1, &deadline,
                                      err);
}

/* Sends what a pool's source has gathered. */
static ent_status flush(ent_session *session, ent_session_pool *pool,
                        const ent_deadline *deadline, ent_error *err) {
  ent_participant *part = pool->source->participant;
  ent_status status = ent_scan_keep_all(session, pool, NULL, err);

  if (!status) status = part->ops->flush(part, deadline, err);
  if (!status) take_last_id(session, pool);
  return status;
}

/* Several pools were written to: none may be dead. */
static ent_status commit_together(const ent_transaction *t,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  ent_status status = ENT_OK;

  for (const ent_session_pool *p = t->pools; !status && p; p = p->joined) {
    status = ent_mysql_transaction_check(p->mysql.transaction, err);
  }
  if (!status) {
    ent_caching_watch watch;
    ent_deadline watched = ent_caching_watch_commit(&watch, t->pools, deadline);

    status = ent_mysql_commit(t->pools->mysql.xa, &watched, err);
    if (status) ent_caching_leave(t->pools);
  }
  return ent_error_context(err, status, "mysql");
}

/* Flush, block, prepare: each for all that take part, before the next. */
static ent_status commit(ent_session *session, ent_error *err) {
  ent_transaction *t = &session->transaction;
  ent_deadline deadline = ent_session_deadline(session);
  ent_status status = ENT_OK;

  for (ent_session_pool *p = t->pools; !status && p; p = p->joined) {
    status = flush(session, p, &deadline, err);
  }
  for (ent_session_pool *p = t->pools; !status && p; p = p->joined) {
    ent_participant *part = p->source->participant;

    if (part->ops->block) status = part->ops->block(part, &deadline, err);
  }
  if (!status) status = ent_session_will_wait(session, err);
  if (!status && t->pools->joined) {
    status = commit_together(t, &deadline, err);
  } else if (!status) {
    ent_participant *part = t->pools->source->participant;

    status = part->ops->prepare(part, &deadline, err);
  }
  ent_session_waited(session);
  t->is_committed = status == ENT_OK;
  return status;
}

int ent_transaction_sync(ent_session *session, ent_member *member,
                         sqlite3_vtab *vtab) {
  ent_transaction *t = &session->transaction;
  ent_error err = {.status = ENT_OK};

  /* CREATE VIRTUAL TABLE calls xSync without xBegin. */
  if (!member->has_begun || ++t->n_synced < t->n_begun || !t->pools) {
    return SQLITE_OK;
  }
  if (commit(session, &err) == ENT_OK) return SQLITE_OK;
  return ent_report_vtab(
      vtab, t->is_explicit ? ENT_PHASE_COMMIT : ENT_PHASE_WRITE, &err);
}

/* The pools are the transaction's no more. */
static void part(ent_transaction *t) {
  while (t->pools) {
    ent_session_pool *pool = t->pools;

    t->pools = pool->joined;
    pool->joined = NULL;
    pool->has_joined = false;
    ent_session_pool_unref(pool);
  }
}

/* The member is out; with the last one the transaction is over. */
static void leave(ent_session *session, ent_member *member) {
  ent_transaction *t = &session->transaction;

  member->has_begun = false;
  if (--t->n_begun > 0) return;
  session->n_changes++;
  ent_hold_end(session);
  part(t);
  *t = (ent_transaction){.n_begun = 0};
}

/* Behind the decision there is nobody to tell of a failure but the log, and
 * nothing is gained by an interrupt. */
static void finish(ent_session *session) {
  ent_transaction *t = &session->transaction;
  ent_deadline deadline = ent_session_deadline(session);
  ent_error left = {.status = ENT_OK};

  deadline.interrupted = NULL;
  t->is_ended = true;
  if (t->pools->joined) {
    ent_caching_watch watch;
    ent_deadline watched =
        ent_caching_watch_commit(&watch, t->pools, &deadline);

    ent_mysql_commit_finish(t->pools->mysql.xa, &watched, &left);
    ent_caching_leave(t->pools);
  }
  for (ent_session_pool *p = t->pools; p; p = p->joined) {
    ent_participant *part = p->source->participant;

    part->ops->finish(part, &deadline);
  }
  if (!left.status) return;
  sqlite3_log(SQLITE_WARNING,
              "entable: the transaction was committed, but a branch of it "
              "waits for `entable check`: %s",
              left.text);
}

void ent_transaction_commit(ent_session *session, ent_member *member) {
  ent_transaction *t = &session->transaction;

  if (!member->has_begun) return;
  if (t->pools && !t->is_ended && t->n_begun == 1) finish(session);
  leave(session, member);
}

static void abort_pool(ent_session *session, ent_session_pool *pool,
                       const ent_deadline *deadline) {
  ent_participant *part = pool->source->participant;

  /* A reader that cannot be kept says so when it is asked for more. */
  if (ent_scan_keep_all(session, pool, NULL, NULL)) ent_session_waited(session);
  part->ops->abort(part, deadline);
}

/* SQLite's own files may refuse what was decided. */
static void end_failed(ent_session *session) {
  ent_transaction *t = &session->transaction;
  ent_deadline deadline = ent_session_deadline(session);

  if (t->is_committed) {
    finish(session);
    return;
  }
  t->is_ended = true;
  for (ent_session_pool *p = t->pools; p; p = p->joined)
    abort_pool(session, p, &deadline);
  if (t->pools && t->pools->joined) {
    ent_deadline soon = ent_deadline_in(ENT_ABANDON_MS);

    if (ent_mysql_commit_abandon(t->pools->mysql.xa, &soon)) {
      sqlite3_log(SQLITE_WARNING,
                  "entable: branches of a transaction that failed wait for "
                  "`entable check`");
    }
  }
}

void ent_transaction_rollback(ent_session *session, ent_member *member) {
  ent_transaction *t = &session->transaction;

  if (!member->has_begun) return;
  if (t->pools && !t->is_ended) end_failed(session);
  leave(session, member);
}

/* What SQLite does with a savepoint, for one pool. */
typedef ent_status level_step(ent_session *session, ent_session_pool *pool,
                              int level, const ent_deadline *deadline,
                              ent_error *err);

/* The same for all of them: the first failure is told, and keeps no other from
 * being told. */
static int for_all(ent_session *session, level_step *step, int level,
                   sqlite3_vtab *vtab) {
  ent_error err = {.status = ENT_OK};
  ent_status failed = ENT_OK;

  for (ent_session_pool *p = session->transaction.pools; p; p = p->joined) {
    ent_deadline deadline = ent_session_deadline(session);
    ent_status status = step(session, p, level, &deadline, &err);

    if (!failed) failed = status;
    ent_session_waited(session);
  }
  return failed ? ent_report_vtab(vtab, ENT_PHASE_WRITE, &err) : SQLITE_OK;
}

static ent_status set(ent_session *session, ent_session_pool *pool, int level,
                      const ent_deadline *deadline, ent_error *err) {
  ent_status status =
      pool->source->ops->savepoint(pool->source, level, deadline, err);

  take_last_id(session, pool);
  return status;
}

static ent_status release(ent_session *session, ent_session_pool *pool,
                          int level, const ent_deadline *deadline,
                          ent_error *err) {
  ent_status status =
      pool->source->ops->release(pool->source, level, deadline, err);

  take_last_id(session, pool);
  return status;
}

static ent_status roll_back_to(ent_session *session, ent_session_pool *pool,
                               int level, const ent_deadline *deadline,
                               ent_error *err) {
  ent_status status = ent_scan_keep_all(session, pool, NULL, err);

  session->n_changes++;
  if (!status) {
    status = pool->source->ops->rollback_to(pool->source, level, deadline, err);
  }
  pool->source->has_last_id = false;
  return status;
}

int ent_transaction_savepoint(ent_session *session, int level,
                              sqlite3_vtab *vtab) {
  ent_transaction *t = &session->transaction;

  if (t->n_levels < level + 1) t->n_levels = level + 1;
  return for_all(session, set, level, vtab);
}

int ent_transaction_release(ent_session *session, int level,
                            sqlite3_vtab *vtab) {
  ent_transaction *t = &session->transaction;

  if (t->n_levels > level) t->n_levels = level < 0 ? 0 : level;
  return for_all(session, release, level, vtab);
}

int ent_transaction_rollback_to(ent_session *session, int level,
                                sqlite3_vtab *vtab) {
  ent_transaction *t = &session->transaction;

  if (t->n_levels > level + 1) t->n_levels = level + 1;
  return for_all(session, roll_back_to, level, vtab);
}
