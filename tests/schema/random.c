/* Random pairs of schemas: A is made, gets rows, and becomes B, which is A with
 * some changes.  Of each pair it is seen to that
 *
 *   - what is safe runs, and keeps every row and every value,
 *   - nothing safe is left then,
 *   - all the rest runs, on the rows that are there or, where they do not fit,
 *     without them,
 *   - nothing is left then, and the database is that of a fresh B.
 *
 *     schema_random FIRST-SEED COUNT */
#include "tests/schema/bench.h"
#include "tests/schema/drawn.h"
#include "tests/schema/model.h"
#include "tests/schema/same.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENT_ROWS = 4, ENT_RANDOM_CEILING = 1 << 24 };
/* MySQL 5.6 does not ignore that a row refers to none. */
static void try(ent_bench *bench, const char *sql) {
  ent_error err = {.status = ENT_OK};

  if (ent_bench_try(bench, sql, &err) && err.status != ENT_FOREIGN_KEY) {
    ent_bench_check(err.status, &err, sql);
  }
}

/* A few rows in every table, as many as its constraints let in. */
static void fill(ent_bench *bench, const drawn *d) {
  char sql[64];

  for (int i = 0; i < d->n_tables; i++) {
    if (drawn_chance(3)) continue;
    for (int row = 1; row <= ENT_ROWS; row++) {
      snprintf(sql, sizeof(sql), "INSERT IGNORE INTO t%d (id) VALUES (%d)",
               d->tables[i].name, row);
      try(bench, sql);
    }
  }
}

/* What has become of a column of A: its names in B, or those of A where the
 * server has it under them still. */
typedef struct found {
  char table[32];
  char column[32];
} found;

static bool is_there(ent_bench *bench, const found *names) {
  char sql[256];
  const char *text;
  ent_buf buf;
  bool answer;

  snprintf(sql, sizeof(sql),
           "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema"
           " = DATABASE() AND table_name = '%s' AND column_name = '%s'",
           names->table, names->column);
  ent_buf_init(&buf, sizeof(sql));
  ent_bench_query(bench, sql, &buf);
  if (ent_buf_text(&buf, &text, NULL)) exit(2);
  answer = strcmp(text, "0\n") != 0;
  ent_buf_done(&buf);
  return answer;
}

/* A name of A that is also one in B is that of the same thing. */
static void find_names(ent_bench *bench, const drawn *now, int table,
                       int column, found *names) {
  int new_column = column;

  snprintf(names->table, sizeof(names->table), "t%d", table);
  for (int i = 0; i < now->n_tables; i++) {
    const drawn_table *one = &now->tables[i];

    if (one->name != table && one->was != table) continue;
    snprintf(names->table, sizeof(names->table), "t%d", one->name);
    for (int j = 0; j < one->n_columns; j++) {
      if (one->columns[j].was == column) new_column = one->columns[j].name;
    }
  }
  snprintf(names->column, sizeof(names->column), "c%d", new_column);
  if (is_there(bench, names)) return;
  snprintf(names->column, sizeof(names->column), "c%d", column);
}

/* The values of a column of A, with their ids. */
static void read_values(ent_bench *bench, const drawn *now, int table,
                        int column, ent_buf *values) {
  found names;
  char sql[200];

  find_names(bench, now, table, column, &names);
  if (!is_there(bench, &names)) return;
  snprintf(sql, sizeof(sql),
           "SELECT id, HEX(CONVERT(%s USING utf8mb4)) FROM %s"
           " ORDER BY id",
           names.column, names.table);
  ent_bench_query(bench, sql, values);
}

static _Noreturn void fail(uint64_t seed, const char *a, const char *b,
                           const char *what, const char *more) {
  fprintf(stderr, "seed %llu: %s: %s\nA:\n%sB:\n%s", (unsigned long long)seed,
          what, more, a, b);
  exit(1);
}

static const char *text_of(ent_buf *buf) {
  const char *text;

  if (ent_buf_text(buf, &text, NULL)) exit(2);
  return text;
}

/* The first statement of a class that is left; NULL if none is. */
static const char *find_left(ent_bench *bench, const ent_declared *declared,
                             ent_alter_class class, ent_arena *arena) {
  ent_shape_wanted wanted = ent_bench_wanted(declared, arena);
  ent_deadline deadline = ent_bench_deadline();
  ent_error err = {.status = ENT_OK};
  ent_alters alters = {.n = 0};
  const char *left = NULL;

  ent_bench_check(ent_mysql_alters(&bench->session, &wanted, arena, &deadline,
                                   &alters, &err),
                  &err, "compare");
  for (size_t i = 0; !left && i < alters.n; i++) {
    if (alters.items[i].class <= class) left = alters.items[i].sql;
  }
  return left;
}

static void empty_all(ent_bench *bench) {
  ent_buf names;
  char *rest;

  ent_buf_init(&names, ENT_RANDOM_CEILING);
  ent_bench_query(bench,
                  "SELECT CONCAT('DELETE FROM `', table_name, '`') FROM"
                  " information_schema.tables WHERE table_schema = DATABASE()"
                  " AND table_type = 'BASE TABLE'",
                  &names);
  rest = strdup(text_of(&names));
  /* Rows that others refer to go in a later round. */
  for (int round = 0; round < ENT_TABLES; round++) {
    char *copy = strdup(rest);
    char *next = copy;

    for (char *sql = strtok_r(copy, "\n", &next); sql;
         sql = strtok_r(NULL, "\n", &next)) {
      char ignoring[128];

      snprintf(ignoring, sizeof(ignoring), "DELETE IGNORE%s", sql + 6);
      try(bench, ignoring);
    }
    free(copy);
  }
  free(rest);
  ent_buf_done(&names);
}

typedef struct pair {
  uint64_t seed;
  drawn before;
  drawn after;
  ent_declared a;
  ent_declared b;
  ent_buf a_text;
  ent_buf b_text;
  ent_arena arena;
} pair;

typedef ent_buf values[ENT_TABLES][ENT_COLUMNS];

static void read_all(ent_bench *bench, const pair *p, const drawn *now,
                     values all) {
  for (int i = 0; i < p->before.n_tables; i++) {
    const drawn_table *table = &p->before.tables[i];

    for (int j = 0; j < table->n_columns; j++) {
      ent_buf_init(&all[i][j], ENT_RANDOM_CEILING);
      read_values(bench, now, table->name, table->columns[j].name, &all[i][j]);
    }
  }
}

/* Of a table that was empty anything may have gone. */
static void compare_values(const pair *p, values before, values after,
                           const char *a, const char *b) {
  for (int i = 0; i < p->before.n_tables; i++) {
    for (int j = 0; j < p->before.tables[i].n_columns; j++) {
      ent_buf *old = &before[i][j];
      ent_buf *new = &after[i][j];

      if (old->size && strcmp(text_of(old), text_of(new)) != 0) {
        fprintf(stderr, "before:\n%safter:\n%s", text_of(old), text_of(new));
        fail(p->seed, a, b, "what is safe has changed values", "");
      }
      ent_buf_done(old);
      ent_buf_done(new);
    }
  }
}

static void check_safe(ent_bench *bench, pair *p, const char *a,
                       const char *b) {
  ent_error err = {.status = ENT_OK};
  const char *left;
  static values before;
  static values after;

  read_all(bench, p, &p->before, before);
  if (ent_bench_migrate(bench, &p->b, ENT_ALTER_SAFE, &err)) {
    fail(p->seed, a, b, "what is safe fails", err.text);
  }
  left = find_left(bench, &p->b, ENT_ALTER_SAFE, &p->arena);
  if (left) fail(p->seed, a, b, "safe, and left", left);
  read_all(bench, p, &p->after, after);
  compare_values(p, before, after, a, b);
}

/* Whether it is the rows that do not fit: alike (1834 where others may refer to
 * them), missing, NULL, too long, out of range, no value of the type, cut.  Or a
 * table that B has not refers to what is to be of another type. */
static bool is_of_rows(const ent_error *err) {
  static const int codes[] = {1062, 1834, 1452, 1138, 1406,
                              1264, 1366, 1292, 1265, 1833};

  for (size_t i = 0; i < ENT_COUNT(codes); i++) {
    if (err->native == codes[i]) return true;
  }
  return false;
}

static void check_all(ent_bench *bench, pair *p, const char *a, const char *b) {
  ent_error err = {.status = ENT_OK};
  const char *left;

  if (ent_bench_migrate(bench, &p->b, ENT_ALTER_UNSAFE, &err)) {
    if (!is_of_rows(&err)) fail(p->seed, a, b, "it fails", err.text);
    empty_all(bench);
    ent_error_clear(&err);
    if (ent_bench_migrate(bench, &p->b, ENT_ALTER_PRUNE, &err)) {
      fail(p->seed, a, b, "without rows it fails", err.text);
    }
  }
  if (ent_bench_migrate(bench, &p->b, ENT_ALTER_PRUNE, &err)) {
    fail(p->seed, a, b, "the rest fails", err.text);
  }
  left = find_left(bench, &p->b, ENT_ALTER_PRUNE, &p->arena);
  if (left) fail(p->seed, a, b, "left", left);
}

static void check_fresh(ent_bench *bench, pair *p, const char *a,
                        const char *b) {
  ent_error err = {.status = ENT_OK};
  ent_buf migrated;
  ent_buf fresh;

  ent_buf_init(&migrated, ENT_RANDOM_CEILING);
  ent_buf_init(&fresh, ENT_RANDOM_CEILING);
  ent_same_describe(bench, &migrated);
  ent_bench_clear(bench);
  ent_bench_check(ent_bench_migrate(bench, &p->b, ENT_ALTER_SAFE, &err), &err,
                  "a fresh one");
  ent_same_describe(bench, &fresh);
  if (strcmp(text_of(&migrated), text_of(&fresh)) != 0) {
    fprintf(stderr, "migrated:\n%sfresh:\n%s", text_of(&migrated),
            text_of(&fresh));
    fail(p->seed, a, b, "not as a fresh one", "");
  }
  ent_buf_done(&migrated);
  ent_buf_done(&fresh);
}

static void run_pair(ent_bench *bench, uint64_t seed) {
  pair p = {.seed = seed};
  ent_error err = {.status = ENT_OK};
  const char *a;
  const char *b;

  drawn_seed(seed);
  drawn_make(&p.before);
  p.after = p.before;
  drawn_change(&p.after);
  ent_buf_init(&p.a_text, ENT_RANDOM_CEILING);
  ent_buf_init(&p.b_text, ENT_RANDOM_CEILING);
  drawn_write(&p.before, &p.a_text);
  drawn_write(&p.after, &p.b_text);
  a = text_of(&p.a_text);
  b = text_of(&p.b_text);
  ent_model_read(a, &p.arena, &p.a);
  ent_model_read(b, &p.arena, &p.b);
  ent_bench_clear(bench);
  if (ent_bench_migrate(bench, &p.a, ENT_ALTER_SAFE, &err)) {
    fail(seed, a, b, "A cannot be made", err.text);
  }
  fill(bench, &p.before);
  check_safe(bench, &p, a, b);
  check_all(bench, &p, a, b);
  check_fresh(bench, &p, a, b);
  ent_buf_done(&p.a_text);
  ent_buf_done(&p.b_text);
  ent_arena_done(&p.arena);
}

int main(int argc, char **argv) {
  ent_bench bench;
  uint64_t first;
  uint64_t count;

  if (argc < 3) return 2;
  first = strtoull(argv[1], NULL, 10);
  count = strtoull(argv[2], NULL, 10);
  ent_bench_open(&bench);
  for (uint64_t seed = first; seed < first + count; seed++)
    run_pair(&bench, seed);
  ent_bench_clear(&bench);
  ent_bench_close(&bench);
  return 0;
}
