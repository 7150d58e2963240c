#include "cache/local.h"

#include "backends/base/deadline.h"
#include "cache/heap.h"
#include "cache/local_fork.h"
#include "cache/local_shard.h"

#include <stdlib.h>

enum {
  ENT_SHARD_BYTES = 256 << 10, /* a shard has at least so many, */
  ENT_SHARD_ENTRIES = 1024,    /* and so many entries */
  ENT_ROW_SHARE = 8            /* no row is more of a shard than one in these */
};

static unsigned choose_n_shards(uint64_t max_entries, uint64_t max_bytes) {
  unsigned n = 1;

  while (n < ENT_MAX_SHARDS && max_bytes / n / 2 >= ENT_SHARD_BYTES &&
         (!max_entries || max_entries / n / 2 >= ENT_SHARD_ENTRIES))
    n *= 2;
  return n;
}

static void init_shards(ent_local *cache, uint64_t max_entries,
                        uint64_t max_bytes) {
  uint64_t fixed = ent_local_heap(sizeof(*cache)) + ENT_BUCKET_LINE +
                   ent_local_heap(cache->n_shards * sizeof(ent_shard));

  for (unsigned i = 0; i < cache->n_shards; i++) {
    ent_shard *shard = &cache->shards[i];

    memset(shard, 0, sizeof(*shard));
    pthread_mutex_init(&shard->lock, NULL);
    atomic_init(&shard->n_removals, 0);
    shard->index = i;
    shard->max_entries = max_entries / cache->n_shards;
    if (!max_entries || shard->max_entries > UINT32_MAX)
      shard->max_entries = UINT32_MAX;
    shard->max_bytes = max_bytes / cache->n_shards;
    shard->fixed_bytes = fixed / cache->n_shards + 1;
  }
}

ent_local *ent_local_new(uint64_t max_entries, uint64_t max_bytes) {
  ent_local *cache = calloc(1, sizeof(*cache));

  if (!cache) return NULL;
  cache->n_shards = choose_n_shards(max_entries, max_bytes);
  cache->shards =
      aligned_alloc(_Alignof(ent_shard), cache->n_shards * sizeof(ent_shard));
  if (!cache->shards) {
    free(cache);
    return NULL;
  }
  init_shards(cache, max_entries, max_bytes);
  pthread_mutex_init(&cache->spaces.lock, NULL);
  for (unsigned i = 0; i < ENT_SPACE_CHAINS; i++)
    atomic_init(&cache->spaces.chains[i], NULL);
  if (!ent_local_watch_forks(cache)) {
    free(cache->shards);
    free(cache);
    return NULL;
  }
  return cache;
}

void ent_local_free(ent_local *cache) {
  if (!cache) return;
  ent_local_unwatch_forks(cache);
  for (unsigned i = 0; i < cache->n_shards; i++)
    ent_shard_done(&cache->shards[i]);
  ent_spaces_done(&cache->spaces);
  pthread_mutex_destroy(&cache->spaces.lock);
  free(cache->shards);
  free(cache);
}

/* Every shard has its part of the space, and pays for it. */
static void charge_space(ent_local *cache) {
  uint64_t bytes = ent_space_bytes(cache->n_shards) / cache->n_shards + 1;

  for (unsigned i = 0; i < cache->n_shards; i++) {
    ent_shard_lock(&cache->shards[i]);
    ent_shard_charge(&cache->shards[i], bytes);
    ent_shard_unlock(&cache->shards[i]);
  }
}

ent_local_space *ent_local_space_of(ent_local *cache, uint64_t table_hash,
                                    uint64_t layout) {
  ent_local_space *space = ent_space_find(&cache->spaces, table_hash, layout);
  bool is_new = false;

  if (space) return space;
  pthread_mutex_lock(&cache->spaces.lock);
  space = ent_space_find(&cache->spaces, table_hash, layout);
  if (!space) {
    space = ent_space_add(&cache->spaces, cache, table_hash, layout,
                          cache->n_shards);
    is_new = space != NULL;
  }
  pthread_mutex_unlock(&cache->spaces.lock);
  if (is_new) charge_space(cache);
  return space;
}

ent_local *ent_local_of(const ent_local_space *space) {
  return space->cache;
}

const void *ent_local_entry_row(const ent_local_entry *entry, uint32_t *size) {
  if (entry->row_size == ent_local_absent) {
    *size = 0;
    return NULL;
  }
  *size = entry->row_size;
  return entry->bytes + entry->key_size;
}

static void free_entry(ent_local_entry *entry) {
  ent_heap_free(entry, ent_local_entry_size(entry->key_size, entry->row_size));
}

static void give_back(ent_local_entry *entry, unsigned n) {
  if (atomic_fetch_sub_explicit(&entry->refs, n, memory_order_acq_rel) == n)
    free_entry(entry);
}

void ent_local_drop(ent_local_entry *entry) {
  give_back(entry, 1U + entry->n_spare);
}

void ent_local_unref(const ent_local_entry *entry) {
  union {
    const ent_local_entry *row; /* which never changes, */
    ent_local_entry *counted;   /* but for who has it */
  } as = {.row = entry};

  if (entry) give_back(as.counted, 1);
}

static const char *line_of(const ent_local_space *space, uint64_t hash) {
  return ent_local_table_line(&ent_shard_of(space->cache, hash)->table,
                              (uint32_t)hash);
}

uint64_t ent_local_expect(const ent_local_space *space, ent_key key) {
  uint64_t hash = ent_local_hash(space->table_hash, key);

  __builtin_prefetch(line_of(space, hash));
  return hash;
}

/* An address of which 32 bits were noted, in steps: within what they reach from
 * `here`.  One that is wrong is loaded for nothing, and is no error. */
static const char *noted_address(const ent_local_entry *here, uint32_t noted,
                                 uint64_t step) {
  uint64_t reach = step << 32;
  uint64_t from = (uint64_t)(uintptr_t)here % reach;

  return (const char *)here + (int64_t)(noted * step - from);
}

/* The line with its bucket, and three of the entry: its head and its key, and
 * the first columns. */
static void load_next(const ent_local_entry *entry, uint32_t next) {
  uint32_t line = atomic_load_explicit(&entry->next_line, memory_order_relaxed);
  const char *at = noted_address(entry, next, ENT_LOCAL_STEP);

  __builtin_prefetch(noted_address(entry, line, ENT_BUCKET_LINE));
  __builtin_prefetch(at);
  __builtin_prefetch(at + ENT_BUCKET_LINE);
  __builtin_prefetch(at + (size_t)2 * ENT_BUCKET_LINE);
}

void ent_local_follow(const ent_local_space *space,
                      const ent_local_entry *previous,
                      const ent_local_entry *entry, uint64_t hash) {
  union {
    const ent_local_entry *row; /* which never changes, */
    ent_local_entry *noted;     /* but for what comes behind it */
  } as = {.row = previous};
  uint32_t here = (uint32_t)((uintptr_t)entry / ENT_LOCAL_STEP);
  uint32_t next;

  if (atomic_load_explicit(&previous->next_entry, memory_order_relaxed) ==
      here) {
    next = atomic_load_explicit(&entry->next_entry, memory_order_relaxed);
    if (next) load_next(entry, next);
    return;
  }
  atomic_store_explicit(&as.noted->next_entry, here, memory_order_relaxed);
  atomic_store_explicit(
      &as.noted->next_line,
      (uint32_t)((uintptr_t)line_of(space, hash) / ENT_BUCKET_LINE),
      memory_order_relaxed);
}

const ent_local_entry *ent_local_get(ent_local_space *space, ent_key key) {
  return ent_local_get_at(space, key, ent_now_ms());
}

const ent_local_entry *ent_local_get_at(ent_local_space *space, ent_key key,
                                        int64_t now_ms) {
  uint64_t hash = ent_local_hash(space->table_hash, key);
  ent_shard *shard = ent_shard_of(space->cache, hash);
  const ent_local_entry *entry;

  ent_shard_lock(shard);
  entry = ent_shard_get(shard, space, (uint32_t)hash, key, now_ms);
  ent_shard_unlock(shard);
  return entry;
}

const ent_local_entry *ent_local_peek(ent_local_space *space, ent_key key,
                                      uint64_t hash, int64_t now_ms) {
  ent_shard *shard = ent_shard_of(space->cache, hash);
  const ent_local_entry *entry;

  ent_shard_lock(shard);
  entry = ent_shard_peek(shard, space, (uint32_t)hash, key, now_ms);
  ent_shard_unlock(shard);
  return entry;
}

ent_local_mark ent_local_note(const ent_local_space *space, ent_key key) {
  uint64_t hash = ent_local_hash(space->table_hash, key);
  const ent_shard *shard = ent_shard_of(space->cache, hash);

  return (ent_local_mark){
      .n_removals = atomic_load(&shard->n_removals),
      .epoch = atomic_load(&space->parts[shard->index].epoch),
  };
}

/* A copy of a row, not in the table yet; NULL where it shall not be kept. */
static ent_local_entry *copy_row(const ent_shard *shard, ent_local_space *space,
                                 ent_key key, const ent_local_row *row,
                                 uint64_t epoch) {
  uint32_t size = row->is_absent ? 0 : row->size;
  ent_local_entry *entry;

  if (key.size > ENT_LOCAL_MAX_KEY || size > ENT_LOCAL_MAX_ROW ||
      size > shard->max_bytes / ENT_ROW_SHARE)
    return NULL;
  entry = ent_heap_alloc(ent_local_entry_size(key.size, size));
  if (!entry) return NULL;
  entry->space = space;
  entry->epoch = epoch;
  entry->until_ms = row->until_ms;
  atomic_init(&entry->refs, 1 + ENT_LOCAL_SPARE);
  atomic_init(&entry->next_entry, 0);
  atomic_init(&entry->next_line, 0);
  entry->n_spare = ENT_LOCAL_SPARE;
  entry->row_size = row->is_absent ? ent_local_absent : size;
  entry->key_size = (uint16_t)key.size;
  entry->uses = 0;
  entry->is_main = false;
  if (key.size) memcpy(entry->bytes, key.data, key.size);
  if (size) memcpy(entry->bytes + key.size, row->data, size);
  return entry;
}

bool ent_local_put(ent_local_space *space, ent_key key,
                   const ent_local_row *row, ent_local_mark mark) {
  uint64_t hash = ent_local_hash(space->table_hash, key);
  ent_shard *shard = ent_shard_of(space->cache, hash);
  ent_local_entry *entry = copy_row(shard, space, key, row, mark.epoch);
  bool is_kept;

  ent_shard_lock(shard);
  is_kept = entry && ent_shard_keep(shard, (uint32_t)hash, entry, mark);
  if (!is_kept) shard->totals.refused_puts++;
  ent_shard_unlock(shard);
  if (!is_kept && entry) free_entry(entry);
  return is_kept;
}

void ent_local_remove(ent_local *cache, uint64_t table_hash, ent_key key) {
  uint64_t hash = ent_local_hash(table_hash, key);
  ent_shard *shard = ent_shard_of(cache, hash);
  const ent_local_space *space;

  ent_shard_lock(shard);
  atomic_fetch_add(&shard->n_removals, 1);
  space = ent_space_chain(&cache->spaces, table_hash);
  for (; space; space = space->next) {
    if (space->table_hash == table_hash)
      ent_shard_remove(shard, space, (uint32_t)hash, key);
  }
  ent_shard_unlock(shard);
}

static void forget_space(ent_local *cache, ent_local_space *space) {
  for (unsigned i = 0; i < cache->n_shards; i++) {
    ent_shard_lock(&cache->shards[i]);
    ent_shard_forget(&cache->shards[i], space);
    ent_shard_unlock(&cache->shards[i]);
  }
}

void ent_local_forget(ent_local *cache, uint64_t table_hash) {
  ent_local_space *space = ent_space_chain(&cache->spaces, table_hash);

  for (; space; space = space->next) {
    if (space->table_hash == table_hash) forget_space(cache, space);
  }
}

void ent_local_clear(ent_local *cache) {
  for (unsigned i = 0; i < cache->n_shards; i++)
    ent_shard_clear(&cache->shards[i], &cache->spaces);
}
