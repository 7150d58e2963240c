#ifndef ENT_CACHE_SHARED_VALUE_H
#define ENT_CACHE_SHARED_VALUE_H

#include "cache/shared.h"

/* Values that are computed once and kept in Redis for some time, each under a
 * name that its user gives it.  What changes elsewhere does not end them: their
 * time does, or DEL.  Behind the prefix their keys are a name space of their
 * own:
 *
 *     <prefix>c:<name>   'V' · packed row of one column      the value
 *                        'L' · (token 16) …                  who computes it
 *
 * Of many callers one computes and the others wait.  One that dies leaves its
 * token behind: whoever has seen the same tokens for its patience puts its own
 * behind them and computes, too.  All of them may still store, so that what
 * takes longer than anybody's patience is kept after all; the first one that
 * does ends the right of the others, and so does DEL. */

enum {
  ENT_SHARED_VALUE_MAX = 16 << 20, /* bytes; a larger one is not kept */
};

/* One caller's part, from the question to the answer. */
typedef struct ent_shared_value {
  ent_shared *shared; /* keeps a use of it */
  ent_arena arena;    /* of the key */
  ent_arena replies;  /* of what was answered last: the value */
  ent_redis_arg key;
  unsigned char token[ENT_SHARED_ID];
  const ent_row *row; /* the value; NULL: the caller is to compute it */
  bool is_mine;       /* what it computes others wait for */
} ent_shared_value;

/* Asks for a value, and where there is none for the right to compute it, or
 * waits for who has it.  One round trip where it is there, two where nobody
 * has; while waiting one every few milliseconds.  Then the caller computes
 * where there is no row, tells what came of it by ent_shared_value_store()
 * where it is is_mine, and calls ent_shared_value_end() in any case.
 *
 *   patience_ms  how long others may compute before this caller does, too
 *
 * TIMEOUT where others compute it for longer than the deadline; INTERRUPTED,
 * NOMEM.  A Redis that does not answer is no error: no row, and not is_mine. */
ENT_CHECKED ent_status ent_shared_value_begin(
    ent_shared_value *value, ent_shared *shared, const char *name, size_t size,
    int64_t patience_ms, const ent_deadline *deadline, ent_error *err);

/* Keeps what was computed, unless somebody else has, or it was deleted
 * meanwhile.  One round trip.
 *
 *   row     of one column, of `size` bytes
 *   ttl_ms  above 0 */
void ent_shared_value_store(ent_shared_value *value, const ent_row *row,
                            size_t size, int64_t ttl_ms);

/* Gives back the right to compute, where nothing was stored: one round trip,
 * which no interrupt ends. */
void ent_shared_value_end(ent_shared_value *value);

#endif
