#ifndef ENT_CACHE_LOCAL_FORK_H
#define ENT_CACHE_LOCAL_FORK_H

#include "cache/local.h"

/* What keeps a cache usable across fork().
 *
 * A child has one thread, and the locks that other threads of its parent held
 * stay locked in it.  So fork() waits for all of them, and both go on with
 * locks that are free.  The child hears of no removals yet, so it finds nothing
 * in its cache; the memory is its parent's as long as it touches none of it. */

/* From now on; false if there is no memory. */
bool ent_local_watch_forks(ent_local *cache);

/* No longer: it is about to be freed. */
void ent_local_unwatch_forks(ent_local *cache);

#endif
