#include "tests/bench/raw/insert.h"
#include "tests/bench/sides.h"

/* The raw programs beside slower ways over the same library.  The limits tell
 * a yardstick that is too slow to measure by; the references are what these
 * ratios were on a quiet machine, with both ends on one CPU.  There they say as
 * much of what a round trip costs on the machine as of the yardstick, so they
 * are shown for information, and judged as programs run: on all CPUs. */

/* What a round of inserting writes. */
enum { ENT_BATCHES = 3, ENT_BATCH_ROWS = ENT_BATCHES * ENT_RAW_BULK };

static ent_status scan(ent_bench *bench, ent_error *err) {
  ent_bench_sides sides;
  ent_status status = ent_bench_sides_open(bench, 0, &sides, err);
  ent_bench_contest contest = {
      .what = "scan of 10 columns, a row",
      .base = ent_bench_raw_text_scan(&sides),
      .subject = ent_bench_raw_scan(&sides),
      .n_units = bench->n_rows,
      .n_rounds = bench->n_rounds ? bench->n_rounds : 5,
      .reference = 0.50,
      .at_most = 0.6,
  };

  if (!status) status = ent_bench_compare(&contest, &bench->report, err);
  ent_bench_sides_close(&sides);
  return status;
}

static ent_status in(ent_bench *bench, int pinned, ent_error *err) {
  ent_bench_sides sides;
  ent_status status = ent_bench_sides_open(bench, pinned, &sides, err);
  ent_bench_contest contest = {
      .what = pinned ? "the same on one CPU" : "IN of 1000 keys, 1000 points",
      .informative = pinned != 0,
      .base = ent_bench_raw_points(&sides),
      .subject = ent_bench_raw_in(&sides),
      .n_units = 1,
      .n_rounds = bench->n_rounds ? bench->n_rounds : 15,
      .reference = 0.08,
      .at_most = 0.1,
  };

  if (!status) status = ent_bench_compare(&contest, &bench->report, err);
  ent_bench_sides_close(&sides);
  return status;
}

static ent_status insert_single(void *state, int round, uint64_t *sum,
                                ent_error *err) {
  (void)round;
  return ent_raw_write_single(state, ENT_BATCHES, sum, err);
}

static ent_status insert_bulk(void *state, int round, uint64_t *sum,
                              ent_error *err) {
  (void)round;
  return ent_raw_write_bulk(state, ENT_BATCHES, sum, err);
}

static ent_status insert(ent_bench *bench, int pinned, ent_error *err) {
  ent_bench_sides sides;
  ent_raw_writer *writer = NULL;
  ent_status status = ent_bench_sides_open(bench, pinned, &sides, err);

  if (!status) status = ent_raw_writer_open(sides.raw, &writer, err);
  if (!status) {
    ent_bench_contest contest = {
        .what = pinned ? "the same on one CPU" : "bulk insert, a row",
        .informative = pinned != 0,
        .base = {.run = insert_single, .state = writer},
        .subject = {.run = insert_bulk, .state = writer},
        .n_units = ENT_BATCH_ROWS,
        .n_rounds = bench->n_rounds ? bench->n_rounds : 15,
        .reference = 0.15,
        .at_most = 0.2,
    };

    status = ent_bench_compare(&contest, &bench->report, err);
  }
  ent_raw_writer_close(writer);
  ent_bench_sides_close(&sides);
  return status;
}

ent_status ent_bench_yardstick(ent_bench *bench, ent_error *err) {
  ent_status status;

  ent_bench_report_heading("the yardstick", "plain", "raw");
  status = scan(bench, err);
  if (!status) status = in(bench, 0, err);
  if (!status) status = in(bench, ENT_SIDES_PINNED, err);
  if (!status) status = insert(bench, 0, err);
  if (!status) status = insert(bench, ENT_SIDES_PINNED, err);
  return status;
}
