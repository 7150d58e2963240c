#ifndef ENT_CACHE_TRACKING_H
#define ENT_CACHE_TRACKING_H

#include "backends/base/deadline.h"
#include "cache/local.h"
#include "cache/shared.h"
#include "cache/touched.h"

#include <stdbool.h>
#include <stdint.h>

/* What keeps local caches true.
 *
 * Redis tells of every change of a key of the shared tier, over one connection
 * that tracks them: a writer blocks what it changes, in front of its COMMIT,
 * and all processes hear of it.  A local cache may answer only while that
 * connection is heard to work.  It is listened to by whoever reads, between two
 * readings; no thread waits for it.
 *
 * An epoch begins when the server says that it tracks, and ends when the
 * connection is lost, is silent for too long or has too much to tell; the
 * caches are emptied at both ends.
 *
 * Without a Redis there is nothing to hear: rows are kept for a short while
 * only, and what this process itself changes is removed.
 *
 * One ent_tracking is of one Redis and prefix, or of one MySQL server without a
 * Redis, for all sessions of the process; all functions may be called from any
 * thread. */
typedef struct ent_tracking ent_tracking;

/* What has come of it so far. */
typedef enum ent_tracking_count {
  ENT_TRACKING_EPOCHS, /* begun */
  ENT_TRACKING_LOST,   /* ended */
  ENT_TRACKING_HEARD,  /* keys that had changed */
  ENT_TRACKING_WAITS,  /* times that a reader waited to hear */
  ENT_TRACKING_N_COUNTS,
} ent_tracking_count;

/* "epochs", "lost", … */
extern const char *const ent_tracking_count_names[ENT_TRACKING_N_COUNTS];

/* Whose changes are heard of. */
typedef struct ent_tracked {
  ent_shared *shared; /* in which they are blocked; or NULL, and then */
  const char *server; /* the MySQL server and its user, in words */
} ent_tracked;

/* Found or made; connects to nothing.  A use of the Redis is kept, the words
 * are copied.  NOMEM. */
ENT_CHECKED ent_status ent_tracking_open(const ent_tracked *of,
                                         ent_tracking **tracking,
                                         ent_error *err);
ent_tracking *ent_tracking_ref(ent_tracking *tracking);
void ent_tracking_close(ent_tracking *tracking); /* NULL is allowed */

/* The cache of these limits (local.h) that hears of what changes; found or
 * made, and alive as long as the tracking.  NOMEM. */
ENT_CHECKED ent_status ent_tracking_cache(ent_tracking *tracking,
                                          uint64_t max_entries,
                                          uint64_t max_bytes, ent_local **cache,
                                          ent_error *err);

/* The space of a cache for the generations of a table (shared.h), by aspect; 0
 * is the table's stamp.  They go as those in Redis change.  NULL if there is no
 * memory. */
ent_local_space *ent_tracking_generations(ent_local *cache, uint64_t hash);

/* The key of one of them. */
typedef struct ent_generation_key {
  unsigned char bytes[8];
} ent_generation_key;
ent_key ent_tracking_generation(uint64_t aspect, ent_generation_key *key);

/* Whether its caches may answer now.  Most times it looks at a clock only; each
 * half millisecond it takes what has been heard, without waiting; and where
 * nothing was heard for lag_ms it asks and waits: one round trip, of lag_ms at
 * most.  Where no epoch has begun it tries to begin one: some round trips, now
 * and then. */
bool ent_tracking_may_answer(ent_tracking *tracking, int64_t lag_ms,
                             const ent_deadline *deadline);

/* The same where a look at the clock is enough; false where there is more to be
 * done.
 *
 *   now_us  ent_now_us() of a moment ago */
bool ent_tracking_answers(const ent_tracking *tracking, int64_t lag_ms,
                          int64_t now_us);

/* Whether what is read now may be kept: an epoch has begun, or none is
 * needed. */
bool ent_tracking_hears(const ent_tracking *tracking);

/* Whether what a server of this reign has told may be kept: it is the one that
 * is listened to.  Where it is not the epoch is about to end. */
bool ent_tracking_is_of(ent_tracking *tracking, uint64_t reign);

/* This process has just changed keys itself, and hears of that as of any
 * change: the next reader listens first, so that nothing is kept in vain. */
void ent_tracking_hurry(ent_tracking *tracking);

/* What this process has changed, in all caches of these: after that none of
 * them answers with an older row, not to a reader either that had asked for it
 * before.                                                       model: P_OWN */
void ent_tracking_removed(const ent_tracked *of, const ent_touched *touched);

uint64_t ent_tracking_counted(const ent_tracking *tracking,
                              ent_tracking_count which);

#endif
