#ifndef ENT_CACHE_LOCAL_SPACE_H
#define ENT_CACHE_LOCAL_SPACE_H

#include "cache/local_entry.h"

#include <pthread.h>

/* The spaces of a cache: tables, each in one layout.
 *
 * A space has a part in every shard, so that a whole table is forgotten under
 * the locks of the shards one after the other: an entry of an earlier epoch of
 * its part is stale, and nobody has to look for it. */
typedef struct ent_local_part {
  atomic_uint_fast64_t epoch; /* written under the shard's lock */
  uint32_t n_live;            /* entries of this epoch; under that lock */
} ent_local_part;

struct ent_local_space {
  ent_local_space *next; /* in its chain; never changes */
  ent_local *cache;
  uint64_t table_hash;
  uint64_t layout;
  ent_local_part parts[]; /* one a shard */
};

enum { ENT_SPACE_CHAINS = 64 };

/* Spaces are added, under the lock, and stay; so they are read without it. */
typedef struct ent_local_spaces {
  _Atomic(ent_local_space *) chains[ENT_SPACE_CHAINS]; /* by table hash */
  pthread_mutex_t lock;
} ent_local_spaces;

/* A step through all spaces of a table, or of a cache. */
static inline ent_local_space *ent_space_chain(const ent_local_spaces *spaces,
                                               uint64_t table_hash) {
  return atomic_load(&spaces->chains[table_hash % ENT_SPACE_CHAINS]);
}

/* The space of a table in a layout; NULL if there is none. */
ent_local_space *ent_space_find(const ent_local_spaces *spaces,
                                uint64_t table_hash, uint64_t layout);

/* What a space of so many parts costs. */
uint64_t ent_space_bytes(unsigned n_parts);

/* Adds one that is not there, under the lock; NULL if there is no memory. */
ent_local_space *ent_space_add(ent_local_spaces *spaces, ent_local *cache,
                               uint64_t table_hash, uint64_t layout,
                               unsigned n_parts);

/* Frees all of them. */
void ent_spaces_done(ent_local_spaces *spaces);

/* Under the shard's lock: whether an entry is of its space's epoch there. */
static inline bool ent_local_is_live(const ent_local_entry *entry,
                                     unsigned shard) {
  return entry->epoch == atomic_load_explicit(&entry->space->parts[shard].epoch,
                                              memory_order_relaxed);
}

#endif
