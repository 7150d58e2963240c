#include "vtab/transaction.h"

#include "vtab/hold.h"
#include "vtab/report.h"
#include "vtab/scan.h"

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

void ent_transaction_expect_id(ent_session *session, sqlite3_int64 shown) {
  session->transaction.expects_id = true;
  session->transaction.shown_id = shown;
}

/* What a flush has learnt.  Where last_insert_rowid() is another one by now, a
 * later INSERT of the same statement has set it. */
static void take_last_id(ent_session *session) {
  ent_transaction *t = &session->transaction;
  ent_source *source = t->pool->source;

  if (source->has_last_id && t->expects_id &&
      sqlite3_last_insert_rowid(session->db) == t->shown_id) {
    sqlite3_set_last_insert_rowid(session->db, source->last_id);
  }
  source->has_last_id = false;
  t->expects_id = false;
}

ent_status ent_transaction_join(ent_session *session, ent_session_pool *pool,
                                ent_error *err) {
  ent_transaction *t = &session->transaction;
  ent_deadline deadline;

  if (t->pool == pool) return ENT_OK;
  if (t->pool) {
    return ent_fail(err, ENT_UNSUPPORTED,
                    "this transaction has written to pool %s, and a "
                    "transaction writes to one; COMMIT before writing to %s",
                    t->pool->name, pool->name);
  }
  t->pool = pool;
  pool->n_users++;
  if (t->n_levels == 0) return ENT_OK;
  deadline = ent_session_deadline(session);
  return pool->source->ops->savepoint(pool->source, t->n_levels - 1, &deadline,
                                      err);
}

/* Flush, block, prepare: each for all that take part, before the next. */
static ent_status commit(ent_session *session, ent_error *err) {
  ent_transaction *t = &session->transaction;
  ent_participant *part = t->pool->source->participant;
  ent_deadline deadline = ent_session_deadline(session);
  ent_status status = ent_scan_keep_all(session, t->pool, NULL, err);

  if (!status) status = part->ops->flush(part, &deadline, err);
  if (!status) take_last_id(session);
  if (!status && part->ops->block) {
    status = part->ops->block(part, &deadline, err);
  }
  if (!status) status = ent_session_will_wait(session, err);
  if (!status) status = part->ops->prepare(part, &deadline, err);
  ent_session_waited(session);
  return status;
}

int ent_transaction_sync(ent_session *session, ent_member *member,
                         sqlite3_vtab *vtab) {
  ent_transaction *t = &session->transaction;
  ent_error err = {.status = ENT_OK};

  /* CREATE VIRTUAL TABLE calls xSync without xBegin. */
  if (!member->has_begun || ++t->n_synced < t->n_begun || !t->pool) {
    return SQLITE_OK;
  }
  if (commit(session, &err) == ENT_OK) return SQLITE_OK;
  return ent_report_vtab(
      vtab, t->is_explicit ? ENT_PHASE_COMMIT : ENT_PHASE_WRITE, &err);
}

/* The member is out; with the last one the transaction is over. */
static void leave(ent_session *session, ent_member *member) {
  ent_transaction *t = &session->transaction;

  member->has_begun = false;
  if (--t->n_begun > 0) return;
  ent_hold_end(session);
  ent_session_pool_unref(t->pool);
  *t = (ent_transaction){.n_begun = 0};
}

void ent_transaction_commit(ent_session *session, ent_member *member) {
  ent_transaction *t = &session->transaction;

  if (!member->has_begun) return;
  if (t->pool && t->n_begun == 1) {
    ent_participant *part = t->pool->source->participant;
    ent_deadline deadline = ent_session_deadline(session);

    part->ops->finish(part, &deadline);
  }
  leave(session, member);
}

void ent_transaction_rollback(ent_session *session, ent_member *member) {
  ent_transaction *t = &session->transaction;

  if (!member->has_begun) return;
  if (t->pool && !t->is_aborted) {
    ent_participant *part = t->pool->source->participant;
    ent_deadline deadline = ent_session_deadline(session);

    t->is_aborted = true;
    /* A reader that cannot be kept says so when it is asked for more. */
    if (ent_scan_keep_all(session, t->pool, NULL, NULL)) {
      ent_session_waited(session);
    }
    part->ops->abort(part, &deadline);
  }
  leave(session, member);
}

int ent_transaction_savepoint(ent_session *session, int level,
                              sqlite3_vtab *vtab) {
  ent_transaction *t = &session->transaction;
  ent_error err = {.status = ENT_OK};
  ent_deadline deadline;
  ent_status status;

  if (t->n_levels < level + 1) t->n_levels = level + 1;
  if (!t->pool) return SQLITE_OK;
  deadline = ent_session_deadline(session);
  status =
      t->pool->source->ops->savepoint(t->pool->source, level, &deadline, &err);
  take_last_id(session);
  ent_session_waited(session);
  return status ? ent_report_vtab(vtab, ENT_PHASE_WRITE, &err) : SQLITE_OK;
}

int ent_transaction_release(ent_session *session, int level,
                            sqlite3_vtab *vtab) {
  ent_transaction *t = &session->transaction;
  ent_error err = {.status = ENT_OK};
  ent_deadline deadline;
  ent_status status;

  if (t->n_levels > level) t->n_levels = level < 0 ? 0 : level;
  if (!t->pool) return SQLITE_OK;
  deadline = ent_session_deadline(session);
  status =
      t->pool->source->ops->release(t->pool->source, level, &deadline, &err);
  take_last_id(session);
  ent_session_waited(session);
  return status ? ent_report_vtab(vtab, ENT_PHASE_WRITE, &err) : SQLITE_OK;
}

int ent_transaction_rollback_to(ent_session *session, int level,
                                sqlite3_vtab *vtab) {
  ent_transaction *t = &session->transaction;
  ent_error err = {.status = ENT_OK};
  ent_deadline deadline;
  ent_status status;

  if (t->n_levels > level + 1) t->n_levels = level + 1;
  if (!t->pool) return SQLITE_OK;
  deadline = ent_session_deadline(session);
  status = ent_scan_keep_all(session, t->pool, NULL, &err);
  if (!status) {
    status = t->pool->source->ops->rollback_to(t->pool->source, level,
                                               &deadline, &err);
  }
  t->pool->source->has_last_id = false;
  ent_session_waited(session);
  return status ? ent_report_vtab(vtab, ENT_PHASE_WRITE, &err) : SQLITE_OK;
}
