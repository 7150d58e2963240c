#ifndef ENT_CACHE_LOCAL_TABLE_H
#define ENT_CACHE_LOCAL_TABLE_H

#include "cache/local_entry.h"

/* Where the entries of a shard are found.
 *
 * Buckets of one cache line each hold five entries and their hashes: a hit
 * loads one line and then the entry.  An entry that finds its bucket full goes
 * to one of the next ones, and is counted by every bucket that it went past, so
 * that a search knows where to end and an entry leaves nothing behind.  A table
 * grows by the hashes alone; it touches no entry. */
enum { ENT_BUCKET_SLOTS = 5, ENT_BUCKET_LINE = 64 };

typedef struct ent_bucket {
  _Alignas(ENT_BUCKET_LINE) uint32_t hashes[ENT_BUCKET_SLOTS];
  uint32_t n_passed; /* entries that are in later buckets for want of room */
  ent_local_entry *entries[ENT_BUCKET_SLOTS]; /* NULL: free */
} ent_bucket;

/* A zeroed one is empty. */
typedef struct ent_local_table {
  ent_bucket *buckets;
  uint32_t n_buckets;
  uint32_t n_entries;
} ent_local_table;

/* The memory of its buckets. */
uint64_t ent_local_table_bytes(const ent_local_table *table);

/* Makes room for one more entry; false if there is no memory. */
bool ent_local_table_grow(ent_local_table *table);

/* Adds an entry that is not there.  False where its bucket and the next ones
 * are full, which keeps every search short whatever the keys are; room for one
 * more must have been made. */
bool ent_local_table_add(ent_local_table *table, uint32_t hash,
                         ent_local_entry *entry);

/* Takes an entry out that is there. */
void ent_local_table_take(ent_local_table *table, uint32_t hash,
                          const ent_local_entry *entry);

/* What the table holds is the caller's; the table is empty. */
ent_local_table ent_local_table_leave(ent_local_table *table);

/* Frees the buckets, not what they held; the table is empty. */
void ent_local_table_done(ent_local_table *table);

/* The first bucket of a hash; the table must have buckets. */
static inline uint32_t ent_local_table_home(const ent_local_table *table,
                                            uint32_t hash) {
  return (uint32_t)((uint64_t)hash * table->n_buckets >> 32);
}

static inline uint32_t ent_local_table_after(const ent_local_table *table,
                                             uint32_t at) {
  return at + 1 == table->n_buckets ? 0 : at + 1;
}

/* Where the first bucket of a hash is, for it to be loaded and not to be looked
 * at; NULL in an empty table.  The only one that may be called while another thread
 * changes the table: what is there may be something else by now. */
const char *ent_local_table_line(const ent_local_table *table, uint32_t hash);

/* The entry of a space and a key; NULL if there is none. */
ent_local_entry *ent_local_table_find(const ent_local_table *table,
                                      uint32_t hash,
                                      const ent_local_space *space,
                                      ent_key key);

/* An entry of this hash, likely the one looked for: to be loaded beforehand. */
static inline const ent_local_entry *
ent_local_table_guess(const ent_local_table *table, uint32_t hash) {
  const ent_bucket *bucket = &table->buckets[ent_local_table_home(table, hash)];

  for (int i = 0; i < ENT_BUCKET_SLOTS; i++) {
    if (bucket->hashes[i] == hash) return bucket->entries[i];
  }
  return NULL;
}

#endif
