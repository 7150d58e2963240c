#ifndef ENT_VTAB_ITEMS_H
#define ENT_VTAB_ITEMS_H

#include "backends/base/entity_items.h"
#include "vtab/session.h"

/* What a CREATE VIRTUAL TABLE … USING entity(…) says between its parentheses. */
typedef struct ent_items {
  ent_declaration *declaration; /* where all of it lives */
  const ent_declared_entity *entity;
  const char *config; /* the configuration it names, or NULL */
  bool is_namesake;   /* it says of no other table than one of its name */
  bool with_deleted;  /* the table of all rows (deleted.h); the entity has the
                         name that is given with it */
} ent_items;

/* Reads n items, for a table of this name; to be freed with ent_items_done(),
 * also where it failed.  CONFIG: "item: what is wrong"; NOMEM. */
ENT_CHECKED ent_status ent_items_read(const char *name,
                                      const char *const *items, int n,
                                      ent_items *read, ent_error *err);
void ent_items_done(ent_items *items);

/* Whether they declare columns; else the server is asked for them. */
bool ent_items_declare(const ent_items *items);

/* Tells, asking nobody, what is wrong with them as far as that is to be seen without other
 * tables, which may be made later: those that it refers to are looked for when
 * schemas are compared (databases.h).
 *
 *   pool  the entity's
 *
 * CONFIG with all that is wrong; NOMEM. */
ENT_CHECKED ent_status ent_items_check(const ent_session *session,
                                       const ent_session_pool *pool,
                                       const ent_items *items, ent_error *err);

#endif
