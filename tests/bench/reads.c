#include "tests/bench/sides.h"

#include <stdlib.h>

/* Reading bench_row: the raw client library and entable.  Round trips are
 * measured on one CPU, throughput on all. */

static ent_status compare(ent_bench *bench, const ent_bench_contest *contest,
                          int n_rounds, ent_error *err) {
  ent_bench_contest full = *contest;

  full.n_rounds = bench->n_rounds ? bench->n_rounds : n_rounds;
  return ent_bench_compare(&full, &bench->report, err);
}

ent_status ent_bench_point(ent_bench *bench, ent_error *err) {
  ent_bench_sides sides;
  ent_status status = ent_bench_sides_open(
      bench, ENT_SIDES_OURS | ENT_SIDES_PINNED, &sides, err);
  ent_bench_contest contest = {.what = "point SELECT by key",
                               .base = ent_bench_raw_points(&sides),
                               .subject = ent_bench_ours_points(&sides),
                               .n_units = ENT_BENCH_KEYS,
                               .reference = 1.25,
                               .at_most = 1.3};

  if (!status) status = compare(bench, &contest, 101, err);
  ent_bench_sides_close(&sides);
  return status;
}

ent_status ent_bench_in(ent_bench *bench, ent_error *err) {
  ent_bench_sides sides;
  ent_status status = ent_bench_sides_open(
      bench, ENT_SIDES_OURS | ENT_SIDES_PINNED, &sides, err);
  ent_bench_contest contest = {.what = "IN of 1000 keys",
                               .base = ent_bench_raw_in(&sides),
                               .subject = ent_bench_ours_in(&sides),
                               .n_units = 1,
                               .reference = 1.11,
                               .at_most = 1.3};

  if (!status) status = compare(bench, &contest, 51, err);
  ent_bench_sides_close(&sides);
  return status;
}

enum { ENT_SEARCHES = 200, ENT_USERS = 100003 };

/* Values of user_id to look for, as good as any. */
static void choose_users(int round, int64_t users[ENT_SEARCHES]) {
  for (int i = 0; i < ENT_SEARCHES; i++)
    users[i] = ((int64_t)round * ENT_SEARCHES + i) * 7727 % (ENT_USERS - 1);
}

static ent_status raw_search(void *state, int round, uint64_t *sum,
                             ent_error *err) {
  int64_t users[ENT_SEARCHES];

  choose_users(round, users);
  return ent_raw_search(((ent_bench_sides *)state)->reader, users, ENT_SEARCHES,
                        sum, err);
}

static ent_status ours_search(void *state, int round, uint64_t *sum,
                              ent_error *err) {
  int64_t users[ENT_SEARCHES];

  choose_users(round, users);
  return ent_ours_search(((ent_bench_sides *)state)->ours, users, ENT_SEARCHES,
                         sum, err);
}

ent_status ent_bench_search(ent_bench *bench, ent_error *err) {
  ent_bench_sides sides;
  ent_status status = ent_bench_sides_open(
      bench, ENT_SIDES_OURS | ENT_SIDES_PINNED, &sides, err);
  ent_bench_contest contest = {.what = "search by index, 20 rows",
                               .base = {.run = raw_search, .state = &sides},
                               .subject = {.run = ours_search, .state = &sides},
                               .n_units = ENT_SEARCHES,
                               .at_most = 1.4};

  if (!status) status = compare(bench, &contest, 51, err);
  ent_bench_sides_close(&sides);
  return status;
}

static ent_status raw_count(void *state, int round, uint64_t *sum,
                            ent_error *err) {
  char text[32];
  ent_status status =
      ent_raw_value(((ent_bench_sides *)state)->raw,
                    "SELECT COUNT(*) FROM bench_row", text, sizeof(text), err);

  (void)round;
  if (!status) *sum = strtoull(text, NULL, 10);
  return status;
}

static ent_status ours_count(void *state, int round, uint64_t *sum,
                             ent_error *err) {
  (void)round;
  return ent_ours_count(((ent_bench_sides *)state)->ours, sum, err);
}

ent_status ent_bench_count(ent_bench *bench, ent_error *err) {
  ent_bench_sides sides;
  ent_status status = ent_bench_sides_open(bench, ENT_SIDES_OURS, &sides, err);
  ent_bench_contest contest = {.what = "count(*)",
                               .base = {.run = raw_count, .state = &sides},
                               .subject = {.run = ours_count, .state = &sides},
                               .n_units = 1,
                               .at_most = 1.05,
                               .allowance_ms = 40};

  if (!status) status = compare(bench, &contest, 15, err);
  ent_bench_sides_close(&sides);
  return status;
}

/* The first scan of the process, so that no earlier one has left memory to
 * use. */
static ent_status scan_memory(ent_bench_sides *sides, long long *growth,
                              ent_error *err) {
  uint64_t sum;
  long long start;
  ent_status status = ent_bench_memory_begin(&start, err);

  if (!status) status = ent_ours_read_all(sides->ours, &sum, err);
  if (!status) status = ent_bench_memory_growth(start, growth, err);
  return status;
}

ent_status ent_bench_scan(ent_bench *bench, ent_error *err) {
  ent_bench_sides sides;
  ent_status status = ent_bench_sides_open(bench, ENT_SIDES_OURS, &sides, err);
  ent_bench_contest contest = {.what = "scan of 10 columns, a row",
                               .base = ent_bench_raw_scan(&sides),
                               .subject = ent_bench_ours_scan(&sides),
                               .n_units = bench->n_rows,
                               .reference = 1.27,
                               .at_most = 1.4};
  long long growth = 0;

  if (!status) status = scan_memory(&sides, &growth, err);
  if (!status) status = compare(bench, &contest, 7, err);
  if (!status) {
    ent_bench_report_memory(&bench->report, "memory of that scan", growth,
                            32LL << 20);
  }
  ent_bench_sides_close(&sides);
  return status;
}
