#include "vtab/tvf_stats.h"

#include "backends/base/list.h"
#include "cache/tracking.h"
#include "vtab/entity.h"

#include <string.h>

enum {
  ENT_STATS_POOL,
  ENT_STATS_TIER,
  ENT_STATS_COUNTER,
  ENT_STATS_VALUE,
  ENT_STATS_COLUMNS,
};

/* One line. */
typedef struct stat {
  const char *pool;
  const char *tier;
  const char *counter;
  uint64_t value;
} stat;

typedef struct stats_rows {
  ent_rows base; /* must be first */
  ent_arena arena;
  ent_list stats; /* of stat, as they were when it was asked for */
  size_t at;
  ent_value values[ENT_STATS_COLUMNS];
} stats_rows;

static ent_value text_value(const char *text) {
  return ent_value_bytes(ENT_TEXT, text, strlen(text));
}

static ent_status stats_next(ent_rows *base, const ent_deadline *deadline,
                             const ent_value **row, ent_error *err) {
  stats_rows *rows = (stats_rows *)base;
  const stat *stats = rows->stats.items;
  const stat *at;

  (void)deadline, (void)err;
  if (rows->at == rows->stats.n) return ENT_DONE;
  at = &stats[rows->at++];
  rows->values[ENT_STATS_POOL] = text_value(at->pool);
  rows->values[ENT_STATS_TIER] = text_value(at->tier);
  rows->values[ENT_STATS_COUNTER] = text_value(at->counter);
  rows->values[ENT_STATS_VALUE] = ent_value_u64(at->value);
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

static ent_status add(stats_rows *rows, const char *pool, const char *tier,
                      const char *counter, uint64_t value, ent_error *err) {
  stat *made = ent_list_add(&rows->stats, sizeof(*made), &rows->arena);

  if (!made) return ent_fail_nomem(err);
  *made = (stat){pool, tier, counter, value};
  return ENT_OK;
}

/* How long what was asked there took, by whomever. */
static ent_status add_times(stats_rows *rows, const char *pool,
                            const ent_session_redis *redis, ent_error *err) {
  ent_histogram_summary times = ent_redis_pool_times(redis->pool);
  ent_status status = add(rows, pool, "redis", "requests", times.n, err);

  if (!status) {
    status = add(rows, pool, "redis", "latency_p50_us", times.p50, err);
  }
  if (!status) {
    status = add(rows, pool, "redis", "latency_p99_us", times.p99, err);
  }
  if (!status) {
    status = add(rows, pool, "redis", "latency_max_us", times.most, err);
  }
  return status;
}

static ent_status add_redis(stats_rows *rows, const ent_session_redis *redis,
                            ent_error *err) {
  const char *pool = ent_arena_strdup(&rows->arena, redis->name);
  ent_status status = pool ? ENT_OK : ent_fail_nomem(err);

  for (int i = 0; !status && i < ENT_N_COUNTS; i++) {
    status = add(rows, pool, "redis", ent_shared_count_names[i],
                 ent_shared_counted(redis->shared, (ent_shared_count)i), err);
  }
  return status ? status : add_times(rows, pool, redis, err);
}

/* Those of a cache in this process, and what it has heard. */
static ent_status add_local(stats_rows *rows, const ent_table *table,
                            ent_error *err) {
  const char *pool = ent_arena_strdup(&rows->arena, table->local_cache);
  ent_local_totals of;
  ent_status status = pool ? ENT_OK : ent_fail_nomem(err);

  ent_local_count(ent_local_of(table->cached.space), &of);
  {
    const struct {
      const char *name;
      uint64_t value;
    } totals[] = {{"hits", of.hits - of.absent_hits},
                  {"absent", of.absent_hits},
                  {"misses", of.misses},
                  {"fills", of.puts},
                  {"refused", of.refused_puts},
                  {"evictions", of.evictions},
                  {"removals", of.removals},
                  {"entries", of.entries},
                  {"bytes", of.bytes}};

    for (size_t i = 0; !status && i < ENT_COUNT(totals); i++) {
      status = add(rows, pool, "local", totals[i].name, totals[i].value, err);
    }
  }
  for (int i = 0; !status && i < ENT_TRACKING_N_COUNTS; i++) {
    status =
        add(rows, pool, "local", ent_tracking_count_names[i],
            ent_tracking_counted(table->cached.tracking, (ent_tracking_count)i),
            err);
  }
  return status;
}

/* The cache in this process of a table that is there still; NULL if it has
 * none. */
static const ent_local *local_of(const ent_table *table) {
  if (!table->cached.space || table->pool->is_closed) return NULL;
  return ent_local_of(table->cached.space);
}

/* Whether a table is the first one that shows its local cache. */
static bool is_first(const ent_session *session, const ent_table *table) {
  const ent_local *local = local_of(table);
  const ent_table *first = session->tables;

  while (local && local_of(first) != local)
    first = first->next;
  return local && first == table;
}

static ent_status add_all(stats_rows *rows, const ent_session *session,
                          ent_error *err) {
  ent_status status = ENT_OK;

  for (const ent_table *t = session->tables; !status && t; t = t->next) {
    if (is_first(session, t)) status = add_local(rows, t, err);
  }
  for (const ent_opened *o = session->opened; o; o = o->next) {
    for (const ent_session_redis *r = o->redis; !status && r; r = r->next)
      status = add_redis(rows, r, err);
  }
  return status;
}

static ent_status stats_open(const ent_tvf_call *call, ent_rows **out,
                             ent_error *err) {
  stats_rows *rows = sqlite3_malloc64(sizeof(*rows));
  ent_status status;

  if (!rows) return ent_fail_nomem(err);
  *rows = (stats_rows){.base.ops = &stats_ops};
  status = add_all(rows, call->session, err);
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
