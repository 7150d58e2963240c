#ifndef ENT_BACKENDS_REDIS_POOL_H
#define ENT_BACKENDS_REDIS_POOL_H

#include "backends/redis/connection.h"

#include <stdbool.h>

/* The connections of this process to one Redis.  Every session that names the
 * same address shares them; all functions may be called from any thread.  A
 * connection is open for each request under way, and some are kept for the next
 * ones; after a fork() a child starts with none.
 *
 * A circuit breaker stands in front: behind a failure to connect, or one that a
 * caller tells, nobody who can do without Redis tries it for a while, which
 * doubles up to five seconds with each try that fails.  Then one tries, and the
 * others still do without while it does. */
typedef struct ent_redis_pool ent_redis_pool;

/* Whether a caller can do without. */
typedef enum ent_redis_need {
  ENT_REDIS_CAN_WAIT, /* UNAVAILABLE at once while the breaker is open */
  ENT_REDIS_INSISTS,  /* it is tried in any case */
} ent_redis_need;

/* The pool of an address, which is copied.  Connects to nothing.  NOMEM. */
ENT_CHECKED ent_status ent_redis_pool_open(const ent_redis_address *address,
                                           ent_redis_pool **pool,
                                           ent_error *err);

/* Another use of it. */
ent_redis_pool *ent_redis_pool_ref(ent_redis_pool *pool);

/* Gives up one use; the last one closes its idle connections.  Every connection
 * acquired through it must have been released.  NULL is allowed. */
void ent_redis_pool_close(ent_redis_pool *pool);

/* The pool's own copy of its address, and its words for people; both live as
 * long as the pool. */
const ent_redis_address *ent_redis_pool_address(const ent_redis_pool *pool);
const char *ent_redis_pool_shown(const ent_redis_pool *pool);

/* How long its round trips have taken, in microseconds, those of all sessions of
 * this process that were answered. */
ent_histogram_summary ent_redis_pool_times(const ent_redis_pool *pool);

/* Takes an idle connection that has not been lost, as far as is known here, or
 * opens one.  Errors of ent_redis_connection_open(), with the address in
 * front. */
ENT_CHECKED ent_status ent_redis_pool_acquire(ent_redis_pool *pool,
                                              ent_redis_need need,
                                              const ent_deadline *deadline,
                                              ent_redis_connection **connection,
                                              ent_error *err);

/* Gives a connection back: one with nothing under way is kept, any other
 * closed, and so is one that the parent of this process has opened.  NULL is
 * allowed.
 *
 *   status  how its last request ended: UNAVAILABLE and TIMEOUT open the
 *           breaker, ENT_OK closes it */
void ent_redis_pool_release(ent_redis_pool *pool,
                            ent_redis_connection *connection,
                            ent_status status);

#endif
