#ifndef ENT_TESTS_BENCH_CACHED_H
#define ENT_TESTS_BENCH_CACHED_H

#include "tests/bench/bench.h"
#include "tests/bench/ours.h"

/* Opens a configuration of the sandbox's two servers, and bench_row in it, whose
 * rows Redis keeps; its statements are prepared.  What the caches had of it is
 * forgotten.  The caller closes it.
 *
 *   n_local  how many rows this process keeps, too; 0 for none
 *
 * UNAVAILABLE, also where the sandbox has no Redis; REJECTED. */
ENT_CHECKED ent_status ent_bench_cached_open(const ent_bench *bench,
                                             int n_local, ent_ours **ours,
                                             ent_error *err);

/* The socket of the sandbox's Redis.  UNAVAILABLE. */
ENT_CHECKED ent_status ent_bench_redis_socket(const char **socket,
                                              ent_error *err);

#endif
