#ifndef ENT_CACHE_LOCAL_QUEUE_H
#define ENT_CACHE_LOCAL_QUEUE_H

#include "cache/local_ghost.h"
#include "cache/local_space.h"

/* Which entry of a shard goes when room is wanted: S3-FIFO (Yang and others,
 * "FIFO queues are all you need for cache eviction", SOSP 2023).
 *
 * A new entry waits in a small queue, a tenth of the bytes.  Used twice there
 * it moves to the main one when its turn comes; else it leaves, and is
 * remembered for as long as the main queue is long: should it come back, it
 * goes to the main queue at once.  In the main queue an entry is spared once
 * for every use, up to three.  So what a scan reads passes through the small
 * queue and displaces nothing, and a use writes one counter and moves
 * nothing. */
typedef struct ent_fifo {
  ent_local_entry *oldest;
  ent_local_entry *newest;
  uint64_t bytes; /* of its entries */
} ent_fifo;

/* A zeroed one is empty. */
typedef struct ent_queue {
  ent_fifo fresh; /* the small queue */
  ent_fifo main;
  ent_ghost ghost;
} ent_queue;

static inline uint64_t ent_queue_bytes(const ent_queue *queue) {
  return queue->fresh.bytes + queue->main.bytes +
         ent_ghost_bytes(&queue->ghost);
}

/* Adds an entry: to the main queue where its is_main is set or the ghost
 * remembers it. */
void ent_queue_add(ent_queue *queue, uint32_t hash, ent_local_entry *entry);

/* Takes an entry out; what was in demand is remembered, so that its next
 * version need not prove itself again. */
void ent_queue_take(ent_queue *queue, uint32_t hash, ent_local_entry *entry);

/* The entry that shall go, not yet taken out; NULL where there is none.
 *
 *   shard      whose queue it is: its stale entries are not spared
 *   n_entries  that it has */
ent_local_entry *ent_queue_victim(ent_queue *queue, unsigned shard,
                                  uint32_t n_entries);

/* Takes the victim out, and remembers it. */
void ent_queue_evict(ent_queue *queue, uint32_t hash, ent_local_entry *entry);

/* The first of all entries, taken out one after the other; NULL at the end. */
ent_local_entry *ent_queue_pop(ent_queue *queue);

#endif
