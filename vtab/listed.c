#include "vtab/listed.h"

#include "vtab/caching.h"
#include "vtab/meet.h"
#include "vtab/report.h"
#include "vtab/tables.h"
#include "vtab/using.h"

#include <string.h>

static const char module_name[] = "entity_query";

char *ent_listed_using(const char *of, const char *query, const char *config) {
  return config ? sqlite3_mprintf("USING entity_query(of=%Q, query=%s, "
                                  "config=%Q)",
                                  of, query, config)
                : sqlite3_mprintf("USING entity_query(of=%Q, query=%s)", of,
                                  query);
}

static int listed_disconnect(sqlite3_vtab *vtab) {
  ent_listed *listed = (ent_listed *)vtab;

  sqlite3_finalize(listed->keys);
  sqlite3_finalize(listed->rows);
  ent_declaration_unref(listed->origin);
  ent_listed_query_done(&listed->query);
  sqlite3_free(listed->schema);
  sqlite3_free(listed->name);
  sqlite3_free(listed->of);
  sqlite3_free(listed->of_query);
  sqlite3_free(listed);
  return SQLITE_OK;
}

static ent_status read_options(ent_listed *listed, int argc,
                               const char *const *argv, ent_error *err) {
  char *config = NULL; /* is the entity's affair */
  const ent_using_slot slots[] = {
      {"of", &listed->of}, {"query", &listed->of_query}, {"config", &config}};
  ent_status status = ENT_OK;

  for (int i = ENT_USING_FIRST; !status && i < argc; i++) {
    status = ent_using_option(argv[i], slots, ENT_COUNT(slots),
                              "there are of, query and config", err);
  }
  sqlite3_free(config);
  if (status) return status;
  if (listed->of && listed->of_query) return ENT_OK;
  return ent_fail(err, ENT_CONFIG,
                  "it is made by what declares the query: of= and query= are "
                  "wanted");
}

/* The entity's table, connected. */
static ent_status find_table(const ent_listed *listed, ent_table **table,
                             ent_error *err) {
  ent_session *session = listed->session;
  ent_status status = ENT_OK;

  *table = ent_table_get(session, listed->schema, listed->of);
  if (!*table) {
    status = ent_table_connect(session, listed->schema, listed->of, err);
    *table = ent_table_get(session, listed->schema, listed->of);
  }
  if (status || (*table && (*table)->declared)) return status;
  return ent_fail(err, ENT_CONFIG, "%s.%s is no entity that is declared",
                  listed->schema, listed->of);
}

static ent_status find_query(ent_listed *listed, const ent_table *table,
                             ent_error *err) {
  const ent_declared_entity *entity = table->declared;

  for (size_t i = 0; i < entity->n_queries; i++) {
    if (strcmp(entity->queries[i].name, listed->of_query) == 0) {
      ent_declaration_unref(listed->origin);
      listed->origin = ent_declaration_ref(table->origin);
      listed->declared = &entity->queries[i];
      return ENT_OK;
    }
  }
  return ent_fail(err, ENT_CONFIG, "entity %s has no query '%s'", entity->name,
                  listed->of_query);
}

/* The columns of the entity, and the arguments. */
static char *declaration(const ent_listed *listed, const ent_entity *entity) {
  sqlite3_str *sql = sqlite3_str_new(NULL);

  sqlite3_str_appendall(sql, "CREATE TABLE x(");
  for (uint16_t i = 0; i < entity->n_columns; i++) {
    const ent_column *column = &entity->columns[i];

    sqlite3_str_appendf(sql, "%s\"%w\" %s%s", i ? ", " : "", column->name,
                        ent_column_declared(column),
                        column->is_invisible ? " HIDDEN" : "");
  }
  for (int i = 1; i <= listed->n_arguments; i++)
    sqlite3_str_appendf(sql, ", _%d HIDDEN", i);
  sqlite3_str_appendall(sql, ")");
  return sqlite3_str_finish(sql);
}

static ent_status make(ent_listed *listed, ent_error *err) {
  ent_arena arena = {.blocks = NULL};
  ent_listed_text text;
  ent_table *table = NULL;
  ent_status status = find_table(listed, &table, err);

  if (!status) status = find_query(listed, table, err);
  if (!status) {
    status =
        ent_listed_read(listed->declared, table->plain, &arena, &text, err);
  }
  if (!status) {
    listed->n_columns = table->plain->n_columns;
    listed->n_arguments = (int)text.n_parameters;
    status = ent_using_declare(listed->session->db,
                               declaration(listed, table->plain), err);
  }
  ent_arena_done(&arena);
  return status;
}

static int listed_connect(sqlite3 *db, void *aux, int argc,
                          const char *const *argv, sqlite3_vtab **vtab,
                          char **message) {
  ent_listed *listed = sqlite3_malloc64(sizeof(*listed));
  ent_error err = {.status = ENT_OK};
  ent_status status;

  (void)db;
  if (!listed) return SQLITE_NOMEM;
  *listed = (ent_listed){.session = aux,
                         .schema = sqlite3_mprintf("%s", argv[1]),
                         .name = sqlite3_mprintf("%s", argv[2])};
  status = listed->schema && listed->name
               ? read_options(listed, argc, argv, &err)
               : ent_fail_nomem(&err);
  if (!status) status = make(listed, &err);
  if (status) {
    ent_error_context(&err, status, "query %s", argv[2]);
    listed_disconnect(&listed->base);
    return ent_report_connect(message, &err);
  }
  *vtab = &listed->base;
  return SQLITE_OK;
}

ent_status ent_listed_meet(ent_listed *listed, ent_table **table,
                           ent_error *err) {
  const ent_listed_query *query = &listed->query;
  ent_status status = find_table(listed, table, err);

  if (!status && (*table)->origin != listed->origin) {
    status = find_query(listed, *table, err);
  }
  if (!status) status = ent_table_meet(*table, err);
  if (status) return status;
  if (query->entity == (*table)->entity && query->declared == listed->declared)
    return ENT_OK;
  sqlite3_finalize(listed->keys);
  sqlite3_finalize(listed->rows);
  listed->keys = listed->rows = NULL;
  return ent_listed_query_make(&listed->query, listed->declared,
                               (*table)->entity, listed->declared->is_one, err);
}

/* Whether SQLite wants the order that the query has. */
static bool has_order(const ent_listed *listed,
                      const sqlite3_index_info *info) {
  const ent_listed_text *text = &listed->query.text;

  if (!listed->query.entity || !info->nOrderBy ||
      (size_t)info->nOrderBy > text->n_orders) {
    return false;
  }
  for (int i = 0; i < info->nOrderBy; i++) {
    if (info->aOrderBy[i].iColumn != text->orders[i].column ||
        (info->aOrderBy[i].desc != 0) != text->orders[i].descending) {
      return false;
    }
  }
  return true;
}

/* The argument that a constraint gives; -1: none. */
static int argument_of(const ent_listed *listed,
                       const struct sqlite3_index_constraint *c) {
  int argument = c->iColumn - listed->n_columns;

  return c->op == SQLITE_INDEX_CONSTRAINT_EQ && argument >= 0 &&
                 argument < listed->n_arguments
             ? argument
             : -1;
}

/* The constraint that gives an argument, usable if there is such a one; -1 where
 * it is not given. */
static int constraint_of(const ent_listed *listed,
                         const sqlite3_index_info *info, int argument) {
  int found = -1;

  for (int i = 0; i < info->nConstraint; i++) {
    if (argument_of(listed, &info->aConstraint[i]) != argument) continue;
    found = i;
    if (info->aConstraint[i].usable) break;
  }
  return found;
}

/* SQLite says only that there is no way to ask it. */
static int refuse_missing(ent_listed *listed) {
  ent_error err = {.status = ENT_OK};

  ent_fail(&err, ENT_CONFIG, "%s() takes %d argument%s", listed->name,
           listed->n_arguments, listed->n_arguments == 1 ? "" : "s");
  return ent_report_vtab(&listed->base, ENT_PHASE_READ, &err);
}

/* The arguments, of which none may be missing.  What else is said of one SQLite
 * compares. */
static int take_arguments(ent_listed *listed, sqlite3_index_info *info) {
  bool is_usable = true;

  for (int i = 0; i < listed->n_arguments; i++) {
    int at = constraint_of(listed, info, i);

    if (at < 0) return refuse_missing(listed);
    is_usable = is_usable && info->aConstraint[at].usable;
    info->aConstraintUsage[at].argvIndex = i + 1;
    info->aConstraintUsage[at].omit = 1;
  }
  return is_usable ? SQLITE_OK : SQLITE_CONSTRAINT;
}

static bool is_limit(const struct sqlite3_index_constraint *c) {
  return c->op == SQLITE_INDEX_CONSTRAINT_LIMIT ||
         c->op == SQLITE_INDEX_CONSTRAINT_OFFSET;
}

/* Whether nothing but the arguments decides which rows are wanted. */
static bool has_arguments_only(const sqlite3_index_info *info) {
  for (int i = 0; i < info->nConstraint; i++) {
    if (!is_limit(&info->aConstraint[i]) &&
        !info->aConstraintUsage[i].argvIndex) {
      return false;
    }
  }
  return true;
}

/* How many rows SQLite will ask for, which it says where nothing else decides;
 * it counts them all the same. */
static void take_limit(const ent_listed *listed, sqlite3_index_info *info) {
  static const struct {
    unsigned char op;
    int flag;
  } hints[] = {{SQLITE_INDEX_CONSTRAINT_LIMIT, ENT_LISTED_LIMIT},
               {SQLITE_INDEX_CONSTRAINT_OFFSET, ENT_LISTED_OFFSET}};
  int at = listed->n_arguments + 1;

  for (size_t h = 0; h < ENT_COUNT(hints); h++) {
    for (int i = 0; i < info->nConstraint; i++) {
      if (info->aConstraint[i].op != hints[h].op ||
          !info->aConstraint[i].usable)
        continue;
      info->aConstraintUsage[i].argvIndex = at++;
      info->idxNum |= hints[h].flag;
    }
  }
}

/* Of the columns that are read none is a row's: they are 64 bits, the last of
 * which stands for all that follow. */
static bool reads_none(const ent_listed *listed,
                       const sqlite3_index_info *info) {
  uint64_t rows = listed->n_columns >= 63
                      ? UINT64_MAX
                      : (UINT64_C(1) << listed->n_columns) - 1;

  return (info->colUsed & rows) == 0;
}

static int listed_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  ent_listed *listed = (ent_listed *)vtab;
  ent_error err = {.status = ENT_OK};
  ent_table *table;
  int rc = take_arguments(listed, info);
  bool is_sorted, is_kept;

  if (rc) return rc;
  if (ent_listed_meet(listed, &table, &err))
    return ent_report_vtab(vtab, ENT_PHASE_READ, &err);
  info->idxNum = reads_none(listed, info) ? ENT_LISTED_COUNTS : 0;
  is_sorted = !info->nOrderBy || has_order(listed, info);
  if (is_sorted && has_arguments_only(info)) take_limit(listed, info);
  info->orderByConsumed = info->nOrderBy && is_sorted;
  info->estimatedRows = listed->declared->is_one ? 1 : 25;
  info->estimatedCost = listed->declared->is_one ? 2 : 30;
  if (listed->declared->is_one) info->idxFlags |= SQLITE_INDEX_SCAN_UNIQUE;
  is_kept =
      listed->query.text.is_fixed && ent_caching_keeps_lists(&table->cached);
  info->idxStr =
      sqlite3_mprintf("%s %s", is_kept ? "cached" : "query", listed->of_query);
  info->needToFreeIdxStr = 1;
  return info->idxStr ? SQLITE_OK : SQLITE_NOMEM;
}

static const sqlite3_module listed_module = {
    .iVersion = 2,
    .xCreate = listed_connect,
    .xConnect = listed_connect,
    .xBestIndex = listed_best_index,
    .xDisconnect = listed_disconnect,
    .xDestroy = listed_disconnect,
    .xOpen = ent_listed_open,
    .xClose = ent_listed_close,
    .xFilter = ent_listed_filter,
    .xNext = ent_listed_next,
    .xEof = ent_listed_eof,
    .xColumn = ent_listed_column,
    .xRowid = ent_listed_rowid,
};

int ent_listed_register(ent_session *session) {
  return sqlite3_create_module_v2(session->db, module_name, &listed_module,
                                  ent_session_ref(session), ent_session_unref);
}

/* ---- together with an entity that a statement declares ---- */

static bool is_of_statement(const ent_table *table) {
  return table->origin && !table->origin->config && !table->with_deleted;
}

ent_status ent_listed_make(const ent_table *table, ent_error *err) {
  ent_status status = ENT_OK;

  if (!is_of_statement(table)) return ENT_OK;
  for (size_t i = 0; !status && i < table->declared->n_queries; i++) {
    const char *query = table->declared->queries[i].name;
    char *using = ent_listed_using(table->name, query, NULL);
    char *sql =
        using ? sqlite3_mprintf("CREATE VIRTUAL TABLE \"%w\".\"%w_%w\" %s",
                                table->schema, table->name, query, using)
              : NULL;

    sqlite3_free(using);
    status = ent_tables_run(table->session, sql, err);
  }
  return status;
}

/* Whether the table of a name is that of the query: somebody may have dropped it,
 * and made another one. */
static ent_status is_of_query(const ent_table *table, const char *name,
                              const char *query, bool *is, ent_error *err) {
  char *sql =
      sqlite3_mprintf("SELECT sql FROM \"%w\".sqlite_schema WHERE name = %Q",
                      table->schema, name);
  char *using = ent_listed_using(table->name, query, NULL);
  sqlite3_stmt *stmt = NULL;
  int rc = sql && using
               ? sqlite3_prepare_v2(table->session->db, sql, -1, &stmt, NULL)
               : SQLITE_NOMEM;

  if (!rc && sqlite3_step(stmt) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(stmt, 0);

    *is = text && strstr(text, using) != NULL;
  }
  sqlite3_finalize(stmt);
  sqlite3_free(using);
  sqlite3_free(sql);
  if (!rc) return ENT_OK;
  if (rc == SQLITE_NOMEM) return ent_fail_nomem(err);
  return ent_fail(err, ENT_CONFIG, "%s", sqlite3_errmsg(table->session->db));
}

static ent_status drop_one(const ent_table *table, const char *query,
                           ent_error *err) {
  char *name = sqlite3_mprintf("%s_%s", table->name, query);
  bool is = false;
  ent_status status =
      name ? is_of_query(table, name, query, &is, err) : ent_fail_nomem(err);

  if (!status && is) {
    status = ent_tables_run(
        table->session,
        sqlite3_mprintf("DROP TABLE \"%w\".\"%w\"", table->schema, name), err);
  }
  sqlite3_free(name);
  return status;
}

ent_status ent_listed_drop(const ent_table *table, ent_error *err) {
  ent_status status = ENT_OK;

  if (!is_of_statement(table)) return ENT_OK;
  for (size_t i = 0; !status && i < table->declared->n_queries; i++)
    status = drop_one(table, table->declared->queries[i].name, err);
  return status;
}
