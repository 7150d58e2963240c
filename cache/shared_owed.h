#ifndef ENT_CACHE_SHARED_OWED_H
#define ENT_CACHE_SHARED_OWED_H

#include "cache/shared.h"

/* What of an ent_shared its files share; for shared*.c and tracking.c only. */

enum {
  ENT_VALUE_HEAD = 1 + ENT_SHARED_HEAD, /* bytes in front of a stored row */
  ENT_SILENT_MS = 500, /* how long Redis may be silent in a reading, unless its
                          address says otherwise */
};

ent_redis_pool *ent_shared_pool(const ent_shared *shared);
const char *ent_shared_prefix(const ent_shared *shared);

/* The channel on which an unblock tells of keys that it does not find: they were
 * evicted, or lost with their server, and no change of them is to be heard of. */
const char *ent_shared_told(const ent_shared *shared);

/* A connection on which nothing is owed any more: what an unblock could not be
 * told before is told first.  Errors of ent_redis_pool_acquire(). */
ENT_CHECKED ent_status ent_shared_connect(ent_shared *shared,
                                          ent_redis_need need,
                                          const ent_deadline *deadline,
                                          ent_redis_connection **connection,
                                          ent_error *err);

/* How long fetching takes at most times, in microseconds. */
int64_t ent_shared_fetch_us(const ent_shared *shared);

/* Counts something. */
void ent_shared_add(ent_shared *shared, ent_shared_count count, uint64_t n);

/* Gives a reading's connection back; nothing is filled without it. */
void ent_shared_let_go(ent_shared_read *read, ent_status status);

/* The time that one request to Redis has: read_timeout_ms of its address, else
 * `silent_ms`. */
ent_deadline ent_shared_deadline(const ent_shared *shared, int silent_ms,
                                 const ent_deadline *deadline);

#endif
