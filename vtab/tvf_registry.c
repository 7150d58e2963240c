#include "vtab/tvf_registry.h"

#include "vtab/databases.h"
#include "vtab/tables.h"

#include <string.h>

enum { ENT_REGISTRY_COLUMNS = 6, ENT_REGISTRY_BLOCK = 64 };

/* All rows are made when the table is opened: what they tell of may be dropped
 * while they are shown. */
typedef struct registry_block {
  struct registry_block *next;
  size_t n;
  ent_value rows[ENT_REGISTRY_BLOCK][ENT_REGISTRY_COLUMNS];
} registry_block;

typedef struct registry_rows {
  ent_rows base; /* must be first */
  ent_arena arena;
  registry_block *first;
  registry_block *last;
  const registry_block *block; /* the next row's, and its place there */
  size_t at;
  ent_error *err; /* while the rows are made */
} registry_rows;

static ent_status registry_next(ent_rows *base, const ent_deadline *deadline,
                                const ent_value **row, ent_error *err) {
  registry_rows *rows = (registry_rows *)base;

  (void)deadline, (void)err;
  while (rows->block && rows->at == rows->block->n) {
    rows->block = rows->block->next;
    rows->at = 0;
  }
  if (!rows->block) return ENT_DONE;
  *row = rows->block->rows[rows->at++];
  return ENT_OK;
}

static void registry_close(ent_rows *base) {
  registry_rows *rows = (registry_rows *)base;

  ent_arena_done(&rows->arena);
  sqlite3_free(rows);
}

static const ent_rows_ops registry_ops = {
    .next = registry_next,
    .close = registry_close,
};

/* ---- making rows ---- */

static registry_block *add_block(registry_rows *rows) {
  registry_block *made = ent_arena_zalloc(&rows->arena, sizeof(*made));

  if (!made) return NULL;
  if (rows->last) {
    rows->last->next = made;
  } else {
    rows->first = made;
  }
  rows->last = made;
  return made;
}

/* Adds a row of n values.  Their texts are copied. */
static ent_status add_row(registry_rows *rows, const ent_value *values,
                          size_t n) {
  registry_block *block = rows->last;
  ent_value *row;

  if (!block || block->n == ENT_REGISTRY_BLOCK) block = add_block(rows);
  if (!block) return ent_fail_nomem(rows->err);
  row = block->rows[block->n++];
  for (size_t i = 0; i < n; i++) {
    row[i] = values[i];
    if (values[i].kind != ENT_TEXT) continue;
    row[i].as.bytes.data = ent_arena_copy(&rows->arena, values[i].as.bytes.data,
                                          values[i].as.bytes.size);
    if (!row[i].as.bytes.data) return ent_fail_nomem(rows->err);
  }
  return ENT_OK;
}

static ent_value text_or_null(const char *text) {
  if (!text) return (ent_value){.kind = ENT_NULL};
  return ent_value_bytes(ENT_TEXT, text, strlen(text));
}

/* Opens rows that `fill` makes. */
static ent_status open_rows(const ent_tvf_call *call,
                            ent_status (*fill)(registry_rows *rows,
                                               ent_session *session),
                            ent_rows **out, ent_error *err) {
  registry_rows *rows = sqlite3_malloc64(sizeof(*rows));
  ent_status status;

  if (!rows) return ent_fail_nomem(err);
  *rows = (registry_rows){.base.ops = &registry_ops, .err = err};
  status = fill(rows, call->session);
  if (status) {
    registry_close(&rows->base);
    return status;
  }
  rows->err = NULL;
  rows->block = rows->first;
  *out = &rows->base;
  return ENT_OK;
}

/* Calls `show` for every entity that is declared, as it is resolved. */
static ent_status each_declared(
    registry_rows *rows, ent_session *session,
    ent_status (*show)(registry_rows *rows, const ent_database *database,
                       const ent_declared_entity *)) {
  ent_databases databases;
  ent_status status =
      ent_databases_make(session, &rows->arena, &databases, rows->err);

  for (size_t i = 0; !status && i < databases.n; i++) {
    const ent_database *database = &databases.items[i];

    for (size_t k = 0; !status && k < database->wanted.n_entities; k++)
      status = show(rows, database, database->wanted.entities[k]);
  }
  return status;
}

/* ---- entity_list ---- */

static const char *source_of(const ent_table *table) {
  if (!table->origin) return "server";
  return table->origin->config ? "file" : "statement";
}

/* "a, b" of the key's columns; NULL without a key. */
static ent_status key_of(registry_rows *rows, const ent_entity *entity,
                         const char **key) {
  *key = NULL;
  for (uint16_t i = 0; i < entity->n_key_columns; i++) {
    const char *name = entity->columns[entity->key_columns[i]].name;

    *key = *key ? ent_arena_printf(&rows->arena, "%s, %s", *key, name) : name;
    if (!*key) return ent_fail_nomem(rows->err);
  }
  return ENT_OK;
}

static ent_status fill_list(registry_rows *rows, ent_session *session) {
  ent_table_list list;
  ent_status status =
      ent_tables_find(session, false, &rows->arena, &list, rows->err);

  for (size_t i = 0; !status && i < list.n; i++) {
    const ent_table *table = list.items[i];
    const char *key;

    status = key_of(rows, table->entity, &key);
    if (status) return status;
    status = add_row(
        rows,
        (ent_value[]){text_or_null(table->schema), text_or_null(table->name),
                      text_or_null(table->pool_name),
                      text_or_null(table->entity->table), text_or_null(key),
                      text_or_null(source_of(table))},
        6);
  }
  return status;
}

static ent_status open_list(const ent_tvf_call *call, ent_rows **rows,
                            ent_error *err) {
  return open_rows(call, fill_list, rows, err);
}

const ent_tvf ent_tvf_list = {
    .name = "entity_list",
    .where = "entity_list",
    .columns = "schema TEXT, entity TEXT, pool TEXT, remote_table TEXT, "
               "key TEXT, source TEXT",
    .n_columns = 6,
    .open = open_list,
};

/* ---- entity_indexes ---- */

static ent_status show_index(registry_rows *rows,
                             const ent_declared_entity *entity,
                             const char *name, bool is_unique,
                             const char *const *columns, size_t n) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < n; i++) {
    status = add_row(rows,
                     (ent_value[]){text_or_null(entity->name),
                                   text_or_null(name), ent_value_i64(is_unique),
                                   ent_value_i64((int64_t)i + 1),
                                   text_or_null(columns[i])},
                     5);
  }
  return status;
}

static ent_status show_indexes(registry_rows *rows,
                               const ent_database *database,
                               const ent_declared_entity *entity) {
  ent_status status =
      show_index(rows, entity, "PRIMARY", true, entity->key, entity->n_key);

  (void)database;
  for (size_t i = 0; !status && i < entity->n_indexes; i++) {
    const ent_declared_index *index = &entity->indexes[i];

    status = show_index(rows, entity, index->name, index->is_unique,
                        index->columns, index->n_columns);
  }
  return status;
}

static ent_status fill_indexes(registry_rows *rows, ent_session *session) {
  return each_declared(rows, session, show_indexes);
}

static ent_status open_indexes(const ent_tvf_call *call, ent_rows **rows,
                               ent_error *err) {
  return open_rows(call, fill_indexes, rows, err);
}

const ent_tvf ent_tvf_indexes = {
    .name = "entity_indexes",
    .where = "entity_indexes",
    .columns = "entity TEXT, name TEXT, is_unique INTEGER, position INTEGER, "
               "column TEXT",
    .n_columns = 5,
    .open = open_indexes,
};

/* ---- entity_references ---- */

static const char *on_delete_words(const ent_declared_column *column) {
  if (column->is_many) return NULL;
  switch (column->on_delete) {
  case ENT_ON_DELETE_CASCADE: return "cascade";
  case ENT_ON_DELETE_SET_NULL: return "set null";
  case ENT_ON_DELETE_RESTRICT: break;
  }
  return "restrict";
}

static ent_status show_references(registry_rows *rows,
                                  const ent_database *database,
                                  const ent_declared_entity *entity) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < entity->n_columns; i++) {
    const ent_declared_column *column = &entity->columns[i];
    const ent_declared_entity *target;

    if (!column->reference) continue;
    target = ent_declared_find(database->declared, column->reference);
    status = add_row(
        rows,
        (ent_value[]){
            text_or_null(entity->name), text_or_null(column->name),
            text_or_null(column->reference),
            text_or_null(target && target->n_key ? target->key[0] : NULL),
            text_or_null(on_delete_words(column)),
            ent_value_i64(column->is_many)},
        6);
  }
  return status;
}

static ent_status fill_references(registry_rows *rows, ent_session *session) {
  return each_declared(rows, session, show_references);
}

static ent_status open_references(const ent_tvf_call *call, ent_rows **rows,
                                  ent_error *err) {
  return open_rows(call, fill_references, rows, err);
}

const ent_tvf ent_tvf_references = {
    .name = "entity_references",
    .where = "entity_references",
    .columns = "entity TEXT, column TEXT, target TEXT, target_column TEXT, "
               "on_delete TEXT, is_many INTEGER",
    .n_columns = 6,
    .open = open_references,
};

/* ---- entity_enums ---- */

static ent_status show_enum(registry_rows *rows,
                            const ent_declared_enum *words) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < words->n_words; i++) {
    bool is_default = strcmp(words->words[i], words->default_word) == 0;

    status = add_row(
        rows,
        (ent_value[]){text_or_null(words->name), ent_value_i64((int64_t)i + 1),
                      text_or_null(words->words[i]), ent_value_i64(is_default)},
        4);
  }
  return status;
}

static ent_status fill_enums(registry_rows *rows, ent_session *session) {
  ent_status status = ENT_OK;

  for (const ent_opened *o = session->opened; !status && o; o = o->next) {
    const ent_declared *declared = &o->config->declared;

    for (size_t i = 0; !status && i < declared->n_enums; i++)
      status = show_enum(rows, &declared->enums[i]);
  }
  return status;
}

static ent_status open_enums(const ent_tvf_call *call, ent_rows **rows,
                             ent_error *err) {
  return open_rows(call, fill_enums, rows, err);
}

const ent_tvf ent_tvf_enums = {
    .name = "entity_enums",
    .where = "entity_enums",
    .columns = "enum TEXT, position INTEGER, word TEXT, is_default INTEGER",
    .n_columns = 4,
    .open = open_enums,
};
