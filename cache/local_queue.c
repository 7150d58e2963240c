#include "cache/local_queue.h"

enum {
  ENT_FRESH_SHARE = 10,  /* the small queue has one in so many bytes */
  ENT_PROVEN_USES = 2,   /* in the small queue, to go to the main one */
  ENT_MOST_SPARED = 1024 /* for one victim, so that no put takes long */
};

static void fifo_push(ent_fifo *fifo, ent_local_entry *entry) {
  entry->older = fifo->newest;
  entry->newer = NULL;
  if (fifo->newest) {
    fifo->newest->newer = entry;
  } else {
    fifo->oldest = entry;
  }
  fifo->newest = entry;
  fifo->bytes += ent_local_entry_heap(entry);
}

static void fifo_take(ent_fifo *fifo, ent_local_entry *entry) {
  if (entry->older) {
    entry->older->newer = entry->newer;
  } else {
    fifo->oldest = entry->newer;
  }
  if (entry->newer) {
    entry->newer->older = entry->older;
  } else {
    fifo->newest = entry->older;
  }
  fifo->bytes -= ent_local_entry_heap(entry);
}

static ent_fifo *fifo_of(ent_queue *queue, const ent_local_entry *entry) {
  return entry->is_main ? &queue->main : &queue->fresh;
}

void ent_queue_add(ent_queue *queue, uint32_t hash, ent_local_entry *entry) {
  if (ent_ghost_take(&queue->ghost, hash)) entry->is_main = true;
  fifo_push(fifo_of(queue, entry), entry);
}

void ent_queue_take(ent_queue *queue, uint32_t hash, ent_local_entry *entry) {
  fifo_take(fifo_of(queue, entry), entry);
  if (entry->is_main || entry->uses >= ENT_PROVEN_USES)
    ent_ghost_add(&queue->ghost, hash);
}

/* Moves an entry that has earned it to the new end of the main queue. */
static bool spare(ent_queue *queue, ent_local_entry *entry) {
  if (entry->uses < (entry->is_main ? 1 : ENT_PROVEN_USES)) return false;
  fifo_take(fifo_of(queue, entry), entry);
  entry->uses = entry->is_main ? entry->uses - 1 : 0;
  entry->is_main = true;
  fifo_push(&queue->main, entry);
  return true;
}

static ent_local_entry *candidate(const ent_queue *queue) {
  uint64_t bytes = queue->fresh.bytes + queue->main.bytes;

  if (queue->fresh.bytes * ENT_FRESH_SHARE >= bytes) return queue->fresh.oldest;
  return queue->main.oldest;
}

ent_local_entry *ent_queue_victim(ent_queue *queue, unsigned shard,
                                  uint32_t n_entries) {
  ent_local_entry *entry = candidate(queue);

  ent_ghost_fit(&queue->ghost, n_entries - n_entries / ENT_FRESH_SHARE);
  for (int n = 0; entry && n < ENT_MOST_SPARED; n++) {
    if (!ent_local_is_live(entry, shard) || !spare(queue, entry)) return entry;
    entry = candidate(queue);
  }
  return entry;
}

void ent_queue_evict(ent_queue *queue, uint32_t hash, ent_local_entry *entry) {
  fifo_take(fifo_of(queue, entry), entry);
  if (!entry->is_main) ent_ghost_add(&queue->ghost, hash);
}

ent_local_entry *ent_queue_pop(ent_queue *queue) {
  ent_local_entry *entry =
      queue->main.oldest ? queue->main.oldest : queue->fresh.oldest;

  if (entry) fifo_take(fifo_of(queue, entry), entry);
  return entry;
}
