#include "cli/diagram.h"

#include <string.h>

/* Of two tables of one entity only the first. */
static const char entities_sql[] =
    "SELECT schema, entity, pool, remote_table, source <> 'server'"
    " FROM entity_list AS l WHERE NOT EXISTS (SELECT 1 FROM entity_list AS f"
    " WHERE l.source <> 'server' AND f.schema = l.schema AND f.pool = l.pool"
    " AND f.remote_table = l.remote_table"
    " AND f.entity || '_with_deleted' = l.entity)"
    " ORDER BY entity, schema";
static const char columns_sql[] =
    "SELECT schema, entity, name, type, pk, nullable FROM entity_columns";
static const char declared_references_sql[] =
    "SELECT entity, column, target, on_delete, is_many FROM entity_references";
static const char declared_unique_sql[] =
    "SELECT entity, min(column) FILTER (WHERE column <> 'fake_delete')"
    " FROM entity_indexes WHERE is_unique AND name <> 'PRIMARY'"
    " GROUP BY entity, name HAVING sum(column <> 'fake_delete') = 1";
static const char server_references_sql[] =
    "SELECT ?1, c1, c2, c3, lower(c4) FROM mysql_query(pool(?1),"
    " 'SELECT k.table_name, k.column_name, k.referenced_table_name,"
    " r.delete_rule FROM information_schema.key_column_usage AS k"
    " JOIN information_schema.referential_constraints AS r"
    " ON r.constraint_schema = k.constraint_schema"
    " AND r.constraint_name = k.constraint_name"
    " AND r.table_name = k.table_name"
    " WHERE k.table_schema = DATABASE()"
    " AND k.referenced_table_schema = DATABASE()"
    " ORDER BY k.table_name, k.constraint_name, k.ordinal_position')";
static const char server_unique_sql[] =
    "SELECT ?1, c1, c2 FROM mysql_query(pool(?1),"
    " 'SELECT table_name, MIN(column_name)"
    " FROM information_schema.statistics WHERE table_schema = DATABASE()"
    " AND non_unique = 0 AND index_name <> ''PRIMARY''"
    " GROUP BY table_name, index_name HAVING COUNT(*) = 1"
    " ORDER BY table_name')";

/* One reading. */
typedef struct reading {
  ent_session *session;
  ent_diagram *diagram;
  ent_error *err;
  size_t last; /* the entity that was found last */
} reading;

static const char *text_of(const reading *r, sqlite3_stmt *row, int column) {
  const char *text = (const char *)sqlite3_column_text(row, column);

  return text ? ent_arena_strdup(&r->diagram->arena, text) : NULL;
}

/* Runs a statement, with `value` for its parameter unless that is NULL, and has
 * `take` look at every row. */
static ent_status query(reading *r, const char *sql, const char *value,
                        ent_status (*take)(reading *r, sqlite3_stmt *row)) {
  sqlite3 *db = r->session->db;
  sqlite3_stmt *stmt = NULL;
  ent_status status = ENT_OK;
  int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

  if (!rc && value) rc = sqlite3_bind_text(stmt, 1, value, -1, SQLITE_STATIC);
  while (!rc && !status && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
    status = take(r, stmt);
    rc = SQLITE_OK;
  }
  if (!status && rc && rc != SQLITE_DONE) {
    status = rc == SQLITE_NOMEM
                 ? ent_fail_nomem(r->err)
                 : ent_fail(r->err, ENT_CONFIG, "%s", sqlite3_errmsg(db));
  }
  sqlite3_finalize(stmt);
  return status;
}

static ent_status take_entity(reading *r, sqlite3_stmt *row) {
  ent_diagram_entity *entity =
      ent_list_add(&r->diagram->entities, sizeof(*entity), &r->diagram->arena);

  if (!entity) return ent_fail_nomem(r->err);
  entity->schema = text_of(r, row, 0);
  entity->name = text_of(r, row, 1);
  entity->pool = text_of(r, row, 2);
  entity->table = text_of(r, row, 3);
  entity->is_declared = sqlite3_column_int(row, 4) != 0;
  return entity->schema && entity->name && entity->pool && entity->table
             ? ENT_OK
             : ent_fail_nomem(r->err);
}

/* How an entity is known to one of the statements. */
typedef bool is_it(const ent_diagram_entity *entity, const char *where,
                   const char *name);

static bool is_in_schema(const ent_diagram_entity *entity, const char *where,
                         const char *name) {
  return strcmp(entity->schema, where) == 0 && strcmp(entity->name, name) == 0;
}

static bool is_declared_as(const ent_diagram_entity *entity, const char *where,
                           const char *name) {
  (void)where;
  return entity->is_declared && strcmp(entity->name, name) == 0;
}

static bool is_in_pool(const ent_diagram_entity *entity, const char *where,
                       const char *name) {
  return strcmp(entity->pool, where) == 0 && strcmp(entity->table, name) == 0;
}

/* What a declared one refers to is known by what it declares. */
static bool is_on_server(const ent_diagram_entity *entity, const char *where,
                         const char *name) {
  return !entity->is_declared && is_in_pool(entity, where, name);
}

/* Rows come an entity after the other: the last one found is tried first. */
static ent_diagram_entity *find(reading *r, is_it *is, sqlite3_stmt *row,
                                int where, int name) {
  const char *place =
      where < 0 ? NULL : (const char *)sqlite3_column_text(row, where);
  const char *word = (const char *)sqlite3_column_text(row, name);
  size_t n = r->diagram->entities.n;

  for (size_t i = 0; word && i < n; i++) {
    size_t at = (r->last + i) % n;
    ent_diagram_entity *entity = ent_diagram_at(r->diagram, at);

    if (!is(entity, place, word)) continue;
    r->last = at;
    return entity;
  }
  return NULL;
}

static ent_diagram_column *find_column(const ent_diagram_entity *entity,
                                       sqlite3_stmt *row, int name) {
  const char *word = (const char *)sqlite3_column_text(row, name);

  for (size_t i = 0; word && i < entity->columns.n; i++) {
    ent_diagram_column *column = ent_diagram_column_at(entity, i);

    if (sqlite3_stricmp(column->name, word) == 0) return column;
  }
  return NULL;
}

static ent_status take_column(reading *r, sqlite3_stmt *row) {
  ent_diagram_entity *entity = find(r, is_in_schema, row, 0, 1);
  ent_diagram_column *column;

  if (!entity) return ENT_OK;
  column = ent_list_add(&entity->columns, sizeof(*column), &r->diagram->arena);
  if (!column) return ent_fail_nomem(r->err);
  column->name = text_of(r, row, 2);
  column->type = text_of(r, row, 3);
  column->is_key = sqlite3_column_int(row, 4) != 0;
  column->is_nullable = sqlite3_column_int(row, 5) != 0;
  return column->name && column->type ? ENT_OK : ent_fail_nomem(r->err);
}

static ent_status add_reference(reading *r, const ent_diagram_entity *from,
                                ent_diagram_column *column,
                                const ent_diagram_entity *to,
                                const ent_diagram_reference *more) {
  const ent_diagram_entity *first = r->diagram->entities.items;
  ent_diagram_reference *made =
      ent_list_add(&r->diagram->references, sizeof(*made), &r->diagram->arena);

  if (!made) return ent_fail_nomem(r->err);
  *made = *more;
  made->from = (size_t)(from - first);
  made->to = (size_t)(to - first);
  made->column = (size_t)(column - (ent_diagram_column *)from->columns.items);
  column->refers = !more->is_many;
  return ENT_OK;
}

static ent_status take_declared_reference(reading *r, sqlite3_stmt *row) {
  const ent_diagram_entity *to = find(r, is_declared_as, row, -1, 2);
  const ent_diagram_entity *from = find(r, is_declared_as, row, -1, 0);
  ent_diagram_column *column = from ? find_column(from, row, 1) : NULL;
  ent_diagram_reference more = {.is_many = sqlite3_column_int(row, 4) != 0};

  if (!to || !column) return ENT_OK;
  more.on_delete = text_of(r, row, 3);
  return add_reference(r, from, column, to, &more);
}

static ent_status take_server_reference(reading *r, sqlite3_stmt *row) {
  const ent_diagram_entity *to = find(r, is_in_pool, row, 0, 3);
  const ent_diagram_entity *from = find(r, is_on_server, row, 0, 1);
  ent_diagram_column *column = from ? find_column(from, row, 2) : NULL;
  ent_diagram_reference more = {.on_delete = text_of(r, row, 4)};

  if (!to || !column) return ENT_OK;
  return add_reference(r, from, column, to, &more);
}

static ent_status take_declared_unique(reading *r, sqlite3_stmt *row) {
  const ent_diagram_entity *entity = find(r, is_declared_as, row, -1, 0);
  ent_diagram_column *column = entity ? find_column(entity, row, 1) : NULL;

  if (column) column->is_unique = true;
  return ENT_OK;
}

static ent_status take_server_unique(reading *r, sqlite3_stmt *row) {
  const ent_diagram_entity *entity = find(r, is_on_server, row, 0, 1);
  ent_diagram_column *column = entity ? find_column(entity, row, 2) : NULL;

  if (column) column->is_unique = true;
  return ENT_OK;
}

/* Whether this is the first entity that a pool's server tells of. */
static bool is_first_of_pool(const ent_diagram *diagram, size_t at) {
  const ent_diagram_entity *entity = ent_diagram_at(diagram, at);

  if (entity->is_declared) return false;
  for (size_t i = 0; i < at; i++) {
    const ent_diagram_entity *other = ent_diagram_at(diagram, i);

    if (!other->is_declared && strcmp(other->pool, entity->pool) == 0)
      return false;
  }
  return true;
}

static ent_status read_servers(reading *r) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < r->diagram->entities.n; i++) {
    const char *pool = ent_diagram_at(r->diagram, i)->pool;

    if (!is_first_of_pool(r->diagram, i)) continue;
    status = query(r, server_references_sql, pool, take_server_reference);
    if (!status) status = query(r, server_unique_sql, pool, take_server_unique);
  }
  return status;
}

ent_status ent_diagram_read(ent_session *session, ent_diagram *diagram,
                            ent_error *err) {
  reading r = {.session = session, .diagram = diagram, .err = err};
  ent_status status = query(&r, entities_sql, NULL, take_entity);

  if (!status) status = query(&r, columns_sql, NULL, take_column);
  if (!status) {
    status = query(&r, declared_references_sql, NULL, take_declared_reference);
  }
  if (!status) {
    status = query(&r, declared_unique_sql, NULL, take_declared_unique);
  }
  return status ? status : read_servers(&r);
}

ent_status ent_diagram_choose(ent_diagram *diagram, const char *const *names,
                              size_t n, ent_error *err) {
  for (size_t i = 0; n && i < diagram->entities.n; i++)
    ent_diagram_at(diagram, i)->is_left_out = true;
  for (size_t k = 0; k < n; k++) {
    bool is_there = false;

    for (size_t i = 0; i < diagram->entities.n; i++) {
      ent_diagram_entity *entity = ent_diagram_at(diagram, i);

      if (sqlite3_stricmp(entity->name, names[k]) != 0) continue;
      entity->is_left_out = false;
      is_there = true;
    }
    if (!is_there) {
      return ent_fail(err, ENT_CONFIG, "there is no entity '%s'", names[k]);
    }
  }
  return ENT_OK;
}
