#ifndef ENT_CACHE_LOCAL_VALUE_H
#define ENT_CACHE_LOCAL_VALUE_H

#include "backends/base/row.h"
#include "cache/local.h"

/* Values that this process keeps under names which its users give them, for
 * all its connections and threads.  A value has a key, or a key and a field: a
 * key has a value of its own, and any number of fields with one each, which go
 * with it.
 *
 * They are apart from the rows of the process, in a cache of their own that is
 * made when the first value is set: what is used least goes when it is full,
 * and a child of fork() begins without any.  Nobody but its user and its time
 * ends a value. */

enum {
  ENT_LOCAL_VALUES_BYTES = 64 << 20, /* of all memory */
  ENT_LOCAL_NAME_MAX = 65532,        /* bytes of a key and its field */
};

typedef struct ent_local_name {
  const char *key;
  size_t key_size;
  const char *field; /* NULL: the key's own value */
  size_t field_size;
} ent_local_name;

/* The value of a name, a packed row of one column to be read by
 * ent_local_entry_row().  `entry` is set to NULL where there is none, else the
 * caller gives it back by ent_local_unref().  TOO_BIG for the name, NOMEM. */
ENT_CHECKED ent_status ent_local_value_get(const ent_local_name *name,
                                           const ent_local_entry **entry,
                                           ent_error *err);

/* Keeps a value in place of what was there.
 *
 *   row     of one column, of `size` bytes; NULL: one that cannot be packed
 *   ttl_ms  how long; 0: until it is removed
 *
 * TOO_BIG for the name, NOMEM for the name.  It is no error where the value is
 * larger than the cache takes (an eighth of a megabyte), or where there is no
 * memory for it: nothing is kept then, nor what was there. */
ENT_CHECKED ent_status ent_local_value_set(const ent_local_name *name,
                                           const ent_row *row, size_t size,
                                           int64_t ttl_ms, ent_error *err);

/* Removes all values of some keys.
 *
 *   keys       n names without a field
 *   n_removed  how many values there were
 *
 * Looks at every value that is kept, where one of the keys has, or had, fields.  TOO_BIG for a
 * name, NOMEM; some keys may have been removed then. */
ENT_CHECKED ent_status ent_local_value_remove(const ent_local_name *keys,
                                              size_t n, uint64_t *n_removed,
                                              ent_error *err);

/* Removes everything and frees its memory.  `n_removed`: as above.  NOMEM;
 * nothing is removed then. */
ENT_CHECKED ent_status ent_local_value_clear(uint64_t *n_removed,
                                             ent_error *err);

/* One value, for people to look at; valid until the visit ends. */
typedef struct ent_local_value {
  ent_local_name name;
  const ent_row *row;
  uint64_t size;    /* bytes of the name and the row, as they are kept */
  int64_t until_ms; /* of ent_now_ms(); 0: none */
} ent_local_value;

/* Shows every value to `visit` until that returns false, in no order.  visit()
 * may call any function here.  NOMEM. */
ENT_CHECKED ent_status
ent_local_value_each(bool (*visit)(const ent_local_value *value, void *ctx),
                     void *ctx, ent_error *err);

#endif
