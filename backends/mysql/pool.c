#include "backends/mysql/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  ENT_IDLE_MAX = 100,
  ENT_IDLE_MS = 60000,
  ENT_LIMIT_SLICE_MS = 20, /* how often a waiting caller looks up */
};

typedef struct idle_connection {
  ent_mysql_connection *connection;
  int64_t since_ms;
} idle_connection;

/* All pools of the process stand in one list under one lock, which is never
 * held while a server is talked to. */
struct ent_mysql_pool {
  ent_mysql_pool *next;
  int n_users;
  int generation;  /* of the process that the counts below are of */
  ent_arena arena; /* of the address */
  ent_address address;
  const char *shown;
  int n_open; /* connections in use and idle */
  int n_idle;
  idle_connection idle[ENT_IDLE_MAX]; /* the one used last at the end */
};

static pthread_mutex_t pools_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t pools_changed = PTHREAD_COND_INITIALIZER;
static ent_mysql_pool *pools;

static bool same_text(const char *a, const char *b) {
  return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_address(const ent_address *a, const ent_address *b) {
  return same_text(a->user, b->user) && same_text(a->password, b->password) &&
         same_text(a->host, b->host) && a->port == b->port &&
         same_text(a->socket, b->socket) &&
         same_text(a->database, b->database) &&
         a->limit_connections == b->limit_connections &&
         a->connect_timeout_ms == b->connect_timeout_ms;
}

/* False if there is no memory. */
static bool copy_text(ent_arena *arena, const char **to, const char *from) {
  *to = from ? ent_arena_strdup(arena, from) : NULL;
  return *to || !from;
}

static bool copy_address(ent_mysql_pool *pool, const ent_address *from) {
  ent_address *to = &pool->address;

  *to = *from;
  to->pool = NULL;
  if (!copy_text(&pool->arena, &to->user, from->user)) return false;
  if (!copy_text(&pool->arena, &to->password, from->password)) return false;
  if (!copy_text(&pool->arena, &to->host, from->host)) return false;
  if (!copy_text(&pool->arena, &to->socket, from->socket)) return false;
  if (!copy_text(&pool->arena, &to->database, from->database)) return false;
  pool->shown = ent_address_show(to, &pool->arena);
  return pool->shown != NULL;
}

static ent_mysql_pool *new_pool(const ent_address *address) {
  ent_mysql_pool *pool = calloc(1, sizeof(*pool));

  if (!pool) return NULL;
  if (!copy_address(pool, address)) {
    ent_arena_done(&pool->arena);
    free(pool);
    return NULL;
  }
  pool->generation = ent_mysql_generation();
  pool->next = pools;
  pools = pool;
  return pool;
}

ent_status ent_mysql_pool_open(const ent_address *address, ent_mysql_pool **out,
                               ent_error *err) {
  ent_mysql_pool *pool;

  pthread_mutex_lock(&pools_lock);
  for (pool = pools; pool; pool = pool->next) {
    if (same_address(&pool->address, address)) break;
  }
  if (!pool) pool = new_pool(address);
  if (pool) pool->n_users++;
  pthread_mutex_unlock(&pools_lock);
  if (!pool) return ent_fail_nomem(err);
  *out = pool;
  return ENT_OK;
}

static void unlink_pool(const ent_mysql_pool *pool) {
  ent_mysql_pool **at = &pools;

  while (*at != pool)
    at = &(*at)->next;
  *at = pool->next;
}

void ent_mysql_pool_close(ent_mysql_pool *pool) {
  bool is_last;

  if (!pool) return;
  pthread_mutex_lock(&pools_lock);
  is_last = --pool->n_users == 0;
  if (is_last) unlink_pool(pool);
  pthread_mutex_unlock(&pools_lock);
  if (!is_last) return;
  for (int i = 0; i < pool->n_idle; i++) {
    ent_mysql_connection_close(pool->idle[i].connection);
  }
  ent_arena_done(&pool->arena);
  free(pool);
}

const ent_address *ent_mysql_pool_address(const ent_mysql_pool *pool) {
  return &pool->address;
}

/* In a child after fork() every connection is the parent's. */
static void notice_fork(ent_mysql_pool *pool) {
  if (pool->generation == ent_mysql_generation()) return;
  for (int i = 0; i < pool->n_idle; i++) {
    ent_mysql_connection_close(pool->idle[i].connection);
  }
  pool->n_idle = 0;
  pool->n_open = 0;
  pool->generation = ent_mysql_generation();
}

/* Under the lock: an idle connection, or room for a new one, or neither. */
static bool take(ent_mysql_pool *pool, idle_connection *taken) {
  int limit = pool->address.limit_connections;

  notice_fork(pool);
  *taken = (idle_connection){.connection = NULL};
  if (pool->n_idle > 0) {
    *taken = pool->idle[--pool->n_idle];
    return true;
  }
  if (limit > 0 && pool->n_open >= limit) return false;
  pool->n_open++;
  return true;
}

/* Waits, with the lock held, until something was released or a slice passed. */
static void wait_slice(void) {
  struct timespec until;

  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += ENT_LIMIT_SLICE_MS * 1000000L;
  if (until.tv_nsec >= 1000000000L) {
    until.tv_nsec -= 1000000000L;
    until.tv_sec++;
  }
  pthread_cond_timedwait(&pools_changed, &pools_lock, &until);
}

static ent_status still_wanted(const ent_mysql_pool *pool,
                               const ent_deadline *deadline, ent_error *err) {
  if (deadline->interrupted && deadline->interrupted(deadline->ctx)) {
    return ent_fail(err, ENT_INTERRUPTED, "interrupted");
  }
  if (ent_now_ms() >= deadline->until_ms) {
    return ent_fail(err, ENT_TIMEOUT, "all %d connections are in use",
                    pool->address.limit_connections);
  }
  return ENT_OK;
}

static ent_status take_place(ent_mysql_pool *pool, const ent_deadline *deadline,
                             idle_connection *taken, ent_error *err) {
  ent_status status = ENT_OK;

  pthread_mutex_lock(&pools_lock);
  while (!status && !take(pool, taken)) {
    wait_slice();
    pthread_mutex_unlock(&pools_lock);
    status = still_wanted(pool, deadline, err);
    pthread_mutex_lock(&pools_lock);
  }
  pthread_mutex_unlock(&pools_lock);
  return status;
}

static void give_place_back(ent_mysql_pool *pool) {
  pthread_mutex_lock(&pools_lock);
  pool->n_open--;
  pthread_cond_broadcast(&pools_changed);
  pthread_mutex_unlock(&pools_lock);
}

ent_status ent_mysql_pool_acquire(ent_mysql_pool *pool,
                                  const ent_deadline *deadline,
                                  ent_mysql_connection **connection,
                                  ent_error *err) {
  idle_connection taken;
  ent_status status = take_place(pool, deadline, &taken, err);

  if (status) return ent_error_context(err, "connect to %s", pool->shown);
  if (taken.connection && ent_now_ms() - taken.since_ms < ENT_IDLE_MS &&
      ent_mysql_connection_idle(taken.connection)) {
    *connection = taken.connection;
    return ENT_OK;
  }
  ent_mysql_connection_close(taken.connection);
  status = ent_mysql_connection_open(&pool->address, deadline, connection, err);
  if (status) {
    give_place_back(pool);
    return ent_error_context(err, "connect to %s", pool->shown);
  }
  return ENT_OK;
}

void ent_mysql_pool_release(ent_mysql_pool *pool,
                            ent_mysql_connection *connection) {
  bool is_kept = false;

  if (!connection) return;
  if (!ent_mysql_connection_ours(connection)) {
    ent_mysql_connection_close(connection);
    return;
  }
  if (ent_mysql_connection_idle(connection)) {
    pthread_mutex_lock(&pools_lock);
    if (pool->n_idle < ENT_IDLE_MAX) {
      pool->idle[pool->n_idle++] = (idle_connection){connection, ent_now_ms()};
      is_kept = true;
      pthread_cond_broadcast(&pools_changed);
    }
    pthread_mutex_unlock(&pools_lock);
  }
  if (is_kept) return;
  ent_mysql_connection_close(connection);
  give_place_back(pool);
}
