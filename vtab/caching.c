#include "vtab/caching.h"

#include "cache/layered_xa.h"
#include "cache/tracking.h"
#include "vtab/keyuse.h"
#include "vtab/report.h"
#include "vtab/tables.h"
#include "vtab/value.h"

#include <string.h>

enum {
  ENT_REDIS_TTL_S = 3600,
  ENT_ABSENT_TTL_S = 60,
  ENT_COMMIT_MAX_S = 600,
  ENT_LOCAL_LAG_MS = 1000,
  ENT_LOCAL_TTL_S = 1,
  ENT_MS = 1000,
};

static int64_t given(int64_t number, int64_t by_default) {
  return number < 0 ? by_default : number;
}

static int64_t in_ms(int64_t seconds, int64_t by_default) {
  return given(seconds, by_default) * ENT_MS;
}

static ent_layered_options options_of(const ent_config *config) {
  return (ent_layered_options){
      .times = {.row_ms = in_ms(config->redis_ttl_s, ENT_REDIS_TTL_S),
                .absent_ms = in_ms(config->absent_ttl_s, ENT_ABSENT_TTL_S),
                .commit_ms = in_ms(config->commit_max_s, ENT_COMMIT_MAX_S)},
      .writes_without_redis = config->writes_without_redis};
}

/* The server of a pool and who is logged in there, to be freed with
 * sqlite3_free(): whose rows a local cache without a Redis has.  NULL if there
 * is no memory. */
static char *server_words(const ent_session_pool *pool) {
  const ent_address *address = &pool->config->address;

  return sqlite3_mprintf("%s@%s:%d:%s", address->user ? address->user : "",
                         address->host ? address->host : "", address->port,
                         address->socket ? address->socket : "");
}

/* Has a pool's source be the caches; in a transaction that has written they
 * would not know what. */
static ent_status put_in_front(ent_session_pool *pool, ent_error *err) {
  ent_layered_options options;
  ent_source *layered = NULL;
  char *server;
  ent_status status;

  if (ent_layered_is(pool->source)) return ENT_OK;
  if (pool->has_joined) {
    return ent_fail(err, ENT_UNSUPPORTED,
                    "a table with a cache cannot be made in a transaction "
                    "that has written to its pool");
  }
  server = server_words(pool);
  if (!server) return ent_fail_nomem(err);
  options = options_of(pool->declaration->config);
  status =
      ent_layered_open(pool->source, server, pool->config->address.database,
                       &options, &layered, err);
  sqlite3_free(server);
  if (status) return status;
  pool->source = layered;
  pool->mysql.copies = ent_layered_copies(layered);
  return ENT_OK;
}

static ent_session_redis *find_redis(const ent_session *session,
                                     const ent_opened *opened,
                                     const char *name) {
  ent_session_redis *redis = opened ? opened->redis : NULL;

  while (redis && strcmp(redis->name, name) != 0)
    redis = redis->next;
  for (const ent_opened *o = session->opened; !redis && o; o = o->next) {
    redis = o->redis;
    while (redis && strcmp(redis->name, name) != 0)
      redis = redis->next;
  }
  return redis;
}

static ent_status add_redis(ent_session *session, const ent_opened *opened,
                            ent_session_pool *pool, const char *name,
                            ent_shared **shared, ent_error *err) {
  ent_session_redis *redis = find_redis(session, opened, name);
  ent_status status;

  if (!redis) {
    return ent_fail(err, ENT_CONFIG, "redis_cache: the pool '%s' has no Redis",
                    name);
  }
  status = put_in_front(pool, err);
  if (!status) status = ent_layered_add(pool->source, redis->shared, err);
  if (!status) *shared = redis->shared;
  return status;
}

static bool has_redis(const ent_opened *opened, const char *name) {
  return ent_config_find_redis(opened->config, name) != NULL;
}

/* The pool's own Redis, and those that its entities name. */
static ent_status start_pool(ent_session *session, ent_opened *opened,
                             ent_session_pool *pool, ent_error *err) {
  const ent_declared *declared = &opened->config->declared;
  ent_shared *shared;
  ent_status status = ENT_OK;

  if (has_redis(opened, pool->name)) {
    status = add_redis(session, opened, pool, pool->name, &shared, err);
  }
  for (size_t i = 0; !status && i < declared->n_entities; i++) {
    const ent_declared_entity *entity = &declared->entities[i];

    if (strcmp(entity->pool, pool->name) != 0) continue;
    if (entity->redis_cache) {
      status =
          add_redis(session, opened, pool, entity->redis_cache, &shared, err);
    } else if (entity->local_cache) {
      status = put_in_front(pool, err);
    }
    ent_error_context(err, status, "entity %s", entity->name);
  }
  return status;
}

ent_status ent_caching_start(ent_session *session, ent_opened *opened,
                             ent_error *err) {
  ent_status status = ENT_OK;

  for (ent_session_pool *p = opened->pools; !status && p; p = p->next) {
    status = start_pool(session, opened, p, err);
    ent_error_context(err, status, "%s: pool %s", opened->config->path,
                      p->name);
  }
  return status;
}

/* Rows are found by one key. */
static bool can_cache(const ent_entity *entity) {
  return entity->key_kind == ENT_KEY_INTEGER ||
         entity->key_kind == ENT_KEY_BYTES;
}

void ent_caching_done(ent_table *table) {
  ent_tracking_close(table->cached.tracking);
  ent_shared_close(table->cached.shared);
  table->cached = (ent_cached){.shared = NULL};
}

static ent_status take_redis(ent_table *table, ent_error *err) {
  ent_shared *shared = NULL;
  ent_status status;

  if (!table->redis_cache) return ENT_OK;
  status = add_redis(table->session, NULL, table->pool, table->redis_cache,
                     &shared, err);
  if (status) return status;
  table->cached.shared = ent_shared_ref(shared);
  table->cached.is_shared = true;
  return ENT_OK;
}

static const ent_config_local *find_local(const ent_session *session,
                                          const char *name) {
  const ent_config_local *local = NULL;

  for (const ent_opened *o = session->opened; !local && o; o = o->next)
    local = ent_config_find_local(o->config, name);
  return local;
}

/* Finds the cache, and what it hears of: the Redis that has the rows, or else
 * the pool's own, in which they are blocked all the same. */
static ent_status open_local(ent_table *table, const ent_config_local *local,
                             ent_local **cache, ent_error *err) {
  ent_cached *cached = &table->cached;
  const ent_session_redis *redis =
      find_redis(table->session, NULL, table->pool->name);
  char *server = server_words(table->pool);
  ent_tracked of = {.server = server};
  ent_status status = server ? ENT_OK : ent_fail_nomem(err);

  if (!cached->shared && redis) cached->shared = ent_shared_ref(redis->shared);
  of.shared = cached->shared;
  if (!status) status = ent_tracking_open(&of, &cached->tracking, err);
  if (!status) {
    status = ent_tracking_cache(cached->tracking, local->max_rows,
                                local->max_bytes, cache, err);
  }
  sqlite3_free(server);
  return status;
}

static ent_status take_local(ent_table *table, ent_error *err) {
  const ent_config *config = table->pool->declaration->config;
  ent_cached *cached = &table->cached;
  const ent_config_local *local;
  ent_local *cache = NULL;
  ent_status status;

  if (!table->local_cache) return ENT_OK;
  local = find_local(table->session, table->local_cache);
  if (!local) {
    return ent_fail(err, ENT_CONFIG,
                    "local_cache: the pool '%s' has no local cache; add one, "
                    "such as local_cache: 100000",
                    table->local_cache);
  }
  status = put_in_front(table->pool, err);
  if (!status) status = open_local(table, local, &cache, err);
  if (status) return status;
  cached->space = ent_local_space_of(cache, cached->hash, cached->layout);
  if (!cached->space) return ent_fail_nomem(err);
  cached->lag_ms = given(config->local_cache_lag_ms, ENT_LOCAL_LAG_MS);
  cached->local_row_ms =
      cached->shared ? in_ms(config->redis_ttl_s, ENT_REDIS_TTL_S)
                     : in_ms(config->local_cache_ttl_s, ENT_LOCAL_TTL_S);
  cached->local_absent_ms = cached->shared
                                ? in_ms(config->absent_ttl_s, ENT_ABSENT_TTL_S)
                                : cached->local_row_ms;
  return ENT_OK;
}

ent_status ent_caching_table(ent_table *table, ent_error *err) {
  const ent_session_pool *pool = table->pool;
  ent_status status;

  ent_caching_done(table);
  if (!can_cache(table->entity)) return ENT_OK;
  table->cached =
      (ent_cached){.hash = ent_table_hash(pool->config->address.database,
                                          table->entity->table),
                   .layout = ent_table_layout(table->entity),
                   .n_columns = table->entity->n_columns,
                   .has_known_triggers = pool->config->has_known_triggers};
  status = take_redis(table, err);
  if (!status) status = take_local(table, err);
  if (status) ent_caching_done(table);
  return status;
}

static bool has_caches(const ent_cached *cached) {
  return cached->space || cached->is_shared;
}

bool ent_caching_keeps_lists(const ent_cached *cached) {
  return cached->is_shared || (cached->space && cached->tracking);
}

const char *ent_caching_tiers(const ent_table *table) {
  const ent_cached *cached = &table->cached;

  if (table->session->request && can_cache(table->entity))
    return cached->is_shared ? "request, redis" : "request";
  if (cached->space) return cached->is_shared ? "local, redis" : "local";
  return cached->is_shared ? "redis" : NULL;
}

/* What the session has read stands before Redis; the cache of the process is left
 * out.  NULL where it cannot: a transaction has written, or memory is short. */
static ent_cached *request_of(ent_table *table) {
  ent_session_pool *pool = table->pool;
  ent_cached *cached = &table->requested;

  if (put_in_front(pool, NULL)) return NULL;
  cached->shared = table->cached.is_shared ? table->cached.shared : NULL;
  cached->is_shared = table->cached.is_shared;
  cached->hash =
      ent_table_hash(pool->config->address.database, table->entity->table);
  cached->layout = ent_table_layout(table->entity);
  cached->n_columns = table->entity->n_columns;
  /* What is kept here alone may be as old as it likes, whoever writes. */
  cached->has_known_triggers =
      !cached->is_shared || table->cached.has_known_triggers;
  /* Tables of one name are of several servers. */
  cached->space = ent_local_space_of(
      table->session->request, cached->hash ^ (uintptr_t)pool, cached->layout);
  return cached->space ? cached : NULL;
}

ent_cached *ent_caching_now(ent_table *table) {
  ent_session *session = table->session;

  if (!session->cache) return NULL;
  if (session->request && can_cache(table->entity)) {
    ent_cached *cached = request_of(table);

    if (cached) return cached;
  }
  return has_caches(&table->cached) ? &table->cached : NULL;
}

/* Blocks what was noted of a change outside a transaction.  Where that, or the
 * noting, has failed it is forgotten: nobody else would end it, and until then
 * nothing would be read from a cache. */
static ent_status block(ent_session_pool *pool, ent_status status,
                        const ent_deadline *deadline, ent_error *err) {
  if (!status) return ent_layered_block(pool->source, deadline, err);
  if (!pool->has_joined) ent_layered_unblock(pool->source);
  return status;
}

ent_status ent_caching_begin(ent_session *session, ent_session_pool *pool,
                             const char *table, const char *sql, size_t size,
                             ent_error *err) {
  ent_deadline deadline = ent_session_deadline(session);
  ent_source *source = pool->source;
  ent_status status;

  ent_session_forget_request(session);
  session->n_changes++;
  if (!ent_layered_is(source)) return ENT_OK;
  status = sql ? ent_layered_touch_sql(source, sql, size, &deadline, err)
               : ent_layered_touch_table(source, NULL, table, &deadline, err);
  status = block(pool, status, &deadline, err);
  ent_session_waited(session);
  return status;
}

ent_status ent_caching_begin_all(ent_session *session, ent_session_pool *pool,
                                 const ent_declared *declared, ent_error *err) {
  ent_deadline deadline = ent_session_deadline(session);
  ent_status status = ENT_OK;

  ent_session_forget_request(session);
  session->n_changes++;
  if (!ent_layered_is(pool->source)) return ENT_OK;
  for (size_t i = 0; !status && i < declared->n_entities; i++) {
    status = ent_layered_touch_table(
        pool->source, NULL, declared->entities[i].table, &deadline, err);
  }
  status = block(pool, status, &deadline, err);
  ent_session_waited(session);
  return status;
}

void ent_caching_end(ent_session_pool *pool, bool is_unknown) {
  if (!ent_layered_is(pool->source)) return;
  if (is_unknown) {
    ent_layered_leave(pool->source);
  } else {
    ent_layered_unblock(pool->source);
  }
}

/* Asked every 20 ms while COMMIT is waited for.                model: W_AGAIN */
static bool watch_commit(void *context) {
  ent_caching_watch *watch = context;
  const ent_deadline *deadline = watch->deadline;

  if (watch->third_ms && ent_now_ms() >= watch->next_ms) {
    for (const ent_session_pool *p = watch->pools; p; p = p->joined) {
      if (ent_layered_is(p->source)) ent_layered_block_again(p->source);
    }
    watch->next_ms = ent_now_ms() + watch->third_ms;
  }
  return deadline->interrupted && deadline->interrupted(deadline->ctx);
}

ent_deadline ent_caching_watch_commit(ent_caching_watch *watch,
                                      const ent_session_pool *pools,
                                      const ent_deadline *deadline) {
  *watch = (ent_caching_watch){.pools = pools, .deadline = deadline};
  for (const ent_session_pool *p = pools; p; p = p->joined) {
    if (!ent_layered_is(p->source)) continue;
    watch->third_ms = ent_layered_commit_ms(p->source) / 3;
    watch->next_ms = ent_now_ms() + watch->third_ms;
  }
  return (ent_deadline){.until_ms = deadline->until_ms,
                        .interrupted = watch_commit,
                        .ctx = watch,
                        .started_ms = deadline->started_ms};
}

void ent_caching_leave(ent_session_pool *pools) {
  for (ent_session_pool *p = pools; p; p = p->joined) {
    if (p->mysql.is_left && ent_layered_is(p->source)) {
      ent_layered_leave(p->source);
    }
    p->mysql.is_left = false;
  }
}

ent_status ent_caching_note(ent_session *session, ent_session_pool *pool,
                            const char *sql, size_t size, ent_error *err) {
  ent_deadline deadline = ent_session_deadline(session);
  ent_status status;

  if (!ent_layered_is(pool->source)) return ENT_OK;
  status = ent_layered_touch_sql(pool->source, sql, size, &deadline, err);
  ent_session_waited(session);
  return status;
}

ent_status ent_caching_call(ent_session *session, ent_session_pool *pool,
                            ent_error *err) {
  ent_deadline deadline = ent_session_deadline(session);
  ent_status status;

  if (!ent_layered_is(pool->source)) return ENT_OK;
  status = ent_layered_call(pool->source, &deadline, err);
  ent_session_waited(session);
  return status;
}

void ent_caching_called(ent_session_pool *pool, bool is_unknown) {
  if (!ent_layered_is(pool->source)) return;
  ent_layered_called(pool->source, is_unknown);
}

/* One key of those that are to be forgotten. */
static ent_status forget_key(const ent_table *table, sqlite3_value *argument,
                             ent_error *err) {
  const ent_entity *entity = table->entity;
  ent_arena arena = {.blocks = NULL};
  ent_key_use use = ENT_USE_NONE;
  ent_value value;
  ent_key key;
  ent_status status = ent_value_borrow(argument, &value, err);

  if (!status) {
    status = ent_keyuse_make(entity, false, &value, &arena, &use, &key, err);
  }
  if (!status && use == ENT_USE_KEY) {
    status =
        ent_layered_touch_row(table->pool->source, entity->table, &key, err);
  } else if (!status) {
    status = ent_fail(err, ENT_MISMATCH,
                      "what is given is no key of it; without keys all of it "
                      "is forgotten");
  }
  ent_arena_done(&arena);
  return status;
}

static ent_status forget(const ent_table *table, int n, sqlite3_value **keys,
                         ent_error *err) {
  ent_session *session = table->session;
  ent_session_pool *pool = table->pool;
  ent_deadline deadline = ent_session_deadline(session);
  ent_status status = ENT_OK;

  ent_session_forget_request(session);
  session->n_changes++;
  if (!ent_layered_is(pool->source)) return ENT_OK;
  if (n && !can_cache(table->entity)) {
    return ent_fail(err, ENT_UNSUPPORTED,
                    "its rows are not found by one key: forget all of it");
  }
  for (int i = 0; !status && i < n; i++)
    status = forget_key(table, keys[i], err);
  if (!n) {
    status = ent_layered_touch_table(pool->source, NULL, table->entity->table,
                                     &deadline, err);
  }
  if (!pool->has_joined) {
    status = block(pool, status, &deadline, err);
    if (!status) ent_caching_end(pool, false);
  }
  ent_session_waited(session);
  return status;
}

void ent_forget_function(sqlite3_context *context, int argc,
                         sqlite3_value **argv) {
  ent_session *session = sqlite3_user_data(context);
  ent_arena arena = {.blocks = NULL};
  ent_error err = {.status = ENT_OK};
  const ent_table *table = NULL;
  ent_status status = ENT_OK;

  if (argc < 1) {
    status = ent_fail(&err, ENT_CONFIG, "an entity is wanted");
  }
  if (!status) {
    status = ent_table_named(session, argv[0], &arena, &table, &err);
  }
  if (!status) status = forget(table, argc - 1, argv + 1, &err);
  ent_arena_done(&arena);
  if (!status) {
    sqlite3_result_int(context, argc > 1 ? argc - 1 : 1);
    return;
  }
  ent_error_context(&err, status, "entity_forget()");
  ent_report_function(context, ENT_PHASE_WRITE, &err);
}
