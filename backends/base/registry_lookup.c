#include "backends/base/registry_walk.h"

#include <string.h>

enum { ENT_REFERENCES_DEEP = 32 }; /* keys that refer to keys */

static const char *const default_key[] = {"id"};

static bool start_entity(ent_registry *r, size_t at) {
  const ent_declared_entity *entity = &r->declared->entities[at];
  ent_registry_entity *e = &r->entities[at];

  *e = (ent_registry_entity){
      .entity = entity, .key = entity->key, .n_key = entity->n_key};
  if (!ent_names_start(&e->columns, entity->n_columns, r->arena)) return false;
  for (size_t i = 0; i < entity->n_columns; i++)
    ent_names_add(&e->columns, entity->columns[i].name, i);
  ent_names_sort(&e->columns);
  if (!e->n_key && !entity->is_keyless &&
      ent_names_find(&e->columns, default_key[0])) {
    e->key = default_key;
    e->n_key = 1;
  }
  ent_names_add(&r->entity_names, entity->name, at);
  return true;
}

/* Where the tables of a pool are, as one text. */
static const char *database_text(const ent_registry *r, size_t at) {
  const ent_address *address = &r->pools[at].address;

  return ent_arena_printf(
      r->arena, "%s\n%u\n%s\n%s", address->host ? address->host : "",
      (unsigned)address->port, address->socket ? address->socket : "",
      address->database);
}

static bool start_pools(ent_registry *r) {
  if (!ent_names_start(&r->pool_names, r->n_pools, r->arena) ||
      !ent_names_start(&r->databases, r->n_pools, r->arena)) {
    return false;
  }
  for (size_t i = 0; i < r->n_pools; i++) {
    const char *database = database_text(r, i);

    if (!database) return false;
    ent_names_add(&r->pool_names, r->pools[i].name, i);
    ent_names_add(&r->databases, database, i);
  }
  ent_names_sort(&r->pool_names);
  ent_names_sort(&r->databases);
  return true;
}

bool ent_registry_start(ent_registry *r) {
  const ent_declared *declared = r->declared;

  r->entities = ent_arena_zalloc(r->arena, (declared->n_entities + 1) *
                                               sizeof(*r->entities));
  if (!r->entities || !start_pools(r) ||
      !ent_names_start(&r->entity_names, declared->n_entities, r->arena) ||
      !ent_names_start(&r->enum_names, declared->n_enums, r->arena)) {
    return false;
  }
  for (size_t i = 0; i < declared->n_enums; i++)
    ent_names_add(&r->enum_names, declared->enums[i].name, i);
  ent_names_sort(&r->enum_names);
  for (size_t i = 0; i < declared->n_entities; i++) {
    if (!start_entity(r, i)) return false;
  }
  ent_names_sort(&r->entity_names);
  return true;
}

const char *ent_registry_key(const ent_registry *r,
                             const ent_registry_entity *e, const char *piece) {
  const char *key;

  if (ent_problems_is_full(r->problems)) return e->entity->name;
  key = ent_arena_printf(r->arena, "%s.%s", e->entity->name, piece);
  if (!key) r->problems->no_memory = true;
  return key;
}

const char *ent_registry_hint(const ent_registry *r, const ent_names *names,
                              const char *word) {
  const char *nearest = NULL;
  const char *hint = NULL;

  if (!ent_problems_is_full(r->problems)) {
    nearest = ent_names_nearest(names, word, r->arena);
  }
  if (nearest) {
    hint = ent_arena_printf(r->arena, "; did you mean '%s'?", nearest);
  }
  return hint ? hint : "";
}

const ent_declared_column *ent_registry_column(const ent_registry_entity *e,
                                               const char *name) {
  const ent_named *found = ent_names_find(&e->columns, name);

  return found ? &e->entity->columns[found->at] : NULL;
}

const ent_declared_enum *ent_registry_enum(const ent_registry *r,
                                           const char *name) {
  const ent_named *found = ent_names_find(&r->enum_names, name);

  return found ? &r->declared->enums[found->at] : NULL;
}

const ent_registry_entity *ent_registry_entity_of(const ent_registry *r,
                                                  const char *name) {
  const ent_named *found = ent_names_find(&r->entity_names, name);

  return found ? &r->entities[found->at] : NULL;
}

const ent_config_pool *ent_registry_pool(const ent_registry *r,
                                         const char *name) {
  const ent_named *found = ent_names_find_exact(&r->pool_names, name);

  return found ? &r->pools[found->at] : NULL;
}

size_t ent_registry_database(const ent_registry *r, const char *name) {
  const ent_config_pool *pool = ent_registry_pool(r, name);
  const char *text = pool ? database_text(r, (size_t)(pool - r->pools)) : NULL;
  const ent_named *found =
      text ? ent_names_find_exact(&r->databases, text) : NULL;

  return found ? found->at : r->n_pools;
}

static bool is_same(const char *one, const char *other) {
  return one && other ? strcmp(one, other) == 0 : one == other;
}

bool ent_registry_is_one_server(const ent_config_pool *one,
                                const ent_config_pool *other) {
  return is_same(one->address.host, other->address.host) &&
         one->address.port == other->address.port &&
         is_same(one->address.socket, other->address.socket);
}

const ent_declared_column *
ent_registry_target(const ent_registry *r, const ent_declared_column *column,
                    const ent_registry_entity **owner, const char **why) {
  *why = NULL;
  for (int i = 0; i < ENT_REFERENCES_DEEP; i++) {
    const ent_registry_entity *e = ent_registry_entity_of(r, column->reference);

    if (!e) return NULL;
    if (e->n_key != 1) {
      *why = e->n_key ? "has a key of several columns, to which no reference "
                        "can go"
                      : "has no key to refer to";
      return NULL;
    }
    column = ent_registry_column(e, e->key[0]);
    if (!column) return NULL;
    *owner = e;
    if (!column->reference || column->is_many) return column;
  }
  *why = "has a key that refers to itself in a circle";
  return NULL;
}

bool ent_registry_type(const ent_registry *r, const ent_declared_column *column,
                       ent_sql_type *type) {
  const ent_registry_entity *owner;
  const ent_declared_enum *words;
  const char *why;

  if (column->reference && !column->is_many) {
    column = ent_registry_target(r, column, &owner, &why);
    if (!column) return false;
  }
  *type = column->type;
  if (!column->enum_name) return true;
  words = ent_registry_enum(r, column->enum_name);
  if (!words) return false;
  type->name = column->is_set ? "set" : "enum";
  type->words = words->words;
  type->n_words = words->n_words;
  return true;
}
