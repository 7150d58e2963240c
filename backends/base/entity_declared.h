#ifndef ENT_BACKENDS_BASE_ENTITY_DECLARED_H
#define ENT_BACKENDS_BASE_ENTITY_DECLARED_H

#include "backends/base/arena.h"
#include "backends/base/declared.h"
#include "backends/base/entity.h"
#include "backends/base/error.h"

/* In which form its table shows an entity. */
typedef struct ent_entity_form {
  bool with_deleted; /* all rows of one with `fake_delete`, and the mark as its
                        last column; else the living ones */
  bool is_wide;      /* `wide: text` of its pool */
  const ent_declared *declared; /* where references are looked up, or NULL */
} ent_entity_form;

/* The entity that a declaration makes, before anything was seen of its table:
 * its columns in their order, their types and its key.
 *
 *   from    need not be resolved: a reference has the type of the key it goes
 *           to; where that is not declared beside it or is an integer, it is an
 *           integer of some size, which is wide only if it says so itself
 *   entity  written into `arena`; its strings are those of `from`
 *
 * Nothing is said of collations and indexes, which only the server knows.
 * NOMEM. */
ENT_CHECKED ent_status ent_entity_of_declared(const ent_declared_entity *from,
                                              const ent_entity_form *form,
                                              ent_arena *arena,
                                              const ent_entity **entity,
                                              ent_error *err);

/* The same entity as its table on the server is: `live` has what a declaration
 * does not say (collations, indexes, sizes, which integer it is), `declared` the
 * columns and their order.
 *
 *   entity  written into `arena`; strings of either
 *
 * CONFIG where a declared column is not there, or would be another type in
 * SQLite, and where the key is another one: the words say which.  NOMEM. */
ENT_CHECKED ent_status ent_entity_meet(const ent_entity *declared,
                                       const ent_entity *live, ent_arena *arena,
                                       const ent_entity **entity,
                                       ent_error *err);

#endif
