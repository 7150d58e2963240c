#ifndef ENT_BACKENDS_BASE_REGISTRY_WALK_H
#define ENT_BACKENDS_BASE_REGISTRY_WALK_H

#include "backends/base/names.h"
#include "backends/base/registry.h"

/* What the files of the registry share; for registry*.c only. */

typedef struct ent_registry_entity {
  const ent_declared_entity *entity;
  ent_names columns;
  const char *const *key; /* n_key names, `id` where none were given */
  size_t n_key;
} ent_registry_entity;

/* One look at everything that is declared. */
typedef struct ent_registry {
  const ent_declared *declared;
  const ent_config_pool *pools; /* n_pools */
  size_t n_pools;
  ent_problems *problems; /* NULL while it is resolved */
  ent_arena *arena;
  ent_names enum_names;
  ent_names entity_names;
  ent_names pool_names;
  ent_names databases;           /* one for each pool: where its tables are */
  ent_registry_entity *entities; /* as many as declared */
} ent_registry;

/* What follows finds it in registry_lookup.c.
 *
 * Makes the lists of names; false if there is no memory. */
bool ent_registry_start(ent_registry *r);

/* "entity.piece", a key for ent_problems_add(). */
const char *ent_registry_key(const ent_registry *r,
                             const ent_registry_entity *e, const char *piece);

/* "; did you mean 'x'?", or nothing where no name is near. */
const char *ent_registry_hint(const ent_registry *r, const ent_names *names,
                              const char *word);

/* The column, enum or pool of a name; NULL if there is none. */
const ent_declared_column *ent_registry_column(const ent_registry_entity *e,
                                               const char *name);
const ent_declared_enum *ent_registry_enum(const ent_registry *r,
                                           const char *name);
const ent_config_pool *ent_registry_pool(const ent_registry *r,
                                         const char *name);

/* What pools of one database have in common, and no others; the number of the
 * first of them.  `name` is a pool's. */
size_t ent_registry_database(const ent_registry *r, const char *name);

/* Whether the pools' databases are on one server. */
bool ent_registry_is_one_server(const ent_config_pool *one,
                                const ent_config_pool *other);

/* The entity of a name; NULL if there is none. */
const ent_registry_entity *ent_registry_entity_of(const ent_registry *r,
                                                  const char *name);

/* The column that a reference to one entity ends at, over references that are
 * keys themselves.  NULL if there is none: `why` says so behind the name of the
 * entity, or is NULL where something else is wrong with that. */
const ent_declared_column *
ent_registry_target(const ent_registry *r, const ent_declared_column *column,
                    const ent_registry_entity **owner, const char **why);

/* The type that a column has in the end; false where it cannot be told. */
bool ent_registry_type(const ent_registry *r, const ent_declared_column *column,
                       ent_sql_type *type);

/* Look at one entity's columns and key, its indexes, its queries. */
void ent_registry_check_columns(const ent_registry *r,
                                const ent_registry_entity *e);
void ent_registry_check_indexes(const ent_registry *r,
                                const ent_registry_entity *e);
void ent_registry_check_queries(const ent_registry *r,
                                const ent_registry_entity *e);

/* Looks whether an index's columns are there, all different, and of types that
 * an index can have. */
void ent_registry_check_index_columns(const ent_registry *r,
                                      const ent_registry_entity *e,
                                      const ent_declared_index *index);

/* Looks at names of entities, their tables and their pools, and at the names
 * of all that is made for them. */
void ent_registry_check_tables(const ent_registry *r);

#endif
