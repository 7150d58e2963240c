#include "backends/mysql/scratch.h"

#include <stdlib.h>

enum { ENT_WRITE_SQL = 16 << 20, ENT_PATTERN = 1 << 20 };

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

void ent_mysql_scratch_start(ent_mysql_scratch *scratch) {
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

ent_status ent_mysql_scratch_values(ent_mysql_scratch *scratch,
                                    const ent_cell *cells, size_t n,
                                    ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < n; i++) {
    if (cells[i].use == ENT_CELL_VALUE) {
      status = push(scratch, &cells[i].value, err);
    }
  }
  return status;
}

ent_status ent_mysql_scratch_keys(ent_mysql_scratch *scratch,
                                  const ent_value *keys, size_t n,
                                  ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < n; i++)
    status = push(scratch, &keys[i], err);
  return status;
}

ent_status ent_mysql_scratch_mark(ent_mysql_connection *connection,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  return ent_mysql_client_exec(ent_mysql_connection_client(connection),
                               "SAVEPOINT entable_row", deadline, err);
}

ent_status ent_mysql_scratch_undo(ent_mysql_connection *connection,
                                  const ent_deadline *deadline,
                                  ent_status status) {
  /* Behind a deadlock nothing is left to go back to. */
  if (status && status != ENT_BUSY && ent_mysql_connection_usable(connection) &&
      ent_mysql_client_exec(ent_mysql_connection_client(connection),
                            "ROLLBACK TO SAVEPOINT entable_row", deadline,
                            NULL)) {
    ent_mysql_connection_spoil(connection);
  }
  return status;
}

ent_status ent_mysql_scratch_begin(ent_mysql_scratch *scratch,
                                   ent_mysql_connection *connection,
                                   const ent_deadline *deadline,
                                   ent_mysql_statement **statement,
                                   ent_error *err) {
  ent_status status = ent_mysql_connection_statement(
      connection, scratch->sql.data, scratch->sql.size, deadline, statement,
      err);

  return status ? status
                : ent_mysql_statement_begin(*statement, scratch->params,
                                            scratch->n_params, err);
}

ent_status ent_mysql_scratch_run(ent_mysql_scratch *scratch,
                                 ent_mysql_connection *connection,
                                 const ent_deadline *deadline,
                                 ent_mysql_statement **statement,
                                 ent_error *err) {
  ent_status status =
      ent_mysql_scratch_begin(scratch, connection, deadline, statement, err);

  return status ? status : ent_mysql_statement_end(*statement, deadline, err);
}

bool ent_mysql_own_id(const ent_entity *entity, const ent_cell *cells,
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
