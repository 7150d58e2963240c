#ifndef ENT_VTAB_TVF_EXPLAIN_H
#define ENT_VTAB_TVF_EXPLAIN_H

#include "vtab/tvf.h"

/* What becomes of each term of a statement, which is planned and not run:
 *
 *     SELECT term, verdict, reason FROM entable_explain('SELECT …')
 *
 *   entity        the table in SQLite
 *   term          "age > 3"; of a scan without terms "all rows"
 *   verdict       exact, superset or local (backends/mysql/shiptable.h)
 *   reason        why, or NULL
 *   remote_sql    what is asked for, with placeholders
 *   remote_index  the index that the server would use; NULL where it uses none
 *                 or could not be asked
 *   cache         the tier in front of it: none
 *
 * A row for every term that SQLite offers to a table; what is no comparison of a
 * column (a function, NOT LIKE, NOT IN) it keeps to itself.  Some round trips for
 * each table of the statement. */
extern const ent_tvf ent_tvf_explain;

#endif
