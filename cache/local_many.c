#include "cache/local_shard.h"

#include "backends/base/deadline.h"

/* Many keys at once.  They are sorted by shard, and then looked for some at a
 * time: first the lines of their buckets are loaded, then their entries, then
 * they are compared, so that memory answers for many where it would answer for
 * one after the other. */
enum {
  ENT_BLOCK = 1024, /* keys that are sorted at once */
  ENT_RUN = 32,     /* keys that are looked for under one lock */
  ENT_FEW = 8       /* keys for which sorting does not pay */
};

typedef struct block {
  ent_local_space *space;
  int64_t now_ms;
  const ent_key *keys;
  const ent_local_entry **entries;
  uint64_t hashes[ENT_BLOCK];
  uint16_t order[ENT_BLOCK]; /* the keys' numbers, by shard */
} block;

/* Keys of one shard.  What is loaded is loaded here: gcc drops a call of a
 * function that does nothing else. */
static size_t get_run(ent_shard *shard, block *b, const uint16_t *order,
                      size_t n) {
  const ent_local_table *table = &shard->table;
  size_t n_found = 0;
  size_t n_loaded;

  ent_shard_lock(shard);
  n_loaded = table->n_buckets ? n : 0;
  for (size_t i = 0; i < n_loaded; i++) {
    uint32_t home = ent_local_table_home(table, (uint32_t)b->hashes[order[i]]);

    __builtin_prefetch(&table->buckets[home]);
  }
  for (size_t i = 0; i < n_loaded; i++) {
    const char *entry = (const char *)ent_local_table_guess(
        table, (uint32_t)b->hashes[order[i]]);

    if (!entry) continue;
    __builtin_prefetch(entry, 1);
    __builtin_prefetch(entry + ENT_BUCKET_LINE);
  }
  for (size_t i = 0; i < n; i++) {
    uint16_t at = order[i];

    b->entries[at] = ent_shard_get(shard, b->space, (uint32_t)b->hashes[at],
                                   b->keys[at], b->now_ms);
    n_found += b->entries[at] != NULL;
  }
  ent_shard_unlock(shard);
  return n_found;
}

/* Fills `order`; `ends` is set to where each shard's keys end in it. */
static void sort_by_shard(block *b, size_t n, uint16_t ends[ENT_MAX_SHARDS]) {
  const ent_local *cache = b->space->cache;
  uint16_t sum = 0;

  memset(ends, 0, ENT_MAX_SHARDS * sizeof(*ends));
  for (size_t i = 0; i < n; i++) {
    b->hashes[i] = ent_local_hash(b->space->table_hash, b->keys[i]);
    ends[ent_shard_of(cache, b->hashes[i])->index]++;
  }
  for (unsigned i = 0; i < cache->n_shards; i++) {
    uint16_t n_keys = ends[i];

    ends[i] = sum; /* where they start; moved on by every key */
    sum = (uint16_t)(sum + n_keys);
  }
  for (size_t i = 0; i < n; i++)
    b->order[ends[ent_shard_of(cache, b->hashes[i])->index]++] = (uint16_t)i;
}

static size_t get_block(block *b, size_t n) {
  ent_local *cache = b->space->cache;
  uint16_t ends[ENT_MAX_SHARDS];
  size_t n_found = 0;
  size_t at = 0;

  sort_by_shard(b, n, ends);
  for (unsigned i = 0; i < cache->n_shards; i++) {
    while (at < ends[i]) {
      size_t left = ends[i] - at;
      size_t n_run = left < ENT_RUN ? left : ENT_RUN;

      n_found += get_run(&cache->shards[i], b, b->order + at, n_run);
      at += n_run;
    }
  }
  return n_found;
}

static size_t get_few(ent_local_space *space, const ent_key *keys, size_t n,
                      const ent_local_entry **entries) {
  size_t n_found = 0;

  for (size_t i = 0; i < n; i++) {
    entries[i] = ent_local_get(space, keys[i]);
    n_found += entries[i] != NULL;
  }
  return n_found;
}

size_t ent_local_get_many(ent_local_space *space, const ent_key *keys, size_t n,
                          const ent_local_entry **entries) {
  size_t n_found = 0;
  block b;

  if (n <= ENT_FEW) return get_few(space, keys, n, entries);
  b.space = space;
  b.now_ms = ent_now_ms();
  for (size_t at = 0; at < n; at += ENT_BLOCK) {
    size_t left = n - at;

    b.keys = keys + at;
    b.entries = entries + at;
    n_found += get_block(&b, left < ENT_BLOCK ? left : ENT_BLOCK);
  }
  return n_found;
}
