#ifndef ENT_TESTS_UNIT_LOCAL_ROWS_H
#define ENT_TESTS_UNIT_LOCAL_ROWS_H

#include "cache/local.h"

#include <string.h>

/* Rows with integer keys, for the tests of the local cache. */

enum { ENT_PLENTY = 64 << 20 }; /* bytes */

typedef struct test_key {
  unsigned char bytes[ENT_KEY_INTEGER_SIZE];
} test_key;

static inline ent_key key_of(test_key *key, uint64_t id) {
  ent_value value = ent_value_u64(id);

  ent_key_encode_integer(&value, key->bytes);
  return (ent_key){key->bytes, sizeof(key->bytes)};
}

/* Puts `size` bytes, or that there is no row where data is NULL, under a mark
 * taken now. */
static inline bool put_bytes(ent_local_space *space, uint64_t id,
                             const void *data, uint32_t size) {
  test_key bytes;
  ent_key key = key_of(&bytes, id);
  ent_local_row row = {.data = data, .size = size, .is_absent = !data};

  return ent_local_put(space, key, &row, ent_local_note(space, key));
}

static inline bool put_text(ent_local_space *space, uint64_t id,
                            const char *text) {
  return put_bytes(space, id, text, (uint32_t)strlen(text));
}

static inline const ent_local_entry *get_id(ent_local_space *space,
                                            uint64_t id) {
  test_key bytes;

  return ent_local_get(space, key_of(&bytes, id));
}

static inline bool has_id(ent_local_space *space, uint64_t id) {
  const ent_local_entry *entry = get_id(space, id);

  ent_local_unref(entry);
  return entry != NULL;
}

static inline bool has_text(ent_local_space *space, uint64_t id,
                            const char *text) {
  const ent_local_entry *entry = get_id(space, id);
  uint32_t size = 0;
  const void *row = entry ? ent_local_entry_row(entry, &size) : NULL;
  bool is_same = row && size == strlen(text) && memcmp(row, text, size) == 0;

  ent_local_unref(entry);
  return is_same;
}

static inline void remove_id(ent_local *cache, uint64_t table, uint64_t id) {
  test_key bytes;

  ent_local_remove(cache, table, key_of(&bytes, id));
}

#endif
