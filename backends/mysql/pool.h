#ifndef ENT_BACKENDS_MYSQL_POOL_H
#define ENT_BACKENDS_MYSQL_POOL_H

#include "backends/base/address.h"
#include "backends/mysql/connection.h"

/* The connections of this process to one address.  Every session that names
 * the same address shares them, whatever its pool is called; all functions may
 * be called from any thread.  At most limit_connections (100) are open.  An idle
 * one is kept for idle_timeout_ms (a minute) and used for max_lifetime_ms (three
 * minutes); one that is too old is closed as the pool is used next.  After a
 * fork() a child starts with none. */
typedef struct ent_mysql_pool ent_mysql_pool;

/* The pool of an address, which is copied.  Connects to nothing. */
ENT_CHECKED ent_status ent_mysql_pool_open(const ent_address *address,
                                           ent_mysql_pool **pool,
                                           ent_error *err);

/* Gives up one use of a pool; the last one closes its idle connections.  Every
 * connection acquired through it must have been released.  NULL is allowed. */
void ent_mysql_pool_close(ent_mysql_pool *pool);

/* From now on its connections tell the positions of what they change
 * (ent_mysql_connection_position()). */
void ent_mysql_pool_track(ent_mysql_pool *pool);

/* The pool's own copy of its address; lives as long as the pool. */
const ent_address *ent_mysql_pool_address(const ent_mysql_pool *pool);

/* Takes an idle connection or opens one; where limit_connections are in use,
 * waits for one to be released.  UNAVAILABLE with the address in front;
 * TIMEOUT and INTERRUPTED. */
ENT_CHECKED ent_status ent_mysql_pool_acquire(ent_mysql_pool *pool,
                                              const ent_deadline *deadline,
                                              ent_mysql_connection **connection,
                                              ent_error *err);

/* The same, rather the connection that the caller has released last, if it is
 * idle still.  Whether that one is alive shows when it is used; it may be gone
 * altogether, its address is compared only. */
ENT_CHECKED ent_status ent_mysql_pool_acquire_again(
    ent_mysql_pool *pool, const ent_mysql_connection *preferred,
    const ent_deadline *deadline, ent_mysql_connection **connection,
    ent_error *err);

/* The same as the first, without waiting for others: BUSY where
 * limit_connections are in use. */
ENT_CHECKED ent_status
ent_mysql_pool_acquire_free(ent_mysql_pool *pool, const ent_deadline *deadline,
                            ent_mysql_connection **connection, ent_error *err);

/* Gives a connection back to its pool: it must be outside a transaction with
 * nothing unread, or it is lost and will be closed.  Where a user's statements
 * have changed its session that is reset first (one round trip, waited for at
 * most two seconds).  NULL is allowed. */
void ent_mysql_pool_release(ent_mysql_connection *connection);

#endif
