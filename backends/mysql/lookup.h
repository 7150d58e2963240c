#ifndef ENT_BACKENDS_MYSQL_LOOKUP_H
#define ENT_BACKENDS_MYSQL_LOOKUP_H

#include "backends/base/row.h"
#include "backends/mysql/connection.h"

#include <stddef.h>

/* A SELECT of small rows that are handed on one by one: what a server says of
 * its tables, or of itself.
 *
 *   params   n_params values, which are not kept
 *   max_row  bytes that a packed row may have; 0 = 64 KiB
 *   take     is given each row, which lives until it returns; what it returns
 *            ends the reading, unless it is OK */
typedef struct ent_mysql_lookup {
  const char *sql;
  size_t size;
  const ent_value *params;
  size_t n_params;
  size_t max_row;
  ent_status (*take)(void *context, const ent_row *row, ent_error *err);
  void *context;
} ent_mysql_lookup;

/* Executes a lookup and reads its rows to their end.  Where that fails the
 * connection is lost if rows are unread, and else usable as before: nobody
 * meets another's rows.  One round trip, two for a text that is new there.
 *
 * Errors as ent_mysql_connection_statement() and ent_mysql_statement_execute(),
 * and those of `take`; TOO_BIG for a row above max_row.  No rows are none. */
ENT_CHECKED ent_status ent_mysql_look_up(ent_mysql_connection *connection,
                                         const ent_mysql_lookup *lookup,
                                         const ent_deadline *deadline,
                                         ent_error *err);

/* A `take` for who asks for one number: puts the first column into an
 * ent_value, the context, which stays as it is where no row comes.  What is no
 * number is put as NULL.  Never fails. */
ent_status ent_mysql_take_number(void *number, const ent_row *row,
                                 ent_error *err);

#endif
