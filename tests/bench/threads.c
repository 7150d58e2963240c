#include "tests/bench/threads.h"

#include "tests/bench/data.h"
#include "tests/bench/measure.h"

#include <pthread.h>
#include <stdlib.h>

enum { ENT_THREADS = 2, ENT_REPEATS = 20 };

/* One thread's work: a round's points, many times. */
typedef struct reader {
  pthread_t thread;
  ent_ours *ours;
  const int64_t *keys;
  uint64_t sum;
  ent_status status;
  ent_error err;
} reader;

/* Microseconds of a point of each thread. */
typedef struct gains {
  double base[ENT_BENCH_MAX_ROUNDS]; /* by two threads */
  double subject[ENT_BENCH_MAX_ROUNDS];
  double ratio[ENT_BENCH_MAX_ROUNDS];
} gains;

static void *read_points(void *state) {
  reader *r = state;

  for (int i = 0; !r->status && i < ENT_REPEATS; i++) {
    r->status = ent_ours_read_points(r->ours, r->keys, ENT_BENCH_KEYS, &r->sum,
                                     &r->err);
  }
  return NULL;
}

static ent_status outcome(const reader *readers, int n, ent_error *err) {
  for (int i = 0; i < n; i++) {
    if (readers[i].status) {
      return ent_fail(err, readers[i].status, "%s", readers[i].err.text);
    }
    if (readers[i].sum != readers[0].sum) {
      return ent_fail(err, ENT_MISMATCH, "two threads read different rows");
    }
  }
  return ENT_OK;
}

/* Has n threads read, each by a connection of its own. */
static ent_status run_threads(ent_ours *const *ours, int n, const int64_t *keys,
                              double *us, ent_error *err) {
  reader readers[ENT_THREADS] = {{.status = ENT_OK}};
  double start = ent_bench_now_us();
  int begun = 0;

  while (begun < n) {
    reader *r = &readers[begun];

    *r = (reader){.ours = ours[begun], .keys = keys};
    if (pthread_create(&r->thread, NULL, read_points, r)) break;
    begun++;
  }
  for (int i = 0; i < begun; i++)
    pthread_join(readers[i].thread, NULL);
  *us = (ent_bench_now_us() - start) / (ENT_REPEATS * ENT_BENCH_KEYS);
  if (begun < n) return ent_fail(err, ENT_UNAVAILABLE, "no thread");
  return outcome(readers, n, err);
}

static ent_status run_round(const ent_bench_gain *gain, int round, gains *found,
                            ent_error *err) {
  int64_t keys[ENT_BENCH_KEYS];
  double base[ENT_THREADS];
  double subject[ENT_THREADS];
  ent_status status = ENT_OK;

  ent_bench_data_keys(round, gain->n_rows, keys);
  for (int n = 1; !status && n <= ENT_THREADS; n++) {
    status = run_threads(gain->base, n, keys, &base[n - 1], err);
    if (!status) {
      status = run_threads(gain->subject, n, keys, &subject[n - 1], err);
    }
  }
  if (status) return status;
  found->base[round] = base[1];
  found->subject[round] = subject[1];
  found->ratio[round] = subject[1] / subject[0] / (base[1] / base[0]);
  return ENT_OK;
}

ent_status ent_bench_compare_gain(const ent_bench_gain *gain,
                                  ent_bench_report *report, ent_error *err) {
  gains *found = calloc(1, sizeof(*found));
  int n = gain->n_rounds;
  ent_status status = found ? ENT_OK : ent_fail_nomem(err);

  for (int i = 0; !status && i < n; i++)
    status = run_round(gain, i, found, err);
  if (!status) {
    ent_bench_line line = {.what = gain->what,
                           .base_us = ent_bench_median(found->base, n),
                           .subject_us = ent_bench_median(found->subject, n),
                           .ratio = ent_bench_median(found->ratio, n),
                           .at_most = gain->at_most};

    line.judged = line.ratio;
    line.ratio_min = found->ratio[0];
    line.ratio_max = found->ratio[n - 1];
    ent_bench_report_add(report, &line);
  }
  free(found);
  return ent_error_context(err, status, "%s", gain->what);
}
