#ifndef ENT_VTAB_TRANSACTION_H
#define ENT_VTAB_TRANSACTION_H

#include "vtab/session.h"

/* SQLite's transactions carried out on servers.
 *
 * SQLite tells every table of a transaction by itself of its begin, its
 * savepoints and its end.  A session has one transaction of which all of them
 * are parts: the first that is told acts, the others are counted.  COMMIT is
 * carried out in the last xSync, which can still refuse it: where several pools
 * were written to, up to the decision, and in xCommit the rest (commit.h of the
 * MySQL folder).
 */

/* What SQLite tells of a transaction, for the module of a member.  `vtab`
 * receives the words of an error. */
void ent_transaction_begin(ent_session *session, ent_member *member);
int ent_transaction_sync(ent_session *session, ent_member *member,
                         sqlite3_vtab *vtab);
void ent_transaction_commit(ent_session *session, ent_member *member);
void ent_transaction_rollback(ent_session *session, ent_member *member);
int ent_transaction_savepoint(ent_session *session, int level,
                              sqlite3_vtab *vtab);
int ent_transaction_release(ent_session *session, int level,
                            sqlite3_vtab *vtab);
int ent_transaction_rollback_to(ent_session *session, int level,
                                sqlite3_vtab *vtab);

/* Makes a pool one that the transaction writes to.  UNSUPPORTED where it has
 * written to another one, unless the configuration says `transactions: xa` for
 * both; what has killed the transaction in another one. */
ENT_CHECKED ent_status ent_transaction_join(ent_session *session,
                                            ent_session_pool *pool,
                                            ent_error *err);

/* Whether a row may be sent later than it is written: nobody can see it where a
 * single statement is the whole transaction, and where the user has said so.
 *
 *   conflict  of the statement: SQLITE_ABORT, …; what SQLite does at once about
 *             a row that is refused leaves no time */
bool ent_transaction_gathers(const ent_session *session, int conflict);

/* The statement of this handle that is being stepped and writes; the newest
 * prepared if there are several, NULL if there is none. */
sqlite3_stmt *ent_transaction_writer(sqlite3 *db);

/* Notes what last_insert_rowid() is while a row whose id is not known yet waits
 * in a pool: if it still is that when the row is sent, it becomes the id. */
void ent_transaction_expect_id(ent_session *session, ent_session_pool *pool,
                               sqlite3_int64 shown);

#endif
