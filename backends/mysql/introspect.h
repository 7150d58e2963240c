#ifndef ENT_BACKENDS_MYSQL_INTROSPECT_H
#define ENT_BACKENDS_MYSQL_INTROSPECT_H

#include "backends/base/arena.h"
#include "backends/base/entity.h"
#include "backends/mysql/session.h"

/* What a server says of its tables and views, as entities. */

typedef struct ent_mysql_tables {
  ent_entity **entities; /* n, in the order of their names on the server */
  size_t n;
} ent_mysql_tables;

/* Reads the columns of every table and view of the pool's database, or of one.
 *
 *   table   its name on the server, or NULL for all
 *   is_wide whether numbers that SQLite has no room for are shown as texts
 *   tables  written with everything it points to into `arena`; the entities
 *           are named as their tables; n is 0 where there is none
 *
 * One round trip.  Errors of the server; NOMEM. */
ENT_CHECKED ent_status ent_mysql_introspect(ent_mysql_session *session,
                                            const char *table, bool is_wide,
                                            ent_arena *arena,
                                            const ent_deadline *deadline,
                                            ent_mysql_tables *tables,
                                            ent_error *err);

#endif
