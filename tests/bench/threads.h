#ifndef ENT_TESTS_BENCH_THREADS_H
#define ENT_TESTS_BENCH_THREADS_H

#include "tests/bench/ours.h"
#include "tests/bench/report.h"

/* What a second thread, with a connection of its own, adds to points. */
typedef struct ent_bench_gain {
  const char *what;
  ent_ours *const *base; /* two connections, prepared, for each side */
  ent_ours *const *subject;
  int64_t n_rows;
  int n_rounds;
  double at_most;
} ent_bench_gain;

/* Has either side read by one thread, then by two, in turns, and reports how
 * much more time the second thread costs the subject than the base: above 1
 * the subject gains less by it.  The times shown are those of two threads, a
 * point of each.  Errors of ent_ours_read_points(); UNAVAILABLE without
 * threads. */
ENT_CHECKED ent_status ent_bench_compare_gain(const ent_bench_gain *gain,
                                              ent_bench_report *report,
                                              ent_error *err);

#endif
