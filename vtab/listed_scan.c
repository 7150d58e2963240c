/* A scan of a cached query: a list with the rows that it names, or else the
 * SELECT that it stands for. */
#include "vtab/caching.h"
#include "vtab/hold.h"
#include "vtab/keyuse.h"
#include "vtab/listed_cursor.h"
#include "vtab/report.h"
#include "vtab/texts.h"
#include "vtab/transaction.h"
#include "vtab/value.h"

#include <string.h>

enum {
  ENT_LISTED_ROWS = ENT_ROW_MAX_SIZE,
  ENT_LISTED_ARGUMENTS = 4096, /* bytes by which a list is known */
};

int ent_listed_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out) {
  ent_listed *listed = (ent_listed *)vtab;
  ent_listed_scan *scan = sqlite3_malloc64(sizeof(*scan));

  if (!scan) return SQLITE_NOMEM;
  *scan = (ent_listed_scan){.table = NULL};
  ent_buf_init(&scan->key, ENT_LISTED_ARGUMENTS);
  ent_buf_init(&scan->bytes, ENT_LISTED_ROWS);
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
  int n = scan->arguments ? ent_listed_of(scan)->n_arguments : 0;

  end_statement(scan);
  for (int i = 0; i < n; i++)
    sqlite3_value_free(scan->arguments[i]);
  scan->arguments = NULL;
  scan->key.size = scan->bytes.size = 0;
  scan->at = scan->n = scan->from = scan->to = 0;
  scan->has_row = false;
  ent_arena_reset(&scan->arena);
  ent_arena_reset(&scan->list);
}

int ent_listed_close(sqlite3_vtab_cursor *cursor) {
  ent_listed_scan *scan = (ent_listed_scan *)cursor;
  ent_session *session = ent_listed_of(scan)->session;

  reset(scan);
  ent_arena_done(&scan->arena);
  ent_arena_done(&scan->list);
  ent_buf_done(&scan->key);
  ent_buf_done(&scan->bytes);
  sqlite3_free(scan);
  session->n_tvf_cursors--;
  ent_hold_closed(session);
  return SQLITE_OK;
}

static int fail(ent_listed_scan *scan, const ent_error *err) {
  ent_error told = *err;

  scan->n = 0;
  ent_error_context(&told, told.status, "query %s", ent_listed_of(scan)->name);
  return ent_report_vtab(scan->base.pVtab, ENT_PHASE_READ, &told);
}

/* What SQLite says of the statement. */
static ent_status statement_fail(const ent_listed *listed, int rc,
                                 ent_error *err) {
  ent_status status = rc == SQLITE_NOMEM       ? ENT_NOMEM
                      : rc == SQLITE_INTERRUPT ? ENT_INTERRUPTED
                      : rc == SQLITE_BUSY      ? ENT_BUSY
                      : rc == SQLITE_CANTOPEN  ? ENT_UNAVAILABLE
                                               : ENT_CONFIG;

  if (status == ENT_NOMEM) return ent_fail_nomem(err);
  return ent_fail(err, status, "%s", sqlite3_errmsg(listed->session->db));
}

/* ---- its two statements ---- */

static void append_names(sqlite3_str *sql, const ent_entity *entity,
                         const uint16_t *columns, size_t n) {
  for (size_t i = 0; i < n; i++)
    sqlite3_str_appendf(sql, "%s\"%w\"", i ? ", " : "",
                        entity->columns[columns[i]].name);
}

/* The key, and what the query looks by; or all columns. */
static char *text_of(const ent_listed *listed, bool of_keys) {
  const ent_entity *entity = listed->entity;
  sqlite3_str *sql = sqlite3_str_new(listed->session->db);

  sqlite3_str_appendall(sql, "SELECT ");
  if (of_keys) {
    append_names(sql, entity, entity->key_columns, 1);
    if (listed->text.n_columns) sqlite3_str_appendall(sql, ", ");
    append_names(sql, entity, listed->text.columns, listed->text.n_columns);
  }
  for (uint16_t i = 0; !of_keys && i < entity->n_columns; i++)
    sqlite3_str_appendf(sql, "%s\"%w\"", i ? ", " : "",
                        entity->columns[i].name);
  sqlite3_str_appendf(sql, " FROM \"%w\".\"%w\" %s", listed->schema, listed->of,
                      listed->declared->text);
  if (!listed->text.has_order && entity->n_key_columns) {
    sqlite3_str_appendall(sql, " ORDER BY ");
    append_names(sql, entity, entity->key_columns, entity->n_key_columns);
  }
  if (listed->declared->is_one) sqlite3_str_appendall(sql, " LIMIT 1");
  return sqlite3_str_finish(sql);
}

static ent_status prepare(const ent_listed *listed, bool of_keys,
                          sqlite3_stmt **stmt, ent_error *err) {
  char *sql = text_of(listed, of_keys);
  int rc = sql ? sqlite3_prepare_v3(listed->session->db, sql, -1,
                                    SQLITE_PREPARE_PERSISTENT, stmt, NULL)
               : SQLITE_NOMEM;

  sqlite3_free(sql);
  return rc ? statement_fail(listed, rc, err) : ENT_OK;
}

/* A statement with the arguments; another one where it runs already. */
static ent_status take_statement(ent_listed_scan *scan, bool of_keys,
                                 ent_error *err) {
  ent_listed *listed = ent_listed_of(scan);
  sqlite3_stmt **kept = of_keys ? &listed->keys : &listed->rows;
  ent_status status = ENT_OK;
  int rc = SQLITE_OK;

  if (!*kept) status = prepare(listed, of_keys, kept, err);
  if (status) return status;
  scan->owns_stmt = sqlite3_stmt_busy(*kept);
  scan->stmt = *kept;
  if (scan->owns_stmt) {
    scan->stmt = NULL;
    status = prepare(listed, of_keys, &scan->stmt, err);
  }
  if (status) return status;
  if (sqlite3_bind_parameter_count(scan->stmt) != listed->n_arguments) {
    return ent_fail(err, ENT_CONFIG, "it has other parameters than its text");
  }
  for (int i = 0; !rc && i < listed->n_arguments; i++)
    rc = sqlite3_bind_value(scan->stmt, i + 1, scan->arguments[i]);
  return rc ? statement_fail(listed, rc, err) : ENT_OK;
}

static ent_status step(ent_listed_scan *scan, ent_error *err) {
  int rc = sqlite3_step(scan->stmt);

  scan->has_row = rc == SQLITE_ROW;
  if (scan->has_row || rc == SQLITE_DONE) return ENT_OK;
  return statement_fail(ent_listed_of(scan), rc, err);
}

/* MySQL answers the whole query.                            model: Q_SELECT */
static ent_status start_select(ent_listed_scan *scan, ent_error *err) {
  ent_status status;

  end_statement(scan);
  scan->n = scan->from = scan->to = 0;
  status = take_statement(scan, false, err);
  return status ? status : step(scan, err);
}

/* ---- the list ---- */

/* An argument as it is compared: a number is one however it is written. */
static ent_status add_argument(const ent_listed *listed, int i,
                               sqlite3_value *argument, ent_row_writer *writer,
                               ent_error *err) {
  ent_value value;
  ent_status status;

  if (listed->text.numeric[i] != ENT_NO_NUMBER)
    (void)sqlite3_value_numeric_type(argument);
  status = ent_value_borrow(argument, &value, err);
  if (status) return status;
  if (listed->text.numeric[i] != ENT_NO_NUMBER && value.kind == ENT_F64 &&
      value.as.f64 > -9e15 && value.as.f64 < 9e15 &&
      (double)(int64_t)value.as.f64 == value.as.f64) {
    value = ent_value_i64((int64_t)value.as.f64);
  }
  return ent_row_put(writer, &value, err);
}

/* What the list is known by, with the kinds of its arguments; false where they
 * are too much. */
static bool make_key(ent_listed_scan *scan, ent_key *key) {
  const ent_listed *listed = ent_listed_of(scan);
  ent_row_writer writer;
  ent_status status =
      ent_row_begin(&writer, &scan->key, (uint16_t)listed->n_arguments, NULL);

  if (status) return false;
  for (int i = 0; !status && i < listed->n_arguments; i++) {
    /* A copy: what is bound stays as it was given. */
    sqlite3_value *copy = sqlite3_value_dup(scan->arguments[i]);

    status = copy ? add_argument(listed, i, copy, &writer, NULL) : ENT_NOMEM;
    sqlite3_value_free(copy);
  }
  if (status) {
    ent_row_drop(&writer);
    return false;
  }
  ent_row_end(&writer);
  *key = (ent_key){(const unsigned char *)scan->key.data,
                   (uint32_t)scan->key.size};
  return true;
}

/* Whether lists may be asked for: not by a statement that writes what it reads,
 * nor under one state, nor where a replica, which is late, would find them. */
static bool may_list(const ent_listed_scan *scan) {
  const ent_listed *listed = ent_listed_of(scan);
  ent_table *table = scan->table;
  const ent_session *session = listed->session;
  const ent_cached *cached = ent_caching_now(table);

  if (!listed->text.is_fixed || !cached || !cached->is_shared ||
      !session->pushdown || session->snapshot ||
      table->pool->config->n_replicas) {
    return false;
  }
  if (table->member.has_begun && ent_transaction_writer(session->db))
    return false;
  return !listed->text.has_like ||
         (ent_texts_is_built_in(session->db, "like") &&
          ent_texts_is_built_in(session->db, "glob"));
}

/* The key of the statement's row, and the hash of what is looked by. */
static ent_status take_key(ent_listed_scan *scan, ent_list_writer *writer,
                           ent_error *err) {
  const ent_listed *listed = ent_listed_of(scan);
  uint64_t hash = 0;
  ent_key_use use;
  ent_value value;
  ent_key key;
  ent_status status =
      ent_value_borrow(sqlite3_column_value(scan->stmt, 0), &value, err);

  if (!status) {
    status = ent_keyuse_make(listed->entity, false, &value, &scan->arena, &use,
                             &key, err);
  }
  if (!status && use != ENT_USE_KEY) {
    status = ent_fail(err, ENT_TOO_BIG, "a row is not found by its key alone");
  }
  for (size_t i = 0; !status && i < listed->text.n_columns; i++) {
    status = ent_value_borrow(sqlite3_column_value(scan->stmt, (int)i + 1),
                              &value, err);
    if (!status) hash = ent_list_hash(hash, &value);
  }
  return status ? status : ent_list_add_key(writer, hash, &key, err);
}

/* Finds the keys.  TOO_BIG: there are more than a list has.
 *                                                           model: Q_SELECT */
static ent_status find_keys(ent_listed_scan *scan, ent_list_writer *writer,
                            ent_error *err) {
  ent_status status = take_statement(scan, true, err);

  if (!status) status = step(scan, err);
  while (!status && scan->has_row) {
    status = take_key(scan, writer, err);
    if (!status) status = step(scan, err);
  }
  end_statement(scan);
  scan->has_row = false;
  return status;
}

/* The entries of a list, which is copied: what has it may go. */
static bool take_list(ent_listed_scan *scan, const ent_row *row) {
  const char *copy =
      ent_arena_copy(&scan->list, (const char *)row, ent_row_size(row));

  return copy && ent_list_read_row((const ent_row *)copy, &scan->list,
                                   &scan->entries, &scan->n);
}

static ent_status make_list(ent_listed_scan *scan, const ent_list_ask *ask,
                            ent_list_read *read, bool *has_list,
                            ent_error *err) {
  ent_source *source = scan->table->pool->source;
  ent_error why = {.status = ENT_OK};
  ent_list_writer writer;
  ent_deadline deadline;
  ent_buf row;
  ent_status status;

  ent_list_start(&writer);
  ent_buf_init(&row, ENT_LISTED_ROWS);
  status = find_keys(scan, &writer, &why);
  if (!status) status = ent_list_end(&writer, &row, &why);
  if (!status) {
    deadline = ent_session_deadline(ent_listed_of(scan)->session);
    ent_layered_list_fill(source, ask, read, (const ent_row *)row.data,
                          &deadline);
    *has_list = take_list(scan, (const ent_row *)row.data);
  }
  ent_buf_done(&row);
  ent_list_done(&writer);
  if (!status || status == ENT_TOO_BIG) return ENT_OK;
  if (err && !err->status) *err = why;
  return status;
}

static ent_status find_list(ent_listed_scan *scan, bool *has_list,
                            ent_error *err) {
  ent_listed *listed = ent_listed_of(scan);
  ent_source *source = scan->table->pool->source;
  ent_deadline deadline = ent_session_deadline(listed->session);
  ent_list_read read;
  ent_key key;
  ent_list_ask ask = {.entity = listed->entity,
                      .cached = ent_caching_now(scan->table),
                      .query = &listed->list,
                      .arguments = &key};
  ent_status status;

  *has_list = false;
  if (!make_key(scan, &key)) return ENT_OK;
  status = ent_layered_list(source, &ask, &deadline, &read, err);
  ent_session_waited(listed->session);
  if (!status && read.row) {
    *has_list = take_list(scan, read.row);
  } else if (!status && read.is_mine) {
    status = make_list(scan, &ask, &read, has_list, err);
  }
  ent_layered_list_end(&read);
  return status;
}

/* The rows that SQLite will look at. */
static void find_window(const ent_listed_scan *scan, int plan,
                        sqlite3_value **argv, size_t *from, size_t *to) {
  int at = ent_listed_of(scan)->n_arguments;
  sqlite3_int64 limit =
      plan & ENT_LISTED_LIMIT ? sqlite3_value_int64(argv[at++]) : -1;
  sqlite3_int64 offset =
      plan & ENT_LISTED_OFFSET ? sqlite3_value_int64(argv[at]) : 0;

  if (offset < 0) offset = 0;
  *from = (uint64_t)offset < scan->n ? (size_t)offset : scan->n;
  *to = scan->n;
  if (limit >= 0 && (uint64_t)limit < *to - *from) *to = *from + (size_t)limit;
}

static ent_status start(ent_listed_scan *scan, int plan, sqlite3_value **argv,
                        ent_error *err) {
  bool has_list = false;
  size_t from, to;
  ent_status status =
      ent_hold_begin(ent_listed_of(scan)->session, scan->table->pool, err);

  if (!status && may_list(scan)) status = find_list(scan, &has_list, err);
  if (!status && has_list && !(plan & ENT_LISTED_COUNTS)) {
    find_window(scan, plan, argv, &from, &to);
    status = ent_listed_take_rows(scan, from, to, &has_list, err);
  }
  return status || has_list ? status : start_select(scan, err);
}

int ent_listed_filter(sqlite3_vtab_cursor *cursor, int plan, const char *words,
                      int argc, sqlite3_value **argv) {
  ent_listed_scan *scan = (ent_listed_scan *)cursor;
  ent_listed *listed = ent_listed_of(scan);
  ent_error err = {.status = ENT_OK};
  ent_status status;

  (void)words, (void)argc;
  reset(scan);
  status = ent_listed_meet(listed, &scan->table, &err);
  if (!status) {
    scan->arguments =
        ent_arena_zalloc(&scan->arena, ((size_t)listed->n_arguments + 1) *
                                           sizeof(sqlite3_value *));
    if (!scan->arguments) status = ent_fail_nomem(&err);
  }
  for (int i = 0; !status && i < listed->n_arguments; i++) {
    scan->arguments[i] = sqlite3_value_dup(argv[i]);
    if (!scan->arguments[i]) status = ent_fail_nomem(&err);
  }
  if (!status) status = start(scan, plan, argv, &err);
  return status ? fail(scan, &err) : SQLITE_OK;
}

int ent_listed_next(sqlite3_vtab_cursor *cursor) {
  ent_listed_scan *scan = (ent_listed_scan *)cursor;
  ent_error err = {.status = ENT_OK};

  scan->at++;
  if (!scan->stmt) return SQLITE_OK;
  return step(scan, &err) ? fail(scan, &err) : SQLITE_OK;
}

int ent_listed_eof(sqlite3_vtab_cursor *cursor) {
  const ent_listed_scan *scan = (const ent_listed_scan *)cursor;

  return scan->stmt ? !scan->has_row : scan->at >= scan->n;
}

/* A row of the list that SQLite did not say it would look at. */
static int need_row(ent_listed_scan *scan) {
  ent_error err = {.status = ENT_OK};
  bool has_all = false;
  ent_status status;

  if (scan->at >= scan->from && scan->at < scan->to) return SQLITE_OK;
  status = ent_listed_take_rows(scan, scan->at, scan->n, &has_all, &err);
  if (!status && !has_all) {
    status =
        ent_fail(&err, ENT_BUSY, "its rows were changed while they were read");
  }
  return status ? fail(scan, &err) : SQLITE_OK;
}

static bool is_shelved(const ent_listed_scan *scan, const ent_row *row) {
  return (const char *)row < scan->bytes.data ||
         (const char *)row >= scan->bytes.data + scan->bytes.size;
}

int ent_listed_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                      int column) {
  ent_listed_scan *scan = (ent_listed_scan *)cursor;
  const ent_listed *listed = ent_listed_of(scan);
  const ent_row *row;
  int rc;

  if (column >= listed->n_columns) {
    sqlite3_result_value(context, scan->arguments[column - listed->n_columns]);
    return SQLITE_OK;
  }
  if (scan->stmt) {
    sqlite3_result_value(context, sqlite3_column_value(scan->stmt, column));
    return SQLITE_OK;
  }
  rc = need_row(scan);
  if (rc) return rc;
  row = scan->rows[scan->at - scan->from];
  ent_value_result_column(&listed->session->numerals, context, row,
                          (unsigned)column, &listed->entity->columns[column],
                          is_shelved(scan, row) ? SQLITE_STATIC
                                                : SQLITE_TRANSIENT);
  return SQLITE_OK;
}

int ent_listed_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = (sqlite3_int64)((ent_listed_scan *)cursor)->at + 1;
  return SQLITE_OK;
}
