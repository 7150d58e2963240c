#include "vtab/tvf_stats.h"

#include <string.h>

enum {
  ENT_STATS_POOL,
  ENT_STATS_TIER,
  ENT_STATS_COUNTER,
  ENT_STATS_VALUE,
  ENT_STATS_COLUMNS,
};

/* One Redis: its pool's name, and its counters as they were. */
typedef struct stats_redis {
  const char *pool;
  uint64_t counts[ENT_N_COUNTS];
} stats_redis;

typedef struct stats_rows {
  ent_rows base; /* must be first */
  ent_arena arena;
  stats_redis *redis; /* n */
  size_t n;
  size_t at; /* counters shown */
  ent_value values[ENT_STATS_COLUMNS];
} stats_rows;

static ent_value text_value(const char *text) {
  return ent_value_bytes(ENT_TEXT, text, strlen(text));
}

static ent_status stats_next(ent_rows *base, const ent_deadline *deadline,
                             const ent_value **row, ent_error *err) {
  stats_rows *rows = (stats_rows *)base;
  size_t counter = rows->at % ENT_N_COUNTS;
  const stats_redis *redis = &rows->redis[rows->at / ENT_N_COUNTS];

  (void)deadline, (void)err;
  if (rows->at == rows->n * ENT_N_COUNTS) return ENT_DONE;
  rows->at++;
  rows->values[ENT_STATS_POOL] = text_value(redis->pool);
  rows->values[ENT_STATS_TIER] = text_value("redis");
  rows->values[ENT_STATS_COUNTER] = text_value(ent_shared_count_names[counter]);
  rows->values[ENT_STATS_VALUE] = ent_value_u64(redis->counts[counter]);
  *row = rows->values;
  return ENT_OK;
}

static void stats_close(ent_rows *base) {
  stats_rows *rows = (stats_rows *)base;

  ent_arena_done(&rows->arena);
  sqlite3_free(rows);
}

static const ent_rows_ops stats_ops = {
    .next = stats_next,
    .close = stats_close,
};

static ent_status take(stats_rows *rows, const ent_session_redis *from,
                       ent_error *err) {
  stats_redis *redis = &rows->redis[rows->n];

  redis->pool = ent_arena_strdup(&rows->arena, from->name);
  if (!redis->pool) return ent_fail_nomem(err);
  for (int i = 0; i < ENT_N_COUNTS; i++)
    redis->counts[i] = ent_shared_counted(from->shared, (ent_shared_count)i);
  rows->n++;
  return ENT_OK;
}

static ent_status take_all(stats_rows *rows, const ent_session *session,
                           ent_error *err) {
  size_t n = 0;
  ent_status status = ENT_OK;

  for (const ent_opened *o = session->opened; o; o = o->next) {
    for (const ent_session_redis *r = o->redis; r; r = r->next)
      n++;
  }
  rows->redis = ent_arena_alloc(&rows->arena, (n + 1) * sizeof(*rows->redis));
  if (!rows->redis) return ent_fail_nomem(err);
  for (const ent_opened *o = session->opened; o; o = o->next) {
    for (const ent_session_redis *r = o->redis; !status && r; r = r->next)
      status = take(rows, r, err);
  }
  return status;
}

static ent_status stats_open(const ent_tvf_call *call, ent_rows **out,
                             ent_error *err) {
  stats_rows *rows = sqlite3_malloc64(sizeof(*rows));
  ent_status status;

  if (!rows) return ent_fail_nomem(err);
  *rows = (stats_rows){.base.ops = &stats_ops};
  status = take_all(rows, call->session, err);
  if (status) {
    stats_close(&rows->base);
    return status;
  }
  *out = &rows->base;
  return ENT_OK;
}

const ent_tvf ent_tvf_stats = {
    .name = "entable_stats",
    .columns = "pool TEXT, tier TEXT, counter TEXT, value INTEGER",
    .n_columns = ENT_STATS_COLUMNS,
    .open = stats_open,
};
