#ifndef ENT_BACKENDS_MYSQL_IMPORT_H
#define ENT_BACKENDS_MYSQL_IMPORT_H

#include "backends/base/config.h"
#include "backends/mysql/shape.h"

/* The configuration of a database that is there already, by which nothing of it
 * would be changed.
 *
 * That is so by construction: what was written is read as any configuration is
 * and compared with the database as any migration does.  A table that cannot
 * be read back, of which anything would be changed, or whose columns and key
 * the server shows otherwise than declared, is no entity: its
 * name goes to the pool's `import`, with the reason as a comment.  Because of
 * that list none of the database's tables would ever be dropped. */

/* A table that is no entity. */
typedef struct ent_import_left {
  const char *table;
  const char *reason;
} ent_import_left;

typedef struct ent_imported {
  const char *text;            /* YAML; lives in the arena, as all of it */
  const ent_import_left *left; /* n_left, in the order of the server */
  size_t n_left;
} ent_imported;

typedef const char *ent_import_refuse_name(const char *name);

/* Reads the pool's database and writes its configuration.
 *
 *   pool  as it is configured: its address is written without its password,
 *         in whose place an environment variable is named
 *   refuse_name
 *         why no entity can have a name, in words that live for ever; NULL if
 *         one can
 *
 * Ten SELECTs, and nine more for each time that what was written has to be
 * written anew: twice for most databases.  TOO_BIG where a configuration could
 * not be read for its size; errors of the server; NOMEM. */
ENT_CHECKED ent_status ent_mysql_import(ent_mysql_session *session,
                                        const ent_config_pool *pool,
                                        ent_import_refuse_name *refuse_name,
                                        ent_arena *arena,
                                        const ent_deadline *deadline,
                                        ent_imported *imported, ent_error *err);

#endif
