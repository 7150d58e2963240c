#ifndef ENT_BACKENDS_COPIES_H
#define ENT_BACKENDS_COPIES_H

#include "backends/base/arena.h"
#include "backends/base/deadline.h"
#include "backends/base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Copies of a pool's rows that are kept elsewhere (the caches), as its
 * transactions over several pools know them.  A branch that a crash leaves
 * prepared is committed by somebody else, later; copies of what it changes must
 * be unreadable then, too.  So its record says what its writer had blocked, in
 * words that only the copies understand, and who commits it gives them back. */
typedef struct ent_copies {
  void *context;

  /* What the transaction has blocked, as letters, digits and spaces, in
   * `arena`; "" if nothing.  NOMEM. */
  ent_status (*list)(void *context, ent_arena *arena, const char **blocked,
                     ent_error *err);

  /* Blocks it again, whatever has become of the first time, in a transaction of
   * its own.
   *
   *   lasts_ms  until nobody keeps it any more
   *
   * Where it succeeds unblock() is to follow.  CONFIG: there were more places
   * with copies than are known here; UNSUPPORTED: there is a transaction under
   * way; PROTOCOL: these are no such words; NOMEM, and errors of blocking. */
  ent_status (*block)(void *context, const char *blocked,
                      const ent_deadline *deadline, int64_t *lasts_ms,
                      ent_error *err);

  /*   is_over  whether the COMMIT is done, or will not be; else what is blocked
   *            stays so until its time is up */
  void (*unblock)(void *context, bool is_over);
} ent_copies;

#endif
