#include "backends/base/registry_walk.h"
#include "backends/base/tokens.h"

enum { ENT_INDEXES_MAX = 64 }; /* of a table, for MySQL */

/* Whether the columns of one index are those that another begins with. */
static bool begins(const ent_declared_index *one,
                   const ent_declared_index *other) {
  if (one->n_columns > other->n_columns) return false;
  for (size_t i = 0; i < one->n_columns; i++) {
    if (ent_name_compare(one->columns[i], other->columns[i]) != 0) return false;
  }
  return true;
}

/* Whether an index is of no use beside another one.  Of two that are the same
 * the later one is. */
static bool is_useless(const ent_declared_index *one,
                       const ent_declared_index *other) {
  bool is_equal = one->n_columns == other->n_columns;

  if (!begins(one, other)) return false;
  if (one->is_unique) return is_equal && other->is_unique && one > other;
  return !is_equal || other->is_unique || one > other;
}

static void check_useless(const ent_registry *r, const ent_registry_entity *e,
                          const ent_declared_index *index) {
  for (size_t i = 0; i < e->entity->n_indexes; i++) {
    const ent_declared_index *other = &e->entity->indexes[i];

    if (other == index || !is_useless(index, other)) continue;
    ent_problems_add(
        r->problems, index->line, ent_registry_key(r, e, index->name),
        "the index '%s' %s, and does all that this one does; "
        "leave this one out",
        other->name,
        index->n_columns == other->n_columns ? "has the same columns"
                                             : "begins with the same columns");
    return;
  }
}

/* A reference that is the first column of no index gets one of its name. */
static void check_reference_name(const ent_registry *r,
                                 const ent_registry_entity *e,
                                 const ent_declared_index *index) {
  const ent_declared_column *column = ent_registry_column(e, index->name);
  const ent_declared_entity *entity = e->entity;

  if (!column || !column->reference || column->is_many) return;
  if (e->n_key && ent_name_compare(e->key[0], column->name) == 0) return;
  for (size_t i = 0; i < entity->n_indexes; i++) {
    if (entity->indexes[i].n_columns &&
        ent_name_compare(entity->indexes[i].columns[0], column->name) == 0) {
      return;
    }
  }
  ent_problems_add(r->problems, index->line,
                   ent_registry_key(r, e, index->name),
                   "the reference '%s' makes an index of this name; give this "
                   "one another",
                   column->name);
}

static void check_names(const ent_registry *r, const ent_registry_entity *e) {
  const ent_declared_entity *entity = e->entity;
  ent_names names;

  if (!ent_names_start(&names, entity->n_indexes, r->arena)) {
    r->problems->no_memory = true;
    return;
  }
  for (size_t i = 0; i < entity->n_indexes; i++)
    ent_names_add(&names, entity->indexes[i].name, i);
  ent_names_sort(&names);
  for (size_t i = 1; i < names.n; i++) {
    const ent_declared_index *index = &entity->indexes[names.items[i].at];

    if (ent_name_compare(names.items[i - 1].name, index->name) != 0) continue;
    ent_problems_add(r->problems, index->line,
                     ent_registry_key(r, e, index->name),
                     "an index of this name is there already");
  }
}

void ent_registry_check_indexes(const ent_registry *r,
                                const ent_registry_entity *e) {
  const ent_declared_entity *entity = e->entity;

  check_names(r, e);
  if (entity->n_indexes > ENT_INDEXES_MAX) {
    ent_problems_add(r->problems, entity->line, entity->name,
                     "%zu indexes; a table has at most %d", entity->n_indexes,
                     ENT_INDEXES_MAX);
    return;
  }
  for (size_t i = 0; i < entity->n_indexes; i++) {
    const ent_declared_index *index = &entity->indexes[i];

    if (ent_name_compare(index->name, "primary") == 0) {
      ent_problems_add(r->problems, index->line,
                       ent_registry_key(r, e, index->name),
                       "is the name of the key in MySQL; give the index "
                       "another");
    }
    if (!index->n_columns) {
      ent_problems_add(r->problems, index->line,
                       ent_registry_key(r, e, index->name),
                       "an index without columns");
      continue;
    }
    ent_registry_check_index_columns(r, e, index);
    check_useless(r, e, index);
    check_reference_name(r, e, index);
  }
}
