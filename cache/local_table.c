#include "cache/local_table.h"

#include "cache/heap.h"

/* At seven entries in two buckets of five, one of a million was found 16
 * buckets from its own, and every eight further ones were 25 times as rare. */
enum {
  ENT_TABLE_FIRST = 4,    /* buckets */
  ENT_TABLE_FILL = 7,     /* entries in two buckets, at most, on the average */
  ENT_TABLE_FURTHEST = 64 /* buckets that are searched for one entry */
};

_Static_assert(sizeof(ent_bucket) == ENT_BUCKET_LINE, "a bucket is a line");

uint64_t ent_local_table_bytes(const ent_local_table *table) {
  size_t size = (size_t)table->n_buckets * sizeof(ent_bucket);

  return size ? ent_local_heap(size) : 0;
}

static uint32_t furthest(const ent_local_table *table) {
  return table->n_buckets < ENT_TABLE_FURTHEST ? table->n_buckets
                                               : ENT_TABLE_FURTHEST;
}

static int free_slot(const ent_bucket *bucket) {
  for (int i = 0; i < ENT_BUCKET_SLOTS; i++) {
    if (!bucket->entries[i]) return i;
  }
  return -1;
}

bool ent_local_table_add(ent_local_table *table, uint32_t hash,
                         ent_local_entry *entry) {
  uint32_t home = ent_local_table_home(table, hash);
  uint32_t at = home;
  uint32_t n_passed = 0;
  int slot;

  while ((slot = free_slot(&table->buckets[at])) < 0) {
    if (++n_passed == furthest(table)) return false;
    at = ent_local_table_after(table, at);
  }
  table->buckets[at].hashes[slot] = hash;
  table->buckets[at].entries[slot] = entry;
  table->n_entries++;
  for (; home != at; home = ent_local_table_after(table, home))
    table->buckets[home].n_passed++;
  return true;
}

static int slot_of(const ent_bucket *bucket, const ent_local_entry *entry) {
  for (int i = 0; i < ENT_BUCKET_SLOTS; i++) {
    if (bucket->entries[i] == entry) return i;
  }
  return -1;
}

void ent_local_table_take(ent_local_table *table, uint32_t hash,
                          const ent_local_entry *entry) {
  uint32_t at = ent_local_table_home(table, hash);
  int slot;

  while ((slot = slot_of(&table->buckets[at], entry)) < 0) {
    table->buckets[at].n_passed--;
    at = ent_local_table_after(table, at);
  }
  table->buckets[at].entries[slot] = NULL;
  table->buckets[at].hashes[slot] = 0;
  table->n_entries--;
}

/* Adds what another table has; false where one of it finds no place. */
static bool add_all(ent_local_table *table, const ent_local_table *from) {
  for (uint32_t i = 0; i < from->n_buckets; i++) {
    const ent_bucket *bucket = &from->buckets[i];

    for (int slot = 0; slot < ENT_BUCKET_SLOTS; slot++) {
      if (bucket->entries[slot] &&
          !ent_local_table_add(table, bucket->hashes[slot],
                               bucket->entries[slot]))
        return false;
    }
  }
  return true;
}

/* As ent_local_table_line() may read it meanwhile. */
static void set_buckets(ent_local_table *table, ent_bucket *buckets,
                        uint32_t n) {
  __atomic_store_n(&table->buckets, buckets, __ATOMIC_RELAXED);
  __atomic_store_n(&table->n_buckets, n, __ATOMIC_RELAXED);
}

const char *ent_local_table_line(const ent_local_table *table, uint32_t hash) {
  const char *buckets =
      (const char *)__atomic_load_n(&table->buckets, __ATOMIC_RELAXED);
  uint64_t n = __atomic_load_n(&table->n_buckets, __ATOMIC_RELAXED);

  return buckets ? buckets + (hash * n >> 32) * sizeof(ent_bucket) : NULL;
}

static void free_buckets(ent_local_table *table) {
  ent_heap_free(table->buckets, (size_t)table->n_buckets * sizeof(ent_bucket));
}

/* By a half: the room that is free is memory that holds no row. */
bool ent_local_table_grow(ent_local_table *table) {
  uint32_t n = table->n_buckets;
  ent_local_table grown = {0};
  size_t size;

  if (table->n_entries < (uint64_t)n * ENT_TABLE_FILL / 2) return true;
  if (n > UINT32_MAX / 2) return false;
  grown.n_buckets = n ? n + n / 2 : ENT_TABLE_FIRST;
  size = (size_t)grown.n_buckets * sizeof(ent_bucket);
  grown.buckets = ent_heap_alloc_lines(size);
  if (!grown.buckets) return false;
  memset(grown.buckets, 0, size);
  if (!add_all(&grown, table)) {
    free_buckets(&grown);
    return false;
  }
  free_buckets(table);
  set_buckets(table, grown.buckets, grown.n_buckets);
  return true;
}

ent_local_table ent_local_table_leave(ent_local_table *table) {
  ent_local_table left = *table;

  set_buckets(table, NULL, 0);
  table->n_entries = 0;
  return left;
}

void ent_local_table_done(ent_local_table *table) {
  free_buckets(table);
  *table = (ent_local_table){0};
}

/* Short keys, which nearly all are, by their first eight bytes and their last. */
static bool are_same(const unsigned char *a, const unsigned char *b,
                     uint32_t size) {
  uint64_t words[4];

  if (size < 8 || size > 16) return !size || memcmp(a, b, size) == 0;
  memcpy(&words[0], a, 8);
  memcpy(&words[1], b, 8);
  memcpy(&words[2], a + size - 8, 8);
  memcpy(&words[3], b + size - 8, 8);
  return words[0] == words[1] && words[2] == words[3];
}

static bool is_entry_of(const ent_local_entry *entry,
                        const ent_local_space *space, ent_key key) {
  return entry->space == space && entry->key_size == key.size &&
         are_same(entry->bytes, key.data, key.size);
}

static ent_local_entry *find_in(const ent_bucket *bucket, uint32_t hash,
                                const ent_local_space *space, ent_key key) {
  for (int i = 0; i < ENT_BUCKET_SLOTS; i++) {
    ent_local_entry *entry;

    if (bucket->hashes[i] != hash) continue;
    entry = bucket->entries[i];
    if (!entry) continue;
    /* Its row is wanted next. */
    __builtin_prefetch((const char *)entry + ENT_BUCKET_LINE);
    __builtin_prefetch((const char *)(entry + 1) + ENT_BUCKET_LINE);
    if (is_entry_of(entry, space, key)) return entry;
  }
  return NULL;
}

ent_local_entry *ent_local_table_find(const ent_local_table *table,
                                      uint32_t hash,
                                      const ent_local_space *space,
                                      ent_key key) {
  uint32_t at;

  if (!table->n_buckets) return NULL;
  at = ent_local_table_home(table, hash);
  for (uint32_t n = furthest(table); n > 0; n--) {
    const ent_bucket *bucket = &table->buckets[at];
    ent_local_entry *entry = find_in(bucket, hash, space, key);

    if (entry || !bucket->n_passed) return entry;
    at = ent_local_table_after(table, at);
  }
  return NULL;
}
