#ifndef ENT_BACKENDS_MYSQL_BATCHWRITE_H
#define ENT_BACKENDS_MYSQL_BATCHWRITE_H

#include "backends/mysql/batch.h"
#include "backends/mysql/scratch.h"

/* The statements that write many rows, run. */

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

/* The first half of it for an UPDATE or a DELETE: sends the statement, whose
 * answer ent_mysql_statement_end() waits for.  `statement` is NULL where there
 * is nothing to do. */
ENT_CHECKED ent_status ent_mysql_begin_batch(ent_mysql_scratch *scratch,
                                             ent_mysql_connection *connection,
                                             const ent_mysql_batch *batch,
                                             const ent_deadline *deadline,
                                             ent_mysql_statement **statement,
                                             ent_error *err);

#endif
