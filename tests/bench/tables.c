#include "tests/bench/bench.h"
#include "tests/bench/data.h"
#include "tests/bench/measure.h"
#include "tests/bench/ours.h"
#include "tests/bench/raw/columns.h"

/* Opening a database of many tables: reading information_schema.columns once
 * by the raw client library, and entable_open() on a fresh connection, which
 * also makes the tables in SQLite. */

enum { ENT_NAME_SIZE = 128 };

typedef struct opening {
  const char *socket;
  char database[ENT_NAME_SIZE];
  ent_ours *ours; /* between run and finish */
} opening;

static ent_status raw_run(void *state, int round, uint64_t *sum,
                          ent_error *err) {
  opening *o = state;

  (void)round;
  return ent_raw_read_columns(o->socket, o->database, sum, err);
}

static ent_status ours_run(void *state, int round, uint64_t *sum,
                           ent_error *err) {
  opening *o = state;

  (void)round;
  *sum = 0; /* ours_finish() counts */
  return ent_ours_open(o->socket, o->database, &o->ours, err);
}

/* Untimed: every column of every table must be there. */
static ent_status ours_finish(void *state, uint64_t *sum, ent_error *err) {
  opening *o = state;
  uint64_t n_columns;
  uint64_t name_bytes;
  ent_status status =
      ent_ours_count_columns(o->ours, &n_columns, &name_bytes, err);

  if (!status) *sum = ent_raw_columns_sum(n_columns, name_bytes);
  ent_ours_close(o->ours);
  return status;
}

ent_status ent_bench_open(ent_bench *bench, ent_error *err) {
  opening o = {.socket = bench->socket};
  ent_bench_contest contest = {
      .what = "opening 500 tables",
      .base = {.run = raw_run, .state = &o},
      .subject = {.run = ours_run, .finish = ours_finish, .state = &o},
      .n_units = 1,
      .n_rounds = bench->n_rounds ? bench->n_rounds : 9,
      .at_most = 1.5,
      .allowance_ms = 100,
  };
  ent_status status =
      ent_bench_data_tables(bench, o.database, sizeof(o.database), err);

  if (status) return status;
  return ent_bench_compare(&contest, &bench->report, err);
}
