#ifndef ENT_BACKENDS_MYSQL_DECISION_H
#define ENT_BACKENDS_MYSQL_DECISION_H

#include "backends/mysql/xa.h"

/* The record of transactions over several pools: a table of one of them,
 *
 *     _entable_xa(gtrid, bqual, address, made_at, blocked)
 *
 * A row for every branch, but the one of the pool that has the table, is there
 * before that branch is prepared.  In the transaction of that pool, and before any
 * branch is prepared, too, a row without a bqual is added: the decision.  It is made
 * as that transaction commits.
 *
 * So of a branch that is found prepared the rows say what to do.  While the
 * transaction of the pool with the table is open the decision is locked: nobody
 * knows yet.  If it is there, the branch is to be committed.  If there is only the
 * branch's own, that transaction was rolled back, and nobody can decide it any
 * more: so must be the branch.  If there is neither, the record is elsewhere.
 *
 * A branch's row also tells which copies of what it changes are to be blocked
 * before it is committed (backends/copies.h).
 *
 * The decision is a row of its own, because a transaction cannot change one of a
 * table that is younger than its read view (1412), but can add one.
 *
 * What takes a connection of its own takes it from the pool, in autocommit.
 */
enum { ENT_DECISION_ADDRESS = 256 }; /* bytes of an address, with its end */

/* Whether a table of a database is the record. */
bool ent_decision_is_table(const char *name);

/* Adds the row of a branch.  Makes the table where there is none.  One round
 * trip, as a rule.  Errors of the server, with what was done in front.
 *
 *   address  of the branch's pool, as it is shown
 *   blocked  what is to be blocked again with its COMMIT; "" if nothing */
ENT_CHECKED ent_status ent_decision_add(
    ent_mysql_session *recorder, const ent_mysql_xid *xid, const char *address,
    const char *blocked, const ent_deadline *deadline, ent_error *err);

/* Adds the decision, in the recorder's own transaction.  One round trip. */
ENT_CHECKED ent_status ent_decision_make(ent_mysql_session *recorder,
                                         const ent_deadline *deadline,
                                         ent_error *err);

typedef enum ent_decision {
  ENT_DECISION_NONE,      /* nothing is here */
  ENT_DECISION_OPEN,      /* it is locked: the transaction is under way */
  ENT_DECISION_COMMIT,    /* it is made */
  ENT_DECISION_ROLL_BACK, /* and not, for ever */
} ent_decision;

typedef struct ent_decision_row {
  ent_decision decision;
  int64_t age_s;                      /* by the server's clock */
  char address[ENT_DECISION_ADDRESS]; /* of the branch's pool, cut to fit */
} ent_decision_row;

/* Whether the branch is of the pool with this address. */
bool ent_decision_is_at(const ent_decision_row *row, const char *address);

/* Looks the rows of a branch up, and waits up to two seconds where it is locked.
 * Two round trips. */
ENT_CHECKED ent_status ent_decision_look(ent_mysql_session *recorder,
                                         const ent_mysql_xid *xid,
                                         const ent_deadline *deadline,
                                         ent_decision_row *row, ent_error *err);

/* What the row of a branch that was found says is to be blocked before its
 * COMMIT, in `arena`; "" if nothing.  One round trip. */
ENT_CHECKED ent_status ent_decision_blocked(
    ent_mysql_session *recorder, const ent_mysql_xid *xid, ent_arena *arena,
    const ent_deadline *deadline, const char **blocked, ent_error *err);

/* Removes the row of a branch that has ended, with the last one the decision, too;
 * or without a bqual all rows of a transaction.  Four round trips, or one. */
ENT_CHECKED ent_status ent_decision_remove(ent_mysql_session *recorder,
                                           const char *gtrid, const char *bqual,
                                           const ent_deadline *deadline,
                                           ent_error *err);

/* The rows that are older than an hour, of branches at this address, in
 * `arena`.  One round trip. */
ENT_CHECKED ent_status ent_decision_list_old(
    ent_mysql_session *recorder, const char *address, ent_arena *arena,
    const ent_deadline *deadline, ent_mysql_xid_list *list, ent_error *err);

#endif
