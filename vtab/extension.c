#include "vtab/extension.h"

#include "vtab/cache_functions.h"
#include "vtab/caching.h"
#include "vtab/deleted.h"
#include "vtab/drop.h"
#include "vtab/entable.h"
#include "vtab/entity.h"
#include "vtab/exec.h"
#include "vtab/import.h"
#include "vtab/joiner.h"
#include "vtab/listed.h"
#include "vtab/migrate.h"
#include "vtab/open.h"
#include "vtab/recover.h"
#include "vtab/redis.h"
#include "vtab/redis_cached.h"
#include "vtab/settings.h"
#include "vtab/tvf.h"
#include "vtab/tvf_alters.h"
#include "vtab/tvf_cache.h"
#include "vtab/tvf_check.h"
#include "vtab/tvf_columns.h"
#include "vtab/tvf_explain.h"
#include "vtab/tvf_query.h"
#include "vtab/tvf_registry.h"
#include "vtab/tvf_stats.h"
#include "vtab/view.h"

SQLITE_EXTENSION_INIT1

enum { ENT_OLDEST_SQLITE = 3038005 };

/* Every table-valued function there is. */
static const ent_tvf *const tvfs[] = {
    &ent_tvf_alters,  &ent_tvf_check,    &ent_tvf_columns,
    &ent_tvf_explain, &ent_tvf_settings, &ent_tvf_mysql_query,
    &ent_tvf_list,    &ent_tvf_indexes,  &ent_tvf_references,
    &ent_tvf_stats,   &ent_tvf_enums,    &ent_tvf_redis,
    &ent_tvf_cache,
};

/* pool('log'): a pointer value, which no data can forge. */
static void pool_function(sqlite3_context *context, int argc,
                          sqlite3_value **argv) {
  const char *name = (const char *)sqlite3_value_text(argv[0]);
  char *copy;

  (void)argc;
  if (sqlite3_value_type(argv[0]) == SQLITE_NULL) {
    sqlite3_result_error(context, "pool(): a pool has a name", -1);
    return;
  }
  if (!name) {
    sqlite3_result_error_nomem(context);
    return;
  }
  copy = sqlite3_mprintf("%s", name);
  if (!copy) {
    sqlite3_result_error_nomem(context);
    return;
  }
  sqlite3_result_pointer(context, copy, ENT_POOL_POINTER, sqlite3_free);
}

/* Every scalar function; none may be called by a schema that someone else
 * wrote. */
static const struct {
  const char *name;
  int n_args;
  void (*call)(sqlite3_context *, int, sqlite3_value **);
} functions[] = {
    {"cache_clear", 0, ent_cache_clear_function},
    {"cache_get", -1, ent_cache_get_function},
    {"cache_remove", -1, ent_cache_remove_function},
    {"cache_set", -1, ent_cache_set_function},
    {"entable_open", -1, ent_open_function},
    {"entable_close", 0, ent_close_function},
    {"entable_recover", 0, ent_recover_function},
    {"entable_set", 2, ent_set_function},
    {"entity_create_sql", 1, ent_create_sql_function},
    {"entity_drop", 1, ent_drop_function},
    {"entity_truncate", 1, ent_truncate_function},
    {"entity_forget", -1, ent_forget_function},
    {"entity_yaml", -1, ent_yaml_function},
    {"force_delete", -1, ent_force_delete_function},
    {"entity_migrate", 1, ent_migrate_function},
    {"mysql_exec", -1, ent_mysql_exec_function},
    {"mysql_query", -1, ent_mysql_query_function},
    {"pool", 1, pool_function},
    {"redis", -1, ent_redis_function},
    {"redis_cached", -1, ent_redis_cached_function},
};

static int register_all(ent_session *session) {
  int rc = ent_entity_register(session);

  if (!rc) rc = ent_view_register(session);
  if (!rc) rc = ent_joiner_register(session);
  if (!rc) rc = ent_listed_register(session);
  for (size_t i = 0; !rc && i < ENT_COUNT(tvfs); i++) {
    rc = ent_tvf_register(session, tvfs[i]);
  }
  for (size_t i = 0; !rc && i < ENT_COUNT(functions); i++) {
    rc = sqlite3_create_function_v2(
        session->db, functions[i].name, functions[i].n_args,
        SQLITE_UTF8 | SQLITE_DIRECTONLY, ent_session_ref(session),
        functions[i].call, NULL, NULL, ent_session_unref);
  }
  return rc;
}

/* Whether this handle has us already: its tables and settings stay as they
 * are. */
static bool is_loaded(sqlite3 *db) {
  sqlite3_stmt *stmt = NULL;
  int rc =
      sqlite3_prepare_v2(db, "SELECT 1 FROM entable_settings", -1, &stmt, NULL);

  sqlite3_finalize(stmt);
  return rc == SQLITE_OK;
}

/* What both ways in have in common.  After the first registration nothing may
 * fail in a way that unloads this code. */
static int start(sqlite3 *db, char **message) {
  ent_session *session;
  int rc;

  if (sqlite3_libversion_number() < ENT_OLDEST_SQLITE) {
    *message = sqlite3_mprintf("entable needs SQLite 3.38.5 or later, this is "
                               "%s",
                               sqlite3_libversion());
    return SQLITE_ERROR;
  }
  if (is_loaded(db)) return SQLITE_OK;
  session = ent_session_new(db);
  if (!session) return SQLITE_NOMEM;
  rc = register_all(session);
  if (!rc) ent_open_named(session);
  ent_session_unref(session);
  return rc;
}

#ifdef SQLITE_CORE

int entable_init(sqlite3 *db) {
  char *message = NULL;
  int rc = start(db, &message);

  sqlite3_free(message);
  return rc;
}

#else

int sqlite3_entable_init(sqlite3 *db, char **message,
                         const sqlite3_api_routines *api) {
  int rc;

  SQLITE_EXTENSION_INIT2(api);
  rc = start(db, message);
  /* An error would unload code that SQLite still calls; before the first
   * registration it may be told. */
  if (rc == SQLITE_ERROR && *message) return rc;
  return SQLITE_OK_LOAD_PERMANENTLY;
}

#endif
