/* How a migration runs: alone, told of as it goes, ended by whoever wants to,
 * and clear about what was done when it fails. */
#include "tests/schema/bench.h"
#include "tests/schema/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char model[] = "table a\n"
                            "  id int auto\n"
                            "table b\n"
                            "  id int auto\n"
                            "  n int\n"
                            "  unique n: n\n";

typedef struct course {
  ent_bench bench;
  ent_arena arena;
  ent_declared declared;
  ent_shape_wanted wanted;
  char told[400]; /* of the progress */
} course;

static void claim(bool is_true, const char *what, const char *more) {
  if (is_true) return;
  fprintf(stderr, "not so: %s: %s\n", what, more);
  exit(1);
}

static void note(void *context, size_t done, size_t n, const ent_alter *alter) {
  course *c = context;
  size_t size = strlen(c->told);

  snprintf(c->told + size, sizeof(c->told) - size, "%zu/%zu %s;", done, n,
           alter ? alter->table : "end");
}

static ent_status run(course *c, ent_deadline deadline, size_t *n_run,
                      ent_error *err) {
  ent_migration migration = {.takes = {true, true, false},
                             .lock_timeout_s = 1,
                             .table_timeout_s = 1,
                             .progress = note,
                             .context = c};

  ent_migrated migrated;
  ent_status status;

  ent_error_clear(err);
  c->told[0] = '\0';
  status = ent_mysql_migrate(&c->bench.session, &c->wanted, &migration,
                             &deadline, &migrated, err);
  *n_run = migrated.n_run;
  return status;
}

static void read_model(course *c, const char *text) {
  ent_model_read(text, &c->arena, &c->declared);
  c->wanted = ent_bench_wanted(&c->declared, &c->arena);
}

static ent_status hold(ent_mysql_connection *connection, const char *sql,
                       ent_error *err) {
  ent_deadline deadline = ent_bench_deadline();
  ent_mysql_statement *statement;
  ent_status status;
  uint64_t n;

  if (strncmp(sql, "SELECT", 6) != 0) {
    return ent_mysql_client_exec(ent_mysql_connection_client(connection), sql,
                                 &deadline, err);
  }
  status = ent_mysql_connection_statement(connection, sql, strlen(sql),
                                          &deadline, &statement, err);
  if (!status) {
    status = ent_mysql_statement_execute(statement, NULL, 0, &deadline, err);
  }
  return status ? status
                : ent_mysql_statement_finish(statement, &deadline, &n, err);
}

/* Another connection, which holds something until it is released. */
static ent_mysql_connection *other(course *c, const char *sql) {
  ent_deadline deadline = ent_bench_deadline();
  ent_error err = {.status = ENT_OK};
  ent_mysql_connection *connection;

  ent_bench_check(ent_mysql_pool_acquire(c->bench.session.pool, &deadline,
                                         &connection, &err),
                  &err, "connect");
  ent_bench_check(hold(connection, sql, &err), &err, sql);
  ent_mysql_connection_soil(connection);
  return connection;
}

static void it_tells_of_its_progress(course *c) {
  ent_error err = {.status = ENT_OK};
  size_t n;

  ent_bench_check(run(c, ent_bench_deadline(), &n, &err), &err, "migrate");
  claim(n == 2, "two statements", c->told);
  claim(strcmp(c->told, "0/2 a;1/2 b;2/2 end;") == 0, "progress", c->told);
  ent_bench_check(run(c, ent_bench_deadline(), &n, &err), &err, "again");
  claim(n == 0 && strcmp(c->told, "0/0 end;") == 0, "nothing left", c->told);
}

static void two_are_kept_apart(course *c) {
  ent_mysql_connection *holder =
      other(c, "SELECT GET_LOCK(CONCAT('entable.migrate.', DATABASE()), 0)");
  ent_error err = {.status = ENT_OK};
  size_t n;
  ent_status status = run(c, ent_bench_deadline(), &n, &err);

  claim(status == ENT_BUSY && n == 0, "busy", err.text);
  claim(strstr(err.text, "another migration of it is running") != NULL,
        "says why", err.text);
  ent_mysql_pool_release(holder);
  ent_bench_check(run(c, ent_bench_deadline(), &n, &err), &err, "then");
}

static bool at_once(void *context) {
  (void)context;
  return true;
}

static void whoever_waits_can_be_interrupted(course *c) {
  ent_mysql_connection *holder =
      other(c, "SELECT GET_LOCK(CONCAT('entable.migrate.', DATABASE()), 0)");
  ent_deadline deadline = ent_bench_deadline();
  ent_error err = {.status = ENT_OK};
  size_t n;
  ent_status status;

  deadline.interrupted = at_once;
  status = run(c, deadline, &n, &err);
  claim(status == ENT_INTERRUPTED, "interrupted", err.text);
  ent_mysql_pool_release(holder);
  ent_bench_check(run(c, ent_bench_deadline(), &n, &err), &err, "then");
}

static void a_table_in_use_is_not_waited_for_long(course *c) {
  ent_mysql_connection *holder = other(c, "LOCK TABLES b READ");
  ent_error err = {.status = ENT_OK};
  size_t n;
  ent_status status;

  read_model(c, "table a\n  id int auto\n  x int\n"
                "table b\n  id int auto\n  n int\n  y int\n  unique n: n\n");
  status = run(c, ent_bench_deadline(), &n, &err);
  claim(status == ENT_BUSY && n == 1, "busy with a table", err.text);
  claim(strstr(err.text, "statement 2 of 2, ALTER TABLE `b`: ") != NULL &&
            strstr(err.text, "; run before it: ALTER TABLE `a`") != NULL,
        "says what was run", err.text);
  claim(strcmp(c->told, "0/2 a;1/2 b;") == 0, "progress", c->told);
  ent_mysql_pool_release(holder);
  ent_bench_check(run(c, ent_bench_deadline(), &n, &err), &err, "then");
  claim(n == 1, "what was left", err.text);
}

int main(void) {
  static course c;

  ent_bench_open(&c.bench);
  ent_bench_clear(&c.bench);
  read_model(&c, model);
  it_tells_of_its_progress(&c);
  two_are_kept_apart(&c);
  whoever_waits_can_be_interrupted(&c);
  a_table_in_use_is_not_waited_for_long(&c);
  ent_bench_clear(&c.bench);
  ent_bench_close(&c.bench);
  ent_arena_done(&c.arena);
  return 0;
}
