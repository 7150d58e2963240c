#include "vtab/texts.h"

#include "vtab/tokens.h"

#include <string.h>

static const ent_wording everything = {.joins_outer = true,
                                       .joins_right = true,
                                       .has_or = true,
                                       .collates = true,
                                       .collates_within = true,
                                       .collates_apart = true,
                                       .has_row_in = true,
                                       .collates_row_in = true,
                                       .names_rowid = true};

/* The next statement that runs now; NULL behind the last one. */
static sqlite3_stmt *next_running(sqlite3 *db, sqlite3_stmt *stmt) {
  do
    stmt = sqlite3_next_stmt(db, stmt);
  while (stmt && !sqlite3_stmt_busy(stmt));
  return stmt;
}

void ent_texts_own(sqlite3 *db, ent_wording *wording) {
  for (sqlite3_stmt *stmt = next_running(db, NULL); stmt;
       stmt = next_running(db, stmt)) {
    const char *sql = sqlite3_sql(stmt);

    if (sql) {
      ent_wording_read(wording, sql);
    } else {
      *wording = everything;
    }
  }
}

bool ent_texts_may_collate(sqlite3 *db) {
  for (sqlite3_stmt *stmt = next_running(db, NULL); stmt;
       stmt = next_running(db, stmt)) {
    const char *sql = sqlite3_sql(stmt);

    if (!sql || ent_wording_may_collate(sql)) return true;
  }
  return false;
}

/* Something of a schema: its type, the name it goes by and its text.  False
 * ends the reading. */
typedef bool (*take_object)(void *context, const char *type, const char *name,
                            const char *sql);

/* False where a schema could not be read to its end. */
static bool read_schema(sqlite3 *db, const char *schema, take_object take,
                        void *context) {
  char *sql = sqlite3_mprintf("SELECT type, tbl_name, sql FROM "
                              "\"%w\".sqlite_schema WHERE type IN "
                              "('table', 'view', 'trigger') AND sql NOT NULL",
                              schema);
  sqlite3_stmt *stmt = NULL;
  bool goes_on = sql && !sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

  while (goes_on && sqlite3_step(stmt) == SQLITE_ROW) {
    const char *type = (const char *)sqlite3_column_text(stmt, 0);
    const char *name = (const char *)sqlite3_column_text(stmt, 1);
    const char *text = (const char *)sqlite3_column_text(stmt, 2);

    goes_on = type && name && text && take(context, type, name, text);
  }
  if (sqlite3_finalize(stmt)) goes_on = false;
  sqlite3_free(sql);
  return goes_on;
}

static bool read_schemas(sqlite3 *db, take_object take, void *context) {
  sqlite3_stmt *stmt = NULL;
  bool goes_on = !sqlite3_prepare_v2(
      db, "SELECT name FROM pragma_database_list", -1, &stmt, NULL);

  while (goes_on && sqlite3_step(stmt) == SQLITE_ROW) {
    const char *schema = (const char *)sqlite3_column_text(stmt, 0);

    goes_on = schema && read_schema(db, schema, take, context);
  }
  if (sqlite3_finalize(stmt)) goes_on = false;
  return goes_on;
}

/* Of a table it is enough to know that a column may have a collation. */
static bool is_table(const char *type) {
  return strcmp(type, "table") == 0;
}

static void read_object(ent_wording *wording, const char *type,
                        const char *sql) {
  if (is_table(type)) {
    ent_wording_read_table(wording, sql);
  } else {
    ent_wording_read(wording, sql);
  }
}

static bool read_any(void *context, const char *type, const char *name,
                     const char *sql) {
  (void)name;
  read_object(context, type, sql);
  return true;
}

void ent_texts_schemas(sqlite3 *db, ent_wording *wording) {
  if (!read_schemas(db, read_any, wording)) *wording = everything;
}

/* The texts that belong together, each a copy. */
typedef struct gathering {
  ent_wording *wording;
  char **texts;
  size_t n;
} gathering;

/* False if there is no memory. */
static bool gather(gathering *g, const char *sql) {
  char **texts = sqlite3_realloc64(g->texts, (g->n + 1) * sizeof(*texts));

  if (!texts) return false;
  g->texts = texts;
  texts[g->n] = sqlite3_mprintf("%s", sql);
  if (!texts[g->n]) return false;
  g->n++;
  return true;
}

static bool names(const char *sql, const char *name) {
  ent_token token;

  for (sql = ent_token_read(sql, &token); token.kind != ENT_TOKEN_END;
       sql = ent_token_read(sql, &token)) {
    if (ent_token_names(&token, name)) return true;
  }
  return false;
}

static bool is_named(const gathering *g, const char *name) {
  for (size_t i = 0; i < g->n; i++) {
    if (names(g->texts[i], name)) return true;
  }
  return false;
}

static bool is_gathered(const gathering *g, const char *sql) {
  for (size_t i = 0; i < g->n; i++) {
    if (strcmp(g->texts[i], sql) == 0) return true;
  }
  return false;
}

static bool gather_named(void *context, const char *type, const char *name,
                         const char *sql) {
  gathering *g = context;

  if (is_table(type)) {
    ent_wording wording = {.collates = false};

    ent_wording_read_table(&wording, sql);
    if (wording.collates && is_named(g, name)) g->wording->collates = true;
    return true;
  }
  if (is_gathered(g, sql) || !is_named(g, name)) return true;
  ent_wording_read(g->wording, sql);
  return gather(g, sql);
}

static bool gather_running(sqlite3 *db, gathering *g) {
  for (sqlite3_stmt *stmt = next_running(db, NULL); stmt;
       stmt = next_running(db, stmt)) {
    const char *sql = sqlite3_sql(stmt);

    if (!sql || !gather(g, sql)) return false;
  }
  return true;
}

/* Adds what the texts gathered so far name, and what that names. */
static void gather_rest(sqlite3 *db, gathering *g, bool is_read) {
  size_t before;

  for (size_t i = 0; i < g->n; i++)
    ent_wording_read(g->wording, g->texts[i]);
  do {
    before = g->n;
    is_read = is_read && read_schemas(db, gather_named, g);
  } while (is_read && g->n > before);
  if (!is_read) *g->wording = everything;
}

static void forget(gathering *g) {
  for (size_t i = 0; i < g->n; i++)
    sqlite3_free(g->texts[i]);
  sqlite3_free(g->texts);
}

void ent_texts_all(sqlite3 *db, ent_wording *wording) {
  gathering g = {.wording = wording};

  gather_rest(db, &g, gather_running(db, &g));
  forget(&g);
}

void ent_texts_of(sqlite3 *db, const char *sql, ent_wording *wording) {
  gathering g = {.wording = wording};

  gather_rest(db, &g, gather(&g, sql));
  forget(&g);
}

/* Whether a statement may read a table, itself or through a view or trigger. */
static bool may_read(sqlite3 *db, sqlite3_stmt *stmt, const char *table) {
  ent_wording wording = {.collates = false};
  gathering g = {.wording = &wording};
  const char *sql = sqlite3_sql(stmt);
  bool is_read = sql && gather(&g, sql);
  bool may;

  gather_rest(db, &g, is_read);
  may = !is_read || is_named(&g, table);
  forget(&g);
  return may;
}

bool ent_texts_are_fresh(sqlite3 *db, const char *table) {
  for (sqlite3_stmt *stmt = next_running(db, NULL); stmt;
       stmt = next_running(db, stmt)) {
    bool has_run = sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_VM_STEP, 0) > 0;

    if (has_run && may_read(db, stmt, table)) return false;
  }
  return true;
}

bool ent_texts_is_built_in(sqlite3 *db, const char *function) {
  sqlite3_stmt *stmt = NULL;
  bool is = false;

  if (!sqlite3_prepare_v2(db,
                          "SELECT min(builtin) FROM pragma_function_list"
                          " WHERE name = ?1 AND narg BETWEEN 2 AND 3",
                          -1, &stmt, NULL)) {
    sqlite3_bind_text(stmt, 1, function, -1, SQLITE_STATIC);
    is = sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int(stmt, 0) == 1;
  }
  sqlite3_finalize(stmt);
  return is;
}
