#include "backends/base/column_default.h"
#include "backends/base/enum_words.h"
#include "backends/base/registry_walk.h"
#include "backends/base/tokens.h"
#include "backends/base/type_words.h"

#include <string.h>

enum {
  ENT_INDEX_COLUMNS_MAX = 16,   /* MySQL's */
  ENT_TABLE_COLUMNS_MAX = 1017, /* InnoDB's */
};

/* Columns that entable's tables have besides. */
static const char *const own_columns[] = {"_key", "_on_duplicate"};

static void tell(const ent_registry *r, const ent_registry_entity *e,
                 const ent_declared_column *column, const char *text) {
  ent_problems_add(r->problems, column->line,
                   ent_registry_key(r, e, column->name), "%s", text);
}

/* ---- one column ---- */

static void check_name(const ent_registry *r, const ent_registry_entity *e,
                       const ent_declared_column *column) {
  const ent_named *first = ent_names_find(&e->columns, column->name);
  const ent_declared_column *twin = &e->entity->columns[first->at];

  if (twin != column) {
    ent_problems_add(r->problems, column->line,
                     ent_registry_key(r, e, column->name),
                     "a column of this name is there already");
  }
  for (size_t i = 0; i < ENT_COUNT(own_columns); i++) {
    if (ent_name_compare(column->name, own_columns[i]) == 0) {
      tell(r, e, column, "a column of this name is entable's own");
    }
  }
  if (e->entity->fake_delete &&
      ent_name_compare(column->name, ent_fake_delete) == 0) {
    tell(r, e, column,
         "the option fake_delete makes a column of this name itself; leave it "
         "out");
  }
}

/* The words of the enum are there, and have the default. */
static void check_enum(const ent_registry *r, const ent_registry_entity *e,
                       const ent_declared_column *column) {
  const ent_declared_enum *words = ent_registry_enum(r, column->enum_name);
  ent_declared_column filled = *column;
  ent_error err = {0};

  if (!words) {
    ent_problems_add(
        r->problems, column->line, ent_registry_key(r, e, column->name),
        "there is no enum '%s'%s",
        ent_problems_may_show(column->enum_name) ? column->enum_name : "...",
        ent_registry_hint(r, &r->enum_names, column->enum_name));
    return;
  }
  /* One that could not be read is told of already. */
  if (!words->words) return;
  if (column->is_set && ent_enum_words_check(words->words, words->n_words, true,
                                             r->arena, &err)) {
    tell(r, e, column, err.text);
    return;
  }
  if (!ent_registry_type(r, column, &filled.type)) return;
  if (ent_column_default_fit(&filled, r->arena, &err)) {
    tell(r, e, column, err.text);
  }
}

/* Its entity is there and has one column to go to, which has its default. */
static void check_reference(const ent_registry *r, const ent_registry_entity *e,
                            const ent_declared_column *column) {
  const char *key = ent_registry_key(r, e, column->name);
  ent_declared_column filled = *column;
  const ent_registry_entity *owner;
  ent_error err = {0};
  const char *why;

  if (!ent_registry_entity_of(r, column->reference)) {
    ent_problems_add(
        r->problems, column->line, key, "there is no entity '%s'%s",
        ent_problems_may_show(column->reference) ? column->reference : "...",
        ent_registry_hint(r, &r->entity_names, column->reference));
    return;
  }
  if (!ent_registry_target(r, column, &owner, &why) && why) {
    ent_problems_add(r->problems, column->line, key, "entity '%s' %s",
                     column->reference, why);
  }
  if (column->is_many || !ent_registry_type(r, column, &filled.type)) return;
  if (ent_column_default_fit(&filled, r->arena, &err)) {
    tell(r, e, column, err.text);
  }
}

/* What it was is not what another one is or was. */
static void check_renamed(const ent_registry *r, const ent_registry_entity *e,
                          const ent_declared_column *column) {
  const char *old = column->renamed_from;
  const ent_declared_column *still = ent_registry_column(e, old);

  if (still) {
    tell(r, e, column,
         still == column ? "renamed_from is the name that it has"
                         : "renamed_from is a column that is declared still");
  }
}

static void check_column(const ent_registry *r, const ent_registry_entity *e,
                         const ent_declared_column *column) {
  check_name(r, e, column);
  if (column->enum_name) check_enum(r, e, column);
  if (column->reference) check_reference(r, e, column);
  if (column->renamed_from) check_renamed(r, e, column);
  if (column->collation) {
    ent_registry_check_collation(r->problems, column->line,
                                 ent_registry_key(r, e, column->name),
                                 column->charset, column->collation);
  }
}

/* Two columns cannot both have been one. */
static void check_olds(const ent_registry *r, const ent_registry_entity *e) {
  const ent_declared_entity *entity = e->entity;
  ent_names olds;

  if (!ent_names_start(&olds, entity->n_columns, r->arena)) {
    r->problems->no_memory = true;
    return;
  }
  for (size_t i = 0; i < entity->n_columns; i++) {
    if (!entity->columns[i].renamed_from) continue;
    ent_names_add(&olds, entity->columns[i].renamed_from, i);
  }
  ent_names_sort(&olds);
  for (size_t i = 1; i < olds.n; i++) {
    const ent_named *one = &olds.items[i - 1];
    const ent_named *other = &olds.items[i];

    if (ent_name_compare(one->name, other->name) != 0) continue;
    ent_problems_add(r->problems, entity->columns[other->at].line,
                     ent_registry_key(r, e, entity->columns[other->at].name),
                     "'%s' was the same column", entity->columns[one->at].name);
  }
}

/* ---- lists of columns ---- */

/* A list of columns: an index, or the key. */
typedef struct column_list {
  const char *piece; /* what it is called */
  int line;
  bool is_key;
} column_list;

/* Whether the type of a column lets it be there. */
static void check_type(const ent_registry *r, const ent_registry_entity *e,
                       const column_list *list,
                       const ent_declared_column *column) {
  ent_sql_type type;

  if (!ent_registry_type(r, column, &type)) return;
  if (list->is_key && !ent_sql_type_can_be_key(&type)) {
    ent_problems_add(r->problems, list->line,
                     ent_registry_key(r, e, list->piece),
                     "the column '%s' is of type %s, which no key can have; "
                     "varchar and varbinary can be in one",
                     column->name, type.name);
  } else if (!list->is_key && !ent_sql_type_can_be_indexed(&type)) {
    ent_problems_add(r->problems, list->line,
                     ent_registry_key(r, e, list->piece),
                     "the column '%s' is of type %s, which no index can have",
                     column->name, type.name);
  }
}

static void check_listed(const ent_registry *r, const ent_registry_entity *e,
                         const column_list *list, const char *name) {
  const ent_declared_column *column = ent_registry_column(e, name);
  bool is_made =
      e->entity->fake_delete && ent_name_compare(name, ent_fake_delete) == 0;

  if (column) {
    check_type(r, e, list, column);
  } else if (!is_made) {
    ent_problems_add(
        r->problems, list->line, ent_registry_key(r, e, list->piece),
        "there is no column '%s'%s", ent_problems_may_show(name) ? name : "...",
        ent_registry_hint(r, &e->columns, name));
  }
}

/* The columns are there, each once, and of types that can be there. */
static void check_list(const ent_registry *r, const ent_registry_entity *e,
                       const column_list *list, const char *const *columns,
                       size_t n) {
  const char *key = ent_registry_key(r, e, list->piece);

  if (n > ENT_INDEX_COLUMNS_MAX) {
    ent_problems_add(r->problems, list->line, key,
                     "%zu columns; MySQL takes at most %d", n,
                     ENT_INDEX_COLUMNS_MAX);
    return;
  }
  for (size_t i = 0; i < n; i++) {
    size_t k = 0;

    while (k < i && ent_name_compare(columns[k], columns[i]) != 0)
      k++;
    if (k < i) {
      ent_problems_add(r->problems, list->line, key,
                       "the column '%s' is there twice",
                       ent_problems_may_show(columns[i]) ? columns[i] : "...");
    } else {
      check_listed(r, e, list, columns[i]);
    }
  }
}

void ent_registry_check_index_columns(const ent_registry *r,
                                      const ent_registry_entity *e,
                                      const ent_declared_index *index) {
  column_list list = {.piece = index->name, .line = index->line};

  check_list(r, e, &list, index->columns, index->n_columns);
}

/* ---- the key ---- */

/* A column of the key is never null. */
static void check_key_column(const ent_registry *r,
                             const ent_registry_entity *e, const char *name) {
  const ent_declared_column *column = ent_registry_column(e, name);

  if (!column) return;
  if (column->default_kind == ENT_DEFAULT_NULL) {
    tell(r, e, column, "'default null' in a column of the primary key");
  }
  if (column->on_delete == ENT_ON_DELETE_SET_NULL) {
    tell(r, e, column, "'on delete set null' in a column of the primary key");
  }
}

/* Soft deletion writes the key into a column of its own. */
static void check_fake_delete(const ent_registry *r,
                              const ent_registry_entity *e) {
  const ent_declared_column *column =
      e->n_key == 1 ? ent_registry_column(e, e->key[0]) : NULL;
  ent_sql_type type;

  if (column && !ent_registry_type(r, column, &type)) return;
  if (column && ent_sql_type_family(&type) == ENT_FAMILY_INTEGER) return;
  ent_problems_add(r->problems, e->entity->line,
                   ent_registry_key(r, e, ent_fake_delete),
                   "needs a primary key that is one column and an integer");
}

static void check_key(const ent_registry *r, const ent_registry_entity *e) {
  const ent_declared_entity *entity = e->entity;
  column_list list = {
      .piece = "primary key", .line = entity->line, .is_key = true};
  bool has_mark = false;

  if (!e->n_key && !entity->is_keyless) {
    ent_problems_add(r->problems, entity->line, entity->name,
                     "no primary key: declare a column 'id', or say which "
                     "columns it is");
    return;
  }
  check_list(r, e, &list, e->key, e->n_key);
  for (size_t i = 0; i < e->n_key && i < ENT_INDEX_COLUMNS_MAX; i++) {
    check_key_column(r, e, e->key[i]);
    has_mark |= ent_name_compare(e->key[i], ent_fake_delete) == 0;
  }
  if (entity->log_pool && e->n_key != 1) {
    ent_problems_add(r->problems, entity->line, ent_registry_key(r, e, "log"),
                     "needs a primary key of one column, which its entity_id "
                     "has");
  }
  if (entity->fake_delete && has_mark) {
    ent_problems_add(r->problems, entity->line, entity->name,
                     "fake_delete cannot be in the primary key");
  } else if (entity->fake_delete) {
    check_fake_delete(r, e);
  }
}

/* Whether an index or the key begins with a column. */
static bool begins_index(const ent_registry_entity *e, const char *name) {
  if (e->n_key && ent_name_compare(e->key[0], name) == 0) return true;
  for (size_t i = 0; i < e->entity->n_indexes; i++) {
    const ent_declared_index *index = &e->entity->indexes[i];

    if (index->n_columns && ent_name_compare(index->columns[0], name) == 0) {
      return true;
    }
  }
  return false;
}

static void check_auto(const ent_registry *r, const ent_registry_entity *e) {
  const ent_declared_column *first = NULL;

  for (size_t i = 0; i < e->entity->n_columns; i++) {
    const ent_declared_column *column = &e->entity->columns[i];

    if (!column->is_auto) continue;
    if (first) {
      ent_problems_add(
          r->problems, column->line, ent_registry_key(r, e, column->name),
          "'%s' has auto_increment already; one column can", first->name);
    } else if (!begins_index(e, column->name)) {
      tell(r, e, column,
           "auto_increment needs a primary key or an index that begins with "
           "this column");
    }
    first = column;
  }
}

void ent_registry_check_columns(const ent_registry *r,
                                const ent_registry_entity *e) {
  const ent_declared_entity *entity = e->entity;

  ent_registry_check_collation(r->problems, entity->line, entity->name,
                               entity->charset, entity->collation);
  if (!entity->n_columns) {
    ent_problems_add(r->problems, entity->line, entity->name,
                     "no columns; there must be one, such as id: bigint "
                     "unsigned");
    return;
  }
  if (entity->n_columns + entity->fake_delete > ENT_TABLE_COLUMNS_MAX) {
    ent_problems_add(r->problems, entity->line, entity->name,
                     "%zu columns; a table of InnoDB has at most %d",
                     entity->n_columns + entity->fake_delete,
                     ENT_TABLE_COLUMNS_MAX);
  }
  for (size_t i = 0; i < entity->n_columns; i++)
    check_column(r, e, &entity->columns[i]);
  check_olds(r, e);
  check_key(r, e);
  check_auto(r, e);
}
