#ifndef ENT_VTAB_TVF_QUERY_H
#define ENT_VTAB_TVF_QUERY_H

#include "vtab/tvf.h"

/* SELECT c1, c2 FROM mysql_query('SELECT a, b FROM t WHERE a > ?', 5) */
extern const ent_tvf ent_tvf_mysql_query;

/* SELECT mysql_query('SELECT count(*) FROM t'): the first value of the first
 * row, NULL where there is no row. */
void ent_mysql_query_function(sqlite3_context *context, int argc,
                              sqlite3_value **argv);

#endif
