#include "cache/shared_keys.h"

#include "backends/redis/connection.h"
#include "cache/shared_owed.h"

#include <string.h>

/* "<prefix>e:<hash>", the name of a table's stamp. */
static ent_status write_stem(const ent_shared *shared, uint64_t hash,
                             ent_arena *arena, ent_redis_arg *stem,
                             ent_error *err) {
  const char *text =
      ent_arena_printf(arena, "%se:%016llx", ent_shared_prefix(shared),
                       (unsigned long long)hash);

  if (!text) return ent_fail_nomem(err);
  *stem = ent_redis_arg_text(text);
  return ENT_OK;
}

/* The same in front of each key's bytes. */
static ent_status write_names(const ent_redis_arg *stem, const ent_key *keys,
                              size_t n_keys, ent_arena *arena,
                              ent_redis_arg *names, ent_error *err) {
  size_t size = 0;
  char *text;

  for (size_t i = 0; i < n_keys; i++)
    size += stem->size + 1 + keys[i].size;
  text = ent_arena_alloc(arena, size + 1);
  if (!text) return ent_fail_nomem(err);
  for (size_t i = 0; i < n_keys; i++) {
    names[i] = (ent_redis_arg){text, stem->size + 1 + keys[i].size};
    memcpy(text, stem->data, stem->size);
    text[stem->size] = ':';
    text += stem->size + 1;
    if (keys[i].size) memcpy(text, keys[i].data, keys[i].size);
    text += keys[i].size;
  }
  return ENT_OK;
}

ent_status ent_shared_names_of_rows(const ent_shared *shared, uint64_t hash,
                                    const ent_key *keys, size_t n_keys,
                                    ent_arena *arena, ent_shared_names *names,
                                    ent_error *err) {
  ent_redis_arg *items = ent_arena_alloc(arena, (n_keys + 1) * sizeof(*items));
  ent_status status;

  if (!items) return ent_fail_nomem(err);
  status = write_stem(shared, hash, arena, &items[0], err);
  if (!status) {
    status = write_names(&items[0], keys, n_keys, arena, items + 1, err);
  }
  *names = (ent_shared_names){.items = items, .n = n_keys + 1};
  return status;
}

static ent_status add_table(const ent_shared *shared,
                            const ent_touched_table *table, ent_arena *arena,
                            ent_shared_names *names, ent_error *err) {
  ent_redis_arg stem;
  ent_status status = write_stem(shared, table->hash, arena, &stem, err);

  if (status) return status;
  if (table->is_whole) {
    names->items[names->n++] = stem;
    return ENT_OK;
  }
  status = write_names(&stem, table->keys, table->n_keys, arena,
                       names->items + names->n, err);
  if (!status) names->n += table->n_keys;
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
