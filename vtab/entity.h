#ifndef ENT_VTAB_ENTITY_H
#define ENT_VTAB_ENTITY_H

#include "cache/table.h"
#include "vtab/cost.h"
#include "vtab/plan.h"
#include "vtab/session.h"

/* The module `entity`: one table or view of a server as a virtual table.
 *
 *     CREATE VIRTUAL TABLE customer USING entity(pool=default, table=customer)
 *
 * Its columns are read from the server.  What entable_open() makes are
 * statements like this one.  Or the statement declares them (items.h), with or
 * without a table on the server:
 *
 *     CREATE VIRTUAL TABLE tag USING entity(id bigint, name varchar(50) not null)
 */
typedef struct ent_table {
  sqlite3_vtab base;      /* must be first */
  struct ent_table *next; /* of session->tables */
  ent_session *session;
  char *schema; /* where it stands in SQLite */
  char *name;
  ent_session_pool *pool; /* replaced when its configuration was closed */
  char *pool_name;
  char *config;      /* the configuration it names, or NULL */
  bool is_namesake;  /* its statement says of no other table= */
  bool with_deleted; /* of an entity with fake_delete: all rows (deleted.h) */
  ent_catalog *catalog; /* where the entity lives, or what was met */
  const ent_entity *entity;
  unsigned n_met; /* how often its pool or its entity was replaced */
  /* Of a table that is declared (meet.h): */
  ent_declaration *origin;
  const ent_declared_entity *declared;
  const ent_entity *plain; /* what the declaration alone makes */
  char *declaration;       /* its columns, until SQLite has been told */
  char *redis_cache;       /* the pool whose Redis keeps its rows, or NULL */
  char *local_cache;    /* the pool whose cache in this process does, or NULL */
  ent_cached cached;    /* how (caching.h) */
  ent_cached requested; /* the same under request_cache */
  struct ent_listed_query *queries; /* those it declares (found.h), or NULL */
  ent_plans plans;
  ent_cost cost;
  ent_member member;      /* of the session's transaction */
  struct ent_scan *spare; /* a closed one, to be opened next; or NULL */
} ent_table;

/* Registers the module. */
int ent_entity_register(ent_session *session);

/* The session's table of a name; NULL for one that is not ours, or that SQLite
 * has not connected.  Of a table that prepared statements keep from before the
 * schema was read anew there are several: it is the one of now. */
const ent_table *ent_table_find(const ent_session *session, const char *schema,
                                const char *name);
ent_table *ent_table_get(const ent_session *session, const char *schema,
                         const char *name);

/* The pool of a table, opened again where it was closed meanwhile. */
ENT_CHECKED ent_status ent_table_pool(ent_table *table, ent_error *err);

/* What a CREATE VIRTUAL TABLE says. */
typedef struct ent_entity_words {
  const char *schema; /* in SQLite, as its name is */
  const char *name;
  const char *pool;
  const char *table;        /* on the server */
  const char *config;       /* the configuration it shall name, or NULL */
  const char *with_deleted; /* the entity of which it shall have all rows, those
                               marked as deleted among them; or NULL */
} ent_entity_words;

/* "USING entity(pool=default, table='user')" of these words, to be freed with
 * sqlite3_free(); NULL if there is no memory. */
char *ent_entity_using(const ent_entity_words *words);

/* The CREATE VIRTUAL TABLE of these words, to be freed with sqlite3_free();
 * NULL if there is no memory. */
char *ent_entity_sql(const ent_entity_words *words);

/* Makes the table of a CREATE VIRTUAL TABLE that is still to be run: that needs
 * no memory of ours then, nor a server.  Of several the last made ready is found
 * first.  No round trip where the pool's catalog has the table.
 * CONFIG where there is no such pool or table; NOMEM. */
ENT_CHECKED ent_status ent_entity_ready(ent_session *session,
                                        const ent_entity_words *words,
                                        ent_error *err);

/* Frees those made ready that no statement has taken. */
void ent_entity_drop_ready(ent_session *session);

#endif
