#include "vtab/deleted.h"

#include "vtab/report.h"
#include "vtab/tables.h"
#include "vtab/using.h"

#include <string.h>

/* Whether a statement of its own makes the first table of two. */
static bool is_first_of_two(const ent_table *table) {
  return table->origin && !table->origin->config &&
         table->declared->fake_delete && !table->with_deleted;
}

ent_status ent_deleted_make(const ent_table *table, int argc,
                            const char *const *argv, ent_error *err) {
  sqlite3_str *sql;

  if (!is_first_of_two(table)) return ENT_OK;
  sql = sqlite3_str_new(table->session->db);
  sqlite3_str_appendf(sql,
                      "CREATE VIRTUAL TABLE \"%w\".\"%w" ENT_WITH_DELETED
                      "\" USING entity(",
                      table->schema, table->name);
  for (int i = ENT_USING_FIRST; i < argc; i++)
    sqlite3_str_appendf(sql, "%s,\n  ", argv[i]);
  sqlite3_str_appendf(sql, "with_deleted=%Q)", table->declared->name);
  return ent_tables_run(table->session, sqlite3_str_finish(sql), err);
}

/* Whether the table of a name is the second of one that a statement declares:
 * somebody may have dropped it, and made another one. */
static ent_status is_second(ent_session *session, const char *schema,
                            const char *name, bool *is, ent_error *err) {
  const ent_table *found;
  ent_status status = ent_table_exists(session, schema, name, is, err);

  if (status || !*is) return status;
  status = ent_table_connect(session, schema, name, err);
  found = ent_table_find(session, schema, name);
  *is = found && found->with_deleted;
  return status;
}

ent_status ent_deleted_drop(const ent_table *table, ent_error *err) {
  ent_session *session = table->session;
  bool is = false;
  char *name;
  ent_status status;

  if (!is_first_of_two(table)) return ENT_OK;
  name = sqlite3_mprintf("%s" ENT_WITH_DELETED, table->name);
  if (!name) return ent_fail_nomem(err);
  status = is_second(session, table->schema, name, &is, err);
  if (!status && is) {
    status = ent_tables_run(
        session,
        sqlite3_mprintf("DROP TABLE \"%w\".\"%w\"", table->schema, name), err);
  }
  sqlite3_free(name);
  return status;
}

/* ---- force_delete() ---- */

/* The DELETE of one row of a table, by the n columns of its key; NULL is no
 * memory. */
static char *delete_text(const ent_table *table) {
  const ent_entity *entity = table->entity;
  sqlite3_str *sql = sqlite3_str_new(table->session->db);

  sqlite3_str_appendf(sql, "DELETE FROM \"%w\".\"%w%s\"", table->schema,
                      table->name, entity->is_living ? ENT_WITH_DELETED : "");
  for (int i = 0; i < entity->n_key_columns; i++) {
    sqlite3_str_appendf(sql, " %s \"%w\" = ?%d", i ? "AND" : "WHERE",
                        entity->columns[entity->key_columns[i]].name, i + 1);
  }
  return sqlite3_str_finish(sql);
}

static ent_status find(ent_session *session, int argc, sqlite3_value **argv,
                       char **sql, ent_error *err) {
  ent_arena arena = {.blocks = NULL};
  const ent_table *table = NULL;
  ent_status status = ent_table_named(session, argv[0], &arena, &table, err);

  if (!status && table->entity->key_kind == ENT_KEY_NONE) {
    status = ent_fail(err, ENT_READ_ONLY,
                      "it has no key to tell its rows by, and can only be "
                      "read");
  } else if (!status && argc - 1 != table->entity->n_key_columns) {
    status =
        ent_fail(err, ENT_CONFIG, "%d value%s given for a key of %d column%s",
                 argc - 1, argc == 2 ? "" : "s", table->entity->n_key_columns,
                 table->entity->n_key_columns == 1 ? "" : "s");
  }
  if (!status) {
    *sql = delete_text(table);
    if (!*sql) status = ent_fail_nomem(err);
  }
  ent_arena_done(&arena);
  return status;
}

/* What SQLite says of a DELETE is passed on as it is. */
static void remove_row(sqlite3_context *context, int argc, sqlite3_value **argv,
                       const char *sql) {
  sqlite3 *db = sqlite3_context_db_handle(context);
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

  for (int i = 1; !rc && i < argc; i++)
    rc = sqlite3_bind_value(stmt, i, argv[i]);
  if (!rc) {
    sqlite3_step(stmt);
    rc = sqlite3_reset(stmt);
  }
  if (rc) {
    rc = sqlite3_extended_errcode(db);
    sqlite3_result_error(context, sqlite3_errmsg(db), -1);
    sqlite3_result_error_code(context, rc);
  } else {
    sqlite3_result_int(context, sqlite3_changes(db));
  }
  sqlite3_finalize(stmt);
}

void ent_force_delete_function(sqlite3_context *context, int argc,
                               sqlite3_value **argv) {
  ent_session *session = sqlite3_user_data(context);
  ent_error err = {.status = ENT_OK};
  char *sql = NULL;
  ent_status status;

  if (argc < 2) {
    sqlite3_result_error(context,
                         "force_delete(entity, key): what is wanted is the "
                         "entity and the key of a row",
                         -1);
    return;
  }
  status = find(session, argc, argv, &sql, &err);
  if (status) {
    ent_error_context(&err, status, "force_delete()");
    ent_report_function(context, ENT_PHASE_WRITE, &err);
  } else {
    remove_row(context, argc, argv, sql);
  }
  sqlite3_free(sql);
}
