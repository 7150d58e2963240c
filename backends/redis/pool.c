#include "backends/redis/pool.h"

#include "backends/base/process.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_IDLE_MAX = 16,
  ENT_IDLE_MS = 60000,
  ENT_LIFETIME_MS = 180000,
  ENT_BREAK_FIRST_MS =
      100, /* how long nobody tries, behind the first failure */
  ENT_BREAK_MAX_MS = 5000,
};

typedef struct idle_connection {
  ent_redis_connection *connection;
  int64_t since_ms;
} idle_connection;

/* All pools of the process stand in one list under one lock, which is never
 * held while a server is talked to. */
struct ent_redis_pool {
  ent_redis_pool *next;
  int n_users;
  int generation;  /* of the process that the connections are of */
  ent_arena arena; /* of the address */
  ent_redis_address address;
  const char *shown;
  int64_t break_ms;    /* how long the breaker was opened; 0: it is closed */
  int64_t next_try_ms; /* when somebody may try again */
  bool is_tried;       /* somebody has done so since it was opened */
  ent_error why;       /* it was opened */
  ent_histogram times; /* of round trips; without the lock */
  int n_idle;
  idle_connection idle[ENT_IDLE_MAX]; /* the one used last at the end */
};

static pthread_mutex_t pools_lock = PTHREAD_MUTEX_INITIALIZER;
static ent_redis_pool *pools;

static void free_pool(ent_redis_pool *pool) {
  for (int i = 0; i < pool->n_idle; i++) {
    ent_redis_connection_close(pool->idle[i].connection);
  }
  ent_arena_done(&pool->arena);
  free(pool);
}

static ent_redis_pool *new_pool(const ent_redis_address *address) {
  ent_redis_pool *pool = calloc(1, sizeof(*pool));

  if (!pool) return NULL;
  if (ent_redis_address_copy(address, &pool->arena, &pool->address)) {
    pool->shown = ent_redis_address_show(&pool->address, &pool->arena);
  }
  if (!pool->shown) {
    free_pool(pool);
    return NULL;
  }
  pool->generation = ent_process_generation();
  pool->next = pools;
  pools = pool;
  return pool;
}

ent_status ent_redis_pool_open(const ent_redis_address *address,
                               ent_redis_pool **out, ent_error *err) {
  ent_redis_pool *pool;

  pthread_mutex_lock(&pools_lock);
  for (pool = pools; pool; pool = pool->next) {
    if (ent_redis_address_equals(&pool->address, address)) break;
  }
  if (!pool) pool = new_pool(address);
  if (pool) pool->n_users++;
  pthread_mutex_unlock(&pools_lock);
  if (!pool) return ent_fail_nomem(err);
  *out = pool;
  return ENT_OK;
}

ent_redis_pool *ent_redis_pool_ref(ent_redis_pool *pool) {
  pthread_mutex_lock(&pools_lock);
  pool->n_users++;
  pthread_mutex_unlock(&pools_lock);
  return pool;
}

static void unlink_pool(const ent_redis_pool *pool) {
  ent_redis_pool **at = &pools;

  while (*at != pool)
    at = &(*at)->next;
  *at = pool->next;
}

void ent_redis_pool_close(ent_redis_pool *pool) {
  bool is_last;

  if (!pool) return;
  pthread_mutex_lock(&pools_lock);
  is_last = --pool->n_users == 0;
  if (is_last) unlink_pool(pool);
  pthread_mutex_unlock(&pools_lock);
  if (is_last) free_pool(pool);
}

const ent_redis_address *ent_redis_pool_address(const ent_redis_pool *pool) {
  return &pool->address;
}

const char *ent_redis_pool_shown(const ent_redis_pool *pool) {
  return pool->shown;
}

ent_histogram_summary ent_redis_pool_times(const ent_redis_pool *pool) {
  return ent_histogram_read(&pool->times);
}

/* In a child after fork() every connection is the parent's: closing the
 * child's end says nothing to the server. */
static void notice_fork(ent_redis_pool *pool) {
  if (pool->generation == ent_process_generation()) return;
  for (int i = 0; i < pool->n_idle; i++) {
    ent_redis_connection_close(pool->idle[i].connection);
  }
  pool->n_idle = 0;
  pool->generation = ent_process_generation();
}

/* Under the lock: whether the caller may try.  Whoever may, of those that can
 * wait, is the only one for as long as the breaker was opened. */
static bool may_try(ent_redis_pool *pool, ent_redis_need need) {
  int64_t now;

  if (!pool->break_ms || need == ENT_REDIS_INSISTS) return true;
  now = ent_now_ms();
  if (now < pool->next_try_ms) return false;
  pool->next_try_ms = now + pool->break_ms;
  pool->is_tried = true;
  return true;
}

/* The connection that was used last, if there is one; `why` where nobody may
 * try. */
static ent_status take_idle(ent_redis_pool *pool, ent_redis_need need,
                            idle_connection *taken, ent_error *err) {
  ent_status status = ENT_OK;

  *taken = (idle_connection){.connection = NULL};
  pthread_mutex_lock(&pools_lock);
  notice_fork(pool);
  if (!may_try(pool, need)) {
    status = ent_fail(err, ENT_UNAVAILABLE, "%s (not tried again yet)",
                      pool->why.text);
  } else if (pool->n_idle) {
    *taken = pool->idle[--pool->n_idle];
  }
  pthread_mutex_unlock(&pools_lock);
  return status;
}

static bool is_good(const idle_connection *idle) {
  int64_t now = ent_now_ms();

  return now - idle->since_ms < ENT_IDLE_MS &&
         now - ent_redis_connection_born_ms(idle->connection) <
             ENT_LIFETIME_MS &&
         ent_redis_client_is_idle(
             ent_redis_connection_client(idle->connection));
}

/* Opens the breaker, or for longer if it had been tried: of several requests
 * that one failure ends only the first counts. */
static void open_breaker(ent_redis_pool *pool, const ent_error *why) {
  pthread_mutex_lock(&pools_lock);
  if (!pool->break_ms || pool->is_tried) {
    pool->break_ms = pool->break_ms ? pool->break_ms * 2 : ENT_BREAK_FIRST_MS;
    if (pool->break_ms > ENT_BREAK_MAX_MS) pool->break_ms = ENT_BREAK_MAX_MS;
    pool->next_try_ms = ent_now_ms() + pool->break_ms;
    pool->is_tried = false;
    pool->why = *why;
  }
  pthread_mutex_unlock(&pools_lock);
}

/* What a server that cannot be used says; an interrupt is the caller's. */
static bool is_its_fault(ent_status status) {
  return status == ENT_UNAVAILABLE || status == ENT_TIMEOUT ||
         status == ENT_PROTOCOL || status == ENT_REJECTED;
}

static ent_status open_new(ent_redis_pool *pool, const ent_deadline *deadline,
                           ent_redis_connection **connection, ent_error *err) {
  ent_error why = {.status = ENT_OK};
  ent_status status =
      ent_redis_connection_open(&pool->address, deadline, connection, &why);

  if (!status) {
    ent_redis_connection_time(*connection, &pool->times);
    return ENT_OK;
  }
  ent_error_context(&why, status, "connect to %s", pool->shown);
  if (is_its_fault(status)) open_breaker(pool, &why);
  if (err && !err->status) *err = why;
  return status;
}

ent_status ent_redis_pool_acquire(ent_redis_pool *pool, ent_redis_need need,
                                  const ent_deadline *deadline,
                                  ent_redis_connection **connection,
                                  ent_error *err) {
  for (;;) {
    idle_connection taken;
    ent_status status = take_idle(pool, need, &taken, err);

    if (status) return status;
    if (!taken.connection) return open_new(pool, deadline, connection, err);
    if (is_good(&taken)) {
      *connection = taken.connection;
      return ENT_OK;
    }
    ent_redis_connection_close(taken.connection);
  }
}

/* Keeps a connection, unless there are enough. */
static bool keep(ent_redis_pool *pool, ent_redis_connection *connection) {
  bool is_kept = false;

  pthread_mutex_lock(&pools_lock);
  notice_fork(pool);
  pool->break_ms = 0;
  pool->is_tried = false;
  if (pool->n_idle < ENT_IDLE_MAX) {
    pool->idle[pool->n_idle++] = (idle_connection){connection, ent_now_ms()};
    is_kept = true;
  }
  pthread_mutex_unlock(&pools_lock);
  return is_kept;
}

void ent_redis_pool_release(ent_redis_pool *pool,
                            ent_redis_connection *connection,
                            ent_status status) {
  bool has_failed = status == ENT_UNAVAILABLE || status == ENT_TIMEOUT;
  ent_error why = {.status = ENT_OK};
  bool is_own;

  if (!connection) return;
  is_own = ent_redis_connection_is_own(connection);
  if (is_own && !has_failed &&
      ent_redis_client_is_quiet(ent_redis_connection_client(connection)) &&
      keep(pool, connection)) {
    return;
  }
  ent_redis_connection_close(connection);
  if (!is_own || !has_failed) return;
  ent_fail(&why, ENT_UNAVAILABLE, "%s: %s", pool->shown,
           status == ENT_TIMEOUT ? "no answer in time"
                                 : "the connection was lost");
  open_breaker(pool, &why);
}
