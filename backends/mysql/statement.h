#ifndef ENT_BACKENDS_MYSQL_STATEMENT_H
#define ENT_BACKENDS_MYSQL_STATEMENT_H

#include "backends/base/arena.h"
#include "backends/base/buf.h"
#include "backends/base/value.h"
#include "backends/mysql/client.h"
#include "backends/mysql/field.h"
#include "backends/source.h"
#include "backends/write.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A prepared statement of one connection, from bound values straight to packed
 * rows.  A result must be read to its end before the connection is used for
 * anything else, unless the statement has a cursor. */
typedef struct ent_mysql_statement ent_mysql_statement;

/* Prepares a statement; it must be closed before its client.  One round trip.
 * The server's refusal is REJECTED. */
ENT_CHECKED ent_status ent_mysql_prepare(ent_mysql_client *client,
                                         const char *sql, size_t size,
                                         const ent_deadline *deadline,
                                         ent_mysql_statement **statement,
                                         ent_error *err);

/* NULL is allowed. */
void ent_mysql_statement_close(ent_mysql_statement *statement);

/* Its text; lives as long as the statement. */
const char *ent_mysql_statement_sql(const ent_mysql_statement *statement);

/* Whether it must be closed and prepared anew before it is executed again: what
 * its columns are may be known to the server alone. */
bool ent_mysql_statement_is_stale(const ent_mysql_statement *statement);

/* 0 for a statement that returns no rows; of one with RETURNING known once it
 * was executed. */
uint16_t ent_mysql_statement_n_columns(const ent_mysql_statement *statement);
size_t ent_mysql_statement_n_params(const ent_mysql_statement *statement);

/* A result column's name and form; live as long as the statement. */
const char *ent_mysql_statement_name(const ent_mysql_statement *statement,
                                     unsigned column);
ent_mysql_form ent_mysql_statement_form(const ent_mysql_statement *statement,
                                        unsigned column);

/* From the next execution on the server keeps the result and hands out
 * `n_rows` rows a round trip, where the statement allows a cursor.  May be
 * called between fetches, too. */
void ent_mysql_statement_use_cursor(ent_mysql_statement *statement,
                                    unsigned long n_rows);

/* Executes with n_params values, which are not kept.  One round trip.
 * REJECTED where their number is not that of the placeholders. */
ENT_CHECKED ent_status ent_mysql_statement_execute(
    ent_mysql_statement *statement, const ent_value *params, size_t n_params,
    const ent_deadline *deadline, ent_error *err);

/* The same for a statement that may be executed twice, because it only reads:
 * by the shortest way there is (wire.h), and prepared and executed anew where its
 * columns have turned out to be others than those of the time before.  One round
 * trip, or three. */
ENT_CHECKED ent_status ent_mysql_statement_read(ent_mysql_statement *statement,
                                                const ent_value *params,
                                                size_t n_params,
                                                const ent_deadline *deadline,
                                                ent_error *err);

/* Executes in two halves: the first sends the request, the second waits for
 * the answer.  Between them the connection can do nothing else. */
ENT_CHECKED ent_status ent_mysql_statement_begin(ent_mysql_statement *statement,
                                                 const ent_value *params,
                                                 size_t n_params,
                                                 ent_error *err);
ENT_CHECKED ent_status ent_mysql_statement_end(ent_mysql_statement *statement,
                                               const ent_deadline *deadline,
                                               ent_error *err);

/* Whether the result of the last execution has the columns of a projection as
 * their table was read (drift.h).  Costs nothing where it had them before.
 * REJECTED where one has changed; then the rows are still to be read. */
ENT_CHECKED ent_status ent_mysql_statement_check(
    ent_mysql_statement *statement, const ent_entity *entity,
    const ent_projection *projection, ent_error *err);

/* The same; where one has changed the rows are read and forgotten. */
ENT_CHECKED ent_status ent_mysql_statement_check_or_skip(
    ent_mysql_statement *statement, const ent_entity *entity,
    const ent_projection *projection, const ent_deadline *deadline,
    ent_error *err);

/* Executes once for n_rows rows of values, in one request, where the server
 * takes such (ent_mysql_client_has_arrays()).
 *
 *   cells   n_rows × n_params, a row behind the other: values and defaults
 *   memory  holds the arrays that are sent; may be reset afterwards
 *
 * One round trip.  A refused row refuses all of them.  What a RETURNING gives
 * are the rows of the result, in the order of the rows sent. */
ENT_CHECKED ent_status ent_mysql_statement_execute_rows(
    ent_mysql_statement *statement, const ent_cell *cells, size_t n_rows,
    ent_arena *memory, const ent_deadline *deadline, ent_error *err);

/* Reads whatever a statement gives to its end, and forgets it: for one that is
 * run for what it does.
 *
 *   n_rows  rows it changed, or, where it returned them, how many those are */
ENT_CHECKED ent_status ent_mysql_statement_finish(
    ent_mysql_statement *statement, const ent_deadline *deadline,
    uint64_t *n_rows, ent_error *err);

/* Of the last execution: rows changed, and the id that the server made for the
 * first of them, 0 where it made none. */
uint64_t ent_mysql_statement_affected(const ent_mysql_statement *statement);
uint64_t ent_mysql_statement_new_id(const ent_mysql_statement *statement);

/* Reads the next row and appends it to `buf`; ENT_DONE behind the last one.
 * Nothing is appended on failure.  Errors of ent_buf_append() leave the rest
 * of the result unread. */
ENT_CHECKED ent_status ent_mysql_statement_fetch(ent_mysql_statement *statement,
                                                 const ent_deadline *deadline,
                                                 ent_buf *buf, ent_error *err);

/* Reads the next row and forgets it; ENT_DONE behind the last one. */
ENT_CHECKED ent_status ent_mysql_statement_skip(ent_mysql_statement *statement,
                                                const ent_deadline *deadline,
                                                ent_error *err);

#endif
