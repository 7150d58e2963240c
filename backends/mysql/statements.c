#include "backends/mysql/statements.h"

#include "backends/base/faults.h"
#include "backends/mysql/marking.h"
#include "backends/mysql/sqlwrite.h"

#include <stdlib.h>
#include <string.h>

const char *ent_mysql_write_verb(ent_write_kind kind) {
  switch (kind) {
  case ENT_WRITE_INSERT: return "insert into";
  case ENT_WRITE_UPDATE: return "update";
  case ENT_WRITE_DELETE: break;
  }
  return "delete from";
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
      ent_mysql_own_id(write->entity, write->cells, &written->id)) {
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
  ent_mysql_scratch_start(scratch);
  if (!insert->on_duplicate) {
    status = put_pattern(pattern, insert, err);
    if (status) return status;
  }
  status = ent_sql_insert_text(&scratch->sql, insert, err);
  /* Half a text is no row's. */
  if (status) scratch->pattern.size = 0;
  return status;
}

/* The server refuses to change a row that is marked as deleted by words about
 * its mark. */
static ent_status tell_deleted(const ent_write *write, ent_status status,
                               ent_error *err) {
  const ent_entity *entity = write->entity;

  if (status != ENT_NOT_NULL || !entity->is_living || !write->on_duplicate ||
      !err || !strstr(err->text, entity->mark)) {
    return status;
  }
  ent_error_clear(err);
  return ent_fail(err, ENT_DUPLICATE_KEY,
                  "the key is that of a row which is marked as deleted");
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

  if (!status) status = ent_mysql_scratch_values(scratch, write->cells, n, err);
  if (!status && write->on_duplicate) {
    status = ent_mysql_scratch_values(scratch, write->on_duplicate, n, err);
  }
  if (!status)
    status =
        ent_mysql_scratch_run(scratch, connection, deadline, &statement, err);
  if (!status) note_id(write, statement, written);
  if (!status && written->has_id) {
    ent_mysql_scratch_tell(scratch, write->entity, &written->id);
  }
  return tell_deleted(write, status, err);
}

bool ent_mysql_write_is_empty(const ent_write *write) {
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

  ent_mysql_scratch_start(scratch);
  status = ent_sql_update_text(&scratch->sql, entity, write->cells, 1, err);
  if (!status) {
    status =
        ent_mysql_scratch_values(scratch, write->cells, entity->n_columns, err);
  }
  if (!status) {
    status =
        ent_mysql_scratch_keys(scratch, write->key, entity->n_key_columns, err);
  }
  return status ? status
                : ent_mysql_scratch_run(scratch, connection, deadline,
                                        &statement, err);
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

  ent_mysql_scratch_start(scratch);
  status = ent_mysql_unique_clear_text(&scratch->sql, entity, index,
                                       write->cells, err);
  for (uint16_t i = 0; !status && i < index->n_columns; i++) {
    status = ent_mysql_scratch_values(scratch, &write->cells[index->columns[i]],
                                      1, err);
  }
  if (!status) {
    status =
        ent_mysql_scratch_keys(scratch, write->key, entity->n_key_columns, err);
  }
  return status ? status
                : ent_mysql_scratch_run(scratch, connection, deadline,
                                        &statement, err);
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

  if (ent_mysql_write_is_empty(write)) return ENT_OK;
  if (!write->replaces) {
    return update_once(scratch, connection, write, deadline, err);
  }
  status = update_once(scratch, connection, write, deadline, &first);
  if (status != ENT_DUPLICATE && status != ENT_DUPLICATE_KEY) {
    if (status && err && err->status == ENT_OK) *err = first;
    return status;
  }
  status = ent_mysql_scratch_mark(connection, deadline, err);
  if (status) return status;
  for (; !status && unique; unique = unique->next) {
    if (!is_touched(unique, write->cells)) continue;
    status = clear_way(scratch, connection, write, unique, deadline, err);
  }
  if (!status) status = update_once(scratch, connection, write, deadline, err);
  return ent_mysql_scratch_undo(connection, deadline, status);
}

static ent_status delete_row(ent_mysql_scratch *scratch,
                             ent_mysql_connection *connection,
                             const ent_write *write,
                             const ent_deadline *deadline, ent_error *err) {
  const ent_entity *entity = write->entity;
  ent_mysql_statement *statement;
  ent_status status;

  if (entity->is_living) {
    ent_mysql_marks marks = {entity, write->key, 1, write->followers};

    return ent_mysql_mark_rows(scratch, connection, &marks, deadline, err);
  }
  ent_mysql_scratch_start(scratch);
  status = ent_sql_delete_text(&scratch->sql, entity, 1, err);
  if (!status) {
    status =
        ent_mysql_scratch_keys(scratch, write->key, entity->n_key_columns, err);
  }
  return status ? status
                : ent_mysql_scratch_run(scratch, connection, deadline,
                                        &statement, err);
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
