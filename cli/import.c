#include "cli/import.h"

#include "cli/import_rows.h"
#include "cli/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct import_column {
  char *name;
  bool is_hidden;   /* taken only where the file names it */
  bool is_computed; /* its values in the file are left out */
  bool is_blob;
} import_column;

typedef struct import {
  ent_session *session;
  const char *path;
  const char *table; /* as it was given */
  uint64_t skip;
  char separator;
  ent_csv csv;
  char *schema; /* where the table is found; NULL for a table to be made */
  char *name;
  import_column *columns; /* of the table; n_columns */
  size_t n_columns;
  size_t *targets; /* n_fields: the column that each field is for */
  bool *is_blob;   /* n_fields */
  size_t n_fields;
  bool has_names; /* the first record is the names of the columns */
} import;

static bool fail_sqlite(const import *im) {
  ent_session_error("%s: %s", im->path, sqlite3_errmsg(im->session->db));
  return false;
}

/* Where a row was refused when SQLite came to it, the file stands at it; a
 * row that the server refused is named by its number in the message. */
static bool fail_load(const import *im) {
  sqlite3 *db = im->session->db;
  int rc = sqlite3_errcode(db);
  const char *words = sqlite3_errmsg(db);
  bool is_here =
      rc == SQLITE_MISMATCH || rc == SQLITE_TOOBIG || rc == SQLITE_CONSTRAINT;

  if (!is_here || strstr(words, "mysql: ")) return fail_sqlite(im);
  ent_session_error("%s: line %llu: %s", im->path,
                    (unsigned long long)im->csv.record_line, words);
  return false;
}

static bool fail_memory(void) {
  ent_session_error("out of memory");
  return false;
}

static bool misused(void) {
  ent_session_error("used as: .import [--skip N] [--separator C] FILE TABLE");
  return false;
}

/* Reads the words; the options are those of the sqlite3 shell, of which --csv
 * says what is so anyway. */
static bool read_words(import *im, char **words, size_t n) {
  size_t n_plain = 0;

  for (size_t i = 0; i < n; i++) {
    char *end = NULL;

    if (strcmp(words[i], "--csv") == 0) continue;
    if (strcmp(words[i], "--skip") == 0 && i + 1 < n) {
      im->skip = strtoull(words[++i], &end, 10);
      if (*end || end == words[i] || words[i][0] == '-') return misused();
    } else if (strcmp(words[i], "--separator") == 0 && i + 1 < n) {
      im->separator = words[++i][0];
      if (strcmp(words[i], "\\t") == 0) {
        im->separator = '\t';
      } else if (strlen(words[i]) != 1 || strchr("\"\n\r", im->separator)) {
        ent_session_error(".import --separator '%s': expected one character of "
                          "ASCII, or \\t",
                          words[i]);
        return false;
      }
    } else if (words[i][0] == '-' || n_plain == 2) {
      return misused();
    } else if (n_plain++ == 0) {
      im->path = words[i];
    } else {
      im->table = words[i];
    }
  }
  return n_plain == 2 || misused();
}

static bool next_record(import *im, bool *at_end) {
  ent_error err = {0};
  ent_status status = ent_csv_next(&im->csv, &err);

  *at_end = status == ENT_DONE;
  if (!status || *at_end) return true;
  ent_session_error("%s: %s", im->path, err.text);
  return false;
}

/* Reads up to the first record that counts. */
static bool read_first(import *im, bool *at_end) {
  bool done = next_record(im, at_end);

  for (uint64_t i = 0; done && !*at_end && i < im->skip; i++)
    done = next_record(im, at_end);
  return done;
}

static char *copy_column(sqlite3_stmt *stmt, int i) {
  const char *text = (const char *)sqlite3_column_text(stmt, i);

  return text ? strdup(text) : NULL;
}

/* The table that an unqualified name means, or schema.name; im->name stays
 * NULL where there is none. */
static bool find_table(import *im) {
  sqlite3_stmt *stmt;
  bool done = true;

  if (sqlite3_prepare_v2(
          im->session->db,
          "SELECT l.schema, l.name FROM pragma_table_list AS l"
          " JOIN pragma_database_list AS d ON d.name = l.schema"
          " WHERE l.name = ?1 COLLATE NOCASE"
          " OR l.schema || '.' || l.name = ?1 COLLATE NOCASE"
          " ORDER BY l.name = ?1 COLLATE NOCASE DESC, l.schema <> 'temp', d.seq"
          " LIMIT 1",
          -1, &stmt, NULL)) {
    return fail_sqlite(im);
  }
  sqlite3_bind_text(stmt, 1, im->table, -1, SQLITE_STATIC);
  if (sqlite3_step(stmt) == SQLITE_ROW) {
    im->schema = copy_column(stmt, 0);
    im->name = copy_column(stmt, 1);
    done = (im->schema && im->name) || fail_memory();
  }
  return (sqlite3_finalize(stmt) == SQLITE_OK || fail_sqlite(im)) && done;
}

static bool add_column(import *im, sqlite3_stmt *stmt) {
  size_t room = (im->n_columns + 1) * sizeof(*im->columns);
  import_column *columns = realloc(im->columns, room);

  if (!columns) return false;
  im->columns = columns;
  columns[im->n_columns] = (import_column){
      .name = copy_column(stmt, 0),
      .is_hidden = sqlite3_column_int(stmt, 1) != 0,
      .is_computed = sqlite3_column_int(stmt, 2) != 0,
      .is_blob = sqlite3_column_int(stmt, 3) != 0,
  };
  return columns[im->n_columns++].name != NULL;
}

static bool read_columns(import *im) {
  sqlite3_stmt *stmt;
  bool done = true;

  if (sqlite3_prepare_v2(
          im->session->db,
          "SELECT x.name, x.hidden = 1,"
          " x.hidden IN (2, 3) OR coalesce(e.generated, 0),"
          " x.type LIKE '%blob%'"
          " FROM pragma_table_xinfo(?2, ?1) AS x"
          " LEFT JOIN entity_columns AS e ON e.schema = ?1 COLLATE NOCASE"
          " AND e.entity = ?2 COLLATE NOCASE AND e.name = x.name"
          " ORDER BY x.cid",
          -1, &stmt, NULL)) {
    return fail_sqlite(im);
  }
  sqlite3_bind_text(stmt, 1, im->schema, -1, SQLITE_STATIC);
  sqlite3_bind_text(stmt, 2, im->name, -1, SQLITE_STATIC);
  while (done && sqlite3_step(stmt) == SQLITE_ROW) {
    done = add_column(im, stmt) || fail_memory();
  }
  return (sqlite3_finalize(stmt) == SQLITE_OK || fail_sqlite(im)) && done;
}

static const char *column_name(const void *ctx, size_t i) {
  const import *im = ctx;

  return i < im->n_columns ? im->columns[i].name : NULL;
}

/* The column of a name; n_columns where there is none. */
static size_t find_column(const import *im, const char *name) {
  size_t i = 0;

  while (i < im->n_columns && sqlite3_stricmp(im->columns[i].name, name) != 0)
    i++;
  return i;
}

/* Takes the fields of the record for names as far as they are some; returns
 * how many are, and the first that is none. */
static size_t match_names(import *im, const char **unknown) {
  size_t n_matched = 0;

  *unknown = NULL;
  for (size_t i = 0; i < im->n_fields; i++) {
    ent_csv_field field;
    const char *name = ent_csv_text(&im->csv, i, &field);

    im->targets[i] = find_column(im, name);
    if (im->targets[i] < im->n_columns) {
      n_matched++;
    } else if (!*unknown) {
      *unknown = name;
    }
  }
  return n_matched;
}

static bool check_names(const import *im) {
  for (size_t i = 1; i < im->n_fields; i++) {
    for (size_t j = 0; j < i; j++) {
      if (im->targets[i] != im->targets[j]) continue;
      ent_session_error("%s: line %llu: column %s is named twice", im->path,
                        (unsigned long long)im->csv.record_line,
                        im->columns[im->targets[i]].name);
      return false;
    }
  }
  return true;
}

static bool fail_unknown(import *im, const char *name) {
  const char *closest = ent_options_closest(name, column_name, im);

  ent_session_error("%s: line %llu: '%s' is no column of %s%s%s%s", im->path,
                    (unsigned long long)im->csv.record_line, name, im->name,
                    closest ? ": did you mean '" : "", closest ? closest : "",
                    closest ? "'?" : "");
  return false;
}

/* Every record is a row: its fields are for the columns in their order. */
static void take_columns(import *im) {
  im->n_fields = 0;
  for (size_t i = 0; i < im->n_columns; i++) {
    if (im->columns[i].is_hidden) continue;
    im->targets[im->n_fields++] = i;
  }
}

/* Decides which field is for which column. */
static bool choose_targets(import *im) {
  size_t n = im->csv.n_fields;
  const char *unknown;
  size_t n_matched;

  im->targets =
      calloc(n > im->n_columns ? n : im->n_columns, sizeof(*im->targets));
  if (!im->targets) return fail_memory();
  im->n_fields = n;
  n_matched = match_names(im, &unknown);
  if (n_matched == n) {
    im->has_names = true;
    return check_names(im);
  }
  /* Most of them: a name is wrong, rather than that this is a row. */
  if (2 * n_matched > n) return fail_unknown(im, unknown);
  take_columns(im);
  return true;
}

/* Makes a table of the names in the first record. */
static bool make_table(import *im) {
  sqlite3 *db = im->session->db;
  sqlite3_str *sql = sqlite3_str_new(db);
  char *text;
  int rc;

  sqlite3_str_appendf(sql, "CREATE TABLE main.\"%w\"(", im->table);
  for (size_t i = 0; i < im->csv.n_fields; i++) {
    ent_csv_field field;

    sqlite3_str_appendf(sql, "%s\"%w\" TEXT", i ? ", " : "",
                        ent_csv_text(&im->csv, i, &field));
  }
  sqlite3_str_appendall(sql, ")");
  text = sqlite3_str_finish(sql);
  rc = text ? sqlite3_exec(db, text, NULL, NULL, NULL) : SQLITE_NOMEM;
  sqlite3_free(text);
  if (rc) return fail_sqlite(im);
  im->schema = strdup("main");
  im->name = strdup(im->table);
  return (im->schema && im->name) || fail_memory();
}

/* The statement that loads the file, and in `names` the columns it is about. */
static char *load_sql(const import *im, char **names) {
  sqlite3_str *into = sqlite3_str_new(im->session->db);
  sqlite3_str *from = sqlite3_str_new(im->session->db);
  sqlite3_str *all = sqlite3_str_new(im->session->db);
  char *columns;
  char *fields;
  char *sql;

  for (size_t i = 0; i < im->n_fields; i++) {
    const import_column *column = &im->columns[im->targets[i]];

    sqlite3_str_appendf(all, "%s%s", i ? ", " : "", column->name);
    if (column->is_computed) continue;
    sqlite3_str_appendf(into, "%s\"%w\"", sqlite3_str_length(into) ? "," : "",
                        column->name);
    sqlite3_str_appendf(from, "%sc%llu", sqlite3_str_length(from) ? "," : "",
                        (unsigned long long)i + 1);
  }
  columns = sqlite3_str_finish(into);
  fields = sqlite3_str_finish(from);
  *names = sqlite3_str_finish(all);
  sql = columns && fields && *names
            ? sqlite3_mprintf("INSERT INTO \"%w\".\"%w\"(%s)"
                              " SELECT %s FROM entable_import",
                              im->schema, im->name, columns, fields)
            : NULL;
  sqlite3_free(columns);
  sqlite3_free(fields);
  return sql;
}

static uint64_t file_size(FILE *file) {
  struct stat info;

  if (fstat(fileno(file), &info) || !S_ISREG(info.st_mode)) return 0;
  return (uint64_t)info.st_size;
}

static bool load(import *im) {
  sqlite3 *db = im->session->db;
  ent_import_rows rows = {
      .path = im->path,
      .csv = &im->csv,
      .has_record = !im->has_names,
      .n_columns = im->n_fields,
      .is_blob = im->is_blob,
      .file_size = file_size(im->csv.from),
  };
  char *names;
  char *sql = load_sql(im, &names);
  int rc = SQLITE_NOMEM;

  rows.names = names;
  ent_progress_init(&rows.progress, im->path);
  if (sql) rc = ent_import_rows_register(db, &rows);
  if (!rc) rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
  ent_progress_end(&rows.progress, rows.n_rows, !rc);
  if (rc) fail_load(im);
  ent_import_rows_unregister(db);
  sqlite3_free(names);
  sqlite3_free(sql);
  return !rc;
}

static bool load_known(import *im) {
  if (!read_columns(im) || !choose_targets(im)) return false;
  im->is_blob = calloc(im->n_fields, sizeof(*im->is_blob));
  if (!im->is_blob) return fail_memory();
  for (size_t i = 0; i < im->n_fields; i++) {
    im->is_blob[i] = im->columns[im->targets[i]].is_blob;
  }
  return load(im);
}

/* A table that was made stays only where the file could be loaded. */
static bool load_new(import *im) {
  sqlite3 *db = im->session->db;
  bool done;

  if (sqlite3_exec(db, "SAVEPOINT entable_import", NULL, NULL, NULL)) {
    return fail_sqlite(im);
  }
  done = make_table(im) && load_known(im);
  if (!done) sqlite3_exec(db, "ROLLBACK TO entable_import", NULL, NULL, NULL);
  if (sqlite3_exec(db, "RELEASE entable_import", NULL, NULL, NULL)) {
    return fail_sqlite(im);
  }
  if (!done) return false;
  fflush(stdout);
  fprintf(stderr, "%s: there was no table %s: made it in main\n", im->path,
          im->table);
  return true;
}

static bool import_file(import *im) {
  bool at_end;

  if (!read_first(im, &at_end)) return false;
  if (!find_table(im)) return false;
  if (im->name) return at_end || load_known(im);
  if (!at_end) return load_new(im);
  ent_session_error("%s: there is no table %s, and the file has no names to "
                    "make one of",
                    im->path, im->table);
  return false;
}

static void free_import(import *im) {
  ent_csv_done(&im->csv);
  for (size_t i = 0; i < im->n_columns; i++)
    free(im->columns[i].name);
  free(im->columns);
  free(im->targets);
  free(im->is_blob);
  free(im->schema);
  free(im->name);
  free(im);
}

static bool import_path(import *im) {
  FILE *file = fopen(im->path, "re");
  bool done;

  if (!file) {
    ent_session_error("cannot read %s: %s", im->path, strerror(errno));
    return false;
  }
  ent_csv_init(&im->csv, file, im->separator);
  done = import_file(im);
  fclose(file);
  return done;
}

bool ent_import_run(ent_session *session, char **words, size_t n) {
  import *im = calloc(1, sizeof(*im));
  bool done;

  if (!im) return fail_memory();
  im->session = session;
  im->separator = ',';
  done = read_words(im, words, n) && import_path(im);
  free_import(im);
  return done;
}
