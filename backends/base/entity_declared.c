#include "backends/base/entity_declared.h"

#include "backends/base/registry.h"

#include <string.h>
#include <strings.h>

/* The key's columns that a declaration does not name. */
static const char *const default_key[] = {"id"};

static ent_type type_of(const ent_declared_column *column) {
  const ent_sql_type *type = &column->type;

  if (column->is_many) return ENT_TYPE_JSON;
  if (column->enum_name) return column->is_set ? ENT_TYPE_SET : ENT_TYPE_ENUM;
  return ent_type_of_name(type->name, type->is_unsigned,
                          type->size < 0 ? 1 : (uint64_t)type->size);
}

/* The only column of a key; NULL if it is none. */
static const ent_declared_column *key_of(const ent_declared_entity *entity) {
  const char *name = entity->n_key == 1 ? entity->key[0] : default_key[0];

  if (entity->n_key > 1 || entity->is_keyless) return NULL;
  for (size_t i = 0; i < entity->n_columns; i++) {
    if (strcasecmp(entity->columns[i].name, name) == 0)
      return &entity->columns[i];
  }
  return NULL;
}

/* The column that a reference goes to in the end; NULL where that is not known:
 * the entity is declared elsewhere. */
static const ent_declared_column *target_of(const ent_declared *declared,
                                            const ent_declared_column *column) {
  enum { ENT_REFERENCES_DEEP = 64 };

  for (int i = 0; declared && column && i < ENT_REFERENCES_DEEP; i++) {
    const ent_declared_entity *entity;

    if (!column->reference || column->is_many) return column;
    entity = ent_declared_find(declared, column->reference);
    column = entity ? key_of(entity) : NULL;
  }
  return NULL;
}

/* A reference is an integer, of whatever size the key has that it goes to,
 * unless that is seen to be none. */
static ent_type type_of_any(const ent_declared *declared,
                            const ent_declared_column *column) {
  ent_type type;

  if (!column->reference || column->is_many) return type_of(column);
  column = target_of(declared, column);
  type = column ? type_of(column) : ENT_TYPE_UNSIGNED;
  return type == ENT_TYPE_INTEGER ? ENT_TYPE_UNSIGNED : type;
}

static bool is_wide(const ent_declared_column *from, ent_type type,
                    bool by_default) {
  if (from->reference) return from->is_wide && !from->is_many;
  return (from->is_wide || by_default) && ent_type_can_be_wide(type);
}

static void make_column(const ent_declared *declared,
                        const ent_declared_column *from, bool wide,
                        ent_column *column) {
  *column = (ent_column){
      .name = from->name,
      .type = type_of_any(declared, from),
      .is_nullable = from->is_nullable,
      .has_default = from->default_kind == ENT_DEFAULT_VALUE ||
                     from->default_kind == ENT_DEFAULT_NOW,
      .is_auto = from->is_auto,
      .updates_itself = from->updates_itself,
  };
  column->is_wide = is_wide(from, column->type, wide);
}

/* A name's column, n_columns where there is none. */
static uint16_t find_column(const ent_column *columns, uint16_t n_columns,
                            const char *name) {
  uint16_t i = 0;

  while (i < n_columns && strcasecmp(columns[i].name, name) != 0)
    i++;
  return i;
}

/* The key, in the order of the table's columns, as those of every entity are.
 */
static uint16_t take_key(const ent_declared_entity *from,
                         const ent_column *columns, uint16_t *key) {
  const char *const *names = from->n_key ? from->key : default_key;
  size_t n_names = from->n_key ? from->n_key : ENT_COUNT(default_key);
  uint16_t n = 0;

  if (from->is_keyless) return 0;
  for (uint16_t i = 0; i < from->n_columns; i++) {
    for (size_t k = 0; k < n_names; k++) {
      if (strcasecmp(columns[i].name, names[k]) == 0) key[n++] = i;
    }
  }
  return n;
}

/* The column that marks what is deleted, of the key's type. */
static void make_mark(ent_entity *entity, ent_column *column) {
  uint16_t key = entity->n_key_columns ? entity->key_columns[0] : 0;

  *column = (ent_column){.name = ent_fake_delete,
                         .type = entity->columns[key].type,
                         .is_wide = entity->columns[key].is_wide,
                         .has_default = true};
  entity->n_columns++;
}

ent_status ent_entity_of_declared(const ent_declared_entity *from,
                                  const ent_entity_form *form, ent_arena *arena,
                                  const ent_entity **entity, ent_error *err) {
  ent_entity *made = ent_arena_zalloc(arena, sizeof(*made));
  ent_column *columns =
      ent_arena_alloc(arena, (from->n_columns + 1) * sizeof(*columns));
  uint16_t *key = ent_arena_alloc(arena, (from->n_columns + 1) * sizeof(*key));
  uint16_t n_key;

  if (!made || !columns || !key) return ent_fail_nomem(err);
  for (size_t i = 0; i < from->n_columns; i++)
    make_column(form->declared, &from->columns[i],
                from->is_wide || form->is_wide, &columns[i]);
  n_key = take_key(from, columns, key);
  *made = (ent_entity){
      .name = from->name,
      .table = from->table,
      .columns = columns,
      .n_columns = (uint16_t)from->n_columns,
      .key_kind = ent_key_kind_of(columns, key, n_key),
      .key_columns = key,
      .n_key_columns = n_key,
      .mark = from->fake_delete ? ent_fake_delete : NULL,
      .is_living = from->fake_delete && !form->with_deleted,
  };
  if (from->fake_delete && form->with_deleted && from->n_columns)
    make_mark(made, &columns[from->n_columns]);
  *entity = made;
  return ENT_OK;
}

/* The server's column, under the name that was declared. */
static ent_status meet_column(const ent_column *declared,
                              const ent_entity *live, ent_column *column,
                              ent_error *err) {
  uint16_t at = find_column(live->columns, live->n_columns, declared->name);

  if (at == live->n_columns) {
    return ent_fail(err, ENT_CONFIG, "column %s is not there on the server",
                    declared->name);
  }
  *column = live->columns[at];
  column->name = declared->name;
  /* MariaDB keeps JSON as a text; nobody but SQLite may compare it. */
  if (declared->type == ENT_TYPE_JSON && column->type == ENT_TYPE_TEXT) {
    column->type = ENT_TYPE_JSON;
  }
  if (strcmp(ent_type_declared(column->type),
             ent_type_declared(declared->type)) != 0) {
    return ent_fail(err, ENT_CONFIG, "column %s is %s on the server, not %s",
                    declared->name, ent_type_name(column->type),
                    ent_type_name(declared->type));
  }
  column->is_wide = declared->is_wide;
  if (!column->is_wide || ent_type_can_be_wide(column->type)) return ENT_OK;
  return ent_fail(err, ENT_CONFIG,
                  "column %s is wide, and refers to numbers that are not: only "
                  "bigint unsigned, bit(64) and decimal are",
                  declared->name);
}

static bool same_key(const ent_entity *declared, const ent_entity *live) {
  if (declared->key_kind != live->key_kind ||
      declared->n_key_columns != live->n_key_columns) {
    return false;
  }
  for (uint16_t i = 0; i < declared->n_key_columns; i++) {
    const char *name = declared->columns[declared->key_columns[i]].name;
    uint16_t at = find_column(live->columns, live->n_columns, name);
    bool is_key = false;

    for (uint16_t k = 0; k < live->n_key_columns; k++)
      is_key = is_key || live->key_columns[k] == at;
    if (!is_key) return false;
  }
  return true;
}

ent_status ent_entity_meet(const ent_entity *declared, const ent_entity *live,
                           ent_arena *arena, const ent_entity **entity,
                           ent_error *err) {
  ent_entity *made = ent_arena_zalloc(arena, sizeof(*made));
  ent_column *columns =
      ent_arena_alloc(arena, (declared->n_columns + 1U) * sizeof(*columns));
  ent_status status = ENT_OK;

  if (!made || !columns) return ent_fail_nomem(err);
  for (uint16_t i = 0; !status && i < declared->n_columns; i++) {
    status = meet_column(&declared->columns[i], live, &columns[i], err);
  }
  if (status) return status;
  if (!same_key(declared, live)) {
    return ent_fail(err, ENT_CONFIG, "its key is another one on the server");
  }
  if (declared->is_living && find_column(live->columns, live->n_columns,
                                         declared->mark) == live->n_columns) {
    return ent_fail(err, ENT_CONFIG, "column %s is not there on the server",
                    declared->mark);
  }
  *made = *declared;
  made->columns = columns;
  *entity = made;
  return ENT_OK;
}
