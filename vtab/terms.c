#include "vtab/terms.h"

#include "vtab/texts.h"

#include <string.h>

/* One taking. */
typedef struct taking {
  ent_terms *terms;
  const ent_table *table;
  ent_arena *arena;
  ent_error *err;
} taking;

static bool is_number(const ent_column *column) {
  const char *declared = ent_column_declared(column);

  return strcmp(declared, "TEXT") != 0 && strcmp(declared, "BLOB") != 0;
}

/* A value as SQLite compares it with a column: with the column's affinity
 * where that is one of numbers.  A number beside a text stays one: whether
 * SQLite compares them as texts is not to be seen here. */
static ent_status take_value(const taking *t, const ent_plan_term *term,
                             sqlite3_value *from, ent_value *to) {
  const ent_entity *entity = t->table->entity;

  if (sqlite3_value_type(from) == SQLITE_INTEGER) { /* of any affinity */
    *to = ent_value_i64(sqlite3_value_int64(from));
    return ENT_OK;
  }
  if (term->column == ENT_ROWID_COLUMN ||
      is_number(&entity->columns[term->column])) {
    sqlite3_value_numeric_type(from);
  }
  return ent_value_copy(from, t->arena, to, t->err);
}

/* The values of an IN, in an array that doubles. */
static ent_status take_list(const taking *t, const ent_plan_term *from,
                            sqlite3_value *list, ent_term *term) {
  sqlite3_value *item;
  ent_value *values = NULL;
  size_t n = 0;
  size_t capacity = 0;
  int rc;

  for (rc = sqlite3_vtab_in_first(list, &item); rc == SQLITE_OK && item;
       rc = sqlite3_vtab_in_next(list, &item)) {
    ent_status status;

    if (n == capacity) {
      ent_value *more;

      capacity = capacity ? 2 * capacity : 16;
      more = ent_arena_alloc(t->arena, capacity * sizeof(*more));
      if (!more) return ent_fail_nomem(t->err);
      if (n) memcpy(more, values, n * sizeof(*more));
      values = more;
    }
    status = take_value(t, from, item, &values[n]);
    if (status) return status;
    if (values[n].kind != ENT_NULL) n++;
  }
  if (rc != SQLITE_OK && rc != SQLITE_DONE) return ent_fail_nomem(t->err);
  term->values = values;
  term->n_values = n;
  return ENT_OK;
}

/* Whether a term is left to SQLite: it may be another than it seems. */
static bool is_hidden(ent_terms *terms, const ent_plan_term *term) {
  if ((term->doubt == ENT_DOUBT_COLLATION &&
       ent_hidden_collation(&terms->hidden)) ||
      (term->doubt == ENT_DOUBT_TWICE && ent_hidden_twice(&terms->hidden))) {
    terms->is_misplanned = true;
    return true;
  }
  return ent_hidden_join(&terms->hidden, (ent_op)term->op);
}

/* Whether a value shows that SQLite may lose rows. */
static ent_status check_part(const taking *t, const ent_plan_term *term,
                             const ent_value *value) {
  const ent_table *table = t->table;
  const ent_entity *entity = table->entity;

  if (term->op != ENT_OP_EQ || term->doubt == ENT_DOUBT_NONE ||
      !ent_hidden_part(&t->terms->hidden, value)) {
    return ENT_OK;
  }
  t->terms->is_misplanned = true;
  if (ent_texts_are_fresh(table->session->db, table->name)) return ENT_OK;
  return ent_fail(t->err, ENT_UNSUPPORTED,
                  "table %s: column %s: SQLite may compare it wrongly in (…) "
                  "IN (SELECT …); write +%s there",
                  entity->name, entity->columns[term->column].name,
                  entity->columns[term->column].name);
}

/* Term i of the plan, unless it is left to SQLite. */
static ent_status take_term(const taking *t, const ent_plan_term *from,
                            ent_value *value, sqlite3_value *given) {
  ent_term *term = &t->terms->items[t->terms->n];
  ent_status status;

  if (is_hidden(t->terms, from)) return ENT_OK;
  t->terms->n++;
  *term = (ent_term){.column = from->column,
                     .op = (ent_op)from->op,
                     .values = value,
                     .n_values = ent_op_has_value((ent_op)from->op)};
  if (from->op == ENT_OP_IN) return take_list(t, from, given, term);
  if (!ent_op_has_value((ent_op)from->op)) return ENT_OK;
  status = take_value(t, from, given, value);
  return status ? status : check_part(t, from, value);
}

ent_status ent_terms_take(ent_terms *terms, const ent_table *table,
                          const ent_plan *plan, sqlite3_value **argv,
                          ent_arena *arena, ent_error *err) {
  taking t = {terms, table, arena, err};
  size_t n = plan->n_terms;
  ent_value *values = terms->few_values;
  ent_status status = ENT_OK;

  terms->items = terms->few;
  if (n > ENT_TERMS_FEW) {
    values = ent_arena_alloc(arena, n * sizeof(*values));
    terms->items = ent_arena_alloc(arena, n * sizeof(ent_term));
    if (!values || !terms->items) return ent_fail_nomem(err);
  }
  terms->n = 0;
  terms->is_misplanned = false;
  for (size_t i = 0; !status && i < n; i++) {
    status = take_term(&t, &plan->terms[i], &values[i], argv[i]);
  }
  return status;
}

uint64_t ent_terms_limit(const ent_plan *plan, sqlite3_value **argv) {
  sqlite3_int64 limit = 0;
  sqlite3_int64 offset = 0;

  if (!plan->has_limit) return 0;
  if (sqlite3_value_type(argv[plan->n_terms]) != SQLITE_INTEGER) return 0;
  limit = sqlite3_value_int64(argv[plan->n_terms]);
  if (plan->has_offset) {
    offset = sqlite3_value_int64(argv[plan->n_terms + 1]);
  }
  if (limit <= 0 || limit > INT32_MAX || offset > INT32_MAX) return 0;
  return (uint64_t)(limit + (offset > 0 ? offset : 0));
}
