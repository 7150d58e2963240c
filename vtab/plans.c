#include "vtab/plans.h"

#include <stdatomic.h>
#include <string.h>

static bool same_terms(const ent_plan *a, const ent_plan *b) {
  if (a->n_terms != b->n_terms || a->n_orders != b->n_orders) return false;
  for (size_t i = 0; i < a->n_terms; i++) {
    if (a->terms[i].column != b->terms[i].column ||
        a->terms[i].op != b->terms[i].op ||
        a->terms[i].doubt != b->terms[i].doubt) {
      return false;
    }
  }
  for (size_t i = 0; i < a->n_orders; i++) {
    if (a->orders[i].column != b->orders[i].column ||
        a->orders[i].descending != b->orders[i].descending) {
      return false;
    }
  }
  return true;
}

static bool same_plan(const ent_plan *a, const ent_plan *b) {
  return a->kind == b->kind && a->query == b->query &&
         a->has_limit == b->has_limit && a->has_offset == b->has_offset &&
         a->is_count == b->is_count && a->is_distinct == b->is_distinct &&
         a->shows_bytes == b->shows_bytes &&
         a->projection.n_columns == b->projection.n_columns &&
         memcmp(a->projection.columns, b->projection.columns,
                2 * (size_t)a->projection.n_columns) == 0 &&
         same_terms(a, b);
}

int ent_plans_find(const ent_plans *plans, const ent_plan *plan) {
  for (size_t i = 0; i < plans->n; i++) {
    if (same_plan(plans->plans[i], plan)) return (int)i;
  }
  return -1;
}

static void free_plan(ent_plan *plan) {
  if (!plan) return;
  sqlite3_free(plan->columns);
  sqlite3_free(plan->slots);
  sqlite3_free(plan->terms);
  sqlite3_free(plan->orders);
  sqlite3_free(plan->words);
  sqlite3_free(plan);
}

/* NULL if there is no memory. */
static void *duplicate(const void *from, size_t size) {
  void *copy = sqlite3_malloc64(size + 1);

  if (copy && size) memcpy(copy, from, size);
  return copy;
}

/* Ids are the process's, for any thread. */
uint64_t ent_plan_projection_id(void) {
  static _Atomic uint64_t last;

  return atomic_fetch_add(&last, 1) + 1;
}

/* The copy owns `words`, which are freed where there is none. */
static ent_plan *copy_plan(const ent_plan *from, uint16_t n_columns,
                           char *words) {
  ent_plan *plan = duplicate(from, sizeof(*from));

  if (!plan) {
    sqlite3_free(words);
    return NULL;
  }
  plan->columns = duplicate(from->projection.columns,
                            2 * (size_t)from->projection.n_columns);
  plan->projection.columns = plan->columns;
  plan->projection.id = ent_plan_projection_id();
  plan->slots = duplicate(from->slots, 2 * (size_t)n_columns);
  plan->terms = duplicate(from->terms, from->n_terms * sizeof(*from->terms));
  plan->orders =
      duplicate(from->orders, from->n_orders * sizeof(*from->orders));
  plan->words = words;
  if (plan->columns && plan->slots && plan->terms && plan->orders &&
      plan->words) {
    return plan;
  }
  free_plan(plan);
  return NULL;
}

static bool make_room(ent_plans *plans) {
  size_t capacity = plans->capacity ? 2 * plans->capacity : 8;
  ent_plan **more;

  if (plans->n < plans->capacity) return true;
  more = sqlite3_realloc64(plans->plans, capacity * sizeof(ent_plan *));
  if (!more) return false;
  plans->plans = more;
  plans->capacity = capacity;
  return true;
}

int ent_plans_add(ent_plans *plans, const ent_plan *from, uint16_t n_columns,
                  char *words) {
  ent_plan *plan = copy_plan(from, n_columns, words);

  if (!plan) return -1;
  if (!make_room(plans)) {
    free_plan(plan);
    return -1;
  }
  plans->plans[plans->n] = plan;
  return (int)plans->n++;
}

void ent_plans_note_rows(ent_plans *plans, int index) {
  plans->plans[index]->shows_rows = true;
}

const ent_plan *ent_plans_get(const ent_plans *plans, int index) {
  return plans->plans[index];
}

ent_hidden_schemas *ent_plans_schemas(const ent_plans *plans, int index) {
  return &plans->plans[index]->schemas;
}

void ent_plans_done(ent_plans *plans) {
  for (size_t i = 0; i < plans->n; i++)
    free_plan(plans->plans[i]);
  sqlite3_free(plans->plans);
  *plans = (ent_plans){.n = 0};
}
