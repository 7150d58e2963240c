#include "tests/bench/raw/select.h"

#include "backends/base/buf.h"
#include "tests/bench/raw/row.h"

#include <mysql.h>

#include <stdlib.h>
#include <string.h>

enum { ENT_COLUMNS = 10, ENT_SQL_CEILING = 1 << 20 };

struct ent_raw_reader {
  ent_raw_row *row;
  ent_raw_statement *point;
  ent_raw_statement *search;
  ent_raw_statement *in;
  ent_raw_statement *all;
  int64_t key;      /* bound to `point` */
  int64_t users[2]; /* bound to `search` */
  int64_t *keys;    /* in_size of them, bound to `in` */
  int in_size;
};

/* Prepares `... WHERE id IN (?, ?, ...)`. */
static ent_status prepare_in(ent_raw *raw, int n, ent_raw_statement **statement,
                             ent_error *err) {
  ent_buf sql;
  const char *text;
  ent_status status;

  ent_buf_init(&sql, ENT_SQL_CEILING);
  status = ent_buf_printf(&sql, err, "SELECT * FROM bench_row WHERE id IN (?");
  for (int i = 1; !status && i < n; i++) {
    status = ent_buf_append(&sql, ",?", 2, err);
  }
  if (!status) status = ent_buf_append(&sql, ")", 1, err);
  if (!status) status = ent_buf_text(&sql, &text, err);
  if (!status) status = ent_raw_prepare(raw, text, statement, err);
  ent_buf_done(&sql);
  return status;
}

/* Binds the n parameters of a statement to the n keys.  The library copies
 * the binds, not the keys. */
static ent_status bind_keys(ent_raw_statement *statement, int64_t *keys, int n,
                            ent_error *err) {
  MYSQL_BIND *binds = calloc((size_t)n, sizeof(*binds));
  ent_status status = ENT_OK;

  if (!binds) return ent_fail_nomem(err);
  for (int i = 0; i < n; i++) {
    binds[i].buffer_type = MYSQL_TYPE_LONGLONG;
    binds[i].buffer = &keys[i];
  }
  if (mysql_stmt_bind_param(statement, binds)) {
    status = ent_raw_statement_fail(statement, "bind keys", err);
  }
  free(binds);
  return status;
}

static ent_status prepare_all(ent_raw *raw, ent_raw_reader *reader,
                              ent_error *err) {
  ent_status status = ent_raw_row_new(&reader->row, err);

  if (!status) {
    status = ent_raw_prepare(raw, "SELECT * FROM bench_row WHERE id = ?",
                             &reader->point, err);
  }
  if (!status) status = bind_keys(reader->point, &reader->key, 1, err);
  if (!status) {
    status = ent_raw_prepare(raw,
                             "SELECT * FROM bench_row"
                             " WHERE user_id BETWEEN ? AND ?",
                             &reader->search, err);
  }
  if (!status) status = bind_keys(reader->search, reader->users, 2, err);
  if (!status) status = prepare_in(raw, reader->in_size, &reader->in, err);
  if (!status) {
    status = bind_keys(reader->in, reader->keys, reader->in_size, err);
  }
  if (!status) {
    status = ent_raw_prepare(raw, "SELECT * FROM bench_row", &reader->all, err);
  }
  return status;
}

ent_status ent_raw_reader_open(ent_raw *raw, int in_size,
                               ent_raw_reader **reader, ent_error *err) {
  ent_raw_reader *made = calloc(1, sizeof(*made));
  ent_status status;

  if (!made) return ent_fail_nomem(err);
  made->in_size = in_size;
  made->keys = calloc((size_t)in_size, sizeof(*made->keys));
  status = made->keys ? prepare_all(raw, made, err) : ent_fail_nomem(err);
  if (status) {
    ent_raw_reader_close(made);
    return status;
  }
  *reader = made;
  return ENT_OK;
}

void ent_raw_reader_close(ent_raw_reader *reader) {
  if (!reader) return;
  ent_raw_finalize(reader->point);
  ent_raw_finalize(reader->search);
  ent_raw_finalize(reader->in);
  ent_raw_finalize(reader->all);
  ent_raw_row_free(reader->row);
  free(reader->keys);
  free(reader);
}

static ent_status execute(ent_raw_reader *reader, ent_raw_statement *statement,
                          ent_bench_sum *sum, ent_error *err) {
  if (mysql_stmt_execute(statement)) {
    return ent_raw_statement_fail(statement, "execute", err);
  }
  return ent_raw_row_read(reader->row, statement, sum, err);
}

ent_status ent_raw_read_points(ent_raw_reader *reader, const int64_t *keys,
                               int n, uint64_t *sum, ent_error *err) {
  ent_bench_sum read = {0};
  ent_status status = ENT_OK;

  for (int i = 0; !status && i < n; i++) {
    reader->key = keys[i];
    status = execute(reader, reader->point, &read, err);
  }
  if (!status) *sum = read.total;
  return status;
}

ent_status ent_raw_search(ent_raw_reader *reader, const int64_t *users, int n,
                          uint64_t *sum, ent_error *err) {
  ent_bench_sum read = {0};
  ent_status status = ENT_OK;

  for (int i = 0; !status && i < n; i++) {
    reader->users[0] = users[i];
    reader->users[1] = users[i] + 1;
    status = execute(reader, reader->search, &read, err);
  }
  if (!status) *sum = read.total;
  return status;
}

ent_status ent_raw_read_in(ent_raw_reader *reader, const int64_t *keys,
                           uint64_t *sum, ent_error *err) {
  ent_bench_sum read = {0};
  ent_status status;

  memcpy(reader->keys, keys, (size_t)reader->in_size * sizeof(*keys));
  status = execute(reader, reader->in, &read, err);
  if (!status) *sum = read.total;
  return status;
}

ent_status ent_raw_read_all(ent_raw_reader *reader, uint64_t *sum,
                            ent_error *err) {
  ent_bench_sum read = {0};
  ent_status status = execute(reader, reader->all, &read, err);

  if (!status) *sum = read.total;
  return status;
}

static void add_text_row(MYSQL_ROW row, const unsigned long *sizes,
                         ent_bench_sum *sum) {
  static const int whole[] = {0, 1, 2, 3, 5}; /* the integer columns */
  unsigned parts[6];
  char *end = row[6];

  for (size_t i = 0; i < ENT_COUNT(whole); i++) {
    ent_bench_sum_add(sum, (unsigned)whole[i],
                      (uint64_t)strtoll(row[whole[i]], NULL, 10));
  }
  ent_bench_sum_add_double(sum, 4, strtod(row[4], NULL));
  for (int i = 0; i < 6; i++) {
    parts[i] = (unsigned)strtoul(end, &end, 10);
    if (*end) end++;
  }
  ent_bench_sum_add_time(sum, 6, parts);
  for (unsigned i = 7; i < ENT_COLUMNS; i++) {
    ent_bench_sum_add_text(sum, i, row[i], sizes[i]);
  }
  ent_bench_sum_end_row(sum);
}

ent_status ent_raw_read_text(ent_raw *raw, uint64_t *sum, ent_error *err) {
  static const char sql[] = "SELECT * FROM bench_row";
  ent_bench_sum read = {0};
  MYSQL_RES *result;
  MYSQL_ROW row;

  if (mysql_query(raw, sql)) return ent_raw_fail(raw, sql, err);
  result = mysql_use_result(raw);
  if (!result) return ent_raw_fail(raw, sql, err);
  while ((row = mysql_fetch_row(result))) {
    add_text_row(row, mysql_fetch_lengths(result), &read);
  }
  mysql_free_result(result);
  if (mysql_errno(raw)) return ent_raw_fail(raw, sql, err);
  *sum = read.total;
  return ENT_OK;
}
