#ifndef ENT_BACKENDS_MYSQL_GUARD_H
#define ENT_BACKENDS_MYSQL_GUARD_H

#include "backends/mysql/session.h"
#include "backends/mysql/sqltext.h"

/* A search that would read more than query->max_rows rows is refused before it
 * reads them: the server counts that far.
 *
 *   table  as in ent_mysql_reading
 *
 * No round trip where any number is allowed, else one.  REJECTED, with what
 * would have been asked. */
ENT_CHECKED ent_status ent_mysql_guard(ent_mysql_session *session,
                                       const ent_query *query,
                                       const ent_sql_where *where,
                                       const char *table,
                                       const ent_deadline *deadline,
                                       ent_error *err);

/* The refusal of n rows; OK where so many are allowed. */
ENT_CHECKED ent_status ent_mysql_guard_count(const ent_query *query, uint64_t n,
                                             ent_error *err);

#endif
