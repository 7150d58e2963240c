#include "tests/bench/data.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { ENT_SQL_SIZE = 2048, ENT_PATH_SIZE = 512, ENT_HOT_ROWS = 10000 };

/* The columns of the tables of rows: short numbers, a date and three texts of
 * 13, 24 and 100 bytes, 186 bytes a row as text. */
#define ROW_COLUMNS                                                            \
  "(id BIGINT NOT NULL PRIMARY KEY, user_id INT NOT NULL,"                     \
  " status INT NOT NULL, flags INT NOT NULL, amount DOUBLE NOT NULL,"          \
  " score BIGINT NOT NULL, created DATETIME NOT NULL,"                         \
  " name VARCHAR(32) NOT NULL, email VARCHAR(64) NOT NULL,"                    \
  " note VARCHAR(200) NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"

/* One of the tables to open: what a table of a shop has. */
static const char table_format[] =
    "CREATE TABLE %s.t%03d (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,"
    " owner_id BIGINT UNSIGNED NOT NULL, code VARCHAR(40) NOT NULL,"
    " title VARCHAR(200) NOT NULL DEFAULT '', body MEDIUMTEXT,"
    " state ENUM('new','open','closed') NOT NULL DEFAULT 'new',"
    " price DECIMAL(10,2), weight DOUBLE, born DATE,"
    " created DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,"
    " seen TIMESTAMP NULL, payload BLOB,"
    " PRIMARY KEY (id), UNIQUE KEY code (code), KEY owner (owner_id, created),"
    " KEY state (state)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";

static void set_global(ent_raw *raw, const char *setting) {
  char sql[ENT_SQL_SIZE];
  ent_error err = {0};

  snprintf(sql, sizeof(sql), "SET GLOBAL %s", setting);
  if (ent_raw_exec(raw, sql, &err)) {
    fprintf(stderr, "entable_bench: note: %s\n", err.text);
  }
}

/* Gives a small server the memory and the log that the measured one is meant
 * to have.  The buffer pool just holds the rows: enlarged while it runs it is
 * many small chunks, and finding a page takes longer with each.  A server that
 * cannot change one of these while it runs is measured as it is, which is
 * said. */
static void enlarge_server(ent_raw *raw, int64_t n_rows) {
  static const char *const settings[] = {
      "innodb_log_file_size = GREATEST(@@innodb_log_file_size, 536870912)",
      "table_definition_cache = GREATEST(@@table_definition_cache, 4000)",
      "table_open_cache = GREATEST(@@table_open_cache, 4000)",
  };
  char pool[ENT_SQL_SIZE];

  snprintf(pool, sizeof(pool),
           "innodb_buffer_pool_size ="
           " GREATEST(@@innodb_buffer_pool_size, 134217728 + 270 * %" PRId64
           ")",
           n_rows);
  set_global(raw, pool);
  for (size_t i = 0; i < ENT_COUNT(settings); i++) {
    set_global(raw, settings[i]);
  }
}

static ent_status fill(ent_raw *raw, int64_t n_rows, ent_error *err) {
  static const char *const before[] = {
      "SET time_zone = '+00:00'",
      "DROP TABLE IF EXISTS bench_row, bench_insert, bench_change, bench_auto",
      "CREATE TABLE bench_row " ROW_COLUMNS,
      "ALTER TABLE bench_row ADD INDEX (user_id)",
      "CREATE TABLE bench_insert " ROW_COLUMNS,
      "CREATE TABLE bench_change " ROW_COLUMNS,
      "CREATE TABLE bench_auto " ROW_COLUMNS,
      "ALTER TABLE bench_auto MODIFY id BIGINT NOT NULL AUTO_INCREMENT",
  };
  char sql[ENT_SQL_SIZE];
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < ENT_COUNT(before); i++) {
    status = ent_raw_exec(raw, before[i], err);
  }
  snprintf(sql, sizeof(sql),
           "INSERT INTO bench_row SELECT seq, seq * 7919 %% 100003, seq %% 5,"
           " seq * 31 %% 256, seq * 104729 %% 10000000 / 100, seq * 1000003,"
           " '2020-01-01' + INTERVAL seq * 37 SECOND,"
           " CONCAT('name-', LPAD(seq, 8, '0')),"
           " CONCAT('user', LPAD(seq, 8, '0'), '@example.org'),"
           " RPAD(CONCAT('note ', REPEAT(MD5(seq), 3)), 100, '.')"
           " FROM seq_1_to_%" PRId64,
           n_rows);
  if (!status) status = ent_raw_exec(raw, sql, err);
  if (!status) status = ent_raw_exec(raw, "ANALYZE TABLE bench_row", err);
  return status;
}

ent_status ent_bench_data_open(ent_bench *bench, ent_raw **raw,
                               ent_error *err) {
  ent_raw *made;
  ent_status status = ent_raw_open(bench->socket, bench->database, &made, err);

  if (status) return status;
  if (!bench->filled) {
    fprintf(stderr, "filling bench_row with %" PRId64 " rows...\n",
            bench->n_rows);
    enlarge_server(made, bench->n_rows);
    status = fill(made, bench->n_rows, err);
    bench->filled = !status;
  }
  if (status) {
    ent_raw_close(made);
    return status;
  }
  *raw = made;
  return ENT_OK;
}

static ent_status make_database(ent_raw *raw, const char *name,
                                ent_error *err) {
  char sql[ENT_SQL_SIZE];
  ent_status status;

  snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %s", name);
  status = ent_raw_exec(raw, sql, err);
  snprintf(sql, sizeof(sql), "CREATE DATABASE %s CHARACTER SET utf8mb4", name);
  return status ? status : ent_raw_exec(raw, sql, err);
}

ent_status ent_bench_data_database(const ent_bench *bench, const char *suffix,
                                   char *name, size_t size, ent_error *err) {
  ent_raw *raw;
  ent_status status = ent_raw_open(bench->socket, bench->database, &raw, err);

  if (status) return status;
  snprintf(name, size, "%s_%s", bench->database, suffix);
  enlarge_server(raw, bench->n_rows);
  status = make_database(raw, name, err);
  ent_raw_close(raw);
  return status;
}

ent_status ent_bench_data_tables(const ent_bench *bench, char *name,
                                 size_t size, ent_error *err) {
  char sql[ENT_SQL_SIZE];
  ent_raw *raw = NULL;
  ent_status status = ent_bench_data_database(bench, "tables", name, size, err);

  fprintf(stderr, "making %d tables...\n", ENT_BENCH_TABLES);
  if (!status) status = ent_raw_open(bench->socket, name, &raw, err);
  for (int i = 0; !status && i < ENT_BENCH_TABLES; i++) {
    snprintf(sql, sizeof(sql), table_format, name, i);
    status = ent_raw_exec(raw, sql, err);
  }
  ent_raw_close(raw);
  return status;
}

ent_status ent_bench_data_server_pid(ent_raw *raw, int *pid, ent_error *err) {
  static const char sql[] = "SELECT IF(LEFT(@@pid_file, 1) = '/', @@pid_file,"
                            " CONCAT(@@datadir, @@pid_file))";
  char path[ENT_PATH_SIZE];
  char number[32] = "";
  int found = 0;
  FILE *file;
  ent_status status = ent_raw_value(raw, sql, path, sizeof(path), err);

  if (status) return status;
  file = fopen(path, "r");
  if (file) {
    if (fgets(number, sizeof(number), file)) {
      found = (int)strtol(number, NULL, 10);
    }
    fclose(file);
  }
  if (found <= 0) {
    return ent_fail(err, ENT_UNAVAILABLE, "%s: no process id of the server",
                    path);
  }
  *pid = found;
  return ENT_OK;
}

static uint64_t next_random(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

/* One key of each of ENT_BENCH_KEYS stretches, shuffled. */
void ent_bench_data_keys(int round, int64_t n_rows, int64_t *keys) {
  uint64_t state = 0x9e3779b97f4a7c15u * (uint64_t)(round + 1);
  int64_t n_hot = n_rows < ENT_HOT_ROWS ? n_rows : ENT_HOT_ROWS;
  int64_t stretch = n_hot / ENT_BENCH_KEYS;

  for (int i = 0; i < ENT_BENCH_KEYS; i++) {
    int64_t key = (int64_t)(next_random(&state) % (uint64_t)stretch);
    int at = (int)(next_random(&state) % (uint64_t)(i + 1));

    keys[i] = keys[at];
    keys[at] = i * stretch + key + 1;
  }
}
