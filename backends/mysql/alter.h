#ifndef ENT_BACKENDS_MYSQL_ALTER_H
#define ENT_BACKENDS_MYSQL_ALTER_H

#include "backends/mysql/shape.h"

/* What would bring a database to what is declared: statements in the order to
 * run.  Foreign keys that go or change are dropped first, new ones added last;
 * between them tables are renamed, made and changed, and at the very end are
 * the tables that no entity names. */

typedef enum ent_alter_class {
  ENT_ALTER_SAFE,   /* loses nothing, cannot fail on the rows that are there and
                       keeps no writer waiting for long */
  ENT_ALTER_UNSAFE, /* anything else */
  ENT_ALTER_PRUNE,  /* drops a table that no entity names */
} ent_alter_class;

typedef struct ent_alter {
  const char *entity; /* that declares the table; NULL: none does */
  const char *table;
  const char *sql; /* one statement without a semicolon */
  const char *reason;
  ent_alter_class class;
} ent_alter;

typedef struct ent_alters {
  ent_alter *items; /* n; lives in the arena that it was made in */
  size_t n;
} ent_alters;

/* "safe", "unsafe", "prune". */
const char *ent_alter_class_name(ent_alter_class class);

/* Compares the pool's database with what is declared.  The statements of one
 * class by themselves are in an order that can be run, too: unsafe ones may
 * need the safe ones, never the other way round.
 *
 *   alters  n is 0 where there is nothing to do
 *
 * Nine SELECTs, and one for every hundred tables of which it has to be known
 * whether they have rows.  CONFIG as ent_shape_declared(), and where
 * a table or a column is there under its old and its new name; errors of the
 * server; NOMEM. */
ENT_CHECKED ent_status ent_mysql_alters(ent_mysql_session *session,
                                        const ent_shape_wanted *wanted,
                                        ent_arena *arena,
                                        const ent_deadline *deadline,
                                        ent_alters *alters, ent_error *err);

/* The CREATE TABLE of one of the entities, on the pool's server: without its
 * foreign keys.  NULL where none is so called.  Costs what ent_server_ask()
 * does. */
ENT_CHECKED ent_status ent_mysql_create_sql(ent_mysql_session *session,
                                            const ent_shape_wanted *wanted,
                                            const char *entity,
                                            ent_arena *arena,
                                            const ent_deadline *deadline,
                                            const char **sql, ent_error *err);

#endif
