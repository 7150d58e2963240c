#include "backends/mysql/batchwrite.h"

#include "backends/base/faults.h"
#include "backends/mysql/marking.h"
#include "backends/mysql/sqlwrite.h"
#include "backends/mysql/statements.h"

enum {
  ENT_ID_ROW = 256,
  /* errors of a server that lacks what was asked, or refuses it */
  ENT_SYNTAX_ERROR = 1064,
  ENT_TABLE_DENIED = 1142,
  ENT_COLUMN_DENIED = 1143,
};

/* The cells of a batch that are named in its statement, without the others. */
static ent_cell *named_cells(ent_mysql_scratch *scratch,
                             const ent_mysql_batch *batch) {
  uint16_t width = batch->entity->n_columns;
  size_t n = 0;
  ent_cell *named = ent_arena_alloc(
      &scratch->memory, batch->n_rows * width * sizeof(ent_cell) + 1);

  for (size_t i = 0; named && i < batch->n_rows * width; i++) {
    if (batch->cells[i].use != ENT_CELL_KEEP) named[n++] = batch->cells[i];
  }
  return named;
}

/* Reads the ids that RETURNING gives: the last one is the last row's. */
static ent_status read_ids(const ent_mysql_scratch *scratch,
                           const ent_entity *entity,
                           ent_mysql_statement *statement,
                           const ent_deadline *deadline, ent_written *written,
                           ent_error *err) {
  ent_buf row;
  ent_status status = ENT_OK;

  ent_buf_init(&row, ENT_ID_ROW);
  while (!status) {
    row.size = 0;
    status = ent_mysql_statement_fetch(statement, deadline, &row, err);
    if (!status) {
      written->has_id = true;
      written->id = (int64_t)ent_row_value((const ent_row *)row.data, 0).as.u64;
      ent_mysql_scratch_tell(scratch, entity, &written->id);
    }
  }
  ent_buf_done(&row);
  return status == ENT_DONE ? ENT_OK : status;
}

static bool makes_ids(const ent_mysql_batch *batch) {
  const ent_entity *entity = batch->entity;

  if (entity->key_kind != ENT_KEY_INTEGER) return false;
  for (size_t i = 0; i < batch->n_rows; i++) {
    const ent_cell *row = batch->cells + i * entity->n_columns;
    const ent_cell *key = &row[entity->key_columns[0]];

    if (key->use != ENT_CELL_VALUE || key->value.kind == ENT_NULL) return true;
  }
  return false;
}

static bool has_arrays(ent_mysql_connection *connection) {
  return !ent_fault("no-arrays") &&
         ent_mysql_client_has_arrays(ent_mysql_connection_client(connection));
}

static ent_status execute_insert(ent_mysql_scratch *scratch,
                                 const ent_mysql_batch *batch, bool is_fixed,
                                 ent_mysql_statement *statement,
                                 const ent_deadline *deadline, ent_error *err) {
  size_t n_cells = batch->n_rows * batch->entity->n_columns;
  ent_cell *cells;
  ent_status status;

  if (!is_fixed) {
    status = ent_mysql_scratch_values(scratch, batch->cells, n_cells, err);
    return status
               ? status
               : ent_mysql_statement_execute(statement, scratch->params,
                                             scratch->n_params, deadline, err);
  }
  cells = named_cells(scratch, batch);
  if (!cells) return ent_fail_nomem(err);
  return ent_mysql_statement_execute_rows(statement, cells, batch->n_rows,
                                          &scratch->memory, deadline, err);
}

static ent_status insert_rows(ent_mysql_scratch *scratch,
                              ent_mysql_connection *connection,
                              const ent_mysql_batch *batch, bool returns_id,
                              const ent_deadline *deadline,
                              ent_written *written, ent_error *err) {
  ent_sql_insert insert = {.entity = batch->entity,
                           .cells = batch->cells,
                           .n_rows = batch->n_rows,
                           .is_fixed = has_arrays(connection),
                           .replaces = batch->replaces,
                           .returns_id = returns_id};
  ent_mysql_statement *statement;
  ent_status status;

  ent_mysql_scratch_start(scratch);
  status = ent_sql_insert_text(&scratch->sql, &insert, err);
  if (!status) {
    status = ent_mysql_connection_statement(connection, scratch->sql.data,
                                            scratch->sql.size, deadline,
                                            &statement, err);
  }
  /* A row of defaults only has no placeholder to give arrays to. */
  if (!status && insert.is_fixed &&
      ent_mysql_statement_n_params(statement) == 0) {
    return ent_fail(err, ENT_UNSUPPORTED, "rows without values");
  }
  if (!status) {
    status = execute_insert(scratch, batch, insert.is_fixed, statement,
                            deadline, err);
  }
  if (!status && returns_id) {
    status =
        read_ids(scratch, batch->entity, statement, deadline, written, err);
  }
  return status;
}

/* Whether the server has refused RETURNING, not the rows. */
static bool is_refused(const ent_error *err) {
  return err->native == ENT_SYNTAX_ERROR || err->native == ENT_TABLE_DENIED ||
         err->native == ENT_COLUMN_DENIED;
}

/* Ids that a server makes are known of one row: without RETURNING the last row
 * goes alone. */
static ent_status insert_last_alone(ent_mysql_scratch *scratch,
                                    ent_mysql_connection *connection,
                                    const ent_mysql_batch *batch,
                                    const ent_deadline *deadline,
                                    ent_written *written, ent_error *err) {
  ent_write last = ent_mysql_batch_row(batch, batch->n_rows - 1);
  ent_mysql_batch rest = *batch;
  ent_status status = ent_mysql_scratch_mark(connection, deadline, err);

  if (status) return status;
  rest.n_rows--;
  if (rest.n_rows) ent_mysql_scratch_tell(scratch, batch->entity, NULL);
  status =
      insert_rows(scratch, connection, &rest, false, deadline, written, err);
  if (!status) {
    status = ent_mysql_write_row(scratch, connection, &last, NULL, deadline,
                                 written, err);
  }
  return ent_mysql_scratch_undo(connection, deadline, status);
}

static ent_status insert_batch(ent_mysql_scratch *scratch,
                               ent_mysql_connection *connection,
                               const ent_mysql_batch *batch,
                               const ent_deadline *deadline,
                               ent_written *written, ent_error *err) {
  ent_write last = ent_mysql_batch_row(batch, batch->n_rows - 1);
  ent_error refused = {.status = ENT_OK};
  ent_status status;

  if (!makes_ids(batch)) {
    status =
        insert_rows(scratch, connection, batch, false, deadline, written, err);
    written->has_id = !status && batch->entity->key_kind == ENT_KEY_INTEGER &&
                      ent_mysql_own_id(batch->entity, last.cells, &written->id);
    return status;
  }
  if (!scratch->lacks_returning) {
    status = insert_rows(scratch, connection, batch, true, deadline, written,
                         &refused);
    if (!status || !is_refused(&refused)) {
      if (status && err && err->status == ENT_OK) *err = refused;
      return status;
    }
    scratch->lacks_returning = true;
  }
  return insert_last_alone(scratch, connection, batch, deadline, written, err);
}

/* Whether rows can be found again by a list of their keys: joined, they are
 * compared as the types of the columns. */
static bool can_join(const ent_entity *entity) {
  for (uint16_t i = 0; i < entity->n_key_columns; i++) {
    switch ((int)entity->columns[entity->key_columns[i]].type) {
    case ENT_TYPE_INTEGER:
    case ENT_TYPE_UNSIGNED:
    case ENT_TYPE_TEXT:
    case ENT_TYPE_BLOB: break;
    default: return false;
    }
  }
  return true;
}

/* The statement that gives every row values of its own. */
static ent_status each_text(ent_mysql_scratch *scratch,
                            const ent_mysql_batch *batch, ent_error *err) {
  const ent_entity *entity = batch->entity;
  ent_status status;

  if (scratch->lacks_lists || !can_join(entity)) {
    return ent_fail(err, ENT_UNSUPPORTED, "an update joined with a list");
  }
  status = ent_sql_update_each_text(&scratch->sql, entity, batch->cells,
                                    batch->n_rows, err);
  for (size_t i = 0; !status && i < batch->n_rows; i++) {
    ent_write row = ent_mysql_batch_row(batch, i);

    status =
        ent_mysql_scratch_keys(scratch, row.key, entity->n_key_columns, err);
    if (!status) {
      status =
          ent_mysql_scratch_values(scratch, row.cells, entity->n_columns, err);
    }
  }
  return status;
}

/* The statement that gives all rows the same values. */
static ent_status same_text(ent_mysql_scratch *scratch,
                            const ent_mysql_batch *batch, ent_error *err) {
  const ent_entity *entity = batch->entity;
  ent_status status = ent_sql_update_text(&scratch->sql, entity, batch->cells,
                                          batch->n_rows, err);

  if (!status) {
    status =
        ent_mysql_scratch_values(scratch, batch->cells, entity->n_columns, err);
  }
  return status ? status
                : ent_mysql_scratch_keys(scratch, batch->keys,
                                         batch->n_rows * entity->n_key_columns,
                                         err);
}

static ent_status delete_text(ent_mysql_scratch *scratch,
                              const ent_mysql_batch *batch, ent_error *err) {
  const ent_entity *entity = batch->entity;
  ent_status status =
      ent_sql_delete_text(&scratch->sql, entity, batch->n_rows, err);

  return status ? status
                : ent_mysql_scratch_keys(scratch, batch->keys,
                                         batch->n_rows * entity->n_key_columns,
                                         err);
}

ent_status ent_mysql_begin_batch(ent_mysql_scratch *scratch,
                                 ent_mysql_connection *connection,
                                 const ent_mysql_batch *batch,
                                 const ent_deadline *deadline,
                                 ent_mysql_statement **statement,
                                 ent_error *err) {
  ent_write first = ent_mysql_batch_row(batch, 0);
  bool is_update = batch->kind == ENT_WRITE_UPDATE;
  bool is_each = is_update && !batch->all_same;
  ent_status status;

  *statement = NULL;
  if (is_update && ent_mysql_write_is_empty(&first)) return ENT_OK;
  ent_mysql_scratch_start(scratch);
  if (is_each) {
    status = each_text(scratch, batch, err);
  } else {
    status = is_update ? same_text(scratch, batch, err)
                       : delete_text(scratch, batch, err);
  }
  if (status) return status;
  status =
      ent_mysql_scratch_begin(scratch, connection, deadline, statement, err);
  if (status && is_each && err && err->native == ENT_SYNTAX_ERROR) {
    scratch->lacks_lists = true;
  }
  return status;
}

ent_status ent_mysql_write_batch(ent_mysql_scratch *scratch,
                                 ent_mysql_connection *connection,
                                 const ent_mysql_batch *batch,
                                 const ent_deadline *deadline,
                                 ent_written *written, ent_error *err) {
  ent_mysql_statement *statement;
  ent_status status;

  if (batch->kind == ENT_WRITE_INSERT) {
    return insert_batch(scratch, connection, batch, deadline, written, err);
  }
  if (batch->kind == ENT_WRITE_DELETE && batch->followers) {
    ent_mysql_marks marks = {batch->entity, batch->keys, batch->n_rows,
                             batch->followers};

    return ent_mysql_mark_rows(scratch, connection, &marks, deadline, err);
  }
  status = ent_mysql_begin_batch(scratch, connection, batch, deadline,
                                 &statement, err);
  if (status || !statement) return status;
  return ent_mysql_statement_end(statement, deadline, err);
}
