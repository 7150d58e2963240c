#ifndef ENT_BACKENDS_BASE_HASH_H
#define ENT_BACKENDS_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* 64 bits of some bytes, the same on every machine and in every release:
 * FNV-1a, its bits mixed at the end.  Not for what an attacker chooses. */

/* What it is a hash of: the same bytes as two things are two hashes. */
typedef enum ent_hash_of {
  ENT_HASH_REIGN,
  ENT_HASH_TABLE,
  ENT_HASH_LAYOUT,
  ENT_HASH_COLUMN,
  ENT_HASH_LIST,
  ENT_HASH_ORIGIN,
} ent_hash_of;

static inline uint64_t ent_hash_byte(uint64_t hash, unsigned char byte) {
  return (hash ^ byte) * UINT64_C(0x100000001b3);
}

static inline uint64_t ent_hash_start(ent_hash_of what) {
  return ent_hash_byte(UINT64_C(0xcbf29ce484222325), (unsigned char)what);
}

/* Adds bytes and where they end: "ab", "c" is not "a", "bc". */
static inline uint64_t ent_hash_add(uint64_t hash, const void *data,
                                    size_t size) {
  const unsigned char *bytes = data;

  for (size_t i = 0; i < size; i++)
    hash = ent_hash_byte(hash, bytes[i]);
  for (unsigned shift = 0; shift < 32; shift += 8)
    hash = ent_hash_byte(hash, (unsigned char)((uint64_t)size >> shift));
  return hash;
}

static inline uint64_t ent_hash_end(uint64_t hash) {
  hash ^= hash >> 33;
  hash *= UINT64_C(0xff51afd7ed558ccd);
  hash ^= hash >> 33;
  hash *= UINT64_C(0xc4ceb9fe1a85ec53);
  return hash ^ (hash >> 33);
}

#endif
