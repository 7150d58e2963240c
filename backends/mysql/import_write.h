#ifndef ENT_BACKENDS_MYSQL_IMPORT_WRITE_H
#define ENT_BACKENDS_MYSQL_IMPORT_WRITE_H

#include "backends/base/buf.h"
#include "backends/mysql/shape.h"

/* A table as the entity that declares it, in the words of a configuration: what
 * shape_declared.c reads is written here. */

/* Where the tables are. */
typedef struct ent_import_place {
  const ent_server *server;
  const ent_shape *live; /* where those are that foreign keys refer to */
  const char *pool;      /* the name that it is to have */
  const char *charset;   /* what an entity of that pool has unless it says */
  const char *collation; /* otherwise; both by the server's own names */
} ent_import_place;

/* Appends an entity, its lines with two blanks in front:
 *
 *     note:
 *       columns:
 *         id: bigint unsigned
 *         user_id: references user not null
 *       index:
 *         by_body: [body]
 *
 *   table  whose foreign keys can all be references
 *
 * Nothing is appended where it fails.  CONFIG: something of it cannot be
 * declared; the words say what.  NOMEM; TOO_BIG. */
ENT_CHECKED ent_status ent_import_write(const ent_import_place *place,
                                        const ent_shape_table *table,
                                        ent_buf *to, ent_error *err);

#endif
