#include "backends/mysql/pool.h"

#include "backends/base/process.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  ENT_IDLE_MAX = 100,
  ENT_LIMIT = 100,          /* connections, unless the address says otherwise */
  ENT_IDLE_MS = 60000,      /* the same */
  ENT_LIFETIME_MS = 180000, /* the same */
  ENT_LIMIT_SLICE_MS = 20,  /* how often a waiting caller looks up */
};

typedef struct idle_connection {
  ent_mysql_connection *connection;
  int64_t since_ms;
  bool tracks; /* the pool's, as it was taken */
} idle_connection;

/* All pools of the process stand in one list under one lock, which is never
 * held while a server is talked to. */
struct ent_mysql_pool {
  ent_mysql_pool *next;
  int n_users;
  bool tracks;
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

/* Everything that decides what a connection is, or how many there are. */
static bool same_address(const ent_address *a, const ent_address *b) {
  return same_text(a->user, b->user) && same_text(a->password, b->password) &&
         same_text(a->host, b->host) && a->port == b->port &&
         same_text(a->socket, b->socket) &&
         same_text(a->database, b->database) &&
         same_text(a->tls_ca, b->tls_ca) &&
         same_text(a->tls_cert, b->tls_cert) &&
         same_text(a->tls_key, b->tls_key) && a->tls == b->tls &&
         a->limit_connections == b->limit_connections &&
         a->connect_timeout_ms == b->connect_timeout_ms &&
         a->read_timeout_ms == b->read_timeout_ms &&
         a->write_timeout_ms == b->write_timeout_ms &&
         a->idle_timeout_ms == b->idle_timeout_ms &&
         a->max_lifetime_ms == b->max_lifetime_ms;
}

/* False if there is no memory. */
static bool copy_address(ent_mysql_pool *pool, const ent_address *from) {
  ent_address *to = &pool->address;
  const char **const texts[] = {&to->user,     &to->password, &to->host,
                                &to->socket,   &to->database, &to->tls_ca,
                                &to->tls_cert, &to->tls_key};

  *to = *from;
  to->pool = to->option_file = to->option_group = NULL;
  for (size_t i = 0; i < ENT_COUNT(texts); i++) {
    if (!*texts[i]) continue;
    *texts[i] = ent_arena_strdup(&pool->arena, *texts[i]);
    if (!*texts[i]) return false;
  }
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
  pool->generation = ent_process_generation();
  pool->next = pools;
  pools = pool;
  return pool;
}

static ent_address with_defaults(const ent_address *address) {
  ent_address settled = *address;

  if (!settled.limit_connections) settled.limit_connections = ENT_LIMIT;
  if (!settled.idle_timeout_ms) settled.idle_timeout_ms = ENT_IDLE_MS;
  if (!settled.max_lifetime_ms) settled.max_lifetime_ms = ENT_LIFETIME_MS;
  return settled;
}

ent_status ent_mysql_pool_open(const ent_address *address, ent_mysql_pool **out,
                               ent_error *err) {
  ent_address settled = with_defaults(address);
  ent_mysql_pool *pool;

  pthread_mutex_lock(&pools_lock);
  for (pool = pools; pool; pool = pool->next) {
    if (same_address(&pool->address, &settled)) break;
  }
  if (!pool) pool = new_pool(&settled);
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

void ent_mysql_pool_track(ent_mysql_pool *pool) {
  pthread_mutex_lock(&pools_lock);
  pool->tracks = true;
  pthread_mutex_unlock(&pools_lock);
}

const ent_address *ent_mysql_pool_address(const ent_mysql_pool *pool) {
  return &pool->address;
}

/* In a child after fork() every connection is the parent's. */
static void notice_fork(ent_mysql_pool *pool) {
  if (pool->generation == ent_process_generation()) return;
  for (int i = 0; i < pool->n_idle; i++) {
    ent_mysql_connection_close(pool->idle[i].connection);
  }
  pool->n_idle = 0;
  pool->n_open = 0;
  pool->generation = ent_process_generation();
}

static idle_connection take_idle(ent_mysql_pool *pool, int at) {
  idle_connection taken = pool->idle[at];

  taken.tracks = pool->tracks;
  pool->n_idle--;
  memmove(&pool->idle[at], &pool->idle[at + 1],
          (size_t)(pool->n_idle - at) * sizeof(taken));
  return taken;
}

/* Under the lock: the connection that the caller had last, or the one that was
 * used last of all, or room for a new one; false for neither. */
static bool take(ent_mysql_pool *pool, const ent_mysql_connection *preferred,
                 idle_connection *taken) {
  notice_fork(pool);
  *taken = (idle_connection){.connection = NULL};
  for (int i = pool->n_idle - 1; preferred && i >= 0; i--) {
    if (pool->idle[i].connection != preferred) continue;
    *taken = take_idle(pool, i);
    return true;
  }
  if (pool->n_idle > 0) {
    *taken = take_idle(pool, pool->n_idle - 1);
    return true;
  }
  taken->tracks = pool->tracks;
  if (pool->n_open >= pool->address.limit_connections) return false;
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

static ent_status take_place(ent_mysql_pool *pool,
                             const ent_mysql_connection *preferred,
                             const ent_deadline *deadline,
                             idle_connection *taken, ent_error *err) {
  ent_status status = ENT_OK;

  pthread_mutex_lock(&pools_lock);
  while (!status && !take(pool, preferred, taken)) {
    wait_slice();
    pthread_mutex_unlock(&pools_lock);
    status = still_wanted(pool, deadline, err);
    pthread_mutex_lock(&pools_lock);
  }
  pthread_mutex_unlock(&pools_lock);
  return status;
}

/* The same without waiting. */
static ent_status take_free_place(ent_mysql_pool *pool, idle_connection *taken,
                                  ent_error *err) {
  bool is_free;

  pthread_mutex_lock(&pools_lock);
  is_free = take(pool, NULL, taken);
  pthread_mutex_unlock(&pools_lock);
  if (is_free) return ENT_OK;
  return ent_fail(err, ENT_BUSY, "all %d connections are in use",
                  pool->address.limit_connections);
}

static void give_place_back(ent_mysql_pool *pool) {
  pthread_mutex_lock(&pools_lock);
  pool->n_open--;
  pthread_cond_broadcast(&pools_changed);
  pthread_mutex_unlock(&pools_lock);
}

static bool is_expired(const ent_mysql_pool *pool, const idle_connection *idle,
                       int64_t now) {
  return now - idle->since_ms >= pool->address.idle_timeout_ms ||
         now - ent_mysql_connection_born_ms(idle->connection) >=
             pool->address.max_lifetime_ms;
}

/* Whether a connection that was idle can be used.  One that the caller has just
 * had is not looked at: where it was lost, that is seen by using it. */
static bool is_good(const ent_mysql_pool *pool, const idle_connection *idle,
                    bool is_preferred) {
  return !is_expired(pool, idle, ent_now_ms()) &&
         (is_preferred || ent_mysql_connection_idle(idle->connection));
}

/* Makes a connection of a place that was taken; `is_preferred`: of the one that
 * the caller has had last. */
static ent_status fill_place(ent_mysql_pool *pool, const idle_connection *taken,
                             bool is_preferred, const ent_deadline *deadline,
                             ent_mysql_connection **connection,
                             ent_error *err) {
  ent_mysql_connection *idle = taken->connection;
  ent_status status;

  if (idle && is_good(pool, taken, is_preferred) &&
      !ent_mysql_connection_renew(idle, taken->tracks, deadline)) {
    *connection = idle;
    return ENT_OK;
  }
  ent_mysql_connection_close(idle);
  status =
      ent_mysql_connection_open(pool, &pool->address, deadline, &idle, err);
  if (!status && !ent_mysql_connection_renew(idle, taken->tracks, deadline)) {
    *connection = idle;
    return ENT_OK;
  }
  if (!status) {
    ent_mysql_connection_close(idle);
    status = ent_fail(err, ENT_UNAVAILABLE, "the connection was lost");
  }
  give_place_back(pool);
  return ent_error_context(err, status, "connect to %s", pool->shown);
}

static ent_status acquire(ent_mysql_pool *pool,
                          const ent_mysql_connection *preferred,
                          const ent_deadline *deadline,
                          ent_mysql_connection **connection, ent_error *err) {
  idle_connection taken;
  ent_status status = take_place(pool, preferred, deadline, &taken, err);

  if (status) {
    return ent_error_context(err, status, "connect to %s", pool->shown);
  }
  return fill_place(pool, &taken,
                    taken.connection && taken.connection == preferred, deadline,
                    connection, err);
}

ent_status ent_mysql_pool_acquire(ent_mysql_pool *pool,
                                  const ent_deadline *deadline,
                                  ent_mysql_connection **connection,
                                  ent_error *err) {
  return acquire(pool, NULL, deadline, connection, err);
}

ent_status ent_mysql_pool_acquire_again(ent_mysql_pool *pool,
                                        const ent_mysql_connection *preferred,
                                        const ent_deadline *deadline,
                                        ent_mysql_connection **connection,
                                        ent_error *err) {
  return acquire(pool, preferred, deadline, connection, err);
}

ent_status ent_mysql_pool_acquire_free(ent_mysql_pool *pool,
                                       const ent_deadline *deadline,
                                       ent_mysql_connection **connection,
                                       ent_error *err) {
  idle_connection taken;
  ent_status status = take_free_place(pool, &taken, err);

  return status ? status
                : fill_place(pool, &taken, false, deadline, connection, err);
}

/* Keeps a connection; whom it took the place of, or who has been idle for too
 * long, is to be closed. */
static ent_mysql_connection *keep(ent_mysql_pool *pool,
                                  ent_mysql_connection *connection) {
  int64_t now = ent_now_ms();
  ent_mysql_connection *expired = NULL;

  pthread_mutex_lock(&pools_lock);
  if (pool->n_idle == ENT_IDLE_MAX ||
      (pool->n_idle > 0 && is_expired(pool, &pool->idle[0], now))) {
    expired = take_idle(pool, 0).connection;
  }
  pool->idle[pool->n_idle++] =
      (idle_connection){.connection = connection, .since_ms = now};
  pthread_cond_broadcast(&pools_changed);
  pthread_mutex_unlock(&pools_lock);
  return expired;
}

void ent_mysql_pool_release(ent_mysql_connection *connection) {
  ent_mysql_pool *pool;

  if (!connection) return;
  if (!ent_mysql_connection_ours(connection)) {
    ent_mysql_connection_close(connection);
    return;
  }
  pool = ent_mysql_connection_pool(connection);
  if (ent_mysql_connection_clean(connection)) {
    connection = keep(pool, connection);
    if (!connection) return;
  }
  ent_mysql_connection_close(connection);
  give_place_back(pool);
}
