#include "tests/bench/raw/row.h"

#include <mysql.h>

#include <stdlib.h>

enum { ENT_COLUMNS = 10, ENT_TEXTS = 3, ENT_TEXT_SIZE = 256 };

struct ent_raw_row {
  MYSQL_BIND binds[ENT_COLUMNS];
  ent_raw_statement *bound; /* the statement that was bound last */
  int64_t id;
  int32_t user_id;
  int32_t status;
  int32_t flags;
  double amount;
  int64_t score;
  MYSQL_TIME created;
  char texts[ENT_TEXTS][ENT_TEXT_SIZE];
  unsigned long sizes[ENT_TEXTS];
};

ent_status ent_raw_row_new(ent_raw_row **row, ent_error *err) {
  static const enum enum_field_types types[] = {
      MYSQL_TYPE_LONGLONG, MYSQL_TYPE_LONG,   MYSQL_TYPE_LONG,
      MYSQL_TYPE_LONG,     MYSQL_TYPE_DOUBLE, MYSQL_TYPE_LONGLONG,
      MYSQL_TYPE_DATETIME,
  };
  ent_raw_row *made = calloc(1, sizeof(*made));
  MYSQL_BIND *bind = made ? made->binds : NULL;

  if (!made) return ent_fail_nomem(err);
  bind[0].buffer = &made->id;
  bind[1].buffer = &made->user_id;
  bind[2].buffer = &made->status;
  bind[3].buffer = &made->flags;
  bind[4].buffer = &made->amount;
  bind[5].buffer = &made->score;
  bind[6].buffer = &made->created;
  for (size_t i = 0; i < ENT_COUNT(types); i++) {
    bind[i].buffer_type = types[i];
  }
  for (int i = 0; i < ENT_TEXTS; i++) {
    bind[7 + i].buffer_type = MYSQL_TYPE_STRING;
    bind[7 + i].buffer = made->texts[i];
    bind[7 + i].buffer_length = ENT_TEXT_SIZE;
    bind[7 + i].length = &made->sizes[i];
  }
  *row = made;
  return ENT_OK;
}

void ent_raw_row_free(ent_raw_row *row) {
  free(row);
}

static void add_row(const ent_raw_row *row, ent_bench_sum *sum) {
  const MYSQL_TIME *at = &row->created;
  unsigned parts[6] = {at->year, at->month,  at->day,
                       at->hour, at->minute, at->second};

  ent_bench_sum_add(sum, 0, (uint64_t)row->id);
  ent_bench_sum_add(sum, 1, (uint64_t)(int64_t)row->user_id);
  ent_bench_sum_add(sum, 2, (uint64_t)(int64_t)row->status);
  ent_bench_sum_add(sum, 3, (uint64_t)(int64_t)row->flags);
  ent_bench_sum_add_double(sum, 4, row->amount);
  ent_bench_sum_add(sum, 5, (uint64_t)row->score);
  ent_bench_sum_add_time(sum, 6, parts);
  for (unsigned i = 0; i < ENT_TEXTS; i++) {
    ent_bench_sum_add_text(sum, 7 + i, row->texts[i], row->sizes[i]);
  }
  ent_bench_sum_end_row(sum);
}

ent_status ent_raw_row_read(ent_raw_row *row, ent_raw_statement *statement,
                            ent_bench_sum *sum, ent_error *err) {
  int rc;

  if (row->bound != statement) {
    if (mysql_stmt_bind_result(statement, row->binds)) {
      return ent_raw_statement_fail(statement, "bind a row", err);
    }
    row->bound = statement;
  }
  while (!(rc = mysql_stmt_fetch(statement))) {
    add_row(row, sum);
  }
  if (rc == MYSQL_NO_DATA) return ENT_OK;
  if (rc == MYSQL_DATA_TRUNCATED) {
    return ent_fail(err, ENT_TOO_BIG, "raw: fetch a row: text too long");
  }
  return ent_raw_statement_fail(statement, "fetch a row", err);
}
