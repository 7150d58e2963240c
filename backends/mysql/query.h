#ifndef ENT_BACKENDS_MYSQL_QUERY_H
#define ENT_BACKENDS_MYSQL_QUERY_H

#include "backends/base/entity.h"
#include "backends/base/rows.h"
#include "backends/mysql/session.h"

/* Any SELECT of the user's on a pool: in the session's transaction, while there
 * is one, where all its rows are read at once; else in one that can only read,
 * on a connection of its own. */
typedef struct ent_mysql_query ent_mysql_query;

/* Prepares a statement.  `query` is closed with ent_mysql_query_close().
 *
 * Log-in where the pool has no idle connection, then two round trips.
 * REJECTED with the server's words; UNSUPPORTED for a statement that returns
 * no rows, which is not run. */
ENT_CHECKED ent_status ent_mysql_query_open(ent_mysql_session *session,
                                            const char *sql, size_t size,
                                            const ent_deadline *deadline,
                                            ent_mysql_query **query,
                                            ent_error *err);

/* How many values it takes. */
size_t ent_mysql_query_n_params(const ent_mysql_query *query);

/* Runs it, once, with its values, which need not outlive the call.  One round
 * trip.  REJECTED where their number is another one than it takes. */
ENT_CHECKED ent_status ent_mysql_query_run(ent_mysql_query *query,
                                           const ent_value *params,
                                           size_t n_params,
                                           const ent_deadline *deadline,
                                           ent_error *err);

/* Ends the statement, read to its end or not.  NULL is allowed. */
void ent_mysql_query_close(ent_mysql_query *query);

/* 0 before it was run, where a server tells the columns of an EXPLAIN only
 * then. */
uint16_t ent_mysql_query_n_columns(const ent_mysql_query *query);

/* A column's name, which lives until the query is run or closed, and type, as
 * an entity's column would have them; of a type several may be one here.  After
 * the run they may be others: what the server knows then counts. */
const char *ent_mysql_query_name(const ent_mysql_query *query, unsigned column);
ent_type ent_mysql_query_type(const ent_mysql_query *query, unsigned column);

/* Moves to the next row and points `row` at its n_columns values, valid until
 * the next call.  ENT_DONE behind the last one. */
ENT_CHECKED ent_status ent_mysql_query_next(ent_mysql_query *query,
                                            const ent_deadline *deadline,
                                            const ent_value **row,
                                            ent_error *err);

#endif
