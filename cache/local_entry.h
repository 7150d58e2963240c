#ifndef ENT_CACHE_LOCAL_ENTRY_H
#define ENT_CACHE_LOCAL_ENTRY_H

#include "backends/base/key.h"
#include "cache/local.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* An entry of the local cache, and what memory costs.
 *
 * The shard's lock guards the links, `n_spare`, `uses` and `is_main`; the rest
 * is never written once the entry is in the table, but for the references and
 * for what is likely wanted next (ent_local_follow()).  References the shard has in advance, to give one to a reader by a plain store:
 * an atomic one has the processor wait until the entry has come from memory,
 * before it goes on with anything else. */
struct ent_local_entry {
  ent_local_entry *older; /* in the entry's queue */
  ent_local_entry *newer;
  ent_local_space *space;
  uint64_t epoch; /* of the space, when it was put */
  int64_t until_ms;
  atomic_uint refs;  /* the table's, the readers' and the spare ones */
  uint32_t row_size; /* ENT_LOCAL_ABSENT: there is no such row */
  atomic_uint
      next_entry;        /* where it may be, in ENT_LOCAL_STEP bytes; 0: none */
  atomic_uint next_line; /* of buckets, in their size */
  uint16_t key_size;
  uint16_t n_spare;      /* references for the next readers */
  uint8_t uses;          /* since it came or was spared, up to 3 */
  bool is_main;          /* which queue it is in */
  unsigned char bytes[]; /* the key, then the row */
};

enum {
  ENT_LOCAL_MAX_KEY = UINT16_MAX,
  ENT_LOCAL_MAX_USES = 3,
  ENT_LOCAL_STEP = 16,      /* that an entry's address is a multiple of */
  ENT_LOCAL_SPARE = 1 << 15 /* references taken at once */
};

static const uint32_t ent_local_absent = UINT32_MAX;

/* What `size` bytes cost of a heap: its word before them, in steps of two;
 * large ones are counted as pages of their own, with a header. */
static inline uint64_t ent_local_heap(size_t size) {
  if (size >= 128 << 10) return ((uint64_t)size + 16 + 4095) & ~(uint64_t)4095;
  return size < 24 ? 32 : ((uint64_t)size + 8 + 15) & ~(uint64_t)15;
}

static inline size_t ent_local_entry_size(uint32_t key_size,
                                          uint32_t row_size) {
  return offsetof(ent_local_entry, bytes) + key_size +
         (row_size == ent_local_absent ? 0 : row_size);
}

static inline uint64_t ent_local_entry_heap(const ent_local_entry *entry) {
  return ent_local_heap(ent_local_entry_size(entry->key_size, entry->row_size));
}

/* One more reader; under the shard's lock. */
static inline void ent_local_ref(ent_local_entry *entry) {
  if (!entry->n_spare) {
    atomic_fetch_add_explicit(&entry->refs, ENT_LOCAL_SPARE,
                              memory_order_relaxed);
    entry->n_spare = ENT_LOCAL_SPARE;
  }
  entry->n_spare--;
}

/* Nobody finds it any longer: the table's reference and the spare ones. */
void ent_local_drop(ent_local_entry *entry);

static inline ent_key ent_local_entry_key(const ent_local_entry *entry) {
  return (ent_key){entry->bytes, entry->key_size};
}

/* The hash of a row, the same in all layouts of its table.  Its upper half
 * chooses the shard, the lower one the place in there. */
static inline uint64_t ent_local_hash(uint64_t table_hash, ent_key key) {
  const unsigned char *at = key.data;
  uint64_t hash = table_hash ^ key.size;
  uint64_t word = 0;
  uint32_t left = key.size;

  for (; left > 8; left -= 8, at += 8) {
    memcpy(&word, at, 8);
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    hash = hash << 29 | hash >> 35;
  }
  word = 0;
  if (key.size >= 8) {
    memcpy(&word, (const unsigned char *)key.data + key.size - 8, 8);
  } else if (left) {
    memcpy(&word, at, left);
  }
  hash ^= word;
  hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
  hash = (hash ^ hash >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
  return hash ^ hash >> 33;
}

#endif
