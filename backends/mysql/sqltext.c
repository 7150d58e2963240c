#include "backends/mysql/sqltext.h"

#include "backends/base/faults.h"
#include "backends/mysql/like.h"
#include "backends/mysql/ship.h"

#include <stdio.h>
#include <string.h>

enum {
  ENT_SQL_CEILING = 16 << 20,
  ENT_MAX_PARAMS = 60000, /* the protocol counts them in 16 bits */
  ENT_WORDS_COLUMNS = 8,
};

static const char *op_text(ent_op op) {
  switch (op) {
  case ENT_OP_EQ: return " = ";
  case ENT_OP_GT: return " > ";
  case ENT_OP_GE: return " >= ";
  case ENT_OP_LT: return " < ";
  case ENT_OP_LE: return " <= ";
  case ENT_OP_NE: return " <> ";
  case ENT_OP_IS: return " IS ";
  case ENT_OP_IS_NOT: return " IS NOT ";
  case ENT_OP_LIKE: return " LIKE ";
  case ENT_OP_GLOB: return " GLOB ";
  case ENT_OP_IN: return " IN ";
  case ENT_OP_IS_NULL: return " IS NULL";
  case ENT_OP_NOT_NULL: return " IS NOT NULL";
  }
  return "";
}

static ent_status append(ent_buf *buf, const char *text, ent_error *err) {
  return ent_buf_append(buf, text, strlen(text), err);
}

ent_status ent_sql_name(ent_buf *buf, const char *name, ent_error *err) {
  size_t size = strlen(name);
  char *at;
  ent_status status = ent_buf_reserve(buf, 2 * size + 2, &at, err);

  if (status) return status;
  *at++ = '`';
  for (size_t i = 0; i < size; i++) {
    *at++ = name[i];
    if (name[i] == '`') *at++ = '`';
  }
  *at++ = '`';
  buf->size = (size_t)(at - buf->data);
  return ENT_OK;
}

/* "?", or the placeholder converted to the column's charset: a text that does
 * not fit it must find no row, not be an illegal mix of collations.  What does
 * not fit becomes "?" there, so the value found is looked at again. */
static ent_status placeholder(ent_buf *buf, const ent_column *column,
                              ent_error *err) {
  if (!column->charset || column->fits_charset) return append(buf, "?", err);
  return ent_buf_printf(buf, err, "CONVERT(? USING %s) COLLATE %s",
                        column->charset, column->collation);
}

ent_status ent_sql_compare(ent_buf *buf, const ent_column *column, ent_op op,
                           ent_error *err) {
  ent_status status = ent_sql_name(buf, column->name, err);

  if (!status) status = append(buf, op_text(op), err);
  return status ? status : placeholder(buf, column, err);
}

ent_status ent_sql_living(ent_buf *buf, const ent_entity *entity,
                          const char *joint, ent_error *err) {
  ent_status status;

  if (!entity->is_living) return ENT_OK;
  status = append(buf, joint, err);
  if (!status) status = ent_sql_name(buf, entity->mark, err);
  return status ? status : append(buf, " = 0", err);
}

ent_status ent_sql_in(ent_buf *buf, const ent_column *column, size_t n,
                      ent_error *err) {
  ent_status status;

  if (n == 1) return ent_sql_compare(buf, column, ENT_OP_EQ, err);
  status = ent_sql_name(buf, column->name, err);
  if (!status) status = append(buf, " IN (", err);
  for (size_t i = 0; !status && i < n; i++) {
    if (i) status = append(buf, ", ", err);
    if (!status) status = placeholder(buf, column, err);
  }
  return status ? status : append(buf, ")", err);
}

ent_status ent_sql_select(ent_buf *buf, const ent_entity *entity,
                          const ent_projection *projection, ent_error *err) {
  uint16_t n = projection->n_columns;
  ent_status status = append(buf, n ? "SELECT " : "SELECT 1", err);

  for (uint16_t i = 0; !status && i < n; i++) {
    const char *name = entity->columns[projection->columns[i]].name;

    if (i) status = append(buf, ", ", err);
    if (!status) status = ent_sql_name(buf, name, err);
  }
  if (!status) status = append(buf, " FROM ", err);
  return status ? status : ent_sql_name(buf, entity->table, err);
}

/* Whether texts that a server takes for equal may differ. */
static bool folds(const ent_column *column) {
  return column->type == ENT_TYPE_TEXT && !column->is_bytewise;
}

/* A column's text as bytes of UTF-8, which no collation makes equal; any other
 * column as it is. */
static ent_status bytes_of(ent_buf *sql, const ent_column *column,
                           ent_error *err) {
  bool is_text = folds(column);
  bool is_converted = is_text && !column->fits_charset;
  ent_status status = ENT_OK;

  if (is_text) status = append(sql, "CAST(", err);
  if (!status && is_converted) status = append(sql, "CONVERT(", err);
  if (!status) status = ent_sql_name(sql, column->name, err);
  if (!status && is_converted) status = append(sql, " USING utf8mb4)", err);
  if (!status && is_text) status = append(sql, " AS BINARY)", err);
  return status;
}

ent_status ent_sql_group(ent_buf *buf, const ent_query *query, ent_error *err) {
  const ent_projection *projection = query->projection;
  ent_status status = ENT_OK;

  for (uint16_t i = 0; query->distinct && !status && i < projection->n_columns;
       i++) {
    status = append(buf, i ? ", " : " GROUP BY ", err);
    if (!status) {
      status =
          bytes_of(buf, &query->entity->columns[projection->columns[i]], err);
    }
  }
  return status;
}

/* A text that compares its bytes: what a server sorts by is filled up with
 * zeros, so that 'a' and 'a' with NUL bytes behind it are alike there. */
static bool is_padded_by_zeros(const ent_query *query, const ent_order *order) {
  const ent_column *column = &query->entity->columns[order->column];

  return column->type == ENT_TYPE_TEXT && column->is_bytewise;
}

static ent_status order_by_length(ent_buf *buf, const ent_query *query,
                                  const ent_order *order, ent_error *err) {
  ent_status status = append(buf, ", LENGTH(", err);

  if (!status) {
    status = ent_sql_name(buf, query->entity->columns[order->column].name, err);
  }
  return status ? status : append(buf, order->descending ? ") DESC" : ")", err);
}

ent_status ent_sql_order(ent_buf *buf, const ent_query *query, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < query->n_orders; i++) {
    const ent_order *order = &query->orders[i];

    status = append(buf, i ? ", " : " ORDER BY ", err);
    if (!status && ent_fault("null-order")) {
      status =
          ent_sql_name(buf, query->entity->columns[order->column].name, err);
      if (!status) status = append(buf, " IS NULL, ", err);
    }
    if (!status) {
      status =
          ent_sql_name(buf, query->entity->columns[order->column].name, err);
    }
    if (!status && order->descending) status = append(buf, " DESC", err);
    if (!status && is_padded_by_zeros(query, order)) {
      status = order_by_length(buf, query, order, err);
    }
  }
  return status;
}

/* One term at a time: its text behind "WHERE" or "AND". */
static ent_status start_term(ent_buf *sql, ent_error *err) {
  return append(sql, sql->size ? " AND " : " WHERE ", err);
}

static ent_status bytes_placeholder(ent_buf *sql, const ent_column *column,
                                    ent_error *err) {
  return append(sql, folds(column) ? "CAST(? AS BINARY)" : "?", err);
}

static ent_status compare_bytes(ent_buf *sql, const ent_column *column,
                                const char *op, ent_error *err) {
  ent_status status = bytes_of(sql, column, err);

  if (!status) status = append(sql, op, err);
  return status ? status : bytes_placeholder(sql, column, err);
}

/* "`c` <> ?", or "(`c` IS NULL OR `c` <> ?)". */
static ent_status add_unequal(ent_buf *sql, const ent_column *column,
                              bool or_null, ent_error *err) {
  ent_status status = ENT_OK;

  if (!or_null) return compare_bytes(sql, column, " <> ", err);
  status = append(sql, "(", err);
  if (!status) status = ent_sql_name(sql, column->name, err);
  if (!status) status = append(sql, " IS NULL OR ", err);
  if (!status) status = compare_bytes(sql, column, " <> ", err);
  return status ? status : append(sql, ")", err);
}

/* As the collation has it, for the index, and as bytes. */
static ent_status add_equal(const ent_column *column, const ent_value *value,
                            ent_sql_where *where, ent_error *err) {
  ent_status status = ent_sql_compare(&where->sql, column, ENT_OP_EQ, err);

  if (status || !folds(column)) return status;
  where->params[where->n_params++] = *value;
  status = append(&where->sql, " AND ", err);
  return status ? status : compare_bytes(&where->sql, column, " = ", err);
}

#define LAST_CHARACTER "_utf8mb4 X'F48FBFBF'" /* U+10FFFF */

/* "BETWEEN <the prefix and `low`> AND <the prefix and the last characters>" */
static ent_status add_beginnings(const ent_column *column, const char *low,
                                 const ent_value *prefix, ent_sql_where *where,
                                 ent_error *err) {
  ent_status status = ent_sql_name(&where->sql, column->name, err);

  where->params[where->n_params++] = *prefix;
  where->params[where->n_params++] = *prefix;
  if (status) return status;
  return ent_buf_printf(&where->sql, err,
                        " BETWEEN CONCAT(?, %s) AND "
                        "CONCAT(?, REPEAT(" LAST_CHARACTER ", %u))",
                        low, (unsigned)column->max_chars);
}

static ent_status add_pattern(const ent_column *column,
                              const ent_value *pattern, ent_sql_where *where,
                              ent_error *err) {
  ent_status status;

  where->params[where->n_params++] = *pattern;
  status = ent_sql_compare(&where->sql, column, ENT_OP_LIKE, err);
  return status ? status : append(&where->sql, " ESCAPE '|'", err);
}

/* The texts that begin with a prefix; see like.h. */
static ent_status add_like(const ent_column *column, const ent_shipped *shipped,
                           ent_sql_where *where, ent_error *err) {
  ent_like_form form = ent_like_form_of(column);
  ent_status status = ENT_OK;
  char zeros[64];

  if (form == ENT_LIKE_FROM) {
    return add_beginnings(column, "_utf8mb4 ''", &shipped->high, where, err);
  }
  if (form == ENT_LIKE_RANGE) {
    snprintf(zeros, sizeof(zeros), "REPEAT(_utf8mb4 X'00', %u)",
             (unsigned)column->max_chars);
    return add_beginnings(column, zeros, &shipped->high, where, err);
  }
  if (form == ENT_LIKE_EACH) status = append(&where->sql, "IF(", err);
  if (form == ENT_LIKE_AND_BEYOND) status = append(&where->sql, "(", err);
  if (!status) status = add_pattern(column, &shipped->value, where, err);
  if (status || form == ENT_LIKE_INDEXED) return status;
  if (form == ENT_LIKE_EACH) return append(&where->sql, ", 1, 0)", err);
  status = append(&where->sql, " OR ", err);
  if (!status) {
    status = add_beginnings(column, "_utf8mb4 X'EFBFBE'", &shipped->high, where,
                            err);
  }
  return status ? status : append(&where->sql, ")", err);
}

static ent_status add_shipped(const ent_column *column,
                              const ent_shipped *shipped, ent_sql_where *where,
                              ent_error *err) {
  ent_status status = start_term(&where->sql, err);

  if (status) return status;
  if (!shipped->is_exact) where->is_exact = false;
  if (shipped->op == ENT_OP_LIKE) return add_like(column, shipped, where, err);
  if (ent_op_has_value(shipped->op)) {
    where->params[where->n_params++] = shipped->value;
  }
  switch ((int)shipped->op) {
  case ENT_OP_NE:
  case ENT_OP_IS_NOT:
    return add_unequal(&where->sql, column, shipped->op == ENT_OP_IS_NOT, err);
  case ENT_OP_IS_NULL:
  case ENT_OP_NOT_NULL:
    status = ent_sql_name(&where->sql, column->name, err);
    return status ? status : append(&where->sql, op_text(shipped->op), err);
  case ENT_OP_EQ: return add_equal(column, &shipped->value, where, err);
  case ENT_OP_IN: break;
  default: return ent_sql_compare(&where->sql, column, shipped->op, err);
  }
  /* MySQL 5.6 finds nothing BETWEEN a signed and an unsigned parameter. */
  where->params[where->n_params++] = shipped->high;
  status = ent_sql_compare(&where->sql, column, ENT_OP_GE, err);
  if (!status) status = append(&where->sql, " AND ", err);
  return status ? status : ent_sql_compare(&where->sql, column, ENT_OP_LE, err);
}

static ent_status add_comparison(const ent_query *query, const ent_term *term,
                                 ent_arena *arena, ent_sql_where *where,
                                 ent_error *err) {
  const ent_column *column = &query->entity->columns[term->column];
  ent_shipped *shipped = ent_arena_alloc(arena, sizeof(*shipped));

  if (!shipped) return ent_fail_nomem(err);
  switch (ent_ship_value(column, term->op, &term->values[0], shipped)) {
  case ENT_SHIP_NONE: where->is_empty = true; return ENT_OK;
  case ENT_SHIP_ALL:
    if (!shipped->is_exact) where->is_exact = false;
    return ENT_OK;
  case ENT_SHIP_SEND: break;
  }
  return add_shipped(column, shipped, where, err);
}

/* The values of an IN that some row can equal, made MySQL's.  `*n` becomes
 * their number; -1 where one of them is left to SQLite, and so the whole
 * list. */
static ent_status ship_list(const ent_column *column, const ent_term *term,
                            ent_arena *arena, ent_sql_where *where, long *n,
                            ent_error *err) {
  ent_value *params = where->params + where->n_params;

  *n = 0;
  for (size_t i = 0; i < term->n_values; i++) {
    ent_shipped *shipped = ent_arena_alloc(arena, sizeof(*shipped));
    ent_ship_verdict verdict;

    if (!shipped) return ent_fail_nomem(err);
    verdict = ent_ship_value(column, ENT_OP_EQ, &term->values[i], shipped);
    if (verdict == ENT_SHIP_ALL ||
        (verdict == ENT_SHIP_SEND && shipped->op != ENT_OP_EQ)) {
      *n = -1;
      return ENT_OK;
    }
    if (verdict != ENT_SHIP_SEND) continue;
    if (!shipped->is_exact) where->is_exact = false;
    params[(*n)++] = shipped->value;
  }
  return ENT_OK;
}

/* Lists of like length share one statement: they are filled up to a power of
 * two by repeating the last value. */
static long fill_up(ent_value *params, long n) {
  long full = 1;

  while (full < n)
    full *= 2;
  if (full > ENT_MAX_PARAMS / 2) return n;
  for (long i = n; i < full; i++)
    params[i] = params[n - 1];
  return full;
}

static ent_status add_in(const ent_query *query, const ent_term *term,
                         ent_arena *arena, ent_sql_where *where,
                         ent_error *err) {
  const ent_column *column = &query->entity->columns[term->column];
  ent_value *params = where->params + where->n_params;
  ent_status status;
  long n;

  /* So long a list is compared faster here than sent there. */
  if (where->n_params + term->n_values > ENT_MAX_PARAMS) {
    where->is_exact = false;
    return ENT_OK;
  }
  status = ship_list(column, term, arena, where, &n, err);
  if (n < 0) where->is_exact = false;
  if (status || n < 0) return status;
  if (n == 0) {
    where->is_empty = true;
    return ENT_OK;
  }
  n = fill_up(params, n);
  status = start_term(&where->sql, err);
  where->n_params += (size_t)n;
  /* Not as bytes: those that differ in no more than these are few. */
  if (folds(column)) where->is_exact = false;
  return status ? status : ent_sql_in(&where->sql, column, (size_t)n, err);
}

static ent_status add_null_test(const ent_query *query, const ent_term *term,
                                ent_sql_where *where, ent_error *err) {
  const ent_column *column = &query->entity->columns[term->column];
  ent_shipped shipped = {.op = term->op,
                         .is_exact = ent_ship_is_exact(column, term->op)};

  return add_shipped(column, &shipped, where, err);
}

static ent_status add_term(const ent_query *query, const ent_term *term,
                           ent_arena *arena, ent_sql_where *where,
                           ent_error *err) {
  if (!ent_op_has_value(term->op)) {
    return add_null_test(query, term, where, err);
  }
  return term->op == ENT_OP_IN ? add_in(query, term, arena, where, err)
                               : add_comparison(query, term, arena, where, err);
}

ent_status ent_sql_where_make(const ent_query *query, ent_arena *arena,
                              ent_sql_where *where, ent_error *err) {
  ent_status status = ENT_OK;
  size_t room = 0;

  *where = (ent_sql_where){.is_exact = true};
  ent_buf_init(&where->sql, ENT_SQL_CEILING);
  /* A list may double, a comparison have two values, a prefix three. */
  for (size_t i = 0; i < query->n_terms; i++) {
    room += 2 + 2 * query->terms[i].n_values;
  }
  where->params = ent_arena_alloc(arena, (room + 1) * sizeof(ent_value));
  if (!where->params) return ent_fail_nomem(err);
  for (size_t i = 0; !status && !where->is_empty && i < query->n_terms; i++) {
    status = add_term(query, &query->terms[i], arena, where, err);
  }
  if (status || where->is_empty) return status;
  return ent_sql_living(&where->sql, query->entity,
                        where->sql.size ? " AND " : " WHERE ", err);
}

void ent_sql_where_done(ent_sql_where *where) {
  ent_buf_done(&where->sql);
}

static ent_status words_columns(ent_buf *buf, const ent_query *query,
                                ent_error *err) {
  ent_status status = append(buf, "SELECT ", err);

  if (!status && query->projection->n_columns == 0)
    status = append(buf, "1", err);
  if (!status && query->projection->n_columns > ENT_WORDS_COLUMNS) {
    return append(buf, "…", err);
  }
  for (uint16_t i = 0; !status && i < query->projection->n_columns; i++) {
    status = ent_buf_printf(
        buf, err, "%s%s", i ? ", " : "",
        query->entity->columns[query->projection->columns[i]].name);
  }
  return status;
}

static ent_status words_term(ent_buf *buf, const ent_query *query, size_t i,
                             ent_error *err) {
  const ent_term *term = &query->terms[i];
  const char *name = query->entity->columns[term->column].name;
  const char *joint = i ? " AND " : " WHERE ";

  return ent_buf_printf(buf, err, "%s%s%s%s", joint, name, op_text(term->op),
                        term->op == ENT_OP_IN        ? "(…)"
                        : ent_op_has_value(term->op) ? "?"
                                                     : "");
}

ent_status ent_sql_words(ent_buf *buf, const ent_query *query, ent_error *err) {
  ent_status status = words_columns(buf, query, err);

  if (!status) {
    status = ent_buf_printf(buf, err, " FROM %s", query->entity->table);
  }
  for (size_t i = 0; !status && i < query->n_terms; i++) {
    status = words_term(buf, query, i, err);
  }
  if (!status && query->entity->is_living) {
    status = ent_buf_printf(buf, err, "%s%s = 0",
                            query->n_terms ? " AND " : " WHERE ",
                            query->entity->mark);
  }
  for (uint16_t i = 0;
       query->distinct && !status && i < query->projection->n_columns; i++) {
    status = ent_buf_printf(
        buf, err, "%s%s", i ? ", " : " GROUP BY ",
        query->entity->columns[query->projection->columns[i]].name);
  }
  for (size_t i = 0; !status && i < query->n_orders; i++) {
    const ent_order *order = &query->orders[i];

    status = ent_buf_printf(buf, err, "%s%s%s", i ? ", " : " ORDER BY ",
                            query->entity->columns[order->column].name,
                            order->descending ? " DESC" : "");
  }
  return status;
}
