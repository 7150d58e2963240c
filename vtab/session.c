#include "vtab/session.h"

#include "backends/mysql/replica.h"
#include "backends/mysql/source.h"
#include "backends/mysql/xa.h"
#include "vtab/caching.h"
#include "vtab/followers.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { ENT_TIMEOUT_MS = 30000 };

ent_catalog *ent_catalog_ref(ent_catalog *catalog) {
  catalog->n_users++;
  return catalog;
}

void ent_catalog_unref(ent_catalog *catalog) {
  if (!catalog || --catalog->n_users > 0) return;
  ent_arena_done(&catalog->arena);
  sqlite3_free(catalog);
}

const ent_entity *ent_catalog_find(const ent_catalog *catalog,
                                   const char *table) {
  for (size_t i = 0; i < catalog->tables.n; i++) {
    if (strcmp(catalog->tables.entities[i]->table, table) == 0) {
      return catalog->tables.entities[i];
    }
  }
  return NULL;
}

/* Lets go of everything a closed pool does not need. */
static void close_pool(ent_session_pool *pool) {
  if (pool->is_closed) return;
  pool->is_closed = true;
  pool->config = NULL;
  ent_declaration_unref(pool->declaration);
  pool->declaration = NULL;
  ent_catalog_unref(pool->catalog);
  pool->catalog = NULL;
}

/* The source and its connections go with the last user only: scans that are
 * open still read from them. */
void ent_session_pool_unref(ent_session_pool *pool) {
  if (!pool || --pool->n_users > 0) return;
  close_pool(pool);
  if (pool->source) pool->source->ops->close(pool->source);
  if (pool->mysql.pool) ent_mysql_session_done(&pool->mysql);
  sqlite3_free(pool->name);
  sqlite3_free(pool);
}

void ent_opened_free(ent_opened *opened) {
  if (!opened) return;
  while (opened->pools) {
    ent_session_pool *next = opened->pools->next;

    close_pool(opened->pools);
    ent_session_pool_unref(opened->pools);
    opened->pools = next;
  }
  while (opened->redis) {
    ent_session_redis *next = opened->redis->next;

    ent_shared_close(opened->redis->shared);
    ent_redis_pool_close(opened->redis->pool);
    sqlite3_free(opened->redis->name);
    sqlite3_free(opened->redis);
    opened->redis = next;
  }
  for (size_t i = 0; i < opened->n_tables; i++) {
    sqlite3_free(opened->tables[i]);
    sqlite3_free(opened->statements[i]);
  }
  sqlite3_free(opened->tables);
  sqlite3_free(opened->statements);
  sqlite3_free(opened->what);
  sqlite3_free(opened->schema);
  sqlite3_free(opened->prefix);
  ent_declaration_unref(opened->declaration);
  sqlite3_free(opened);
}

ent_session *ent_session_new(sqlite3 *db) {
  ent_session *session = sqlite3_malloc64(sizeof(*session));

  if (!session) return NULL;
  *session = (ent_session){.db = db,
                           .n_users = 1,
                           .timeout_ms = ENT_TIMEOUT_MS,
                           .pushdown = true,
                           .cache = true};
  return session;
}

ent_session *ent_session_ref(ent_session *session) {
  session->n_users++;
  return session;
}

void ent_session_unref(void *pointer) {
  ent_session *session = pointer;

  if (--session->n_users > 0) return;
  while (session->opened)
    ent_session_remove(session, session->opened);
  ent_numerals_done(&session->numerals);
  ent_arena_done(&session->row);
  ent_shelf_done(&session->shelf);
  ent_local_free(session->request);
  ent_following_free(session->following);
  sqlite3_free(session);
}

/* Whether SQLite can be asked without a statement. */
static bool tells_interrupt(void) {
#if SQLITE_VERSION_NUMBER >= 3041000
  return sqlite3_libversion_number() >= 3041000;
#else
  return false;
#endif
}

static int prepare_probe(ent_session *session) {
  if (session->probe) return SQLITE_OK;
  return sqlite3_prepare_v2(session->db, "SELECT 1", -1, &session->probe, NULL);
}

/* Asked every 20 ms while waiting for a server.  Before 3.41 SQLite has no way
 * to ask, but a statement of the same handle finds out when it is prepared or
 * stepped. */
static bool is_interrupted(void *context) {
  ent_session *session = context;
  int rc;

#if SQLITE_VERSION_NUMBER >= 3041000
  if (tells_interrupt()) return sqlite3_is_interrupted(session->db) != 0;
#endif
  rc = prepare_probe(session);
  if (rc) return rc == SQLITE_INTERRUPT;
  rc = sqlite3_step(session->probe);
  sqlite3_reset(session->probe);
  return rc == SQLITE_INTERRUPT;
}

ent_status ent_session_will_wait(ent_session *session, ent_error *err) {
  if (!tells_interrupt() && prepare_probe(session) == SQLITE_NOMEM) {
    return ent_fail_nomem(err);
  }
  return ENT_OK;
}

bool ent_session_is_alone(const ent_session *session) {
  sqlite3 *db = session->db;
  int n_busy = 0;

  for (sqlite3_stmt *stmt = sqlite3_next_stmt(db, NULL); stmt && n_busy < 2;
       stmt = sqlite3_next_stmt(db, stmt)) {
    n_busy += sqlite3_stmt_busy(stmt) != 0;
  }
  return n_busy == 1;
}

ent_deadline ent_session_deadline(ent_session *session) {
  int64_t now = ent_now_ms();

  return (ent_deadline){
      .until_ms = session->timeout_ms ? now + session->timeout_ms : INT64_MAX,
      .interrupted = is_interrupted,
      .ctx = session,
      .started_ms = now,
  };
}

void ent_session_waited(ent_session *session) {
  if (!session->probe) return;
  sqlite3_finalize(session->probe);
  session->probe = NULL;
}

/* "a, b": the names of the pools there are, as many as fit. */
static void list_pools(const ent_session *session, char *names, int size) {
  sqlite3_str *list = sqlite3_str_new(NULL);
  char *text;

  for (const ent_opened *o = session->opened; o; o = o->next) {
    for (const ent_session_pool *p = o->pools; p; p = p->next) {
      sqlite3_str_appendf(list, ", %s", p->name);
    }
    for (const ent_session_redis *r = o->redis; r; r = r->next) {
      if (ent_config_has_mysql(o->config, r->name)) continue;
      sqlite3_str_appendf(list, ", %s", r->name);
    }
  }
  text = sqlite3_str_finish(list);
  sqlite3_snprintf(size, names, "%s", text ? text + 2 : "");
  sqlite3_free(text);
}

/* "nothing is opened", or the names of the pools there are. */
static ent_status no_such_pool(const ent_session *session, const char *name,
                               ent_error *err) {
  char names[256];

  list_pools(session, names, sizeof(names));
  if (session->bad_start.status) {
    return ent_fail(err, session->bad_start.status, "%s",
                    session->bad_start.text);
  }
  if (!*names) {
    return ent_fail(err, ENT_CONFIG,
                    "pool '%s': nothing is opened; SELECT entable_open(…) "
                    "first",
                    name);
  }
  return ent_fail(err, ENT_CONFIG, "there is no pool '%s'; opened are: %s",
                  name, names);
}

static const ent_session_redis *redis_of(const ent_session *session,
                                         const char *name) {
  for (const ent_opened *o = session->opened; o; o = o->next) {
    for (const ent_session_redis *r = o->redis; r; r = r->next) {
      if (strcmp(r->name, name) == 0) return r;
    }
  }
  return NULL;
}

static ent_session_pool *mysql_of(const ent_session *session, const char *what,
                                  const char *name) {
  for (const ent_opened *o = session->opened; o; o = o->next) {
    if (what && strcmp(o->what, what) != 0) continue;
    for (ent_session_pool *p = o->pools; p; p = p->next) {
      if (strcmp(p->name, name) == 0) return p;
    }
  }
  return NULL;
}

ent_status ent_session_find_pool(ent_session *session, const char *what,
                                 const char *name, ent_session_pool **out,
                                 ent_error *err) {
  ent_session_pool *pool = mysql_of(session, what, name);

  if (!pool && redis_of(session, name)) {
    return ent_fail(err, ENT_CONFIG, "pool '%s' has no MySQL server", name);
  }
  if (!pool) return no_such_pool(session, name, err);
  pool->n_users++;
  *out = pool;
  return ENT_OK;
}

static ent_status find_redis(const ent_session *session, const char *name,
                             const ent_session_redis **out, ent_error *err) {
  const ent_session_redis *redis = redis_of(session, name);

  if (!redis && mysql_of(session, NULL, name)) {
    return ent_fail(err, ENT_CONFIG,
                    "pool '%s' has no Redis; its configuration names one by "
                    "the key 'redis' or 'sentinel'",
                    name);
  }
  if (!redis) return no_such_pool(session, name, err);
  *out = redis;
  return ENT_OK;
}

ent_status ent_session_find_redis(ent_session *session, const char *name,
                                  ent_redis_pool **pool, ent_error *err) {
  const ent_session_redis *redis = NULL;
  ent_status status = find_redis(session, name, &redis, err);

  if (redis) *pool = ent_redis_pool_ref(redis->pool);
  return status;
}

ent_status ent_session_find_shared(ent_session *session, const char *name,
                                   ent_shared **shared, ent_error *err) {
  const ent_session_redis *redis = NULL;
  ent_status status = find_redis(session, name, &redis, err);

  if (redis) *shared = ent_shared_ref(redis->shared);
  return status;
}

const ent_opened *ent_session_opened_of(const ent_session *session,
                                        const ent_session_pool *pool) {
  for (const ent_opened *o = session->opened; o; o = o->next) {
    for (const ent_session_pool *p = o->pools; p; p = p->next) {
      if (p == pool) return o;
    }
  }
  return NULL;
}

/* The opened configuration that has a pool of this name; NULL if none has. */
static const ent_opened *owner_of(const ent_session *session,
                                  const char *name) {
  for (const ent_opened *o = session->opened; o; o = o->next) {
    if (ent_config_has_mysql(o->config, name) ||
        ent_config_find_redis(o->config, name)) {
      return o;
    }
  }
  return NULL;
}

static ent_status check_clash(ent_session *session, const ent_opened *opened,
                              const char *name, ent_error *err) {
  const ent_opened *owner = owner_of(session, name);

  if (!owner) return ENT_OK;
  return ent_fail(err, ENT_CONFIG,
                  "pool '%s' of %s is opened already, by %s; another name "
                  "(?pool=name in an address) helps",
                  name, opened->config->path, owner->config->path);
}

/* Whether what is read now belongs to a transaction, though nothing may have
 * been written yet. */
static bool is_in_transaction(void *context) {
  const ent_session *session = context;

  return session->transaction.n_begun > 0 ||
         !sqlite3_get_autocommit(session->db);
}

static ent_status add_replicas(ent_session *session, ent_mysql_session *mysql,
                               const ent_config_pool *config, ent_error *err) {
  ent_status status = ENT_OK;

  mysql->is_bound = is_in_transaction;
  mysql->bound_by = session;
  for (size_t i = 0; !status && i < config->n_replicas; i++) {
    ent_mysql_pool *pool;

    status = ent_mysql_pool_open(&config->replicas[i], &pool, err);
    if (!status) status = ent_mysql_replica_add(mysql, pool, err);
  }
  return status;
}

/*   xa  the pools that commit together */
static ent_status add_pool(ent_session *session, ent_opened *opened,
                           const ent_config_pool *config, ent_mysql_xa *xa,
                           ent_error *err) {
  ent_session_pool *pool = sqlite3_malloc64(sizeof(*pool));
  ent_mysql_pool *connections = NULL;
  ent_status status;

  if (!pool) return ent_fail_nomem(err);
  *pool =
      (ent_session_pool){.next = opened->pools, .n_users = 1, .config = config};
  opened->pools = pool;
  pool->declaration = ent_declaration_ref(opened->declaration);
  pool->name = sqlite3_mprintf("%s", config->name);
  if (!pool->name) return ent_fail_nomem(err);
  status = ent_mysql_pool_open(&config->address, &connections, err);
  if (status) return status;
  ent_mysql_session_init(&pool->mysql, connections);
  if (config->xa) ent_mysql_xa_add(xa, &pool->mysql, pool->name);
  if (opened->config->snapshot_max_s >= 0) {
    pool->mysql.snapshot_max_s = opened->config->snapshot_max_s;
  }
  status = add_replicas(session, &pool->mysql, config, err);
  if (status) return status;
  return ent_mysql_source_open(&pool->mysql, &pool->source, err);
}

static ent_status add_redis(ent_opened *opened, const ent_config_redis *config,
                            ent_error *err) {
  ent_session_redis *redis = sqlite3_malloc64(sizeof(*redis));
  ent_status status;

  if (!redis) return ent_fail_nomem(err);
  *redis = (ent_session_redis){.next = opened->redis,
                               .name = sqlite3_mprintf("%s", config->name)};
  opened->redis = redis;
  if (!redis->name) return ent_fail_nomem(err);
  status = ent_redis_pool_open(&config->address, &redis->pool, err);
  if (status) return status;
  return ent_shared_open(redis->pool, config->prefix, &redis->shared, err);
}

static ent_status add_pools(ent_session *session, ent_opened *opened,
                            ent_error *err) {
  const ent_config *config = opened->config;
  ent_mysql_xa *xa = ent_mysql_xa_new();
  ent_status status = xa ? ENT_OK : ent_fail_nomem(err);

  for (size_t i = config->n_pools; !status && i-- > 0;) {
    status = check_clash(session, opened, config->pools[i].name, err);
    if (!status) status = add_pool(session, opened, &config->pools[i], xa, err);
  }
  ent_mysql_xa_unref(xa);
  for (size_t i = config->n_redis; !status && i-- > 0;) {
    status = check_clash(session, opened, config->redis[i].name, err);
    if (!status) status = add_redis(opened, &config->redis[i], err);
  }
  return status;
}

char *ent_session_canonical(const char *what) {
  char *path;
  char *copy;

  if (ent_address_is_mysql(what)) return sqlite3_mprintf("%s", what);
  path = realpath(what, NULL);
  copy = sqlite3_mprintf("%s", path ? path : what);
  free(path);
  return copy;
}

static ent_status read_config(const char *what, ent_config **config,
                              ent_error *err) {
  return ent_address_is_mysql(what) ? ent_config_of_address(what, config, err)
                                    : ent_config_read(what, config, err);
}

static ent_status read_declaration(ent_opened *opened, const char *what,
                                   ent_error *err) {
  ent_status status = read_config(what, &opened->config, err);

  if (status) return status;
  opened->declaration = ent_declaration_new(opened->config);
  if (opened->declaration) return ENT_OK;
  ent_config_free(opened->config);
  return ent_fail_nomem(err);
}

void ent_session_detach(ent_session *session, const ent_opened *opened) {
  ent_opened **at = &session->opened;

  while (*at != opened)
    at = &(*at)->next;
  *at = opened->next;
}

void ent_session_attach(ent_session *session, ent_opened *opened) {
  opened->next = session->opened;
  session->opened = opened;
}

ent_status ent_session_add(ent_session *session, const char *what,
                           ent_opened **out, ent_error *err) {
  ent_opened *opened = sqlite3_malloc64(sizeof(*opened));
  ent_status status;

  if (!opened) return ent_fail_nomem(err);
  *opened = (ent_opened){.what = ent_session_canonical(what)};
  status =
      opened->what ? read_declaration(opened, what, err) : ent_fail_nomem(err);
  if (!status) status = ent_config_unfinished(opened->config, err);
  if (!status) status = add_pools(session, opened, err);
  if (!status) status = ent_caching_start(session, opened, err);
  if (status) {
    ent_opened_free(opened);
    return status;
  }
  if (opened->config->timeout_ms >= 0) {
    session->timeout_ms = opened->config->timeout_ms;
  }
  ent_session_attach(session, opened);
  *out = opened;
  return ENT_OK;
}

void ent_session_remove(ent_session *session, ent_opened *opened) {
  ent_session_forget_request(session);
  ent_session_detach(session, opened);
  ent_opened_free(opened);
}

ent_opened *ent_session_find(ent_session *session, const char *what) {
  ent_opened *opened = session->opened;

  while (opened && strcmp(opened->what, what) != 0)
    opened = opened->next;
  return opened;
}

ent_status ent_session_read_catalog(ent_session *session,
                                    ent_session_pool *pool, const char *table,
                                    bool is_wide, ent_catalog **out,
                                    ent_error *err) {
  ent_catalog *catalog = sqlite3_malloc64(sizeof(*catalog));
  ent_deadline deadline = ent_session_deadline(session);
  ent_status status;

  if (!catalog) return ent_fail_nomem(err);
  *catalog = (ent_catalog){.n_users = 1};
  status = ent_mysql_introspect(&pool->mysql, table, is_wide, &catalog->arena,
                                &deadline, &catalog->tables, err);
  ent_session_waited(session);
  if (status) {
    ent_catalog_unref(catalog);
    return status;
  }
  *out = catalog;
  return ENT_OK;
}
