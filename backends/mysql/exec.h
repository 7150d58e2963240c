#ifndef ENT_BACKENDS_MYSQL_EXEC_H
#define ENT_BACKENDS_MYSQL_EXEC_H

#include "backends/base/value.h"
#include "backends/mysql/session.h"

#include <stdbool.h>

/* A statement of the user's that is run for what it does. */
typedef struct ent_mysql_exec ent_mysql_exec;

/* Prepares it.
 *
 *   joins  it is part of the session's transaction; else it is one by itself
 *
 * Log-in where the pool has no idle connection, then one or two round trips.
 * UNSUPPORTED for what would end the transaction it is to be part of, and for
 * what only reads.  REJECTED with the server's words. */
ENT_CHECKED ent_status ent_mysql_exec_open(
    ent_mysql_session *session, const char *sql, size_t size, bool joins,
    const ent_deadline *deadline, ent_mysql_exec **exec, ent_error *err);

/* How many values it takes. */
size_t ent_mysql_exec_n_params(const ent_mysql_exec *exec);

/* Runs it, once.  One round trip.
 *
 *   n_rows  rows it changed, or returned
 *
 * Errors as a write's (ent_source_ops.write); REJECTED where the values are not
 * as many as it takes. */
ENT_CHECKED ent_status ent_mysql_exec_run(ent_mysql_exec *exec,
                                          const ent_value *params,
                                          size_t n_params,
                                          const ent_deadline *deadline,
                                          uint64_t *n_rows, ent_error *err);

/* Whether it has failed so that the server may carry it out all the same: the
 * connection was lost while it ran.  NULL is allowed: nothing was run. */
bool ent_mysql_exec_is_unknown(const ent_mysql_exec *exec);

/* Whether it is part of the session's transaction, and may end that on the
 * server. */
bool ent_mysql_exec_may_commit(const ent_mysql_exec *exec);

void ent_mysql_exec_close(ent_mysql_exec *exec); /* NULL is allowed */

#endif
