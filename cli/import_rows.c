#include "cli/import_rows.h"

#include <stdlib.h>
#include <string.h>

static const char module_name[] = "entable_import";

typedef struct rows_table {
  sqlite3_vtab base; /* must be first */
  ent_import_rows *rows;
} rows_table;

typedef struct rows_cursor {
  sqlite3_vtab_cursor base; /* must be first */
  bool at_end;
} rows_cursor;

static ent_import_rows *rows_of(const sqlite3_vtab_cursor *cursor) {
  return ((rows_table *)cursor->pVtab)->rows;
}

static int rows_connect(sqlite3 *db, void *aux, int argc,
                        const char *const *argv, sqlite3_vtab **vtab,
                        char **message) {
  ent_import_rows *rows = aux;
  sqlite3_str *sql = sqlite3_str_new(db);
  rows_table *table = NULL;
  char *text;
  int rc;

  (void)argc, (void)argv, (void)message;
  sqlite3_str_appendall(sql, "CREATE TABLE x(");
  for (size_t i = 1; i <= rows->n_columns; i++) {
    sqlite3_str_appendf(sql, "%sc%llu", i > 1 ? ", " : "",
                        (unsigned long long)i);
  }
  sqlite3_str_appendall(sql, ")");
  text = sqlite3_str_finish(sql);
  rc = text ? sqlite3_declare_vtab(db, text) : SQLITE_NOMEM;
  sqlite3_free(text);
  if (rc) return rc;
  table = sqlite3_malloc64(sizeof(*table));
  if (!table) return SQLITE_NOMEM;
  *table = (rows_table){.rows = rows};
  *vtab = &table->base;
  return SQLITE_OK;
}

static int rows_disconnect(sqlite3_vtab *vtab) {
  sqlite3_free(vtab);
  return SQLITE_OK;
}

static int rows_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  (void)vtab;
  info->estimatedCost = 1e6;
  return SQLITE_OK;
}

static int rows_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out) {
  rows_cursor *cursor = sqlite3_malloc64(sizeof(*cursor));

  (void)vtab;
  if (!cursor) return SQLITE_NOMEM;
  *cursor = (rows_cursor){.at_end = false};
  *out = &cursor->base;
  return SQLITE_OK;
}

static int rows_close(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int fail(sqlite3_vtab_cursor *cursor, const ent_error *err) {
  sqlite3_vtab *vtab = cursor->pVtab;

  sqlite3_free(vtab->zErrMsg);
  vtab->zErrMsg = sqlite3_mprintf("%s", err->text);
  return err->status == ENT_NOMEM ? SQLITE_NOMEM : SQLITE_ERROR;
}

/* An empty line is no row, where a row has more than one field. */
static bool is_blank(const ent_import_rows *rows) {
  ent_csv_field field;

  if (rows->n_columns == 1 || rows->csv->n_fields != 1) return false;
  ent_csv_text(rows->csv, 0, &field);
  return !field.size && !field.is_quoted;
}

static ent_status read_record(ent_import_rows *rows, ent_error *err) {
  ent_csv *csv = rows->csv;
  ent_status status = ENT_OK;

  do {
    if (!rows->has_record) status = ent_csv_next(csv, err);
    rows->has_record = false;
  } while (!status && is_blank(rows));
  if (status || csv->n_fields == rows->n_columns) return status;
  return ent_fail(err, ENT_REJECTED,
                  "line %llu: %zu field%s instead of %zu: %s",
                  (unsigned long long)csv->record_line, csv->n_fields,
                  csv->n_fields == 1 ? "" : "s", rows->n_columns, rows->names);
}

static int rows_next(sqlite3_vtab_cursor *base) {
  rows_cursor *cursor = (rows_cursor *)base;
  ent_import_rows *rows = rows_of(base);
  ent_error err = {0};
  ent_status status = read_record(rows, &err);

  if (status == ENT_DONE) {
    cursor->at_end = true;
    return SQLITE_OK;
  }
  if (status) return fail(base, &err);
  rows->n_rows++;
  ent_progress_say(&rows->progress, rows->n_rows, rows->csv->n_read,
                   rows->file_size);
  return SQLITE_OK;
}

static int rows_filter(sqlite3_vtab_cursor *base, int number, const char *text,
                       int argc, sqlite3_value **argv) {
  (void)number, (void)text, (void)argc, (void)argv;
  return rows_next(base);
}

static int rows_eof(sqlite3_vtab_cursor *base) {
  return ((rows_cursor *)base)->at_end;
}

static int digit_of(char c) {
  static const char digits[] = "0123456789abcdef";
  const char *at = strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c);

  return c && at ? (int)(at - digits) : -1;
}

/* Whether a field is x'0a', as blobs are written to CSV; its bytes then. */
static bool read_blob(const char *text, size_t size, unsigned char **bytes) {
  size_t n;

  if (size < 3 || size % 2 == 0 || (text[0] != 'x' && text[0] != 'X') ||
      text[1] != '\'' || text[size - 1] != '\'') {
    return false;
  }
  n = (size - 3) / 2;
  *bytes = sqlite3_malloc64(n + 1);
  if (!*bytes) return true;
  for (size_t i = 0; i < n; i++) {
    int high = digit_of(text[2 + 2 * i]);
    int low = digit_of(text[3 + 2 * i]);

    if (high < 0 || low < 0) {
      sqlite3_free(*bytes);
      return false;
    }
    (*bytes)[i] = (unsigned char)(high << 4 | low);
  }
  return true;
}

static int rows_column(sqlite3_vtab_cursor *base, sqlite3_context *context,
                       int i) {
  const ent_import_rows *rows = rows_of(base);
  unsigned char *bytes;
  ent_csv_field field;
  const char *text = ent_csv_text(rows->csv, (size_t)i, &field);

  if (!field.size && !field.is_quoted) return SQLITE_OK;
  if (rows->is_blob[i] && !field.is_quoted &&
      read_blob(text, field.size, &bytes)) {
    if (!bytes) return SQLITE_NOMEM;
    sqlite3_result_blob64(context, bytes, (field.size - 3) / 2, sqlite3_free);
    return SQLITE_OK;
  }
  sqlite3_result_text64(context, text, field.size, SQLITE_TRANSIENT,
                        SQLITE_UTF8);
  return SQLITE_OK;
}

static int rows_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
  *rowid = (sqlite3_int64)rows_of(base)->n_rows;
  return SQLITE_OK;
}

/* Without xCreate the table is there as soon as the module is. */
static const sqlite3_module rows_module = {
    .xConnect = rows_connect,
    .xBestIndex = rows_best_index,
    .xDisconnect = rows_disconnect,
    .xOpen = rows_open,
    .xClose = rows_close,
    .xFilter = rows_filter,
    .xNext = rows_next,
    .xEof = rows_eof,
    .xColumn = rows_column,
    .xRowid = rows_rowid,
};

int ent_import_rows_register(sqlite3 *db, ent_import_rows *rows) {
  return sqlite3_create_module_v2(db, module_name, &rows_module, rows, NULL);
}

void ent_import_rows_unregister(sqlite3 *db) {
  sqlite3_create_module_v2(db, module_name, NULL, NULL, NULL);
}
