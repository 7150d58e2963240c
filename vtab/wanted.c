#include "vtab/wanted.h"

#include "vtab/listed.h"

#include "backends/base/entity_declared.h"
#include "backends/mysql/decision.h"
#include "vtab/deleted.h"

#include <stdlib.h>
#include <string.h>

enum { ENT_LEFT_OUT = 1 << 20 };

/* Names of ours that a table may not take away. */
static const char *const own_names[] = {
    "entity",
    "cache_entries",
    "entable_check",
    "entable_settings",
    "entable_stats",
    "entable_transaction",
    "entity_alters",
    "entity_columns",
    "entable_explain",
    "mysql_query",
    "entity_list",
    "entity_indexes",
    "entity_references",
    "entity_enums",
    "mysql_view",
};

const char *ent_wanted_refuse_name(const char *name) {
  for (size_t i = 0; i < ENT_COUNT(own_names); i++) {
    if (sqlite3_stricmp(name, own_names[i]) == 0) {
      return "a name of entable's own";
    }
  }
  if (sqlite3_strnicmp(name, "sqlite_", 7) == 0) return "a name of SQLite's";
  return NULL;
}

static const char *reason_against(const ent_session *session, const char *name,
                                  const ent_entity *entity) {
  int most = sqlite3_limit(session->db, SQLITE_LIMIT_COLUMN, -1);
  const char *why = ent_wanted_refuse_name(name);

  if (why) return why;
  if (entity->n_columns > most - 1) return "too many columns for SQLite";
  return NULL;
}

static ent_status leave_out(ent_wanted_list *list, const char *name,
                            const char *why, ent_error *err) {
  return ent_buf_printf(&list->left_out, err, "%s%s (%s)",
                        list->left_out.size ? ", " : "", name, why);
}

ent_entity_words ent_wanted_words(const ent_wanted *wanted,
                                  const ent_target *target) {
  return (ent_entity_words){.schema = target->schema,
                            .name = wanted->name,
                            .pool = wanted->pool->name,
                            .table = wanted->entity->table,
                            .config = target->config,
                            .with_deleted = wanted->with_deleted};
}

/* What its statement says behind the name. */
static char *using_of(const ent_wanted *wanted, const ent_target *target) {
  ent_entity_words words = ent_wanted_words(wanted, target);

  return wanted->query
             ? ent_listed_using(wanted->of, wanted->query, target->config)
             : ent_entity_using(&words);
}

static ent_status add_table(const ent_target *target, const ent_wanted *from,
                            ent_wanted_list *list, ent_error *err) {
  ent_wanted *added = &list->items[list->n++];
  char *using = using_of(from, target);

  *added = *from;
  added->sql = using ? sqlite3_mprintf("CREATE VIRTUAL TABLE \"%w\".\"%w\" %s",
                                       target->schema, from->name, using)
                     : NULL;
  sqlite3_free(using);
  added->drop_sql = sqlite3_mprintf("DROP TABLE IF EXISTS \"%w\".\"%w\"",
                                    target->schema, from->name);
  return added->sql && added->drop_sql ? ENT_OK : ent_fail_nomem(err);
}

/* A table of the server, unless SQLite could not have it. */
static ent_status add_imported(ent_session *session, const ent_target *target,
                               const ent_session_pool *pool,
                               const ent_entity *entity, ent_wanted_list *list,
                               ent_error *err) {
  ent_wanted table = {.name = ent_arena_printf(&list->arena, "%s%s",
                                               target->prefix, entity->name),
                      .entity = entity,
                      .pool = pool};
  const char *why;

  if (!table.name) return ent_fail_nomem(err);
  why = reason_against(session, table.name, entity);
  return why ? leave_out(list, table.name, why, err)
             : add_table(target, &table, list, err);
}

/* A table that is declared: none is left out. */
static ent_status add_entity(ent_session *session, const ent_target *target,
                             const ent_session_pool *pool,
                             const ent_declared_entity *from, bool with_deleted,
                             ent_wanted_list *list, ent_error *err) {
  ent_wanted table = {.name = ent_arena_printf(
                          &list->arena, "%s%s%s", target->prefix, from->name,
                          with_deleted ? ENT_WITH_DELETED : ""),
                      .pool = pool,
                      .is_declared = true,
                      .with_deleted = with_deleted ? from->name : NULL};
  ent_status status;
  const char *why;

  if (!table.name) return ent_fail_nomem(err);
  status = ent_entity_of_declared(
      from,
      &(ent_entity_form){.with_deleted = with_deleted,
                         .is_wide = pool->config->is_wide,
                         .declared = pool->declaration->declared},
      &list->arena, &table.entity, err);
  if (status) return status;
  why = reason_against(session, table.name, table.entity);
  if (!why) return add_table(target, &table, list, err);
  return ent_fail(err, ENT_CONFIG,
                  "%s: line %d: entities.%s cannot be a table of SQLite: %s",
                  pool->declaration->config->path, from->line, from->name, why);
}

/* The cached queries of an entity. */
static ent_status add_queries(ent_session *session, const ent_target *target,
                              const ent_session_pool *pool,
                              const ent_declared_entity *from,
                              const ent_entity *entity, ent_wanted_list *list,
                              ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < from->n_queries; i++) {
    ent_wanted table = {.entity = entity,
                        .pool = pool,
                        .is_declared = true,
                        .query = from->queries[i].name,
                        .of = ent_arena_printf(&list->arena, "%s%s",
                                               target->prefix, from->name)};
    const char *why;

    if (!table.of) return ent_fail_nomem(err);
    table.name = ent_arena_printf(&list->arena, "%s_%s", table.of, table.query);
    if (!table.name) return ent_fail_nomem(err);
    why = reason_against(session, table.name, entity);
    if (why) {
      return ent_fail(err, ENT_CONFIG,
                      "%s: line %d: %s.%s cannot be a table of SQLite: %s",
                      pool->declaration->config->path, from->queries[i].line,
                      from->name, table.query, why);
    }
    status = add_table(target, &table, list, err);
  }
  return status;
}

static ent_status add_declared(ent_session *session, const ent_target *target,
                               const ent_session_pool *pool,
                               ent_wanted_list *list, ent_error *err) {
  const ent_declared *declared = &pool->declaration->config->declared;
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < declared->n_entities; i++) {
    const ent_declared_entity *from = &declared->entities[i];

    if (strcmp(from->pool, pool->name) != 0) continue;
    status = add_entity(session, target, pool, from, false, list, err);
    if (!status && from->fake_delete) {
      status = add_entity(session, target, pool, from, true, list, err);
    }
    if (!status && from->n_queries) {
      const ent_entity *entity = list->items[list->n - 1].entity;

      status = add_queries(session, target, pool, from, entity, list, err);
    }
  }
  return status;
}

static ent_status add_pool(ent_session *session, const ent_target *target,
                           const ent_session_pool *pool, ent_wanted_list *list,
                           ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < pool->catalog->tables.n; i++) {
    const ent_entity *entity = pool->catalog->tables.entities[i];

    if (ent_config_matches(pool->config, entity->table) &&
        !ent_decision_is_table(entity->table) &&
        !ent_declaration_find(pool->declaration, pool->name, entity->table)) {
      status = add_imported(session, target, pool, entity, list, err);
    }
  }
  return status;
}

static int compare_wanted(const void *left, const void *right) {
  const ent_wanted *a = left;
  const ent_wanted *b = right;

  return sqlite3_stricmp(a->name, b->name);
}

/* Tables that SQLite could not tell apart: of one server they are all left
 * out, of two they are a mistake. */
static ent_status drop_twins(ent_wanted_list *list, ent_error *err) {
  size_t kept = 0;
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < list->n;) {
    size_t end = i + 1;

    while (end < list->n &&
           compare_wanted(&list->items[i], &list->items[end]) == 0) {
      if (list->items[end].pool != list->items[i].pool) {
        return ent_fail(err, ENT_CONFIG,
                        "pools %s and %s both have a table %s; open them by "
                        "themselves, each with a prefix or schema of its own",
                        list->items[i].pool->name, list->items[end].pool->name,
                        list->items[i].name);
      }
      end++;
    }
    if (end == i + 1) {
      list->items[kept++] = list->items[i++];
      continue;
    }
    for (; !status && i < end; i++) {
      status = leave_out(list, list->items[i].name,
                         "names that differ only in case", err);
      sqlite3_free(list->items[i].sql);
      sqlite3_free(list->items[i].drop_sql);
    }
  }
  list->n = kept;
  return status;
}

/* How many tables what is declared may make. */
static size_t count_declared(const ent_declared *declared) {
  size_t n = 0;

  for (size_t i = 0; i < declared->n_entities; i++)
    n += 2 + declared->entities[i].n_queries;
  return n;
}

ent_status ent_wanted_make(ent_session *session, const ent_opened *opened,
                           const ent_target *target, ent_wanted_list *list,
                           ent_error *err) {
  ent_status status = ENT_OK;
  size_t n = 1;

  *list = (ent_wanted_list){.n = 0};
  ent_buf_init(&list->left_out, ENT_LEFT_OUT);
  for (const ent_session_pool *p = opened->pools; p; p = p->next) {
    if (p->catalog) n += p->catalog->tables.n;
    n += count_declared(&p->declaration->config->declared);
  }
  list->items = ent_arena_alloc(&list->arena, n * sizeof(*list->items));
  if (!list->items) return ent_fail_nomem(err);
  for (const ent_session_pool *p = opened->pools; !status && p; p = p->next) {
    status = add_declared(session, target, p, list, err);
    if (!status && p->catalog) status = add_pool(session, target, p, list, err);
  }
  if (status) return status;
  qsort(list->items, list->n, sizeof(*list->items), compare_wanted);
  return drop_twins(list, err);
}

void ent_wanted_done(ent_wanted_list *list) {
  for (size_t i = 0; i < list->n; i++) {
    sqlite3_free(list->items[i].sql);
    sqlite3_free(list->items[i].drop_sql);
  }
  ent_buf_done(&list->left_out);
  ent_arena_done(&list->arena);
}

static ent_wanted *find_wanted(const ent_wanted_list *list, const char *name) {
  ent_wanted key = {.name = name};

  return bsearch(&key, list->items, list->n, sizeof(key), compare_wanted);
}

static bool same_text(const char *a, const char *b) {
  return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_column(const ent_column *a, const ent_column *b) {
  return strcmp(a->name, b->name) == 0 && a->type == b->type &&
         a->is_wide == b->is_wide && same_text(a->charset, b->charset) &&
         same_text(a->collation, b->collation) && a->max_size == b->max_size &&
         a->precision == b->precision && a->scale == b->scale &&
         a->is_indexed == b->is_indexed && a->is_invisible == b->is_invisible;
}

static bool same_entity(const ent_entity *a, const ent_entity *b) {
  if (a->n_columns != b->n_columns || a->key_kind != b->key_kind ||
      a->n_key_columns != b->n_key_columns) {
    return false;
  }
  for (uint16_t i = 0; i < a->n_columns; i++) {
    if (!same_column(&a->columns[i], &b->columns[i])) return false;
  }
  return memcmp(a->key_columns, b->key_columns,
                a->n_key_columns * sizeof(*a->key_columns)) == 0;
}

/* Whether the table that an earlier opening made is what it shall be. */
static bool is_unchanged(const ent_opened *old, const ent_wanted *wanted) {
  /* What is declared otherwise may look the same. */
  if (wanted->is_declared) return false;
  for (const ent_session_pool *p = old->pools; p; p = p->next) {
    const ent_entity *entity;

    if (strcmp(p->name, wanted->pool->name) != 0 || !p->catalog) continue;
    entity = ent_catalog_find(p->catalog, wanted->entity->table);
    return entity && same_entity(entity, wanted->entity);
  }
  return false;
}

static bool was_made_by(const ent_opened *old, const char *schema,
                        const char *name) {
  if (!old || sqlite3_stricmp(old->schema, schema) != 0) return false;
  for (size_t i = 0; i < old->n_tables; i++) {
    if (sqlite3_stricmp(old->tables[i], name) == 0) return true;
  }
  return false;
}

/* Whether the text of a table that a file keeps is the one we would write:
 * SQLite leaves the schema out of it. */
static ent_status is_kept_in_file(const char *text, ent_wanted *wanted,
                                  const ent_target *target, ent_error *err) {
  char *own = using_of(wanted, target);
  const char *using = text ? strstr(text, "USING entity") : NULL;

  if (!own || !text) {
    sqlite3_free(own);
    return ent_fail_nomem(err);
  }
  wanted->is_kept = using && strcmp(own, using) == 0;
  sqlite3_free(own);
  return ENT_OK;
}

/* One name that a schema has already. */
static ent_status meet_name(const ent_target *target, const ent_opened *old,
                            const char *schema, sqlite3_stmt *row,
                            ent_wanted_list *list, ent_buf *clashes,
                            ent_error *err) {
  const char *name = (const char *)sqlite3_column_text(row, 0);
  ent_wanted *wanted = name ? find_wanted(list, name) : NULL;
  bool is_target = sqlite3_stricmp(schema, target->schema) == 0;
  ent_status status = ENT_OK;

  if (!name) return ent_fail_nomem(err);
  if (!wanted) return ENT_OK;
  if (was_made_by(old, schema, name)) {
    wanted->is_kept = is_target && is_unchanged(old, wanted);
    return ENT_OK;
  }
  if (is_target && target->config) {
    status = is_kept_in_file((const char *)sqlite3_column_text(row, 1), wanted,
                             target, err);
  }
  if (status || wanted->is_kept) return status;
  return ent_buf_printf(clashes, err, "%s%s.%s", clashes->size ? ", " : "",
                        schema, name);
}

static ent_status meet_schema(ent_session *session, const char *schema,
                              const ent_target *target, const ent_opened *old,
                              ent_wanted_list *list, ent_buf *clashes,
                              ent_error *err) {
  char *sql = sqlite3_mprintf(
      "SELECT name, sql FROM \"%w\".sqlite_schema WHERE type IN "
      "('table', 'view')",
      schema);
  sqlite3_stmt *stmt = NULL;
  ent_status status = ENT_OK;
  int rc = sql ? sqlite3_prepare_v2(session->db, sql, -1, &stmt, NULL)
               : SQLITE_NOMEM;

  sqlite3_free(sql);
  while (!rc && !status && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
    status = meet_name(target, old, schema, stmt, list, clashes, err);
    rc = SQLITE_OK;
  }
  sqlite3_finalize(stmt);
  if (status || !rc || rc == SQLITE_DONE) return status;
  if (rc == SQLITE_NOMEM) return ent_fail_nomem(err);
  return ent_fail(err, ENT_CONFIG, "schema %s: %s", schema,
                  sqlite3_errmsg(session->db));
}

static ent_status meet_schemas(ent_session *session, const ent_target *target,
                               const ent_opened *old, ent_wanted_list *list,
                               ent_buf *clashes, ent_error *err) {
  sqlite3_stmt *stmt = NULL;
  ent_status status = ENT_OK;
  int rc =
      sqlite3_prepare_v2(session->db, "PRAGMA database_list", -1, &stmt, NULL);

  while (!rc && !status && sqlite3_step(stmt) == SQLITE_ROW) {
    const char *schema = (const char *)sqlite3_column_text(stmt, 1);

    status = schema
                 ? meet_schema(session, schema, target, old, list, clashes, err)
                 : ent_fail_nomem(err);
  }
  sqlite3_finalize(stmt);
  if (!rc) return status;
  return ent_fail(err, ENT_CONFIG, "%s", sqlite3_errmsg(session->db));
}

ent_status ent_wanted_check(ent_session *session, const ent_target *target,
                            const ent_opened *old, ent_wanted_list *list,
                            ent_error *err) {
  ent_buf clashes;
  ent_status status;

  ent_buf_init(&clashes, ENT_LEFT_OUT);
  status = meet_schemas(session, target, old, list, &clashes, err);
  if (!status && clashes.size) {
    status =
        ent_fail(err, ENT_CONFIG,
                 "these names are taken: %.*s; another schema or a "
                 "prefix helps: entable_open(what, schema, prefix)",
                 (int)(clashes.size < 300 ? clashes.size : 300), clashes.data);
  }
  ent_buf_done(&clashes);
  return status;
}
