#ifndef ENT_VTAB_REDIS_CACHED_H
#define ENT_VTAB_REDIS_CACHED_H

#include "vtab/sqlite.h"

/* A value that is computed by SQL, and kept in Redis:
 *
 *     SELECT redis_cached('visitors', 60, 'SELECT count(*) FROM visit');
 *     SELECT redis_cached(pool('log'), 'seen:7', 0.5,
 *                         'SELECT max(seen) FROM event WHERE user_id = ?', 7);
 *
 * Of all who ask for a key that Redis does not have one runs its SQL, on this
 * handle, and the others wait for what comes of it (cache/shared_value.h).  The
 * value is that of the first row, NULL where there is none, and keeps its type.
 * Where nothing may be kept it is computed: without Redis, with caches off, in a
 * transaction that has written or reads an older state. */
void ent_redis_cached_function(sqlite3_context *context, int argc,
                               sqlite3_value **argv);

#endif
