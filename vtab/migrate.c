#include "vtab/migrate.h"

#include "backends/mysql/alter.h"
#include "backends/mysql/migrate.h"
#include "backends/mysql/reach.h"
#include "vtab/caching.h"
#include "vtab/databases.h"
#include "vtab/joiner.h"
#include "vtab/meet.h"
#include "vtab/report.h"

#include <string.h>

enum {
  ENT_MIGRATE_LOCK_S = 10,  /* for another migration to end */
  ENT_MIGRATE_TABLE_S = 10, /* for a table that somebody has in use */
};

static ent_status classes_of(const char *word, bool takes[3], ent_error *err) {
  bool is_prune = strcmp(word, "prune") == 0;
  bool is_all = strcmp(word, "all") == 0 || is_prune;

  if (!is_all && strcmp(word, "safe") != 0) {
    return ent_fail(err, ENT_CONFIG,
                    "'%s' is none of 'safe', 'all' and 'prune'", word);
  }
  takes[ENT_ALTER_SAFE] = true;
  takes[ENT_ALTER_UNSAFE] = is_all;
  takes[ENT_ALTER_PRUNE] = is_prune;
  return ENT_OK;
}

/* Until it is known what became of the tables, no cache has rows of them. */
static ent_status block(ent_session *session, const ent_database *database,
                        ent_error *err) {
  ent_status status = ENT_OK;

  for (const ent_opened *o = session->opened; !status && o; o = o->next) {
    for (ent_session_pool *pool = o->pools; !status && pool;
         pool = pool->next) {
      if (!ent_database_has(database, pool)) continue;
      status = ent_caching_begin_all(session, pool, database->declared, err);
    }
  }
  return status;
}

/* What was read of the database's tables is no longer so. */
static void forget(ent_session *session, const ent_database *database,
                   bool is_unknown) {
  ent_mysql_reach_forget();
  for (const ent_opened *o = session->opened; o; o = o->next) {
    for (ent_session_pool *pool = o->pools; pool; pool = pool->next) {
      if (!ent_database_has(database, pool)) continue;
      ent_meet_forget(pool);
      ent_caching_end(pool, is_unknown);
    }
  }
}

/* A program that has SQLite's log sees how far a migration is. */
static void log_progress(void *context, size_t done, size_t n,
                         const ent_alter *alter) {
  (void)context;
  if (!alter) return;
  sqlite3_log(SQLITE_NOTICE, "entable: migrate: %d/%d %s", (int)done + 1,
              (int)n, alter->sql);
}

static ent_status migrate(ent_session *session, ent_arena *arena,
                          const ent_migration *migration, size_t *n,
                          ent_error *err) {
  ent_deadline deadline = ent_session_deadline(session);
  ent_databases databases;
  ent_status status = ent_databases_make(session, arena, &databases, err);

  /* Changing a large table takes its time; an interrupt ends it. */
  deadline.until_ms = INT64_MAX;
  *n = 0;
  for (size_t i = 0; !status && i < databases.n; i++) {
    ent_database *database = &databases.items[i];
    ent_migration own = *migration;
    ent_migrated migrated = {.n_run = 0};

    if (database->is_imported) own.takes[ENT_ALTER_PRUNE] = false;
    status = block(session, database, err);
    if (!status) {
      status = ent_mysql_migrate(&database->pool->mysql, &database->wanted,
                                 &own, &deadline, &migrated, err);
    }
    *n += migrated.n_run;
    forget(session, database, migrated.is_unknown);
    if (status) {
      return ent_error_context(err, status, "pool %s", database->pool->name);
    }
  }
  return status;
}

static ent_status check_idle(const ent_session *session, ent_error *err) {
  if (!ent_joiner_must_join(session)) return ENT_OK;
  return ent_fail(err, ENT_CONFIG,
                  "a migration cannot be undone, and so cannot be part of a "
                  "transaction: COMMIT or ROLLBACK first");
}

static const char *word_of(sqlite3_value *value) {
  const char *word = (const char *)sqlite3_value_text(value);

  return word ? word : "";
}

void ent_migrate_function(sqlite3_context *context, int argc,
                          sqlite3_value **argv) {
  ent_session *session = sqlite3_user_data(context);
  ent_migration migration = {.lock_timeout_s = ENT_MIGRATE_LOCK_S,
                             .table_timeout_s = ENT_MIGRATE_TABLE_S,
                             .progress = log_progress};
  ent_arena arena = {.blocks = NULL};
  ent_error err = {.status = ENT_OK};
  size_t n = 0;
  ent_status status = classes_of(word_of(argv[0]), migration.takes, &err);

  (void)argc;
  if (!status) status = check_idle(session, &err);
  if (!status) status = migrate(session, &arena, &migration, &n, &err);
  ent_session_waited(session);
  ent_arena_done(&arena);
  if (!status) {
    sqlite3_result_int64(context, (sqlite3_int64)n);
    return;
  }
  ent_error_context(&err, status, "entity_migrate()");
  ent_report_function(context, ENT_PHASE_READ, &err);
}

static ent_status create_sql(ent_session *session, const char *entity,
                             ent_arena *arena, const char **sql,
                             ent_error *err) {
  ent_deadline deadline = ent_session_deadline(session);
  ent_databases databases;
  ent_status status = ent_databases_make(session, arena, &databases, err);

  *sql = NULL;
  for (size_t i = 0; !status && !*sql && i < databases.n; i++) {
    ent_database *database = &databases.items[i];

    status = ent_mysql_create_sql(&database->pool->mysql, &database->wanted,
                                  entity, arena, &deadline, sql, err);
  }
  if (status || *sql) return status;
  return ent_fail(err, ENT_CONFIG, "no entity '%s' is declared", entity);
}

void ent_create_sql_function(sqlite3_context *context, int argc,
                             sqlite3_value **argv) {
  ent_session *session = sqlite3_user_data(context);
  ent_arena arena = {.blocks = NULL};
  ent_error err = {.status = ENT_OK};
  const char *sql;
  ent_status status = create_sql(session, word_of(argv[0]), &arena, &sql, &err);

  (void)argc;
  ent_session_waited(session);
  if (!status) {
    sqlite3_result_text(context, sql, -1, SQLITE_TRANSIENT);
  } else {
    ent_error_context(&err, status, "entity_create_sql()");
    ent_report_function(context, ENT_PHASE_READ, &err);
  }
  ent_arena_done(&arena);
}
