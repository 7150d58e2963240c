#include "vtab/tryout.h"

#include "vtab/sqlite.h"

#include <pthread.h>

/* The table with which this SQLite is tried out: of no rows. */
typedef struct probe_table {
  sqlite3_vtab base; /* must be first */
  ent_tryout *found; /* so far */
} probe_table;

static int probe_connect(sqlite3 *db, void *aux, int argc,
                         const char *const *argv, sqlite3_vtab **vtab,
                         char **message) {
  int rc = sqlite3_declare_vtab(db, "CREATE TABLE p(x)");
  probe_table *table = sqlite3_malloc64(sizeof(*table));

  (void)argc, (void)argv, (void)message;
  if (rc || !table) {
    sqlite3_free(table);
    return rc ? rc : SQLITE_NOMEM;
  }
  *table = (probe_table){.found = aux};
  *vtab = &table->base;
  return SQLITE_OK;
}

static int probe_disconnect(sqlite3_vtab *vtab) {
  sqlite3_free(vtab);
  return SQLITE_OK;
}

static int probe_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  ent_tryout *found = ((probe_table *)vtab)->found;

  for (int i = 0; i < info->nConstraint; i++) {
    if (!info->aConstraint[i].usable) continue;
    if (info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_NE) {
      found->leaks_on = true;
    } else if (sqlite3_vtab_in(info, i, -1) &&
               sqlite3_stricmp(sqlite3_vtab_collation(info, i), "BINARY") ==
                   0) {
      found->hides_or = true;
    }
  }
  return SQLITE_OK;
}

static int probe_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **cursor) {
  (void)vtab, (void)cursor;
  return SQLITE_ERROR; /* nothing is run */
}

static const sqlite3_module probe = {
    .xConnect = probe_connect,
    .xBestIndex = probe_best_index,
    .xDisconnect = probe_disconnect,
    .xOpen = probe_open,
};

static ent_tryout tried = {.leaks_on = true, .hides_or = true};
static pthread_once_t tried_once = PTHREAD_ONCE_INIT;

/* Whether a statement can be planned; the probe notes how. */
static bool plan(sqlite3 *db, const char *sql) {
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

  sqlite3_finalize(stmt);
  return rc == SQLITE_OK;
}

static void try_out(void) {
  ent_tryout found = {.leaks_on = false};
  sqlite3 *db = NULL;

  if (!sqlite3_open(":memory:", &db) &&
      !sqlite3_create_module_v2(db, "p", &probe, &found, NULL) &&
      plan(db, "SELECT 1 FROM p AS a LEFT JOIN p AS b ON a.x <> 5") &&
      plan(db, "SELECT 1 FROM p WHERE x = 'a' OR x = 'b' COLLATE NOCASE")) {
    tried = found;
  }
  sqlite3_close(db);
}

const ent_tryout *ent_tryout_get(void) {
  pthread_once(&tried_once, try_out);
  return &tried;
}
