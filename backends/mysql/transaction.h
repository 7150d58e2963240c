#ifndef ENT_BACKENDS_MYSQL_TRANSACTION_H
#define ENT_BACKENDS_MYSQL_TRANSACTION_H

#include "backends/mysql/snapshot.h"

#include <stdbool.h>

/* The transaction of one session on one MySQL pool: a connection that is held
 * from the first statement that locks or writes to the end.
 *
 * It is a part of the session: everything the session reads meanwhile is read
 * on that connection.  A transaction that has lost its connection or was ended
 * by the server (a deadlock) is dead: it says why to whoever asks, until it is
 * aborted.
 *
 * A server that has ended it takes what comes next as statements of their own:
 * a new value is written although the lock it was read under is gone, and COMMIT
 * commits nothing.  It may have said nothing: see ent_mysql_client_is_unsure().
 * So whoever runs a statement in it tells of the end of that
 * (ent_mysql_transaction_ran()), which costs nothing: every answer says whether
 * a transaction is open.
 *
 * Savepoints of SQLite are numbered.  One becomes a savepoint of the server
 * when something is written behind it; levels with nothing written between
 * them share one.
 */
typedef struct ent_mysql_transaction ent_mysql_transaction;

typedef struct ent_mysql_xid ent_mysql_xid; /* xa.h */

/* Makes one that is not open.  NULL if there is no memory. */
ent_mysql_transaction *ent_mysql_transaction_new(ent_mysql_session *session);

/* Aborts what is open, and frees.  NULL is allowed. */
void ent_mysql_transaction_free(ent_mysql_transaction *transaction);

/* Whether something was locked, written or held in it. */
bool ent_mysql_transaction_is_open(const ent_mysql_transaction *transaction);

/* Whether it is dead: what killed it. */
ENT_CHECKED ent_status ent_mysql_transaction_check(
    const ent_mysql_transaction *transaction, ent_error *err);

/* The connection, for a statement that reads or locks.  A scan that has a page
 * on its way reads it first.  Opens the transaction where it is not: log-in
 * where the pool has no idle connection, and a round trip.
 * What killed it, where it is dead; errors of ent_mysql_pool_acquire(). */
ENT_CHECKED ent_status ent_mysql_transaction_reads(
    ent_mysql_transaction *transaction, const ent_deadline *deadline,
    ent_mysql_connection **connection, ent_error *err);

/* The same for a statement that writes: the savepoints that SQLite has set are
 * set on the server (one round trip, if there are new ones), and the server is
 * asked whether the transaction is open where its last answer did not tell (one
 * more).  BUSY where it is not. */
ENT_CHECKED ent_status ent_mysql_transaction_writes(
    ent_mysql_transaction *transaction, const ent_deadline *deadline,
    ent_mysql_connection **connection, ent_error *err);

/* Opens it for what is only read, so that all of that is one state, until it
 * ends or ent_mysql_transaction_end_hold(): that ends it where nothing was
 * written.  To be called before everything that is read.  Errors of
 * ent_mysql_transaction_reads(); while it is held, a lost connection kills it
 * also where nothing was written, and so does its age (TIMEOUT, see
 * ent_mysql_snapshot_check_age()), but only there. */
ENT_CHECKED ent_status
ent_mysql_transaction_hold(ent_mysql_transaction *transaction,
                           const ent_deadline *deadline, ent_error *err);
void ent_mysql_transaction_end_hold(ent_mysql_transaction *transaction);

/* To be told of the end of every statement on the connection, with its status:
 * notes whether the transaction died of it, or was dead before.  Returns the
 * status to go on with: ABORTED where writes were lost with the connection;
 * behind a statement that was done outside of the transaction BUSY, or ABORTED
 * where it has written. */
ENT_CHECKED ent_status ent_mysql_transaction_ran(
    ent_mysql_transaction *transaction, ent_status status, ent_error *err);

/* Makes it refuse everything, with these words, until it is aborted or rolled
 * back to a level below `level`: to one set before what went wrong. */
void ent_mysql_transaction_doom(ent_mysql_transaction *transaction, int level,
                                const ent_error *why);

/* The savepoints there are. */
int ent_mysql_transaction_n_levels(const ent_mysql_transaction *transaction);

/* The read view that scans of this session share while it is open. */
ent_mysql_snapshot *
ent_mysql_transaction_view(ent_mysql_transaction *transaction);

/* See ent_source_ops.  A rollback to a level that has nothing written behind
 * it costs nothing. */
ENT_CHECKED ent_status ent_mysql_transaction_savepoint(
    ent_mysql_transaction *transaction, int level, ent_error *err);
void ent_mysql_transaction_release(ent_mysql_transaction *transaction,
                                   int level);
ENT_CHECKED ent_status
ent_mysql_transaction_rollback_to(ent_mysql_transaction *transaction, int level,
                                  const ent_deadline *deadline, ent_error *err);

/* Commits: one round trip, none where nothing is open, two where the last answer
 * does not tell whether it still is (BUSY, if not).  On failure everything was
 * rolled back, with one exception that the words name: where the connection is
 * lost before the answer has come, it is unknown (ABORTED). */
ENT_CHECKED ent_status
ent_mysql_transaction_commit(ent_mysql_transaction *transaction,
                             const ent_deadline *deadline, ent_error *err);

/* Whether there is something to commit. */
bool ent_mysql_transaction_has_written(
    const ent_mysql_transaction *transaction);

/* Whether what it reads must stay one state. */
bool ent_mysql_transaction_is_held(const ent_mysql_transaction *transaction);

/* Whether the answer to its COMMIT was lost, until it is aborted or left. */
bool ent_mysql_transaction_is_unknown(const ent_mysql_transaction *transaction);

/* The rest is for a branch of several pools' transaction (commit.h), one that
 * has written. */

/* Its name; lives as long as the transaction is open. */
const ent_mysql_xid *
ent_mysql_transaction_xid(const ent_mysql_transaction *transaction);

/* Runs a statement of our own in it.  One round trip. */
ENT_CHECKED ent_status ent_mysql_transaction_record(
    ent_mysql_transaction *transaction, const char *sql,
    const ent_deadline *deadline, ent_error *err);

/* XA END and XA PREPARE: from then on the server keeps the branch, whatever
 * happens to the connection and to itself, until it is told to commit it or to
 * roll it back.  Two round trips.  Errors as those of a commit; what an answer
 * that was lost has left there is rolled back with the rest. */
ENT_CHECKED ent_status
ent_mysql_transaction_prepare(ent_mysql_transaction *transaction,
                              const ent_deadline *deadline, ent_error *err);
bool ent_mysql_transaction_is_prepared(
    const ent_mysql_transaction *transaction);

/* XA COMMIT of one that is prepared: one round trip; where the connection was
 * lost another one is used, for a second.  It is not open afterwards in either
 * case.  Errors of ent_mysql_xa_settle(): the branch stays prepared. */
ENT_CHECKED ent_status
ent_mysql_transaction_finish(ent_mysql_transaction *transaction,
                             const ent_deadline *deadline, ent_error *err);

/* Lets go of it without a word to the server: what is prepared stays so. */
void ent_mysql_transaction_leave(ent_mysql_transaction *transaction);

/* Undoes everything and is not open afterwards.  One round trip, or two for a
 * branch, waited for at most two seconds; else the connection is closed, which
 * undoes it too, and a prepared branch is rolled back over another one, or left
 * (n_left in xa.h). */
void ent_mysql_transaction_abort(ent_mysql_transaction *transaction);

/* A connection that other sessions may not meet after this transaction: a
 * statement of the user's may have changed its settings. */
void ent_mysql_transaction_keep_apart(ent_mysql_transaction *transaction);

#endif
