#include "cache/local_shard.h"

#include "backends/base/deadline.h"

#include <stdlib.h>

uint64_t ent_shard_bytes(const ent_shard *shard) {
  return shard->fixed_bytes + ent_local_table_bytes(&shard->table) +
         ent_queue_bytes(&shard->queue);
}

/* The entry's hash is not kept: it is wanted only here. */
static uint32_t hash_of(const ent_local_entry *entry) {
  return (uint32_t)ent_local_hash(entry->space->table_hash,
                                  ent_local_entry_key(entry));
}

/* Ends an entry that its queue does not have any longer.  `counter` gets it,
 * unless it was forgotten before. */
static void drop(ent_shard *shard, uint32_t hash, ent_local_entry *entry,
                 uint64_t *counter) {
  ent_local_table_take(&shard->table, hash, entry);
  if (ent_local_is_live(entry, shard->index)) {
    entry->space->parts[shard->index].n_live--;
    shard->n_live--;
    ++*counter;
  }
  ent_local_drop(entry);
}

static void take(ent_shard *shard, uint32_t hash, ent_local_entry *entry,
                 uint64_t *counter) {
  ent_queue_take(&shard->queue, hash, entry);
  drop(shard, hash, entry, counter);
}

/* Evicts until there is room for so many more; false where there never is. */
static bool make_room(ent_shard *shard, uint32_t n, uint64_t bytes) {
  while ((uint64_t)shard->table.n_entries + n > shard->max_entries ||
         ent_shard_bytes(shard) + bytes > shard->max_bytes) {
    ent_local_entry *victim =
        ent_queue_victim(&shard->queue, shard->index, shard->table.n_entries);
    uint32_t hash;

    if (!victim) return false;
    hash = hash_of(victim);
    ent_queue_evict(&shard->queue, hash, victim);
    drop(shard, hash, victim, &shard->totals.evictions);
  }
  return true;
}

static bool is_past(const ent_local_entry *entry, int64_t now_ms) {
  return entry->until_ms && now_ms >= entry->until_ms;
}

ent_local_entry *ent_shard_peek(ent_shard *shard, const ent_local_space *space,
                                uint32_t hash, ent_key key, int64_t now_ms) {
  ent_local_entry *entry =
      ent_local_table_find(&shard->table, hash, space, key);

  if (entry &&
      (!ent_local_is_live(entry, shard->index) || is_past(entry, now_ms))) {
    take(shard, hash, entry, &shard->totals.evictions);
    entry = NULL;
  }
  if (!entry) return NULL;
  ent_local_ref(entry);
  if (entry->uses < ENT_LOCAL_MAX_USES) entry->uses++;
  shard->totals.hits++;
  if (entry->row_size == ent_local_absent) shard->totals.absent_hits++;
  return entry;
}

ent_local_entry *ent_shard_get(ent_shard *shard, const ent_local_space *space,
                               uint32_t hash, ent_key key, int64_t now_ms) {
  ent_local_entry *entry = ent_shard_peek(shard, space, hash, key, now_ms);

  if (!entry) shard->totals.misses++;
  return entry;
}

static bool is_void(const ent_shard *shard, const ent_local_space *space,
                    ent_local_mark mark) {
  return atomic_load_explicit(&shard->n_removals, memory_order_relaxed) !=
             mark.n_removals ||
         atomic_load_explicit(&space->parts[shard->index].epoch,
                              memory_order_relaxed) != mark.epoch;
}

/* Its next version stands where the old one stood, and is as well known. */
static void replace(ent_shard *shard, uint32_t hash, ent_local_entry *old,
                    ent_local_entry *entry) {
  entry->uses = old->uses;
  entry->is_main = old->is_main;
  take(shard, hash, old, &shard->totals.removals);
}

bool ent_shard_keep(ent_shard *shard, uint32_t hash, ent_local_entry *entry,
                    ent_local_mark mark) {
  ent_local_space *space = entry->space;
  ent_local_entry *old;

  if (is_void(shard, space, mark)) return false;
  old = ent_local_table_find(&shard->table, hash, space,
                             ent_local_entry_key(entry));
  if (old) replace(shard, hash, old, entry);
  if (!ent_local_table_grow(&shard->table)) return false;
  if (!make_room(shard, 1, ent_local_entry_heap(entry))) return false;
  if (!ent_local_table_add(&shard->table, hash, entry)) return false;
  ent_queue_add(&shard->queue, hash, entry);
  space->parts[shard->index].n_live++;
  shard->n_live++;
  shard->totals.puts++;
  return true;
}

void ent_shard_remove(ent_shard *shard, const ent_local_space *space,
                      uint32_t hash, ent_key key) {
  ent_local_entry *entry =
      ent_local_table_find(&shard->table, hash, space, key);

  if (entry) take(shard, hash, entry, &shard->totals.removals);
}

void ent_shard_forget(ent_shard *shard, ent_local_space *space) {
  ent_local_part *part = &space->parts[shard->index];

  atomic_fetch_add(&part->epoch, 1);
  shard->totals.removals += part->n_live;
  shard->n_live -= part->n_live;
  part->n_live = 0;
}

void ent_shard_charge(ent_shard *shard, uint64_t bytes) {
  shard->fixed_bytes += bytes;
  make_room(shard, 0, 0);
}

void ent_shard_forget_all(ent_shard *shard, const ent_local_spaces *spaces) {
  for (unsigned i = 0; i < ENT_SPACE_CHAINS; i++) {
    ent_local_space *space = ent_space_chain(spaces, i);

    for (; space; space = space->next)
      ent_shard_forget(shard, space);
  }
  atomic_fetch_add(&shard->n_removals, 1);
}

static void free_all(ent_local_table *table, ent_queue *queue) {
  ent_local_entry *entry;

  while ((entry = ent_queue_pop(queue)))
    ent_local_drop(entry);
  ent_ghost_done(&queue->ghost);
  ent_local_table_done(table);
}

/* Nobody waits while a thousand entries are freed. */
void ent_shard_clear(ent_shard *shard, const ent_local_spaces *spaces) {
  ent_local_table table;
  ent_queue queue;

  ent_shard_lock(shard);
  ent_shard_forget_all(shard, spaces);
  table = ent_local_table_leave(&shard->table);
  queue = shard->queue;
  shard->queue = (ent_queue){0};
  ent_shard_unlock(shard);
  free_all(&table, &queue);
}

void ent_shard_done(ent_shard *shard) {
  free_all(&shard->table, &shard->queue);
  pthread_mutex_destroy(&shard->lock);
}
