#ifndef ENT_BACKENDS_MYSQL_STATEMENTS_H
#define ENT_BACKENDS_MYSQL_STATEMENTS_H

#include "backends/mysql/batch.h"
#include "backends/mysql/connection.h"
#include "backends/mysql/unique.h"

/* The statements that write rows, run: one row, or a batch. */

/* Texts, parameters and arrays of the statement being run, kept so that the
 * next one needs no memory. */
typedef struct ent_mysql_scratch {
  ent_buf sql;
  ent_buf pattern; /* what the INSERT in `sql` was written for; else empty */
  ent_value *params;
  size_t n_params;
  size_t capacity;
  ent_arena memory;
  bool lacks_returning; /* the server, or the right to read what was written */
  bool lacks_lists;     /* VALUES as a table */
} ent_mysql_scratch;

void ent_mysql_scratch_init(ent_mysql_scratch *scratch);
void ent_mysql_scratch_done(ent_mysql_scratch *scratch);

/* Writes one row.  One round trip; an UPDATE that removes what stands in its
 * way one more for every unique index it met.
 *
 *   unique   the table's unique indexes, for an UPDATE that replaces
 *   written  set for an INSERT
 *
 * Errors of the server; nothing of the row stays. */
ENT_CHECKED ent_status ent_mysql_write_row(
    ent_mysql_scratch *scratch, ent_mysql_connection *connection,
    const ent_write *write, const ent_mysql_unique *unique,
    const ent_deadline *deadline, ent_written *written, ent_error *err);

/* Writes the rows of a batch.  One round trip, and one more where the server
 * makes the last row's id and cannot return it.
 *
 * Errors of the server, none of which says reliably which row it was: nothing
 * of the batch stays.  UNSUPPORTED where the rows have to go one by one. */
ENT_CHECKED ent_status ent_mysql_write_batch(ent_mysql_scratch *scratch,
                                             ent_mysql_connection *connection,
                                             const ent_mysql_batch *batch,
                                             const ent_deadline *deadline,
                                             ent_written *written,
                                             ent_error *err);

/* "insert into", "update", "delete from" */
const char *ent_mysql_write_verb(ent_write_kind kind);

#endif
