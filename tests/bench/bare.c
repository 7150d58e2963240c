#include "tests/bench/bare.h"

#include <sqlite3.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_TEXTS = 4, /* created, name, email, note */
  ENT_TEXT_BYTES = 160,
  ENT_BY_ID = 1, /* the plan that is no scan */
};

/* Where the texts of a row begin, and end with a NUL. */
static const int places[ENT_TEXTS + 1] = {0, 20, 34, 59, ENT_TEXT_BYTES};

typedef struct bare_row {
  int64_t id;
  int64_t user_id;
  int64_t status;
  int64_t flags;
  double amount;
  int64_t score;
  char texts[ENT_TEXT_BYTES];
} bare_row;

struct ent_bare {
  bare_row *rows;
  int64_t n;
};

typedef struct bare_table {
  sqlite3_vtab base; /* must be first */
  const ent_bare *bare;
} bare_table;

typedef struct bare_cursor {
  sqlite3_vtab_cursor base; /* must be first */
  const ent_bare *bare;
  int64_t at;
  int64_t end;
} bare_cursor;

static int bare_connect(sqlite3 *db, void *aux, int argc,
                        const char *const *argv, sqlite3_vtab **out,
                        char **message) {
  static const char columns[] =
      "CREATE TABLE x(id INTEGER, user_id INTEGER, status INTEGER,"
      " flags INTEGER, amount REAL, score INTEGER, created TEXT, name TEXT,"
      " email TEXT, note TEXT)";
  bare_table *table;
  int rc = sqlite3_declare_vtab(db, columns);

  (void)argc, (void)argv, (void)message;
  if (rc) return rc;
  table = sqlite3_malloc64(sizeof(*table));
  if (!table) return SQLITE_NOMEM;
  *table = (bare_table){.bare = aux};
  *out = &table->base;
  return SQLITE_OK;
}

static int bare_disconnect(sqlite3_vtab *table) {
  sqlite3_free(table);
  return SQLITE_OK;
}

static int bare_best_index(sqlite3_vtab *base, sqlite3_index_info *info) {
  const bare_table *table = (const bare_table *)base;

  info->estimatedCost = (double)table->bare->n;
  info->estimatedRows = table->bare->n;
  for (int i = 0; i < info->nConstraint; i++) {
    if (!info->aConstraint[i].usable || info->aConstraint[i].iColumn > 0 ||
        info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ) {
      continue;
    }
    info->aConstraintUsage[i].argvIndex = 1;
    info->aConstraintUsage[i].omit = 1;
    info->idxNum = ENT_BY_ID;
    info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
    info->estimatedCost = 1;
    info->estimatedRows = 1;
    break;
  }
  return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out) {
  bare_cursor *cursor = sqlite3_malloc64(sizeof(*cursor));

  if (!cursor) return SQLITE_NOMEM;
  *cursor = (bare_cursor){.bare = ((const bare_table *)base)->bare};
  *out = &cursor->base;
  return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int cursor_filter(sqlite3_vtab_cursor *base, int plan, const char *words,
                         int argc, sqlite3_value **argv) {
  bare_cursor *cursor = (bare_cursor *)base;

  (void)words, (void)argc;
  cursor->at = 0;
  cursor->end = cursor->bare->n;
  if (plan == ENT_BY_ID) {
    int64_t id = sqlite3_value_int64(argv[0]);
    bool is_there = id >= 1 && id <= cursor->bare->n;

    cursor->at = is_there ? id - 1 : 0;
    cursor->end = is_there ? id : 0;
  }
  return SQLITE_OK;
}

static int cursor_next(sqlite3_vtab_cursor *base) {
  ((bare_cursor *)base)->at++;
  return SQLITE_OK;
}

static int cursor_eof(sqlite3_vtab_cursor *base) {
  const bare_cursor *cursor = (const bare_cursor *)base;

  return cursor->at >= cursor->end;
}

static int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context,
                         int column) {
  const bare_cursor *cursor = (const bare_cursor *)base;
  const bare_row *row = &cursor->bare->rows[cursor->at];

  switch (column) {
  case 0: sqlite3_result_int64(context, row->id); break;
  case 1: sqlite3_result_int64(context, row->user_id); break;
  case 2: sqlite3_result_int64(context, row->status); break;
  case 3: sqlite3_result_int64(context, row->flags); break;
  case 4: sqlite3_result_double(context, row->amount); break;
  case 5: sqlite3_result_int64(context, row->score); break;
  default:
    /* With its NUL, and so not copied again by who asks for its text. */
    sqlite3_result_text(context, row->texts + places[column - 6], -1,
                        SQLITE_STATIC);
  }
  return SQLITE_OK;
}

static int cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *id) {
  const bare_cursor *cursor = (const bare_cursor *)base;

  *id = cursor->bare->rows[cursor->at].id;
  return SQLITE_OK;
}

/* Without xCreate there is one table, of the module's name. */
static const sqlite3_module module = {
    .xConnect = bare_connect,
    .xBestIndex = bare_best_index,
    .xDisconnect = bare_disconnect,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_filter,
    .xNext = cursor_next,
    .xEof = cursor_eof,
    .xColumn = cursor_column,
    .xRowid = cursor_rowid,
};

static void take_text(sqlite3_stmt *stmt, int text, bare_row *row) {
  const unsigned char *data = sqlite3_column_text(stmt, 6 + text);
  int size = sqlite3_column_bytes(stmt, 6 + text);
  int room = places[text + 1] - places[text] - 1;

  if (size > room) size = room;
  if (data) memcpy(row->texts + places[text], data, (size_t)size);
}

static void take_row(sqlite3_stmt *stmt, bare_row *row) {
  row->id = sqlite3_column_int64(stmt, 0);
  row->user_id = sqlite3_column_int64(stmt, 1);
  row->status = sqlite3_column_int64(stmt, 2);
  row->flags = sqlite3_column_int64(stmt, 3);
  row->amount = sqlite3_column_double(stmt, 4);
  row->score = sqlite3_column_int64(stmt, 5);
  for (int i = 0; i < ENT_TEXTS; i++)
    take_text(stmt, i, row);
}

static ent_status read_rows(ent_ours *ours, ent_bare *bare, ent_error *err) {
  sqlite3 *db = ent_ours_handle(ours);
  sqlite3_stmt *stmt = NULL;
  int64_t n = 0;

  sqlite3_prepare_v2(
      db, "SELECT * FROM bench_row WHERE id BETWEEN 1 AND ? ORDER BY id", -1,
      &stmt, NULL);
  sqlite3_bind_int64(stmt, 1, bare->n);
  while (n < bare->n && sqlite3_step(stmt) == SQLITE_ROW) {
    take_row(stmt, &bare->rows[n++]);
    if (bare->rows[n - 1].id != n) break;
  }
  sqlite3_finalize(stmt);
  if (n == bare->n && bare->rows[n - 1].id == n) return ENT_OK;
  return ent_fail(err, ENT_PROTOCOL, "bench_row has not the rows 1 to %lld: %s",
                  (long long)bare->n, sqlite3_errmsg(db));
}

ent_status ent_bare_open(ent_ours *ours, int64_t n, ent_bare **out,
                         ent_error *err) {
  ent_bare *bare = calloc(1, sizeof(*bare));
  ent_status status;

  if (!bare) return ent_fail_nomem(err);
  bare->n = n;
  bare->rows = calloc((size_t)n, sizeof(*bare->rows));
  status = bare->rows ? read_rows(ours, bare, err) : ent_fail_nomem(err);
  if (status) {
    ent_bare_close(bare);
    return status;
  }
  *out = bare;
  return ENT_OK;
}

void ent_bare_close(ent_bare *bare) {
  if (!bare) return;
  free(bare->rows);
  free(bare);
}

/* A database that shows the array under a name. */
static ent_status open_showing(ent_bare *bare, const char *name, ent_ours **out,
                               ent_error *err) {
  ent_ours *ours;
  ent_status status = ent_ours_open_plain(&ours, err);

  if (status) return status;
  if (sqlite3_create_module_v2(ent_ours_handle(ours), name, &module, bare,
                               NULL)) {
    ent_ours_close(ours);
    return ent_fail(err, ENT_REJECTED, "no module %s", name);
  }
  *out = ours;
  return ENT_OK;
}

ent_status ent_bare_virtual(ent_bare *bare, int in_size, ent_ours **out,
                            ent_error *err) {
  ent_ours *ours = NULL;
  ent_status status = open_showing(bare, "bench_row", &ours, err);

  if (!status) status = ent_ours_prepare(ours, in_size, err);
  if (status) {
    ent_ours_close(ours);
    return status;
  }
  *out = ours;
  return ENT_OK;
}

ent_status ent_bare_ordinary(ent_bare *bare, int in_size, ent_ours **out,
                             ent_error *err) {
  static const char *const statements[] = {
      "CREATE TABLE bench_row (id INTEGER PRIMARY KEY, user_id INTEGER,"
      " status INTEGER, flags INTEGER, amount REAL, score INTEGER,"
      " created TEXT, name TEXT, email TEXT, note TEXT)",
      "INSERT INTO bench_row SELECT * FROM bare",
  };
  ent_ours *ours = NULL;
  uint64_t n;
  ent_status status = open_showing(bare, "bare", &ours, err);

  for (size_t i = 0; !status && i < ENT_COUNT(statements); i++)
    status = ent_ours_write(ours, statements[i], 0, &n, err);
  if (!status) status = ent_ours_prepare(ours, in_size, err);
  if (status) {
    ent_ours_close(ours);
    return status;
  }
  *out = ours;
  return ENT_OK;
}
