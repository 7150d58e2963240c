#ifndef ENT_BACKENDS_MYSQL_SQLTEXT_H
#define ENT_BACKENDS_MYSQL_SQLTEXT_H

#include "backends/base/arena.h"
#include "backends/base/buf.h"
#include "backends/source.h"

#include <stdbool.h>

/* The only place that writes SQL for MySQL.  Values never stand in the text:
 * they are parameters, in the order of their placeholders. */

/* The WHERE of a query with its values, ready for every page of it. */
typedef struct ent_sql_where {
  bool is_empty;     /* no row can fulfil it: nothing need be asked */
  bool is_exact;     /* it finds the rows that SQLite wants, and no others */
  ent_buf sql;       /* " WHERE …", or nothing */
  ent_value *params; /* n_params, and room for one more */
  size_t n_params;
} ent_sql_where;

/* Writes the terms of a query that MySQL can be asked (ship.h).
 *
 *   arena  holds the parameters, which may point at the query's own values
 *   where  released with ent_sql_where_done(), also after a failure
 *
 * Costs no round trip.  NOMEM; TOO_BIG where the text would pass 16 MiB. */
ENT_CHECKED ent_status ent_sql_where_make(const ent_query *query,
                                          ent_arena *arena,
                                          ent_sql_where *where, ent_error *err);
void ent_sql_where_done(ent_sql_where *where);

/* Appends "SELECT `a`, `b` FROM `t`"; without columns "SELECT 1 FROM …". */
ENT_CHECKED ent_status ent_sql_select(ent_buf *buf, const ent_entity *entity,
                                      const ent_projection *projection,
                                      ent_error *err);

/* " GROUP BY …" of the columns of a query that is `distinct`, texts as bytes;
 * nothing for another. */
ENT_CHECKED ent_status ent_sql_group(ent_buf *buf, const ent_query *query,
                                     ent_error *err);

/* Appends " ORDER BY …", or nothing. */
ENT_CHECKED ent_status ent_sql_order(ent_buf *buf, const ent_query *query,
                                     ent_error *err);

/* Appends a name in backticks. */
ENT_CHECKED ent_status ent_sql_name(ent_buf *buf, const char *name,
                                    ent_error *err);

/* Appends "`c` = ?" for a column and an operator other than IN and IS NULL,
 * converting the value to the column's charset where it may not fit. */
ENT_CHECKED ent_status ent_sql_compare(ent_buf *buf, const ent_column *column,
                                       ent_op op, ent_error *err);

/* Appends " AND `mark` = 0" (or another word than " AND ") for an entity that is
 * the living rows of its table; nothing for another. */
ENT_CHECKED ent_status ent_sql_living(ent_buf *buf, const ent_entity *entity,
                                      const char *joint, ent_error *err);

/* Appends "`c` IN (?, ?, …)" with n placeholders; "`c` = ?" for one. */
ENT_CHECKED ent_status ent_sql_in(ent_buf *buf, const ent_column *column,
                                  size_t n, ent_error *err);

/* Appends what a query would ask, for people: placeholders for values, and "…"
 * where there are many columns.  Values of the terms are not looked at. */
ENT_CHECKED ent_status ent_sql_words(ent_buf *buf, const ent_query *query,
                                     ent_error *err);

#endif
