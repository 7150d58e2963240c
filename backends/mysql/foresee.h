#ifndef ENT_BACKENDS_MYSQL_FORESEE_H
#define ENT_BACKENDS_MYSQL_FORESEE_H

#include "backends/base/arena.h"
#include "backends/mysql/session.h"
#include "backends/source.h"

/* Asks a server which index it would use for a search, by EXPLAIN.
 *
 *   limit  of the rows, 0 for none
 *   index  its name, in `arena`; NULL where it would use none
 *
 * Nothing is read of the table.  Log-in where the pool has no idle connection,
 * then three round trips.  Errors of ent_mysql_query_open(). */
ENT_CHECKED ent_status ent_mysql_foresee(ent_mysql_session *session,
                                         const ent_query *query, uint64_t limit,
                                         const ent_deadline *deadline,
                                         ent_arena *arena, const char **index,
                                         ent_error *err);

#endif
