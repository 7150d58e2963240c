#ifndef ENT_CACHE_LOCAL_SHARD_H
#define ENT_CACHE_LOCAL_SHARD_H

#include "cache/local_queue.h"
#include "cache/local_table.h"

#include <pthread.h>

/* A part of the cache with a lock of its own, for the rows whose hashes it has.
 *
 * The lock is a pthread mutex: it is held for some tens of nanoseconds, so that
 * two threads seldom meet; where they do, and the holder has lost its
 * processor, the other one sleeps instead of spinning away the holder's time.
 *
 * Nothing else is locked under it.  Who takes several (only before a fork)
 * takes them in the order of the shards. */
typedef struct ent_shard {
  _Alignas(ENT_BUCKET_LINE) pthread_mutex_t lock; /* a hit wants these */
  unsigned index;
  uint32_t n_live; /* entries that are not stale */
  ent_local_table table;
  ent_local_totals totals; /* but for entries and bytes */
  ent_queue queue;
  uint64_t max_entries;
  uint64_t max_bytes;
  uint64_t fixed_bytes;            /* its share of what is never evicted */
  atomic_uint_fast64_t n_removals; /* written under the lock */
} ent_shard;

enum { ENT_MAX_SHARDS = 64 };

struct ent_local {
  ent_shard *shards; /* n_shards, a power of two */
  unsigned n_shards;
  ent_local_spaces spaces;
  ent_local *next_watched; /* of local_fork */
  ent_local *previous_watched;
};

static inline ent_shard *ent_shard_of(const ent_local *cache, uint64_t hash) {
  return &cache->shards[hash >> 32 & (cache->n_shards - 1)];
}

static inline void ent_shard_lock(ent_shard *shard) {
  pthread_mutex_lock(&shard->lock);
}

static inline void ent_shard_unlock(ent_shard *shard) {
  pthread_mutex_unlock(&shard->lock);
}

uint64_t ent_shard_bytes(const ent_shard *shard);

/* All of the following are called under the lock, but ent_shard_clear(). */

/* The entry of a key, with a reference for the caller; or NULL.  Counts.
 *
 *   now_ms  ent_now_ms() of a moment ago: one that has lived till then is none */
ent_local_entry *ent_shard_get(ent_shard *shard, const ent_local_space *space,
                               uint32_t hash, ent_key key, int64_t now_ms);

/* The same, but counts only what is found. */
ent_local_entry *ent_shard_peek(ent_shard *shard, const ent_local_space *space,
                                uint32_t hash, ent_key key, int64_t now_ms);

/* Keeps an entry, which then is the shard's; false where it does not. */
bool ent_shard_keep(ent_shard *shard, uint32_t hash, ent_local_entry *entry,
                    ent_local_mark mark);

/* Removes the entry of a key, if there is one. */
void ent_shard_remove(ent_shard *shard, const ent_local_space *space,
                      uint32_t hash, ent_key key);

/* Makes all entries of a space stale. */
void ent_shard_forget(ent_shard *shard, ent_local_space *space);

/* Adds to what is never evicted, and evicts for it. */
void ent_shard_charge(ent_shard *shard, uint64_t bytes);

/* Makes all entries of all spaces stale and voids all marks. */
void ent_shard_forget_all(ent_shard *shard, const ent_local_spaces *spaces);

/* The same, and frees them and the tables; takes the lock itself. */
void ent_shard_clear(ent_shard *shard, const ent_local_spaces *spaces);

/* Frees what the shard holds; nobody else may have it. */
void ent_shard_done(ent_shard *shard);

#endif
