#include "tests/bench/raw/change.h"
#include "tests/bench/raw/insert.h"
#include "tests/bench/sides.h"

#include <stdlib.h>

/* Writing: the raw client library and entable.  Both sides of a round write
 * values that are not there yet, so that the server has to. */

enum {
  ENT_INSERTED = 100000,
  ENT_SINGLE = 1000,
  /* more of what is over sooner, for medians of the same trust */
  ENT_LONG_ROUNDS = 7,
  ENT_ROUNDS = 15,
  ENT_SHORT_ROUNDS = 41,
};

typedef struct writing {
  ent_bench_sides sides;
  ent_raw_writer *writer;
  ent_raw_changer *changer;
} writing;

static ent_status raw_insert(void *state, int round, uint64_t *sum,
                             ent_error *err) {
  (void)round;
  return ent_raw_write_auto(((writing *)state)->writer,
                            ENT_INSERTED / ENT_RAW_BULK, sum, err);
}

static ent_status ours_insert(void *state, int round, uint64_t *sum,
                              ent_error *err) {
  (void)round;
  return ent_ours_write(
      ((writing *)state)->sides.ours,
      "INSERT INTO bench_auto (user_id, status, flags, amount, score, created,"
      " name, email, note) SELECT * FROM source",
      0, sum, err);
}

/* What is really there counts, for either side. */
static ent_status count_rows(const writing *w, const char *sql, uint64_t *n,
                             ent_error *err) {
  char text[32];
  ent_status status = ent_raw_value(w->sides.raw, sql, text, sizeof(text), err);

  if (!status) *n = strtoull(text, NULL, 10);
  return status;
}

static ent_status empty(void *state, uint64_t *sum, ent_error *err) {
  const writing *w = state;
  ent_status status =
      count_rows(w, "SELECT COUNT(*) FROM bench_auto", sum, err);

  return status ? status
                : ent_raw_exec(w->sides.raw, "TRUNCATE bench_auto", err);
}

static ent_status raw_same(void *state, int round, uint64_t *sum,
                           ent_error *err) {
  return ent_raw_update_same(((writing *)state)->changer, 2 * round + 1000, sum,
                             err);
}

static ent_status ours_same(void *state, int round, uint64_t *sum,
                            ent_error *err) {
  return ent_ours_write(((writing *)state)->sides.ours,
                        "UPDATE bench_change SET flags = ?1"
                        " WHERE id BETWEEN 1 AND 10000",
                        2 * round + 1001, sum, err);
}

static ent_status raw_each(void *state, int round, uint64_t *sum,
                           ent_error *err) {
  return ent_raw_update_each(((writing *)state)->changer,
                             (2 * (int64_t)round + 1) * 1000000, sum, err);
}

static ent_status ours_each(void *state, int round, uint64_t *sum,
                            ent_error *err) {
  return ent_ours_write(((writing *)state)->sides.ours,
                        "UPDATE bench_change SET score = ?1 - id"
                        " WHERE id BETWEEN 1 AND 10000",
                        (2 * (int64_t)round + 2) * 1000000, sum, err);
}

static ent_status raw_delete(void *state, int round, uint64_t *sum,
                             ent_error *err) {
  (void)round;
  return ent_raw_delete(((writing *)state)->changer, sum, err);
}

static ent_status ours_delete(void *state, int round, uint64_t *sum,
                              ent_error *err) {
  (void)round;
  return ent_ours_write(((writing *)state)->sides.ours,
                        "DELETE FROM bench_change"
                        " WHERE id BETWEEN 1 AND 10000",
                        0, sum, err);
}

static ent_status refill(void *state, uint64_t *sum, ent_error *err) {
  const writing *w = state;
  ent_status status =
      count_rows(w, "SELECT COUNT(*) FROM bench_change", sum, err);

  return status ? status
                : ent_raw_exec(w->sides.raw,
                               "INSERT INTO bench_change SELECT * FROM"
                               " bench_row WHERE id <= 10000",
                               err);
}

static ent_status raw_single(void *state, int round, uint64_t *sum,
                             ent_error *err) {
  (void)round;
  return ent_raw_write_single(((writing *)state)->writer, 1, sum, err);
}

static ent_status ours_single(void *state, int round, uint64_t *sum,
                              ent_error *err) {
  const writing *w = state;

  (void)round;
  return ent_ours_insert_single(w->sides.ours,
                                ent_raw_take_ids(w->writer, ENT_SINGLE),
                                ENT_SINGLE, sum, err);
}

static ent_status compare(ent_bench *bench, writing *w,
                          const ent_bench_contest *contest, ent_error *err) {
  ent_bench_contest full = *contest;

  full.base.state = full.subject.state = w;
  if (bench->n_rounds) full.n_rounds = bench->n_rounds;
  return ent_bench_compare(&full, &bench->report, err);
}

static ent_status open_writing(ent_bench *bench, int needs, writing *w,
                               ent_error *err) {
  ent_status status =
      ent_bench_sides_open(bench, ENT_SIDES_OURS | needs, &w->sides, err);

  if (!status) status = ent_raw_writer_open(w->sides.raw, &w->writer, err);
  if (!status) status = ent_raw_changer_open(w->sides.raw, &w->changer, err);
  return status;
}

static void close_writing(writing *w) {
  ent_raw_writer_close(w->writer);
  ent_raw_changer_close(w->changer);
  ent_bench_sides_close(&w->sides);
}

static const ent_bench_contest contests[] = {
    {.what = "INSERT … SELECT of 100 000, a row",
     .base = {.run = raw_insert, .finish = empty},
     .subject = {.run = ours_insert, .finish = empty},
     .n_units = ENT_INSERTED,
     .n_rounds = ENT_LONG_ROUNDS,
     .at_most = 1.4},
    {.what = "UPDATE of 10 000 to one value, a row",
     .base = {.run = raw_same},
     .subject = {.run = ours_same},
     .n_units = ENT_RAW_CHANGED,
     .n_rounds = ENT_ROUNDS,
     .at_most = 1.3},
    {.what = "UPDATE of 10 000 to 10 000, a row",
     .base = {.run = raw_each},
     .subject = {.run = ours_each},
     .n_units = ENT_RAW_CHANGED,
     .n_rounds = ENT_ROUNDS,
     .at_most = 1.3},
    {.what = "DELETE of 10 000, a row",
     .base = {.run = raw_delete, .finish = refill},
     .subject = {.run = ours_delete, .finish = refill},
     .n_units = ENT_RAW_CHANGED,
     .n_rounds = ENT_ROUNDS,
     .at_most = 1.3},
};

static const ent_bench_contest single = {
    .what = "one-row INSERT inside BEGIN",
    .base = {.run = raw_single},
    .subject = {.run = ours_single},
    .n_units = ENT_SINGLE,
    .n_rounds = ENT_SHORT_ROUNDS,
    .at_most = 1.3,
};

static ent_status many(ent_bench *bench, writing *w, ent_error *err) {
  uint64_t sum;
  ent_status status = ent_ours_fill_source(w->sides.ours, ENT_INSERTED, err);

  if (!status) status = refill(w, &sum, err);
  for (size_t i = 0; !status && i < ENT_COUNT(contests); i++)
    status = compare(bench, w, &contests[i], err);
  return status;
}

ent_status ent_bench_write(ent_bench *bench, ent_error *err) {
  writing w = {.writer = NULL};
  ent_status status = open_writing(bench, 0, &w, err);

  if (!status) status = many(bench, &w, err);
  close_writing(&w);
  if (status) return status;
  w = (writing){.writer = NULL};
  status = open_writing(bench, ENT_SIDES_PINNED, &w, err);
  if (!status) status = compare(bench, &w, &single, err);
  close_writing(&w);
  return status;
}
