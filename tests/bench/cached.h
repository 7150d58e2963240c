#ifndef ENT_TESTS_BENCH_CACHED_H
#define ENT_TESTS_BENCH_CACHED_H

#include "tests/bench/bench.h"
#include "tests/bench/ours.h"

/* Opens a configuration of the sandbox's two servers, and bench_row in it, whose
 * rows Redis keeps; its statements are prepared.  What the caches had of it is
 * forgotten.  The caller closes it.
 *
 *   n_local  this process keeps rows, too: twice as many, so that none has to
 *            go; bench_row_by_users(first, last) is a cached query of the rows
 *            up to that id; 0 for none of it
 *
 * UNAVAILABLE, also where the sandbox has no Redis; REJECTED. */
ENT_CHECKED ent_status ent_bench_cached_open(const ent_bench *bench,
                                             int64_t n_local, ent_ours **ours,
                                             ent_error *err);

/* The socket of the sandbox's Redis.  UNAVAILABLE. */
ENT_CHECKED ent_status ent_bench_redis_socket(const char **socket,
                                              ent_error *err);

#endif
