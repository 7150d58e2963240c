#ifndef ENT_VTAB_VIEW_H
#define ENT_VTAB_VIEW_H

#include "vtab/session.h"

/* The module `mysql_view`: a SELECT that a server runs, as a table with the
 * names and types of its columns.
 *
 *     CREATE VIRTUAL TABLE temp.ages USING mysql_view(
 *       'SELECT age, COUNT(*) AS n FROM person GROUP BY age', pool=default)
 */
int ent_view_register(ent_session *session);

#endif
