#ifndef ENT_VTAB_KEYUSE_H
#define ENT_VTAB_KEYUSE_H

#include "backends/base/arena.h"
#include "backends/base/entity.h"
#include "backends/base/error.h"
#include "backends/base/key.h"
#include "backends/base/row.h"
#include "backends/base/value.h"

#include <stdbool.h>
#include <stddef.h>

/* What a comparison of a table's key with a value comes to. */
typedef enum ent_key_use {
  ENT_USE_KEY,    /* one key */
  ENT_USE_NONE,   /* no row */
  ENT_USE_SEARCH, /* not said by one key */
} ent_key_use;

/* The key that `key = value`, or `rowid = value`, asks for, of a table whose
 * key is one integer, text or blob.
 *
 *   key  written for ENT_USE_KEY; points at the value's bytes or into `arena`
 *
 * NOMEM. */
ENT_CHECKED ent_status ent_keyuse_make(const ent_entity *entity, bool is_rowid,
                                       const ent_value *value, ent_arena *arena,
                                       ent_key_use *use, ent_key *key,
                                       ent_error *err);

/* Whether a column is of the table's key. */
bool ent_keyuse_is_part(const ent_entity *entity, int column);

/* The rowid of a row without a key, which is known by what it holds.  That is not
 * the rowid of one row where two are alike, but SQLite asks for it only to tell
 * which rows of a RIGHT JOIN have found a partner, and those two have or have not
 * alike; plans that tell rows apart by it are priced out (plan.c). */
int64_t ent_keyuse_rowid_of(const ent_row *row);

/* Brings keys into ascending order, no two alike; returns how many are left. */
size_t ent_keyuse_sort(ent_key *keys, size_t n);

#endif
