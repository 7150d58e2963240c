#ifndef ENT_CACHE_CHANNEL_H
#define ENT_CACHE_CHANNEL_H

#include "backends/base/arena.h"
#include "backends/redis/info.h"
#include "backends/redis/pool.h"

#include <stdbool.h>
#include <stdint.h>

/* A connection over which Redis tells of the keys that change, whoever changes
 * them.  It tracks and listens on one connection: the death of it is heard by
 * whom it concerns.  For tracking.c only, under its lock.
 *
 * A reply to a PING comes behind all that was told before it was sent: so an
 * answered PING says up to when everything was heard. */

/* What is called for each key that has changed; NULL: any may have. */
typedef void ent_channel_heard(void *context, const char *key, size_t size);

/* A zeroed one is closed. */
typedef struct ent_channel {
  ent_redis_connection *connection; /* NULL: closed */
  ent_arena arena;                  /* of the reply that is coming */
  uint64_t reign;                   /* of the server */
  int64_t pinged_us;   /* when the PING under way was sent; 0: there is none */
  int64_t answered_us; /* when the last answered one was */
  size_t n_heard;      /* bytes of keys since then */
  ent_channel_heard *heard;
  void *context; /* for `heard` */
} ent_channel;

/* Connects, and asks to be told of the keys of a prefix, and what is told on the
 * channel `told`, a key a message: five round trips.
 * What it hears of counts from its end on.  Errors of ent_redis_pool_acquire();
 * REJECTED by a server that does not track. */
ENT_CHECKED ent_status ent_channel_open(ent_channel *channel,
                                        ent_redis_pool *pool,
                                        const char *prefix, const char *told,
                                        const ent_deadline *deadline,
                                        ent_error *err);

/* Takes what has come, without waiting.  After any error it is to be closed:
 * UNAVAILABLE, PROTOCOL, NOMEM; TOO_BIG where more was told between two answers than is
 * worth the hearing. */
ENT_CHECKED ent_status ent_channel_poll(ent_channel *channel, ent_error *err);

/* Sends a PING unless one is under way.  Errors of ent_channel_poll(). */
ENT_CHECKED ent_status ent_channel_ping(ent_channel *channel, ent_error *err);

/* Waits for the answer to the PING under way, and takes what comes before it.
 * Errors of ent_channel_poll(), TIMEOUT, INTERRUPTED. */
ENT_CHECKED ent_status ent_channel_await(ent_channel *channel,
                                         const ent_deadline *deadline,
                                         ent_error *err);

/* One that is closed may be closed again. */
void ent_channel_close(ent_channel *channel);

#endif
