#ifndef ENT_VTAB_CELLS_H
#define ENT_VTAB_CELLS_H

#include "backends/base/arena.h"
#include "backends/base/entity.h"
#include "backends/base/error.h"
#include "backends/write.h"
#include "vtab/sqlite.h"

/* Values on their way into columns.
 *
 * A value gets the column's affinity first, as in SQLite.  What the column
 * cannot hold then, it refuses: a server would round 2.5, cut a text's end, take
 * '1' for the first word of an enum, all without a word. */

/* What a write gives a column.
 *
 *   value   its bytes must outlive the cell
 *   arena   holds what the cell needs besides
 *
 * MISMATCH with what the column holds; TOO_BIG; NOMEM.  NULL is a value here:
 * whether it means the default is for who inserts to say. */
ENT_CHECKED ent_status ent_cell_make(const ent_column *column,
                                     sqlite3_value *value, ent_arena *arena,
                                     ent_cell *cell, ent_error *err);

#endif
