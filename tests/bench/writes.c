#include "tests/bench/raw/change.h"
#include "tests/bench/raw/insert.h"
#include "tests/bench/sides.h"

/* Writing: the raw client library and entable.  Both sides of a round write
 * values that are not there yet, so that the server has to. */

enum { ENT_INSERTED = 100000, ENT_SINGLE = 1000, ENT_ROUNDS = 7 };

typedef struct writing {
  ent_bench_sides sides;
  ent_raw_writer *writer;
  ent_raw_changer *changer;
  int64_t last_id; /* of the rows inserted one by one by entable */
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

static ent_status empty(void *state, uint64_t *sum, ent_error *err) {
  (void)sum;
  return ent_raw_exec(((writing *)state)->sides.raw, "TRUNCATE bench_auto",
                      err);
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
                             (2 * round + 1) * 1000000, sum, err);
}

static ent_status ours_each(void *state, int round, uint64_t *sum,
                            ent_error *err) {
  return ent_ours_write(((writing *)state)->sides.ours,
                        "UPDATE bench_change SET score = ?1 - id"
                        " WHERE id BETWEEN 1 AND 10000",
                        (2 * round + 2) * 1000000, sum, err);
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
  (void)sum;
  return ent_raw_exec(((writing *)state)->sides.raw,
                      "INSERT INTO bench_change SELECT * FROM bench_row"
                      " WHERE id <= 10000",
                      err);
}

static ent_status raw_single(void *state, int round, uint64_t *sum,
                             ent_error *err) {
  (void)round;
  return ent_raw_write_single(((writing *)state)->writer, 1, sum, err);
}

static ent_status ours_single(void *state, int round, uint64_t *sum,
                              ent_error *err) {
  writing *w = state;

  (void)round;
  w->last_id -= ENT_SINGLE;
  return ent_ours_insert_single(w->sides.ours, w->last_id, ENT_SINGLE, sum,
                                err);
}

static ent_status compare(ent_bench *bench, const char *what, writing *w,
                          ent_bench_side base, ent_bench_side subject,
                          int64_t n_units, double at_most, ent_error *err) {
  ent_bench_contest contest = {.what = what,
                               .base = base,
                               .subject = subject,
                               .n_units = n_units,
                               .n_rounds = bench->n_rounds ? bench->n_rounds
                                                           : ENT_ROUNDS,
                               .at_most = at_most};

  contest.base.state = contest.subject.state = w;
  return ent_bench_compare(&contest, &bench->report, err);
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

static ent_status many(ent_bench *bench, writing *w, ent_error *err) {
  uint64_t sum;
  ent_status status = ent_ours_fill_source(w->sides.ours, ENT_INSERTED, err);

  if (!status) status = refill(w, &sum, err);
  if (!status) {
    status = compare(bench, "INSERT … SELECT of 100 000, a row", w,
                     (ent_bench_side){.run = raw_insert, .finish = empty},
                     (ent_bench_side){.run = ours_insert, .finish = empty},
                     ENT_INSERTED, 1.4, err);
  }
  if (!status) {
    status =
        compare(bench, "UPDATE of 10 000 to one value, a row", w,
                (ent_bench_side){.run = raw_same},
                (ent_bench_side){.run = ours_same}, ENT_RAW_CHANGED, 1.3, err);
  }
  if (!status) {
    status =
        compare(bench, "UPDATE of 10 000 to 10 000, a row", w,
                (ent_bench_side){.run = raw_each},
                (ent_bench_side){.run = ours_each}, ENT_RAW_CHANGED, 1.3, err);
  }
  if (!status) {
    status = compare(bench, "DELETE of 10 000, a row", w,
                     (ent_bench_side){.run = raw_delete, .finish = refill},
                     (ent_bench_side){.run = ours_delete, .finish = refill},
                     ENT_RAW_CHANGED, 1.3, err);
  }
  return status;
}

ent_status ent_bench_write(ent_bench *bench, ent_error *err) {
  writing w = {.last_id = 0};
  ent_status status = open_writing(bench, 0, &w, err);

  if (!status) status = many(bench, &w, err);
  close_writing(&w);
  if (status) return status;
  w = (writing){.last_id = 0};
  status = open_writing(bench, ENT_SIDES_PINNED, &w, err);
  if (!status) {
    status =
        compare(bench, "one-row INSERT inside BEGIN", &w,
                (ent_bench_side){.run = raw_single},
                (ent_bench_side){.run = ours_single}, ENT_SINGLE, 1.3, err);
  }
  close_writing(&w);
  return status;
}
