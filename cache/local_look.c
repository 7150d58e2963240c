#include "cache/local_shard.h"

#include "backends/base/deadline.h"

#include <stdlib.h>

/* What people ask of the cache: its totals, and what is in it. */

static void add_totals(ent_local_totals *sum, const ent_shard *shard) {
  sum->hits += shard->totals.hits;
  sum->absent_hits += shard->totals.absent_hits;
  sum->misses += shard->totals.misses;
  sum->puts += shard->totals.puts;
  sum->refused_puts += shard->totals.refused_puts;
  sum->evictions += shard->totals.evictions;
  sum->removals += shard->totals.removals;
  sum->entries += shard->n_live;
  sum->bytes += ent_shard_bytes(shard);
}

void ent_local_count(ent_local *cache, ent_local_totals *totals) {
  *totals = (ent_local_totals){0};
  for (unsigned i = 0; i < cache->n_shards; i++) {
    ent_shard_lock(&cache->shards[i]);
    add_totals(totals, &cache->shards[i]);
    ent_shard_unlock(&cache->shards[i]);
  }
}

/* The entries of a shard, each with a reference. */
typedef struct snapshot {
  ent_local_entry **entries;
  size_t n;
} snapshot;

static void snap_fifo(snapshot *snap, const ent_shard *shard,
                      const ent_fifo *fifo) {
  for (ent_local_entry *entry = fifo->newest; entry; entry = entry->older) {
    if (!ent_local_is_live(entry, shard->index)) continue;
    ent_local_ref(entry);
    snap->entries[snap->n++] = entry;
  }
}

static ent_status take_snapshot(ent_shard *shard, snapshot *snap,
                                ent_error *err) {
  ent_status status = ENT_OK;

  *snap = (snapshot){0};
  ent_shard_lock(shard);
  if (shard->n_live) {
    snap->entries = malloc(shard->n_live * sizeof(ent_local_entry *));
    if (snap->entries) {
      snap_fifo(snap, shard, &shard->queue.main);
      snap_fifo(snap, shard, &shard->queue.fresh);
    } else {
      status = ent_fail_nomem(err);
    }
  }
  ent_shard_unlock(shard);
  return status;
}

static bool show(const ent_local_entry *entry,
                 bool (*visit)(const ent_local_seen *seen, void *ctx),
                 void *ctx) {
  ent_local_seen seen = {
      .table_hash = entry->space->table_hash,
      .layout = entry->space->layout,
      .key = ent_local_entry_key(entry),
      .entry = entry,
      .until_ms = entry->until_ms,
  };

  if (entry->until_ms && ent_now_ms() >= entry->until_ms) return true;
  return visit(&seen, ctx);
}

ent_status ent_local_each(ent_local *cache,
                          bool (*visit)(const ent_local_seen *seen, void *ctx),
                          void *ctx, ent_error *err) {
  bool go_on = true;

  for (unsigned i = 0; i < cache->n_shards && go_on; i++) {
    snapshot snap;
    ent_status status = take_snapshot(&cache->shards[i], &snap, err);

    if (status) return status;
    for (size_t k = 0; k < snap.n; k++) {
      go_on = go_on && show(snap.entries[k], visit, ctx);
      ent_local_unref(snap.entries[k]);
    }
    free(snap.entries);
  }
  return ENT_OK;
}
