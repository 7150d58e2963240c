#include "cache/shared_keys.h"

#include "backends/redis/connection.h"
#include "cache/shared_owed.h"

#include <string.h>

enum { ENT_HASH_DIGITS = 16 };

/* "<prefix>e:<hash>", the name of a table's stamp; without printf(), as it is
 * written for every request. */
static ent_status write_stem(const ent_shared *shared, uint64_t hash,
                             ent_arena *arena, ent_redis_arg *stem,
                             ent_error *err) {
  const char *prefix = ent_shared_prefix(shared);
  size_t n = strlen(prefix);
  size_t size = n + 2 + ENT_HASH_DIGITS;
  char *text = ent_arena_alloc(arena, size + 1);

  if (!text) return ent_fail_nomem(err);
  memcpy(text, prefix, n);
  memcpy(text + n, "e:", 2);
  for (size_t i = size; i > n + 2; hash >>= 4)
    text[--i] = "0123456789abcdef"[hash & 15];
  text[size] = '\0';
  *stem = (ent_redis_arg){text, size};
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

/* "<stem>/<aspect>", the names of generations. */
static ent_status write_aspects(const ent_redis_arg *stem,
                                const uint64_t *aspects, size_t n,
                                ent_arena *arena, ent_redis_arg *names,
                                ent_error *err) {
  for (size_t i = 0; i < n; i++) {
    const char *text =
        ent_arena_printf(arena, "%s/%016llx", (const char *)stem->data,
                         (unsigned long long)aspects[i]);

    if (!text) return ent_fail_nomem(err);
    names[i] = ent_redis_arg_text(text);
  }
  return ENT_OK;
}

/* "<stem>/q<query>:" and the bytes of the arguments, the name of a list. */
static ent_status write_list(const ent_redis_arg *stem, uint64_t query,
                             const ent_key *arguments, ent_arena *arena,
                             ent_redis_arg *name, ent_error *err) {
  const char *head =
      ent_arena_printf(arena, "%s/q%016llx:", (const char *)stem->data,
                       (unsigned long long)query);
  size_t size = head ? strlen(head) : 0;
  char *text = head ? ent_arena_alloc(arena, size + arguments->size + 1) : NULL;

  if (!text) return ent_fail_nomem(err);
  memcpy(text, head, size + 1);
  if (arguments->size) memcpy(text + size, arguments->data, arguments->size);
  *name = (ent_redis_arg){text, size + arguments->size};
  return ENT_OK;
}

ent_status ent_shared_names_of_list(const ent_shared *shared, uint64_t hash,
                                    const ent_list_query *query,
                                    const ent_key *arguments, ent_arena *arena,
                                    ent_shared_names *names, ent_error *err) {
  size_t n = query->n_aspects;
  ent_redis_arg *items = ent_arena_alloc(arena, (n + 2) * sizeof(*items));
  ent_status status;

  if (!items) return ent_fail_nomem(err);
  status = write_stem(shared, hash, arena, &items[0], err);
  if (!status) {
    status = write_aspects(&items[0], query->aspects, n, arena, items + 1, err);
  }
  if (!status) {
    status = write_list(&items[0], query->layout, arguments, arena,
                        &items[n + 1], err);
  }
  *names = (ent_shared_names){.items = items, .n = n + 2};
  return status;
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
  if (!status) {
    names->n += table->n_keys;
    status = write_aspects(&stem, table->aspects, table->n_aspects, arena,
                           names->items + names->n, err);
  }
  if (!status) names->n += table->n_aspects;
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
    n += t->is_whole ? 1 : t->n_keys + t->n_aspects;
  *names = (ent_shared_names){
      .items = ent_arena_alloc(arena, (n + 1) * sizeof(*names->items))};
  if (!names->items) return ent_fail_nomem(err);
  for (const ent_touched_table *t = touched->tables; !status && t; t = t->next)
    status = add_table(shared, t, arena, names, err);
  return status;
}
