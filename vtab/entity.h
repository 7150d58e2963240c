#ifndef ENT_VTAB_ENTITY_H
#define ENT_VTAB_ENTITY_H

#include "vtab/plan.h"
#include "vtab/session.h"

/* The module `entity`: one table or view of a server as a virtual table.
 *
 *     CREATE VIRTUAL TABLE customer USING entity(pool=default, table=customer)
 *
 * Its columns are read from the server.  What entable_open() makes are
 * statements like this one.
 */
typedef struct ent_table {
  sqlite3_vtab base;      /* must be first */
  struct ent_table *next; /* of session->tables */
  ent_session *session;
  char *schema; /* where it stands in SQLite */
  char *name;
  ent_session_pool *pool; /* replaced when its configuration was closed */
  char *pool_name;
  char *config;         /* the configuration it names, or NULL */
  ent_catalog *catalog; /* where the entity lives */
  const ent_entity *entity;
  ent_plans plans;
  ent_member member;      /* of the session's transaction */
  struct ent_scan *spare; /* a closed one, to be opened next; or NULL */
} ent_table;

/* Registers the module. */
int ent_entity_register(ent_session *session);

/* The pool of a table, opened again where it was closed meanwhile. */
ENT_CHECKED ent_status ent_table_pool(ent_table *table, ent_error *err);

/* The CREATE VIRTUAL TABLE that makes an entity a table.
 *
 *   name    in SQLite
 *   config  the configuration it shall name, or NULL
 *
 * To be freed with sqlite3_free(); NULL if there is no memory. */
char *ent_entity_sql(const char *schema, const char *name, const char *pool,
                     const char *table, const char *config);

#endif
