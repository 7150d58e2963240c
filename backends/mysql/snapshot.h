#ifndef ENT_BACKENDS_MYSQL_SNAPSHOT_H
#define ENT_BACKENDS_MYSQL_SNAPSHOT_H

#include "backends/mysql/session.h"
#include "backends/source.h"

#include <stdbool.h>

/* A read view on a connection of its own: several statements that see one
 * state of the tables.  The scans of one SQLite statement share one. */

/* Joins the transaction's read view while there is a transaction, else the one
 * that the session's scans share, where the query may join it and there is one,
 * else begins one on a connection of its own (two round trips).  UNAVAILABLE and
 * other errors of the server. */
ENT_CHECKED ent_status ent_mysql_snapshot_join(ent_mysql_session *session,
                                               const ent_query *query,
                                               const ent_deadline *deadline,
                                               ent_mysql_snapshot **snapshot,
                                               ent_error *err);

/* Makes a read view of a transaction's connection, which stays the caller's,
 * until ent_mysql_snapshot_end(): scans that have joined it are told then that
 * it is gone, the next time they ask for a page.  NOMEM. */
ENT_CHECKED ent_status ent_mysql_snapshot_lend(ent_mysql_session *session,
                                               ent_mysql_connection *connection,
                                               ent_mysql_snapshot **snapshot,
                                               ent_error *err);
void ent_mysql_snapshot_end(ent_mysql_snapshot *snapshot);

/* Has the time of a transaction's view begin, or not count any more: that of
 * every other view counts from its beginning. */
void ent_mysql_snapshot_limit(ent_mysql_snapshot *snapshot, bool is_limited);

/* TIMEOUT where the view has been open for longer than the session allows
 * (snapshot_max_s): the server keeps every row version since. */
ENT_CHECKED ent_status ent_mysql_snapshot_check_age(
    const ent_mysql_snapshot *snapshot, ent_error *err);

/* Whether it is a transaction's. */
bool ent_mysql_snapshot_is_lent(const ent_mysql_snapshot *snapshot);

/* From now on nobody joins the view that is shared now: it is older than what
 * the session has written since. */
void ent_mysql_snapshot_unshare(ent_mysql_session *session);

/* Asks whoever has a request under way on the connection to read its answer. */
void ent_mysql_snapshot_settle(ent_mysql_snapshot *snapshot,
                               const ent_deadline *deadline);

/* Leaves it; the last one out ends it (one round trip, waited for at most two
 * seconds).  Who has a request under way there may leave, too, and is asked to
 * settle it when the connection is needed, or ended.  NULL is allowed. */
void ent_mysql_snapshot_leave(ent_mysql_snapshot *snapshot);

/* The connection of a read view, for one statement.  Whoever has a request
 * under way there is asked to settle it first.  Errors of
 * ent_mysql_snapshot_check_age(). */
ENT_CHECKED ent_status ent_mysql_snapshot_connection(
    ent_mysql_snapshot *snapshot, const ent_deadline *deadline,
    ent_mysql_connection **connection, ent_error *err);

/* Notes that a request is under way on the connection, and whom to ask to read
 * its answer when somebody else needs it; released when the answer is read. */
void ent_mysql_snapshot_reserve(ent_mysql_snapshot *snapshot,
                                void (*settle)(void *context,
                                               const ent_deadline *deadline),
                                void *context);
void ent_mysql_snapshot_release(ent_mysql_snapshot *snapshot);

/* To be told of the end of every statement there, with its status; returns the
 * one to go on with.  BUSY where the server has ended the view without saying
 * so: what was read is of another state.  Else as ent_mysql_transaction_ran(),
 * where it is a transaction's. */
ENT_CHECKED ent_status ent_mysql_snapshot_ran(
    const ent_mysql_snapshot *snapshot, ent_status status, ent_error *err);

/* Gives the connection up, for what is then told to whoever wants it; or only
 * where it has rows unread. */
void ent_mysql_snapshot_spoil(ent_mysql_snapshot *snapshot,
                              const ent_error *why);
void ent_mysql_snapshot_drop_rows(ent_mysql_snapshot *snapshot);

#endif
