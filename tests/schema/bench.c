#include "tests/schema/bench.h"

#include "backends/mysql/exec.h"
#include "backends/mysql/lookup.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENT_BENCH_ROW = 4 << 20 };

void ent_bench_check(ent_status status, const ent_error *err,
                     const char *doing) {
  if (!status) return;
  fprintf(stderr, "%s: %s\n", doing, err->text);
  exit(1);
}

ent_deadline ent_bench_deadline(void) {
  return ent_deadline_in(INT64_C(120000));
}

void ent_bench_open(ent_bench *bench) {
  const char *socket = getenv("ENTABLE_SANDBOX_SOCKET");
  const char *database = getenv("ENTABLE_SANDBOX_DATABASE");
  ent_address address;
  ent_mysql_pool *pool;
  ent_error err = {.status = ENT_OK};
  char *text;

  *bench = (ent_bench){.arena = {.blocks = NULL}};
  if (!socket || !database) {
    fprintf(stderr, "to be run by `entable sandbox` or tests/servers/with\n");
    exit(2);
  }
  text = ent_arena_printf(&bench->arena, "root@unix(%s)/%s", socket, database);
  ent_bench_check(ent_address_parse(text, &bench->arena, &address, &err), &err,
                  "address");
  ent_bench_check(ent_mysql_pool_open(&address, &pool, &err), &err, "pool");
  ent_mysql_session_init(&bench->session, pool);
}

void ent_bench_close(ent_bench *bench) {
  ent_mysql_session_done(&bench->session);
  ent_arena_done(&bench->arena);
}

ent_status ent_bench_try(ent_bench *bench, const char *sql, ent_error *err) {
  ent_deadline deadline = ent_bench_deadline();
  ent_mysql_exec *exec = NULL;
  uint64_t n_rows;
  ent_status status = ent_mysql_exec_open(&bench->session, sql, strlen(sql),
                                          false, &deadline, &exec, err);

  if (!status) {
    status = ent_mysql_exec_run(exec, NULL, 0, &deadline, &n_rows, err);
  }
  ent_mysql_exec_close(exec);
  return status;
}

void ent_bench_exec(ent_bench *bench, const char *sql) {
  ent_error err = {.status = ENT_OK};

  ent_bench_check(ent_bench_try(bench, sql, &err), &err, sql);
}

void ent_bench_put(ent_buf *buf, const char *text) {
  ent_error err = {.status = ENT_OK};

  ent_bench_check(ent_buf_append(buf, text, strlen(text), &err), &err, "text");
}

static void put_value(ent_buf *buf, const ent_value *value) {
  char number[32];

  switch (value->kind) {
  case ENT_NULL: ent_bench_put(buf, "NULL"); return;
  case ENT_I64:
  case ENT_U64:
    snprintf(number, sizeof(number), "%" PRId64, value->as.i64);
    ent_bench_put(buf, number);
    return;
  case ENT_F64:
    snprintf(number, sizeof(number), "%.15g", value->as.f64);
    ent_bench_put(buf, number);
    return;
  case ENT_ASCII:
  case ENT_TEXT:
  case ENT_BLOB:
  case ENT_DIGITS:
    ent_bench_check(
        ent_buf_append(buf, value->as.bytes.data, value->as.bytes.size, NULL),
        &(ent_error){.text = "no memory"}, "value");
  }
}

static ent_status take_row(void *rows, const ent_row *row, ent_error *err) {
  (void)err;
  for (unsigned i = 0; i < ent_row_n_columns(row); i++) {
    ent_value value = ent_row_value(row, i);

    if (i) ent_bench_put(rows, "|");
    put_value(rows, &value);
  }
  ent_bench_put(rows, "\n");
  return ENT_OK;
}

static ent_status run_query(ent_mysql_connection *connection, const char *sql,
                            ent_buf *rows, ent_error *err) {
  ent_deadline deadline = ent_bench_deadline();
  ent_mysql_lookup lookup = {.sql = sql,
                             .size = strlen(sql),
                             .max_row = ENT_BENCH_ROW,
                             .take = take_row,
                             .context = rows};

  return ent_mysql_look_up(connection, &lookup, &deadline, err);
}

void ent_bench_query(ent_bench *bench, const char *sql, ent_buf *rows) {
  ent_deadline deadline = ent_bench_deadline();
  ent_error err = {.status = ENT_OK};
  ent_mysql_connection *connection;
  ent_status status =
      ent_mysql_pool_acquire(bench->session.pool, &deadline, &connection, &err);

  if (!status) status = run_query(connection, sql, rows, &err);
  ent_bench_check(status, &err, sql);
  ent_mysql_pool_release(connection);
}

ent_shape_wanted ent_bench_wanted(const ent_declared *declared,
                                  ent_arena *arena) {
  size_t n = declared->n_entities;
  const ent_declared_entity **entities =
      ent_arena_alloc(arena, (n + 1) * sizeof(void *));

  if (!entities) exit(2);
  for (size_t i = 0; i < n; i++)
    entities[i] = &declared->entities[i];
  return (ent_shape_wanted){
      .declared = declared, .entities = entities, .n_entities = n};
}

ent_status ent_bench_migrate(ent_bench *bench, const ent_declared *declared,
                             ent_alter_class class, ent_error *err) {
  ent_arena arena = {.blocks = NULL};
  ent_shape_wanted wanted = ent_bench_wanted(declared, &arena);
  ent_migration migration = {
      .takes = {true, class >= ENT_ALTER_UNSAFE, class >= ENT_ALTER_PRUNE},
      .lock_timeout_s = 5,
      .table_timeout_s = 5};
  ent_deadline deadline = ent_bench_deadline();
  ent_migrated migrated;
  ent_status status = ent_mysql_migrate(&bench->session, &wanted, &migration,
                                        &deadline, &migrated, err);

  ent_arena_done(&arena);
  return status;
}

void ent_bench_clear(ent_bench *bench) {
  ent_declared nothing = {.n_entities = 0};
  ent_error err = {.status = ENT_OK};

  ent_bench_check(ent_bench_migrate(bench, &nothing, ENT_ALTER_PRUNE, &err),
                  &err, "clear");
}
