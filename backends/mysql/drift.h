#ifndef ENT_BACKENDS_MYSQL_DRIFT_H
#define ENT_BACKENDS_MYSQL_DRIFT_H

#include "backends/base/entity.h"
#include "backends/base/error.h"

struct st_mysql_field;

/* Whether a column that is being read is still what its table was read as,
 * which is what SQLite was told of it and what its comparisons are sent by.
 *
 *   from  as the result of a SELECT has it
 *
 * REJECTED where it is not, with both types.  Seen are types and, where the
 * digits count, these; not a charset or collation, which no result tells, nor
 * what stands behind a type that is a text here (uuid). */
ENT_CHECKED ent_status ent_mysql_drift(const struct st_mysql_field *from,
                                       const ent_column *column,
                                       ent_error *err);

#endif
