#include "cache/local_fork.h"

#include "cache/heap.h"
#include "cache/local_shard.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static ent_local *watched; /* under the lock, as its links */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int status; /* of pthread_atfork() */

/* The order of all locks: this one, a cache's spaces, its shards; then the
 * heap's. */
static void before_fork(void) {
  pthread_mutex_lock(&lock);
  for (ent_local *cache = watched; cache; cache = cache->next_watched) {
    pthread_mutex_lock(&cache->spaces.lock);
    for (unsigned i = 0; i < cache->n_shards; i++)
      ent_shard_lock(&cache->shards[i]);
  }
  ent_heap_lock();
}

static void unlock_all(void) {
  ent_heap_unlock();
  for (ent_local *cache = watched; cache; cache = cache->next_watched) {
    for (unsigned i = 0; i < cache->n_shards; i++)
      ent_shard_unlock(&cache->shards[i]);
    pthread_mutex_unlock(&cache->spaces.lock);
  }
  pthread_mutex_unlock(&lock);
}

static void in_child(void) {
  for (ent_local *cache = watched; cache; cache = cache->next_watched) {
    for (unsigned i = 0; i < cache->n_shards; i++)
      ent_shard_forget_all(&cache->shards[i], &cache->spaces);
  }
  unlock_all();
}

static void watch_forks(void) {
  status = pthread_atfork(before_fork, unlock_all, in_child);
}

bool ent_local_watch_forks(ent_local *cache) {
  pthread_once(&once, watch_forks);
  if (status) return false;
  pthread_mutex_lock(&lock);
  cache->next_watched = watched;
  cache->previous_watched = NULL;
  if (watched) watched->previous_watched = cache;
  watched = cache;
  pthread_mutex_unlock(&lock);
  return true;
}

void ent_local_unwatch_forks(ent_local *cache) {
  pthread_mutex_lock(&lock);
  if (cache->previous_watched) {
    cache->previous_watched->next_watched = cache->next_watched;
  } else {
    watched = cache->next_watched;
  }
  if (cache->next_watched) {
    cache->next_watched->previous_watched = cache->previous_watched;
  }
  pthread_mutex_unlock(&lock);
}
