#ifndef ENT_VTAB_OUTER_H
#define ENT_VTAB_OUTER_H

#include "backends/source.h"
#include "vtab/sqlite.h"

#include <stdbool.h>

/* Terms that may stand in the ON of an outer join.
 *
 *     SELECT … FROM a LEFT JOIN b ON a.x <> 5
 *
 * keeps every row of `a`, but some versions of SQLite (3.40 is one) offer the
 * term as if it stood in WHERE, where operators are concerned that only virtual
 * tables are offered.  In xBestIndex the two cannot be told apart; when the
 * statement runs its text can be looked at. */

/* Whether an operator is offered so: <>, IS NOT, IS NOT NULL, LIKE, GLOB. */
bool ent_outer_concerns(ent_op op);

/* Whether a statement that runs now may hold an outer join, in its own text, in
 * a view or in a trigger; false where this SQLite keeps such terms back.  To be
 * asked in xFilter. */
bool ent_outer_is_possible(sqlite3 *db);

#endif
