#ifndef ENT_VTAB_CALL_H
#define ENT_VTAB_CALL_H

#include "vtab/tvf.h"

/* Arguments of functions: a text, whose bytes are SQLite's, and `what` it is in
 * the message where it is none.  MISMATCH, NOMEM. */
ENT_CHECKED ent_status ent_call_text(sqlite3_value *value, const char *what,
                                     const char **text, int *size,
                                     ent_error *err);

/* How long something is kept: a number of seconds, as milliseconds.  MISMATCH
 * where it is not from 0.001 to a hundred years. */
ENT_CHECKED ent_status ent_call_seconds(sqlite3_value *value, int64_t *ms,
                                        ent_error *err);

/* What functions that take SQL for a server are called with:
 *
 *     mysql_exec([pool('name'),] sql [, value …])
 */
typedef struct ent_sql_call {
  const char *pool; /* of pool('name'); NULL: default */
  ent_value sql;    /* a text */
  ent_value values[ENT_TVF_MAX_ARGS];
  size_t n_values;
} ent_sql_call;

/* Reads the arguments of a scalar function.  Bytes are SQLite's.  CONFIG where
 * there are too few, too many, or no SQL among them. */
ENT_CHECKED ent_status ent_sql_call_read(ent_sql_call *call, int argc,
                                         sqlite3_value **argv, ent_error *err);

/* The values for a statement's placeholders: those given, or, where one value
 * is given for another number than one, the members of the JSON array it is.
 *
 *   arena  holds the members */
ENT_CHECKED ent_status ent_sql_call_params(const ent_value *values,
                                           size_t n_values, size_t n_wanted,
                                           ent_arena *arena,
                                           const ent_value **params,
                                           size_t *n_params, ent_error *err);

#endif
