#include "backends/mysql/keyorder.h"

#include "backends/mysql/sqltext.h"

#include <string.h>

static const ent_column *column_at(const ent_key_order *order, uint16_t i) {
  return &order->entity->columns[order->entity->key_columns[i]];
}

/* Where a collation does not pad, a server that sorts may take a text for the
 * same as one with NUL bytes behind it, and give them in any order: what is
 * behind the last one of a page is not known then. */
static bool is_sorted_whole(const ent_column *column) {
  return !column->collation || (!strstr(column->collation, "nopad") &&
                                !strstr(column->collation, "_0900_"));
}

/* Whether pages can go on behind a value of the column. */
static bool is_fit(const ent_column *column) {
  switch (column->type) {
  case ENT_TYPE_INTEGER:
  case ENT_TYPE_UNSIGNED:
  case ENT_TYPE_BLOB:
  case ENT_TYPE_DATE:
  case ENT_TYPE_DATETIME: return true;
  case ENT_TYPE_TEXT: return is_sorted_whole(column);
  case ENT_TYPE_YEAR:
  case ENT_TYPE_DECIMAL:
  case ENT_TYPE_FLOAT:
  case ENT_TYPE_DOUBLE:
  case ENT_TYPE_ENUM:
  case ENT_TYPE_SET:
  case ENT_TYPE_JSON:
  case ENT_TYPE_TIME:
  case ENT_TYPE_GEOMETRY: break;
  }
  return false;
}

static bool find_slot(const ent_projection *projection, uint16_t column,
                      uint16_t *slot) {
  for (uint16_t i = 0; i < projection->n_columns; i++) {
    if (projection->columns[i] != column) continue;
    *slot = i;
    return true;
  }
  return false;
}

/* Whether the order asked for is the key's, as far as it goes. */
static bool agrees(const ent_query *query, bool *is_descending) {
  const ent_entity *entity = query->entity;

  *is_descending = query->n_orders > 0 && query->orders[0].descending;
  if (query->n_orders > entity->n_key_columns) return false;
  for (size_t i = 0; i < query->n_orders; i++) {
    if (query->orders[i].column != entity->key_columns[i] ||
        query->orders[i].descending != *is_descending) {
      return false;
    }
  }
  return true;
}

bool ent_key_order_of(const ent_query *query, ent_key_order *order) {
  const ent_entity *entity = query->entity;

  *order = (ent_key_order){.entity = entity, .n = entity->n_key_columns};
  if (entity->key_kind == ENT_KEY_NONE || order->n > ENT_KEY_PARTS) {
    return false;
  }
  for (uint16_t i = 0; i < order->n; i++) {
    if (!is_fit(column_at(order, i)) ||
        !find_slot(query->projection, entity->key_columns[i],
                   &order->slots[i])) {
      return false;
    }
  }
  return agrees(query, &order->is_descending);
}

ent_status ent_key_order_by(const ent_key_order *order, ent_buf *sql,
                            ent_error *err) {
  ent_status status = ENT_OK;

  for (uint16_t i = 0; !status && i < order->n; i++) {
    status = ent_buf_printf(sql, err, "%s", i ? ", " : " ORDER BY ");
    if (!status) status = ent_sql_name(sql, column_at(order, i)->name, err);
    if (!status && order->is_descending) {
      status = ent_buf_append(sql, " DESC", 5, err);
    }
  }
  return status;
}

ent_status ent_key_order_behind(const ent_key_order *order, ent_buf *sql,
                                ent_error *err) {
  ent_op op = order->is_descending ? ENT_OP_LT : ENT_OP_GT;
  ent_status status = ENT_OK;

  for (uint16_t i = 0; !status && i + 1 < order->n; i++) {
    status = ent_buf_append(sql, "(", 1, err);
    if (!status) status = ent_sql_compare(sql, column_at(order, i), op, err);
    if (!status) status = ent_buf_append(sql, " OR (", 5, err);
    if (!status) {
      status = ent_sql_compare(sql, column_at(order, i), ENT_OP_EQ, err);
    }
    if (!status) status = ent_buf_append(sql, " AND ", 5, err);
  }
  if (!status) {
    status = ent_sql_compare(sql, column_at(order, order->n - 1), op, err);
  }
  for (uint16_t i = 0; !status && i + 1 < order->n; i++)
    status = ent_buf_append(sql, "))", 2, err);
  return status;
}

size_t ent_key_order_params(const ent_key_order *order, const ent_row *row,
                            ent_value *params) {
  size_t n = 0;

  for (uint16_t i = 0; i < order->n; i++) {
    ent_value value = ent_row_value(row, order->slots[i]);

    params[n++] = value;
    if (i + 1 < order->n) params[n++] = value;
  }
  return n;
}
