#include "vtab/explain.h"

#include "backends/mysql/ship.h"
#include "vtab/value.h"

#include <string.h>

typedef struct sqlite3_index_constraint constraint;

/* The operator as SQL has it; NULL for one that entable does not know. */
static const char *op_text(unsigned char op) {
  switch (op) {
  case SQLITE_INDEX_CONSTRAINT_EQ: return "=";
  case SQLITE_INDEX_CONSTRAINT_GT: return ">";
  case SQLITE_INDEX_CONSTRAINT_GE: return ">=";
  case SQLITE_INDEX_CONSTRAINT_LT: return "<";
  case SQLITE_INDEX_CONSTRAINT_LE: return "<=";
  case SQLITE_INDEX_CONSTRAINT_NE: return "<>";
  case SQLITE_INDEX_CONSTRAINT_IS: return "IS";
  case SQLITE_INDEX_CONSTRAINT_ISNOT: return "IS NOT";
  case SQLITE_INDEX_CONSTRAINT_ISNULL: return "IS NULL";
  case SQLITE_INDEX_CONSTRAINT_ISNOTNULL: return "IS NOT NULL";
  case SQLITE_INDEX_CONSTRAINT_LIKE: return "LIKE";
  case SQLITE_INDEX_CONSTRAINT_GLOB: return "GLOB";
  case SQLITE_INDEX_CONSTRAINT_REGEXP: return "REGEXP";
  case SQLITE_INDEX_CONSTRAINT_MATCH: return "MATCH";
  case SQLITE_INDEX_CONSTRAINT_LIMIT: return "LIMIT";
  case SQLITE_INDEX_CONSTRAINT_OFFSET: return "OFFSET";
  default: break;
  }
  return NULL;
}

static ent_ship_wish wish_of(unsigned char op) {
  switch (op) {
  case SQLITE_INDEX_CONSTRAINT_EQ:
  case SQLITE_INDEX_CONSTRAINT_IS: return ENT_WISH_EQUAL;
  case SQLITE_INDEX_CONSTRAINT_NE:
  case SQLITE_INDEX_CONSTRAINT_ISNOT: return ENT_WISH_UNEQUAL;
  case SQLITE_INDEX_CONSTRAINT_GT:
  case SQLITE_INDEX_CONSTRAINT_GE:
  case SQLITE_INDEX_CONSTRAINT_LT:
  case SQLITE_INDEX_CONSTRAINT_LE: return ENT_WISH_RANGE;
  case SQLITE_INDEX_CONSTRAINT_ISNULL: return ENT_WISH_NULL;
  case SQLITE_INDEX_CONSTRAINT_ISNOTNULL: return ENT_WISH_NOT_NULL;
  case SQLITE_INDEX_CONSTRAINT_LIKE: return ENT_WISH_LIKE;
  case SQLITE_INDEX_CONSTRAINT_GLOB: return ENT_WISH_GLOB;
  default: break;
  }
  return ENT_N_WISHES;
}

/* The column of a constraint; NULL for the rowid and what is hidden. */
static const ent_column *column_of(const ent_entity *entity, int column) {
  if (column >= 0 && column < entity->n_columns) {
    return &entity->columns[column];
  }
  if (column < 0 && entity->key_kind == ENT_KEY_INTEGER) {
    return &entity->columns[entity->key_columns[0]];
  }
  return NULL;
}

static bool has_value(unsigned char op) {
  return op != SQLITE_INDEX_CONSTRAINT_ISNULL &&
         op != SQLITE_INDEX_CONSTRAINT_ISNOTNULL;
}

/* The value of a term as it stands in the statement; "?" where it is not
 * written there. */
static char *value_text(sqlite3_index_info *info, int i) {
  const unsigned char *text;
  sqlite3_value *value;

  if (sqlite3_vtab_in(info, i, -1)) return sqlite3_mprintf("(…)");
  if (sqlite3_vtab_rhs_value(info, i, &value)) return sqlite3_mprintf("?");
  switch (sqlite3_value_type(value)) {
  case SQLITE_INTEGER:
  case SQLITE_FLOAT:
  case SQLITE_TEXT:
    text = sqlite3_value_text(value);
    if (!text) return NULL;
    return sqlite3_mprintf(
        sqlite3_value_type(value) == SQLITE_TEXT ? "%Q" : "%s", text);
  case SQLITE_NULL: return sqlite3_mprintf("NULL");
  default: break;
  }
  return sqlite3_mprintf("?");
}

static char *term_text(const ent_explain_scan *scan, sqlite3_index_info *info,
                       int i) {
  const constraint *c = &info->aConstraint[i];
  const ent_column *column = column_of(scan->table->entity, c->iColumn);
  const char *name = column ? column->name : "_key";
  const char *op = sqlite3_vtab_in(info, i, -1) ? "IN" : op_text(c->op);
  char *value = has_value(c->op) ? value_text(info, i) : sqlite3_mprintf("");
  char *text = NULL;

  if (c->op == SQLITE_INDEX_CONSTRAINT_LIMIT ||
      c->op == SQLITE_INDEX_CONSTRAINT_OFFSET) {
    name = "";
  }
  if (value) {
    text = sqlite3_mprintf("%s%s%s%s%s", name, *name ? " " : "",
                           op ? op : "function", *value ? " " : "", value);
  }
  sqlite3_free(value);
  return text;
}

/* Why a term that is not asked is not. */
static const char *refusal(const ent_explain_scan *scan,
                           sqlite3_index_info *info, int i) {
  const constraint *c = &info->aConstraint[i];
  const ent_column *column = column_of(scan->table->entity, c->iColumn);
  ent_ship_wish wish = wish_of(c->op);
  const ent_plan *plan = ent_plans_get(&scan->table->plans, scan->plan);
  const char *collation = sqlite3_vtab_collation(info, i);
  ent_ship_entry entry;

  if (!scan->table->session->pushdown) return "pushdown is off";
  if (wish == ENT_N_WISHES) return "an operator of SQLite's alone";
  if (!column) return "not a column of the server's";
  entry = ent_ship_entry_of(ent_ship_class_of(column), wish);
  if (entry.answer == ENT_ANSWER_LOCAL) return entry.reason;
  if (!c->usable) return "its value comes from a table that is read later";
  if (scan->table->session->is_wary && wish == ENT_WISH_EQUAL &&
      strcmp(ent_column_declared(column), "TEXT") == 0) {
    return "SQLite may compare it by a COLLATE that is not told";
  }
  if (plan->kind == ENT_PLAN_KEYS) return "rows found by their key are few";
  if (wish == ENT_WISH_LIKE || wish == ENT_WISH_GLOB) {
    return "the program has a function of its own behind it";
  }
  if (collation && sqlite3_stricmp(collation, "BINARY") != 0) {
    return "another collation than the server's comparison has";
  }
  return "compared here";
}

static void judge_limit(const ent_explain_scan *scan, sqlite3_index_info *info,
                        int i, ent_explain_term *term) {
  (void)scan;
  if (info->aConstraintUsage[i].argvIndex > 0) {
    term->verdict = ENT_ANSWER_SUPERSET;
    term->reason = "so many rows are asked for at first, more if need be";
  } else {
    term->verdict = ENT_ANSWER_LOCAL;
    term->reason = "not all that comes before it is decided by the server";
  }
}

/* A value of the kind that a column is compared with. */
static ent_value sample_of(const ent_column *column) {
  static const char moment[] = "2000-01-01 00:00:00.000000";

  if (column->is_wide) return ent_value_bytes(ENT_TEXT, "1", 1);
  switch (column->type) {
  case ENT_TYPE_INTEGER:
  case ENT_TYPE_UNSIGNED:
  case ENT_TYPE_DECIMAL:
  case ENT_TYPE_FLOAT:
  case ENT_TYPE_DOUBLE: return ent_value_i64(1);
  case ENT_TYPE_YEAR: return ent_value_i64(2000);
  case ENT_TYPE_DATE: return ent_value_bytes(ENT_TEXT, moment, 10);
  case ENT_TYPE_DATETIME:
    return ent_value_bytes(ENT_TEXT, moment,
                           column->scale ? 20U + column->scale : 19U);
  case ENT_TYPE_TIME: return ent_value_bytes(ENT_TEXT, moment + 11, 8);
  case ENT_TYPE_BLOB:
  case ENT_TYPE_GEOMETRY: return ent_value_bytes(ENT_BLOB, "x", 1);
  case ENT_TYPE_TEXT:
  case ENT_TYPE_ENUM:
  case ENT_TYPE_SET:
  case ENT_TYPE_JSON: break;
  }
  return ent_value_bytes(ENT_TEXT, "x", 1);
}

static ent_value value_of(ent_explain *explain, const ent_explain_scan *scan,
                          sqlite3_index_info *info, int i) {
  const ent_column *column =
      column_of(scan->table->entity, info->aConstraint[i].iColumn);
  ent_value value;
  sqlite3_value *literal;

  if (!sqlite3_vtab_in(info, i, -1) &&
      sqlite3_vtab_rhs_value(info, i, &literal) == SQLITE_OK &&
      !ent_value_copy(literal, &explain->arena, &value, NULL)) {
    return value;
  }
  return sample_of(column);
}

/* A value that stands in the statement may be of the odd kind. */
static void judge_value(const ent_explain_scan *scan, sqlite3_index_info *info,
                        int i, ent_explain_term *term) {
  const ent_plan *plan = ent_plans_get(&scan->table->plans, scan->plan);
  int at = info->aConstraintUsage[i].argvIndex - 1;
  ent_op op = (ent_op)plan->terms[at].op;
  ent_ship_verdict verdict;
  ent_shipped shipped;
  sqlite3_value *literal;

  if (op == ENT_OP_IN || !ent_op_has_value(op)) return;
  if (sqlite3_vtab_rhs_value(info, i, &literal)) return;
  verdict = ent_ship_value(
      column_of(scan->table->entity, info->aConstraint[i].iColumn), op,
      &scan->values[at], &shipped);
  if (verdict == ENT_SHIP_ALL && !shipped.is_exact) {
    term->verdict = ENT_ANSWER_LOCAL;
    term->reason = "not asked with a value of this kind";
  } else if (verdict == ENT_SHIP_SEND && !shipped.is_exact) {
    term->verdict = ENT_ANSWER_SUPERSET;
  }
}

static void judge_term(const ent_explain_scan *scan, sqlite3_index_info *info,
                       int i, ent_explain_term *term) {
  const constraint *c = &info->aConstraint[i];
  const ent_column *column = column_of(scan->table->entity, c->iColumn);
  const ent_plan *plan = ent_plans_get(&scan->table->plans, scan->plan);
  ent_ship_entry entry;

  if (c->op == SQLITE_INDEX_CONSTRAINT_LIMIT ||
      c->op == SQLITE_INDEX_CONSTRAINT_OFFSET) {
    judge_limit(scan, info, i, term);
    return;
  }
  if (info->aConstraintUsage[i].argvIndex <= 0 || !column) {
    term->verdict = ENT_ANSWER_LOCAL;
    term->reason = refusal(scan, info, i);
    return;
  }
  if (plan->kind == ENT_PLAN_KEYS) {
    term->verdict = ENT_ANSWER_EXACT;
    term->reason = "the key of the table";
    return;
  }
  entry = ent_ship_entry_of(ent_ship_class_of(column), wish_of(c->op));
  term->verdict = entry.answer;
  term->reason = entry.reason;
  judge_value(scan, info, i, term);
}

static void note_order(ent_explain *explain, ent_explain_scan *scan,
                       const sqlite3_index_info *info) {
  ent_explain_term *term = &scan->terms[scan->n_terms];
  const ent_column *column =
      column_of(scan->table->entity, info->aOrderBy[0].iColumn);
  bool is_asked = info->orderByConsumed != 0;
  ent_ship_entry entry;

  if (!column) return;
  entry = ent_ship_entry_of(ent_ship_class_of(column), ENT_WISH_ORDER);
  term->text = ent_arena_printf(
      &explain->arena, "ORDER BY %s%s%s", column->name,
      info->aOrderBy[0].desc ? " DESC" : "", info->nOrderBy > 1 ? ", …" : "");
  term->verdict = is_asked ? entry.answer : ENT_ANSWER_LOCAL;
  term->reason = is_asked || entry.answer == ENT_ANSWER_LOCAL
                     ? entry.reason
                     : "no index of the server gives it";
  scan->n_terms += term->text != NULL;
}

/* DISTINCT alone comes with its columns as an order that nobody needs. */
static void note_distinct(ent_explain_scan *scan, sqlite3_index_info *info) {
  const ent_plan *plan = ent_plans_get(&scan->table->plans, scan->plan);

  scan->terms[scan->n_terms++] = (ent_explain_term){
      .text = "DISTINCT",
      .verdict = plan->is_distinct ? ENT_ANSWER_EXACT : ENT_ANSWER_LOCAL,
      .reason = plan->is_distinct ? "grouped there, texts as bytes"
                : info->nOrderBy > 0
                    ? "more columns are read, or one that is not grouped there"
                    : NULL};
}

static void note_terms(ent_explain *explain, ent_explain_scan *scan,
                       sqlite3_index_info *info) {
  int distinct = sqlite3_vtab_distinct(info);

  for (int i = 0; i < info->nConstraint; i++) {
    ent_explain_term *term = &scan->terms[scan->n_terms];
    int at = info->aConstraintUsage[i].argvIndex;
    char *text = term_text(scan, info, i);

    term->text = text ? ent_arena_strdup(&explain->arena, text) : NULL;
    sqlite3_free(text);
    if (!term->text) {
      explain->lacks_memory = true;
      return;
    }
    if (at > 0 &&
        column_of(scan->table->entity, info->aConstraint[i].iColumn)) {
      scan->values[at - 1] = value_of(explain, scan, info, i);
    }
    judge_term(scan, info, i, term);
    scan->n_terms++;
  }
  if (distinct >= 2) note_distinct(scan, info);
  if (info->nOrderBy > 0 && distinct != 2) note_order(explain, scan, info);
}

void ent_explain_note(ent_explain *explain, const ent_table *table,
                      sqlite3_index_info *info) {
  size_t n = (size_t)info->nConstraint + 3;
  ent_explain_scan *scan = ent_arena_zalloc(&explain->arena, sizeof(*scan));
  ent_explain_term *terms =
      ent_arena_zalloc(&explain->arena, n * sizeof(*terms));
  ent_value *values = ent_arena_zalloc(&explain->arena, n * sizeof(*values));

  if (!scan || !terms || !values) {
    explain->lacks_memory = true;
    return;
  }
  *scan = (ent_explain_scan){.next = explain->scans,
                             .table = table,
                             .plan = info->idxNum,
                             .estimated_rows = ent_cost_is_guess(table, info)
                                                   ? -1
                                                   : info->estimatedRows,
                             .terms = terms,
                             .values = values};
  explain->scans = scan;
  note_terms(explain, scan, info);
}
