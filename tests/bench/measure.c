#include "tests/bench/measure.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What the timed rounds gave, a value each. */
typedef struct measured {
  double base[ENT_BENCH_MAX_ROUNDS]; /* microseconds of a run */
  double subject[ENT_BENCH_MAX_ROUNDS];
  double ratio[ENT_BENCH_MAX_ROUNDS];
  double judged[ENT_BENCH_MAX_ROUNDS];
} measured;

double ent_bench_now_us(void) {
  struct timespec now;

  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static ent_status run_side(const ent_bench_side *side, int round, double *us,
                           uint64_t *sum, ent_error *err) {
  double start = ent_bench_now_us();
  ent_status status = side->run(side->state, round, sum, err);

  *us = ent_bench_now_us() - start;
  if (!status && side->finish) status = side->finish(side->state, sum, err);
  return status;
}

static ent_status run_round(const ent_bench_contest *contest, int round,
                            double *base_us, double *subject_us,
                            ent_error *err) {
  bool subject_first = round % 2;
  uint64_t base_sum = 0;
  uint64_t subject_sum = 0;
  ent_status status = ENT_OK;

  if (subject_first) {
    status = run_side(&contest->subject, round, subject_us, &subject_sum, err);
  }
  if (!status) {
    status = run_side(&contest->base, round, base_us, &base_sum, err);
  }
  if (!status && !subject_first) {
    status = run_side(&contest->subject, round, subject_us, &subject_sum, err);
  }
  if (!status && base_sum != subject_sum) {
    status = ent_fail(err, ENT_MISMATCH,
                      "the two sides read different rows: sums %016" PRIx64
                      " and %016" PRIx64,
                      base_sum, subject_sum);
  }
  return status;
}

static int by_value(const void *a, const void *b) {
  double left = *(const double *)a;
  double right = *(const double *)b;

  return (left > right) - (left < right);
}

double ent_bench_median(double *values, int n) {
  qsort(values, (size_t)n, sizeof(*values), by_value);
  return (values[n / 2] + values[(n - 1) / 2]) / 2;
}

static void report_rounds(const ent_bench_contest *contest, measured *rounds,
                          ent_bench_report *report) {
  int n = contest->n_rounds;
  double units = (double)contest->n_units;
  ent_bench_line line = {.what = contest->what,
                         .base_us = ent_bench_median(rounds->base, n) / units,
                         .subject_us =
                             ent_bench_median(rounds->subject, n) / units,
                         .ratio = ent_bench_median(rounds->ratio, n),
                         .judged = ent_bench_median(rounds->judged, n),
                         .reference = contest->reference,
                         .at_most = contest->at_most,
                         .allowance_ms = contest->allowance_ms,
                         .informative = contest->informative};

  line.ratio_min = rounds->ratio[0]; /* sorted by ent_bench_median() */
  line.ratio_max = rounds->ratio[n - 1];
  ent_bench_report_add(report, &line);
}

/* Round 0 fills what is to be warm and is forgotten. */
static ent_status run_rounds(const ent_bench_contest *contest, measured *rounds,
                             ent_error *err) {
  double base = 0;
  double subject = 0;
  ent_status status = run_round(contest, 0, &base, &subject, err);

  for (int i = 0; !status && i < contest->n_rounds; i++) {
    status = run_round(contest, i + 1, &base, &subject, err);
    rounds->base[i] = base;
    rounds->subject[i] = subject;
    rounds->ratio[i] = subject / base;
    rounds->judged[i] = (subject - contest->allowance_ms * 1000) / base;
  }
  return status;
}

ent_status ent_bench_compare(const ent_bench_contest *contest,
                             ent_bench_report *report, ent_error *err) {
  measured *rounds = calloc(1, sizeof(*rounds));
  ent_status status;

  if (!rounds) return ent_fail_nomem(err);
  status = run_rounds(contest, rounds, err);
  if (status) {
    ent_error_context(err, status, "%s", contest->what);
  } else {
    report_rounds(contest, rounds, report);
  }
  free(rounds);
  return status;
}
