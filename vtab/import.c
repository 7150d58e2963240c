#include "vtab/import.h"

#include "backends/mysql/import.h"
#include "vtab/report.h"
#include "vtab/session.h"
#include "vtab/tvf.h"
#include "vtab/wanted.h"

/* The only pool there is, or "default". */
static const char *usual_pool(const ent_session *session) {
  const char *only = NULL;

  for (const ent_opened *o = session->opened; o; o = o->next) {
    for (const ent_session_pool *pool = o->pools; pool; pool = pool->next) {
      if (only) return "default";
      only = pool->name;
    }
  }
  return only ? only : "default";
}

static ent_status read_name(const ent_session *session, int argc,
                            sqlite3_value **argv, const char **name,
                            ent_error *err) {
  if (argc > 1) return ent_fail(err, ENT_CONFIG, "at most one argument");
  *name = usual_pool(session);
  if (argc == 0) return ENT_OK;
  *name = sqlite3_value_pointer(argv[0], ENT_POOL_POINTER);
  if (!*name) *name = (const char *)sqlite3_value_text(argv[0]);
  return *name ? ENT_OK
               : ent_fail(err, ENT_CONFIG,
                          "the argument must be the name of a pool");
}

static ent_status import(ent_session *session, ent_session_pool *pool,
                         ent_arena *arena, ent_imported *imported,
                         ent_error *err) {
  ent_deadline deadline = ent_session_deadline(session);

  return ent_mysql_import(&pool->mysql, pool->config, ent_wanted_refuse_name,
                          arena, &deadline, imported, err);
}

static void log_left(const ent_imported *imported) {
  for (size_t i = 0; i < imported->n_left; i++) {
    sqlite3_log(SQLITE_NOTICE, "entable: import: table %s: %s",
                imported->left[i].table, imported->left[i].reason);
  }
}

void ent_yaml_function(sqlite3_context *context, int argc,
                       sqlite3_value **argv) {
  ent_session *session = sqlite3_user_data(context);
  ent_session_pool *pool = NULL;
  ent_arena arena = {.blocks = NULL};
  ent_error err = {.status = ENT_OK};
  ent_imported imported;
  const char *name;
  ent_status status = read_name(session, argc, argv, &name, &err);

  if (!status) status = ent_session_find_pool(session, NULL, name, &pool, &err);
  if (!status) status = import(session, pool, &arena, &imported, &err);
  if (!status) {
    log_left(&imported);
    sqlite3_result_text(context, imported.text, -1, SQLITE_TRANSIENT);
  } else {
    if (pool) ent_error_context(&err, status, "pool %s", pool->name);
    ent_error_context(&err, status, "entity_yaml()");
    ent_report_function(context, ENT_PHASE_READ, &err);
  }
  ent_session_pool_unref(pool);
  ent_session_waited(session);
  ent_arena_done(&arena);
}
