#include "vtab/cost.h"

#include "backends/base/faults.h"
#include "vtab/entity.h"

#include <stdatomic.h>

/* What things cost, in rows of a full scan.  A request to a server costs as
 * much as some fifty rows. */
enum {
  ENT_TABLE_ROWS = 1000000, /* what a table is taken to have */
  ENT_REQUEST_COST = 50,
  ENT_LISTED_COST = 30,      /* of a list that is in a cache, as a rule */
  ENT_LIST_VALUES = 25,      /* what an IN is taken to have, by SQLite too */
  ENT_STATISTICS_MS = 60000, /* for how long they are believed */
  ENT_ANSWER_MS = 1000,      /* for how long they are waited for */
  ENT_FEW_WRITES = 100,      /* rows that change no table's size much */
};

void ent_cost_done(ent_cost *cost) {
  ent_arena_done(&cost->arena);
  *cost = (ent_cost){.is_known = false};
}

/* A guess at what part of the rows a term leaves. */
static double share_of(ent_op op, bool is_indexed) {
  switch (op) {
  case ENT_OP_EQ: return is_indexed ? 0.00002 : 0.05;
  case ENT_OP_IN: return is_indexed ? 0.0005 : 0.2;
  case ENT_OP_IS:
  case ENT_OP_IS_NULL: return is_indexed ? 0.01 : 0.1;
  case ENT_OP_LIKE:
  case ENT_OP_GLOB: return is_indexed ? 0.02 : 0.1;
  case ENT_OP_NE:
  case ENT_OP_IS_NOT:
  case ENT_OP_NOT_NULL: return 0.9;
  case ENT_OP_GT:
  case ENT_OP_GE:
  case ENT_OP_LT:
  case ENT_OP_LE: break;
  }
  return is_indexed ? 0.2 : 0.3;
}

/* Operators for which an index is of no use. */
static bool is_negative(ent_op op) {
  return op == ENT_OP_NE || op == ENT_OP_IS_NOT || op == ENT_OP_NOT_NULL;
}

static bool is_equal(ent_op op) {
  return op == ENT_OP_EQ || op == ENT_OP_IS;
}

/* Whether a plan finds one row, however many there are. */
static bool finds_one(const ent_entity *entity, const ent_plan *plan) {
  for (size_t i = 0; i < plan->n_terms; i++) {
    if (plan->terms[i].op != ENT_OP_EQ) continue;
    if (plan->kind == ENT_PLAN_KEYS ||
        entity->columns[plan->terms[i].column].is_unique) {
      return true;
    }
  }
  return false;
}

/* What SQLite is told of a plan. */
typedef struct estimate {
  const ent_entity *entity;
  const ent_plan *plan;
  const ent_statistics *statistics; /* or NULL: all is guessed */
  double table_rows;
  double rows;     /* left by the terms so far */
  bool is_indexed; /* some term is answered by an index */
} estimate;

static void leave(estimate *e, double share, bool is_indexed) {
  e->rows *= share;
  if (is_indexed) e->is_indexed = true;
}

/* A term of which nothing is known but whether an index begins with it. */
static void guess_term(estimate *e, const ent_plan_term *term) {
  bool is_indexed = !is_negative((ent_op)term->op) &&
                    e->entity->columns[term->column].is_indexed;

  leave(e, share_of((ent_op)term->op, is_indexed), is_indexed);
}

/* All terms of equality together, since an index may have several of them. */
static void count_equal(estimate *e) {
  uint16_t columns[ENT_STATISTICS_COLUMNS];
  uint64_t known;
  double share;
  size_t n = 0;

  for (size_t i = 0; i < e->plan->n_terms; i++) {
    const ent_plan_term *term = &e->plan->terms[i];
    size_t at = 0;

    if (!is_equal((ent_op)term->op)) continue;
    while (at < n && columns[at] != term->column)
      at++;
    if (at == n && n < ENT_STATISTICS_COLUMNS) columns[n++] = term->column;
  }
  /* Apart from what asks for it: arguments are evaluated in any order. */
  share = ent_statistics_share(e->statistics, columns, n, &known);
  leave(e, share, known != 0);
  for (size_t i = 0; i < n; i++) {
    if (!(known >> i & 1)) leave(e, share_of(ENT_OP_EQ, false), false);
  }
}

static void count_list(estimate *e, const ent_plan_term *term) {
  const double most = 0.5;
  uint64_t known;
  double share = ENT_LIST_VALUES *
                 ent_statistics_share(e->statistics, &term->column, 1, &known);

  if (!known) share = share_of(ENT_OP_IN, false);
  leave(e, share < most ? share : most, known != 0);
}

static void count_search(estimate *e) {
  e->rows = e->table_rows;
  if (e->statistics) count_equal(e);
  for (size_t i = 0; i < e->plan->n_terms; i++) {
    const ent_plan_term *term = &e->plan->terms[i];

    if (e->statistics && is_equal((ent_op)term->op)) continue;
    if (e->statistics && term->op == ENT_OP_IN) {
      count_list(e, term);
    } else {
      guess_term(e, term);
    }
  }
}

/* Never more than a part of the table: a list of keys must not lose against
 * reading all rows, and locking them. */
static double count_keys(const estimate *e) {
  double rows = e->table_rows / 2;

  return rows < ENT_LIST_VALUES ? rows : ENT_LIST_VALUES;
}

static void count_rows(estimate *e) {
  if (finds_one(e->entity, e->plan)) {
    e->rows = 1;
    e->is_indexed = true;
  } else if (e->plan->kind == ENT_PLAN_KEYS) {
    e->rows = count_keys(e);
  } else {
    count_search(e);
  }
  if (e->rows < 1) e->rows = 1;
}

static bool has_limit(const sqlite3_index_info *info) {
  for (int i = 0; i < info->nConstraint; i++) {
    if (info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_LIMIT) return true;
  }
  return false;
}

/* No plan costs more than reading all rows. */
static double cost_of(const estimate *e, const sqlite3_index_info *info) {
  double full = e->table_rows;
  double cost = ENT_REQUEST_COST + e->rows;

  if (e->plan->kind == ENT_PLAN_KEYS) return cost;
  if (e->plan->query >= 0) return ENT_LISTED_COST + e->rows;
  /* Without an index the server reads the table, but sends less of it. */
  if (!e->is_indexed) cost += (full - e->rows) / 4;
  if (e->plan->n_orders && !has_limit(info)) cost += e->rows / 10;
  /* SQLite tells the rows of an OR's branches apart by their rowids, and a
   * table without a key has none to speak of: no branch may look cheap beside
   * a scan, whatever is learnt between the two. */
  if (e->entity->key_kind == ENT_KEY_NONE && cost < 0.6 * full) {
    cost = 0.6 * full + e->rows / 100;
  }
  return cost;
}

/* Whether the value of a constraint may come from another table: it is not
 * written in the statement, or not there yet.  A list is not usable, too, where
 * SQLite asks what the plan would be without it. */
static bool is_from_elsewhere(sqlite3_index_info *info, int i) {
  const struct sqlite3_index_constraint *c = &info->aConstraint[i];
  sqlite3_value *value;

  if (sqlite3_vtab_in(info, i, -1)) return false;
  if (!c->usable) return true;
  if (c->op == SQLITE_INDEX_CONSTRAINT_ISNULL ||
      c->op == SQLITE_INDEX_CONSTRAINT_ISNOTNULL) {
    return false;
  }
  return sqlite3_vtab_rhs_value(info, i, &value) != SQLITE_OK;
}

/* Whether SQLite has a choice that statistics decide.  A LIMIT is offered for
 * one table alone. */
static bool has_choice(const ent_table *table, const ent_plan *plan,
                       sqlite3_index_info *info) {
  if (plan->kind == ENT_PLAN_KEYS || finds_one(table->entity, plan) ||
      has_limit(info)) {
    return false;
  }
  for (int i = 0; i < info->nConstraint; i++) {
    if (is_from_elsewhere(info, i)) return true;
  }
  return false;
}

static bool is_old(const ent_cost *cost, int64_t now_ms) {
  if (!cost->was_asked || now_ms - cost->asked_ms >= ENT_STATISTICS_MS) {
    return true;
  }
  return cost->is_known && cost->n_written > ENT_FEW_WRITES &&
         (double)cost->n_written > cost->statistics.n_rows / 4;
}

/* SQLite plans without being interrupted, and sees to it right afterwards: its
 * older versions would forget the interrupt if they were asked for it here. */
static ent_deadline deadline_of(const ent_session *session) {
  int64_t ms = session->timeout_ms;

  return ent_deadline_in(ms && ms < ENT_ANSWER_MS ? ms : ENT_ANSWER_MS);
}

static void ask(ent_table *table) {
  ent_source *source = table->pool->source;
  ent_cost *cost = &table->cost;
  ent_deadline deadline = deadline_of(table->session);
  ent_error err = {.status = ENT_OK};
  ent_arena arena = {.blocks = NULL};
  ent_statistics statistics;
  ent_status status = source->ops->statistics(source, table->entity, &deadline,
                                              &arena, &statistics, &err);

  if (status) {
    ent_arena_done(&arena);
  } else {
    ent_arena_done(&cost->arena);
    cost->arena = arena;
    cost->statistics = statistics;
    cost->is_known = true;
  }
  if (status == ENT_BUSY) return; /* which has cost nothing */
  cost->was_asked = true;
  cost->asked_ms = ent_now_ms();
  cost->n_written = 0;
  if (status == ENT_UNAVAILABLE || status == ENT_TIMEOUT) {
    table->pool->guess_until_ms = cost->asked_ms + ENT_STATISTICS_MS;
  }
}

/* Not what has no key: its costs must stay as they are from one plan of a
 * statement to the next (cost_of()). */
static bool may_know(const ent_table *table) {
  return table->entity->key_kind != ENT_KEY_NONE && table->session->pushdown;
}

/* NULL where all is guessed. */
static const ent_statistics *statistics_of(const ent_table *table) {
  return may_know(table) && table->cost.is_known ? &table->cost.statistics
                                                 : NULL;
}

static bool must_ask(const ent_table *table, const ent_plan *plan,
                     sqlite3_index_info *info) {
  int64_t now_ms;

  if (!may_know(table) || table->pool->is_closed ||
      !has_choice(table, plan, info)) {
    return false;
  }
  now_ms = ent_now_ms();
  return is_old(&table->cost, now_ms) && now_ms >= table->pool->guess_until_ms;
}

/* For the judge, which must not notice: a table of another size in every plan. */
static double wild_rows(void) {
  static const double sizes[] = {10, 100, 5000, 1e6, 3e7};
  static _Atomic uint32_t last;
  uint32_t at = atomic_fetch_add(&last, 1) * UINT32_C(2654435761);

  return sizes[(at >> 16) % ENT_COUNT(sizes)];
}

void ent_cost_tell(ent_table *table, sqlite3_index_info *info) {
  const ent_plan *plan = ent_plans_get(&table->plans, info->idxNum);
  estimate e = {
      .entity = table->entity, .plan = plan, .table_rows = ENT_TABLE_ROWS};

  if (must_ask(table, plan, info)) ask(table);
  e.statistics = statistics_of(table);
  if (e.statistics) e.table_rows = e.statistics->n_rows;
  if (ent_fault("wild-statistics") && may_know(table)) {
    e.table_rows = wild_rows();
  }
  count_rows(&e);
  info->estimatedRows = (sqlite3_int64)e.rows;
  info->estimatedCost = cost_of(&e, info);
}

bool ent_cost_is_guess(const ent_table *table, const sqlite3_index_info *info) {
  const ent_plan *plan = ent_plans_get(&table->plans, info->idxNum);

  return !statistics_of(table) && !finds_one(table->entity, plan);
}
