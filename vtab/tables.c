#include "vtab/tables.h"

#include <string.h>

/* The name of a virtual table, of any module. */
typedef struct table_name {
  struct table_name *next;
  const char *schema;
  const char *name;
  bool is_left_out; /* though the session may have an older one of this name */
} table_name;

static ent_status take_name(sqlite3_stmt *row, ent_arena *arena,
                            table_name **made, ent_error *err) {
  const char *schema = (const char *)sqlite3_column_text(row, 0);
  const char *name = (const char *)sqlite3_column_text(row, 1);
  table_name *taken = ent_arena_zalloc(arena, sizeof(*taken));

  if (!schema || !name || !taken) return ent_fail_nomem(err);
  taken->schema = ent_arena_strdup(arena, schema);
  taken->name = ent_arena_strdup(arena, name);
  *made = taken;
  return taken->schema && taken->name ? ENT_OK : ent_fail_nomem(err);
}

static ent_status read_names(sqlite3 *db, ent_arena *arena, table_name **first,
                             size_t *n, ent_error *err) {
  table_name **end = first;
  sqlite3_stmt *stmt = NULL;
  ent_status status = ENT_OK;
  int rc = sqlite3_prepare_v2(db,
                              "SELECT schema, name FROM pragma_table_list"
                              " WHERE type = 'virtual' ORDER BY schema, name",
                              -1, &stmt, NULL);

  while (!rc && !status && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
    status = take_name(stmt, arena, end, err);
    if (!status) end = &(*end)->next;
    *n += 1;
    rc = SQLITE_OK;
  }
  sqlite3_finalize(stmt);
  if (status || rc == SQLITE_OK || rc == SQLITE_DONE) return status;
  if (rc == SQLITE_NOMEM) return ent_fail_nomem(err);
  return ent_fail(err, ENT_UNAVAILABLE, "%s", sqlite3_errmsg(db));
}

ent_status ent_table_exists(ent_session *session, const char *schema,
                            const char *name, bool *exists, ent_error *err) {
  char *sql = sqlite3_mprintf(
      "SELECT 1 FROM \"%w\".sqlite_schema WHERE type = 'table' AND "
      "name = %Q COLLATE NOCASE",
      schema, name);
  sqlite3_stmt *stmt = NULL;
  int rc = sql ? sqlite3_prepare_v2(session->db, sql, -1, &stmt, NULL)
               : SQLITE_NOMEM;

  /* Without its schema it is gone, too. */
  *exists = !rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW;
  sqlite3_finalize(stmt);
  sqlite3_free(sql);
  if (rc == SQLITE_ROW || rc == SQLITE_DONE || rc == SQLITE_ERROR) {
    return ENT_OK;
  }
  return rc == SQLITE_NOMEM
             ? ent_fail_nomem(err)
             : ent_fail(err, ENT_CONFIG, "%s", sqlite3_errmsg(session->db));
}

ent_status ent_table_connect(ent_session *session, const char *schema,
                             const char *name, ent_error *err) {
  char *sql =
      sqlite3_mprintf("PRAGMA \"%w\".table_xinfo(\"%w\")", schema, name);
  unsigned n_unmade = session->n_unmade;
  sqlite3_stmt *stmt = NULL;
  int rc;

  if (!sql) return ent_fail_nomem(err);
  rc = sqlite3_prepare_v2(session->db, sql, -1, &stmt, NULL);
  sqlite3_finalize(stmt);
  sqlite3_free(sql);
  if (rc == SQLITE_NOMEM) return ent_fail_nomem(err);
  if (rc == SQLITE_INTERRUPT)
    return ent_fail(err, ENT_INTERRUPTED, "%s", sqlite3_errmsg(session->db));
  if (!rc || session->n_unmade == n_unmade) return ENT_OK;
  return ent_fail(err, ENT_CONFIG, "%s", sqlite3_errmsg(session->db));
}

/* Whether a failure tells nothing of the table itself, so that the list would be
 * short for no reason if it were left out. */
static bool is_of_the_moment(ent_status status) {
  return status == ENT_NOMEM || status == ENT_INTERRUPTED;
}

/* Nothing is looked up before all are connected: SQLite may read a schema anew
 * for each, and then makes its tables anew, too. */
ent_status ent_tables_find(ent_session *session, bool all, ent_arena *arena,
                           ent_table_list *list, ent_error *err) {
  table_name *first = NULL;
  size_t n = 0;
  ent_status status = read_names(session->db, arena, &first, &n, err);

  for (table_name *t = first; !status && t; t = t->next) {
    ent_error why = {.status = ENT_OK};
    ent_status connected = ent_table_connect(session, t->schema, t->name, &why);

    t->is_left_out = connected != ENT_OK;
    if (!connected || !(all || is_of_the_moment(connected))) continue;
    *err = why;
    status = connected;
  }
  *list = (ent_table_list){
      .items = ent_arena_alloc(arena, (n + 1) * sizeof(ent_table *))};
  if (!status && !list->items) status = ent_fail_nomem(err);
  for (const table_name *t = first; !status && t; t = t->next) {
    const ent_table *found = ent_table_find(session, t->schema, t->name);

    if (found && !t->is_left_out) list->items[list->n++] = found;
  }
  return status;
}

/* One of no name is none; and that for which SQLite has no memory is one. */
static ent_status name_of(sqlite3_value *argument, const char **name,
                          ent_error *err) {
  *name = "";
  if (sqlite3_value_type(argument) == SQLITE_NULL) return ENT_OK;
  *name = (const char *)sqlite3_value_text(argument);
  return *name ? ENT_OK : ent_fail_nomem(err);
}

ent_status ent_table_named(ent_session *session, sqlite3_value *argument,
                           ent_arena *arena, const ent_table **out,
                           ent_error *err) {
  ent_table_list list;
  const ent_table *found = NULL;
  const char *name;
  ent_status status = name_of(argument, &name, err);

  if (!status) status = ent_tables_find(session, false, arena, &list, err);
  for (size_t i = 0; !status && i < list.n; i++) {
    const ent_table *table = list.items[i];

    if (sqlite3_stricmp(table->name, name) != 0) continue;
    if (found && (strcmp(found->entity->table, table->entity->table) != 0 ||
                  found->pool != table->pool)) {
      return ent_fail(err, ENT_CONFIG,
                      "'%s' is a table of %s and another one of %s", name,
                      found->schema, table->schema);
    }
    found = table;
  }
  if (status) return status;
  if (!found) {
    return ent_fail(err, ENT_CONFIG, "there is no entity '%s'", name);
  }
  *out = found;
  return ENT_OK;
}

ent_status ent_tables_run(ent_session *session, char *sql, ent_error *err) {
  int rc =
      sql ? sqlite3_exec(session->db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;

  sqlite3_free(sql);
  if (!rc) return ENT_OK;
  if (rc == SQLITE_NOMEM) return ent_fail_nomem(err);
  return ent_fail(err, ENT_CONFIG, "%s", sqlite3_errmsg(session->db));
}
