#include "cli/dump.h"

#include "cli/cell.h"
#include "cli/progress.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* What one INSERT may hold. */
enum { ENT_DUMP_ROWS = 1000, ENT_DUMP_BYTES = 1024 * 1024 };

typedef struct dump {
  ent_session *session;
  FILE *to;
  const char *pattern;
  bool data_only;
  bool writes_schema; /* the SQL has made SQLite's schema writable */
} dump;

typedef struct dump_table {
  const char *schema;
  const char *name;
  const char *sql; /* that makes it */
  bool is_virtual;
  bool is_shadow; /* where a virtual table keeps its rows */
  bool is_entity;
  bool is_hidden; /* its name alone means another table */
  bool has_key;
} dump_table;

static bool fail_sqlite(const dump *d) {
  ent_session_error("%s", sqlite3_errmsg(d->session->db));
  return false;
}

static bool fail(const ent_error *err) {
  ent_session_error("%s", err->text);
  return false;
}

/* Prepares a statement, its text made as by sqlite3_mprintf() and freed; NULL,
 * and told, where it cannot be. */
static sqlite3_stmt *prepare(const dump *d, char *sql) {
  sqlite3_stmt *stmt = NULL;
  int rc = SQLITE_NOMEM;

  if (sql) rc = sqlite3_prepare_v2(d->session->db, sql, -1, &stmt, NULL);
  sqlite3_free(sql);
  if (rc) fail_sqlite(d);
  return stmt;
}

static bool finish(const dump *d, sqlite3_stmt *stmt) {
  return sqlite3_finalize(stmt) == SQLITE_OK || fail_sqlite(d);
}

static const char *text_at(sqlite3_stmt *stmt, int i) {
  const char *text = (const char *)sqlite3_column_text(stmt, i);

  return text ? text : "";
}

/* The columns of table ?2 in schema ?1 that have values: not those of our own
 * (_key, _on_duplicate), nor those that SQLite computes. */
#define COLUMNS_SQL                                                            \
  "WITH c AS (SELECT x.cid, x.name, x.type, e.type AS kind,"                   \
  "  '\"' || replace(x.name, '\"', '\"\"') || '\"' AS quoted,"                 \
  "  coalesce(NOT e.nullable, x.\"notnull\") AS required,"                     \
  "  coalesce(e.pk, x.pk) AS pk, coalesce(e.generated, 0) AS computed"         \
  " FROM pragma_table_xinfo(?2, ?1) AS x"                                      \
  " LEFT JOIN entity_columns AS e ON e.schema = ?1 COLLATE NOCASE"             \
  "  AND e.entity = ?2 COLLATE NOCASE AND e.name = x.name"                     \
  " WHERE x.hidden = 0 OR e.invisible ORDER BY x.cid) "

/* Without what servers compute where ?3. */
static const char names_sql[] = COLUMNS_SQL
    "SELECT group_concat(quoted) FROM c WHERE NOT (?3 AND computed)";

/* An entity as an ordinary table; an integer beyond 63 bits is no rowid. */
static const char create_sql[] = COLUMNS_SQL
    "SELECT 'CREATE TABLE \"' || replace(?2, '\"', '\"\"') || '\"(' ||"
    " (SELECT group_concat(char(10) || '  ' || quoted || ' ' ||"
    "   CASE kind WHEN 'unsigned' THEN 'UNSIGNED BIG INT' ELSE type END ||"
    "   CASE WHEN required THEN ' NOT NULL' ELSE '' END) FROM c) ||"
    " coalesce((SELECT ',' || char(10) || '  PRIMARY KEY(' ||"
    "   group_concat(quoted, ', ') || ')'"
    "   FROM (SELECT quoted FROM c WHERE pk ORDER BY pk)), '') || ')'";

/* The only text of a query about a table; to be freed with sqlite3_free().
 * NULL, and told, where there is none. */
static char *ask_about(const dump *d, const char *sql, const char *schema,
                       const char *name) {
  sqlite3_stmt *stmt = prepare(d, sqlite3_mprintf("%s", sql));
  char *answer = NULL;

  if (!stmt) return NULL;
  sqlite3_bind_text(stmt, 1, schema, -1, SQLITE_STATIC);
  sqlite3_bind_text(stmt, 2, name, -1, SQLITE_STATIC);
  if (sqlite3_bind_parameter_count(stmt) > 2) {
    sqlite3_bind_int(stmt, 3, d->data_only);
  }
  if (sqlite3_step(stmt) == SQLITE_ROW) {
    answer = sqlite3_mprintf("%s", text_at(stmt, 0));
  }
  if (finish(d, stmt)) return answer;
  sqlite3_free(answer);
  return NULL;
}

static ent_status add_row(ent_buf *line, sqlite3_stmt *stmt, ent_error *err) {
  ent_status status = ent_buf_append(line, "(", 1, err);

  for (int i = 0; i < sqlite3_column_count(stmt) && !status; i++) {
    if (i) status = ent_buf_append(line, ",", 1, err);
    if (!status) status = ent_cell_sql(line, stmt, i, err);
  }
  return status ? status : ent_buf_append(line, ")", 1, err);
}

/* Writes the rows of a statement as INSERTs; `into` is the table and its
 * columns. */
static bool write_inserts(const dump *d, sqlite3_stmt *stmt, const char *into,
                          ent_progress *progress) {
  ent_error err = {0};
  uint64_t n_rows = 0;
  size_t n_here = 0; /* of the INSERT that is being written */
  size_t size = 0;
  ent_buf line;
  bool done;

  ent_buf_init(&line, SIZE_MAX / 2);
  while (sqlite3_step(stmt) == SQLITE_ROW) {
    line.size = 0;
    if (add_row(&line, stmt, &err)) break;
    if (n_here == ENT_DUMP_ROWS || size > ENT_DUMP_BYTES) n_here = size = 0;
    if (!n_here)
      fprintf(d->to, "%sINSERT INTO %s VALUES", n_rows ? ";\n" : "", into);
    fputs(n_here ? ",\n" : "\n", d->to);
    fwrite(line.data, 1, line.size, d->to);
    n_here++;
    size += line.size;
    ent_progress_say(progress, ++n_rows, 0, 0);
    if (ferror(d->to)) break;
  }
  if (n_rows) fputs(";\n", d->to);
  done = sqlite3_errcode(d->session->db) == SQLITE_DONE;
  ent_progress_end(progress, n_rows, done);
  ent_buf_done(&line);
  if (err.status) return fail(&err);
  return done || ferror(d->to) || fail_sqlite(d);
}

static bool write_rows(const dump *d, const char *schema, const char *name) {
  char *names = ask_about(d, names_sql, schema, name);
  ent_progress progress;
  sqlite3_stmt *stmt;
  char *into;
  bool done;

  if (!names) return false;
  stmt = prepare(
      d, sqlite3_mprintf("SELECT %s FROM \"%w\".\"%w\"", names, schema, name));
  into = sqlite3_mprintf("\"%w\"(%s)", name, names);
  ent_progress_init(&progress, name);
  progress.is_shown = progress.is_shown && !ent_session_columns(d->session);
  done = stmt && into && write_inserts(d, stmt, into, &progress);
  sqlite3_free(into);
  sqlite3_free(names);
  sqlite3_finalize(stmt);
  return done;
}

/* Why a table is left out; NULL for one that is not. */
static const char *reason_against(const dump *d, const dump_table *table) {
  bool is_whole = !d->data_only && strcmp(table->schema, "main") == 0;

  if (table->is_hidden) return "another table of this name comes before it";
  if (table->is_virtual && !table->is_entity && !is_whole) {
    return "its module keeps its rows";
  }
  if (d->data_only && table->is_entity && !table->has_key) {
    return "it has no key and cannot be written";
  }
  return NULL;
}

/* As the sqlite3 shell writes them: the tables in which it keeps its rows are
 * written by themselves, so that its module must make none. */
static bool write_virtual(dump *d, const dump_table *table) {
  char *sql = sqlite3_mprintf(
      "INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)\n"
      "VALUES('table',%Q,%Q,0,%Q);\n",
      table->name, table->name, table->sql);

  if (!sql) return fail_sqlite(d);
  if (!d->writes_schema) fputs("PRAGMA writable_schema=ON;\n", d->to);
  d->writes_schema = true;
  fputs(sql, d->to);
  sqlite3_free(sql);
  return true;
}

static bool write_table(dump *d, const dump_table *table) {
  const char *reason = reason_against(d, table);

  if (table->is_shadow && (d->data_only || strcmp(table->schema, "main") != 0))
    return true;
  if (reason) {
    fprintf(d->to, "-- %s.%s is left out: %s\n", table->schema, table->name,
            reason);
    return true;
  }
  if (table->is_virtual && !table->is_entity) return write_virtual(d, table);
  if (!d->data_only && table->is_entity) {
    char *sql = ask_about(d, create_sql, table->schema, table->name);

    if (!sql) return false;
    fprintf(d->to, "%s;\n", sql);
    sqlite3_free(sql);
  } else if (!d->data_only) {
    fprintf(d->to, "%s;\n", table->sql);
  }
  return write_rows(d, table->schema, table->name);
}

/* The schema in which an unqualified name is found first. */
#define FOUND_IN(name)                                                         \
  "(SELECT o.schema FROM pragma_table_list AS o"                               \
  " JOIN pragma_database_list AS b ON b.name = o.schema"                       \
  " WHERE o.name = " name " COLLATE NOCASE"                                    \
  " ORDER BY o.schema <> 'temp', b.seq LIMIT 1)"

/* Prepares a query of the schema that %w is, with its name as ?1 and the
 * pattern as ?2. */
static sqlite3_stmt *prepare_for(const dump *d, const char *sql,
                                 const char *schema) {
  sqlite3_stmt *stmt = prepare(d, sqlite3_mprintf(sql, schema));

  if (!stmt) return NULL;
  sqlite3_bind_text(stmt, 1, schema, -1, SQLITE_STATIC);
  sqlite3_bind_text(stmt, 2, d->pattern, -1, SQLITE_STATIC);
  return stmt;
}

static const char tables_sql[] = "SELECT s.name, s.sql, l.type, " FOUND_IN(
    "s.name") " <> ?1,"
              " (SELECT max(pk) FROM entity_columns"
              "  WHERE schema = ?1 AND entity = s.name COLLATE NOCASE)"
              " FROM \"%w\".sqlite_schema AS s"
              " JOIN pragma_table_list AS l ON l.schema = ?1 AND l.name = "
              "s.name"
              " WHERE s.type = 'table' AND (s.name LIKE ?2 OR ?1 || '.' || "
              "s.name LIKE ?2)"
              " AND s.name NOT LIKE 'sqlite\\_%%' ESCAPE '\\' ORDER BY s.rowid";

static const char others_sql[] =
    "SELECT sql FROM \"%w\".sqlite_schema"
    " WHERE type IN ('index', 'view', 'trigger') AND sql IS NOT NULL"
    " AND (tbl_name LIKE ?2 OR ?1 || '.' || tbl_name LIKE ?2)"
    " AND " FOUND_IN("tbl_name") " = ?1 ORDER BY type = 'trigger', rowid";

static bool write_tables(dump *d, const char *schema) {
  sqlite3_stmt *stmt = prepare_for(d, tables_sql, schema);
  bool done = stmt != NULL;

  while (done && sqlite3_step(stmt) == SQLITE_ROW) {
    const char *type = text_at(stmt, 2);
    dump_table table = {
        .schema = schema,
        .name = text_at(stmt, 0),
        .sql = text_at(stmt, 1),
        .is_virtual = strcmp(type, "virtual") == 0,
        .is_shadow = strcmp(type, "shadow") == 0,
        .is_hidden = sqlite3_column_int(stmt, 3) != 0,
        .is_entity = sqlite3_column_type(stmt, 4) != SQLITE_NULL,
        .has_key = sqlite3_column_int(stmt, 4) != 0,
    };

    done = write_table(d, &table);
  }
  return stmt && finish(d, stmt) && done;
}

/* The indexes, views and triggers: when all tables are there. */
static bool write_others(dump *d, const char *schema) {
  sqlite3_stmt *stmt;

  if (d->data_only) return true;
  stmt = prepare_for(d, others_sql, schema);
  while (stmt && sqlite3_step(stmt) == SQLITE_ROW)
    fprintf(d->to, "%s;\n", text_at(stmt, 0));
  return stmt && finish(d, stmt);
}

/* What AUTOINCREMENT has given out, also where those rows are gone. */
static bool write_sequences(dump *d, const char *schema) {
  sqlite3_stmt *stmt;
  bool has_some;

  if (d->data_only || strcmp(schema, "main") != 0 ||
      strcmp(d->pattern, "%") != 0) {
    return true;
  }
  stmt = prepare(d, sqlite3_mprintf("SELECT 1 FROM main.sqlite_schema AS s"
                                    " WHERE sql LIKE '%%autoincrement%%'"
                                    " AND " FOUND_IN("s.name") " = 'main'"));
  if (!stmt) return false;
  has_some = sqlite3_step(stmt) == SQLITE_ROW;
  if (!finish(d, stmt)) return false;
  if (!has_some) return true;
  fputs("DELETE FROM sqlite_sequence;\n", d->to);
  return write_rows(d, "main", "sqlite_sequence");
}

static bool for_each_schema(dump *d, bool (*write)(dump *d, const char *)) {
  sqlite3_stmt *stmt =
      prepare(d, sqlite3_mprintf("SELECT name FROM pragma_database_list"
                                 " ORDER BY name <> 'temp', seq"));
  bool done = stmt != NULL;

  while (done && sqlite3_step(stmt) == SQLITE_ROW)
    done = write(d, text_at(stmt, 0));
  return stmt && finish(d, stmt) && done;
}

static bool write_all(dump *d) {
  bool done;

  if (!d->data_only) {
    fputs("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n", d->to);
  }
  done = for_each_schema(d, write_tables) &&
         for_each_schema(d, write_sequences) &&
         for_each_schema(d, write_others);
  if (d->writes_schema) fputs("PRAGMA writable_schema=OFF;\n", d->to);
  if (!done) {
    fprintf(d->to, "%s-- an error ended this dump: it is not complete\n",
            d->data_only ? "" : "ROLLBACK; ");
  } else if (!d->data_only) {
    fputs("COMMIT;\n", d->to);
  }
  fflush(d->to);
  return done;
}

/* In one read transaction of SQLite; tables of a server are each one state. */
static bool write_consistent(dump *d) {
  sqlite3 *db = d->session->db;
  bool done;

  if (sqlite3_exec(db, "SAVEPOINT entable_dump", NULL, NULL, NULL)) {
    return fail_sqlite(d);
  }
  done = write_all(d);
  sqlite3_exec(db, "RELEASE entable_dump", NULL, NULL, NULL);
  if (!ferror(d->to)) return done;
  /* A reader that went away, as head does, is no error to tell. */
  if (errno != EPIPE) {
    ent_session_error("cannot write the dump: %s", strerror(errno));
  }
  return false;
}

bool ent_dump_run(ent_session *session, char **words, size_t n) {
  dump d = {.session = session, .to = session->print.to, .pattern = "%"};

  if (n && strcmp(words[0], "--data-only") == 0) {
    d.data_only = true;
    words++;
    n--;
  }
  if (n > 1 || (n && words[0][0] == '-')) {
    ent_session_error("used as: .dump [--data-only] [PATTERN]");
    return false;
  }
  if (n) d.pattern = words[0];
  return write_consistent(&d);
}
