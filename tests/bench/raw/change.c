#include "tests/bench/raw/change.h"

#include "tests/bench/raw/row.h"

#include <mysql.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENT_BATCH = 1000, ENT_SQL = 1 << 16 };

struct ent_raw_changer {
  ent_raw *raw;
  ent_raw_row *row;
  ent_raw_statement *read;
  ent_raw_statement *same;
  ent_raw_statement *each;
  ent_raw_statement *removal;
  int64_t values[2 * ENT_BATCH + 1];
};

/* `head`, so many times `item` with commas between them, and `tail`. */
static ent_status prepare(ent_raw_changer *changer, const char *head,
                          const char *item, int n, const char *tail,
                          ent_raw_statement **statement, ent_error *err) {
  char *sql = malloc(ENT_SQL);
  ent_status status;
  char *at = sql;

  if (!sql) return ent_fail_nomem(err);
  at += snprintf(at, ENT_SQL, "%s", head);
  for (int i = 0; i < n; i++)
    at += snprintf(at, 32, "%s%s", i ? "," : "", item);
  snprintf(at, 256, "%s", tail);
  status = ent_raw_prepare(changer->raw, sql, statement, err);
  free(sql);
  return status;
}

static ent_status prepare_all(ent_raw_changer *changer, ent_error *err) {
  ent_status status =
      prepare(changer,
              "SELECT * FROM bench_change WHERE id BETWEEN 1 AND 10000"
              " ORDER BY id FOR UPDATE",
              "", 0, "", &changer->read, err);

  if (!status) {
    status = prepare(changer, "UPDATE bench_change SET flags = ? WHERE id IN (",
                     "?", ENT_BATCH, ")", &changer->same, err);
  }
  if (!status) {
    status =
        prepare(changer,
                "UPDATE bench_change AS t JOIN (SELECT ? AS k, ? AS v"
                " UNION ALL VALUES ",
                "(?,?)", ENT_BATCH - 1,
                ") AS n ON t.id = n.k SET t.score = n.v", &changer->each, err);
  }
  if (!status) {
    status = prepare(changer, "DELETE FROM bench_change WHERE id IN (", "?",
                     ENT_BATCH, ")", &changer->removal, err);
  }
  return status;
}

ent_status ent_raw_changer_open(ent_raw *raw, ent_raw_changer **changer,
                                ent_error *err) {
  ent_raw_changer *made = calloc(1, sizeof(*made));
  ent_status status;

  if (!made) return ent_fail_nomem(err);
  made->raw = raw;
  status = ent_raw_row_new(&made->row, err);
  if (!status) status = prepare_all(made, err);
  if (status) {
    ent_raw_changer_close(made);
    return status;
  }
  *changer = made;
  return ENT_OK;
}

void ent_raw_changer_close(ent_raw_changer *changer) {
  if (!changer) return;
  ent_raw_finalize(changer->read);
  ent_raw_finalize(changer->same);
  ent_raw_finalize(changer->each);
  ent_raw_finalize(changer->removal);
  ent_raw_row_free(changer->row);
  free(changer);
}

/* Executes with the first n of the values. */
static ent_status execute(ent_raw_changer *changer,
                          ent_raw_statement *statement, int n, uint64_t *sum,
                          ent_error *err) {
  static MYSQL_BIND binds[2 * ENT_BATCH + 1];

  for (int i = 0; i < n; i++) {
    binds[i] = (MYSQL_BIND){.buffer = &changer->values[i]};
    binds[i].buffer_type = MYSQL_TYPE_LONGLONG;
  }
  if (mysql_stmt_bind_param(statement, binds) ||
      mysql_stmt_execute(statement)) {
    return ent_raw_statement_fail(statement, "change rows", err);
  }
  *sum += mysql_stmt_affected_rows(statement);
  return ENT_OK;
}

static ent_status begin(ent_raw_changer *changer, ent_error *err) {
  ent_bench_sum read = {0};
  ent_status status = ent_raw_exec(changer->raw, "START TRANSACTION", err);

  if (status) return status;
  if (mysql_stmt_execute(changer->read)) {
    return ent_raw_statement_fail(changer->read, "read rows", err);
  }
  return ent_raw_row_read(changer->row, changer->read, &read, err);
}

ent_status ent_raw_update_same(ent_raw_changer *changer, int64_t value,
                               uint64_t *sum, ent_error *err) {
  ent_status status = begin(changer, err);
  uint64_t n = 0;

  changer->values[0] = value;
  for (int at = 0; !status && at < ENT_RAW_CHANGED; at += ENT_BATCH) {
    for (int i = 0; i < ENT_BATCH; i++)
      changer->values[1 + i] = at + i + 1;
    status = execute(changer, changer->same, 1 + ENT_BATCH, &n, err);
  }
  if (!status) status = ent_raw_exec(changer->raw, "COMMIT", err);
  if (!status) *sum = n;
  return status;
}

ent_status ent_raw_update_each(ent_raw_changer *changer, int64_t value,
                               uint64_t *sum, ent_error *err) {
  ent_status status = begin(changer, err);
  uint64_t n = 0;

  for (int at = 0; !status && at < ENT_RAW_CHANGED; at += ENT_BATCH) {
    int64_t *pair = changer->values;

    for (int i = 0; i < ENT_BATCH; i++) {
      *pair++ = at + i + 1;
      *pair++ = value + at + i;
    }
    status = execute(changer, changer->each, 2 * ENT_BATCH, &n, err);
  }
  if (!status) status = ent_raw_exec(changer->raw, "COMMIT", err);
  if (!status) *sum = n;
  return status;
}

ent_status ent_raw_delete(ent_raw_changer *changer, uint64_t *sum,
                          ent_error *err) {
  ent_status status = begin(changer, err);
  uint64_t n = 0;

  for (int at = 0; !status && at < ENT_RAW_CHANGED; at += ENT_BATCH) {
    for (int i = 0; i < ENT_BATCH; i++)
      changer->values[i] = at + i + 1;
    status = execute(changer, changer->removal, ENT_BATCH, &n, err);
  }
  if (!status) status = ent_raw_exec(changer->raw, "COMMIT", err);
  if (!status) *sum = n;
  return status;
}
