#include "tests/bench/ours.h"

#include "tests/bench/sum.h"
#include "vtab/entable.h"

#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>

enum { ENT_SQL_SIZE = 512 };

struct ent_ours {
  sqlite3 *db;
  sqlite3_stmt *point;
  sqlite3_stmt *search;
  sqlite3_stmt *in;
  sqlite3_stmt *all;
  sqlite3_stmt *join;
  sqlite3_stmt *join_one[2];
  int turn;
  sqlite3_stmt *list;
  int in_size;
};

static ent_status ours_fail(const ent_ours *ours, ent_status status,
                            const char *doing, ent_error *err) {
  return ent_fail(err, status, "ours: %s: %s", doing, sqlite3_errmsg(ours->db));
}

static ent_status prepare(const ent_ours *ours, const char *sql,
                          sqlite3_stmt **stmt, ent_error *err) {
  if (sqlite3_prepare_v3(ours->db, sql, -1, SQLITE_PREPARE_PERSISTENT, stmt,
                         NULL)) {
    return ours_fail(ours, ENT_REJECTED, "prepare", err);
  }
  return ENT_OK;
}

/* SELECT entable_open(what) */
static ent_status open_database(const ent_ours *ours, const char *what,
                                ent_error *err) {
  sqlite3_stmt *stmt = NULL;
  ent_status status = prepare(ours, "SELECT entable_open(?1)", &stmt, err);

  if (!status && (sqlite3_bind_text(stmt, 1, what, -1, SQLITE_STATIC) ||
                  sqlite3_step(stmt) != SQLITE_ROW)) {
    status = ours_fail(ours, ENT_UNAVAILABLE, "open", err);
  }
  sqlite3_finalize(stmt);
  return status;
}

ent_status ent_ours_open_plain(ent_ours **ours, ent_error *err) {
  ent_ours *made = calloc(1, sizeof(*made));
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

  if (!made) return ent_fail_nomem(err);
  if (sqlite3_open_v2(":memory:", &made->db, flags, NULL)) {
    ours_fail(made, ENT_UNAVAILABLE, "set up", err);
    ent_ours_close(made);
    return ENT_UNAVAILABLE;
  }
  *ours = made;
  return ENT_OK;
}

struct sqlite3 *ent_ours_handle(const ent_ours *ours) {
  return ours->db;
}

ent_status ent_ours_open_what(const char *what, ent_ours **ours,
                              ent_error *err) {
  ent_ours *made;
  ent_status status = ent_ours_open_plain(&made, err);

  if (status) return status;
  status = entable_init(made->db)
               ? ours_fail(made, ENT_UNAVAILABLE, "set up", err)
               : open_database(made, what, err);
  if (status) {
    ent_ours_close(made);
    return status;
  }
  *ours = made;
  return ENT_OK;
}

ent_status ent_ours_open(const char *socket, const char *database,
                         ent_ours **ours, ent_error *err) {
  char *url =
      sqlite3_mprintf("mysql://root@localhost/%s?socket=%s", database, socket);
  ent_status status =
      url ? ent_ours_open_what(url, ours, err) : ent_fail_nomem(err);

  sqlite3_free(url);
  return status;
}

void ent_ours_close(ent_ours *ours) {
  if (!ours) return;
  sqlite3_finalize(ours->point);
  sqlite3_finalize(ours->search);
  sqlite3_finalize(ours->in);
  sqlite3_finalize(ours->all);
  sqlite3_finalize(ours->join);
  sqlite3_finalize(ours->join_one[0]);
  sqlite3_finalize(ours->join_one[1]);
  sqlite3_finalize(ours->list);
  sqlite3_close(ours->db);
  free(ours);
}

/* Prepares `... WHERE id IN (?, ?, ...)`. */
static ent_status prepare_in(ent_ours *ours, ent_error *err) {
  sqlite3_str *text = sqlite3_str_new(ours->db);
  char *sql;
  ent_status status;

  sqlite3_str_appendall(text, "SELECT * FROM bench_row WHERE id IN (?");
  for (int i = 1; i < ours->in_size; i++) {
    sqlite3_str_appendall(text, ",?");
  }
  sqlite3_str_appendall(text, ")");
  sql = sqlite3_str_finish(text);
  if (!sql) return ent_fail_nomem(err);
  status = prepare(ours, sql, &ours->in, err);
  sqlite3_free(sql);
  return status;
}

ent_status ent_ours_prepare(ent_ours *ours, int in_size, ent_error *err) {
  ent_status status =
      prepare(ours, "SELECT * FROM bench_row WHERE id = ?", &ours->point, err);

  ours->in_size = in_size;
  if (!status) {
    status =
        prepare(ours, "SELECT * FROM bench_row WHERE user_id BETWEEN ? AND ?",
                &ours->search, err);
  }
  if (!status) status = prepare_in(ours, err);
  if (!status) {
    status = prepare(ours, "SELECT * FROM bench_row", &ours->all, err);
  }
  return status;
}

/* "2020-01-31 23:59:59" */
static void add_time(ent_bench_sum *sum, unsigned column, const char *text,
                     int size) {
  static const int last_digits[6] = {3, 6, 9, 12, 15, 18};
  unsigned parts[6] = {0};

  for (int i = 0; size == 19 && i < 6; i++) {
    parts[i] = (unsigned)(text[last_digits[i]] - '0');
  }
  ent_bench_sum_add_time(sum, column, parts);
}

static void add_row(sqlite3_stmt *stmt, ent_bench_sum *sum) {
  for (int i = 0; i < 10; i++) {
    unsigned column = (unsigned)i;

    if (i == 4) {
      ent_bench_sum_add_double(sum, column, sqlite3_column_double(stmt, i));
    } else if (i < 6) {
      ent_bench_sum_add(sum, column, (uint64_t)sqlite3_column_int64(stmt, i));
    } else {
      const char *text = (const char *)sqlite3_column_text(stmt, i);
      int size = sqlite3_column_bytes(stmt, i);

      if (i == 6) {
        add_time(sum, column, text, size);
      } else {
        ent_bench_sum_add_text(sum, column, text, (size_t)size);
      }
    }
  }
  ent_bench_sum_end_row(sum);
}

/* Runs a bound statement to its end. */
static ent_status read_rows(const ent_ours *ours, sqlite3_stmt *stmt,
                            ent_bench_sum *sum, ent_error *err) {
  while (sqlite3_step(stmt) == SQLITE_ROW) {
    add_row(stmt, sum);
  }
  if (sqlite3_reset(stmt)) return ours_fail(ours, ENT_REJECTED, "read", err);
  return ENT_OK;
}

ent_status ent_ours_read_points(ent_ours *ours, const int64_t *keys, int n,
                                uint64_t *sum, ent_error *err) {
  ent_bench_sum read = {0};
  ent_status status = ENT_OK;

  for (int i = 0; !status && i < n; i++) {
    sqlite3_bind_int64(ours->point, 1, keys[i]);
    status = read_rows(ours, ours->point, &read, err);
  }
  if (!status) *sum = read.total;
  return status;
}

ent_status ent_ours_search(ent_ours *ours, const int64_t *users, int n,
                           uint64_t *sum, ent_error *err) {
  ent_bench_sum read = {0};
  ent_status status = ENT_OK;

  for (int i = 0; !status && i < n; i++) {
    sqlite3_bind_int64(ours->search, 1, users[i]);
    sqlite3_bind_int64(ours->search, 2, users[i] + 1);
    status = read_rows(ours, ours->search, &read, err);
  }
  if (!status) *sum = read.total;
  return status;
}

ent_status ent_ours_number(const ent_ours *ours, const char *sql, uint64_t *n,
                           ent_error *err) {
  sqlite3_stmt *stmt = NULL;
  ent_status status = prepare(ours, sql, &stmt, err);

  if (!status && sqlite3_step(stmt) != SQLITE_ROW) {
    status = ours_fail(ours, ENT_REJECTED, sql, err);
  }
  if (!status) *n = (uint64_t)sqlite3_column_int64(stmt, 0);
  sqlite3_finalize(stmt);
  return status;
}

ent_status ent_ours_count(const ent_ours *ours, uint64_t *n, ent_error *err) {
  return ent_ours_number(ours, "SELECT count(*) FROM bench_row", n, err);
}

ent_status ent_ours_read_in(ent_ours *ours, const int64_t *keys, uint64_t *sum,
                            ent_error *err) {
  ent_bench_sum read = {0};
  ent_status status;

  for (int i = 0; i < ours->in_size; i++) {
    sqlite3_bind_int64(ours->in, i + 1, keys[i]);
  }
  status = read_rows(ours, ours->in, &read, err);
  if (!status) *sum = read.total;
  return status;
}

ent_status ent_ours_read_all(ent_ours *ours, uint64_t *sum, ent_error *err) {
  ent_bench_sum read = {0};
  ent_status status = read_rows(ours, ours->all, &read, err);

  if (!status) *sum = read.total;
  return status;
}

ent_status ent_ours_write(ent_ours *ours, const char *sql, int64_t value,
                          uint64_t *sum, ent_error *err) {
  sqlite3_stmt *stmt = NULL;
  ent_status status = prepare(ours, sql, &stmt, err);

  if (status) return status;
  sqlite3_bind_int64(stmt, 1, value);
  if (sqlite3_step(stmt) != SQLITE_DONE) {
    status = ours_fail(ours, ENT_REJECTED, sql, err);
  }
  sqlite3_finalize(stmt);
  if (!status) *sum = (uint64_t)sqlite3_changes(ours->db);
  return status;
}

ent_status ent_ours_fill_source(ent_ours *ours, int64_t n, ent_error *err) {
  uint64_t sum;

  return ent_ours_write(
      ours,
      "CREATE TEMP TABLE source AS WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL"
      " SELECT i + 1 FROM s WHERE i < ?1) SELECT i * 7919 % 100003 AS user_id,"
      " i % 5 AS status, i * 31 % 256 AS flags, i / 100.0 AS amount,"
      " i * 1000003 AS score, datetime('2020-01-01', i || ' minutes') AS"
      " created, printf('name-%08d', i) AS name,"
      " printf('user%08d@example.org', i) AS email,"
      " printf('note %095d', i) AS note FROM s",
      n, &sum, err);
}

static ent_status insert_rows(ent_ours *ours, sqlite3_stmt *stmt, int64_t first,
                              int n, ent_error *err) {
  for (int i = 0; i < n; i++) {
    sqlite3_bind_int64(stmt, 1, first + i);
    if (sqlite3_step(stmt) != SQLITE_DONE) {
      return ours_fail(ours, ENT_REJECTED, "insert a row", err);
    }
    sqlite3_reset(stmt);
  }
  return ENT_OK;
}

ent_status ent_ours_insert_single(ent_ours *ours, int64_t first, int n,
                                  uint64_t *sum, ent_error *err) {
  static const char sql[] =
      "INSERT INTO bench_insert VALUES (?1, 7919, 1, 31, 1.5, 1000003,"
      " '2020-01-01 00:00:00', 'name-00000001', 'user00000001@example.org',"
      " 'note 0000000000000000000000000000000000000000000000000000000000000000"
      "0000000000000000000000000000000')";
  sqlite3_stmt *stmt = NULL;
  uint64_t none;
  ent_status status = ent_ours_write(ours, "BEGIN", 0, &none, err);

  if (!status) status = prepare(ours, sql, &stmt, err);
  if (!status) status = insert_rows(ours, stmt, first, n, err);
  sqlite3_finalize(stmt);
  if (!status) status = ent_ours_write(ours, "COMMIT", 0, &none, err);
  if (!status) *sum = (uint64_t)n;
  return status;
}

ent_status ent_ours_count_columns(ent_ours *ours, uint64_t *n_columns,
                                  uint64_t *name_bytes, ent_error *err) {
  static const char sql[] =
      "SELECT count(*), coalesce(sum(length(CAST(c.name AS BLOB))), 0)"
      " FROM sqlite_temp_schema AS t, pragma_table_info(t.name, 'temp') AS c"
      " WHERE t.type = 'table'";
  sqlite3_stmt *stmt = NULL;
  ent_status status = prepare(ours, sql, &stmt, err);

  if (!status && sqlite3_step(stmt) != SQLITE_ROW) {
    status = ours_fail(ours, ENT_REJECTED, "count columns", err);
  }
  if (!status) {
    *n_columns = (uint64_t)sqlite3_column_int64(stmt, 0);
    *name_bytes = (uint64_t)sqlite3_column_int64(stmt, 1);
  }
  sqlite3_finalize(stmt);
  return status;
}

/* By squares, in an order of no use to a processor: no stride is like the
 * last. */
static ent_status make_ids(ent_ours *ours, const char *table, int64_t n,
                           int64_t first, ent_error *err) {
  char sql[ENT_SQL_SIZE];
  uint64_t sum;
  ent_status status;

  snprintf(sql, sizeof(sql), "CREATE TABLE main.%s(i INTEGER)", table);
  status = ent_ours_write(ours, sql, 0, &sum, err);
  if (status) return status;
  snprintf(sql, sizeof(sql),
           "INSERT INTO %s WITH RECURSIVE s(i, x) AS (SELECT 1, %lld UNION ALL"
           " SELECT i + 1, (i + 1) * %lld %% 2147483647 FROM s WHERE i < ?1)"
           " SELECT i FROM s ORDER BY x * x %% 2147483647, i",
           table, (long long)first, (long long)first);
  return ent_ours_write(ours, sql, n, &sum, err);
}

static ent_status prepare_add(ent_ours *ours, const char *table,
                              sqlite3_stmt **statement, ent_error *err) {
  char sql[ENT_SQL_SIZE];

  snprintf(sql, sizeof(sql),
           "SELECT sum(bench_row.score) FROM %s AS ids CROSS JOIN bench_row"
           " ON bench_row.id = ids.i",
           table);
  return prepare(ours, sql, statement, err);
}

ent_status ent_ours_prepare_join(ent_ours *ours, int64_t n, ent_error *err) {
  ent_status status = make_ids(ours, "ids", n, 1103515245, err);

  if (!status) status = make_ids(ours, "others", n, 1000003, err);
  if (!status) {
    status = prepare(ours,
                     "SELECT bench_row.* FROM ids CROSS JOIN bench_row"
                     " ON bench_row.id = ids.i",
                     &ours->join, err);
  }
  if (!status) status = prepare_add(ours, "ids", &ours->join_one[0], err);
  return status ? status : prepare_add(ours, "others", &ours->join_one[1], err);
}

ent_status ent_ours_read_join(ent_ours *ours, uint64_t *sum, ent_error *err) {
  ent_bench_sum read = {0};
  ent_status status = read_rows(ours, ours->join, &read, err);

  if (!status) *sum = read.total;
  return status;
}

static ent_status add(ent_ours *ours, sqlite3_stmt *statement, uint64_t *sum,
                      ent_error *err) {
  if (sqlite3_step(statement) == SQLITE_ROW) {
    *sum = (uint64_t)sqlite3_column_int64(statement, 0);
  }
  if (sqlite3_reset(statement)) {
    return ours_fail(ours, ENT_REJECTED, "add", err);
  }
  return ENT_OK;
}

ent_status ent_ours_add_join(ent_ours *ours, uint64_t *sum, ent_error *err) {
  return add(ours, ours->join_one[0], sum, err);
}

ent_status ent_ours_add_turns(ent_ours *ours, uint64_t *sum, ent_error *err) {
  ours->turn = !ours->turn;
  return add(ours, ours->join_one[ours->turn], sum, err);
}

ent_status ent_ours_prepare_list(ent_ours *ours, const char *sql,
                                 ent_error *err) {
  return prepare(ours, sql, &ours->list, err);
}

ent_status ent_ours_read_lists(ent_ours *ours, const int64_t *users, int n,
                               int64_t width, uint64_t *sum, ent_error *err) {
  ent_bench_sum read = {0};
  ent_status status = ENT_OK;

  for (int i = 0; !status && i < n; i++) {
    sqlite3_bind_int64(ours->list, 1, users[i]);
    sqlite3_bind_int64(ours->list, 2, users[i] + width - 1);
    status = read_rows(ours, ours->list, &read, err);
  }
  if (!status) *sum = read.total;
  return status;
}
