#ifndef ENT_BACKENDS_MYSQL_XA_H
#define ENT_BACKENDS_MYSQL_XA_H

#include "backends/mysql/session.h"

#include <stdbool.h>
#include <stddef.h>

/* Branches of transactions over several pools: their names, and the statements
 * that begin and end them.
 *
 * A branch is what the server calls an XA transaction.  Its name, the XID, has
 * three parts:
 *
 *     gtrid     entable-6928a3f0-0123456789abcdef0123456789abcdef
 *               of the whole transaction: seconds since 1970, and 128 random bits
 *     bqual     2.log: the how-manieth begin, and the pool
 *     formatID  1701737521 ("ent1"): ours, not another program's
 *
 * All of it is made of letters, digits, '_', '-' and '.', so that it can stand
 * between quotes in SQL; what is read from a server is looked at first.
 */
enum {
  ENT_XID_FORMAT = 1701737521,
  ENT_XID_PART = 65, /* bytes of a part, with its end */
  ENT_XID_SQL = 2 * ENT_XID_PART + 24,
};

typedef struct ent_mysql_xid {
  char gtrid[ENT_XID_PART];
  char bqual[ENT_XID_PART];
} ent_mysql_xid;

typedef struct ent_mysql_xid_list {
  ent_mysql_xid *items;
  size_t n;
  size_t capacity;
} ent_mysql_xid_list;

/* The pools of one opened configuration that commit together: those that say
 * `transactions: xa`, in the order of the file.  Their sessions refer to it.
 *
 * It has one transaction at a time, that of the handle. */
struct ent_mysql_xa {
  int n_users;
  ent_mysql_session *first; /* of those that belong to it, by xa_next */
  unsigned n_open;          /* branches of the present transaction */
  unsigned n_begun;         /* branches ever */
  char gtrid[ENT_XID_PART]; /* of the present transaction, while any is open */
  ent_mysql_session *recorder; /* whose pool has the record of it, or NULL */
  bool is_unknown;             /* nobody knows whether it was decided */
  unsigned n_left; /* branches of it that could not be ended with it */
};

/* One user; NULL if there is no memory. */
ent_mysql_xa *ent_mysql_xa_new(void);
void ent_mysql_xa_unref(ent_mysql_xa *xa); /* NULL is allowed */

/* Makes a session one of them, as the first, until ent_mysql_xa_remove().
 *
 *   name  of its pool; lives as long as the session */
void ent_mysql_xa_add(ent_mysql_xa *xa, ent_mysql_session *session,
                      const char *name);
void ent_mysql_xa_remove(ent_mysql_session *session);

/* UNSUPPORTED where the server has no branches that outlive their connection
 * once they are prepared: a node of Galera, MySQL before 5.7.7 and MariaDB before
 * 10.5.  No round trip; Galera is told by ent_mysql_xa_start(). */
ENT_CHECKED ent_status ent_mysql_xa_check(const ent_mysql_client *client,
                                          ent_error *err);

/* The same, certain, by a branch in which nothing is done: three round trips. */
ENT_CHECKED ent_status ent_mysql_xa_try(ent_mysql_client *client,
                                        const ent_deadline *deadline,
                                        ent_error *err);

/* Begins a branch of the session's present transaction, instead of START
 * TRANSACTION; one round trip.  UNSUPPORTED as above.
 *
 *   xid  its name; to be given back by ent_mysql_xa_leave() when it is over */
ENT_CHECKED ent_status ent_mysql_xa_start(const ent_mysql_session *session,
                                          ent_mysql_client *client,
                                          ent_mysql_xid *xid,
                                          const ent_deadline *deadline,
                                          ent_error *err);
void ent_mysql_xa_leave(const ent_mysql_session *session);

/* "XA END …", "XA PREPARE …", "XA COMMIT …", "XA ROLLBACK …"; one round trip.
 *
 *   verb   "END", …
 *   extra  behind the name: "" or " ONE PHASE" */
ENT_CHECKED ent_status ent_mysql_xa_run(
    ent_mysql_client *client, const char *verb, const ent_mysql_xid *xid,
    const char *extra, const ent_deadline *deadline, ent_error *err);

/* The branches of ours that a server keeps prepared, in `arena`; they may be of
 * any database there.  One round trip. */
ENT_CHECKED ent_status ent_mysql_xa_list(ent_mysql_client *client,
                                         ent_arena *arena,
                                         const ent_deadline *deadline,
                                         ent_mysql_xid_list *list,
                                         ent_error *err);

/* Commits or rolls back a prepared branch over another connection than its own,
 * which has ended or is about to.  One that is not there has been ended, or was
 * never prepared and is gone with its connection: OK.
 * BUSY where a connection still has it after a second; REJECTED by MySQL where
 * the user lacks XA_RECOVER_ADMIN. */
ENT_CHECKED ent_status ent_mysql_xa_settle(ent_mysql_pool *pool,
                                           const ent_mysql_xid *xid,
                                           bool commits,
                                           const ent_deadline *deadline,
                                           ent_error *err);

/* Takes a name that was read; false for one that is not ours. */
bool ent_mysql_xid_take(ent_mysql_xid *xid, const char *gtrid,
                        size_t gtrid_size, const char *bqual,
                        size_t bqual_size);

/* Appends a copy, in `arena`.  NOMEM. */
ENT_CHECKED ent_status ent_mysql_xid_append(ent_arena *arena,
                                            ent_mysql_xid_list *list,
                                            const ent_mysql_xid *xid,
                                            ent_error *err);

bool ent_mysql_xid_is_listed(const ent_mysql_xid_list *list,
                             const ent_mysql_xid *xid);

/* How long ago its transaction began, by this machine's clock. */
int64_t ent_mysql_xid_age_s(const ent_mysql_xid *xid);

#endif
