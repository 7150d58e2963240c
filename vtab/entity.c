#include "vtab/entity.h"

#include "backends/base/entity_declared.h"
#include "vtab/caching.h"
#include "vtab/deleted.h"
#include "vtab/explain.h"
#include "vtab/found.h"
#include "vtab/items.h"
#include "vtab/listed.h"
#include "vtab/meet.h"
#include "vtab/report.h"
#include "vtab/scan.h"
#include "vtab/transaction.h"
#include "vtab/using.h"
#include "vtab/write.h"

#include <string.h>

/* What makes a table. */
typedef struct entity_options {
  const char *pool;
  const char *table; /* on the server */
  const char *config;
  bool with_deleted;
  bool is_own;            /* the user's own statement makes the table */
  const ent_items *items; /* of a statement of this form, or NULL */
} entity_options;

/* "CREATE TABLE x(...)" as the entity stands in SQLite. */
static char *declaration(const ent_entity *entity) {
  sqlite3_str *sql = sqlite3_str_new(NULL);
  bool has_rowid =
      entity->key_kind == ENT_KEY_NONE || entity->key_kind == ENT_KEY_INTEGER;

  sqlite3_str_appendall(sql, "CREATE TABLE x(");
  for (uint16_t i = 0; i < entity->n_columns; i++) {
    const ent_column *column = &entity->columns[i];
    bool is_key = entity->key_kind != ENT_KEY_NONE &&
                  entity->key_kind != ENT_KEY_COMPOSITE &&
                  entity->key_columns[0] == i;

    sqlite3_str_appendf(sql, "%s\"%w\" %s%s%s", i ? ", " : "", column->name,
                        ent_column_declared(column),
                        column->is_invisible ? " HIDDEN" : "",
                        is_key ? " PRIMARY KEY" : "");
  }
  if (entity->key_kind == ENT_KEY_COMPOSITE) {
    sqlite3_str_appendall(sql, ", _key BLOB HIDDEN PRIMARY KEY");
  }
  if (entity->key_kind != ENT_KEY_NONE) {
    sqlite3_str_appendall(sql, ", _on_duplicate TEXT HIDDEN");
  }
  sqlite3_str_appendall(sql, has_rowid ? ")" : ") WITHOUT ROWID");
  return sqlite3_str_finish(sql);
}

/* The newest stands first. */
const ent_table *ent_table_find(const ent_session *session, const char *schema,
                                const char *name) {
  return ent_table_get(session, schema, name);
}

ent_table *ent_table_get(const ent_session *session, const char *schema,
                         const char *name) {
  ent_table *t = session->tables;

  while (t && (sqlite3_stricmp(t->schema, schema) != 0 ||
               sqlite3_stricmp(t->name, name) != 0))
    t = t->next;
  return t;
}

ent_status ent_table_pool(ent_table *table, ent_error *err) {
  ent_session_pool *pool;
  ent_status status;

  if (!table->pool->is_closed) return ENT_OK;
  status = ent_using_pool(table->session, table->config, table->pool_name,
                          &pool, err);
  if (status) return status;
  ent_session_pool_unref(table->pool);
  table->pool = pool;
  table->n_met++;
  return ent_caching_table(table, err);
}

/* A table that is declared stands in SQLite as it is declared, whether or not it
 * is on the server. */
static ent_status take_declared(ent_table *table, ent_declaration *origin,
                                ent_error *err) {
  ent_entity_form form;

  table->origin = ent_declaration_ref(origin);
  if (table->with_deleted && !table->declared->fake_delete) {
    return ent_fail(err, ENT_CONFIG,
                    "entity %s removes its rows: no table shows deleted ones",
                    table->declared->name);
  }
  form = (ent_entity_form){.with_deleted = table->with_deleted,
                           .is_wide = table->pool->config->is_wide,
                           .declared = origin->declared};
  if (ent_entity_of_declared(table->declared, &form, &table->origin->arena,
                             &table->plain, err)) {
    return ENT_NOMEM;
  }
  table->entity = table->plain;
  return ENT_OK;
}

/* The columns of the table: as they were read when its configuration was
 * opened, or now. */
static ent_status find_entity(ent_table *table, const entity_options *options,
                              ent_error *err) {
  ent_session_pool *pool = table->pool;
  const char *name = options->table;
  bool is_wide = options->items && options->items->entity->is_wide;
  ent_status status;

  if (options->items && ent_items_declare(options->items)) {
    table->declared = options->items->entity;
    return take_declared(table, options->items->declaration, err);
  }
  table->declared = ent_declaration_find(pool->declaration, pool->name, name);
  if (table->declared) return take_declared(table, pool->declaration, err);
  if (table->with_deleted) {
    return ent_fail(err, ENT_CONFIG,
                    "no entity of pool %s is declared for the table '%s'",
                    pool->name, name);
  }
  if (pool->catalog && !options->is_own && !is_wide) {
    table->entity = ent_catalog_find(pool->catalog, name);
  }
  if (table->entity) {
    table->catalog = ent_catalog_ref(pool->catalog);
    return ENT_OK;
  }
  status = ent_session_read_catalog(table->session, pool, name,
                                    is_wide || pool->config->is_wide,
                                    &table->catalog, err);
  if (status) return status;
  table->entity = ent_catalog_find(table->catalog, name);
  if (table->entity) return ENT_OK;
  return ent_fail(err, ENT_CONFIG, "there is no table or view '%s' in pool %s",
                  name, pool->name);
}

static void unlink_table(const ent_table *table) {
  table->session->n_table_changes++;
  for (ent_table **at = &table->session->tables; *at; at = &(*at)->next) {
    if (*at != table) continue;
    *at = table->next;
    return;
  }
}

static int entity_disconnect(sqlite3_vtab *vtab) {
  ent_table *table = (ent_table *)vtab;

  unlink_table(table);
  ent_scan_free(table->spare);
  ent_found_forget(table);
  ent_plans_done(&table->plans);
  ent_cost_done(&table->cost);
  ent_catalog_unref(table->catalog);
  ent_declaration_unref(table->origin);
  ent_caching_done(table);
  ent_session_pool_unref(table->pool);
  sqlite3_free(table->redis_cache);
  sqlite3_free(table->local_cache);
  sqlite3_free(table->declaration);
  sqlite3_free(table->pool_name);
  sqlite3_free(table->config);
  sqlite3_free(table->schema);
  sqlite3_free(table->name);
  sqlite3_free(table);
  return SQLITE_OK;
}

static bool copy_text(char **to, const char *from) {
  *to = from ? sqlite3_mprintf("%s", from) : NULL;
  return *to || !from;
}

/* Where the table's rows are kept, by what declares it. */
static ent_status take_caches(ent_table *table, const entity_options *options,
                              ent_error *err) {
  const ent_declared_entity *said =
      options->items ? options->items->entity : NULL;
  const ent_declared_entity *declared = table->declared;
  const char *redis = said ? said->redis_cache : NULL;
  const char *local = said ? said->local_cache : NULL;

  if (!redis && declared) redis = declared->redis_cache;
  if (!local && declared) local = declared->local_cache;
  if (!redis && !local) return ENT_OK;
  if (!copy_text(&table->redis_cache, redis) ||
      !copy_text(&table->local_cache, local)) {
    return ent_fail_nomem(err);
  }
  return ent_caching_table(table, err);
}

/* All of a table but what SQLite is told; `at` is schema and name there. */
static ent_status make_table(ent_session *session,
                             const entity_options *options,
                             const char *const at[2], ent_table **out,
                             ent_error *err) {
  ent_table *table = sqlite3_malloc64(sizeof(*table));
  ent_status status;

  if (!table) return ent_fail_nomem(err);
  *table = (ent_table){
      .session = session,
      .schema = sqlite3_mprintf("%s", at[0]),
      .name = sqlite3_mprintf("%s", at[1]),
      .pool_name = sqlite3_mprintf("%s", options->pool),
      .is_namesake = options->items && options->items->is_namesake,
      .with_deleted = options->with_deleted,
  };
  status = table->schema && table->name && table->pool_name &&
                   copy_text(&table->config, options->config)
               ? ENT_OK
               : ent_fail_nomem(err);
  if (!status) {
    status = ent_using_pool(session, options->config, options->pool,
                            &table->pool, err);
  }
  if (!status && options->items) {
    status = ent_items_check(session, table->pool, options->items, err);
  }
  if (!status) status = find_entity(table, options, err);
  if (!status) status = take_caches(table, options, err);
  if (!status) {
    table->declaration = declaration(table->entity);
    if (!table->declaration) status = ent_fail_nomem(err);
  }
  if (status) {
    entity_disconnect(&table->base);
    return status;
  }
  *out = table;
  return ENT_OK;
}

/* The table of a statement, by its arguments. */
static ent_status table_of(ent_session *session, int argc,
                           const char *const *argv, bool is_own,
                           ent_table **table, ent_error *err) {
  ent_items items;
  ent_status status = ent_items_read(argv[2], argv + ENT_USING_FIRST,
                                     argc - ENT_USING_FIRST, &items, err);

  if (!status) {
    status = make_table(session,
                        &(entity_options){.pool = items.entity->pool,
                                          .table = items.entity->table,
                                          .config = items.config,
                                          .with_deleted = items.with_deleted,
                                          .is_own = is_own,
                                          .items = &items},
                        argv + 1, table, err);
  }
  ent_items_done(&items);
  return status;
}

ent_status ent_entity_ready(ent_session *session, const ent_entity_words *words,
                            ent_error *err) {
  const char *const at[] = {words->schema, words->name};
  const entity_options options = {.pool = words->pool,
                                  .table = words->table,
                                  .config = words->config,
                                  .with_deleted = words->with_deleted != NULL};
  ent_table *table;
  ent_status status = make_table(session, &options, at, &table, err);

  if (status) return status;
  table->next = session->ready;
  session->ready = table;
  return ENT_OK;
}

void ent_entity_drop_ready(ent_session *session) {
  while (session->ready) {
    ent_table *table = session->ready;

    session->ready = table->next;
    entity_disconnect(&table->base);
  }
}

/* A table that was made ready; NULL where it was not.  The schema is SQLite's
 * own spelling, as everywhere. */
static ent_table *take_ready(ent_session *session, const char *const at[2]) {
  for (ent_table **link = &session->ready; *link; link = &(*link)->next) {
    ent_table *table = *link;

    if (sqlite3_stricmp(table->schema, at[0]) != 0 ||
        sqlite3_stricmp(table->name, at[1]) != 0) {
      continue;
    }
    memcpy(table->schema, at[0], strlen(at[0]));
    *link = table->next;
    return table;
  }
  return NULL;
}

/* Tells SQLite of a table, which is freed where it does not take it. */
static ent_status show_table(ent_table *table, ent_error *err) {
  ent_session *session = table->session;
  char *sql = table->declaration;
  ent_status status;

  table->declaration = NULL;
  status = ent_using_declare(session->db, sql, err);
  if (status) {
    entity_disconnect(&table->base);
    return status;
  }
  sqlite3_vtab_config(session->db, SQLITE_VTAB_CONSTRAINT_SUPPORT, 1);
  table->next = session->tables;
  session->tables = table;
  session->n_table_changes++;
  return ENT_OK;
}

static int make(ent_session *session, int argc, const char *const *argv,
                bool is_own, sqlite3_vtab **vtab, char **message) {
  ent_error err = {.status = ENT_OK};
  ent_table *table = take_ready(session, argv + 1);
  ent_status status = ENT_OK;

  if (!table) status = table_of(session, argc, argv, is_own, &table, &err);
  if (!status) status = show_table(table, &err);
  if (!status && is_own) {
    status = ent_deleted_make(table, argc, argv, &err);
    if (!status) status = ent_listed_make(table, &err);
    if (status) entity_disconnect(&table->base);
  }
  if (status) {
    session->n_unmade++;
    ent_error_context(&err, status, "entity %s", argv[2]);
    return ent_report_connect(message, &err);
  }
  *vtab = &table->base;
  return SQLITE_OK;
}

static int entity_connect(sqlite3 *db, void *aux, int argc,
                          const char *const *argv, sqlite3_vtab **vtab,
                          char **message) {
  (void)db;
  return make(aux, argc, argv, false, vtab, message);
}

static ent_plan_scope scope_of(const ent_session *session) {
  if (!session->pushdown) return ENT_PLAN_PLAIN;
  return session->is_wary ? ENT_PLAN_WARY : ENT_PLAN_ALL;
}

static int meet(ent_table *table) {
  ent_error err = {.status = ENT_OK};
  ent_status status = ent_table_meet(table, &err);

  if (!status) status = ent_found_meet(table, &err);
  if (!status) return SQLITE_OK;
  ent_error_context(&err, status, "table %s", table->name);
  return ent_report_vtab(&table->base, ENT_PHASE_READ, &err);
}

static int entity_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  ent_table *table = (ent_table *)vtab;
  ent_explain *explain = table->session->explain;
  ent_plan_given given = {.db = table->session->db,
                          .scope = scope_of(table->session)};
  int rc = meet(table);

  if (rc) return rc;
  given.entity = table->entity;
  given.tiers = ent_caching_tiers(table);
  given.queries = ent_found_queries(table, &given.n_queries);
  rc = ent_plan_best_index(&table->plans, &given, info);
  if (!rc) ent_cost_tell(table, info);
  if (!rc && explain) ent_explain_note(explain, table, info);
  return rc;
}

static int entity_begin(sqlite3_vtab *vtab) {
  ent_table *table = (ent_table *)vtab;

  ent_transaction_begin(table->session, &table->member);
  return SQLITE_OK;
}

static int entity_sync(sqlite3_vtab *vtab) {
  ent_table *table = (ent_table *)vtab;

  return ent_transaction_sync(table->session, &table->member, vtab);
}

static int entity_commit(sqlite3_vtab *vtab) {
  ent_table *table = (ent_table *)vtab;

  ent_transaction_commit(table->session, &table->member);
  return SQLITE_OK;
}

static int entity_rollback(sqlite3_vtab *vtab) {
  ent_table *table = (ent_table *)vtab;

  ent_transaction_rollback(table->session, &table->member);
  return SQLITE_OK;
}

static int entity_savepoint(sqlite3_vtab *vtab, int level) {
  return ent_transaction_savepoint(((ent_table *)vtab)->session, level, vtab);
}

static int entity_release(sqlite3_vtab *vtab, int level) {
  return ent_transaction_release(((ent_table *)vtab)->session, level, vtab);
}

static int entity_rollback_to(sqlite3_vtab *vtab, int level) {
  return ent_transaction_rollback_to(((ent_table *)vtab)->session, level, vtab);
}

/* A table that is gone would not be told of the transaction's end. */
static int entity_destroy(sqlite3_vtab *vtab) {
  const ent_table *table = (ent_table *)vtab;
  ent_error err = {.status = ENT_OK};

  if (table->member.has_begun) {
    vtab->zErrMsg =
        sqlite3_mprintf("table %s was written in this transaction: COMMIT or "
                        "ROLLBACK first",
                        table->entity->name);
    return SQLITE_LOCKED;
  }
  if (ent_deleted_drop(table, &err) || ent_listed_drop(table, &err)) {
    return ent_report_vtab(vtab, ENT_PHASE_WRITE, &err);
  }
  return entity_disconnect(vtab);
}

/* On the server nothing is renamed: a table that is called as it is there would
 * be another one. */
static int entity_rename(sqlite3_vtab *vtab, const char *name) {
  const ent_table *table = (ent_table *)vtab;

  if (table->declared && table->declared->fake_delete) {
    vtab->zErrMsg = sqlite3_mprintf("table %s cannot be renamed to %s: it is "
                                    "one of two that an entity with "
                                    "fake_delete has",
                                    table->name, name);
    return SQLITE_ERROR;
  }
  if (table->declared && table->declared->n_queries && !table->with_deleted) {
    vtab->zErrMsg = sqlite3_mprintf("table %s cannot be renamed to %s: its "
                                    "cached queries are found by its name",
                                    table->name, name);
    return SQLITE_ERROR;
  }
  if (!table->is_namesake) return SQLITE_OK;
  vtab->zErrMsg = sqlite3_mprintf("table %s cannot be renamed to %s: it is "
                                  "called as on the server; make it "
                                  "anew with table=%s",
                                  table->name, name, table->entity->table);
  return SQLITE_ERROR;
}

/* xCreate and xConnect differ, so that DROP TABLE and files keep the tables:
 * a module whose two are one is there without CREATE VIRTUAL TABLE. */
static int entity_create(sqlite3 *db, void *aux, int argc,
                         const char *const *argv, sqlite3_vtab **vtab,
                         char **message) {
  (void)db;
  return make(aux, argc, argv, true, vtab, message);
}

static const sqlite3_module entity_module = {
    .iVersion = 2,
    .xCreate = entity_create,
    .xConnect = entity_connect,
    .xBestIndex = entity_best_index,
    .xDisconnect = entity_disconnect,
    .xDestroy = entity_destroy,
    .xOpen = ent_scan_open,
    .xClose = ent_scan_close,
    .xFilter = ent_scan_filter,
    .xNext = ent_scan_next,
    .xEof = ent_scan_eof,
    .xColumn = ent_scan_column,
    .xRowid = ent_scan_rowid,
    .xUpdate = ent_write_update,
    .xBegin = entity_begin,
    .xSync = entity_sync,
    .xCommit = entity_commit,
    .xRollback = entity_rollback,
    .xRename = entity_rename,
    .xSavepoint = entity_savepoint,
    .xRelease = entity_release,
    .xRollbackTo = entity_rollback_to,
};

int ent_entity_register(ent_session *session) {
  return sqlite3_create_module_v2(session->db, "entity", &entity_module,
                                  ent_session_ref(session), ent_session_unref);
}

char *ent_entity_using(const ent_entity_words *words) {
  sqlite3_str *text = sqlite3_str_new(NULL);

  sqlite3_str_appendf(text, "USING entity(pool=%s, table=%Q", words->pool,
                      words->table);
  if (words->config) sqlite3_str_appendf(text, ", config=%Q", words->config);
  if (words->with_deleted) {
    sqlite3_str_appendf(text, ", with_deleted=%Q", words->with_deleted);
  }
  sqlite3_str_appendall(text, ")");
  return sqlite3_str_finish(text);
}

char *ent_entity_sql(const ent_entity_words *words) {
  char *using = ent_entity_using(words);
  char *sql = NULL;

  if (using) {
    sql = sqlite3_mprintf("CREATE VIRTUAL TABLE \"%w\".\"%w\" %s",
                          words->schema, words->name, using);
  }
  sqlite3_free(using);
  return sql;
}
