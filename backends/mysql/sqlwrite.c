#include "backends/mysql/sqlwrite.h"

#include "backends/mysql/sqltext.h"

#include <string.h>

static ent_status append(ent_buf *buf, const char *text, ent_error *err) {
  return ent_buf_append(buf, text, strlen(text), err);
}

static ent_status column_names(ent_buf *buf, const ent_entity *entity,
                               const ent_cell *cells, ent_error *err) {
  const char *joint = " (";
  ent_status status = ENT_OK;

  for (uint16_t i = 0; !status && i < entity->n_columns; i++) {
    if (cells[i].use == ENT_CELL_KEEP) continue;
    status = append(buf, joint, err);
    if (!status) status = ent_sql_name(buf, entity->columns[i].name, err);
    joint = ", ";
  }
  /* A row of nothing but what the server makes. */
  if (!status && joint[0] == ' ') status = append(buf, " (", err);
  return status ? status : append(buf, ") VALUES ", err);
}

static ent_status row_of_values(ent_buf *buf, const ent_sql_insert *insert,
                                size_t row, ent_error *err) {
  const ent_entity *entity = insert->entity;
  const ent_cell *cells = insert->cells + row * entity->n_columns;
  const char *joint = row ? ", (" : "(";
  ent_status status = append(buf, joint, err);

  joint = "";
  for (uint16_t i = 0; !status && i < entity->n_columns; i++) {
    bool is_default = cells[i].use == ENT_CELL_DEFAULT && !insert->is_fixed;

    if (insert->cells[i].use == ENT_CELL_KEEP) continue;
    status = append(buf, joint, err);
    if (!status) {
      status = append(buf, is_default ? "DEFAULT" : "?", err);
    }
    joint = ", ";
  }
  return status ? status : append(buf, ")", err);
}

/* "`a` = ?, `b` = ?" */
static ent_status assignments(ent_buf *buf, const ent_entity *entity,
                              const ent_cell *cells, ent_error *err) {
  const char *joint = "";
  ent_status status = ENT_OK;

  for (uint16_t i = 0; !status && i < entity->n_columns; i++) {
    if (cells[i].use == ENT_CELL_KEEP) continue;
    status = append(buf, joint, err);
    if (!status) status = ent_sql_name(buf, entity->columns[i].name, err);
    if (!status) {
      status = append(
          buf, cells[i].use == ENT_CELL_DEFAULT ? " = DEFAULT" : " = ?", err);
    }
    joint = ", ";
  }
  return status;
}

/* "`mark` = IF(`mark` = 0, 0, NULL), ": a row that is marked as deleted is not
 * there, and no value of its own either. */
static ent_status only_living(ent_buf *buf, const ent_entity *entity,
                              ent_error *err) {
  ent_status status;

  if (!entity->is_living) return ENT_OK;
  status = ent_sql_name(buf, entity->mark, err);
  if (!status) status = append(buf, " = IF(", err);
  if (!status) status = ent_sql_name(buf, entity->mark, err);
  return status ? status : append(buf, " = 0, 0, NULL), ", err);
}

/* What happens to the row that is there.  Its key is written to itself first:
 * so something is named where nothing changes, and the key of an integer is
 * noted as the statement's new id. */
static ent_status on_duplicate(ent_buf *buf, const ent_sql_insert *insert,
                               ent_error *err) {
  const ent_entity *entity = insert->entity;
  const char *key = entity->columns[entity->key_columns[0]].name;
  bool is_integer = entity->key_kind == ENT_KEY_INTEGER;
  bool changes = false;
  ent_status status = append(buf, " ON DUPLICATE KEY UPDATE ", err);

  for (uint16_t i = 0; i < entity->n_columns; i++) {
    if (insert->on_duplicate[i].use != ENT_CELL_KEEP) changes = true;
  }
  if (!status) status = only_living(buf, entity, err);
  if (!status) status = ent_sql_name(buf, key, err);
  if (!status) {
    status = append(buf, is_integer ? " = LAST_INSERT_ID(" : " = ", err);
  }
  if (!status) status = ent_sql_name(buf, key, err);
  if (!status && is_integer) status = append(buf, ")", err);
  if (!status && changes) status = append(buf, ", ", err);
  return status ? status : assignments(buf, entity, insert->on_duplicate, err);
}

ent_status ent_sql_insert_text(ent_buf *buf, const ent_sql_insert *insert,
                               ent_error *err) {
  const ent_entity *entity = insert->entity;
  ent_status status =
      append(buf, insert->replaces ? "REPLACE INTO " : "INSERT INTO ", err);

  if (!status) status = ent_sql_name(buf, entity->table, err);
  if (!status) status = column_names(buf, entity, insert->cells, err);
  for (size_t i = 0; !status && i < (insert->is_fixed ? 1 : insert->n_rows);
       i++) {
    status = row_of_values(buf, insert, i, err);
  }
  if (!status && insert->on_duplicate) status = on_duplicate(buf, insert, err);
  if (!status && insert->returns_id) {
    status = append(buf, " RETURNING ", err);
    if (!status) {
      status =
          ent_sql_name(buf, entity->columns[entity->key_columns[0]].name, err);
    }
  }
  return status;
}

/* " WHERE `id` IN (?, ?)" or " WHERE (`a`, `b`) IN ((?, ?), (?, ?))" */
static ent_status where_keys(ent_buf *buf, const ent_entity *entity,
                             size_t n_keys, ent_error *err) {
  ent_status status = append(buf, " WHERE ", err);

  if (!status && entity->n_key_columns == 1) {
    return ent_sql_in(buf, &entity->columns[entity->key_columns[0]], n_keys,
                      err);
  }
  /* A row of columns is no key to every server: an OR of ANDs is. */
  for (size_t k = 0; !status && k < n_keys; k++) {
    status = append(buf, k ? " OR (" : "(", err);
    for (uint16_t i = 0; !status && i < entity->n_key_columns; i++) {
      if (i) status = append(buf, " AND ", err);
      if (!status) {
        status = ent_sql_compare(buf, &entity->columns[entity->key_columns[i]],
                                 ENT_OP_EQ, err);
      }
    }
    if (!status) status = append(buf, ")", err);
  }
  return status;
}

ent_status ent_sql_update_text(ent_buf *buf, const ent_entity *entity,
                               const ent_cell *cells, size_t n_keys,
                               ent_error *err) {
  ent_status status = append(buf, "UPDATE ", err);

  if (!status) status = ent_sql_name(buf, entity->table, err);
  if (!status) status = append(buf, " SET ", err);
  if (!status) status = assignments(buf, entity, cells, err);
  return status ? status : where_keys(buf, entity, n_keys, err);
}

/* " SET `mark` = `id`" */
static ent_status set_mark(ent_buf *buf, const ent_entity *entity,
                           ent_error *err) {
  ent_status status = append(buf, " SET ", err);

  if (!status) status = ent_sql_name(buf, entity->mark, err);
  if (!status) status = append(buf, " = ", err);
  return status ? status
                : ent_sql_name(
                      buf, entity->columns[entity->key_columns[0]].name, err);
}

ent_status ent_sql_delete_text(ent_buf *buf, const ent_entity *entity,
                               size_t n_keys, ent_error *err) {
  ent_status status =
      append(buf, entity->is_living ? "UPDATE " : "DELETE FROM ", err);

  if (!status) status = ent_sql_name(buf, entity->table, err);
  if (!status && entity->is_living) status = set_mark(buf, entity, err);
  return status ? status : where_keys(buf, entity, n_keys, err);
}

/* "SELECT `id` AS c0, `a` AS c1 FROM `t` WHERE FALSE": rows there are none of,
 * but their columns' types, which the list's values take on. */
static ent_status typed_columns(ent_buf *buf, const ent_entity *entity,
                                const ent_cell *cells, size_t *width,
                                ent_error *err) {
  ent_status status = append(buf, "(SELECT ", err);
  size_t n = 0;

  for (; !status && n < entity->n_key_columns; n++) {
    if (n) status = append(buf, ", ", err);
    if (!status) {
      status =
          ent_sql_name(buf, entity->columns[entity->key_columns[n]].name, err);
    }
    if (!status) status = ent_buf_printf(buf, err, " AS c%zu", n);
  }
  for (uint16_t i = 0; !status && i < entity->n_columns; i++) {
    if (cells[i].use == ENT_CELL_KEEP) continue;
    status = append(buf, ", ", err);
    if (!status) status = ent_sql_name(buf, entity->columns[i].name, err);
    if (!status) status = ent_buf_printf(buf, err, " AS c%zu", n++);
  }
  if (!status) status = append(buf, " FROM ", err);
  if (!status) status = ent_sql_name(buf, entity->table, err);
  if (!status) status = append(buf, " WHERE FALSE", err);
  *width = n;
  return status;
}

/* The rows' keys and values as a table n. */
static ent_status list_of_rows(ent_buf *buf, const ent_entity *entity,
                               const ent_cell *cells, size_t n_rows,
                               ent_error *err) {
  size_t width;
  ent_status status = typed_columns(buf, entity, cells, &width, err);

  if (!status) status = append(buf, " UNION ALL VALUES ", err);
  for (size_t row = 0; !status && row < n_rows; row++) {
    status = append(buf, row ? ", (" : "(", err);
    for (size_t i = 0; !status && i < width; i++) {
      status = append(buf, i ? ", ?" : "?", err);
    }
    if (!status) status = append(buf, ")", err);
  }
  return status ? status : append(buf, ") AS n", err);
}

/* "t.`id` = n.c0": in the column's own charset and collation, else no index
 * would serve. */
static ent_status join_key(ent_buf *buf, const ent_column *column, size_t i,
                           ent_error *err) {
  ent_status status = append(buf, i ? " AND t." : " ON t.", err);

  if (!status) status = ent_sql_name(buf, column->name, err);
  if (status) return status;
  if (!column->charset) return ent_buf_printf(buf, err, " = n.c%zu", i);
  return ent_buf_printf(buf, err, " = CONVERT(n.c%zu USING %s) COLLATE %s", i,
                        column->charset, column->collation);
}

ent_status ent_sql_update_each_text(ent_buf *buf, const ent_entity *entity,
                                    const ent_cell *cells, size_t n_rows,
                                    ent_error *err) {
  size_t n_key = entity->n_key_columns;
  size_t at = n_key;
  ent_status status = append(buf, "UPDATE ", err);

  if (!status) status = ent_sql_name(buf, entity->table, err);
  if (!status) status = append(buf, " AS t JOIN ", err);
  if (!status) status = list_of_rows(buf, entity, cells, n_rows, err);
  for (size_t i = 0; !status && i < n_key; i++) {
    status = join_key(buf, &entity->columns[entity->key_columns[i]], i, err);
  }
  for (uint16_t i = 0; !status && i < entity->n_columns; i++) {
    if (cells[i].use == ENT_CELL_KEEP) continue;
    status = append(buf, at == n_key ? " SET t." : ", t.", err);
    if (!status) status = ent_sql_name(buf, entity->columns[i].name, err);
    if (!status) status = ent_buf_printf(buf, err, " = n.c%zu", at++);
  }
  return status;
}
