#include "vtab/databases.h"

#include "backends/base/registry.h"

#include <string.h>

static bool same_text(const char *a, const char *b) {
  return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_server(const ent_address *a, const ent_address *b) {
  return same_text(a->host, b->host) && same_text(a->socket, b->socket) &&
         a->port == b->port;
}

static bool same_database(const ent_address *a, const ent_address *b) {
  return same_server(a, b) && strcmp(a->database, b->database) == 0;
}

bool ent_database_has(const ent_database *database,
                      const ent_session_pool *pool) {
  return !pool->is_closed && same_database(&database->pool->config->address,
                                           &pool->config->address);
}

static const ent_session_pool *find_pool(const ent_opened *opened,
                                         const char *name) {
  const ent_session_pool *pool = opened->pools;

  while (pool && strcmp(pool->name, name) != 0)
    pool = pool->next;
  return pool;
}

/* Of an entity in another database: its name, if a foreign key can reach it. */
static const char *database_of(void *context,
                               const ent_declared_entity *entity) {
  const ent_database *database = context;
  const ent_session_pool *pool = find_pool(database->opened, entity->pool);
  const ent_address *own = &database->pool->config->address;

  if (!pool || !same_server(&pool->config->address, own)) return NULL;
  return pool->config->address.database;
}

/* The entities whose tables are in the database of a pool. */
static ent_status take_entities(ent_database *database, ent_arena *arena,
                                ent_error *err) {
  const ent_declared *declared = database->declared;
  const ent_declared_entity **entities = ent_arena_alloc(
      arena, (declared->n_entities + 1) * sizeof(ent_declared_entity *));
  size_t n = 0;

  if (!entities) return ent_fail_nomem(err);
  for (size_t i = 0; i < declared->n_entities; i++) {
    const ent_declared_entity *entity = &declared->entities[i];
    const ent_session_pool *pool = find_pool(database->opened, entity->pool);

    if (pool && ent_database_has(database, pool)) entities[n++] = entity;
  }
  database->wanted = (ent_shape_wanted){
      .declared = declared,
      .entities = entities,
      .n_entities = n,
      .charset = database->pool->config->charset,
      .collation = database->pool->config->collation,
      .database_of = database_of,
      .context = database,
  };
  return ENT_OK;
}

static bool is_imported(const ent_database *database) {
  const ent_session_pool *pool = database->opened->pools;

  while (pool && !(pool->config->import && ent_database_has(database, pool)))
    pool = pool->next;
  return pool != NULL;
}

/* Whether a pool before this one is of the same database. */
static bool is_known(const ent_databases *databases,
                     const ent_session_pool *pool) {
  for (size_t i = 0; i < databases->n; i++) {
    if (ent_database_has(&databases->items[i], pool)) return true;
  }
  return false;
}

static ent_status add_opened(const ent_opened *opened, ent_arena *arena,
                             ent_databases *databases, ent_error *err) {
  const ent_declared *declared;
  ent_status status;

  if (opened->config->declared.n_entities == 0) return ENT_OK;
  status =
      ent_registry_resolve(&opened->config->declared, arena, &declared, err);
  for (ent_session_pool *pool = opened->pools; !status && pool;
       pool = pool->next) {
    ent_database *database = &databases->items[databases->n];

    if (is_known(databases, pool)) continue;
    *database =
        (ent_database){.pool = pool, .opened = opened, .declared = declared};
    database->is_imported = is_imported(database);
    status = take_entities(database, arena, err);
    if (!status && database->wanted.n_entities) databases->n++;
  }
  return status;
}

ent_status ent_databases_make(ent_session *session, ent_arena *arena,
                              ent_databases *databases, ent_error *err) {
  ent_status status = ENT_OK;
  size_t most = 1;

  for (const ent_opened *o = session->opened; o; o = o->next)
    most += o->config->n_pools;
  *databases = (ent_databases){
      .items = ent_arena_alloc(arena, most * sizeof(ent_database))};
  if (!databases->items) return ent_fail_nomem(err);
  for (const ent_opened *o = session->opened; !status && o; o = o->next) {
    status = add_opened(o, arena, databases, err);
  }
  return status;
}
