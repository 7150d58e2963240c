#include "cache/local_value.h"

#include "backends/base/deadline.h"
#include "cache/local_entry.h"

#include <stdatomic.h>
#include <string.h>

/* The cache has one space; rows of tables are in other caches. */
enum { ENT_VALUES_HASH = 0, ENT_VALUES_LAYOUT = 0 };

enum { ENT_FIELD_MARKS = 1 << 13 };

static _Atomic(ent_local_space *) values; /* NULL until a value is set */

/* Which keys ever had a field, by a hash of them: where it is not set there is
 * none to be looked for. */
static atomic_bool has_fields[ENT_FIELD_MARKS];

static atomic_bool *fields_of(const ent_local_name *name) {
  ent_key key = {name->key, (uint32_t)name->key_size};

  return &has_fields[ent_local_hash(0, key) % ENT_FIELD_MARKS];
}

/* The space; NULL if there is no memory.  No lock, which the child of a fork()
 * would find taken: of several that make one at once the first counts. */
static ent_local_space *make_values(void) {
  ent_local_space *first = atomic_load(&values);
  ent_local_space *made;
  ent_local *cache;

  if (first) return first;
  cache = ent_local_new(0, ENT_LOCAL_VALUES_BYTES);
  made = cache ? ent_local_space_of(cache, ENT_VALUES_HASH, ENT_VALUES_LAYOUT)
               : NULL;
  if (made && atomic_compare_exchange_strong(&values, &first, made))
    return made;
  ent_local_free(cache);
  return first;
}

static ent_status check_size(const ent_local_name *name, ent_error *err) {
  if (name->key_size <= ENT_LOCAL_NAME_MAX &&
      name->field_size <= ENT_LOCAL_NAME_MAX - name->key_size)
    return ENT_OK;
  return ent_fail(err, ENT_TOO_BIG,
                  "a key, with its field, has at most %d bytes",
                  (int)ENT_LOCAL_NAME_MAX);
}

/* A name as the key of an entry:
 *
 *     u16 size of the key · the key
 *     u16 size of the key · the key · a NUL · the field
 *
 * The size says where the key ends, so no two names are one, and the key alone
 * is never one with an empty field.  The caller ends `buf`. */
static ent_status encode(const ent_local_name *name, ent_buf *buf, ent_key *key,
                         ent_error *err) {
  uint16_t key_size = (uint16_t)name->key_size;
  ent_status status = check_size(name, err);

  ent_buf_init(buf, sizeof(key_size) + 1 + ENT_LOCAL_NAME_MAX);
  if (!status) status = ent_buf_append(buf, &key_size, sizeof(key_size), err);
  if (!status) status = ent_buf_append(buf, name->key, name->key_size, err);
  if (name->field) {
    if (!status) status = ent_buf_append(buf, "", 1, err);
    if (!status) {
      status = ent_buf_append(buf, name->field, name->field_size, err);
    }
  }
  *key = (ent_key){buf->data, (uint32_t)buf->size};
  return status;
}

static ent_local_name decode(ent_key key) {
  const char *at = key.data;
  ent_local_name name = {.key = at + sizeof(uint16_t)};
  uint16_t key_size;
  size_t size;

  memcpy(&key_size, at, sizeof(key_size));
  name.key_size = key_size;
  size = sizeof(key_size) + key_size;
  if (key.size > size) {
    name.field = at + size + 1;
    name.field_size = key.size - size - 1;
  }
  return name;
}

ent_status ent_local_value_get(const ent_local_name *name,
                               const ent_local_entry **entry, ent_error *err) {
  ent_local_space *space = atomic_load(&values);
  ent_buf buf;
  ent_key key;
  ent_status status = encode(name, &buf, &key, err);

  if (!status) *entry = space ? ent_local_get(space, key) : NULL;
  ent_buf_done(&buf);
  return status;
}

/* Whether it is kept.  That something else was removed meanwhile, which is why
 * a row that was asked for is not to be kept, says nothing of a value. */
static bool put(ent_local_space *space, ent_key key, const ent_local_row *row) {
  ent_local_mark now = ent_local_note(space, key);
  ent_local_mark then;

  do {
    then = now;
    if (ent_local_put(space, key, row, then)) return true;
    now = ent_local_note(space, key);
  } while (now.n_removals != then.n_removals || now.epoch != then.epoch);
  return false;
}

ent_status ent_local_value_set(const ent_local_name *name, const ent_row *row,
                               size_t size, int64_t ttl_ms, ent_error *err) {
  ent_local_space *space = make_values();
  ent_local_row kept = {.data = row,
                        .size = (uint32_t)size,
                        .until_ms = ttl_ms ? ent_now_ms() + ttl_ms : 0};
  ent_buf buf;
  ent_key key;
  ent_status status = encode(name, &buf, &key, err);

  if (!status && space) {
    if (name->field) atomic_store(fields_of(name), true);
    if (!row || size > ENT_LOCAL_MAX_ROW || !put(space, key, &kept))
      ent_local_remove(ent_local_of(space), ENT_VALUES_HASH, key);
  }
  ent_buf_done(&buf);
  return status;
}

static bool is_key(const ent_local_name *name, const ent_local_name *key) {
  return name->key_size == key->key_size &&
         (!key->key_size || memcmp(name->key, key->key, key->key_size) == 0);
}

typedef struct removal {
  const ent_local_name *keys; /* n */
  size_t n;
  ent_local *cache;
  uint64_t n_removed;
} removal;

/* Removes an entry that is one of the keys' values. */
static bool remove_seen(const ent_local_seen *seen, void *ctx) {
  removal *of = ctx;
  ent_local_name name = decode(seen->key);
  size_t i = 0;

  while (i < of->n && !is_key(&name, &of->keys[i]))
    i++;
  if (i == of->n) return true;
  ent_local_remove(of->cache, ENT_VALUES_HASH, seen->key);
  of->n_removed++;
  return true;
}

/* Removes the only value of a key that has no fields. */
static ent_status remove_own(removal *of, ent_local_space *space,
                             const ent_local_name *name, ent_error *err) {
  const ent_local_entry *entry;
  ent_buf buf;
  ent_key key;
  ent_status status = encode(name, &buf, &key, err);

  if (!status) {
    entry = ent_local_get(space, key);
    ent_local_remove(of->cache, ENT_VALUES_HASH, key);
    of->n_removed += entry != NULL;
    ent_local_unref(entry);
  }
  ent_buf_done(&buf);
  return status;
}

ent_status ent_local_value_remove(const ent_local_name *keys, size_t n,
                                  uint64_t *n_removed, ent_error *err) {
  ent_local_space *space = atomic_load(&values);
  removal of = {.keys = keys, .n = n};
  bool is_walk = false;
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < n; i++) {
    status = check_size(&keys[i], err);
    if (!status && atomic_load(fields_of(&keys[i]))) is_walk = true;
  }
  if (!status && space) {
    of.cache = ent_local_of(space);
    if (is_walk) {
      status = ent_local_each(of.cache, remove_seen, &of, err);
    } else {
      for (size_t i = 0; !status && i < n; i++)
        status = remove_own(&of, space, &keys[i], err);
    }
  }
  if (!status) *n_removed = of.n_removed;
  return status;
}

static bool count_seen(const ent_local_seen *seen, void *ctx) {
  uint64_t *n = ctx;

  (void)seen;
  ++*n;
  return true;
}

ent_status ent_local_value_clear(uint64_t *n_removed, ent_error *err) {
  ent_local_space *space = atomic_load(&values);
  uint64_t n = 0;
  ent_status status = ENT_OK;

  if (space) {
    status = ent_local_each(ent_local_of(space), count_seen, &n, err);
    if (status) return status;
    ent_local_clear(ent_local_of(space));
  }
  *n_removed = n;
  return ENT_OK;
}

typedef struct showing {
  bool (*visit)(const ent_local_value *value, void *ctx);
  void *ctx;
} showing;

static bool show_seen(const ent_local_seen *seen, void *ctx) {
  const showing *to = ctx;
  uint32_t size;
  ent_local_value value = {
      .name = decode(seen->key),
      .row = ent_local_entry_row(seen->entry, &size),
      .until_ms = seen->until_ms,
  };

  value.size = (uint64_t)seen->key.size + size;
  return to->visit(&value, to->ctx);
}

ent_status ent_local_value_each(bool (*visit)(const ent_local_value *value,
                                              void *ctx),
                                void *ctx, ent_error *err) {
  ent_local_space *space = atomic_load(&values);
  showing to = {visit, ctx};

  if (!space) return ENT_OK;
  return ent_local_each(ent_local_of(space), show_seen, &to, err);
}
