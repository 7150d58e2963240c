#include "backends/base/key.h"
#include "cache/table.h"
#include "tests/bench/bench.h"
#include "tests/bench/cached.h"
#include "tests/bench/data.h"
#include "tests/bench/machine.h"
#include "tests/bench/measure.h"
#include "tests/bench/ours.h"
#include "tests/bench/raw/redis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows that Redis has: hiredis by itself and entable, which reads the same
 * values.  What was no hit makes the case fail. */

enum {
  ENT_NAME_SIZE = 2 + 16 + 1 + ENT_KEY_INTEGER_SIZE, /* "e:…:" and a key */
  ENT_KEYS_IN_ALL = 10000, /* of which a round's are */
};

typedef struct caching {
  ent_raw *mysql;
  ent_raw_redis *redis;
  ent_ours *ours;
  ent_bench_pinned *pinned;
  int64_t n_rows;
  uint64_t hash;
  uint64_t n_hits; /* so far */
  int64_t keys[ENT_BENCH_KEYS];
  char names[ENT_BENCH_KEYS * ENT_NAME_SIZE];
} caching;

static const char ids[] =
    "CREATE TEMP TABLE ids AS WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL"
    " SELECT i + 1 FROM s WHERE i < ?1) SELECT i FROM s";

/* Has every row read once that a round may ask for. */
static ent_status warm(const caching *c, ent_error *err) {
  uint64_t n;

  return ent_ours_number(c->ours,
                         "SELECT count(note) FROM bench_row WHERE id IN"
                         " (SELECT i FROM ids)",
                         &n, err);
}

static ent_status hits(const caching *c, uint64_t *n, ent_error *err) {
  return ent_ours_number(
      c->ours,
      "SELECT value FROM entable_stats WHERE tier = 'redis' AND counter ="
      " 'hits'",
      n, err);
}

static ent_status open_caching(ent_bench *bench, caching *c, ent_error *err) {
  const char *socket = NULL;
  int pid = 0;
  uint64_t n;
  ent_status status = ent_bench_redis_socket(&socket, err);

  *c = (caching){.n_rows = bench->n_rows,
                 .hash = ent_table_hash(bench->database, "bench_row")};
  if (!status) status = ent_bench_data_open(bench, &c->mysql, err);
  if (!status) status = ent_raw_redis_open(socket, &c->redis, err);
  if (!status) status = ent_raw_redis_pid(c->redis, &pid, err);
  if (!status) {
    status = ent_bench_cached_open(bench, 0, &c->ours, err);
  }
  if (!status) status = ent_ours_write(c->ours, ids, ENT_KEYS_IN_ALL, &n, err);
  if (!status) status = warm(c, err);
  if (!status) status = hits(c, &c->n_hits, err);
  if (!status) status = ent_bench_pin(pid, &c->pinned, err);
  return status;
}

static void close_caching(caching *c) {
  ent_bench_unpin(c->pinned);
  ent_ours_close(c->ours);
  ent_raw_redis_close(c->redis);
  ent_raw_close(c->mysql);
}

/* The names in Redis of a round's rows. */
static void name_rows(caching *c, int round) {
  ent_bench_data_keys(round, c->n_rows, c->keys);
  for (int i = 0; i < ENT_BENCH_KEYS; i++) {
    char *name = c->names + (size_t)i * ENT_NAME_SIZE;
    ent_value key = ent_value_i64(c->keys[i]);
    char stem[24];

    snprintf(stem, sizeof(stem), "e:%016llx:", (unsigned long long)c->hash);
    memcpy(name, stem, 19);
    ent_key_encode_integer(&key, (unsigned char *)name + 19);
  }
}

static ent_status raw_points(void *state, int round, uint64_t *sum,
                             ent_error *err) {
  caching *c = state;

  name_rows(c, round);
  return ent_raw_redis_get(c->redis, c->names, ENT_NAME_SIZE, ENT_BENCH_KEYS,
                           sum, err);
}

static ent_status raw_in(void *state, int round, uint64_t *sum,
                         ent_error *err) {
  caching *c = state;

  name_rows(c, round);
  return ent_raw_redis_mget(c->redis, c->names, ENT_NAME_SIZE, ENT_BENCH_KEYS,
                            sum, err);
}

static ent_status ours_points(void *state, int round, uint64_t *sum,
                              ent_error *err) {
  caching *c = state;

  ent_bench_data_keys(round, c->n_rows, c->keys);
  return ent_ours_read_points(c->ours, c->keys, ENT_BENCH_KEYS, sum, err);
}

static ent_status ours_in(void *state, int round, uint64_t *sum,
                          ent_error *err) {
  caching *c = state;

  ent_bench_data_keys(round, c->n_rows, c->keys);
  return ent_ours_read_in(c->ours, c->keys, sum, err);
}

/* Untimed: what counts is how many of the rows were hits. */
static ent_status count_hits(void *state, uint64_t *sum, ent_error *err) {
  caching *c = state;
  uint64_t now = 0;
  ent_status status = hits(c, &now, err);

  *sum = now - c->n_hits;
  c->n_hits = now;
  return status;
}

static ent_status compare(ent_bench *bench, ent_bench_contest contest,
                          int n_rounds, ent_error *err) {
  contest.n_rounds = bench->n_rounds ? bench->n_rounds : n_rounds;
  return ent_bench_compare(&contest, &bench->report, err);
}

ent_status ent_bench_redis(ent_bench *bench, ent_error *err) {
  caching *c = calloc(1, sizeof(*c));
  ent_status status = c ? open_caching(bench, c, err) : ent_fail_nomem(err);

  if (!c) return status;
  if (!status) {
    status =
        compare(bench,
                (ent_bench_contest){.what = "point, Redis hit",
                                    .base = {raw_points, NULL, c},
                                    .subject = {ours_points, count_hits, c},
                                    .n_units = ENT_BENCH_KEYS,
                                    .at_most = 1.25},
                51, err);
  }
  if (!status) {
    status = compare(bench,
                     (ent_bench_contest){.what = "IN of 1000, Redis hits",
                                         .base = {raw_in, NULL, c},
                                         .subject = {ours_in, count_hits, c},
                                         .n_units = 1,
                                         .at_most = 1.9},
                     51, err);
  }
  close_caching(c);
  free(c);
  return status;
}
