#ifndef ENT_BACKENDS_MYSQL_STATEMENTS_H
#define ENT_BACKENDS_MYSQL_STATEMENTS_H

#include "backends/mysql/scratch.h"
#include "backends/mysql/unique.h"

/* The statements that write one row, run. */

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

/* Whether an UPDATE names no column. */
bool ent_mysql_write_is_empty(const ent_write *write);

/* "insert into", "update", "delete from" */
const char *ent_mysql_write_verb(ent_write_kind kind);

#endif
