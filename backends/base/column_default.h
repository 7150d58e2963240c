#ifndef ENT_BACKENDS_BASE_COLUMN_DEFAULT_H
#define ENT_BACKENDS_BASE_COLUMN_DEFAULT_H

#include "backends/base/arena.h"
#include "backends/base/declared.h"
#include "backends/base/error.h"

/* The default of a column: whether its type can hold it, and the one way in
 * which it is spelt, which is the server's: '0' for a decimal(8,2) is 0.00,
 * '2021-02-03' for a datetime is 2021-02-03 00:00:00. */

/* Looks at the default of a column whose type is known, and spells
 * `default_text` so.  New strings live in `arena`.
 * CONFIG: the type cannot hold it; the text says what would be right.
 * NOMEM. */
ENT_CHECKED ent_status ent_column_default_fit(ent_declared_column *column,
                                              ent_arena *arena, ent_error *err);

#endif
