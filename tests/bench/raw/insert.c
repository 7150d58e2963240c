#include "tests/bench/raw/insert.h"

#include <mysql.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { ENT_COLUMNS = 10, ENT_TEXTS = 3, ENT_TEXT_SIZE = 128 };

/* Values by column, as bulk execution wants them: numbers in an array, dates
 * and texts behind an array of pointers. */
struct ent_raw_writer {
  ent_raw *raw;
  ent_raw_statement *bulk;
  ent_raw_statement *single;
  ent_raw_statement *auto_ids;
  int64_t last_id;
  int64_t ids[ENT_RAW_BULK];
  int32_t ints[3][ENT_RAW_BULK]; /* user_id, status, flags */
  double amounts[ENT_RAW_BULK];
  int64_t scores[ENT_RAW_BULK];
  MYSQL_TIME created[ENT_RAW_BULK];
  MYSQL_TIME *created_at[ENT_RAW_BULK];
  char texts[ENT_TEXTS][ENT_RAW_BULK][ENT_TEXT_SIZE]; /* name, email, note */
  char *text_at[ENT_TEXTS][ENT_RAW_BULK];
  unsigned long sizes[ENT_TEXTS][ENT_RAW_BULK];
};

/* A text of a prefix, a number of so many digits and a suffix. */
static void fill_text(ent_raw_writer *writer, int text, int row,
                      const char *prefix, int n_digits, const char *suffix) {
  char *at = writer->texts[text][row];

  writer->sizes[text][row] = (unsigned long)snprintf(
      at, ENT_TEXT_SIZE, "%s%0*d%s", prefix, n_digits, row, suffix);
  writer->text_at[text][row] = at;
}

/* Everything but the ids, which are new in every batch. */
static void fill(ent_raw_writer *writer) {
  for (int i = 0; i < ENT_RAW_BULK; i++) {
    writer->ints[0][i] = i * 7919 % 100003;
    writer->ints[1][i] = i % 5;
    writer->ints[2][i] = i % 256;
    writer->amounts[i] = i / 100.0;
    writer->scores[i] = (int64_t)i * 1000003;
    writer->created[i] = (MYSQL_TIME){.year = 2020,
                                      .month = 1,
                                      .day = 1 + (unsigned)i % 28,
                                      .time_type = MYSQL_TIMESTAMP_DATETIME};
    writer->created_at[i] = &writer->created[i];
    fill_text(writer, 0, i, "name-", 8, "");
    fill_text(writer, 1, i, "user", 8, "@example.org");
    fill_text(writer, 2, i, "note ", 95, "");
  }
}

/* Points the binds at the arrays, or at their first row.  A date and a text
 * are behind a pointer in bulk execution and are given themselves otherwise. */
static void point_binds(ent_raw_writer *writer, MYSQL_BIND *binds, bool bulk) {
  binds[0].buffer = writer->ids;
  for (int i = 0; i < 3; i++) {
    binds[1 + i].buffer = writer->ints[i];
  }
  binds[4].buffer = writer->amounts;
  binds[5].buffer = writer->scores;
  binds[6].buffer = bulk ? (void *)writer->created_at : writer->created;
  for (int i = 0; i < ENT_TEXTS; i++) {
    binds[7 + i].buffer =
        bulk ? (void *)writer->text_at[i] : (void *)writer->texts[i][0];
    binds[7 + i].length = writer->sizes[i];
  }
}

static void type_binds(MYSQL_BIND *binds) {
  static const enum enum_field_types types[ENT_COLUMNS] = {
      MYSQL_TYPE_LONGLONG, MYSQL_TYPE_LONG,   MYSQL_TYPE_LONG,
      MYSQL_TYPE_LONG,     MYSQL_TYPE_DOUBLE, MYSQL_TYPE_LONGLONG,
      MYSQL_TYPE_DATETIME, MYSQL_TYPE_STRING, MYSQL_TYPE_STRING,
      MYSQL_TYPE_STRING,
  };

  for (int i = 0; i < ENT_COLUMNS; i++) {
    binds[i].buffer_type = types[i];
  }
}

/* Prepares one form of the INSERT and binds it for good. */
static ent_status prepare(ent_raw_writer *writer, bool bulk, ent_error *err) {
  MYSQL_BIND binds[ENT_COLUMNS] = {0};
  unsigned array_size = bulk ? ENT_RAW_BULK : 0;
  ent_raw_statement **statement = bulk ? &writer->bulk : &writer->single;
  ent_status status = ent_raw_prepare(
      writer->raw, "INSERT INTO bench_insert VALUES (?,?,?,?,?,?,?,?,?,?)",
      statement, err);

  if (status) return status;
  type_binds(binds);
  point_binds(writer, binds, bulk);
  if (mysql_stmt_attr_set(*statement, STMT_ATTR_ARRAY_SIZE, &array_size) ||
      mysql_stmt_bind_param(*statement, binds)) {
    return ent_raw_statement_fail(*statement, "bind a row", err);
  }
  return ENT_OK;
}

/* The form whose ids are made and returned by the server. */
static ent_status prepare_auto(ent_raw_writer *writer, ent_error *err) {
  MYSQL_BIND binds[ENT_COLUMNS] = {0};
  unsigned array_size = ENT_RAW_BULK;
  ent_status status = ent_raw_prepare(
      writer->raw,
      "INSERT INTO bench_auto (user_id, status, flags, amount, score, created,"
      " name, email, note) VALUES (?,?,?,?,?,?,?,?,?) RETURNING id",
      &writer->auto_ids, err);

  if (status) return status;
  type_binds(binds);
  point_binds(writer, binds, true);
  if (mysql_stmt_attr_set(writer->auto_ids, STMT_ATTR_ARRAY_SIZE,
                          &array_size) ||
      mysql_stmt_bind_param(writer->auto_ids, binds + 1)) {
    return ent_raw_statement_fail(writer->auto_ids, "bind a row", err);
  }
  return ENT_OK;
}

ent_status ent_raw_writer_open(ent_raw *raw, ent_raw_writer **writer,
                               ent_error *err) {
  ent_raw_writer *made = calloc(1, sizeof(*made));
  ent_status status;

  if (!made) return ent_fail_nomem(err);
  made->raw = raw;
  fill(made);
  status = ent_raw_exec(raw, "TRUNCATE bench_insert", err);
  if (!status) status = prepare(made, false, err);
  if (!status) status = prepare(made, true, err);
  if (!status) status = prepare_auto(made, err);
  if (status) {
    ent_raw_writer_close(made);
    return status;
  }
  *writer = made;
  return ENT_OK;
}

void ent_raw_writer_close(ent_raw_writer *writer) {
  if (!writer) return;
  ent_raw_finalize(writer->bulk);
  ent_raw_finalize(writer->single);
  ent_raw_finalize(writer->auto_ids);
  free(writer);
}

static ent_status execute(ent_raw_statement *statement, uint64_t *n_rows,
                          ent_error *err) {
  if (mysql_stmt_execute(statement)) {
    return ent_raw_statement_fail(statement, "insert", err);
  }
  *n_rows += mysql_stmt_affected_rows(statement);
  return ENT_OK;
}

/* Row by row only the id changes: the other values are bound already, and as
 * long as those of any row. */
static ent_status write_batch(ent_raw_writer *writer, bool bulk,
                              uint64_t *n_rows, ent_error *err) {
  ent_status status = ENT_OK;

  for (int i = 0; bulk && i < ENT_RAW_BULK; i++) {
    writer->ids[i] = ++writer->last_id;
  }
  if (bulk) return execute(writer->bulk, n_rows, err);
  for (int i = 0; !status && i < ENT_RAW_BULK; i++) {
    writer->ids[0] = ++writer->last_id;
    status = execute(writer->single, n_rows, err);
  }
  return status;
}

static ent_status write_batches(ent_raw_writer *writer, int n, bool bulk,
                                uint64_t *sum, ent_error *err) {
  uint64_t written = 0;
  ent_status status = ent_raw_exec(writer->raw, "START TRANSACTION", err);

  for (int i = 0; !status && i < n; i++) {
    status = write_batch(writer, bulk, &written, err);
  }
  if (!status) status = ent_raw_exec(writer->raw, "COMMIT", err);
  if (!status) *sum = written;
  return status;
}

ent_status ent_raw_write_bulk(ent_raw_writer *writer, int n, uint64_t *sum,
                              ent_error *err) {
  return write_batches(writer, n, true, sum, err);
}

ent_status ent_raw_write_single(ent_raw_writer *writer, int n, uint64_t *sum,
                                ent_error *err) {
  return write_batches(writer, n, false, sum, err);
}

int64_t ent_raw_take_ids(ent_raw_writer *writer, int n) {
  int64_t first = writer->last_id + 1;

  writer->last_id += n;
  return first;
}

/* One batch, and its ids read. */
static ent_status write_auto(ent_raw_writer *writer, uint64_t *n_ids,
                             ent_error *err) {
  long long id = 0;
  MYSQL_BIND bind = {.buffer = &id};

  bind.buffer_type = MYSQL_TYPE_LONGLONG;
  if (mysql_stmt_execute(writer->auto_ids) ||
      mysql_stmt_bind_result(writer->auto_ids, &bind)) {
    return ent_raw_statement_fail(writer->auto_ids, "insert", err);
  }
  while (!mysql_stmt_fetch(writer->auto_ids))
    *n_ids += id > 0;
  if (mysql_stmt_errno(writer->auto_ids)) {
    return ent_raw_statement_fail(writer->auto_ids, "read ids", err);
  }
  return ENT_OK;
}

ent_status ent_raw_write_auto(ent_raw_writer *writer, int n, uint64_t *sum,
                              ent_error *err) {
  ent_status status = ent_raw_exec(writer->raw, "START TRANSACTION", err);
  uint64_t n_ids = 0;

  for (int i = 0; !status && i < n; i++)
    status = write_auto(writer, &n_ids, err);
  if (!status) status = ent_raw_exec(writer->raw, "COMMIT", err);
  if (!status) *sum = n_ids;
  return status;
}
