#include "tests/bench/bare.h"
#include "tests/bench/bench.h"
#include "tests/bench/cached.h"
#include "tests/bench/data.h"
#include "tests/bench/measure.h"
#include "tests/bench/ours.h"
#include "tests/bench/raw/redis.h"
#include "tests/bench/threads.h"

#include <stdio.h>
#include <stdlib.h>

/* Rows that this process has: an ordinary table of SQLite, or a virtual table
 * over an array, and an entity that is cached here and in Redis.  Where a server
 * was asked for a row the case fails. */

enum {
  ENT_ROWS = 100000, /* that all is asked of, and as many as a join reads */
  ENT_SQL_SIZE = 256,
  ENT_KEYS_FROM = 10 * ENT_BENCH_KEYS, /* ent_bench_data_keys() chooses */
  ENT_WARM_READS = 3,
  ENT_LISTS = 50,       /* that are asked for in a round, */
  ENT_LIST_USERS = 20,  /* each of so many rows, */
  ENT_LIST_STEPS = 200, /* and so many there are */
};

typedef struct locals {
  ent_raw *mysql;
  ent_raw_redis *redis;
  ent_bare *rows;
  ent_ours *ordinary;
  ent_ours *bare[2]; /* a connection for each thread */
  ent_ours *ours[2];
  int64_t n_rows; /* that are read, of bench_row's first */
  uint64_t n_asked;
  int64_t keys[ENT_BENCH_KEYS];
} locals;

/* One side of a contest. */
typedef struct local_side {
  locals *l;
  ent_ours *ours;
} local_side;

/* How often the servers have been asked for rows, by anybody; asking counts as
 * one more the next time. */
static ent_status count_asked(locals *l, uint64_t *n, ent_error *err) {
  char text[32] = "";
  uint64_t reads = 0;
  ent_status status =
      ent_raw_value(l->mysql,
                    "SELECT VARIABLE_VALUE FROM information_schema"
                    ".GLOBAL_STATUS WHERE VARIABLE_NAME = 'COM_SELECT'",
                    text, sizeof(text), err);

  if (!status) status = ent_raw_redis_reads(l->redis, &reads, err);
  if (!status) *n = strtoull(text, NULL, 10) + reads;
  return status;
}

/* Untimed: what was read must have been here. */
static ent_status check_hits(locals *l, ent_error *err) {
  uint64_t now = 0;
  uint64_t before = l->n_asked + 1;
  ent_status status = count_asked(l, &now, err);

  if (status) return status;
  l->n_asked = now;
  if (now == before) return ENT_OK;
  return ent_fail(err, ENT_MISMATCH,
                  "the servers were asked %lld times: not all were hits",
                  (long long)(now - before));
}

/* NOLINTNEXTLINE(readability-non-const-parameter): as sides have it */
static ent_status finish(void *state, uint64_t *sum, ent_error *err) {
  (void)sum; /* stays that of the rows */
  return check_hits(((local_side *)state)->l, err);
}

/* Keys from all over the rows. */
static void choose_keys(locals *l, int round) {
  int64_t n = l->n_rows / ENT_BENCH_KEYS * ENT_BENCH_KEYS;
  int64_t hot = n < ENT_KEYS_FROM ? n : (int64_t)ENT_KEYS_FROM;

  ent_bench_data_keys(round, hot, l->keys);
  for (int i = 0; i < ENT_BENCH_KEYS; i++)
    l->keys[i] = (l->keys[i] - 1) * (n / hot) + 1;
}

static ent_status points(void *state, int round, uint64_t *sum,
                         ent_error *err) {
  const local_side *side = state;

  choose_keys(side->l, round);
  return ent_ours_read_points(side->ours, side->l->keys, ENT_BENCH_KEYS, sum,
                              err);
}

static ent_status in(void *state, int round, uint64_t *sum, ent_error *err) {
  const local_side *side = state;

  choose_keys(side->l, round);
  return ent_ours_read_in(side->ours, side->l->keys, sum, err);
}

static ent_status join(void *state, int round, uint64_t *sum, ent_error *err) {
  (void)round;
  return ent_ours_read_join(((const local_side *)state)->ours, sum, err);
}

static ent_status add_join(void *state, int round, uint64_t *sum,
                           ent_error *err) {
  (void)round;
  return ent_ours_add_join(((const local_side *)state)->ours, sum, err);
}

static ent_status add_turns(void *state, int round, uint64_t *sum,
                            ent_error *err) {
  (void)round;
  return ent_ours_add_turns(((const local_side *)state)->ours, sum, err);
}

/* bench_row's users are 0 to 100 002, and the first rows have one each. */
static ent_status read_lists(ent_ours *ours, int round, uint64_t *sum,
                             ent_error *err) {
  int64_t users[ENT_LISTS];

  for (int i = 0; i < ENT_LISTS; i++)
    users[i] = (int64_t)(round * 37 + i * 7) % ENT_LIST_STEPS * 500;
  return ent_ours_read_lists(ours, users, ENT_LISTS, ENT_LIST_USERS, sum, err);
}

static ent_status lists(void *state, int round, uint64_t *sum, ent_error *err) {
  return read_lists(((const local_side *)state)->ours, round, sum, err);
}

static ent_status prepare_lists(locals *l, ent_error *err) {
  char sql[ENT_SQL_SIZE];
  uint64_t n;
  ent_status status = ent_ours_write(
      l->ordinary, "CREATE INDEX by_user ON bench_row(user_id)", 0, &n, err);

  snprintf(sql, sizeof(sql),
           "SELECT * FROM bench_row WHERE user_id BETWEEN ? AND ? AND"
           " id <= %lld ORDER BY user_id",
           (long long)l->n_rows);
  if (!status) status = ent_ours_prepare_list(l->ordinary, sql, err);
  if (status) return status;
  return ent_ours_prepare_list(l->ours[0],
                               "SELECT * FROM bench_row_by_users(?, ?)", err);
}

static ent_status open_base(locals *l, ent_error *err) {
  ent_status status = ent_bare_open(l->ours[0], l->n_rows, &l->rows, err);

  for (int i = 0; !status && i < 2; i++)
    status = ent_bare_virtual(l->rows, ENT_BENCH_KEYS, &l->bare[i], err);
  if (!status) {
    status = ent_bare_ordinary(l->rows, ENT_BENCH_KEYS, &l->ordinary, err);
  }
  if (!status) status = ent_ours_prepare_join(l->ordinary, l->n_rows, err);
  if (!status) status = ent_ours_prepare_join(l->bare[0], l->n_rows, err);
  return status ? status : prepare_lists(l, err);
}

/* Has every row read: first in batches, which Redis is filled by. */
static ent_status warm(locals *l, ent_error *err) {
  uint64_t n;
  ent_status status = ent_ours_prepare_join(l->ours[0], l->n_rows, err);

  for (int i = 0; !status && i < ENT_WARM_READS; i++) {
    status = ent_ours_number(l->ours[0],
                             "SELECT count(note) FROM bench_row WHERE id IN"
                             " (SELECT i FROM ids)",
                             &n, err);
    for (int k = 0; !status && k < ENT_LIST_STEPS; k++)
      status = read_lists(l->ours[0], k, &n, err);
  }
  if (!status) status = ent_ours_read_join(l->ours[0], &n, err);
  return status ? status : count_asked(l, &l->n_asked, err);
}

static ent_status open_locals(ent_bench *bench, locals *l, ent_error *err) {
  const char *socket = NULL;
  ent_status status = ent_bench_redis_socket(&socket, err);

  l->n_rows = bench->n_rows < ENT_ROWS ? bench->n_rows : ENT_ROWS;
  if (!status) status = ent_bench_data_open(bench, &l->mysql, err);
  if (!status) status = ent_raw_redis_open(socket, &l->redis, err);
  for (int i = 0; !status && i < 2; i++)
    status = ent_bench_cached_open(bench, l->n_rows, &l->ours[i], err);
  if (!status) status = open_base(l, err);
  if (!status) status = warm(l, err);
  return status;
}

static void close_locals(locals *l) {
  for (int i = 0; i < 2; i++) {
    ent_ours_close(l->ours[i]);
    ent_ours_close(l->bare[i]);
  }
  ent_ours_close(l->ordinary);
  ent_bare_close(l->rows);
  ent_raw_redis_close(l->redis);
  ent_raw_close(l->mysql);
}

/* One line of the table. */
typedef struct local_line {
  const char *what;
  ent_ours *base;
  ent_status (*run)(void *state, int round, uint64_t *sum, ent_error *err);
  int64_t n_units;
  double at_most; /* 0: for information */
  int n_rounds;
} local_line;

static ent_status compare(ent_bench *bench, locals *l, const local_line *line,
                          ent_error *err) {
  local_side base = {l, line->base};
  local_side subject = {l, l->ours[0]};
  ent_bench_contest contest = {.what = line->what,
                               .base = {line->run, NULL, &base},
                               .subject = {line->run, finish, &subject},
                               .n_units = line->n_units,
                               .at_most = line->at_most,
                               .n_rounds = bench->n_rounds ? bench->n_rounds
                                                           : line->n_rounds};

  return ent_bench_compare(&contest, &bench->report, err);
}

static ent_status compare_all(ent_bench *bench, locals *l, ent_error *err) {
  const local_line lines[] = {
      {"point, ordinary table", l->ordinary, points, ENT_BENCH_KEYS, 0.7, 51},
      {"point, array", l->bare[0], points, ENT_BENCH_KEYS, 1.3, 51},
      {"IN of 1000, ordinary table", l->ordinary, in, 1, 0.75, 51},
      {"join of 100 000, ordinary tables", l->ordinary, add_join, 1, 0.45, 9},
      {"the same, array", l->bare[0], add_join, 1, 0, 9},
      {"never twice in one order, ordinary", l->ordinary, add_turns, 1, 0, 10},
      {"all its columns, ordinary tables", l->ordinary, join, 1, 0, 9},
      {"the same, array", l->bare[0], join, 1, 0, 9},
      {"cached query, 20 rows, ordinary table", l->ordinary, lists, ENT_LISTS,
       0.55, 51},
  };
  ent_bench_gain gain = {.what = "second thread's gain, array",
                         .base = l->bare,
                         .subject = l->ours,
                         .n_rows = l->n_rows,
                         .n_rounds = bench->n_rounds ? bench->n_rounds : 15,
                         .at_most = 1 / 0.9};
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < ENT_COUNT(lines); i++)
    status = compare(bench, l, &lines[i], err);
  if (!status) status = ent_bench_compare_gain(&gain, &bench->report, err);
  if (status) return status;
  return ent_error_context(err, check_hits(l, err), "%s", gain.what);
}

ent_status ent_bench_local(ent_bench *bench, ent_error *err) {
  locals *l = calloc(1, sizeof(*l));
  ent_status status = l ? open_locals(bench, l, err) : ent_fail_nomem(err);

  if (!l) return status;
  ent_bench_report_heading("rows in this process", "SQLite's", "entable");
  if (!status) status = compare_all(bench, l, err);
  close_locals(l);
  free(l);
  return status;
}
