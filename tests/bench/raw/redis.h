#ifndef ENT_TESTS_BENCH_RAW_REDIS_H
#define ENT_TESTS_BENCH_RAW_REDIS_H

#include "backends/base/error.h"

#include <stddef.h>
#include <stdint.h>

/* hiredis by itself, as its users use it: blocking, replies as it makes them. */
typedef struct ent_raw_redis ent_raw_redis;

/* UNAVAILABLE, NOMEM.  The caller closes it; NULL is allowed there. */
ENT_CHECKED ent_status ent_raw_redis_open(const char *socket,
                                          ent_raw_redis **redis,
                                          ent_error *err);
void ent_raw_redis_close(ent_raw_redis *redis);

/* The process id of the server, and how many scripts it has run by name.
 * REJECTED. */
ENT_CHECKED ent_status ent_raw_redis_pid(ent_raw_redis *redis, int *pid,
                                         ent_error *err);
ENT_CHECKED ent_status ent_raw_redis_scripts(ent_raw_redis *redis,
                                             uint64_t *n_runs, ent_error *err);

/* How many requests the server has had that a read of rows can make: GET, MGET
 * and scripts.  REJECTED. */
ENT_CHECKED ent_status ent_raw_redis_reads(ent_raw_redis *redis, uint64_t *n,
                                           ent_error *err);

/* Gets n names of `size` bytes each, one after the other: one GET each, or one
 * MGET.
 *
 *   found  how many there were
 *
 * REJECTED. */
ENT_CHECKED ent_status ent_raw_redis_get(ent_raw_redis *redis,
                                         const char *names, size_t size,
                                         size_t n, uint64_t *found,
                                         ent_error *err);
ENT_CHECKED ent_status ent_raw_redis_mget(ent_raw_redis *redis,
                                          const char *names, size_t size,
                                          size_t n, uint64_t *found,
                                          ent_error *err);

#endif
