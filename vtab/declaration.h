#ifndef ENT_VTAB_DECLARATION_H
#define ENT_VTAB_DECLARATION_H

#include "backends/base/config.h"
#include "backends/base/declared.h"
#include "backends/base/entity.h"
#include "backends/base/error.h"

/* What a configuration declares, or the statement that makes one table, and what
 * has been made of it: shared by the tables that are declared there and whoever
 * shows them, and gone with the last of them. */
typedef struct ent_declaration {
  int n_users;
  ent_config *config; /* NULL: a statement's */
  const ent_declared *declared;
  ent_arena arena; /* of entities */
} ent_declaration;

/* That of a configuration, which belongs to it from then on; also where it
 * declares nothing.  NULL is that of a statement, for the caller to fill.  One
 * user; NULL if there is no memory. */
ent_declaration *ent_declaration_new(ent_config *config);

ent_declaration *ent_declaration_ref(ent_declaration *declaration);
void ent_declaration_unref(ent_declaration *declaration); /* NULL is allowed */

/* The entity that is declared for a table of a pool; NULL if none is. */
const ent_declared_entity *
ent_declaration_find(const ent_declaration *declaration, const char *pool,
                     const char *table);

#endif
