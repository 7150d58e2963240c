/* What writes touch: the rows they name, those they reach by foreign keys, and
 * whole tables where nobody can tell which. */
#include "cache/layered_parts.h"

#include "backends/base/faults.h"
#include "backends/base/registry.h"
#include "backends/base/tokens.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash_of(const ent_layered *l, const char *table) {
  return ent_table_hash(l->database, table);
}

static ent_status touch_all(ent_layered *l, const char *table, ent_error *err) {
  return ent_touched_all(&l->touched, hash_of(l, table), err);
}

/* The key of a row, where it is known without the server: false where it is
 * not, or may be stored as another one. */
static bool make_key(const ent_entity *entity, const ent_value *value,
                     unsigned char integer[ENT_KEY_INTEGER_SIZE],
                     ent_key *key) {
  const ent_column *column = &entity->columns[entity->key_columns[0]];

  if (entity->key_kind == ENT_KEY_INTEGER) {
    if (value->kind != ENT_I64 && value->kind != ENT_U64) return false;
    ent_key_encode_integer(value, integer);
    *key = (ent_key){integer, ENT_KEY_INTEGER_SIZE};
    return true;
  }
  if (entity->key_kind != ENT_KEY_BYTES || column->is_padded) return false;
  if (!ent_value_is_text(value) && value->kind != ENT_BLOB) return false;
  if (value->as.bytes.size > UINT32_MAX) return false;
  *key = (ent_key){value->as.bytes.data, (uint32_t)value->as.bytes.size};
  return true;
}

static ent_status touch_value(ent_layered *l, const ent_entity *entity,
                              const ent_value *value, ent_error *err) {
  unsigned char integer[ENT_KEY_INTEGER_SIZE];
  ent_key key;

  if (!make_key(entity, value, integer, &key)) {
    return touch_all(l, entity->table, err);
  }
  return ent_touched_row(&l->touched, hash_of(l, entity->table), &key, err);
}

static ent_status touch_aspect(ent_layered *l, const char *table,
                               uint64_t aspect, ent_error *err) {
  if (ent_fault("no-generations")) return ENT_OK;
  return ent_touched_aspect(&l->touched, hash_of(l, table), aspect, err);
}

static bool is_key_column(const ent_entity *entity, uint16_t column) {
  for (uint16_t i = 0; i < entity->n_key_columns; i++) {
    if (entity->key_columns[i] == column) return true;
  }
  return false;
}

/* Which rows there are changes with what a column says of a row: with the mark
 * it does, whether or not this entity knows it for one, since another may. */
static bool is_membership(const ent_entity *entity, uint16_t column) {
  return is_key_column(entity, column) ||
         ent_name_compare(entity->columns[column].name, ent_fake_delete) == 0;
}

/* What lists of the table may depend on.                     model: W_BLOCK */
static ent_status touch_aspects(ent_layered *l, const ent_write *write,
                                ent_error *err) {
  const ent_entity *entity = write->entity;
  bool moves = write->kind != ENT_WRITE_UPDATE || write->replaces;
  ent_status status = ENT_OK;

  if (!moves) {
    status = touch_aspect(l, entity->table, ENT_TABLE_ANYTHING, err);
  }
  for (uint16_t i = 0; !moves && !status && i < entity->n_columns; i++) {
    if (write->cells[i].use == ENT_CELL_KEEP) continue;
    moves = is_membership(entity, i);
    status = touch_aspect(l, entity->table,
                          ent_table_column(entity->columns[i].name), err);
  }
  if (moves && !status) {
    status = touch_aspect(l, entity->table, ENT_TABLE_MEMBERS, err);
  }
  return status;
}

/* A row that is inserted, whose key the server has told; or some whose keys
 * nobody has. */
static void note_inserted(void *context, const ent_entity *entity,
                          const int64_t *id) {
  ent_layered *l = context;
  ent_value value = ent_value_i64(id ? *id : 0);
  uint16_t key = entity->n_key_columns ? entity->key_columns[0] : 0;
  ent_status status;

  if (id && entity->columns[key].type == ENT_TYPE_UNSIGNED)
    value = ent_value_u64((uint64_t)*id);
  status = id && entity->key_kind == ENT_KEY_INTEGER
               ? touch_value(l, entity, &value, NULL)
               : touch_all(l, entity->table, NULL);
  if (!status) status = touch_aspect(l, entity->table, ENT_TABLE_MEMBERS, NULL);
  if (status) l->noted = status;
}

typedef struct touching {
  ent_layered *l;
  ent_status status;
} touching;

static void touch_reached(void *context, const char *database,
                          const char *table) {
  touching *t = context;

  if (t->status) return;
  t->status =
      ent_touched_all(&t->l->touched, ent_table_hash(database, table), NULL);
}

/* All tables that may change with rows of this one. */
static ent_status touch_children(ent_layered *l, const ent_reach *reach,
                                 const char *database, const char *table,
                                 ent_error *err) {
  touching t = {l, ENT_OK};
  bool is_first = false;
  ent_status status =
      ent_touched_follow(&l->touched, ent_table_hash(database, table),
                         reach->number, &is_first, err);

  if (status || !is_first || ent_fault("no-reach")) return status;
  ent_reach_each(reach, database, table, touch_reached, &t);
  if (!t.status) return ENT_OK;
  l->noted = t.status; /* not all are, and nobody will ask for them again */
  return ent_fail_nomem(err);
}

/* Where nobody but this process could have rows of the tables that change with
 * others, nobody asks which these are. */
static bool follows(void *context) {
  return ((const ent_layered *)context)->n_shared > 0;
}

static bool has_all(void *context, const char *database, const char *table) {
  const ent_layered *l = context;

  return ent_touched_has_all(&l->touched, ent_table_hash(database, table));
}

/* Of a column that foreign keys change: what lists may depend on. */
static ent_status touch_changed(ent_layered *l, const char *table,
                                const char *column, ent_error *err) {
  ent_status status = touch_aspect(l, table, ENT_TABLE_ANYTHING, err);

  if (!status) status = touch_aspect(l, table, ent_table_column(column), err);
  /* A mark may say which rows there are. */
  return status || ent_name_compare(column, ent_fake_delete) != 0
             ? status
             : touch_aspect(l, table, ENT_TABLE_MEMBERS, err);
}

/* A row that changes or goes with another one. */
static void note_reached(void *context, const ent_reached *row) {
  ent_layered *l = context;
  const char *table = row->entity->table;
  ent_status status;

  if (ent_fault("no-cascade") || ent_fault("no-reach")) return;
  status = touch_value(l, row->entity, row->key, NULL);
  if (!status) {
    status = row->column ? touch_changed(l, table, row->column, NULL)
                         : touch_aspect(l, table, ENT_TABLE_MEMBERS, NULL);
  }
  if (status) l->noted = status;
}

/* Of a table any row may, and those that change with it. */
static void note_reached_all(void *context, const ent_reach *reach,
                             const char *database, const char *table) {
  ent_layered *l = context;
  ent_status status = ENT_OK;

  if (ent_fault("no-reach")) return;
  status = ent_touched_all(&l->touched, ent_table_hash(database, table), NULL);
  if (!status) status = touch_children(l, reach, database, table, NULL);
  if (status) l->noted = status;
}

ent_write_listener ent_layered_listener(ent_layered *l) {
  return (ent_write_listener){.database = l->database,
                              .inserted = note_inserted,
                              .follows = follows,
                              .has_all = has_all,
                              .reached = note_reached,
                              .reached_all = note_reached_all,
                              .context = l};
}

/* Lists of followers that are being gone through, which may make rings. */
typedef struct followed {
  const struct followed *before;
  const ent_followers *followers;
} followed;

static bool is_followed(const followed *list, const ent_followers *followers) {
  while (list && list->followers != followers)
    list = list->before;
  return list != NULL;
}

/* Adds a list to those that were gone through. */
static ent_status add_followed(ent_arena *arena, const ent_followers *followers,
                               const followed **list, ent_error *err) {
  followed *made = ent_arena_alloc(arena, sizeof(*made));

  if (!made) return ent_fail_nomem(err);
  *made = (followed){*list, followers};
  *list = made;
  return ENT_OK;
}

/* Whether the source behind tells which rows of a follower are marked, and no
 * others change with them. */
static bool is_told(ent_layered *l, const ent_reach *reach,
                    const ent_follower *f) {
  return ent_follower_is_told(f, l->database) && follows(l) &&
         !ent_reach_has_trigger(reach, f->table) &&
         !ent_reach_refers_beside(reach, f->table, f->key);
}

/* All that one of those that follow a marked row may lose. */
static ent_status touch_follower(ent_layered *l, const ent_reach *reach,
                                 const ent_follower *f, ent_error *err) {
  const char *database = f->database ? f->database : l->database;
  ent_status status =
      ent_touched_all(&l->touched, ent_table_hash(database, f->table), err);

  return status ? status : touch_children(l, reach, database, f->table, err);
}

/* Those that an entity's own rules reach when a row of it is marked; each list
 * of them once. */
static ent_status touch_followers(ent_layered *l, const ent_reach *reach,
                                  ent_arena *arena,
                                  const ent_followers *followers,
                                  const followed **list, ent_error *err) {
  ent_status status;

  if (!followers || is_followed(*list, followers)) return ENT_OK;
  status = add_followed(arena, followers, list, err);
  for (size_t i = 0; !status && i < followers->n; i++) {
    const ent_follower *f = &followers->items[i];

    if (f->on_delete == ENT_ON_DELETE_RESTRICT) continue;
    if (!is_told(l, reach, f)) status = touch_follower(l, reach, f, err);
    if (!status) {
      status = touch_followers(l, reach, arena, f->followers, list, err);
    }
  }
  return status;
}

static ent_status touch_all_followers(ent_layered *l, const ent_reach *reach,
                                      const ent_followers *followers,
                                      ent_error *err) {
  ent_arena arena = {.blocks = NULL};
  const followed *list = NULL;
  ent_status status = touch_followers(l, reach, &arena, followers, &list, err);

  ent_arena_done(&arena);
  return status;
}

/* Whether a write that gives a row these cells changes what others refer to. */
static bool changes_referenced(const ent_reach *reach, const ent_entity *entity,
                               const ent_cell *cells) {
  for (size_t i = 0; i < reach->n_edges; i++) {
    const ent_reach_edge *edge = &reach->edges[i];

    if (ent_reach_is_from(reach, edge, entity->table) &&
        ent_write_may_change(entity, cells, edge->parent_column)) {
      return true;
    }
  }
  return false;
}

/* The row's key as it will be, where the write says so. */
static ent_status touch_new_key(ent_layered *l, const ent_write *write,
                                ent_error *err) {
  const ent_entity *entity = write->entity;
  const ent_cell *cell;

  for (uint16_t i = 0; i < entity->n_key_columns; i++) {
    cell = &write->cells[entity->key_columns[i]];
    if (cell->use == ENT_CELL_KEEP) continue;
    if (entity->n_key_columns == 1 && cell->use == ENT_CELL_VALUE &&
        cell->value.kind != ENT_NULL) {
      return touch_value(l, entity, &cell->value, err);
    }
    /* What the server makes is told to the listener. */
    if (entity->key_kind == ENT_KEY_INTEGER &&
        write->kind == ENT_WRITE_INSERT) {
      return ENT_OK;
    }
    return touch_all(l, entity->table, err);
  }
  return ENT_OK;
}

/* Whether another key than its own may be equal to a row's. */
static bool has_equal_keys(const ent_entity *entity) {
  const ent_column *column;

  if (entity->key_kind != ENT_KEY_BYTES) return false;
  column = &entity->columns[entity->key_columns[0]];
  return column->type != ENT_TYPE_BLOB && !column->is_bytewise;
}

/* Whether the server tells the key of the row that an INSERT changes instead, be
 * it in the way by whichever index: one row at most is. */
static bool tells_changed(const ent_write *write) {
  const ent_entity *entity = write->entity;

  return write->on_duplicate && entity->key_kind == ENT_KEY_INTEGER &&
         write->on_duplicate[entity->key_columns[0]].use == ENT_CELL_KEEP;
}

/* Rows that stand in the way by other keys go, too, or are changed instead. */
static ent_status touch_rivals(ent_layered *l, const ent_write *write,
                               const ent_reach *reach,
                               const ent_deadline *deadline, ent_error *err) {
  bool has_second = false;
  ent_status status;

  if (!write->replaces && !write->on_duplicate) return ENT_OK;
  if (tells_changed(write) &&
      !changes_referenced(reach, write->entity, write->on_duplicate)) {
    return ENT_OK;
  }
  status = l->next->ops->has_second_unique(l->next, write->entity, deadline,
                                           &has_second, err);
  if (!status && (has_second || has_equal_keys(write->entity)))
    status = touch_all(l, write->entity->table, err);
  if (!status) {
    status =
        touch_children(l, reach, reach->database, write->entity->table, err);
  }
  return status;
}

static ent_status touch_old_key(ent_layered *l, const ent_write *write,
                                ent_error *err) {
  const ent_entity *entity = write->entity;

  if (!write->key) return ENT_OK;
  if (entity->n_key_columns != 1) return touch_all(l, entity->table, err);
  return touch_value(l, entity, write->key, err);
}

/* Tables that change with rows of this one, unless the source behind tells which
 * of their rows do, when it sends the write. */
static ent_status touch_with(ent_layered *l, const ent_write *write,
                             const ent_reach *reach, ent_error *err) {
  if (ent_write_is_followed(write) && follows(l)) return ENT_OK;
  return touch_children(l, reach, reach->database, write->entity->table, err);
}

/* The same of a row that is deleted: for the server's foreign keys one that is
 * marked stays, unless somebody refers to its mark or to what may be made of
 * that. */
static ent_status touch_deleted(ent_layered *l, const ent_write *write,
                                const ent_reach *reach, ent_error *err) {
  const ent_entity *entity = write->entity;
  bool stays =
      entity->is_living && follows(l) &&
      !ent_reach_has_trigger(reach, entity->table) &&
      entity->n_key_columns == 1 &&
      !ent_reach_refers_beside(reach, entity->table,
                               entity->columns[entity->key_columns[0]].name);
  ent_status status = stays ? ENT_OK : touch_with(l, write, reach, err);

  return status ? status : touch_all_followers(l, reach, write->followers, err);
}

/* Notes all that a write may change, before it is made. */
ent_status ent_layered_touch(ent_layered *l, const ent_write *write,
                             const ent_deadline *deadline, ent_error *err) {
  const char *table = write->entity->table;
  const ent_reach *reach = NULL;
  ent_status status = l->next->ops->reach(l->next, deadline, &reach, err);

  if (!status) status = touch_old_key(l, write, err);
  if (!status) status = touch_aspects(l, write, err);
  if (status) return status;
  if (write->kind == ENT_WRITE_DELETE) {
    return touch_deleted(l, write, reach, err);
  }
  status = touch_new_key(l, write, err);
  if (!status && ent_reach_has_trigger(reach, table)) {
    status = touch_all(l, table, err);
  }
  if (!status && write->kind == ENT_WRITE_UPDATE &&
      changes_referenced(reach, write->entity, write->cells)) {
    status = touch_with(l, write, reach, err);
  }
  return status ? status : touch_rivals(l, write, reach, deadline, err);
}

ent_status ent_layered_touch_table(ent_source *source, const char *database,
                                   const char *table,
                                   const ent_deadline *deadline,
                                   ent_error *err) {
  ent_layered *l = ent_layered_of(source);
  const ent_reach *reach = NULL;
  ent_status status = l->next->ops->reach(l->next, deadline, &reach, err);

  if (!database) database = l->database;
  if (!status) {
    status = ent_touched_all(&l->touched, ent_table_hash(database, table), err);
  }
  return status ? status : touch_children(l, reach, database, table, err);
}

ent_status ent_layered_touch_row(ent_source *source, const char *table,
                                 const ent_key *key, ent_error *err) {
  ent_layered *l = ent_layered_of(source);

  ent_status status = ent_touched_row(&l->touched, hash_of(l, table), key, err);

  return status ? status : touch_aspect(l, table, ENT_TABLE_MEMBERS, err);
}

/* The bytes that words of SQL are made of. */
static bool is_word_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         (unsigned char)c >= 0x80;
}

/* A word, or what stands between backquotes; NULL at the end.  Whatever else
 * the words may be, texts or comments, they are taken for names: blocking what
 * is not there hurts nobody, and a comment may be one that servers execute. */
static const char *next_name(const char **at, const char *end, size_t *size) {
  const char *from = *at;

  while (from < end && !is_word_byte(*from) && *from != '`')
    from++;
  if (from == end) return NULL;
  *at = from + 1;
  if (*from == '`') {
    from++;
    while (*at < end && **at != '`')
      (*at)++;
    *size = (size_t)(*at - from);
    if (*at < end) (*at)++;
    return from;
  }
  while (*at < end && is_word_byte(**at))
    (*at)++;
  *size = (size_t)(*at - from);
  return from;
}

/* The names of a statement, one after the other. */
static ent_status touch_name(ent_layered *l, const ent_reach *reach,
                             const char *database, const char *name,
                             ent_error *err) {
  ent_status status =
      ent_touched_all(&l->touched, ent_table_hash(database, name), err);

  return status ? status : touch_children(l, reach, database, name, err);
}

/* Each name as a table of the pool's database, and of that which the name
 * before it is. */
static ent_status touch_names(ent_layered *l, const ent_reach *reach,
                              const char *sql, size_t size, ent_arena *arena,
                              ent_error *err) {
  const char *at = sql;
  const char *before = NULL;
  const char *name;
  size_t name_size;
  ent_status status = ENT_OK;

  while (!status && (name = next_name(&at, sql + size, &name_size))) {
    const char *copy = ent_arena_copy(arena, name, name_size);

    if (!copy) return ent_fail_nomem(err);
    status = touch_name(l, reach, l->database, copy, err);
    if (!status && before) status = touch_name(l, reach, before, copy, err);
    before = copy;
  }
  return status;
}

/* The texts that a statement runs. */
typedef struct texts {
  ent_layered *l;
  const ent_reach *reach;
  ent_arena *arena;
} texts;

static ent_status touch_text(void *context, const char *text) {
  const texts *t = context;

  return touch_names(t->l, t->reach, text, strlen(text), t->arena, NULL);
}

/* Routines that a statement calls do what their texts say. */
ent_status ent_layered_touch_sql(ent_source *source, const char *sql,
                                 size_t size, const ent_deadline *deadline,
                                 ent_error *err) {
  ent_layered *l = ent_layered_of(source);
  const ent_reach *reach = NULL;
  ent_arena arena = {.blocks = NULL};
  ent_status status = l->next->ops->reach(l->next, deadline, &reach, err);

  if (!status) status = touch_names(l, reach, sql, size, &arena, err);
  if (!status && reach->n_routines) {
    texts t = {l, reach, &arena};
    const char *text = ent_arena_copy(&arena, sql, size);

    status = text ? ent_reach_called(reach, text, touch_text, &t) : ENT_NOMEM;
  }
  ent_arena_done(&arena);
  return status == ENT_NOMEM ? ent_fail_nomem(err) : status;
}
