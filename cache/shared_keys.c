#include "cache/shared_keys.h"

#include "cache/shared_owed.h"

#include <stdio.h>
#include <string.h>

enum { ENT_STEM_MAX = 20 }; /* "e:", 16 digits and a NUL */

/* "<prefix>e:<hash>" in front of a key's bytes, or alone. */
static ent_status write_name(const ent_shared *shared, uint64_t hash,
                             const ent_key *key, ent_arena *arena,
                             ent_redis_arg *name, ent_error *err) {
  const char *prefix = ent_shared_prefix(shared);
  size_t prefix_size = strlen(prefix);
  char stem[ENT_STEM_MAX];
  size_t stem_size = (size_t)snprintf(stem, sizeof(stem), "e:%016llx",
                                      (unsigned long long)hash);
  size_t size = prefix_size + stem_size + (key ? 1 + (size_t)key->size : 0);
  char *text = ent_arena_alloc(arena, size);

  if (!text) return ent_fail_nomem(err);
  memcpy(text, prefix, prefix_size);
  memcpy(text + prefix_size, stem, stem_size);
  if (key) {
    text[prefix_size + stem_size] = ':';
    if (key->size) {
      memcpy(text + prefix_size + stem_size + 1, key->data, key->size);
    }
  }
  *name = (ent_redis_arg){text, size};
  return ENT_OK;
}

ent_status ent_shared_names_of_rows(const ent_shared *shared, uint64_t hash,
                                    const ent_key *keys, size_t n_keys,
                                    ent_arena *arena, ent_shared_names *names,
                                    ent_error *err) {
  ent_redis_arg *items = ent_arena_alloc(arena, (n_keys + 1) * sizeof(*items));
  ent_status status;

  if (!items) return ent_fail_nomem(err);
  status = write_name(shared, hash, NULL, arena, &items[0], err);
  for (size_t i = 0; !status && i < n_keys; i++)
    status = write_name(shared, hash, &keys[i], arena, &items[i + 1], err);
  *names = (ent_shared_names){.items = items, .n = n_keys + 1};
  return status;
}

static ent_status add_table(const ent_shared *shared,
                            const ent_touched_table *table, ent_arena *arena,
                            ent_shared_names *names, ent_error *err) {
  ent_status status = ENT_OK;

  if (table->is_whole) {
    return write_name(shared, table->hash, NULL, arena,
                      &names->items[names->n++], err);
  }
  for (size_t i = 0; !status && i < table->n_keys; i++) {
    status = write_name(shared, table->hash, &table->keys[i], arena,
                        &names->items[names->n++], err);
  }
  return status;
}

ent_status ent_shared_names_of_touched(const ent_shared *shared,
                                       const ent_touched *touched,
                                       ent_arena *arena,
                                       ent_shared_names *names,
                                       ent_error *err) {
  size_t n = 0;
  ent_status status = ENT_OK;

  for (const ent_touched_table *t = touched->tables; t; t = t->next)
    n += t->is_whole ? 1 : t->n_keys;
  *names = (ent_shared_names){
      .items = ent_arena_alloc(arena, (n + 1) * sizeof(*names->items))};
  if (!names->items) return ent_fail_nomem(err);
  for (const ent_touched_table *t = touched->tables; !status && t; t = t->next)
    status = add_table(shared, t, arena, names, err);
  return status;
}
