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
#include "tests/schema/model.h"
#include "tests/schema/same.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_TABLES = 4,
  ENT_COLUMNS = 10,
  ENT_INDEXES = 3,
  ENT_CHANGES = 6,
  ENT_ROWS = 4,
  ENT_RANDOM_CEILING = 1 << 24,
};

typedef struct drawn_column {
  int name;
  int was; /* -1: not renamed */
  int type;
  int target;   /* the table referred to; -1: none */
  int deletion; /* what happens then */
  bool is_required;
  bool has_default;
} drawn_column;

typedef struct drawn_index {
  int name;
  bool is_unique;
  int columns[2]; /* places in the table; the second may be -1 */
} drawn_index;

typedef struct drawn_table {
  int name;
  int was;
  int key_type;
  drawn_column columns[ENT_COLUMNS];
  int n_columns;
  drawn_index indexes[ENT_INDEXES];
  int n_indexes;
} drawn_table;

typedef struct drawn {
  drawn_table tables[ENT_TABLES];
  int n_tables;
  int next_name; /* of anything: none is used twice */
} drawn;

/* Types, and a value of each; those from ENT_LONG on make no good index. */
static const struct {
  const char *type;
  const char *value;
} types[] = {
    {"int", "7"},
    {"int unsigned", "0"},
    {"bigint", "-5"},
    {"smallint", "3"},
    {"tinyint(1)", "1"},
    {"varchar(20)", "'x'"},
    {"varchar(60)", "'it''s'"},
    {"varchar(150)", "''"},
    {"varchar(20) charset latin1", "'l'"},
    {"varchar(20) collate utf8mb4_bin", "'B'"},
    {"char(8)", "'c'"},
    {"decimal(8,2)", "1.5"},
    {"decimal(10,3)", "2"},
    {"float", "0.5"},
    {"double", "2.25"},
    {"date", "'2020-01-02'"},
    {"datetime", "'2020-01-02'"},
    {"datetime(3)", "now"},
    {"timestamp", "now"},
    {"time", "'10:11'"},
    {"year", "2020"},
    {"bit(4)", "5"},
    {"enum('a','b')", "'a'"},
    {"enum('a','b','c')", "'b'"},
    {"enum('c','b','a')", "'c'"},
    {"set('x','y')", "'y'"},
    {"set('x','y','z')", "'z,x'"},
    {"varbinary(20)", "'v'"},
    {"binary(4)", "'b'"},
    {"text", ""},
    {"mediumtext", ""},
    {"blob", ""},
};
enum { ENT_LONG = ENT_COUNT(types) - 3 };

static const char *const keys[] = {"int", "int unsigned", "bigint unsigned"};

static uint64_t state;

static int draw(int below) {
  state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (int)((state >> 33) % (uint64_t)below);
}

static bool chance(int of_ten) {
  return draw(10) < of_ten;
}

static drawn_column draw_column(drawn *d) {
  drawn_column column = {.name = d->next_name++,
                         .was = -1,
                         .type = draw(ENT_COUNT(types)),
                         .target = -1};

  if (chance(2)) {
    column.target = d->tables[draw(d->n_tables)].name;
    column.deletion = draw(3);
  }
  column.is_required = chance(4) && column.deletion != 2;
  column.has_default = chance(5);
  return column;
}

static void draw_index(drawn *d, drawn_table *table) {
  drawn_index *index = &table->indexes[table->n_indexes++];

  *index = (drawn_index){.name = d->next_name++,
                         .is_unique = chance(3),
                         .columns = {draw(table->n_columns), -1}};
  if (chance(5)) index->columns[1] = draw(table->n_columns);
}

static void add_table(drawn *d) {
  drawn_table *table = &d->tables[d->n_tables++];
  int n_columns = 2 + draw(5);
  int n_indexes = draw(ENT_INDEXES);

  *table = (drawn_table){
      .name = d->next_name++, .was = -1, .key_type = draw(ENT_COUNT(keys))};
  while (table->n_columns < n_columns)
    table->columns[table->n_columns++] = draw_column(d);
  while (table->n_indexes < n_indexes)
    draw_index(d, table);
}

static const drawn_table *find_table(const drawn *d, int name) {
  for (int i = 0; i < d->n_tables; i++) {
    if (d->tables[i].name == name) return &d->tables[i];
  }
  return NULL;
}

static void write_column(const drawn *d, const drawn_column *column,
                         ent_buf *text, ent_error *err) {
  static const char *const deletions[] = {"", " cascade", " set null"};
  const drawn_table *target = find_table(d, column->target);
  bool is_long = column->type >= ENT_LONG;
  ent_status status;

  status = ent_buf_printf(text, err, "  c%d %s", column->name,
                          target ? keys[target->key_type]
                                 : types[column->type].type);
  if (!status && column->was >= 0) {
    status = ent_buf_printf(text, err, " was c%d", column->was);
  }
  if (!status && column->is_required) {
    status = ent_buf_printf(text, err, " not null");
  }
  if (!status && target) {
    status = ent_buf_printf(text, err, " -> t%d%s", target->name,
                            deletions[column->deletion]);
  }
  if (!status && column->has_default && !target && !is_long) {
    status =
        ent_buf_printf(text, err, " default %s", types[column->type].value);
  }
  if (!status) status = ent_buf_append(text, "\n", 1, err);
  ent_bench_check(status, err, "write");
}

/* A unique index of a long text is not what every server can do. */
static void write_index(const drawn_table *table, const drawn_index *index,
                        ent_buf *text, ent_error *err) {
  const drawn_column *first = &table->columns[index->columns[0]];
  int second = index->columns[1];
  bool is_long = first->type >= ENT_LONG;
  ent_status status;

  if (second >= 0 && table->columns[second].type >= ENT_LONG) is_long = true;
  status = ent_buf_printf(text, err, "  %s i%d: c%d",
                          index->is_unique && !is_long ? "unique" : "index",
                          index->name, first->name);
  if (!status && second >= 0 && second != index->columns[0]) {
    status = ent_buf_printf(text, err, ", c%d", table->columns[second].name);
  }
  if (!status) status = ent_buf_append(text, "\n", 1, err);
  ent_bench_check(status, err, "write");
}

static void write_table(const drawn *d, const drawn_table *table, ent_buf *text,
                        ent_error *err) {
  ent_status status = ent_buf_printf(text, err, "table t%d", table->name);

  if (!status && table->was >= 0) {
    status = ent_buf_printf(text, err, " was t%d", table->was);
  }
  if (!status) {
    status =
        ent_buf_printf(text, err, "\n  id %s auto\n", keys[table->key_type]);
  }
  ent_bench_check(status, err, "write");
  for (int i = 0; i < table->n_columns; i++)
    write_column(d, &table->columns[i], text, err);
  for (int i = 0; i < table->n_columns; i++) {
    if (!find_table(d, table->columns[i].target)) continue;
    ent_bench_check(ent_buf_printf(text, err, "  index r%d: c%d\n",
                                   table->columns[i].name,
                                   table->columns[i].name),
                    err, "write");
  }
  for (int i = 0; i < table->n_indexes; i++)
    write_index(table, &table->indexes[i], text, err);
}

static void write_all(const drawn *d, ent_buf *text) {
  ent_error err = {.status = ENT_OK};

  for (int i = 0; i < d->n_tables; i++)
    write_table(d, &d->tables[i], text, &err);
}

/* Takes a column out, and the indexes that know its place. */
static void drop_column(drawn_table *table) {
  int place = draw(table->n_columns);

  if (table->n_columns < 2) return;
  table->n_indexes = 0;
  table->n_columns--;
  memmove(&table->columns[place], &table->columns[place + 1],
          (size_t)(table->n_columns - place) * sizeof(drawn_column));
}

static void insert_column(drawn *d, drawn_table *table) {
  if (table->n_columns == ENT_COLUMNS) return;
  table->n_indexes = 0;
  table->columns[table->n_columns++] = draw_column(d);
}

static void swap_columns(drawn_table *table) {
  int a = draw(table->n_columns);
  int b = draw(table->n_columns);
  drawn_column column = table->columns[a];

  table->columns[a] = table->columns[b];
  table->columns[b] = column;
}

static void rename_column(drawn *d, drawn_column *column) {
  if (column->was < 0) column->was = column->name;
  column->name = d->next_name++;
}

static void change_column(drawn *d, drawn_column *column) {
  switch (draw(6)) {
  case 0: column->type = draw(ENT_COUNT(types)); break;
  case 1: column->is_required = !column->is_required; break;
  case 2: column->has_default = !column->has_default; break;
  case 3: column->deletion = draw(3); break;
  case 4: column->target = d->tables[draw(d->n_tables)].name; break;
  default: rename_column(d, column); break;
  }
  if (column->deletion == 2) column->is_required = false;
}

static void change_table(drawn *d, drawn_table *table) {
  switch (draw(9)) {
  case 0: drop_column(table); break;
  case 1: insert_column(d, table); break;
  case 2: swap_columns(table); break;
  case 3: table->n_indexes = 0; break;
  case 4:
    if (table->n_indexes < ENT_INDEXES) draw_index(d, table);
    break;
  case 5: table->key_type = draw(ENT_COUNT(keys)); break;
  default: change_column(d, &table->columns[draw(table->n_columns)]); break;
  }
}

static void rename_table(drawn *d, drawn_table *table) {
  int name = d->next_name++;

  for (int i = 0; i < d->n_tables; i++) {
    for (int j = 0; j < d->tables[i].n_columns; j++) {
      drawn_column *column = &d->tables[i].columns[j];

      if (column->target == table->name) column->target = name;
    }
  }
  if (table->was < 0) table->was = table->name;
  table->name = name;
}

static void change(drawn *d) {
  for (int n = 1 + draw(ENT_CHANGES); n > 0; n--) {
    int choice = draw(20);

    if (choice == 0 && d->n_tables < ENT_TABLES) {
      add_table(d);
    } else if (choice == 1 && d->n_tables > 1) {
      d->n_tables--;
    } else if (choice == 2) {
      rename_table(d, &d->tables[draw(d->n_tables)]);
    } else {
      change_table(d, &d->tables[draw(d->n_tables)]);
    }
  }
}

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
    if (chance(3)) continue;
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
  int n_tables;

  state = seed * UINT64_C(0x9e3779b97f4a7c15);
  n_tables = 1 + draw(ENT_TABLES);
  while (p.before.n_tables < n_tables)
    add_table(&p.before);
  p.after = p.before;
  change(&p.after);
  ent_buf_init(&p.a_text, ENT_RANDOM_CEILING);
  ent_buf_init(&p.b_text, ENT_RANDOM_CEILING);
  write_all(&p.before, &p.a_text);
  write_all(&p.after, &p.b_text);
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
