/* One Redis of the process and what it is owed; and the two steps of a writer,
 * block and unblock, of which the second must not be lost. */
#include "cache/shared_owed.h"

#include "cache/shared_keys.h"
#include "cache/shared_script.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_KEYS_PER_SCRIPT = 1100, /* a thousand rows, and what changes in them */
  ENT_BLOCK_MS = 2000,        /* how long Redis may be silent before a COMMIT */
  ENT_UNBLOCK_MS = 2000,
};

/* Behind the prefix, the channel on which unblocks tell of keys that are gone. */
#define ENT_TOLD "e!"

/* The names that a transaction blocks; owed where they could not be unblocked. */
struct ent_shared_blocked {
  ent_shared_blocked *next;
  unsigned char id[ENT_SHARED_ID];
  ent_arena arena;
  ent_shared_names names;
};

/* All of the process stand in one list under one lock, which is never held
 * while a server is talked to. */
struct ent_shared {
  ent_shared *next;
  int n_users;
  ent_redis_pool *pool;
  char *prefix;
  char
      *told; /* the channel on which unblocks tell of keys that are not there */
  ent_shared_blocked *owed;
  _Atomic uint64_t counts[ENT_N_COUNTS];
  _Atomic int64_t fetch_us;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static ent_shared *all;

const char *const ent_shared_count_names[ENT_N_COUNTS] = {
    "hits",  "absent",  "misses", "busy",        "changing", "looked", "away",
    "fills", "refused", "lists",  "list_misses", "blocked",  "owed"};

uint64_t ent_shared_counted(const ent_shared *shared, ent_shared_count count) {
  return atomic_load_explicit(&shared->counts[count], memory_order_relaxed);
}

void ent_shared_add(ent_shared *shared, ent_shared_count count, uint64_t n) {
  atomic_fetch_add_explicit(&shared->counts[count], n, memory_order_relaxed);
}

void ent_shared_note_fetch(ent_shared *shared, int64_t us) {
  int64_t before =
      atomic_load_explicit(&shared->fetch_us, memory_order_relaxed);

  atomic_store_explicit(&shared->fetch_us,
                        before ? before + (us - before) / 8 : us,
                        memory_order_relaxed);
}

int64_t ent_shared_fetch_us(const ent_shared *shared) {
  return atomic_load_explicit(&shared->fetch_us, memory_order_relaxed);
}

ent_redis_pool *ent_shared_pool(const ent_shared *shared) {
  return shared->pool;
}

const char *ent_shared_told(const ent_shared *shared) {
  return shared->told;
}

const char *ent_shared_prefix(const ent_shared *shared) {
  return shared->prefix;
}

static ent_shared *make(ent_redis_pool *pool, const char *prefix) {
  ent_shared *shared = calloc(1, sizeof(*shared));
  size_t size;

  if (!shared) return NULL;
  size = strlen(prefix) + sizeof(ENT_TOLD);
  shared->prefix = strdup(prefix);
  shared->told = malloc(size);
  if (!shared->prefix || !shared->told) {
    free(shared->prefix);
    free(shared->told);
    free(shared);
    return NULL;
  }
  snprintf(shared->told, size, "%s" ENT_TOLD, prefix);
  shared->pool = ent_redis_pool_ref(pool);
  shared->next = all;
  all = shared;
  return shared;
}

ent_status ent_shared_open(ent_redis_pool *pool, const char *prefix,
                           ent_shared **out, ent_error *err) {
  ent_shared *shared;

  pthread_mutex_lock(&lock);
  for (shared = all; shared; shared = shared->next) {
    if (shared->pool == pool && strcmp(shared->prefix, prefix) == 0) break;
  }
  if (!shared) shared = make(pool, prefix);
  if (shared) shared->n_users++;
  pthread_mutex_unlock(&lock);
  if (!shared) return ent_fail_nomem(err);
  *out = shared;
  return ENT_OK;
}

ent_shared *ent_shared_ref(ent_shared *shared) {
  pthread_mutex_lock(&lock);
  shared->n_users++;
  pthread_mutex_unlock(&lock);
  return shared;
}

void ent_shared_leave(ent_shared_blocked *blocked) {
  if (!blocked) return;
  ent_arena_done(&blocked->arena);
  free(blocked);
}

/* Runs one of the two scripts over all names. */
static ent_status run(ent_redis_script *script,
                      ent_redis_connection *connection,
                      const ent_shared_names *names, const ent_redis_arg *args,
                      size_t n_args, const ent_deadline *deadline,
                      ent_error *err) {
  ent_arena arena = {.blocks = NULL};
  ent_status status = ENT_OK;

  for (size_t at = 0; !status && at < names->n; at += ENT_KEYS_PER_SCRIPT) {
    size_t left = names->n - at;
    size_t n = left < ENT_KEYS_PER_SCRIPT ? left : ENT_KEYS_PER_SCRIPT;
    ent_redis_arg *list = ent_arena_alloc(&arena, (n + n_args) * sizeof(*list));
    const ent_redis_reply *reply = NULL;

    if (!list) {
      status = ent_fail_nomem(err);
      break;
    }
    memcpy(list, names->items + at, n * sizeof(*list));
    memcpy(list + n, args, n_args * sizeof(*list));
    status = ent_redis_script_run(script, connection,
                                  &(ent_redis_script_call){list, n, n_args},
                                  deadline, &arena, &reply, err);
    ent_arena_reset(&arena);
  }
  ent_arena_done(&arena);
  return status;
}

/* model: W_UNBLOCK */
static ent_status unblock(const ent_shared *shared,
                          ent_redis_connection *connection,
                          const ent_shared_blocked *blocked,
                          const ent_deadline *deadline, ent_error *err) {
  ent_redis_arg args[] = {{blocked->id, ENT_SHARED_ID},
                          ent_redis_arg_text(shared->told)};

  return run(&ent_shared_unblock_script, connection, &blocked->names, args, 2,
             deadline, err);
}

static ent_shared_blocked *take_owed(ent_shared *shared) {
  ent_shared_blocked *item;

  pthread_mutex_lock(&lock);
  item = shared->owed;
  if (item) shared->owed = item->next;
  pthread_mutex_unlock(&lock);
  return item;
}

static void give_owed(ent_shared *shared, ent_shared_blocked *item) {
  pthread_mutex_lock(&lock);
  item->next = shared->owed;
  shared->owed = item;
  pthread_mutex_unlock(&lock);
}

/* Tells all that is owed, oldest last: they do not touch one another. */
static ent_status pay(ent_shared *shared, ent_redis_connection *connection,
                      const ent_deadline *deadline, ent_error *err) {
  ent_shared_blocked *item;

  while ((item = take_owed(shared))) {
    ent_status status = unblock(shared, connection, item, deadline, err);

    if (status) {
      give_owed(shared, item);
      return status;
    }
    ent_shared_leave(item);
  }
  return ENT_OK;
}

ent_status ent_shared_connect(ent_shared *shared, ent_redis_need need,
                              const ent_deadline *deadline,
                              ent_redis_connection **out, ent_error *err) {
  ent_redis_connection *connection = NULL;
  ent_status status =
      ent_redis_pool_acquire(shared->pool, need, deadline, &connection, err);

  if (status) return status;
  status = pay(shared, connection, deadline, err);
  if (status) {
    ent_redis_pool_release(shared->pool, connection, status);
    return ent_error_context(err, status, "%s",
                             ent_redis_pool_shown(shared->pool));
  }
  *out = connection;
  return ENT_OK;
}

ent_status ent_shared_prepare(const ent_shared *shared,
                              const ent_touched *touched,
                              const unsigned char id[ENT_SHARED_ID],
                              ent_shared_blocked **out, ent_error *err) {
  ent_shared_blocked *blocked = calloc(1, sizeof(*blocked));
  ent_status status;

  if (!blocked) return ent_fail_nomem(err);
  memcpy(blocked->id, id, ENT_SHARED_ID);
  status = ent_shared_names_of_touched(shared, touched, &blocked->arena,
                                       &blocked->names, err);
  if (status) {
    ent_shared_leave(blocked);
    return status;
  }
  *out = blocked;
  return ENT_OK;
}

ent_status ent_shared_block(ent_shared *shared,
                            const ent_shared_blocked *blocked,
                            int64_t commit_ms, const ent_deadline *deadline,
                            ent_error *err) {
  ent_redis_connection *connection = NULL;
  char ms[24];
  ent_redis_arg args[] = {{blocked->id, ENT_SHARED_ID}, {ms, 0}};
  ent_deadline own = ent_shared_deadline(shared, ENT_BLOCK_MS, deadline);
  ent_status status =
      ent_shared_connect(shared, ENT_REDIS_INSISTS, &own, &connection, err);

  if (status) return status;
  args[1].size = (size_t)snprintf(ms, sizeof(ms), "%lld", (long long)commit_ms);
  status = run(&ent_shared_block_script, connection, &blocked->names, args, 2,
               &own, err);
  ent_error_context(err, status, "%s", ent_redis_pool_shown(shared->pool));
  ent_redis_pool_release(shared->pool, connection, status);
  if (!status) ent_shared_add(shared, ENT_COUNT_BLOCKED, blocked->names.n);
  return status;
}

/* One try over a connection to whoever is master now. */
static ent_status try_unblock(ent_shared *shared,
                              const ent_shared_blocked *blocked,
                              const ent_deadline *deadline) {
  ent_redis_connection *connection = NULL;
  ent_status status = ent_shared_connect(shared, ENT_REDIS_INSISTS, deadline,
                                         &connection, NULL);

  if (status) return status;
  status = unblock(shared, connection, blocked, deadline, NULL);
  ent_redis_pool_release(shared->pool, connection, status);
  return status;
}

void ent_shared_unblock(ent_shared *shared, ent_shared_blocked *blocked) {
  ent_deadline deadline = ent_deadline_in(ENT_UNBLOCK_MS);
  ent_status status = try_unblock(shared, blocked, &deadline);

  if (status && status != ENT_NOMEM) {
    status = try_unblock(shared, blocked, &deadline);
  }
  if (!status) {
    ent_shared_leave(blocked);
    return;
  }
  ent_shared_add(shared, ENT_COUNT_OWED, 1);
  give_owed(shared, blocked);
}

/* What is owed is told while there is somebody to tell it. */
static void pay_last(ent_shared *shared) {
  ent_deadline deadline = ent_deadline_in(ENT_UNBLOCK_MS);
  ent_redis_connection *connection = NULL;

  if (!shared->owed) return;
  if (ent_shared_connect(shared, ENT_REDIS_CAN_WAIT, &deadline, &connection,
                         NULL)) {
    return;
  }
  ent_redis_pool_release(shared->pool, connection, ENT_OK);
}

void ent_shared_close(ent_shared *shared) {
  ent_shared **at = &all;
  bool is_last;

  if (!shared) return;
  pthread_mutex_lock(&lock);
  is_last = --shared->n_users == 0;
  while (is_last && *at != shared)
    at = &(*at)->next;
  if (is_last) *at = shared->next;
  pthread_mutex_unlock(&lock);
  if (!is_last) return;
  pay_last(shared);
  while (shared->owed) {
    ent_shared_blocked *next = shared->owed->next;

    ent_shared_leave(shared->owed);
    shared->owed = next;
  }
  ent_redis_pool_close(shared->pool);
  free(shared->prefix);
  free(shared->told);
  free(shared);
}
