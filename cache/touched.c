#include "cache/touched.h"

#include <string.h>

enum { ENT_TOUCHED_FIRST = 8 };

static ent_touched_table *find(ent_touched *touched, uint64_t hash) {
  ent_touched_table *table = touched->tables;

  while (table && table->hash != hash)
    table = table->next;
  if (table) return table;
  table = ent_arena_zalloc(&touched->arena, sizeof(*table));
  if (!table) return NULL;
  table->hash = hash;
  table->next = touched->tables;
  touched->tables = table;
  return table;
}

/* Room for one key more. */
static bool grow(ent_touched *touched, ent_touched_table *table) {
  size_t capacity =
      table->capacity ? table->capacity * 2 : (size_t)ENT_TOUCHED_FIRST;
  ent_key *keys;

  if (table->n_keys < table->capacity) return true;
  keys = ent_arena_alloc(&touched->arena, capacity * sizeof(*keys));
  if (!keys) return false;
  if (table->n_keys) memcpy(keys, table->keys, table->n_keys * sizeof(*keys));
  table->keys = keys;
  table->capacity = capacity;
  return true;
}

static bool is_last(const ent_touched_table *table, const ent_key *key) {
  return table->n_keys &&
         ent_key_compare(&table->keys[table->n_keys - 1], key) == 0;
}

ent_status ent_touched_row(ent_touched *touched, uint64_t hash,
                           const ent_key *key, ent_error *err) {
  ent_touched_table *table = find(touched, hash);
  char *copy;

  if (!table) return ent_fail_nomem(err);
  if (table->is_whole || is_last(table, key)) return ENT_OK;
  if (table->n_keys == ENT_TOUCHED_MAX) {
    table->is_whole = true;
    return ENT_OK;
  }
  copy = ent_arena_copy(&touched->arena, key->data, key->size);
  if (!copy || !grow(touched, table)) return ent_fail_nomem(err);
  table->keys[table->n_keys++] = (ent_key){copy, key->size};
  return ENT_OK;
}

ent_status ent_touched_all(ent_touched *touched, uint64_t hash,
                           ent_error *err) {
  ent_touched_table *table = find(touched, hash);

  if (!table) return ent_fail_nomem(err);
  table->is_whole = true;
  return ENT_OK;
}

void ent_touched_clear(ent_touched *touched) {
  touched->tables = NULL;
  ent_arena_reset(&touched->arena);
}

void ent_touched_done(ent_touched *touched) {
  touched->tables = NULL;
  ent_arena_done(&touched->arena);
}
