#include "vtab/tvf_check.h"

#include "backends/mysql/query.h"
#include "backends/mysql/recover.h"
#include "backends/mysql/replica.h"
#include "backends/redis/info.h"
#include "vtab/advice.h"

#include <string.h>
#include <time.h>

enum {
  ENT_CHECK_POOL,
  ENT_CHECK_BACKEND,
  ENT_CHECK_ADDRESS,
  ENT_CHECK_STATUS,
  ENT_CHECK_VERSION,
  ENT_CHECK_LATENCY,
  ENT_CHECK_ERROR,
  ENT_CHECK_ADVICE,
  ENT_CHECK_COLUMNS,
};

/* The Redis of a pool. */
typedef struct check_redis {
  char *pool; /* its name */
  ent_redis_pool *redis;
} check_redis;

/* One row per server of a pool; each is asked when its row is. */
typedef struct check_rows {
  ent_rows base;            /* must be first */
  ent_session_pool **pools; /* n_pools, of which this holds a use each */
  size_t n_pools;
  size_t server; /* of the pool: 0, or a replica */
  size_t at;
  check_redis *redis; /* n_redis, of which this holds a use each */
  size_t n_redis;
  size_t redis_at;
  ent_error bad_start; /* shown as the first row, where it is one */
  ent_arena arena;     /* of the current row */
  ent_error error;
  ent_value values[ENT_CHECK_COLUMNS];
} check_rows;

static ent_value text_value(const char *text) {
  if (!text) return (ent_value){.kind = ENT_NULL};
  return ent_value_bytes(ENT_TEXT, text, strlen(text));
}

static double now_ms(void) {
  struct timespec now;

  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* What would help, where that can be told from the server's error. */
static const char *advice_for(const ent_error *error) {
  switch (error->native) {
  case 1044:
  case 1045:
  case 1698: return "check user and password, and the server's GRANTs";
  case 1049: return "check the name of the database";
  case 2002:
  case 2003: return "check that the server runs, and its address";
  case 2005: return "check the host's name";
  default: break;
  }
  if (error->status == ENT_UNSUPPORTED) {
    return "take 'transactions: xa' out of the configuration";
  }
  if (error->status == ENT_UNAVAILABLE && !error->native) {
    return "check that the server runs, and its address";
  }
  return error->status == ENT_TIMEOUT ? "check the network between" : NULL;
}

/* What a crash has left of transactions over several pools. */
static ent_status show_waiting(check_rows *rows, ent_mysql_session *session,
                               const ent_deadline *deadline) {
  ent_mysql_waiting_branches w;
  ent_status status =
      ent_mysql_recover_look(session, deadline, &w, &rows->error);
  const char *text;

  if (status || w.n_known + w.n_unknown == 0) return status;
  text = ent_arena_printf(
      &rows->arena,
      "branches of transactions over several pools were left prepared: %zu to "
      "be finished, %zu without a record in these pools; one is %s, %s",
      w.n_known, w.n_unknown, w.xid.gtrid, w.xid.bqual);
  if (!text) return ent_fail_nomem(&rows->error);
  rows->values[ENT_CHECK_STATUS] = text_value("waiting");
  rows->values[ENT_CHECK_ERROR] = text_value(text);
  rows->values[ENT_CHECK_ADVICE] = text_value(
      w.n_known ? "entable check, or SELECT entable_recover()"
                : "entable check with the configuration that they were made "
                  "with");
  return ENT_OK;
}

/* Connects if need be, then one round trip, which is the latency. */
static ent_status ask_server(check_rows *rows, ent_mysql_pool *pool,
                             bool has_xa, const ent_deadline *deadline) {
  ent_mysql_connection *connection;
  ent_mysql_client *client;
  double start;
  ent_status status =
      ent_mysql_pool_acquire(pool, deadline, &connection, &rows->error);

  if (status) return status;
  client = ent_mysql_connection_client(connection);
  start = now_ms();
  status = ent_mysql_client_exec(client, "DO 1", deadline, &rows->error);
  rows->values[ENT_CHECK_LATENCY] = ent_value_f64(now_ms() - start);
  rows->values[ENT_CHECK_VERSION] = text_value(
      ent_arena_strdup(&rows->arena, ent_mysql_client_version(client)));
  if (!status && has_xa) {
    status = ent_mysql_xa_try(client, deadline, &rows->error);
  }
  ent_mysql_pool_release(connection);
  return status;
}

static void show_failure(check_rows *rows) {
  rows->values[ENT_CHECK_STATUS] = text_value("failed");
  rows->values[ENT_CHECK_LATENCY] = text_value(NULL);
  rows->values[ENT_CHECK_ERROR] = text_value(rows->error.text);
  rows->values[ENT_CHECK_ADVICE] = text_value(advice_for(&rows->error));
}

static void clear_row(check_rows *rows) {
  ent_arena_reset(&rows->arena);
  ent_error_clear(&rows->error);
  for (int i = 0; i < ENT_CHECK_COLUMNS; i++) {
    rows->values[i] = (ent_value){.kind = ENT_NULL};
  }
}

/* A row can say that a server is away, not that nobody waits for it, nor that
 * there was no memory to ask. */
static ent_status failed_row(check_rows *rows, ent_error *err) {
  if (rows->error.status == ENT_NOMEM) return ent_fail_nomem(err);
  if (rows->error.status == ENT_INTERRUPTED) {
    return ent_fail(err, ENT_INTERRUPTED, "interrupted");
  }
  show_failure(rows);
  return ENT_OK;
}

/*   session  whose primary it is; NULL for a replica */
static ent_status show_server(check_rows *rows, const char *name,
                              ent_mysql_session *session, ent_mysql_pool *pool,
                              const ent_deadline *deadline, ent_error *err) {
  bool has_xa = session && session->xa;
  ent_status status;

  rows->values[ENT_CHECK_POOL] = text_value(name);
  rows->values[ENT_CHECK_BACKEND] = text_value(session ? "mysql" : "replica");
  rows->values[ENT_CHECK_ADDRESS] =
      text_value(ent_address_show(ent_mysql_pool_address(pool), &rows->arena));
  rows->values[ENT_CHECK_STATUS] = text_value("ok");
  status = ask_server(rows, pool, has_xa, deadline);
  if (!status && has_xa) status = show_waiting(rows, session, deadline);
  return status ? failed_row(rows, err) : ENT_OK;
}

/* The same of Redis.  What the server says of itself is the round trip. */
static ent_status ask_redis(check_rows *rows, ent_redis_pool *redis,
                            const ent_deadline *deadline,
                            ent_redis_info *info) {
  ent_redis_connection *connection = NULL;
  double start;
  ent_status status = ent_redis_pool_acquire(redis, ENT_REDIS_INSISTS, deadline,
                                             &connection, &rows->error);

  if (status) return status;
  start = now_ms();
  status = ent_redis_info_read(connection, deadline, info, &rows->error);
  rows->values[ENT_CHECK_LATENCY] = ent_value_f64(now_ms() - start);
  ent_redis_pool_release(redis, connection, status);
  return status;
}

static ent_status show_redis(check_rows *rows, const ent_deadline *deadline,
                             ent_error *err) {
  const check_redis *redis = &rows->redis[rows->redis_at++];
  bool is_master = ent_redis_pool_address(redis->redis)->master != NULL;
  ent_redis_info info = {.version = ""};

  rows->values[ENT_CHECK_POOL] = text_value(redis->pool);
  rows->values[ENT_CHECK_BACKEND] =
      text_value(is_master ? "sentinel" : "redis");
  rows->values[ENT_CHECK_ADDRESS] =
      text_value(ent_redis_pool_shown(redis->redis));
  rows->values[ENT_CHECK_STATUS] = text_value("ok");
  if (ask_redis(rows, redis->redis, deadline, &info)) {
    return failed_row(rows, err);
  }
  rows->values[ENT_CHECK_VERSION] =
      text_value(ent_arena_strdup(&rows->arena, info.version));
  if (info.evicts) {
    rows->values[ENT_CHECK_ADVICE] =
        text_value("set maxmemory-policy noeviction: a key that is evicted may "
                   "be one that tells of a write under way");
  }
  return ENT_OK;
}

/* Beside what is wrong: what to know of a pool that answers. */
static ent_status show_advice(check_rows *rows, const ent_session_pool *pool,
                              const ent_deadline *deadline, ent_error *err) {
  const char *text = NULL;
  ent_status status;

  if (rows->error.status || rows->values[ENT_CHECK_ADVICE].kind != ENT_NULL) {
    return ENT_OK;
  }
  status = ent_advise(pool, deadline, &rows->arena, &text, &rows->error);
  if (status) return failed_row(rows, err);
  rows->values[ENT_CHECK_ADVICE] = text_value(text);
  return ENT_OK;
}

/* The next server of the pool that is being shown: it, then its replicas. */
static ent_status show_pool(check_rows *rows, const ent_deadline *deadline,
                            ent_error *err) {
  ent_session_pool *pool = rows->pools[rows->at];
  size_t server = rows->server++;

  if (rows->server > pool->mysql.n_replicas) {
    rows->at++;
    rows->server = 0;
  }
  if (!server) {
    ent_status status = show_server(rows, pool->name, &pool->mysql,
                                    pool->mysql.pool, deadline, err);

    return status ? status : show_advice(rows, pool, deadline, err);
  }
  return show_server(rows, pool->name, NULL,
                     ent_mysql_replica_pool(&pool->mysql, server - 1), deadline,
                     err);
}

static ent_status check_next(ent_rows *base, const ent_deadline *deadline,
                             const ent_value **row, ent_error *err) {
  check_rows *rows = (check_rows *)base;

  clear_row(rows);
  *row = rows->values;
  if (rows->bad_start.status) {
    rows->error = rows->bad_start;
    ent_error_clear(&rows->bad_start);
    rows->values[ENT_CHECK_BACKEND] = text_value("configuration");
    show_failure(rows);
    rows->values[ENT_CHECK_ADVICE] = text_value("mend ENTABLE_CONFIG");
    return ENT_OK;
  }
  if (rows->at < rows->n_pools) return show_pool(rows, deadline, err);
  if (rows->redis_at < rows->n_redis) return show_redis(rows, deadline, err);
  return ENT_DONE;
}

static void check_close(ent_rows *base) {
  check_rows *rows = (check_rows *)base;

  for (size_t i = 0; i < rows->n_pools; i++) {
    ent_session_pool_unref(rows->pools[i]);
  }
  sqlite3_free(rows->pools);
  for (size_t i = 0; i < rows->n_redis; i++) {
    ent_redis_pool_close(rows->redis[i].redis);
    sqlite3_free(rows->redis[i].pool);
  }
  sqlite3_free(rows->redis);
  ent_arena_done(&rows->arena);
  sqlite3_free(rows);
}

static const ent_rows_ops check_ops = {
    .next = check_next,
    .close = check_close,
};

/* A use of every pool there is now: what is closed while the rows are read
 * stays until they are. */
static ent_status take_pools(check_rows *rows, const ent_session *session,
                             ent_error *err) {
  size_t n = 0;

  for (const ent_opened *o = session->opened; o; o = o->next) {
    for (const ent_session_pool *p = o->pools; p; p = p->next)
      n++;
  }
  rows->pools = sqlite3_malloc64((n + 1) * sizeof(ent_session_pool *));
  if (!rows->pools) return ent_fail_nomem(err);
  for (const ent_opened *o = session->opened; o; o = o->next) {
    for (ent_session_pool *p = o->pools; p; p = p->next) {
      p->n_users++;
      rows->pools[rows->n_pools++] = p;
    }
  }
  return ENT_OK;
}

/* The same of every Redis. */
static ent_status take_redis(check_rows *rows, const ent_session *session,
                             ent_error *err) {
  size_t n = 0;

  for (const ent_opened *o = session->opened; o; o = o->next) {
    for (const ent_session_redis *r = o->redis; r; r = r->next)
      n++;
  }
  rows->redis = sqlite3_malloc64((n + 1) * sizeof(check_redis));
  if (!rows->redis) return ent_fail_nomem(err);
  for (const ent_opened *o = session->opened; o; o = o->next) {
    for (const ent_session_redis *r = o->redis; r; r = r->next) {
      char *pool = sqlite3_mprintf("%s", r->name);

      if (!pool) return ent_fail_nomem(err);
      rows->redis[rows->n_redis++] =
          (check_redis){pool, ent_redis_pool_ref(r->pool)};
    }
  }
  return ENT_OK;
}

static ent_status check_open(const ent_tvf_call *call, ent_rows **out,
                             ent_error *err) {
  check_rows *rows = sqlite3_malloc64(sizeof(*rows));
  ent_status status;

  if (!rows) return ent_fail_nomem(err);
  *rows = (check_rows){.base.ops = &check_ops,
                       .bad_start = call->session->bad_start};
  status = take_pools(rows, call->session, err);
  if (!status) status = take_redis(rows, call->session, err);
  if (status) {
    check_close(&rows->base);
    return status;
  }
  *out = &rows->base;
  return ENT_OK;
}

const ent_tvf ent_tvf_check = {
    .name = "entable_check",
    .columns = "pool TEXT, backend TEXT, address TEXT, status TEXT, "
               "version TEXT, latency_ms REAL, error TEXT, advice TEXT",
    .n_columns = ENT_CHECK_COLUMNS,
    .open = check_open,
};
