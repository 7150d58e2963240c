#include "cache/touched.h"

#include <string.h>

enum { ENT_TOUCHED_FIRST = 8, ENT_TOUCHED_SLOTS = 16 };

/* Where a table is, or would be. */
static ent_touched_slot *slot_of(ent_touched_slot *slots, size_t n_slots,
                                 uint64_t hash) {
  size_t at = (size_t)hash & (n_slots - 1);

  while (slots[at].table && slots[at].table->hash != hash)
    at = (at + 1) & (n_slots - 1);
  return &slots[at];
}

/* Room for one table more; at least half of the slots stay free. */
static bool make_room(ent_touched *touched) {
  size_t n =
      touched->n_slots ? touched->n_slots * 2 : (size_t)ENT_TOUCHED_SLOTS;
  ent_touched_slot *slots;

  if (touched->n_tables * 2 < touched->n_slots) return true;
  slots = ent_arena_zalloc(&touched->arena, n * sizeof(*slots));
  if (!slots) return false;
  for (ent_touched_table *t = touched->tables; t; t = t->next)
    slot_of(slots, n, t->hash)->table = t;
  touched->slots = slots;
  touched->n_slots = n;
  return true;
}

/* The table of a hash, made where there is none; NULL if there is no memory. */
static ent_touched_table *find(ent_touched *touched, uint64_t hash) {
  ent_touched_slot *slot;
  ent_touched_table *table;

  if (!make_room(touched)) return NULL;
  slot = slot_of(touched->slots, touched->n_slots, hash);
  if (slot->table) return slot->table;
  table = ent_arena_zalloc(&touched->arena, sizeof(*table));
  if (!table) return NULL;
  table->hash = hash;
  table->next = touched->tables;
  touched->tables = table;
  touched->n_tables++;
  slot->table = table;
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

static bool grow_aspects(ent_touched *touched, ent_touched_table *table) {
  size_t capacity = table->aspects_capacity ? table->aspects_capacity * 2
                                            : (size_t)ENT_TOUCHED_FIRST;
  uint64_t *aspects;

  if (table->n_aspects < table->aspects_capacity) return true;
  aspects = ent_arena_alloc(&touched->arena, capacity * sizeof(*aspects));
  if (!aspects) return false;
  if (table->n_aspects) {
    memcpy(aspects, table->aspects, table->n_aspects * sizeof(*aspects));
  }
  table->aspects = aspects;
  table->aspects_capacity = capacity;
  return true;
}

ent_status ent_touched_aspect(ent_touched *touched, uint64_t hash,
                              uint64_t aspect, ent_error *err) {
  ent_touched_table *table = find(touched, hash);

  if (!table) return ent_fail_nomem(err);
  if (table->is_whole) return ENT_OK;
  for (size_t i = 0; i < table->n_aspects; i++) {
    if (table->aspects[i] == aspect) return ENT_OK;
  }
  if (!grow_aspects(touched, table)) return ent_fail_nomem(err);
  table->aspects[table->n_aspects++] = aspect;
  return ENT_OK;
}

ent_status ent_touched_all(ent_touched *touched, uint64_t hash,
                           ent_error *err) {
  ent_touched_table *table = find(touched, hash);

  if (!table) return ent_fail_nomem(err);
  table->is_whole = true;
  return ENT_OK;
}

ent_status ent_touched_follow(ent_touched *touched, uint64_t hash,
                              uint64_t number, bool *is_first, ent_error *err) {
  ent_touched_table *table = find(touched, hash);

  if (!table) return ent_fail_nomem(err);
  *is_first = table->followed != number;
  table->followed = number;
  return ENT_OK;
}

bool ent_touched_has_all(const ent_touched *touched, uint64_t hash) {
  const ent_touched_slot *slot;

  if (touched->n_slots == 0) return false;
  slot = slot_of(touched->slots, touched->n_slots, hash);
  return slot->table && slot->table->is_whole;
}

static void forget(ent_touched *touched) {
  touched->tables = NULL;
  touched->slots = NULL;
  touched->n_tables = touched->n_slots = 0;
}

void ent_touched_clear(ent_touched *touched) {
  forget(touched);
  ent_arena_reset(&touched->arena);
}

void ent_touched_done(ent_touched *touched) {
  forget(touched);
  ent_arena_done(&touched->arena);
}
