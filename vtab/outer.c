#include "vtab/outer.h"

#include <ctype.h>
#include <pthread.h>
#include <string.h>

bool ent_outer_concerns(ent_op op) {
  return op == ENT_OP_NE || op == ENT_OP_IS_NOT || op == ENT_OP_NOT_NULL ||
         op == ENT_OP_LIKE || op == ENT_OP_GLOB;
}

/* The table with which this SQLite is tried out: of no rows.  Its user data is
 * told whether a term on the column `x` was offered for the left table. */
static int probe_connect(sqlite3 *db, void *aux, int argc,
                         const char *const *argv, sqlite3_vtab **vtab,
                         char **message) {
  int rc = sqlite3_declare_vtab(db, "CREATE TABLE p(x)");

  (void)aux, (void)argc, (void)argv, (void)message;
  if (rc) return rc;
  *vtab = sqlite3_malloc(sizeof(**vtab) + sizeof(void *));
  if (!*vtab) return SQLITE_NOMEM;
  memset(*vtab, 0, sizeof(**vtab));
  memcpy(*vtab + 1, &aux, sizeof(aux));
  return SQLITE_OK;
}

static int probe_disconnect(sqlite3_vtab *vtab) {
  sqlite3_free(vtab);
  return SQLITE_OK;
}

static int probe_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  bool *leaks;

  memcpy(&leaks, vtab + 1, sizeof(leaks));
  for (int i = 0; i < info->nConstraint; i++) {
    if (info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_NE &&
        info->aConstraint[i].usable) {
      *leaks = true;
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

static bool leaks_terms; /* of ON clauses, in this SQLite */
static pthread_once_t tried_once = PTHREAD_ONCE_INIT;

static void try_out(void) {
  sqlite3 *db = NULL;
  sqlite3_stmt *stmt = NULL;
  bool leaks = false;

  /* What cannot be tried is taken for affected. */
  leaks_terms = true;
  if (!sqlite3_open(":memory:", &db) &&
      !sqlite3_create_module_v2(db, "p", &probe, &leaks, NULL) &&
      !sqlite3_prepare_v2(db,
                          "SELECT 1 FROM p AS a LEFT JOIN p AS b ON a.x <> 5",
                          -1, &stmt, NULL)) {
    leaks_terms = leaks;
  }
  sqlite3_finalize(stmt);
  sqlite3_close(db);
}

static bool is_word_char(char c) {
  return isalnum((unsigned char)c) || c == '_' || (c & 0x80);
}

/* Whether a text holds a word that an outer join cannot do without.  One in
 * quotes or a comment counts, too. */
static bool names_outer_join(const char *sql) {
  static const char *const words[] = {"left", "right", "full", "outer"};

  while (*sql) {
    size_t n = 0;

    while (is_word_char(sql[n]))
      n++;
    for (size_t i = 0; n && i < ENT_COUNT(words); i++) {
      if (strlen(words[i]) == n && sqlite3_strnicmp(sql, words[i], (int)n) == 0)
        return true;
    }
    sql += n ? n : 1;
  }
  return false;
}

/* Whether a view or a trigger of a schema, which may stand behind any name,
 * holds one. */
static bool schema_may(sqlite3 *db, const char *schema) {
  char *sql = sqlite3_mprintf("SELECT sql FROM \"%w\".sqlite_schema"
                              " WHERE type IN ('view', 'trigger')",
                              schema);
  sqlite3_stmt *stmt = NULL;
  bool may = !sql || sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

  while (!may && sqlite3_step(stmt) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(stmt, 0);

    may = !text || names_outer_join(text);
  }
  if (sqlite3_finalize(stmt)) may = true;
  sqlite3_free(sql);
  return may;
}

static bool schemas_may(sqlite3 *db) {
  sqlite3_stmt *stmt = NULL;
  bool may = sqlite3_prepare_v2(db, "SELECT name FROM pragma_database_list", -1,
                                &stmt, NULL) != SQLITE_OK;

  while (!may && sqlite3_step(stmt) == SQLITE_ROW) {
    const char *schema = (const char *)sqlite3_column_text(stmt, 0);

    may = !schema || schema_may(db, schema);
  }
  if (sqlite3_finalize(stmt)) may = true;
  return may;
}

bool ent_outer_is_possible(sqlite3 *db) {
  pthread_once(&tried_once, try_out);
  if (!leaks_terms) return false;
  for (sqlite3_stmt *stmt = sqlite3_next_stmt(db, NULL); stmt;
       stmt = sqlite3_next_stmt(db, stmt)) {
    const char *sql;

    if (!sqlite3_stmt_busy(stmt)) continue;
    sql = sqlite3_sql(stmt);
    if (!sql || names_outer_join(sql)) return true;
  }
  return schemas_may(db);
}
