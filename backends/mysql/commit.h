#ifndef ENT_BACKENDS_MYSQL_COMMIT_H
#define ENT_BACKENDS_MYSQL_COMMIT_H

#include "backends/mysql/xa.h"

/* COMMIT of a transaction that has written to several pools, in two phases:
 *
 *     a row for each branch but the first one's   (decision.h) in the first pool
 *     these rows are decided                      in the first branch
 *     XA END, XA PREPARE                          of every other branch
 *     XA END, XA COMMIT … ONE PHASE               of the first branch
 *     XA COMMIT                                   of every other branch
 *     the rows are removed
 *
 * The fourth line is the decision: before it everything can be rolled back, and
 * is where the process dies, since the first branch was never prepared and ends
 * with its connection; after it everything is committed, by this process or by
 * ent_mysql_recover().  The first pool needs no PREPARE for that: its COMMIT is the
 * last thing that may be refused, of all that is done.
 *
 * SQLite asks in xSync whether COMMIT may go on, and ignores what xCommit says.
 * So the first four lines are xSync's, and what is left cannot be refused. */

/* Commits what the pools have written; nothing may wait to be sent any more.
 * Where a single one has written it is one phase there, of two round trips.  Of n
 * pools: a connection of the first one's beside its own; 4 n + 1 round trips, and n
 * more in ent_mysql_commit_finish().
 *
 * On failure everything is to be rolled back, pool by pool
 * (ent_mysql_transaction_abort()), then ent_mysql_commit_abandon() called: the
 * errors of ent_mysql_transaction_commit(), with the pool in front.  Where the
 * answer to the decision was lost the first pool is asked for it over another
 * connection; if that does not answer the words say "unknown" (ABORTED), and the
 * branches stay prepared.  Sessions whose part may yet be committed are left
 * (is_left). */
ENT_CHECKED ent_status ent_mysql_commit(ent_mysql_xa *xa,
                                        const ent_deadline *deadline,
                                        ent_error *err);

/* Behind a success: commits the branches that are prepared.  A failure leaves
 * them to ent_mysql_recover(), and says where in `left` and in their sessions. */
void ent_mysql_commit_finish(ent_mysql_xa *xa, const ent_deadline *deadline,
                             ent_error *left);

/* Behind a failure and what was done about it: removes the record, unless
 * branches were left to ent_mysql_recover(), which is told then. */
bool ent_mysql_commit_abandon(ent_mysql_xa *xa, const ent_deadline *deadline);

#endif
