#ifndef ENT_BACKENDS_MYSQL_ONLINE_H
#define ENT_BACKENDS_MYSQL_ONLINE_H

#include "backends/mysql/shape.h"

/* What a server can change of a table while others write to it.  A statement
 * that names its algorithm is refused where the server turns out to need a
 * better one; it never locks the table instead.
 *
 * No server can be asked this without doing it: here, and nowhere else, its
 * version counts.  From MySQL's "Online DDL Operations" of 5.6, 5.7 and 8.0 and
 * MariaDB's "InnoDB Online DDL Operations"; tests/schema runs all of it. */

typedef enum ent_online {
  ENT_ONLINE_INSTANT, /* ALGORITHM=INSTANT: only what is written of the table */
  ENT_ONLINE_INPLACE, /* ALGORITHM=INPLACE, LOCK=NONE: writers go on */
  ENT_ONLINE_NOT,     /* the rows are copied, and writers wait */
} ent_online;

typedef enum ent_aspect {
  ENT_ASPECT_ADD_LAST, /* a column behind all others */
  ENT_ASPECT_ADD,
  ENT_ASPECT_DROP,
  ENT_ASPECT_MOVE,
  ENT_ASPECT_RENAME,
  ENT_ASPECT_DEFAULT,
  ENT_ASPECT_NULLABLE, /* it takes NULL from now on */
  ENT_ASPECT_NOT_NULL, /* it takes none any more */
  ENT_ASPECT_WORDS,    /* behind those of an enum or set, of the same size */
  ENT_ASPECT_WIDEN, /* a varchar whose length takes as many bytes as before */
  ENT_ASPECT_TYPE,  /* any other change of type, charset, collation, … */
  ENT_ASPECT_ADD_INDEX,
  ENT_ASPECT_DROP_INDEX,
  ENT_ASPECT_RENAME_INDEX,
  ENT_ASPECT_KEY,     /* another primary key */
  ENT_ASPECT_CHARSET, /* of columns to come */
  ENT_ASPECT_ENGINE,
} ent_aspect;

/* How this server changes that of a table as it is. */
ent_online ent_online_of(const ent_server *server, const ent_shape_table *live,
                         ent_aspect aspect);

/* Whether it can rename a column without being told what it is. */
bool ent_online_renames_columns(const ent_server *server);

/* Whether it can give an index another name without making it anew. */
bool ent_online_renames_indexes(const ent_server *server);

#endif
