#include "cache/tracking.h"

#include "backends/base/faults.h"
#include "backends/base/process.h"
#include "cache/channel.h"
#include "cache/shared_owed.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_LOOK_EACH_US = 500,      /* between two looks at the channel */
  ENT_PINGS_A_LAG = 4,         /* so that nobody has to wait for an answer */
  ENT_AGAIN_US = 200000,       /* between two tries to begin an epoch */
  ENT_REFUSED_US = 10000000,   /* the same where the server does not track */
  ENT_CHANNEL_SILENT_MS = 500, /* how long Redis may be silent meanwhile */
  ENT_US = 1000,
};

static const int64_t never_us = INT64_MIN;

/* One of the caches. */
typedef struct kept {
  struct kept *next; /* never changes */
  uint64_t max_entries;
  uint64_t max_bytes;
  ent_local *cache;
} kept;

/* All of the process stand in one list under one lock; the lock of each is held
 * while its Redis is talked to.  The order: the list's, one of them, those of
 * the caches. */
struct ent_tracking {
  ent_tracking *next;
  int n_users;
  ent_shared *shared;    /* NULL: there is nothing to hear */
  char *server;          /* without a Redis */
  _Atomic(kept *) first; /* of its caches; written under the list's lock */
  pthread_mutex_t lock;  /* of what follows */
  ent_channel channel;
  int64_t next_try_us;
  /* What is read without the lock: */
  atomic_int generation;       /* of the process that opened it */
  _Atomic int64_t answered_us; /* the PING by which all was heard; never_us:
                                  there is no epoch */
  _Atomic int64_t looked_us;
  _Atomic uint64_t reign; /* of the channel */
  atomic_bool is_doubted; /* another server has answered a reader */
  _Atomic uint64_t counts[ENT_TRACKING_N_COUNTS];
};

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static ent_tracking *all;
static pthread_once_t watch_once = PTHREAD_ONCE_INIT;

const char *const ent_tracking_count_names[ENT_TRACKING_N_COUNTS] = {
    "epochs", "lost", "heard", "waits"};

static void count(ent_tracking *t, ent_tracking_count which) {
  atomic_fetch_add_explicit(&t->counts[which], 1, memory_order_relaxed);
}

uint64_t ent_tracking_counted(const ent_tracking *t, ent_tracking_count which) {
  return atomic_load_explicit(&t->counts[which], memory_order_relaxed);
}

/* A fork() waits for who holds a lock: the child has that of nobody. */
static void before_fork(void) {
  pthread_mutex_lock(&list_lock);
  for (ent_tracking *t = all; t; t = t->next)
    pthread_mutex_lock(&t->lock);
}

static void after_fork(void) {
  for (ent_tracking *t = all; t; t = t->next)
    pthread_mutex_unlock(&t->lock);
  pthread_mutex_unlock(&list_lock);
}

static void watch_forks(void) {
  pthread_atfork(before_fork, after_fork, after_fork);
}

static ent_tracking *make(const ent_tracked *of) {
  ent_tracking *t = calloc(1, sizeof(*t));

  if (!t) return NULL;
  t->server = of->shared ? NULL : strdup(of->server);
  if ((!of->shared && !t->server) || pthread_mutex_init(&t->lock, NULL)) {
    free(t->server);
    free(t);
    return NULL;
  }
  t->shared = of->shared ? ent_shared_ref(of->shared) : NULL;
  t->generation = ent_process_generation();
  t->next_try_us = never_us;
  atomic_init(&t->answered_us, never_us);
  atomic_init(&t->looked_us, never_us);
  t->next = all;
  all = t;
  return t;
}

/* Under the list's lock. */
static ent_tracking *find(const ent_tracked *of) {
  ent_tracking *t = all;

  while (t && (t->shared != of->shared ||
               (!t->shared && strcmp(t->server, of->server) != 0)))
    t = t->next;
  return t;
}

ent_status ent_tracking_open(const ent_tracked *of, ent_tracking **out,
                             ent_error *err) {
  ent_tracking *t;

  pthread_mutex_lock(&list_lock);
  t = find(of);
  if (!t) t = make(of);
  if (t) t->n_users++;
  pthread_mutex_unlock(&list_lock);
  if (!t) return ent_fail_nomem(err);
  *out = t;
  return ENT_OK;
}

ent_tracking *ent_tracking_ref(ent_tracking *t) {
  pthread_mutex_lock(&list_lock);
  t->n_users++;
  pthread_mutex_unlock(&list_lock);
  return t;
}

static void free_tracking(ent_tracking *t) {
  kept *item = atomic_load(&t->first);

  while (item) {
    kept *next = item->next;

    ent_local_free(item->cache);
    free(item);
    item = next;
  }
  ent_channel_close(&t->channel);
  ent_shared_close(t->shared);
  free(t->server);
  pthread_mutex_destroy(&t->lock);
  free(t);
}

void ent_tracking_close(ent_tracking *t) {
  ent_tracking **at = &all;
  bool is_last;

  if (!t) return;
  pthread_mutex_lock(&list_lock);
  is_last = --t->n_users == 0;
  while (is_last && *at != t)
    at = &(*at)->next;
  if (is_last) *at = t->next;
  pthread_mutex_unlock(&list_lock);
  if (is_last) free_tracking(t);
}

static kept *add_cache(ent_tracking *t, uint64_t max_entries,
                       uint64_t max_bytes) {
  kept *item = malloc(sizeof(*item));

  if (!item) return NULL;
  *item = (kept){.next = atomic_load(&t->first),
                 .max_entries = max_entries,
                 .max_bytes = max_bytes,
                 .cache = ent_local_new(max_entries, max_bytes)};
  if (!item->cache) {
    free(item);
    return NULL;
  }
  atomic_store(&t->first, item);
  return item;
}

/* fork() takes the locks in the order in which threads do, if it is the caches
 * that have asked for it first. */
ent_status ent_tracking_cache(ent_tracking *t, uint64_t max_entries,
                              uint64_t max_bytes, ent_local **cache,
                              ent_error *err) {
  kept *item;

  pthread_mutex_lock(&list_lock);
  item = atomic_load(&t->first);
  while (item &&
         (item->max_entries != max_entries || item->max_bytes != max_bytes))
    item = item->next;
  if (!item) item = add_cache(t, max_entries, max_bytes);
  pthread_mutex_unlock(&list_lock);
  if (!item) return ent_fail_nomem(err);
  pthread_once(&watch_once, watch_forks);
  *cache = item->cache;
  return ENT_OK;
}

/* ---- what is heard ---- */

static void clear_all(const ent_tracking *t) {
  if (ent_fault("no-epoch")) return;
  for (kept *c = atomic_load(&t->first); c; c = c->next)
    ent_local_clear(c->cache);
}

/* The hash that stands behind "<prefix>e:"; false where there is none. */
static bool take_hash(const char *text, size_t size, uint64_t *hash) {
  enum { ENT_HASH_DIGITS = 16 };

  if (size < ENT_HASH_DIGITS) return false;
  *hash = 0;
  for (size_t i = 0; i < ENT_HASH_DIGITS; i++) {
    const char *digits = "0123456789abcdef";
    const char *digit = text[i] ? strchr(digits, text[i]) : NULL;

    if (!digit) return false;
    *hash = *hash << 4 | (uint64_t)(digit - digits);
  }
  return true;
}

/* Tables and their generations are told apart by their hashes. */
static uint64_t generations_of(uint64_t hash) {
  return hash ^ UINT64_C(0x9e3779b97f4a7c15);
}

ent_local_space *ent_tracking_generations(ent_local *cache, uint64_t hash) {
  return ent_local_space_of(cache, generations_of(hash), 0);
}

ent_key ent_tracking_generation(uint64_t aspect, ent_generation_key *key) {
  for (int i = 0; i < 8; i++)
    key->bytes[i] = (unsigned char)(aspect >> (8 * i));
  return (ent_key){key->bytes, sizeof(key->bytes)};
}

static void remove_generation(ent_local *cache, uint64_t hash,
                              uint64_t aspect) {
  ent_generation_key key;

  ent_local_remove(cache, generations_of(hash),
                   ent_tracking_generation(aspect, &key));
}

/* Lists are among what is kept of a table. */
static void forget_table(ent_local *cache, uint64_t hash) {
  ent_local_forget(cache, hash);
  remove_generation(cache, hash, 0);
}

/* What stands behind the name of a table: a row, or a generation; a list says
 * nothing that its generations do not. */
static void remove_part(ent_local *cache, uint64_t hash, const char *part,
                        size_t size) {
  uint64_t aspect;

  if (part[0] == ':') {
    ent_local_remove(
        cache, hash,
        (ent_key){(const unsigned char *)part + 1, (uint32_t)(size - 1)});
  } else if (part[0] == '/' && take_hash(part + 1, size - 1, &aspect)) {
    remove_generation(cache, hash, aspect);
  }
}

/* A row that has changed, or a table.                        model: P_Drain */
static void take_heard(void *context, const char *key, size_t size) {
  ent_tracking *t = context;
  size_t stem = strlen(ent_shared_prefix(t->shared)) + 2; /* "e:" */
  uint64_t hash;

  count(t, ENT_TRACKING_HEARD);
  if (!key) {
    clear_all(t);
    return;
  }
  if (size < stem || !take_hash(key + stem, size - stem, &hash)) return;
  stem += 16;
  for (kept *c = atomic_load(&t->first); c; c = c->next) {
    if (size == stem) {
      forget_table(c->cache, hash);
    } else {
      remove_part(c->cache, hash, key + stem, size - stem);
    }
  }
}

/* ---- epochs; under the lock ---- */

/*                                                            model: P_EPOCH */
static void end_epoch(ent_tracking *t) {
  bool was_heard = t->channel.connection != NULL;

  atomic_store(&t->answered_us, never_us);
  ent_channel_close(&t->channel);
  clear_all(t);
  if (was_heard) count(t, ENT_TRACKING_LOST);
}

/* What was asked for before it began is not kept: emptying the caches voids the
 * marks. */
static bool begin_epoch(ent_tracking *t, int64_t now_us,
                        const ent_deadline *deadline) {
  ent_deadline own =
      ent_shared_deadline(t->shared, ENT_CHANNEL_SILENT_MS, deadline);
  ent_error ignored = {.status = ENT_OK};
  ent_status status;

  if (now_us < t->next_try_us) return false;
  t->channel.heard = take_heard;
  t->channel.context = t;
  status = ent_channel_open(&t->channel, ent_shared_pool(t->shared),
                            ent_shared_prefix(t->shared),
                            ent_shared_told(t->shared), &own, &ignored);
  now_us = ent_now_us();
  t->next_try_us =
      now_us + (status == ENT_REJECTED ? ENT_REFUSED_US : ENT_AGAIN_US);
  if (status) return false;
  count(t, ENT_TRACKING_EPOCHS);
  clear_all(t);
  atomic_store(&t->reign, t->channel.reign);
  atomic_store(&t->is_doubted, false);
  atomic_store(&t->answered_us, t->channel.answered_us);
  return true;
}

/* Asks, and hears what there is up to the answer. */
static ent_status wait_to_hear(ent_tracking *t, int64_t lag_ms,
                               const ent_deadline *deadline) {
  ent_deadline own = ent_deadline_in(lag_ms);
  ent_error ignored = {.status = ENT_OK};
  int64_t since_us = ent_now_us();
  ent_status status = ENT_OK;

  if (deadline->until_ms < own.until_ms) own.until_ms = deadline->until_ms;
  own.interrupted = deadline->interrupted;
  own.ctx = deadline->ctx;
  count(t, ENT_TRACKING_WAITS);
  /* A PING that has been under way for long says too little. */
  while (!status && t->channel.answered_us < since_us - lag_ms * ENT_US) {
    status = ent_channel_ping(&t->channel, &ignored);
    if (!status) status = ent_channel_await(&t->channel, &own, &ignored);
  }
  return status;
}

static ent_status hear(ent_tracking *t, int64_t now_us, int64_t lag_ms,
                       const ent_deadline *deadline) {
  int64_t lag_us = lag_ms * ENT_US;
  ent_error ignored = {.status = ENT_OK};
  ent_status status = ent_channel_poll(&t->channel, &ignored);

  if (!status && now_us - t->channel.answered_us >= lag_us / ENT_PINGS_A_LAG) {
    status = ent_channel_ping(&t->channel, &ignored);
  }
  if (!status && ent_now_us() - t->channel.answered_us >= lag_us) {
    status = wait_to_hear(t, lag_ms, deadline);
  }
  if (!status) atomic_store(&t->answered_us, t->channel.answered_us);
  return status;
}

/* The connection is the parent's where a fork() came in between. */
static bool is_of_parent(const ent_tracking *t) {
  return t->generation != ent_process_generation();
}

static bool look(ent_tracking *t, int64_t now_us, int64_t lag_ms,
                 const ent_deadline *deadline) {
  if (is_of_parent(t) || atomic_load(&t->is_doubted)) {
    end_epoch(t);
    t->generation = ent_process_generation();
    atomic_store(&t->is_doubted, false);
  }
  if (!t->channel.connection) return begin_epoch(t, now_us, deadline);
  if (hear(t, now_us, lag_ms, deadline)) end_epoch(t);
  atomic_store(&t->looked_us, now_us);
  return t->channel.connection != NULL;
}

static bool is_fresh(const ent_tracking *t, int64_t now_us, int64_t lag_ms) {
  int64_t answered_us =
      atomic_load_explicit(&t->answered_us, memory_order_acquire);

  return answered_us != never_us && now_us - answered_us < lag_ms * ENT_US;
}

static bool has_looked(const ent_tracking *t, int64_t now_us) {
  int64_t looked_us = atomic_load_explicit(&t->looked_us, memory_order_relaxed);

  return looked_us != never_us && now_us - looked_us < ENT_LOOK_EACH_US;
}

bool ent_tracking_hears(const ent_tracking *t) {
  return !t->shared || atomic_load(&t->answered_us) != never_us;
}

bool ent_tracking_answers(const ent_tracking *t, int64_t lag_ms,
                          int64_t now_us) {
  return !t->shared || (is_fresh(t, now_us, lag_ms) && !is_of_parent(t) &&
                        has_looked(t, now_us));
}

bool ent_tracking_may_answer(ent_tracking *t, int64_t lag_ms,
                             const ent_deadline *deadline) {
  int64_t now_us;
  bool may;

  if (!t->shared) return true;
  if (ent_fault("no-channel") && ent_tracking_hears(t)) return true;
  now_us = ent_now_us();
  may = is_fresh(t, now_us, lag_ms) && !is_of_parent(t);
  if (may && has_looked(t, now_us)) return true;
  /* While another thread looks what it heard before is good enough. */
  if (pthread_mutex_trylock(&t->lock)) {
    if (may) return true;
    pthread_mutex_lock(&t->lock);
  }
  may = look(t, now_us, lag_ms, deadline);
  pthread_mutex_unlock(&t->lock);
  return may;
}

void ent_tracking_hurry(ent_tracking *t) {
  atomic_store_explicit(&t->looked_us, never_us, memory_order_relaxed);
}

bool ent_tracking_is_of(ent_tracking *t, uint64_t reign) {
  if (atomic_load(&t->reign) == reign) return true;
  atomic_store(&t->is_doubted, true);
  ent_tracking_hurry(t);
  return false;
}

/* ---- what this process changes itself ---- */

static void remove_touched(ent_local *cache, const ent_touched_table *table) {
  if (table->is_whole) {
    forget_table(cache, table->hash);
    return;
  }
  for (size_t i = 0; i < table->n_keys; i++)
    ent_local_remove(cache, table->hash, table->keys[i]);
  for (size_t i = 0; i < table->n_aspects; i++)
    remove_generation(cache, table->hash, table->aspects[i]);
}

void ent_tracking_removed(const ent_tracked *of, const ent_touched *touched) {
  ent_tracking *t;

  if (ent_fault("no-own")) return;
  pthread_mutex_lock(&list_lock);
  t = find(of);
  if (t) ent_tracking_hurry(t);
  for (kept *c = t ? atomic_load(&t->first) : NULL; c; c = c->next) {
    for (const ent_touched_table *table = touched->tables; table;
         table = table->next)
      remove_touched(c->cache, table);
  }
  pthread_mutex_unlock(&list_lock);
}
