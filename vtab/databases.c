#include "vtab/databases.h"

#include "backends/base/registry.h"
#include "vtab/entity.h"

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

/* The tables that their own statements declare. */
typedef struct declared_tables {
  const ent_table **items; /* n */
  size_t n;
} declared_tables;

static bool is_of(const ent_session *session, const ent_table *table,
                  const ent_opened *opened) {
  return ent_session_opened_of(session, table->pool) == opened;
}

/* What a configuration declares and, for its pools, statements do. */
static ent_status gather(const ent_session *session, const ent_opened *opened,
                         const declared_tables *tables, ent_arena *arena,
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
                             const declared_tables *tables, ent_arena *arena,
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

/* Has SQLite connect a virtual table.  Those of other modules may fail as they
 * like; what ours say begins with the module's name. */
static ent_status connect(ent_session *session, const char *schema,
                          const char *name, ent_error *err) {
  char *sql =
      sqlite3_mprintf("PRAGMA \"%w\".table_xinfo(\"%w\")", schema, name);
  sqlite3_stmt *stmt = NULL;
  const char *why;
  int rc;

  if (!sql) return ent_fail_nomem(err);
  rc = sqlite3_prepare_v2(session->db, sql, -1, &stmt, NULL);
  sqlite3_finalize(stmt);
  sqlite3_free(sql);
  if (!rc) return ENT_OK;
  if (rc == SQLITE_NOMEM) return ent_fail_nomem(err);
  why = sqlite3_errmsg(session->db);
  if (strncmp(why, "entity ", 7) != 0) return ENT_OK;
  return ent_fail(err, ENT_CONFIG, "%s", why);
}

static ent_status add_table(ent_session *session, sqlite3_stmt *row,
                            declared_tables *tables, size_t room,
                            ent_error *err) {
  const char *schema = (const char *)sqlite3_column_text(row, 0);
  const char *name = (const char *)sqlite3_column_text(row, 1);
  const ent_table *table;
  ent_status status;

  if (!schema || !name) return ent_fail_nomem(err);
  status = connect(session, schema, name, err);
  if (status) return status;
  table = ent_table_find(session, schema, name);
  if (table && table->origin && !table->origin->config && tables->n < room) {
    tables->items[tables->n++] = table;
  }
  return ENT_OK;
}

/* How many tables there may be. */
static size_t count_tables(sqlite3 *db) {
  sqlite3_stmt *stmt = NULL;
  size_t n = 0;

  if (!sqlite3_prepare_v2(db, "SELECT count(*) FROM pragma_table_list", -1,
                          &stmt, NULL) &&
      sqlite3_step(stmt) == SQLITE_ROW) {
    n = (size_t)sqlite3_column_int64(stmt, 0);
  }
  sqlite3_finalize(stmt);
  return n;
}

/* SQLite connects a table when it is first used: those that a file keeps may
 * not be there yet, and what they declare is not to be taken for gone. */
static ent_status find_declared(ent_session *session, ent_arena *arena,
                                declared_tables *tables, ent_error *err) {
  size_t room = count_tables(session->db);
  sqlite3_stmt *stmt = NULL;
  ent_status status = ENT_OK;
  int rc;

  *tables = (declared_tables){
      .items = ent_arena_alloc(arena, (room + 1) * sizeof(ent_table *))};
  if (!tables->items) return ent_fail_nomem(err);
  rc = sqlite3_prepare_v2(session->db,
                          "SELECT schema, name FROM pragma_table_list"
                          " WHERE type = 'virtual' ORDER BY schema, name",
                          -1, &stmt, NULL);
  while (!rc && !status && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
    status = add_table(session, stmt, tables, room, err);
    rc = SQLITE_OK;
  }
  sqlite3_finalize(stmt);
  if (status || rc == SQLITE_OK || rc == SQLITE_DONE) return status;
  return ent_fail(err, ENT_UNAVAILABLE, "the tables of SQLite: %s",
                  sqlite3_errmsg(session->db));
}

ent_status ent_databases_make(ent_session *session, ent_arena *arena,
                              ent_databases *databases, ent_error *err) {
  declared_tables tables;
  ent_status status = find_declared(session, arena, &tables, err);
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
