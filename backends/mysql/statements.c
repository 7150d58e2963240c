#include "backends/mysql/statements.h"

#include "backends/base/digits.h"
#include "backends/base/faults.h"
#include "backends/mysql/sqlwrite.h"

#include <stdlib.h>
#include <string.h>

enum {
  ENT_WRITE_SQL = 16 << 20,
  ENT_ID_ROW = 256,
  ENT_PATTERN = 1 << 20,
  /* errors of a server that lacks what was asked, or refuses it */
  ENT_SYNTAX_ERROR = 1064,
  ENT_TABLE_DENIED = 1142,
  ENT_COLUMN_DENIED = 1143,
};

void ent_mysql_scratch_init(ent_mysql_scratch *scratch) {
  *scratch = (ent_mysql_scratch){.n_params = 0};
  ent_buf_init(&scratch->sql, ENT_WRITE_SQL);
  ent_buf_init(&scratch->pattern, ENT_PATTERN);
}

void ent_mysql_scratch_done(ent_mysql_scratch *scratch) {
  ent_buf_done(&scratch->sql);
  ent_buf_done(&scratch->pattern);
  ent_arena_done(&scratch->memory);
  free(scratch->params);
}

const char *ent_mysql_write_verb(ent_write_kind kind) {
  switch (kind) {
  case ENT_WRITE_INSERT: return "insert into";
  case ENT_WRITE_UPDATE: return "update";
  case ENT_WRITE_DELETE: break;
  }
  return "delete from";
}

static void start(ent_mysql_scratch *scratch) {
  scratch->sql.size = 0;
  scratch->pattern.size = 0;
  scratch->n_params = 0;
  ent_arena_reset(&scratch->memory);
}

static ent_status push(ent_mysql_scratch *scratch, const ent_value *value,
                       ent_error *err) {
  if (scratch->n_params == scratch->capacity) {
    size_t capacity = scratch->capacity ? 2 * scratch->capacity : 64;
    ent_value *params = realloc(scratch->params, capacity * sizeof(*params));

    if (!params) return ent_fail_nomem(err);
    scratch->params = params;
    scratch->capacity = capacity;
  }
  scratch->params[scratch->n_params++] = *value;
  return ENT_OK;
}

static ent_status push_values(ent_mysql_scratch *scratch, const ent_cell *cells,
                              size_t n, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < n; i++) {
    if (cells[i].use == ENT_CELL_VALUE) {
      status = push(scratch, &cells[i].value, err);
    }
  }
  return status;
}

static ent_status push_keys(ent_mysql_scratch *scratch, const ent_value *keys,
                            size_t n, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < n; i++)
    status = push(scratch, &keys[i], err);
  return status;
}

/* What takes several statements is undone whole where one of them fails. */
static ent_status mark(ent_mysql_connection *connection,
                       const ent_deadline *deadline, ent_error *err) {
  return ent_mysql_client_exec(ent_mysql_connection_client(connection),
                               "SAVEPOINT entable_row", deadline, err);
}

static ent_status undo_to_mark(ent_mysql_connection *connection,
                               const ent_deadline *deadline,
                               ent_status status) {
  if (status && ent_mysql_connection_usable(connection) &&
      ent_mysql_client_exec(ent_mysql_connection_client(connection),
                            "ROLLBACK TO SAVEPOINT entable_row", deadline,
                            NULL)) {
    ent_mysql_connection_spoil(connection);
  }
  return status;
}

static ent_status run(ent_mysql_scratch *scratch,
                      ent_mysql_connection *connection,
                      const ent_deadline *deadline,
                      ent_mysql_statement **statement, ent_error *err) {
  ent_status status = ent_mysql_connection_statement(
      connection, scratch->sql.data, scratch->sql.size, deadline, statement,
      err);

  return status ? status
                : ent_mysql_statement_execute(*statement, scratch->params,
                                              scratch->n_params, deadline, err);
}

/* The integer key that a row brings with it. */
static bool own_id(const ent_entity *entity, const ent_cell *cells,
                   int64_t *id) {
  const ent_cell *key = &cells[entity->key_columns[0]];

  if (key->use != ENT_CELL_VALUE) return false;
  switch (key->value.kind) {
  case ENT_I64: *id = key->value.as.i64; return true;
  case ENT_U64: *id = (int64_t)key->value.as.u64; return true;
  case ENT_DIGITS:
    /* Digits of a key are those of a number above 2^63-1. */
    *id = (int64_t)strtoull(key->value.as.bytes.data, NULL, 10);
    return true;
  case ENT_NULL:
  case ENT_F64:
  case ENT_ASCII:
  case ENT_TEXT:
  case ENT_BLOB: break;
  }
  return false;
}

static void note_id(const ent_write *write,
                    const ent_mysql_statement *statement,
                    ent_written *written) {
  uint64_t affected = ent_mysql_statement_affected(statement);

  written->has_id = write->entity->key_kind == ENT_KEY_INTEGER;
  if (!written->has_id) return;
  /* One row: inserted.  Otherwise the row that was there, which has told its
   * key. */
  if ((!write->on_duplicate || affected == 1) &&
      own_id(write->entity, write->cells, &written->id)) {
    return;
  }
  written->id = (int64_t)ent_mysql_statement_new_id(statement);
}

/* What the text of a row's INSERT depends on, as bytes behind `pattern`. */
static ent_status put_pattern(ent_buf *pattern, const ent_sql_insert *insert,
                              ent_error *err) {
  uint16_t n = insert->entity->n_columns;
  uintptr_t entity = (uintptr_t)insert->entity;
  size_t size = sizeof(entity) + 1 + n;
  char *at;
  ent_status status = ent_buf_reserve(pattern, size, &at, err);

  if (status) return status;
  memcpy(at, &entity, sizeof(entity));
  at += sizeof(entity);
  *at++ = (char)insert->replaces;
  for (uint16_t i = 0; i < n; i++)
    *at++ = (char)insert->cells[i].use;
  pattern->size += size;
  return ENT_OK;
}

/* Writes the INSERT of one row, unless the last one was alike. */
static ent_status write_insert(ent_mysql_scratch *scratch,
                               const ent_sql_insert *insert, ent_error *err) {
  ent_buf *pattern = &scratch->pattern;
  size_t before = pattern->size;
  ent_status status;

  scratch->n_params = 0;
  if (!insert->on_duplicate) {
    status = put_pattern(pattern, insert, err);
    if (status) return status;
    if (pattern->size == 2 * before &&
        memcmp(pattern->data, pattern->data + before, before) == 0) {
      pattern->size = before;
      return ENT_OK;
    }
  }
  start(scratch);
  if (!insert->on_duplicate) {
    status = put_pattern(pattern, insert, err);
    if (status) return status;
  }
  return ent_sql_insert_text(&scratch->sql, insert, err);
}

static ent_status insert_row(ent_mysql_scratch *scratch,
                             ent_mysql_connection *connection,
                             const ent_write *write,
                             const ent_deadline *deadline, ent_written *written,
                             ent_error *err) {
  ent_sql_insert insert = {.entity = write->entity,
                           .cells = write->cells,
                           .n_rows = 1,
                           .replaces = write->replaces &&
                                       !ent_fault("replace-as-update"),
                           .on_duplicate = write->on_duplicate};
  size_t n = write->entity->n_columns;
  ent_mysql_statement *statement;
  ent_status status = write_insert(scratch, &insert, err);

  if (!status) status = push_values(scratch, write->cells, n, err);
  if (!status && write->on_duplicate) {
    status = push_values(scratch, write->on_duplicate, n, err);
  }
  if (!status) status = run(scratch, connection, deadline, &statement, err);
  if (!status) note_id(write, statement, written);
  return status;
}

static bool changes_nothing(const ent_write *write) {
  for (uint16_t i = 0; i < write->entity->n_columns; i++) {
    if (write->cells[i].use != ENT_CELL_KEEP) return false;
  }
  return true;
}

static ent_status update_once(ent_mysql_scratch *scratch,
                              ent_mysql_connection *connection,
                              const ent_write *write,
                              const ent_deadline *deadline, ent_error *err) {
  const ent_entity *entity = write->entity;
  ent_mysql_statement *statement;
  ent_status status;

  start(scratch);
  status = ent_sql_update_text(&scratch->sql, entity, write->cells, 1, err);
  if (!status) {
    status = push_values(scratch, write->cells, entity->n_columns, err);
  }
  if (!status) {
    status = push_keys(scratch, write->key, entity->n_key_columns, err);
  }
  return status ? status : run(scratch, connection, deadline, &statement, err);
}

/* Removes the row that one unique index has in an update's way. */
static ent_status clear_way(ent_mysql_scratch *scratch,
                            ent_mysql_connection *connection,
                            const ent_write *write,
                            const ent_mysql_unique *index,
                            const ent_deadline *deadline, ent_error *err) {
  const ent_entity *entity = write->entity;
  ent_mysql_statement *statement;
  ent_status status;

  start(scratch);
  status = ent_mysql_unique_clear_text(&scratch->sql, entity, index,
                                       write->cells, err);
  for (uint16_t i = 0; !status && i < index->n_columns; i++) {
    status = push_values(scratch, &write->cells[index->columns[i]], 1, err);
  }
  if (!status) {
    status = push_keys(scratch, write->key, entity->n_key_columns, err);
  }
  return status ? status : run(scratch, connection, deadline, &statement, err);
}

static bool is_touched(const ent_mysql_unique *index, const ent_cell *cells) {
  for (uint16_t i = 0; i < index->n_columns; i++) {
    if (cells[index->columns[i]].use != ENT_CELL_KEEP) return true;
  }
  return false;
}

/* OR REPLACE: the update is tried, and tried again when the rows in its way
 * are gone. */
static ent_status update_row(ent_mysql_scratch *scratch,
                             ent_mysql_connection *connection,
                             const ent_write *write,
                             const ent_mysql_unique *unique,
                             const ent_deadline *deadline, ent_error *err) {
  ent_error first = {.status = ENT_OK};
  ent_status status;

  if (changes_nothing(write)) return ENT_OK;
  if (!write->replaces) {
    return update_once(scratch, connection, write, deadline, err);
  }
  status = update_once(scratch, connection, write, deadline, &first);
  if (status != ENT_DUPLICATE && status != ENT_DUPLICATE_KEY) {
    if (status && err && err->status == ENT_OK) *err = first;
    return status;
  }
  status = mark(connection, deadline, err);
  if (status) return status;
  for (; !status && unique; unique = unique->next) {
    if (!is_touched(unique, write->cells)) continue;
    status = clear_way(scratch, connection, write, unique, deadline, err);
  }
  if (!status) status = update_once(scratch, connection, write, deadline, err);
  return undo_to_mark(connection, deadline, status);
}

static ent_status delete_row(ent_mysql_scratch *scratch,
                             ent_mysql_connection *connection,
                             const ent_write *write,
                             const ent_deadline *deadline, ent_error *err) {
  const ent_entity *entity = write->entity;
  ent_mysql_statement *statement;
  ent_status status;

  start(scratch);
  status = ent_sql_delete_text(&scratch->sql, entity, 1, err);
  if (!status) {
    status = push_keys(scratch, write->key, entity->n_key_columns, err);
  }
  return status ? status : run(scratch, connection, deadline, &statement, err);
}

ent_status ent_mysql_write_row(ent_mysql_scratch *scratch,
                               ent_mysql_connection *connection,
                               const ent_write *write,
                               const ent_mysql_unique *unique,
                               const ent_deadline *deadline,
                               ent_written *written, ent_error *err) {
  switch (write->kind) {
  case ENT_WRITE_INSERT:
    return insert_row(scratch, connection, write, deadline, written, err);
  case ENT_WRITE_UPDATE:
    return update_row(scratch, connection, write, unique, deadline, err);
  case ENT_WRITE_DELETE: break;
  }
  return delete_row(scratch, connection, write, deadline, err);
}

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
static ent_status read_ids(ent_mysql_statement *statement,
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
    status = push_values(scratch, batch->cells, n_cells, err);
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

  start(scratch);
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
    status = read_ids(statement, deadline, written, err);
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
  ent_status status = mark(connection, deadline, err);

  if (status) return status;
  rest.n_rows--;
  status =
      insert_rows(scratch, connection, &rest, false, deadline, written, err);
  if (!status) {
    status = insert_row(scratch, connection, &last, deadline, written, err);
  }
  return undo_to_mark(connection, deadline, status);
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
                      own_id(batch->entity, last.cells, &written->id);
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

static ent_status update_each(ent_mysql_scratch *scratch,
                              ent_mysql_connection *connection,
                              const ent_mysql_batch *batch,
                              const ent_deadline *deadline, ent_error *err) {
  const ent_entity *entity = batch->entity;
  ent_mysql_statement *statement;
  ent_status status;

  if (scratch->lacks_lists || !can_join(entity)) {
    return ent_fail(err, ENT_UNSUPPORTED, "an update joined with a list");
  }
  status = ent_sql_update_each_text(&scratch->sql, entity, batch->cells,
                                    batch->n_rows, err);
  for (size_t i = 0; !status && i < batch->n_rows; i++) {
    ent_write row = ent_mysql_batch_row(batch, i);

    status = push_keys(scratch, row.key, entity->n_key_columns, err);
    if (!status) {
      status = push_values(scratch, row.cells, entity->n_columns, err);
    }
  }
  if (!status) status = run(scratch, connection, deadline, &statement, err);
  if (status && err && err->native == ENT_SYNTAX_ERROR) {
    scratch->lacks_lists = true;
  }
  return status;
}

static ent_status update_batch(ent_mysql_scratch *scratch,
                               ent_mysql_connection *connection,
                               const ent_mysql_batch *batch,
                               const ent_deadline *deadline, ent_error *err) {
  const ent_entity *entity = batch->entity;
  ent_write first = ent_mysql_batch_row(batch, 0);
  ent_mysql_statement *statement;
  ent_status status;

  if (changes_nothing(&first)) return ENT_OK;
  start(scratch);
  if (!batch->all_same) {
    return update_each(scratch, connection, batch, deadline, err);
  }
  status = ent_sql_update_text(&scratch->sql, entity, batch->cells,
                               batch->n_rows, err);
  if (!status) {
    status = push_values(scratch, batch->cells, entity->n_columns, err);
  }
  if (!status) {
    status = push_keys(scratch, batch->keys,
                       batch->n_rows * entity->n_key_columns, err);
  }
  return status ? status : run(scratch, connection, deadline, &statement, err);
}

static ent_status delete_batch(ent_mysql_scratch *scratch,
                               ent_mysql_connection *connection,
                               const ent_mysql_batch *batch,
                               const ent_deadline *deadline, ent_error *err) {
  const ent_entity *entity = batch->entity;
  ent_mysql_statement *statement;
  ent_status status;

  start(scratch);
  status = ent_sql_delete_text(&scratch->sql, entity, batch->n_rows, err);
  if (!status) {
    status = push_keys(scratch, batch->keys,
                       batch->n_rows * entity->n_key_columns, err);
  }
  return status ? status : run(scratch, connection, deadline, &statement, err);
}

ent_status ent_mysql_write_batch(ent_mysql_scratch *scratch,
                                 ent_mysql_connection *connection,
                                 const ent_mysql_batch *batch,
                                 const ent_deadline *deadline,
                                 ent_written *written, ent_error *err) {
  switch (batch->kind) {
  case ENT_WRITE_INSERT:
    return insert_batch(scratch, connection, batch, deadline, written, err);
  case ENT_WRITE_UPDATE:
    return update_batch(scratch, connection, batch, deadline, err);
  case ENT_WRITE_DELETE: break;
  }
  return delete_batch(scratch, connection, batch, deadline, err);
}
