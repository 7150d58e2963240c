#include "cli/schema.h"

#include "cli/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* What SQLite and the module keep for themselves is left out. */
static const char tables_sql[] =
    "SELECT CASE WHEN schema IN ('main', 'temp') THEN name"
    " ELSE schema || '.' || name END"
    " FROM pragma_table_list WHERE name LIKE ?1"
    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND type <> 'shadow'"
    " ORDER BY 1";

/* Of one schema, which %w is twice. */
static const char schema_sql[] =
    "SELECT sql || CASE WHEN sql NOT LIKE 'CREATE VIRTUAL %%' THEN '' ELSE"
    " char(10) || '/* ' || replace(coalesce((SELECT group_concat("
    "  trim(name || ' ' || type), ', ')"
    "  FROM pragma_table_xinfo(s.name, %Q) WHERE hidden <> 1), ''),"
    "  '*/', '* /') || ' */' END || ';'"
    " FROM \"%w\".sqlite_schema AS s"
    " WHERE sql IS NOT NULL AND tbl_name LIKE ?1"
    " AND name NOT LIKE 'sqlite\\_%%' ESCAPE '\\' ORDER BY rowid";

static bool fail(const ent_session *session) {
  ent_session_error("%s", sqlite3_errmsg(session->db));
  return false;
}

/* Prepares a statement with `text` as its first parameter; `text` must stay. */
static sqlite3_stmt *prepare(ent_session *session, const char *sql,
                             const char *text) {
  sqlite3_stmt *stmt;

  if (sqlite3_prepare_v2(session->db, sql, -1, &stmt, NULL)) {
    fail(session);
    return NULL;
  }
  if (text) sqlite3_bind_text(stmt, 1, text, -1, SQLITE_STATIC);
  return stmt;
}

/* Ends a statement; false, and told, where it failed. */
static bool finish(ent_session *session, sqlite3_stmt *stmt) {
  return sqlite3_finalize(stmt) == SQLITE_OK || fail(session);
}

/* The text that the statement's row begins with, escaped, in `cell`. */
static bool read_name(sqlite3_stmt *stmt, ent_buf *cell) {
  const char *name = (const char *)sqlite3_column_text(stmt, 0);
  ent_error err = {0};

  cell->size = 0;
  if (!name) return true;
  if (!ent_text_escape(cell, name, strlen(name), &err)) return true;
  ent_session_error("%s", err.text);
  return false;
}

static size_t widest_name(sqlite3_stmt *stmt, ent_buf *cell) {
  size_t widest = 0;

  while (sqlite3_step(stmt) == SQLITE_ROW && read_name(stmt, cell)) {
    size_t width = ent_text_width(cell->data, cell->size);

    if (width > widest) widest = width;
  }
  return widest;
}

static void write_names(ent_session *session, sqlite3_stmt *stmt, ent_buf *cell,
                        size_t widest) {
  size_t columns = ent_session_columns(session);
  size_t per_line = ((columns ? columns : 80) + 2) / (widest + 2);
  FILE *to = session->print.to;
  size_t gap = 0; /* before the next name of the line */

  for (size_t i = 0; sqlite3_step(stmt) == SQLITE_ROW; i++) {
    bool first = per_line == 0 || i % per_line == 0;

    if (!read_name(stmt, cell)) return;
    if (first && i) fputc('\n', to);
    if (!first) fprintf(to, "%*s", (int)gap, "");
    fwrite(cell->data, 1, cell->size, to);
    gap = widest + 2 - ent_text_width(cell->data, cell->size);
  }
  if (gap) fputc('\n', to);
}

bool ent_schema_tables(ent_session *session, const char *pattern) {
  sqlite3_stmt *stmt = prepare(session, tables_sql, pattern);
  ent_buf cell;
  size_t widest;

  if (!stmt) return false;
  ent_buf_init(&cell, SIZE_MAX / 2);
  widest = widest_name(stmt, &cell);
  if (!sqlite3_reset(stmt)) write_names(session, stmt, &cell, widest);
  ent_buf_done(&cell);
  fflush(session->print.to);
  return finish(session, stmt);
}

static bool show_one(ent_session *session, const char *schema,
                     const char *pattern) {
  char *sql = sqlite3_mprintf(schema_sql, schema, schema);
  sqlite3_stmt *stmt;

  if (!sql) {
    ent_session_error("out of memory");
    return false;
  }
  stmt = prepare(session, sql, pattern);
  sqlite3_free(sql);
  if (!stmt) return false;
  while (sqlite3_step(stmt) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(stmt, 0);

    fprintf(session->print.to, "%s\n", text ? text : "");
  }
  return finish(session, stmt);
}

bool ent_schema_show(ent_session *session, const char *pattern) {
  sqlite3_stmt *stmt =
      prepare(session, "SELECT name FROM pragma_database_list", NULL);
  bool done = stmt != NULL;

  while (done && sqlite3_step(stmt) == SQLITE_ROW) {
    const char *schema = (const char *)sqlite3_column_text(stmt, 0);

    if (schema) done = show_one(session, schema, pattern);
  }
  fflush(session->print.to);
  if (!stmt) return false;
  if (done) return finish(session, stmt);
  sqlite3_finalize(stmt);
  return false;
}
