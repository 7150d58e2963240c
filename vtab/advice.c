#include "vtab/advice.h"

#include "backends/mysql/origin.h"
#include "cache/layered.h"

#include <string.h>

/* What is being said. */
typedef struct advice {
  const ent_session_pool *pool;
  ent_arena *arena;
  const char *text; /* so far; NULL: nothing */
} advice;

/* Adds a sentence; NULL for want of memory. */
static ent_status add(advice *a, const char *sentence, ent_error *err) {
  if (sentence && a->text) {
    sentence = ent_arena_printf(a->arena, "%s; %s", a->text, sentence);
  }
  if (!sentence) return ent_fail_nomem(err);
  a->text = sentence;
  return ENT_OK;
}

/* Whose rows Redis has. */
static ent_status add_other(advice *a, const ent_mysql_origin *server,
                            const ent_deadline *deadline, ent_error *err) {
  const ent_session_pool *pool = a->pool;
  ent_shared_origin origin = {.id = server->id, .name = server->name};
  const char *other = NULL;
  ent_status status = ent_layered_origin(pool->source, &origin, deadline,
                                         a->arena, &other, err);

  if (status || !other) return status;
  return add(a,
             ent_arena_printf(a->arena,
                              "the same Redis and prefix have the rows of %s "
                              "on another server, %s: two servers need two "
                              "prefixes; where this one has taken its place, "
                              "as after a fail-over, the other one is "
                              "forgotten in a day",
                              pool->config->address.database, other),
             err);
}

/* What depends on which server it is. */
static ent_status add_server(advice *a, const ent_deadline *deadline,
                             ent_error *err) {
  ent_mysql_origin server;
  ent_status status;

  if (!ent_layered_has_redis(a->pool->source)) return ENT_OK;
  status = ent_mysql_origin_read(a->pool->mysql.pool, deadline, &server, err);
  if (!status) status = add_other(a, &server, deadline, err);
  if (status || !server.is_galera || server.waits) return status;
  return add(a,
             "a read on one node of Galera may be older than a COMMIT on "
             "another one, and Redis would keep it: SET GLOBAL wsrep_sync_wait "
             "= 1 on all nodes, unless all programs use the same one",
             err);
}

static bool is_cached(const ent_declared_entity *entity,
                      const ent_session_pool *pool) {
  return (entity->redis_cache || entity->local_cache) &&
         strcmp(entity->pool, pool->name) == 0;
}

/* One more name in a list of them. */
static ent_status add_name(const advice *a, const char **names,
                           const char *name, ent_error *err) {
  *names =
      ent_arena_printf(a->arena, "%s%s%s", *names, **names ? ", " : "", name);
  return *names ? ENT_OK : ent_fail_nomem(err);
}

/* The names of the pool's cached entities whose tables the server writes to by
 * itself; "" if there are none. */
static ent_status list_written(const advice *a, const ent_deadline *deadline,
                               const char **names, ent_error *err) {
  const ent_session_pool *pool = a->pool;
  const ent_declared *declared = &pool->declaration->config->declared;
  const ent_reach *reach = NULL;

  for (size_t i = 0; i < declared->n_entities; i++) {
    const ent_declared_entity *entity = &declared->entities[i];
    ent_status status = ENT_OK;

    if (!is_cached(entity, pool)) continue;
    if (!reach) {
      status = pool->source->ops->reach(pool->source, deadline, &reach, err);
    }
    if (!status && ent_reach_names(reach->code, entity->table)) {
      status = add_name(a, names, entity->name, err);
    }
    if (status) return status;
  }
  return ENT_OK;
}

/* Which entities no cache answers for. */
static ent_status add_written(advice *a, const ent_deadline *deadline,
                              ent_error *err) {
  const char *names = "";
  ent_status status;

  if (a->pool->config->has_known_triggers) return ENT_OK;
  status = list_written(a, deadline, &names, err);
  if (status || !*names) return status;
  return add(a,
             ent_arena_printf(a->arena,
                              "no cache answers for %s: a trigger or event of "
                              "the server names the table; 'triggers: known' "
                              "says that this does not matter",
                              names),
             err);
}

/* Of which entities nobody tells this process that a row was changed. */
static ent_status add_untold(advice *a, ent_error *err) {
  const ent_session_pool *pool = a->pool;
  const ent_config *config =
      pool->declaration ? pool->declaration->config : NULL;
  const char *names = "";

  if (!config || ent_config_find_redis(config, pool->name)) return ENT_OK;
  for (size_t i = 0; i < config->declared.n_entities; i++) {
    const ent_declared_entity *entity = &config->declared.entities[i];

    if (!is_cached(entity, pool) || entity->redis_cache) continue;
    if (add_name(a, &names, entity->name, err)) return ENT_NOMEM;
  }
  if (!*names) return ENT_OK;
  return add(a,
             ent_arena_printf(a->arena,
                              "rows of %s that others change are seen as late "
                              "as local_cache_ttl_s: a Redis would tell of "
                              "them",
                              names),
             err);
}

ent_status ent_advise(const ent_session_pool *pool,
                      const ent_deadline *deadline, ent_arena *arena,
                      const char **text, ent_error *err) {
  advice a = {.pool = pool, .arena = arena};
  ent_status status;

  if (!pool->config) return ENT_OK; /* closed meanwhile */
  status = add_server(&a, deadline, err);
  if (!status) status = add_written(&a, deadline, err);
  if (!status) status = add_untold(&a, err);
  if (!status) *text = a.text;
  return status;
}
