#ifndef ENT_TESTS_BENCH_MACHINE_H
#define ENT_TESTS_BENCH_MACHINE_H

#include "backends/base/error.h"

/* What is asked of the machine: that client and server share a CPU where a
 * round trip is measured (between two CPUs it would be the wake-up that is
 * measured), and how much memory a run took. */
typedef struct ent_bench_pinned ent_bench_pinned;

/* Binds this process and every thread of the server to the CPU this process
 * is on.  The caller ends it with ent_bench_unpin().  UNSUPPORTED where the
 * system does not allow it. */
ENT_CHECKED ent_status ent_bench_pin(int server_pid, ent_bench_pinned **pinned,
                                     ent_error *err);

/* Gives both the CPUs this process had before.  NULL is allowed. */
void ent_bench_unpin(ent_bench_pinned *pinned);

/* Gives unused memory back, forgets the peak and sets `start` to the bytes in
 * use.  UNSUPPORTED where the system does not keep a peak. */
ENT_CHECKED ent_status ent_bench_memory_begin(long long *start, ent_error *err);

/* The bytes by which the peak since then is above its start. */
ENT_CHECKED ent_status ent_bench_memory_growth(long long start,
                                               long long *growth,
                                               ent_error *err);

#endif
