#include "vtab/listed_query.h"

#include "backends/base/hash.h"
#include "cache/table.h"

#include <string.h>

/* A list of this text that was found otherwise would be another one. */
static uint64_t layout_of(const ent_listed_query *query) {
  uint64_t hash = ent_hash_start(ENT_HASH_LIST);
  uint64_t entity = ent_table_layout(query->entity);
  const char *text = query->declared->text;

  hash = ent_hash_add(hash, &entity, sizeof(entity));
  hash = ent_hash_byte(hash, query->is_one);
  return ent_hash_end(ent_hash_add(hash, text, strlen(text)));
}

static ent_status project_all(ent_listed_query *query, ent_error *err) {
  uint16_t n = query->entity->n_columns;
  uint16_t *columns = ent_arena_alloc(&query->arena, n * sizeof(*columns));

  if (!columns) return ent_fail_nomem(err);
  for (uint16_t i = 0; i < n; i++)
    columns[i] = i;
  query->projection = (ent_projection){ent_plan_projection_id(), columns, n};
  return ENT_OK;
}

static ent_status make(ent_listed_query *query, ent_error *err) {
  ent_list_query *list = &query->list;
  ent_status status = ent_listed_read(query->declared, query->entity,
                                      &query->arena, &query->text, err);

  if (status) return status;
  *list = (ent_list_query){.layout = layout_of(query)};
  status = project_all(query, err);
  if (status) return status;
  return ent_listed_aspects(&query->text, query->entity, &query->arena,
                            &list->aspects, &list->n_aspects, err);
}

ent_status ent_listed_query_make(ent_listed_query *query,
                                 const ent_declared_query *declared,
                                 const ent_entity *entity, bool is_one,
                                 ent_error *err) {
  ent_status status;

  ent_arena_reset(&query->arena);
  query->declared = declared;
  query->entity = entity;
  query->is_one = is_one;
  status = make(query, err);
  if (status) query->entity = NULL;
  return status;
}

void ent_listed_query_done(ent_listed_query *query) {
  ent_arena_done(&query->arena);
  *query = (ent_listed_query){.entity = NULL};
}

/* What SQLite says of a statement. */
static ent_status statement_fail(const ent_session *session, int rc,
                                 ent_error *err) {
  ent_status status = rc == SQLITE_NOMEM       ? ENT_NOMEM
                      : rc == SQLITE_INTERRUPT ? ENT_INTERRUPTED
                      : rc == SQLITE_BUSY      ? ENT_BUSY
                      : rc == SQLITE_CANTOPEN  ? ENT_UNAVAILABLE
                                               : ENT_CONFIG;

  if (status == ENT_NOMEM) return ent_fail_nomem(err);
  return ent_fail(err, status, "%s", sqlite3_errmsg(session->db));
}

static void append_names(sqlite3_str *sql, const ent_entity *entity,
                         const uint16_t *columns, size_t n) {
  for (size_t i = 0; i < n; i++)
    sqlite3_str_appendf(sql, "%s\"%w\"", i ? ", " : "",
                        entity->columns[columns[i]].name);
}

/* The key, and what the query looks by; or all columns. */
static char *text_of(const ent_listed_query *query,
                     const ent_listed_place *place, bool of_keys) {
  const ent_entity *entity = query->entity;
  const ent_listed_text *text = &query->text;
  const ent_projection *all = &query->projection;
  sqlite3_str *sql = sqlite3_str_new(place->session->db);

  sqlite3_str_appendall(sql, "SELECT ");
  if (of_keys) {
    append_names(sql, entity, entity->key_columns, 1);
    if (text->n_columns) sqlite3_str_appendall(sql, ", ");
    append_names(sql, entity, text->columns, text->n_columns);
  } else {
    append_names(sql, entity, all->columns, all->n_columns);
  }
  sqlite3_str_appendf(sql, " FROM \"%w\".\"%w\" %s", place->schema,
                      place->table, query->declared->text);
  if (!text->has_order && entity->n_key_columns) {
    sqlite3_str_appendall(sql, " ORDER BY ");
    append_names(sql, entity, entity->key_columns, entity->n_key_columns);
  }
  if (query->is_one) sqlite3_str_appendall(sql, " LIMIT 1");
  return sqlite3_str_finish(sql);
}

ent_status ent_listed_query_prepare(const ent_listed_query *query,
                                    const ent_listed_place *place, bool of_keys,
                                    sqlite3_stmt **stmt, ent_error *err) {
  char *sql = text_of(query, place, of_keys);
  int rc = sql ? sqlite3_prepare_v3(place->session->db, sql, -1,
                                    SQLITE_PREPARE_PERSISTENT, stmt, NULL)
               : SQLITE_NOMEM;

  sqlite3_free(sql);
  return rc ? statement_fail(place->session, rc, err) : ENT_OK;
}

ent_status ent_listed_query_bind(const ent_listed_query *query,
                                 ent_session *session, sqlite3_stmt *stmt,
                                 sqlite3_value *const *arguments,
                                 ent_error *err) {
  int n = (int)query->text.n_parameters;
  int rc = SQLITE_OK;

  if (sqlite3_bind_parameter_count(stmt) != n) {
    return ent_fail(err, ENT_CONFIG, "it has other parameters than its text");
  }
  for (int i = 0; !rc && i < n; i++)
    rc = sqlite3_bind_value(stmt, i + 1, arguments[i]);
  return rc ? statement_fail(session, rc, err) : ENT_OK;
}

ent_status ent_listed_query_step(ent_session *session, sqlite3_stmt *stmt,
                                 bool *has_row, ent_error *err) {
  int rc = sqlite3_step(stmt);

  *has_row = rc == SQLITE_ROW;
  if (*has_row || rc == SQLITE_DONE) return ENT_OK;
  return statement_fail(session, rc, err);
}
