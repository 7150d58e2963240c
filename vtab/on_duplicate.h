#ifndef ENT_VTAB_ON_DUPLICATE_H
#define ENT_VTAB_ON_DUPLICATE_H

#include "backends/base/arena.h"
#include "backends/base/entity.h"
#include "backends/write.h"
#include "vtab/value.h"

/* The hidden column _on_duplicate: a JSON object of what an INSERT changes
 * where it meets a row.
 *
 *   cells  set to n_columns cells in `arena`
 *
 * CONFIG where it is no JSON object, or names what is no column that could be
 * changed; MISMATCH, TOO_BIG as ent_cell_make(). */
ENT_CHECKED ent_status ent_on_duplicate_read(
    ent_numerals *numerals, const ent_entity *entity, sqlite3_value *json,
    ent_arena *arena, const ent_cell **cells, ent_error *err);

#endif
