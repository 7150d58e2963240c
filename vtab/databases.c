#include "vtab/databases.h"

#include "backends/base/registry.h"
#include "vtab/tables.h"

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

/* Whether a table is declared by its own statement, for a pool of this
 * configuration: of two of one entity it is the first. */
static bool is_of(const ent_session *session, const ent_table *table,
                  const ent_opened *opened) {
  return table->origin && !table->origin->config && !table->with_deleted &&
         ent_session_opened_of(session, table->pool) == opened;
}

/* What a configuration declares and, for its pools, statements do. */
static ent_status gather(const ent_session *session, const ent_opened *opened,
                         const ent_table_list *tables, ent_arena *arena,
                         ent_declared *all, ent_error *err) {
  const ent_declared *from = &opened->config->declared;
  ent_declared_entity *entities = ent_arena_alloc(
      arena, (from->n_entities + tables->n + 1) * sizeof(*entities));

  if (!entities) return ent_fail_nomem(err);
  *all = *from;
  all->entities = entities;
  if (from->n_entities) {
    memcpy(entities, from->entities, from->n_entities * sizeof(*entities));
  }
  for (size_t i = 0; i < tables->n; i++) {
    if (is_of(session, tables->items[i], opened)) {
      entities[all->n_entities++] = *tables->items[i]->declared;
    }
  }
  return ENT_OK;
}

/* A configuration was checked when it was read, with nothing but itself. */
static ent_status check(const ent_opened *opened, const ent_declared *all,
                        ent_arena *arena, ent_error *err) {
  ent_problems problems = {.file = opened->config->path, .arena = arena};

  if (all->n_entities == opened->config->declared.n_entities) return ENT_OK;
  ent_registry_check(all, opened->config->pools, opened->config->n_pools,
                     &problems);
  return ent_problems_report(&problems, err);
}

static ent_status add_opened(const ent_session *session,
                             const ent_opened *opened,
                             const ent_table_list *tables, ent_arena *arena,
                             ent_databases *databases, ent_error *err) {
  ent_declared all;
  const ent_declared *declared;
  ent_status status = gather(session, opened, tables, arena, &all, err);

  if (status || all.n_entities == 0) return status;
  status = check(opened, &all, arena, err);
  if (!status) status = ent_registry_resolve(&all, arena, &declared, err);
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
  ent_table_list tables;
  ent_status status = ent_tables_find(session, true, arena, &tables, err);
  size_t most = 1;

  if (status) return status;
  for (const ent_opened *o = session->opened; o; o = o->next)
    most += o->config->n_pools;
  *databases = (ent_databases){
      .items = ent_arena_alloc(arena, most * sizeof(ent_database))};
  if (!databases->items) return ent_fail_nomem(err);
  for (const ent_opened *o = session->opened; !status && o; o = o->next) {
    status = add_opened(session, o, &tables, arena, databases, err);
  }
  return status;
}
