#ifndef ENT_VTAB_LISTED_LIST_H
#define ENT_VTAB_LISTED_LIST_H

#include "backends/base/arena.h"
#include "backends/base/buf.h"
#include "backends/base/key.h"
#include "backends/base/row.h"
#include "backends/base/value.h"

/* A list of a cached query, as the caches have it: a packed row of one column,
 *
 *     u32 n · n × (u64 hash · u32 size · the key's bytes)
 *
 * where the hash is one of what the query looks by in that row.  Of a list that
 * is too long n is 2^32-1, and nothing follows. */

/* Writes one, key after key. */
typedef struct ent_list_writer {
  ent_buf bytes;
  uint32_t n;
} ent_list_writer;

enum { ENT_LIST_MAX = 10000, ENT_LIST_BYTES = 1 << 20 };

void ent_list_start(ent_list_writer *writer);
void ent_list_done(ent_list_writer *writer);

/* TOO_BIG, NOMEM. */
ENT_CHECKED ent_status ent_list_add_key(ent_list_writer *writer, uint64_t hash,
                                        const ent_key *key, ent_error *err);

/* The row; appended to `buf`.  TOO_BIG, NOMEM. */
ENT_CHECKED ent_status ent_list_end(ent_list_writer *writer, ent_buf *buf,
                                    ent_error *err);

/* The row of a list that is too long to be kept, which is so until something
 * changes that it depends on; it is read as none. */
ENT_CHECKED ent_status ent_list_too_long(ent_buf *buf, ent_error *err);

/* One entry. */
typedef struct ent_list_entry {
  uint64_t hash;
  ent_key key;
} ent_list_entry;

/* Reads one: entries point into the row.  False where it is none. */
bool ent_list_read_row(const ent_row *row, ent_arena *arena,
                       ent_list_entry **entries, size_t *n);

/* The hash of values, put together one by one, beginning with 0. */
uint64_t ent_list_hash(uint64_t hash, const ent_value *value);

#endif
