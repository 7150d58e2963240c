#include "tests/schema/drawn.h"

#include "tests/schema/bench.h"

#include <stdio.h>
#include <string.h>

enum { ENT_CHANGES = 6 };

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

void drawn_seed(uint64_t seed) {
  state = seed * UINT64_C(0x9e3779b97f4a7c15);
}

static int draw(int below) {
  state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (int)((state >> 33) % (uint64_t)below);
}

bool drawn_chance(int of_ten) {
  return draw(10) < of_ten;
}

static drawn_column draw_column(drawn *d) {
  drawn_column column = {.name = d->next_name++,
                         .was = -1,
                         .type = draw(ENT_COUNT(types)),
                         .target = -1};

  if (drawn_chance(2)) {
    column.target = d->tables[draw(d->n_tables)].name;
    column.deletion = draw(3);
  }
  column.is_required = drawn_chance(4) && column.deletion != 2;
  column.has_default = drawn_chance(5);
  return column;
}

static void draw_index(drawn *d, drawn_table *table) {
  drawn_index *index = &table->indexes[table->n_indexes++];

  *index = (drawn_index){.name = d->next_name++,
                         .is_unique = drawn_chance(3),
                         .columns = {draw(table->n_columns), -1}};
  if (drawn_chance(5)) index->columns[1] = draw(table->n_columns);
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

void drawn_write(const drawn *d, ent_buf *text) {
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

void drawn_change(drawn *d) {
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

void drawn_make(drawn *d) {
  int n_tables = 1 + draw(ENT_TABLES);

  while (d->n_tables < n_tables)
    add_table(d);
}
