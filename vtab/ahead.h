#ifndef ENT_VTAB_AHEAD_H
#define ENT_VTAB_AHEAD_H

#include "backends/base/arena.h"
#include "backends/base/key.h"
#include "vtab/session.h"

/* What a join will ask for next.
 *
 * SQLite asks the inner table of a join for one value at a time and does not say
 * where it has it from.  Mostly it stands in the current row of another scan of
 * the session, and then the values that follow stand in the rows behind that
 * one, which are in memory.  A value may also stand there by chance: what is
 * expected is never more than a guess. */

/* The values that are looked for. */
typedef enum ent_ahead_kind {
  ENT_AHEAD_INTEGER,
  ENT_AHEAD_TEXT,
  ENT_AHEAD_BLOB,
} ent_ahead_kind;

/* Where the values come from.  A zeroed one knows nothing; what it has found it
 * tries first the next time. */
typedef struct ent_ahead {
  ent_ahead_kind kind;
  uint64_t serial;            /* of the scan; 0: none was found */
  unsigned slot;              /* in its rows */
  const ent_row *const *rows; /* n: its current row and those behind it, valid
                                 until something is asked of that scan */
  size_t n;                   /* 0: no such scan, or no rows follow */
} ent_ahead;

/* Finds the scan that a value comes from, where rows follow its current one.
 *
 *   ahead  knows the kind of the value
 *   key    the value in the encoding of keys */
void ent_ahead_find(const ent_session *session, ent_ahead *ahead,
                    const ent_key *key);

/* The values that were found, as keys; one that comes twice in a row is there
 * once.
 *
 *   most  so many of them; behind many rows without any nothing is looked for
 *   keys  n, in `arena` or in the rows
 *
 * NOMEM. */
ENT_CHECKED ent_status ent_ahead_keys(const ent_ahead *ahead, size_t most,
                                      ent_arena *arena, ent_key **keys,
                                      size_t *n, ent_error *err);

#endif
