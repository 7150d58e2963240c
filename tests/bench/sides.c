#include "tests/bench/sides.h"

static ent_status open_ours(const ent_bench *bench, ent_bench_sides *sides,
                            ent_error *err) {
  ent_status status =
      ent_ours_open(bench->socket, bench->database, &sides->ours, err);

  if (!status) status = ent_ours_prepare(sides->ours, ENT_BENCH_KEYS, err);
  return status;
}

static ent_status pin(ent_bench_sides *sides, ent_error *err) {
  int pid;
  ent_status status = ent_bench_data_server_pid(sides->raw, &pid, err);

  if (!status) status = ent_bench_pin(pid, &sides->pinned, err);
  return status;
}

ent_status ent_bench_sides_open(ent_bench *bench, int needs,
                                ent_bench_sides *sides, ent_error *err) {
  ent_status status;

  *sides = (ent_bench_sides){.n_rows = bench->n_rows};
  status = ent_bench_data_open(bench, &sides->raw, err);
  if (!status) {
    status =
        ent_raw_reader_open(sides->raw, ENT_BENCH_KEYS, &sides->reader, err);
  }
  if (!status && needs & ENT_SIDES_OURS) status = open_ours(bench, sides, err);
  if (!status && needs & ENT_SIDES_PINNED) status = pin(sides, err);
  return status;
}

void ent_bench_sides_close(ent_bench_sides *sides) {
  ent_bench_unpin(sides->pinned);
  ent_ours_close(sides->ours);
  ent_raw_reader_close(sides->reader);
  ent_raw_close(sides->raw);
}

static ent_status raw_points(void *state, int round, uint64_t *sum,
                             ent_error *err) {
  ent_bench_sides *sides = state;

  ent_bench_data_keys(round, sides->n_rows, sides->keys);
  return ent_raw_read_points(sides->reader, sides->keys, ENT_BENCH_KEYS, sum,
                             err);
}

static ent_status raw_in(void *state, int round, uint64_t *sum,
                         ent_error *err) {
  ent_bench_sides *sides = state;

  ent_bench_data_keys(round, sides->n_rows, sides->keys);
  return ent_raw_read_in(sides->reader, sides->keys, sum, err);
}

static ent_status raw_scan(void *state, int round, uint64_t *sum,
                           ent_error *err) {
  (void)round;
  return ent_raw_read_all(((ent_bench_sides *)state)->reader, sum, err);
}

static ent_status raw_text_scan(void *state, int round, uint64_t *sum,
                                ent_error *err) {
  (void)round;
  return ent_raw_read_text(((ent_bench_sides *)state)->raw, sum, err);
}

static ent_status ours_points(void *state, int round, uint64_t *sum,
                              ent_error *err) {
  ent_bench_sides *sides = state;

  ent_bench_data_keys(round, sides->n_rows, sides->keys);
  return ent_ours_read_points(sides->ours, sides->keys, ENT_BENCH_KEYS, sum,
                              err);
}

static ent_status ours_in(void *state, int round, uint64_t *sum,
                          ent_error *err) {
  ent_bench_sides *sides = state;

  ent_bench_data_keys(round, sides->n_rows, sides->keys);
  return ent_ours_read_in(sides->ours, sides->keys, sum, err);
}

static ent_status ours_scan(void *state, int round, uint64_t *sum,
                            ent_error *err) {
  (void)round;
  return ent_ours_read_all(((ent_bench_sides *)state)->ours, sum, err);
}

ent_bench_side ent_bench_raw_points(ent_bench_sides *sides) {
  return (ent_bench_side){.run = raw_points, .state = sides};
}

ent_bench_side ent_bench_raw_in(ent_bench_sides *sides) {
  return (ent_bench_side){.run = raw_in, .state = sides};
}

ent_bench_side ent_bench_raw_scan(ent_bench_sides *sides) {
  return (ent_bench_side){.run = raw_scan, .state = sides};
}

ent_bench_side ent_bench_raw_text_scan(ent_bench_sides *sides) {
  return (ent_bench_side){.run = raw_text_scan, .state = sides};
}

ent_bench_side ent_bench_ours_points(ent_bench_sides *sides) {
  return (ent_bench_side){.run = ours_points, .state = sides};
}

ent_bench_side ent_bench_ours_in(ent_bench_sides *sides) {
  return (ent_bench_side){.run = ours_in, .state = sides};
}

ent_bench_side ent_bench_ours_scan(ent_bench_sides *sides) {
  return (ent_bench_side){.run = ours_scan, .state = sides};
}
