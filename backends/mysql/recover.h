#ifndef ENT_BACKENDS_MYSQL_RECOVER_H
#define ENT_BACKENDS_MYSQL_RECOVER_H

#include "backends/mysql/xa.h"

/* Ends the branches that a crash has left prepared, as their records say
 * (decision.h).  What belongs to a transaction under way, in this process or
 * another, is left alone, and so is what has its record on a server that is not
 * among these pools or does not answer: nobody guesses.
 *
 * Where the record says that there are copies of what a branch changes
 * (backends/copies.h) they are blocked before it is committed, for each pool of its
 * address, and unblocked behind it.  Where that cannot be done it stays prepared. */

/* Finishes what can be finished, on all servers of these pools, and removes
 * the records that nobody needs.
 *
 *   n     branches that were committed or rolled back
 *   left  why the first of those stays prepared whose copies could not be blocked;
 *         what is younger than ten seconds will be ended by others
 *
 * One round trip a pool, four a branch, and those of blocking.  A server that is
 * away is passed over.
 * INTERRUPTED; REJECTED where a server forbids the user to do it. */
ENT_CHECKED ent_status ent_mysql_recover(ent_mysql_xa *xa,
                                         const ent_deadline *deadline,
                                         size_t *n, ent_error *left,
                                         ent_error *err);

/* What ent_mysql_recover() has left or would have to do at a session's server,
 * changing nothing. */
typedef struct ent_mysql_waiting_branches {
  size_t n_known;    /* their records are here, and say what to do */
  size_t n_unknown;  /* nobody here has a record of them */
  ent_mysql_xid xid; /* the first one */
} ent_mysql_waiting_branches;

/* One round trip, and two a branch and pool.  Branches that are younger than ten
 * seconds are left out: they will be ended. */
ENT_CHECKED ent_status
ent_mysql_recover_look(ent_mysql_session *session, const ent_deadline *deadline,
                       ent_mysql_waiting_branches *waiting, ent_error *err);

#endif
