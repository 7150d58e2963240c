#ifndef ENT_TESTS_BENCH_MEASURE_H
#define ENT_TESTS_BENCH_MEASURE_H

#include "backends/base/error.h"
#include "tests/bench/report.h"

#include <stdbool.h>
#include <stdint.h>

/* How two programs are compared on a machine whose speed changes by the
 * minute: in turn within one process, round by round, the one that begins
 * changing every round; what counts is the median of the rounds' ratios. */

/* One side.  `run` is what is timed and sets `sum` to the sum of what it read
 * (both sides of a round must come to the same one); `finish`, if any, is
 * called after it, untimed, and may set `sum` instead.  A round's number tells
 * both sides which keys to use. */
typedef struct ent_bench_side {
  ent_status (*run)(void *state, int round, uint64_t *sum, ent_error *err);
  ent_status (*finish)(void *state, uint64_t *sum, ent_error *err);
  void *state;
} ent_bench_side;

typedef struct ent_bench_contest {
  const char *what;
  ent_bench_side base;
  ent_bench_side subject;
  int64_t n_units; /* a run does so many of what the line tells the time of */
  double reference;
  double at_most;
  double allowance_ms;
  int n_rounds; /* timed ones; an untimed one goes before them */
  bool informative;
} ent_bench_contest;

enum { ENT_BENCH_MAX_ROUNDS = 1000 };

/* Runs a contest and adds its line to the report.  Errors are those of the
 * sides; MISMATCH if they did not read the same. */
ENT_CHECKED ent_status ent_bench_compare(const ent_bench_contest *contest,
                                         ent_bench_report *report,
                                         ent_error *err);

/* Microseconds of a clock that never goes back. */
double ent_bench_now_us(void);

/* The middle one of n values, n above zero; sorts them. */
double ent_bench_median(double *values, int n);

#endif
