#ifndef ENT_BACKENDS_MYSQL_MARKING_H
#define ENT_BACKENDS_MYSQL_MARKING_H

#include "backends/mysql/scratch.h"

/* Rows that are marked as deleted instead of removed, and what becomes of those
 * that refer to them.
 *
 * The server's foreign keys see a marked row as one that is there, so what they
 * declare is done here: CASCADE marks the rows that refer, or removes them where
 * their table marks none, SET NULL sets null, and RESTRICT refuses while a row
 * that is alive in the end refers to a marked one. */

typedef struct ent_mysql_marks {
  const ent_entity *entity; /* the living rows of a table */
  const ent_value *keys;    /* n, each of which ent_write_can_mark() */
  size_t n;
  const ent_followers *followers; /* NULL: nobody refers to them */
} ent_mysql_marks;

/* Marks rows and follows what refers to them.
 *
 * A round trip to mark; where somebody may refer, one for a savepoint, and for
 * every 1000 keys and every reference one, or two where its rows are marked.
 *
 * FOREIGN_KEY with the key and who refers to it; else errors of the server.
 * Nothing of it stays then. */
ENT_CHECKED ent_status ent_mysql_mark_rows(ent_mysql_scratch *scratch,
                                           ent_mysql_connection *connection,
                                           const ent_mysql_marks *marks,
                                           const ent_deadline *deadline,
                                           ent_error *err);

#endif
