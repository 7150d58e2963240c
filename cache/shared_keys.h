#ifndef ENT_CACHE_SHARED_KEYS_H
#define ENT_CACHE_SHARED_KEYS_H

#include "backends/redis/client.h"
#include "cache/shared.h"

/* The names in Redis of rows and tables; for shared*.c only. */

/* The stamp of a table, then its rows by key.  All lives in `arena`.  NOMEM. */
ENT_CHECKED ent_status ent_shared_names_of_rows(
    const ent_shared *shared, uint64_t hash, const ent_key *keys, size_t n_keys,
    ent_arena *arena, ent_shared_names *names, ent_error *err);

/* The stamp of a table, the generations that a list depends on, and the list.
 * All lives in `arena`.  NOMEM. */
ENT_CHECKED ent_status ent_shared_names_of_list(
    const ent_shared *shared, uint64_t hash, const ent_list_query *query,
    const ent_key *arguments, ent_arena *arena, ent_shared_names *names,
    ent_error *err);

/* All that a transaction has touched.  NOMEM. */
ENT_CHECKED ent_status ent_shared_names_of_touched(const ent_shared *shared,
                                                   const ent_touched *touched,
                                                   ent_arena *arena,
                                                   ent_shared_names *names,
                                                   ent_error *err);

#endif
