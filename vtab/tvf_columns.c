#include "vtab/tvf_columns.h"

#include "vtab/tables.h"

#include <string.h>

enum { ENT_COLUMNS_COLUMNS = 10 };

/* A table as it was when the rows were opened; it may be dropped since. */
typedef struct columns_table {
  ent_catalog *catalog;    /* uses of what the entity lives in; */
  ent_declaration *origin; /* NULL for none */
  const ent_entity *entity;
  char *schema;
  char *name;
} columns_table;

typedef struct columns_rows {
  ent_rows base; /* must be first */
  columns_table *tables;
  size_t n_tables;
  size_t at;       /* the table */
  uint16_t column; /* of it, the next one */
  ent_value values[ENT_COLUMNS_COLUMNS];
} columns_rows;

static ent_value text_value(const char *text) {
  return ent_value_bytes(ENT_TEXT, text, strlen(text));
}

static int key_place(const ent_entity *entity, uint16_t column) {
  for (uint16_t i = 0; i < entity->n_key_columns; i++) {
    if (entity->key_columns[i] == column) return i + 1;
  }
  return 0;
}

static void show_column(columns_rows *rows, const columns_table *table) {
  const ent_column *column = &table->entity->columns[rows->column];
  const ent_value values[ENT_COLUMNS_COLUMNS] = {
      text_value(table->schema),
      text_value(table->name),
      text_value(column->name),
      text_value(ent_column_declared(column)),
      text_value(ent_type_name(column->type)),
      ent_value_i64(key_place(table->entity, rows->column)),
      ent_value_i64(column->is_nullable),
      ent_value_i64(column->has_default),
      ent_value_i64(column->is_generated),
      ent_value_i64(column->is_invisible),
  };

  memcpy(rows->values, values, sizeof(values));
}

static ent_status columns_next(ent_rows *base, const ent_deadline *deadline,
                               const ent_value **row, ent_error *err) {
  columns_rows *rows = (columns_rows *)base;

  (void)deadline, (void)err;
  while (rows->at < rows->n_tables &&
         rows->column == rows->tables[rows->at].entity->n_columns) {
    rows->at++;
    rows->column = 0;
  }
  if (rows->at == rows->n_tables) return ENT_DONE;
  show_column(rows, &rows->tables[rows->at]);
  rows->column++;
  *row = rows->values;
  return ENT_OK;
}

static void columns_close(ent_rows *base) {
  columns_rows *rows = (columns_rows *)base;

  for (size_t i = 0; i < rows->n_tables; i++) {
    ent_catalog_unref(rows->tables[i].catalog);
    ent_declaration_unref(rows->tables[i].origin);
    sqlite3_free(rows->tables[i].schema);
    sqlite3_free(rows->tables[i].name);
  }
  sqlite3_free(rows->tables);
  sqlite3_free(rows);
}

static const ent_rows_ops columns_ops = {
    .next = columns_next,
    .close = columns_close,
};

static ent_status take_table(columns_rows *rows, const ent_table *table,
                             ent_error *err) {
  size_t room = (rows->n_tables + 1) * sizeof(*rows->tables);
  columns_table *tables = sqlite3_realloc64(rows->tables, room);
  columns_table *taken;

  if (!tables) return ent_fail_nomem(err);
  rows->tables = tables;
  taken = &tables[rows->n_tables++];
  *taken = (columns_table){
      .catalog = table->catalog ? ent_catalog_ref(table->catalog) : NULL,
      .origin = table->origin ? ent_declaration_ref(table->origin) : NULL,
      .entity = table->entity,
      .schema = sqlite3_mprintf("%s", table->schema),
      .name = sqlite3_mprintf("%s", table->name),
  };
  return taken->schema && taken->name ? ENT_OK : ent_fail_nomem(err);
}

/* A table that cannot be connected is left out. */
static ent_status take_tables(columns_rows *rows, ent_session *session,
                              ent_error *err) {
  ent_arena arena = {.blocks = NULL};
  ent_table_list list;
  ent_status status = ent_tables_find(session, false, &arena, &list, err);

  for (size_t i = 0; !status && i < list.n; i++)
    status = take_table(rows, list.items[i], err);
  ent_arena_done(&arena);
  return status;
}

static ent_status columns_open(const ent_tvf_call *call, ent_rows **out,
                               ent_error *err) {
  columns_rows *rows = sqlite3_malloc64(sizeof(*rows));
  ent_status status;

  if (!rows) return ent_fail_nomem(err);
  *rows = (columns_rows){.base.ops = &columns_ops};
  status = take_tables(rows, call->session, err);
  if (status) {
    columns_close(&rows->base);
    return status;
  }
  *out = &rows->base;
  return ENT_OK;
}

const ent_tvf ent_tvf_columns = {
    .name = "entity_columns",
    .columns = "schema TEXT, entity TEXT, name TEXT, declared TEXT, type TEXT, "
               "pk INTEGER, nullable INTEGER, has_default INTEGER, "
               "generated INTEGER, invisible INTEGER",
    .n_columns = ENT_COLUMNS_COLUMNS,
    .open = columns_open,
};
