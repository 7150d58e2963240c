#ifndef ENT_BACKENDS_MYSQL_REPLICA_H
#define ENT_BACKENDS_MYSQL_REPLICA_H

#include "backends/mysql/session.h"

/* Reading from replicas: servers that repeat what the primary does, a little
 * later.  What a session reads outside a transaction comes from one of them,
 * always the same as long as it answers, once that has all that the session has
 * written: the primary tells the position (GTID) of a commit with its answer,
 * and a replica is asked whether it is there.  Where it is not there in time, is
 * away, or the primary tells no position, the primary is read. */

/* Adds a replica, which is taken over: closed by ent_mysql_session_done(); also
 * where this fails.  NOMEM. */
ENT_CHECKED ent_status ent_mysql_replica_add(ent_mysql_session *session,
                                             ent_mysql_pool *pool,
                                             ent_error *err);

/* A connection for reading outside a transaction, in autocommit, for as long as
 * the caller likes; released by ent_mysql_pool_release().  Up to two round trips
 * behind a write, else none where one is idle.  Errors of
 * ent_mysql_pool_acquire() of the primary.
 *
 *   of_primary  no replica is asked */
ENT_CHECKED ent_status ent_mysql_reader_acquire(
    ent_mysql_session *session, bool of_primary, const ent_deadline *deadline,
    ent_mysql_connection **connection, ent_error *err);

/* The same for a single statement, rather the one that ent_mysql_reader_release()
 * was given last.  Whether that one is alive shows when it is used, so the caller
 * tries again where it was lost. */
ENT_CHECKED ent_status ent_mysql_reader_acquire_again(
    ent_mysql_session *session, bool of_primary, const ent_deadline *deadline,
    ent_mysql_connection **connection, ent_error *err);

/* A connection for what need be neither new nor exact: to the replica in use or
 * to the primary, wherever one is free at once.  Released in the same way.  BUSY
 * where none is; errors of ent_mysql_pool_acquire_free() of the primary. */
ENT_CHECKED ent_status ent_mysql_reader_acquire_free(
    ent_mysql_session *session, const ent_deadline *deadline,
    ent_mysql_connection **connection, ent_error *err);

/* Gives it back behind a single statement, to be had again for the next. */
void ent_mysql_reader_release(ent_mysql_session *session,
                              ent_mysql_connection *connection);

/* Notes that a connection to the primary has ended a write of this session, or
 * was lost doing so. */
void ent_mysql_replica_wrote(ent_mysql_session *session,
                             const ent_mysql_connection *connection);

/* The pool of the i-th of session->n_replicas. */
ent_mysql_pool *ent_mysql_replica_pool(const ent_mysql_session *session,
                                       size_t i);

void ent_mysql_replica_done(ent_mysql_session *session);

#endif
