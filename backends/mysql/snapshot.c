#include "backends/mysql/snapshot.h"

#include "backends/mysql/replica.h"
#include "backends/mysql/transaction.h"

#include <stdlib.h>

enum {
  ENT_LEAVE_MS = 2000,
  ENT_UNREAD_MS = 20, /* for what nobody wants any more */
};

struct ent_mysql_snapshot {
  ent_mysql_session *session;
  ent_mysql_connection *connection;
  int n_users;
  int64_t until_ms;
  ent_error lost; /* why the connection was given up */
  bool is_lent; /* the connection is a transaction's; NULL when that is over */
  bool is_told; /* every answer says whether it is open, if it is not lent */
  void (*settle)(void *context, const ent_deadline *deadline); /* or NULL */
  void *settled;                                               /* its context */
};

void ent_mysql_snapshot_limit(ent_mysql_snapshot *snapshot, bool is_limited) {
  int64_t max_s = snapshot->session->snapshot_max_s;

  snapshot->until_ms =
      is_limited && max_s ? ent_now_ms() + 1000 * max_s : INT64_MAX;
}

ent_status ent_mysql_snapshot_check_age(const ent_mysql_snapshot *snapshot,
                                        ent_error *err) {
  if (ent_now_ms() <= snapshot->until_ms) return ENT_OK;
  return ent_fail(err, ENT_TIMEOUT,
                  "the snapshot has been open for more than %lld s "
                  "(snapshot_max_s)",
                  (long long)snapshot->session->snapshot_max_s);
}

static ent_status begin(ent_mysql_snapshot *snapshot, bool of_primary,
                        const ent_deadline *deadline, ent_error *err) {
  ent_status status = ent_mysql_reader_acquire(
      snapshot->session, of_primary, deadline, &snapshot->connection, err);

  if (status) return status;
  status = ent_mysql_client_exec(
      ent_mysql_connection_client(snapshot->connection),
      "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", deadline, err);
  if (status) {
    ent_mysql_pool_release(snapshot->connection);
    return ent_error_context(err, status, "begin a snapshot");
  }
  snapshot->is_told = ent_mysql_client_in_transaction(
      ent_mysql_connection_client(snapshot->connection));
  return ENT_OK;
}

ent_status ent_mysql_snapshot_join(ent_mysql_session *session,
                                   const ent_query *query,
                                   const ent_deadline *deadline,
                                   ent_mysql_snapshot **out, ent_error *err) {
  bool joins = query->joins_snapshot && !query->of_primary;
  ent_mysql_snapshot *snapshot = joins ? session->shared : NULL;
  ent_status status;

  if (ent_mysql_session_in_transaction(session)) {
    snapshot = ent_mysql_transaction_view(session->transaction);
    joins = false;
    if (!snapshot) {
      return ent_fail(err, ENT_ABORTED, "the transaction has ended; ROLLBACK");
    }
  }

  if (!snapshot) {
    snapshot = calloc(1, sizeof(*snapshot));
    if (!snapshot) return ent_fail_nomem(err);
    snapshot->session = session;
    ent_mysql_snapshot_limit(snapshot, true);
    status = begin(snapshot, query->of_primary, deadline, err);
    if (status) {
      free(snapshot);
      return status;
    }
    if (joins) session->shared = snapshot;
  }
  snapshot->n_users++;
  *out = snapshot;
  return ENT_OK;
}

/* A connection goes back to the pool outside any transaction, or not at all:
 * what does not end its snapshot in time is closed. */
static void end(ent_mysql_snapshot *snapshot) {
  ent_mysql_connection *connection = snapshot->connection;
  ent_deadline deadline = ent_deadline_in(ENT_LEAVE_MS);

  if (ent_mysql_connection_idle(connection) &&
      ent_mysql_client_exec(ent_mysql_connection_client(connection), "COMMIT",
                            &deadline, NULL)) {
    ent_mysql_connection_spoil(connection);
  }
  ent_mysql_pool_release(connection);
}

ent_status ent_mysql_snapshot_lend(ent_mysql_session *session,
                                   ent_mysql_connection *connection,
                                   ent_mysql_snapshot **out, ent_error *err) {
  ent_mysql_snapshot *snapshot = calloc(1, sizeof(*snapshot));

  if (!snapshot) return ent_fail_nomem(err);
  *snapshot = (ent_mysql_snapshot){.session = session,
                                   .connection = connection,
                                   .n_users = 1,
                                   .until_ms = INT64_MAX,
                                   .is_lent = true};
  *out = snapshot;
  return ENT_OK;
}

void ent_mysql_snapshot_end(ent_mysql_snapshot *snapshot) {
  ent_deadline soon = ent_deadline_in(ENT_LEAVE_MS);

  ent_mysql_snapshot_settle(snapshot, &soon);
  snapshot->connection = NULL;
  ent_mysql_snapshot_leave(snapshot);
}

bool ent_mysql_snapshot_is_lent(const ent_mysql_snapshot *snapshot) {
  return snapshot->is_lent;
}

void ent_mysql_snapshot_unshare(ent_mysql_session *session) {
  session->shared = NULL;
}

void ent_mysql_snapshot_settle(ent_mysql_snapshot *snapshot,
                               const ent_deadline *deadline) {
  if (snapshot->settle) snapshot->settle(snapshot->settled, deadline);
}

void ent_mysql_snapshot_leave(ent_mysql_snapshot *snapshot) {
  ent_deadline soon = ent_deadline_in(ENT_UNREAD_MS);

  if (!snapshot || --snapshot->n_users > 0) return;
  ent_mysql_snapshot_settle(snapshot, &soon);
  if (!snapshot->is_lent) end(snapshot);
  if (snapshot->session->shared == snapshot) snapshot->session->shared = NULL;
  free(snapshot);
}

void ent_mysql_snapshot_reserve(ent_mysql_snapshot *snapshot,
                                void (*settle)(void *context,
                                               const ent_deadline *deadline),
                                void *context) {
  snapshot->settle = settle;
  snapshot->settled = context;
}

void ent_mysql_snapshot_release(ent_mysql_snapshot *snapshot) {
  snapshot->settle = NULL;
}

ent_status ent_mysql_snapshot_ran(const ent_mysql_snapshot *snapshot,
                                  ent_status status, ent_error *err) {
  if (!snapshot->connection) return status;
  if (snapshot->is_lent) {
    return ent_mysql_transaction_ran(snapshot->session->transaction, status,
                                     err);
  }
  if (status || !snapshot->is_told ||
      ent_mysql_client_in_transaction(
          ent_mysql_connection_client(snapshot->connection))) {
    return status;
  }
  return ent_fail(err, ENT_BUSY,
                  "the server has ended the scan's read view without saying "
                  "so");
}

void ent_mysql_snapshot_spoil(ent_mysql_snapshot *snapshot,
                              const ent_error *why) {
  if (!snapshot->connection) return;
  snapshot->lost = *why;
  ent_mysql_connection_spoil(snapshot->connection);
}

void ent_mysql_snapshot_drop_rows(ent_mysql_snapshot *snapshot) {
  if (!snapshot->connection) return;
  ent_mysql_connection_drop_rows(snapshot->connection);
}

ent_status ent_mysql_snapshot_connection(ent_mysql_snapshot *snapshot,
                                         const ent_deadline *deadline,
                                         ent_mysql_connection **connection,
                                         ent_error *err) {
  ent_status status;

  if (!snapshot->connection) {
    return ent_fail(err, ENT_UNAVAILABLE,
                    "the transaction that the scan read in has ended");
  }
  status = ent_mysql_snapshot_check_age(snapshot, err);
  if (status) return status;
  ent_mysql_snapshot_settle(snapshot, deadline);
  /* One that was lost since tells the statement. */
  if (!ent_mysql_connection_usable(snapshot->connection)) {
    if (snapshot->lost.status) {
      return ent_fail(err, snapshot->lost.status, "%s", snapshot->lost.text);
    }
    return ent_fail(err, ENT_UNAVAILABLE,
                    "the connection to the server was lost");
  }
  *connection = snapshot->connection;
  return ENT_OK;
}
