#include "vtab/plan.h"

#include "backends/base/arena.h"
#include "backends/base/faults.h"
#include "backends/mysql/ship.h"
#include "backends/mysql/sqltext.h"
#include "vtab/found.h"
#include "vtab/texts.h"

#include <string.h>

enum {
  ENT_LONG_ORDERS = 4,
  ENT_WORDS = 1 << 16,
};

/* A plan being made: room for the most there can be, in an arena. */
typedef struct draft {
  const ent_plan_given *given;
  const ent_entity *entity;
  sqlite3_index_info *info;
  ent_arena arena;
  ent_plan plan;
  uint16_t *columns; /* of the projection */
  int *sources;      /* of each term: its constraint */
  bool is_complete;  /* every constraint offered is in the plan */
  int limit;         /* the constraints, or -1 */
  int offset;
} draft;

/* The column a constraint or a sort is about: the rowid of an integer key is
 * that key, unless it is unsigned, when the two are different numbers. */
static int column_of(const ent_entity *entity, int column) {
  if (column >= 0) return column < entity->n_columns ? column : -1;
  if (entity->key_kind != ENT_KEY_INTEGER) return -1;
  if (entity->columns[entity->key_columns[0]].type == ENT_TYPE_UNSIGNED) {
    return ENT_ROWID_COLUMN;
  }
  return entity->key_columns[0];
}

static bool is_key(const ent_entity *entity, int column) {
  if (entity->key_kind != ENT_KEY_INTEGER &&
      entity->key_kind != ENT_KEY_BYTES) {
    return false;
  }
  return column == ENT_ROWID_COLUMN || column == entity->key_columns[0];
}

/* False for an operator that is SQLite's alone. */
static bool op_of(const draft *d, int i, ent_op *op) {
  switch (d->info->aConstraint[i].op) {
  case SQLITE_INDEX_CONSTRAINT_EQ:
    *op = sqlite3_vtab_in(d->info, i, -1) ? ENT_OP_IN : ENT_OP_EQ;
    return true;
  case SQLITE_INDEX_CONSTRAINT_GT: *op = ENT_OP_GT; return true;
  case SQLITE_INDEX_CONSTRAINT_GE: *op = ENT_OP_GE; return true;
  case SQLITE_INDEX_CONSTRAINT_LT: *op = ENT_OP_LT; return true;
  case SQLITE_INDEX_CONSTRAINT_LE: *op = ENT_OP_LE; return true;
  case SQLITE_INDEX_CONSTRAINT_ISNULL: *op = ENT_OP_IS_NULL; return true;
  case SQLITE_INDEX_CONSTRAINT_ISNOTNULL: *op = ENT_OP_NOT_NULL; return true;
  case SQLITE_INDEX_CONSTRAINT_NE: *op = ENT_OP_NE; return true;
  case SQLITE_INDEX_CONSTRAINT_IS: *op = ENT_OP_IS; return true;
  case SQLITE_INDEX_CONSTRAINT_ISNOT: *op = ENT_OP_IS_NOT; return true;
  case SQLITE_INDEX_CONSTRAINT_LIKE: *op = ENT_OP_LIKE; return true;
  case SQLITE_INDEX_CONSTRAINT_GLOB: *op = ENT_OP_GLOB; return true;
  default: break;
  }
  return false;
}

/* A comparison under another collation than the column's own finds rows that
 * a server would not. */
static bool is_binary(const draft *d, int i) {
  const char *collation = sqlite3_vtab_collation(d->info, i);

  return !collation || sqlite3_stricmp(collation, "BINARY") == 0;
}

/* Whether a column is also asked for by a list. */
static bool has_list(const draft *d, int i) {
  const struct sqlite3_index_constraint *c = d->info->aConstraint;

  for (int j = 0; j < d->info->nConstraint; j++) {
    if (c[j].iColumn == c[i].iColumn && sqlite3_vtab_in(d->info, j, -1)) {
      return true;
    }
  }
  return false;
}

/* What is known when a statement is planned is no part of a row value, and
 * brings no collation. */
static ent_plan_doubt doubt_of(const draft *d, int i, int column, ent_op op) {
  bool is_range =
      op == ENT_OP_GT || op == ENT_OP_GE || op == ENT_OP_LT || op == ENT_OP_LE;
  const char *declared;
  sqlite3_value *value;

  if (column == ENT_ROWID_COLUMN) return ENT_DOUBT_NONE;
  declared = ent_column_declared(&d->entity->columns[column]);
  if (strcmp(declared, "TEXT") != 0) return ENT_DOUBT_NONE;
  if (op == ENT_OP_IN) return ENT_DOUBT_COLLATION;
  if (op != ENT_OP_EQ && !is_range) return ENT_DOUBT_NONE;
  if (!sqlite3_vtab_rhs_value(d->info, i, &value)) return ENT_DOUBT_NONE;
  return is_range || has_list(d, i) ? ENT_DOUBT_TWICE : ENT_DOUBT_PART;
}

/* An IN behind the first constraints looks like a part of one: SQLite does not
 * say what it is. */
static bool is_dubious(const draft *d, int i, int column, ent_op op) {
  enum { ENT_MOST_LISTS = 32 };

  if (d->given->scope != ENT_PLAN_WARY && i < ENT_MOST_LISTS) return false;
  return doubt_of(d, i, column, op) != ENT_DOUBT_NONE;
}

static bool can_send(const draft *d, int i, int *column, ent_op *op) {
  const struct sqlite3_index_constraint *c = &d->info->aConstraint[i];

  *column = column_of(d->entity, c->iColumn);
  if (*column < 0 || !op_of(d, i, op)) return false;
  if (*column == ENT_ROWID_COLUMN) {
    return *op == ENT_OP_EQ || *op == ENT_OP_IN;
  }
  if (!ent_ship_can_send(&d->entity->columns[*column], *op)) return false;
  if (!ent_op_has_value(*op)) return true;
  if (is_dubious(d, i, *column, *op)) return false;
  if (*op == ENT_OP_LIKE || *op == ENT_OP_GLOB) {
    return ent_texts_is_built_in(d->given->db,
                                 *op == ENT_OP_LIKE ? "like" : "glob");
  }
  return is_binary(d, i);
}

static void add_term(draft *d, int i, int column, ent_op op) {
  d->sources[d->plan.n_terms] = i;
  d->plan.terms[d->plan.n_terms++] =
      (ent_plan_term){.column = (uint16_t)column,
                      .op = (uint8_t)op,
                      .doubt = (uint8_t)doubt_of(d, i, column, op)};
}

/* Where the key itself is asked for by "=" or IN, that is the plan: its one
 * term is tried first and the others are left to SQLite. */
static bool take_key(draft *d) {
  for (int i = 0; i < d->info->nConstraint; i++) {
    int column;
    ent_op op;

    if (!d->info->aConstraint[i].usable || !can_send(d, i, &column, &op) ||
        !is_key(d->entity, column)) {
      continue;
    }
    if (op != ENT_OP_EQ && op != ENT_OP_IN) continue;
    d->plan.kind = ENT_PLAN_KEYS;
    add_term(d, i, column, op);
    return true;
  }
  return false;
}

static void take_terms(draft *d) {
  d->is_complete = true;
  for (int i = 0; i < d->info->nConstraint; i++) {
    const struct sqlite3_index_constraint *c = &d->info->aConstraint[i];
    int column;
    ent_op op;

    if (c->op == SQLITE_INDEX_CONSTRAINT_LIMIT) {
      if (c->usable) d->limit = i;
    } else if (c->op == SQLITE_INDEX_CONSTRAINT_OFFSET) {
      if (c->usable) d->offset = i;
    } else if (c->usable && can_send(d, i, &column, &op) &&
               column != ENT_ROWID_COLUMN) {
      add_term(d, i, column, op);
    } else {
      d->is_complete = false;
    }
  }
}

/* Writes the order that SQLite wants, where it is one of columns that both sort
 * alike; how many there are, or none. */
static size_t write_orders(const draft *d) {
  const sqlite3_index_info *info = d->info;
  int n_long = 0; /* columns that a server may need much room to sort by */

  for (int i = 0; i < info->nOrderBy; i++) {
    int column = column_of(d->entity, info->aOrderBy[i].iColumn);
    ent_ship_order order;

    if (column < 0 || column == ENT_ROWID_COLUMN) return 0;
    order = ent_ship_can_order(&d->entity->columns[column]);
    if (order == ENT_SHIP_ORDER_NO) return 0;
    if (order == ENT_SHIP_ORDER_LAST && i + 1 < info->nOrderBy) return 0;
    n_long += d->entity->columns[column].max_size > 0;
    if (n_long > ENT_LONG_ORDERS) return 0;
    d->plan.orders[i] = (ent_order){.column = (uint16_t)column,
                                    .descending = info->aOrderBy[i].desc};
  }
  return (size_t)info->nOrderBy;
}

/* Whether a server's order is worth it: an index gives it, or only some rows are
 * wanted. */
static bool is_worth_ordering(const draft *d) {
  return d->limit >= 0 ||
         d->entity->columns[d->plan.orders[0].column].is_indexed;
}

/* The cached query whose rows the search wants.  An order that its lists have the
 * server makes, too, where it has to answer; of another one it makes none, but
 * where that spares rows: those go to the server. */
static void take_query(draft *d, size_t n_orders) {
  ent_plan *plan = &d->plan;
  ent_found_ask ask = {.terms = plan->terms,
                       .n_terms = plan->n_terms,
                       .orders = plan->orders,
                       .n_orders = n_orders,
                       .must_order = plan->n_orders > 0 &&
                                     (d->limit >= 0 || plan->is_distinct)};
  bool is_ordered;

  plan->query = ent_found_choose(d->given->queries, d->given->n_queries, &ask,
                                 &is_ordered);
  if (plan->query >= 0) plan->n_orders = is_ordered ? n_orders : 0;
}

static bool is_distinct_by(const draft *d, int column) {
  for (int i = 0; i < d->info->nOrderBy; i++) {
    if (d->info->aOrderBy[i].iColumn == column) {
      return ent_ship_can_group(&d->entity->columns[column]);
    }
  }
  return false;
}

/* Whether nobody would miss rows that are alike: SQLite wants distinct ones,
 * and reads no column but those that make them so. */
static bool wants_distinct(const draft *d) {
  enum { ENT_BITS = 63 }; /* the last one stands for all further columns */
  int distinct = sqlite3_vtab_distinct(d->info);
  uint64_t used = d->info->colUsed;

  if (distinct != 2 && distinct != 3) return false;
  if (d->plan.kind == ENT_PLAN_KEYS || !used || used >> ENT_BITS) return false;
  for (int i = 0; i < ENT_BITS; i++) {
    if (!(used >> i & 1)) continue;
    if (i >= d->entity->n_columns || !is_distinct_by(d, i)) return false;
  }
  return true;
}

static bool may_be_bytes(const ent_column *column) {
  bool is_number =
      column->type == ENT_TYPE_INTEGER || column->type == ENT_TYPE_UNSIGNED ||
      column->type == ENT_TYPE_YEAR || column->type == ENT_TYPE_FLOAT ||
      column->type == ENT_TYPE_DOUBLE;

  return !is_number || column->is_wide;
}

/* The columns to read: those SQLite names, and what makes up the row's key,
 * which it asks for without naming it when it puts an OR together. */
static void take_columns(draft *d) {
  const ent_entity *entity = d->entity;
  ent_projection *projection = &d->plan.projection;
  uint64_t used = d->info->colUsed;

  for (uint16_t i = 0; i < entity->n_columns; i++) {
    if (used >> (i < 63 ? i : 63) & 1 && may_be_bytes(&entity->columns[i]))
      d->plan.shows_bytes = true;
  }
  if (d->given->tiers && d->plan.kind == ENT_PLAN_KEYS) used = UINT64_MAX;
  projection->n_columns = 0;
  for (uint16_t i = 0; i < entity->n_columns; i++) {
    bool is_wanted = used >> (i < 63 ? i : 63) & 1;

    for (uint16_t k = 0; !d->plan.is_distinct && k < entity->n_key_columns;
         k++) {
      if (entity->key_columns[k] == i) is_wanted = true;
    }
    d->plan.slots[i] =
        is_wanted ? projection->n_columns : (uint16_t)ENT_NO_SLOT;
    if (is_wanted) d->columns[projection->n_columns++] = i;
  }
}

static bool start_draft(draft *d) {
  size_t n = (size_t)d->info->nConstraint + 1;
  size_t n_columns = (size_t)d->entity->n_columns + 1;
  size_t n_orders = (size_t)d->info->nOrderBy + 1;

  d->plan.terms = ent_arena_zalloc(&d->arena, n * sizeof(ent_plan_term));
  d->sources = ent_arena_zalloc(&d->arena, n * sizeof(int));
  d->columns = ent_arena_zalloc(&d->arena, n_columns * 2);
  d->plan.projection.columns = d->columns;
  d->plan.slots = ent_arena_zalloc(&d->arena, n_columns * 2);
  d->plan.orders = ent_arena_zalloc(&d->arena, n_orders * sizeof(ent_order));
  return d->plan.terms && d->sources && d->columns && d->plan.slots &&
         d->plan.orders;
}

static void make_draft(draft *d) {
  if (d->given->scope != ENT_PLAN_PLAIN && !take_key(d)) {
    size_t n_orders = write_orders(d);

    take_terms(d);
    if (n_orders && is_worth_ordering(d)) d->plan.n_orders = n_orders;
    d->plan.is_distinct = wants_distinct(d);
    take_query(d, n_orders);
    /* How many rows are wanted is known only if all is decided there. */
    d->plan.has_limit = d->limit >= 0 && d->is_complete &&
                        (d->info->nOrderBy == 0 || d->plan.n_orders > 0);
    d->plan.has_offset = d->plan.has_limit && d->offset >= 0;
    d->plan.is_count = d->info->colUsed == 0 && d->plan.n_terms == 0 &&
                       d->plan.n_orders == 0 && !d->plan.has_limit &&
                       d->entity->key_kind != ENT_KEY_NONE;
  }
  take_columns(d);
}

char *ent_plan_sql(const ent_entity *entity, const ent_plan *plan) {
  ent_term *terms;
  ent_query query = {.entity = entity,
                     .projection = &plan->projection,
                     .orders = plan->orders,
                     .n_orders = plan->n_orders,
                     .distinct = plan->is_distinct,
                     .n_terms = plan->n_terms};
  ent_buf buf;
  char *sql = NULL;

  if (plan->is_count) {
    return sqlite3_mprintf("SELECT count(*) FROM %s", entity->table);
  }
  terms = sqlite3_malloc64((plan->n_terms + 1) * sizeof(*terms));
  if (!terms) return NULL;
  for (size_t i = 0; i < plan->n_terms; i++) {
    uint16_t column = plan->terms[i].column;

    if (column == ENT_ROWID_COLUMN) column = entity->key_columns[0];
    terms[i] = (ent_term){.column = column, .op = (ent_op)plan->terms[i].op};
  }
  query.terms = terms;
  ent_buf_init(&buf, ENT_WORDS);
  if (!ent_sql_words(&buf, &query, NULL)) {
    sql = sqlite3_mprintf("%.*s%s", (int)buf.size, buf.data,
                          plan->has_limit ? " LIMIT ?" : "");
  }
  ent_buf_done(&buf);
  sqlite3_free(terms);
  return sql;
}

/* The plan in words: the tier that answers, and what is asked there. */
static char *words_of(const draft *d) {
  const ent_entity *entity = d->entity;
  const ent_plan *plan = &d->plan;
  char *words;
  char *sql;

  if (plan->kind == ENT_PLAN_KEYS) {
    const char *through = d->given->tiers ? " through " : "";
    const char *tiers = d->given->tiers ? d->given->tiers : "";

    if (plan->terms[0].op == ENT_OP_EQ)
      return sqlite3_mprintf("point%s%s", through, tiers);
    return sqlite3_mprintf("points%s%s: %s IN (…)", through, tiers,
                           entity->columns[entity->key_columns[0]].name);
  }
  sql = ent_plan_sql(entity, plan);
  if (!sql) return NULL;
  words =
      plan->query < 0
          ? sqlite3_mprintf("mysql: %s", sql)
          : sqlite3_mprintf("cached %s, else mysql: %s",
                            d->given->queries[plan->query].declared->name, sql);
  sqlite3_free(sql);
  return words;
}

/* Which of the faults planted for the judge makes a term final. */
static bool is_omitted(const draft *d, size_t term) {
  const ent_plan_term *t = &d->plan.terms[term];

  if (ent_fault("omit-inexact")) return true;
  if (t->column == ENT_ROWID_COLUMN) return false;
  if (ent_fault("ci-exact")) {
    return d->entity->columns[t->column].type == ENT_TYPE_TEXT;
  }
  return ent_fault("real-for-integer") &&
         d->entity->columns[t->column].type == ENT_TYPE_INTEGER;
}

/* Whether the rows found are just those of the term, so that SQLite need not
 * look at it again.  keyuse.c says of an integer key what `=` says; above 2^63
 * it leaves that to SQLite, and a text may be equal by a collation that is not
 * known here.  A row value of an IN is looked at again as a whole. */
static bool is_exact(const draft *d, const ent_plan_term *term) {
  return d->plan.kind == ENT_PLAN_KEYS &&
         d->entity->key_kind == ENT_KEY_INTEGER &&
         (term->op == ENT_OP_EQ || term->op == ENT_OP_IN) &&
         (term->column == ENT_ROWID_COLUMN ||
          d->entity->columns[term->column].type == ENT_TYPE_INTEGER);
}

static void tell_sqlite(const draft *d) {
  sqlite3_index_info *info = d->info;
  int n_args = 0;

  for (size_t i = 0; i < d->plan.n_terms; i++) {
    info->aConstraintUsage[d->sources[i]].argvIndex = ++n_args;
    if (is_exact(d, &d->plan.terms[i]) || is_omitted(d, i)) {
      info->aConstraintUsage[d->sources[i]].omit = 1;
    }
    if (d->plan.terms[i].op == ENT_OP_IN) {
      sqlite3_vtab_in(info, d->sources[i], 1);
    }
  }
  if (d->plan.has_limit) info->aConstraintUsage[d->limit].argvIndex = ++n_args;
  if (d->plan.has_offset) {
    info->aConstraintUsage[d->offset].argvIndex = ++n_args;
    if (ent_fault("compound-offset")) {
      info->aConstraintUsage[d->offset].omit = 1;
    }
  }
  info->orderByConsumed = d->plan.n_orders > 0;
}

/* Only a signed integer key is one number to both: several unsigned ones above
 * 2^63-1 are one REAL. */
static bool finds_one_row(const draft *d) {
  const ent_entity *entity = d->entity;

  if (d->plan.kind != ENT_PLAN_KEYS || d->plan.terms[0].op != ENT_OP_EQ) {
    return false;
  }
  if (d->plan.terms[0].column == ENT_ROWID_COLUMN) return true;
  return entity->columns[entity->key_columns[0]].type == ENT_TYPE_INTEGER;
}

/* The number of the draft's plan, -1 if there is no memory. */
static int intern(ent_plans *plans, const draft *d) {
  int index = ent_plans_find(plans, &d->plan);

  if (index >= 0) return index;
  return ent_plans_add(plans, &d->plan, d->entity->n_columns, words_of(d));
}

/* The number of the plan, and with one that shows rows once goes that which
 * shows all of them; -1 if there is no memory. */
static int intern_all(ent_plans *plans, draft *d) {
  int whole = -1;
  int index;

  if (d->plan.is_distinct) {
    d->plan.is_distinct = false;
    take_columns(d);
    whole = intern(plans, d);
    if (whole < 0) return -1;
    d->plan.is_distinct = true;
    take_columns(d);
  }
  index = intern(plans, d);
  if (index < 0) return -1;
  plans->plans[index]->whole = whole;
  plans->plans[index]->schemas.is_known = false;
  return index;
}

int ent_plan_best_index(ent_plans *plans, const ent_plan_given *given,
                        sqlite3_index_info *info) {
  draft d = {.given = given,
             .entity = given->entity,
             .info = info,
             .plan = {.query = -1},
             .limit = -1,
             .offset = -1};
  int index = -1;

  if (start_draft(&d)) {
    make_draft(&d);
    index = intern_all(plans, &d);
  }
  if (index >= 0) {
    tell_sqlite(&d);
    info->idxNum = index;
    info->idxStr = plans->plans[index]->words;
    if (finds_one_row(&d)) info->idxFlags |= SQLITE_INDEX_SCAN_UNIQUE;
  }
  ent_arena_done(&d.arena);
  return index < 0 ? SQLITE_NOMEM : SQLITE_OK;
}
