#include "backends/mysql/migrate.h"

#include "backends/mysql/code.h"
#include "backends/mysql/lookup.h"
#include "backends/mysql/pool.h"

#include <stdio.h>
#include <string.h>

enum {
  ENT_LOCK_NAME_MAX = 64,
  ENT_UNLOCK_MS = 2000,
  ENT_RUN_SHOWN = 5, /* statements that are named when one fails */
};

typedef struct running {
  const ent_migration *migration;
  const char *database;
  ent_mysql_connection *connection;
  char lock[ENT_LOCK_NAME_MAX + 1];
} running;

/* The server has one list of locks for all its databases.  A long name is told
 * by a number made of all of it. */
static void name_lock(running *r) {
  uint32_t hash = 2166136261U;
  int size =
      snprintf(r->lock, sizeof(r->lock), "entable.migrate.%s", r->database);

  if (size >= 0 && (size_t)size < sizeof(r->lock)) return;
  for (const char *c = r->database; *c; c++)
    hash = (hash ^ (unsigned char)*c) * 16777619U;
  snprintf(r->lock, sizeof(r->lock), "entable.migrate.%08x", hash);
}

/* Runs a SELECT of one number. */
static ent_status ask_number(const running *r, const char *sql,
                             const ent_value *params, size_t n_params,
                             const ent_deadline *deadline, ent_value *number,
                             ent_error *err) {
  ent_mysql_lookup lookup = {.sql = sql,
                             .size = strlen(sql),
                             .params = params,
                             .n_params = n_params,
                             .take = ent_mysql_take_number,
                             .context = number};

  return ent_mysql_look_up(r->connection, &lookup, deadline, err);
}

static ent_status lock(const running *r, const ent_deadline *deadline,
                       ent_error *err) {
  const char *sql = "SELECT GET_LOCK(?, ?)";
  int seconds = r->migration->lock_timeout_s;
  ent_value params[] = {
      ent_value_bytes(ENT_TEXT, r->lock, strlen(r->lock)),
      ent_value_i64(seconds),
  };
  ent_value got = {.kind = ENT_NULL};
  ent_status status =
      ask_number(r, sql, params, ENT_COUNT(params), deadline, &got, err);

  if (status) return status;
  if (got.kind == ENT_NULL) {
    return ent_fail(err, ENT_REJECTED, "the server gives no lock %s", r->lock);
  }
  if (got.as.i64 == 1) return ENT_OK;
  return ent_fail(err, ENT_BUSY,
                  "another migration of it is running; it was waited for %d s",
                  seconds);
}

/* The server frees the lock with the session, too. */
static void unlock(const running *r) {
  ent_value name = ent_value_bytes(ENT_TEXT, r->lock, strlen(r->lock));
  ent_deadline soon = ent_deadline_in(ENT_UNLOCK_MS);
  ent_value freed;

  if (!ent_mysql_connection_usable(r->connection)) return;
  if (ask_number(r, "SELECT RELEASE_LOCK(?)", &name, 1, &soon, &freed, NULL)) {
    ent_mysql_connection_spoil(r->connection);
  }
}

static ent_status set_up(const running *r, const ent_deadline *deadline,
                         ent_error *err) {
  char sql[64];

  snprintf(sql, sizeof(sql), "SET SESSION lock_wait_timeout = %d",
           r->migration->table_timeout_s);
  return ent_mysql_client_exec(ent_mysql_connection_client(r->connection), sql,
                               deadline, err);
}

/* "ALTER TABLE `user`": what stands on a statement's first line. */
static int head_size(const char *sql) {
  return (int)strcspn(sql, "\n(");
}

/* Puts behind the server's words which statements were run before. */
static void tell_run(const ent_alters *alters, size_t done, ent_error *err) {
  char text[sizeof(err->text)];
  ent_error told = *err;
  size_t first = done > ENT_RUN_SHOWN ? done - ENT_RUN_SHOWN : 0;
  size_t size = 0;

  for (size_t i = first; i < done && size < sizeof(text); i++) {
    const char *sql = alters->items[i].sql;

    size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%.*s",
                             i == first ? "" : ", ", head_size(sql), sql);
  }
  ent_error_clear(err);
  if (done == 0) {
    ent_fail(err, told.status, "%s; nothing was run before it", told.text);
  } else {
    ent_fail(err, told.status, "%s; run before it%s: %s", told.text,
             first ? ", last" : "", text);
  }
  err->native = told.native;
}

static void tell_statement(const ent_alters *alters, size_t at,
                           ent_error *err) {
  const char *sql = alters->items[at].sql;

  ent_error_context(err, err->status, "statement %zu of %zu, %.*s", at + 1,
                    alters->n, head_size(sql), sql);
  tell_run(alters, at, err);
}

static ent_status fail_statement(const running *r, const ent_alters *alters,
                                 size_t at, ent_error *why,
                                 ent_migrated *migrated, ent_error *err) {
  migrated->is_unknown = !ent_mysql_connection_usable(r->connection) &&
                         ent_mysql_code_is_unknown((unsigned)why->native);
  tell_statement(alters, at, why);
  if (err && err->status == ENT_OK) *err = *why;
  return why->status;
}

static void tell_progress(const running *r, size_t done, size_t n,
                          const ent_alter *alter) {
  const ent_migration *migration = r->migration;

  if (!migration->progress) return;
  migration->progress(migration->context, done, n, alter);
}

static ent_status run_all(const running *r, const ent_alters *alters,
                          const ent_deadline *deadline, ent_migrated *migrated,
                          ent_error *err) {
  ent_mysql_client *client = ent_mysql_connection_client(r->connection);

  for (size_t i = 0; i < alters->n; i++) {
    ent_error why = {.status = ENT_OK};
    ent_status status;

    tell_progress(r, i, alters->n, &alters->items[i]);
    status =
        ent_mysql_client_exec(client, alters->items[i].sql, deadline, &why);
    if (status) return fail_statement(r, alters, i, &why, migrated, err);
    migrated->n_run = i + 1;
  }
  tell_progress(r, alters->n, alters->n, NULL);
  return ENT_OK;
}

/* Leaves those that are to be run. */
static void choose(const ent_migration *migration, ent_alters *alters) {
  size_t n = 0;

  for (size_t i = 0; i < alters->n; i++) {
    if (migration->takes[alters->items[i].class]) {
      alters->items[n++] = alters->items[i];
    }
  }
  alters->n = n;
}

static ent_status run_locked(running *r, ent_mysql_session *session,
                             const ent_shape_wanted *wanted,
                             const ent_deadline *deadline,
                             ent_migrated *migrated, ent_error *err) {
  ent_arena arena = {.blocks = NULL};
  ent_alters alters = {.n = 0};
  ent_status status =
      ent_mysql_alters(session, wanted, &arena, deadline, &alters, err);

  if (!status) {
    choose(r->migration, &alters);
    status = run_all(r, &alters, deadline, migrated, err);
  }
  ent_arena_done(&arena);
  return status;
}

ent_status ent_mysql_migrate(ent_mysql_session *session,
                             const ent_shape_wanted *wanted,
                             const ent_migration *migration,
                             const ent_deadline *deadline,
                             ent_migrated *migrated, ent_error *err) {
  running r = {.migration = migration,
               .database = ent_mysql_pool_address(session->pool)->database};
  ent_status status =
      ent_mysql_pool_acquire(session->pool, deadline, &r.connection, err);

  *migrated = (ent_migrated){.n_run = 0};
  if (status) return status;
  name_lock(&r);
  status = lock(&r, deadline, err);
  if (!status) {
    status = set_up(&r, deadline, err);
    if (!status) {
      status = run_locked(&r, session, wanted, deadline, migrated, err);
    }
    unlock(&r);
  }
  ent_mysql_connection_soil(r.connection);
  ent_mysql_pool_release(r.connection);
  return ent_error_context(err, status, "mysql: migrate %s", r.database);
}
