#ifndef ENT_BACKENDS_MYSQL_BULK_H
#define ENT_BACKENDS_MYSQL_BULK_H

#include "backends/base/arena.h"
#include "backends/base/error.h"
#include "backends/write.h"

#include <stddef.h>

struct st_mysql_bind;

/* Turns rows of cells into what MariaDB's bulk execution sends: an array of
 * values for each placeholder, and an array that says which of them are NULL
 * or the column's default.
 *
 *   binds   n_params, written; they point into `memory`
 *   cells   n_rows × n_params, a row behind the other
 *
 * An array has one type: where a placeholder's values are of several, numbers
 * become their digits.  NOMEM. */
ENT_CHECKED ent_status ent_mysql_bulk_bind(struct st_mysql_bind *binds,
                                           size_t n_params,
                                           const ent_cell *cells, size_t n_rows,
                                           ent_arena *memory, ent_error *err);

#endif
