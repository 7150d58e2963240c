/* A scan of a cached query: a list with the rows that it names, or else the
 * SELECT that it stands for. */
#include "backends/base/faults.h"
#include "vtab/hold.h"
#include "vtab/listed.h"
#include "vtab/listing.h"
#include "vtab/report.h"
#include "vtab/value.h"

#include <string.h>

typedef struct ent_listed_scan {
  sqlite3_vtab_cursor base; /* must be first */
  ent_arena arena;
  sqlite3_value **arguments; /* n_arguments */
  size_t at;                 /* the current row */
  ent_listing listing;
  const ent_row *row; /* the current one of the list; NULL: not looked for */
  sqlite3_destructor_type keep; /* its bytes */
  ent_buf bytes;      /* of rows that are not on the session's shelf */
  sqlite3_stmt *stmt; /* instead of a list; or NULL */
  bool owns_stmt;
  bool has_row;    /* of the statement */
  bool of_primary; /* it reads what is in no cache and on no replica */
} ent_listed_scan;

static ent_listed *listed_of(const ent_listed_scan *scan) {
  return (ent_listed *)scan->base.pVtab;
}

int ent_listed_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out) {
  ent_listed *listed = (ent_listed *)vtab;
  ent_listed_scan *scan = sqlite3_malloc64(sizeof(*scan));

  if (!scan) return SQLITE_NOMEM;
  *scan = (ent_listed_scan){.at = 0};
  ent_buf_init(&scan->bytes, ENT_ROW_MAX_SIZE);
  ent_listing_init(&scan->listing, &scan->bytes);
  scan->listing.keys = &listed->keys;
  listed->session->n_tvf_cursors++;
  *out = &scan->base;
  return SQLITE_OK;
}

static void end_statement(ent_listed_scan *scan) {
  if (!scan->stmt) return;
  if (scan->owns_stmt) {
    sqlite3_finalize(scan->stmt);
  } else {
    sqlite3_reset(scan->stmt);
    sqlite3_clear_bindings(scan->stmt);
  }
  scan->stmt = NULL;
}

static void reset(ent_listed_scan *scan) {
  int n = scan->arguments ? listed_of(scan)->n_arguments : 0;

  end_statement(scan);
  for (int i = 0; i < n; i++)
    sqlite3_value_free(scan->arguments[i]);
  scan->arguments = NULL;
  scan->bytes.size = 0;
  scan->at = 0;
  scan->row = NULL;
  scan->has_row = scan->of_primary = false;
  ent_listing_reset(&scan->listing);
  ent_arena_reset(&scan->arena);
}

int ent_listed_close(sqlite3_vtab_cursor *cursor) {
  ent_listed_scan *scan = (ent_listed_scan *)cursor;
  ent_session *session = listed_of(scan)->session;

  reset(scan);
  ent_listing_done(&scan->listing);
  ent_arena_done(&scan->arena);
  ent_buf_done(&scan->bytes);
  sqlite3_free(scan);
  session->n_tvf_cursors--;
  ent_hold_closed(session);
  return SQLITE_OK;
}

static int fail(ent_listed_scan *scan, const ent_error *err) {
  ent_error told = *err;

  scan->listing.n = 0;
  ent_error_context(&told, told.status, "query %s", listed_of(scan)->name);
  return ent_report_vtab(scan->base.pVtab, ENT_PHASE_READ, &told);
}

/* The statement with the arguments; another one where it runs already. */
static ent_status take_statement(ent_listed_scan *scan, ent_error *err) {
  ent_listed *listed = listed_of(scan);
  const ent_listed_place place = {listed->session, listed->schema, listed->of};
  sqlite3_stmt **kept = &listed->rows;
  ent_status status = ENT_OK;

  scan->owns_stmt = sqlite3_stmt_busy(*kept);
  if (scan->owns_stmt) {
    status = ent_listed_query_prepare(&listed->query, &place, false,
                                      &scan->stmt, err);
  } else {
    if (!*kept) {
      status =
          ent_listed_query_prepare(&listed->query, &place, false, kept, err);
    }
    scan->stmt = *kept;
  }
  if (status) return status;
  return ent_listed_query_bind(&listed->query, listed->session, scan->stmt,
                               scan->arguments, err);
}

static ent_status step(ent_listed_scan *scan, ent_error *err) {
  ent_session *session = listed_of(scan)->session;
  bool before = session->of_primary;
  ent_status status;

  session->of_primary = before || (scan->of_primary && !ent_fault("late-list"));
  status = ent_listed_query_step(session, scan->stmt, &scan->has_row, err);
  session->of_primary = before;
  return status;
}

/* MySQL answers the whole query.                            model: Q_SELECT */
static ent_status start_select(ent_listed_scan *scan, ent_error *err) {
  ent_session *session = listed_of(scan)->session;
  bool was_listing = session->is_listing;
  ent_status status;

  end_statement(scan);
  scan->of_primary = scan->listing.of_primary;
  ent_listing_reset(&scan->listing);
  session->is_listing = true;
  status = take_statement(scan, err);
  if (!status) status = step(scan, err);
  session->is_listing = was_listing;
  return status;
}

/* The rows that SQLite will look at. */
static void find_window(const ent_listed_scan *scan, int plan,
                        sqlite3_value **argv, size_t *from, size_t *to) {
  int at = listed_of(scan)->n_arguments;
  size_t n = scan->listing.n;
  sqlite3_int64 limit =
      plan & ENT_LISTED_LIMIT ? sqlite3_value_int64(argv[at++]) : -1;
  sqlite3_int64 offset =
      plan & ENT_LISTED_OFFSET ? sqlite3_value_int64(argv[at]) : 0;

  if (offset < 0) offset = 0;
  *from = (uint64_t)offset < n ? (size_t)offset : n;
  *to = n;
  if (limit >= 0 && (uint64_t)limit < *to - *from) *to = *from + (size_t)limit;
}

static ent_status start(ent_listed_scan *scan, int plan, sqlite3_value **argv,
                        ent_error *err) {
  ent_listing *listing = &scan->listing;
  bool has_list = false;
  size_t from, to;
  ent_status status =
      ent_hold_begin(listed_of(scan)->session, listing->table->pool, err);

  if (!status && ent_listing_may(listing->table, listing->query))
    status = ent_listing_find(listing, &has_list, err);
  if (!status && has_list && !(plan & ENT_LISTED_COUNTS)) {
    find_window(scan, plan, argv, &from, &to);
    status = ent_listing_take_rows(listing, from, to, &has_list, err);
  }
  return status || has_list ? status : start_select(scan, err);
}

int ent_listed_filter(sqlite3_vtab_cursor *cursor, int plan, const char *words,
                      int argc, sqlite3_value **argv) {
  ent_listed_scan *scan = (ent_listed_scan *)cursor;
  ent_listed *listed = listed_of(scan);
  ent_error err;
  ent_status status;

  (void)words, (void)argc;
  ent_error_clear(&err);
  reset(scan);
  status = ent_listed_meet(listed, &scan->listing.table, &err);
  scan->listing.query = &listed->query;
  if (!status) {
    scan->arguments =
        ent_arena_zalloc(&scan->arena, ((size_t)listed->n_arguments + 1) *
                                           sizeof(sqlite3_value *));
    scan->listing.arguments = scan->arguments;
    if (!scan->arguments) status = ent_fail_nomem(&err);
  }
  for (int i = 0; !status && i < listed->n_arguments; i++) {
    scan->arguments[i] = sqlite3_value_dup(argv[i]);
    if (!scan->arguments[i]) status = ent_fail_nomem(&err);
  }
  if (!status) status = start(scan, plan, argv, &err);
  return status ? fail(scan, &err) : SQLITE_OK;
}

ENT_COLD static int step_next(ent_listed_scan *scan) {
  ent_error err = {.status = ENT_OK};

  return step(scan, &err) ? fail(scan, &err) : SQLITE_OK;
}

int ent_listed_next(sqlite3_vtab_cursor *cursor) {
  ent_listed_scan *scan = (ent_listed_scan *)cursor;

  scan->at++;
  scan->row = NULL;
  return scan->stmt ? step_next(scan) : SQLITE_OK;
}

int ent_listed_eof(sqlite3_vtab_cursor *cursor) {
  const ent_listed_scan *scan = (const ent_listed_scan *)cursor;

  return scan->stmt ? !scan->has_row : scan->at >= scan->listing.n;
}

/* A row of the list that SQLite did not say it would look at. */
ENT_COLD static int take_rest(ent_listed_scan *scan) {
  ent_listing *listing = &scan->listing;
  ent_error err = {.status = ENT_OK};
  bool has_all = false;
  ent_status status;

  status = ent_listing_take_rows(listing, scan->at, listing->n, &has_all, &err);
  if (!status && !has_all) {
    status = ent_fail(&err, ENT_BUSY,
                      "rows of its list were changed, or are too much, while "
                      "they were read; ask again");
  }
  return status ? fail(scan, &err) : SQLITE_OK;
}

static bool is_shelved(const ent_listed_scan *scan, const ent_row *row) {
  return (const char *)row < scan->bytes.data ||
         (const char *)row >= scan->bytes.data + scan->bytes.size;
}

/* Looks for the current row of a list. */
static int find_row(ent_listed_scan *scan) {
  const ent_listing *listing = &scan->listing;
  int rc = scan->at < listing->from || scan->at >= listing->to ? take_rest(scan)
                                                               : SQLITE_OK;

  if (rc) return rc;
  scan->row = listing->rows[scan->at - listing->from];
  scan->keep = is_shelved(scan, scan->row) ? SQLITE_STATIC : SQLITE_TRANSIENT;
  return SQLITE_OK;
}

/* What is no column of a row that is here. */
ENT_COLD static int result_other(ent_listed_scan *scan,
                                 sqlite3_context *context, int column) {
  int n_columns = listed_of(scan)->n_columns;

  if (column >= n_columns) {
    sqlite3_result_value(context, scan->arguments[column - n_columns]);
  } else {
    sqlite3_result_value(context, sqlite3_column_value(scan->stmt, column));
  }
  return SQLITE_OK;
}

int ent_listed_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                      int column) {
  ent_listed_scan *scan = (ent_listed_scan *)cursor;
  const ent_listed *listed = listed_of(scan);

  if (scan->stmt || column >= listed->n_columns)
    return result_other(scan, context, column);
  if (!scan->row) {
    int rc = find_row(scan);

    if (rc) return rc;
  }
  return ent_value_result_column(
      &listed->session->numerals, context, scan->row, (unsigned)column,
      &listed->query.entity->columns[column], scan->keep);
}

int ent_listed_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = (sqlite3_int64)((ent_listed_scan *)cursor)->at + 1;
  return SQLITE_OK;
}
