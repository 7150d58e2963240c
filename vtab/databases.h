#ifndef ENT_VTAB_DATABASES_H
#define ENT_VTAB_DATABASES_H

#include "backends/mysql/shape.h"
#include "vtab/session.h"

/* The databases that entities are declared for.  Several pools may be of one:
 * what it shall hold is looked at together. */
typedef struct ent_database {
  ent_session_pool *pool;       /* the first one of it */
  const ent_opened *opened;     /* its configuration */
  const ent_declared *declared; /* resolved */
  ent_shape_wanted wanted;
  bool is_imported; /* a pool has tables of it that no entity names: none of
                       them is to be dropped */
} ent_database;

typedef struct ent_databases {
  ent_database *items; /* n; lives in the arena it was made in */
  size_t n;
} ent_databases;

/* Those of everything that the session has opened, in the order of their
 * configurations, with what the tables declare that statements have made.
 * No server is asked but for what tables of a file need (tables.h).
 * They live as long as `arena`, as what is opened and as those tables.
 *
 * CONFIG where declarations do not fit together, and where a table cannot be
 * connected: it may declare what would be taken for gone.  NOMEM. */
ENT_CHECKED ent_status ent_databases_make(ent_session *session,
                                          ent_arena *arena,
                                          ent_databases *databases,
                                          ent_error *err);

/* Whether a pool is of it, too. */
bool ent_database_has(const ent_database *database,
                      const ent_session_pool *pool);

#endif
