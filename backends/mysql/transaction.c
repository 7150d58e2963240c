#include "backends/mysql/transaction_parts.h"

#include "backends/mysql/replica.h"

#include <stdlib.h>

enum {
  ENT_ABORT_MS = 2000,
  ENT_SERVER_GONE = 2006, /* the request could not be sent */
};

ent_mysql_transaction *ent_mysql_transaction_new(ent_mysql_session *session) {
  ent_mysql_transaction *t = calloc(1, sizeof(*t));

  if (t) t->session = session;
  return t;
}

void ent_mysql_transaction_let_go(ent_mysql_transaction *t) {
  if (t->view) ent_mysql_snapshot_end(t->view);
  t->view = NULL;
  if (t->connection && t->is_apart) ent_mysql_connection_spoil(t->connection);
  ent_mysql_pool_release(t->connection);
  if (t->branch) ent_mysql_xa_leave(t->session);
  t->branch = ENT_BRANCH_NONE;
  t->connection = NULL;
  t->has_written = false;
  t->is_unknown = false;
  t->is_apart = false;
  t->is_held = false;
}

static void forget(ent_mysql_transaction *t) {
  ent_mysql_transaction_let_go(t);
  ent_error_clear(&t->dead);
  t->n_levels = 0;
}

void ent_mysql_transaction_free(ent_mysql_transaction *t) {
  if (!t) return;
  ent_mysql_transaction_abort(t);
  free(t->marks);
  free(t);
}

bool ent_mysql_transaction_is_open(const ent_mysql_transaction *t) {
  return t->connection || t->dead.status;
}

ent_mysql_snapshot *ent_mysql_transaction_view(ent_mysql_transaction *t) {
  return t->view;
}

static ent_status start(ent_mysql_transaction *t, ent_mysql_client *client,
                        const ent_deadline *deadline, ent_error *err) {
  ent_status status;

  if (!t->session->xa) {
    return ent_mysql_client_exec(client, "START TRANSACTION", deadline, err);
  }
  status = ent_mysql_xa_start(t->session, client, &t->xid, deadline, err);
  if (!status) t->branch = ENT_BRANCH_ACTIVE;
  return status;
}

static ent_status begin_once(ent_mysql_transaction *t,
                             const ent_deadline *deadline, ent_error *err) {
  ent_mysql_pool *pool = t->session->pool;
  ent_mysql_connection *connection;
  ent_status status = ent_mysql_pool_acquire(pool, deadline, &connection, err);

  if (status) return status;
  status = start(t, ent_mysql_connection_client(connection), deadline, err);
  if (status) {
    ent_mysql_pool_release(connection);
    return status;
  }
  status = ent_mysql_snapshot_lend(t->session, connection, &t->view, err);
  if (status) {
    ent_mysql_connection_spoil(connection);
    t->connection = connection;
    ent_mysql_transaction_let_go(t);
    return status;
  }
  t->is_told =
      ent_mysql_client_in_transaction(ent_mysql_connection_client(connection));
  t->connection = connection;
  return ENT_OK;
}

/* A connection that was idle may have been closed meanwhile: nothing is lost
 * with it. */
static ent_status begin(ent_mysql_transaction *t, const ent_deadline *deadline,
                        ent_error *err) {
  ent_error first = {.status = ENT_OK};
  ent_status status = begin_once(t, deadline, &first);

  if (status == ENT_UNAVAILABLE) status = begin_once(t, deadline, err);
  if (status && err && err->status == ENT_OK) *err = first;
  return ent_error_context(err, status, "begin a transaction");
}

ent_status ent_mysql_transaction_check(const ent_mysql_transaction *t,
                                       ent_error *err) {
  if (!t->dead.status) return ENT_OK;
  if (err && err->status == ENT_OK) err->native = t->dead.native;
  return ent_fail(err, t->dead.status, "%s", t->dead.text);
}

static void die(ent_mysql_transaction *t, ent_status status, int level,
                const ent_error *why) {
  if (t->dead.status) return;
  t->dead_level = level;
  t->dead.native = why ? why->native : 0;
  ent_fail(&t->dead, status, "%s; nothing more is done before ROLLBACK",
           why && why->text[0] ? why->text : ent_status_text(status));
}

/* What a lost connection has taken with it. */
static ent_status lose(ent_mysql_transaction *t, ent_status status,
                       ent_error *err) {
  if (t->has_written) {
    if (status == ENT_UNAVAILABLE) {
      status = ENT_ABORTED;
      if (err) err->status = status;
    }
    die(t, status == ENT_TIMEOUT ? ENT_BUSY : ENT_ABORTED, 0, err);
  } else if (t->is_held) {
    die(t, status, 0, err); /* another view would be another state */
  }
  ent_mysql_transaction_let_go(t);
  return status;
}

/* Whether the server has ended it, as far as its last answer tells. */
static bool is_ended(const ent_mysql_transaction *t) {
  return t->is_told && !ent_mysql_client_in_transaction(
                           ent_mysql_connection_client(t->connection));
}

static ent_status fail_ended(ent_error *err) {
  return ent_fail(err, ENT_BUSY,
                  "the server has ended the transaction, as after a deadlock, "
                  "without saying so");
}

/* A statement was done that should have been a part of it. */
static ent_status miss(ent_mysql_transaction *t, bool has_written,
                       ent_error *err) {
  ent_error why = {.status = ENT_OK};

  if (has_written) {
    ent_fail(&why, ENT_ABORTED,
             "the server had ended the transaction before this statement, and "
             "has carried it out by itself");
  } else {
    fail_ended(&why);
  }
  die(t, why.status, 0, &why);
  if (err && err->status == ENT_OK) *err = why;
  return why.status;
}

ent_status ent_mysql_transaction_ran(ent_mysql_transaction *t,
                                     ent_status status, ent_error *err) {
  bool has_written = t->is_writing;

  t->is_writing = false;
  if (!t->connection) return status;
  if (!status) return is_ended(t) ? miss(t, has_written, err) : ENT_OK;
  if (!ent_mysql_connection_usable(t->connection)) return lose(t, status, err);
  if (status == ENT_BUSY) die(t, status, 0, err);
  return status;
}

/* Makes sure that it is open, before something hangs on that. */
static ent_status confirm(const ent_mysql_transaction *t,
                          const ent_deadline *deadline, ent_error *err) {
  ent_mysql_client *client = ent_mysql_connection_client(t->connection);

  if (t->is_told && ent_mysql_client_is_unsure(client)) {
    ent_status status = ent_mysql_client_exec(client, "DO 0", deadline, err);

    if (status) {
      return ent_error_context(err, status, "go on with the transaction");
    }
  }
  return is_ended(t) ? fail_ended(err) : ENT_OK;
}

void ent_mysql_transaction_doom(ent_mysql_transaction *t, int level,
                                const ent_error *why) {
  die(t, why->status, level, why);
}

ent_status ent_mysql_transaction_reads(ent_mysql_transaction *t,
                                       const ent_deadline *deadline,
                                       ent_mysql_connection **connection,
                                       ent_error *err) {
  ent_status status = ent_mysql_transaction_check(t, err);

  if (!status && !t->connection) status = begin(t, deadline, err);
  if (status) return status;
  status = ent_mysql_snapshot_connection(t->view, deadline, connection, err);
  return status ? ent_mysql_transaction_ran(t, status, err) : ENT_OK;
}

/* XA END: nothing can be read or written in the branch after it. */
static ent_status end_branch(ent_mysql_transaction *t,
                             const ent_deadline *deadline, ent_error *err) {
  ent_status status;

  if (t->branch != ENT_BRANCH_ACTIVE) return ENT_OK;
  status = ent_mysql_xa_run(ent_mysql_connection_client(t->connection), "END",
                            &t->xid, "", deadline, err);
  if (!status) t->branch = ENT_BRANCH_ENDED;
  return status;
}

ent_status ent_mysql_transaction_roll_back(ent_mysql_transaction *t,
                                           const ent_deadline *deadline,
                                           ent_error *err) {
  ent_mysql_client *client = ent_mysql_connection_client(t->connection);

  if (!t->branch) {
    return ent_mysql_client_exec(client, "ROLLBACK", deadline, err);
  }
  /* A branch that the server has ended already takes no END. */
  if (end_branch(t, deadline, NULL) &&
      !ent_mysql_connection_usable(t->connection)) {
    return ent_fail(err, ENT_UNAVAILABLE, "the connection was lost");
  }
  return ent_mysql_xa_run(client, "ROLLBACK", &t->xid, "", deadline, err);
}

/* Undoes on the server what is open there. */
static void end_on_server(ent_mysql_transaction *t) {
  ent_deadline soon = ent_deadline_in(ENT_ABORT_MS);
  bool is_prepared = t->branch >= ENT_BRANCH_ASKED;

  if (t->view) ent_mysql_snapshot_settle(t->view, &soon);
  if (ent_mysql_connection_idle(t->connection) &&
      !ent_mysql_transaction_roll_back(t, &soon, NULL)) {
    return;
  }
  ent_mysql_connection_spoil(t->connection);
  /* It outlives its connection. */
  if (is_prepared &&
      ent_mysql_xa_settle(t->session->pool, &t->xid, false, &soon, NULL)) {
    t->session->xa->n_left++;
  }
}

/* A view that is held for too long is let go of, so that the server can forget
 * what it shows; another one would be another state. */
static ent_status check_age(ent_mysql_transaction *t, ent_error *err) {
  ent_status status = ent_mysql_snapshot_check_age(t->view, err);

  if (!status) return ENT_OK;
  die(t, status, 0, err);
  end_on_server(t);
  ent_mysql_transaction_let_go(t);
  return status;
}

ent_status ent_mysql_transaction_hold(ent_mysql_transaction *t,
                                      const ent_deadline *deadline,
                                      ent_error *err) {
  ent_status status = ent_mysql_transaction_check(t, err);

  if (!status && !t->connection) status = begin(t, deadline, err);
  if (!status && t->is_held) return check_age(t, err);
  if (status) return status;
  if (!t->has_written) ent_mysql_snapshot_limit(t->view, true);
  t->is_held = true;
  return ENT_OK;
}

void ent_mysql_transaction_end_hold(ent_mysql_transaction *t) {
  if (!t->has_written) ent_mysql_transaction_abort(t);
  t->is_held = false;
}

ent_status ent_mysql_transaction_writes(ent_mysql_transaction *t,
                                        const ent_deadline *deadline,
                                        ent_mysql_connection **connection,
                                        ent_error *err) {
  ent_status status = ent_mysql_transaction_reads(t, deadline, connection, err);

  if (status) return status;
  status = ent_mysql_transaction_set_levels(t, deadline, err);
  if (!status) status = confirm(t, deadline, err);
  if (status) return ent_mysql_transaction_ran(t, status, err);
  t->is_writing = true;
  ent_mysql_transaction_soil_levels(t);
  ent_mysql_snapshot_limit(t->view, false);
  t->has_written = true;
  return ENT_OK;
}

/* Whether it is known that the server never saw the COMMIT. */
static bool was_not_sent(const ent_error *err) {
  return err->native == ENT_SERVER_GONE;
}

/* The server's answer to COMMIT: refused, or lost.  A server that has gone out
 * of service (a node without its cluster) still answers, but ends the
 * transaction as a lost one does. */
static ent_status commit_failed(ent_mysql_transaction *t, bool was_asked,
                                const ent_error *why, ent_error *err) {
  bool is_lost = !ent_mysql_connection_usable(t->connection);
  bool is_away = is_lost || why->status == ENT_UNAVAILABLE;
  ent_status status = is_away ? ENT_ABORTED : why->status;

  t->is_unknown = is_lost && was_asked && !was_not_sent(why);
  if (!t->is_unknown) {
    ent_fail(err, status, "commit: %s; everything was rolled back", why->text);
  } else {
    ent_fail(err, status, "commit: %s; whether it was committed is unknown",
             why->text);
  }
  if (err) err->native = why->native;
  return status;
}

/* Makes sure that it can be committed; nothing is read or written after it. */
static ent_status make_ready(ent_mysql_transaction *t,
                             const ent_deadline *deadline, ent_error *err) {
  ent_error why = {.status = ENT_OK};

  ent_mysql_snapshot_settle(t->view, deadline);
  if (!ent_mysql_connection_idle(t->connection)) {
    return ent_fail(err, ENT_ABORTED,
                    "commit: the connection was lost before; everything was "
                    "rolled back");
  }
  if (confirm(t, deadline, &why) || end_branch(t, deadline, &why)) {
    return commit_failed(t, false, &why, err);
  }
  return ENT_OK;
}

/* Who begins to read now sees what was written. */
static void note_committed(ent_mysql_transaction *t) {
  ent_mysql_snapshot_unshare(t->session);
  forget(t);
}

ent_status ent_mysql_transaction_commit(ent_mysql_transaction *t,
                                        const ent_deadline *deadline,
                                        ent_error *err) {
  ent_error why = {.status = ENT_OK};
  ent_status status = ent_mysql_transaction_check(t, err);
  ent_mysql_client *client;

  if (status) return status;
  if (!t->connection) {
    forget(t); /* savepoints may have been set all the same */
    return ENT_OK;
  }
  status = make_ready(t, deadline, err);
  if (status) return status;
  client = ent_mysql_connection_client(t->connection);
  status = t->branch ? ent_mysql_xa_run(client, "COMMIT", &t->xid, " ONE PHASE",
                                        deadline, &why)
                     : ent_mysql_client_exec(client, "COMMIT", deadline, &why);
  if (t->has_written) ent_mysql_replica_wrote(t->session, t->connection);
  if (status) return commit_failed(t, true, &why, err);
  note_committed(t);
  return ENT_OK;
}

bool ent_mysql_transaction_has_written(const ent_mysql_transaction *t) {
  return t->connection && t->has_written;
}

bool ent_mysql_transaction_is_held(const ent_mysql_transaction *t) {
  return t->is_held;
}

bool ent_mysql_transaction_is_unknown(const ent_mysql_transaction *t) {
  return t->is_unknown;
}

const ent_mysql_xid *ent_mysql_transaction_xid(const ent_mysql_transaction *t) {
  return &t->xid;
}

ent_status ent_mysql_transaction_record(ent_mysql_transaction *t,
                                        const char *sql,
                                        const ent_deadline *deadline,
                                        ent_error *err) {
  ent_status status;

  ent_mysql_snapshot_settle(t->view, deadline);
  status = ent_mysql_client_exec(ent_mysql_connection_client(t->connection),
                                 sql, deadline, err);
  return ent_mysql_transaction_ran(t, status, err);
}

ent_status ent_mysql_transaction_prepare(ent_mysql_transaction *t,
                                         const ent_deadline *deadline,
                                         ent_error *err) {
  ent_error why = {.status = ENT_OK};
  ent_status status = ent_mysql_transaction_check(t, err);

  if (!status) status = make_ready(t, deadline, err);
  if (status) return status;
  t->branch = ENT_BRANCH_ASKED;
  status = ent_mysql_xa_run(ent_mysql_connection_client(t->connection),
                            "PREPARE", &t->xid, "", deadline, &why);
  if (status) return commit_failed(t, false, &why, err);
  t->branch = ENT_BRANCH_PREPARED;
  return ENT_OK;
}

bool ent_mysql_transaction_is_prepared(const ent_mysql_transaction *t) {
  return t->branch == ENT_BRANCH_PREPARED;
}

ent_status ent_mysql_transaction_finish(ent_mysql_transaction *t,
                                        const ent_deadline *deadline,
                                        ent_error *err) {
  ent_error why = {.status = ENT_OK};
  ent_status status = ENT_UNAVAILABLE;

  if (ent_mysql_connection_usable(t->connection)) {
    status = ent_mysql_xa_run(ent_mysql_connection_client(t->connection),
                              "COMMIT", &t->xid, "", deadline, &why);
  }
  ent_mysql_replica_wrote(t->session, t->connection);
  if (status) {
    ent_mysql_connection_spoil(t->connection);
    status =
        ent_mysql_xa_settle(t->session->pool, &t->xid, true, deadline, err);
  }
  note_committed(t);
  return status;
}

void ent_mysql_transaction_leave(ent_mysql_transaction *t) {
  ent_mysql_connection_spoil(t->connection);
  forget(t);
}

void ent_mysql_transaction_abort(ent_mysql_transaction *t) {
  if (t->connection) end_on_server(t);
  forget(t);
}

void ent_mysql_transaction_keep_apart(ent_mysql_transaction *t) {
  t->is_apart = true;
}
