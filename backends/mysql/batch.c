#include "backends/mysql/batch.h"

#include <stdlib.h>
#include <string.h>

#ifndef ENT_BATCH_ROWS
#  define ENT_BATCH_ROWS 1000 /* tests make it small */
#endif

enum {
  ENT_BATCH_BYTES = 1 << 20, /* more makes no batch faster */
  ENT_BATCH_PARAMS = 60000,  /* the protocol counts them in 16 bits */
  ENT_CELL_BYTES = 16,       /* what a value costs in a packet besides texts */
};

void ent_mysql_batch_clear(ent_mysql_batch *batch) {
  batch->n_rows = 0;
  batch->n_bytes = 0;
  ent_arena_reset(&batch->bytes);
}

void ent_mysql_batch_done(ent_mysql_batch *batch) {
  ent_arena_done(&batch->bytes);
  free(batch->cells);
  free(batch->keys);
  *batch = (ent_mysql_batch){.n_rows = 0};
}

static bool same_value(const ent_value *a, const ent_value *b) {
  if (a->kind != b->kind) return false;
  switch (a->kind) {
  case ENT_NULL: return true;
  case ENT_I64:
  case ENT_U64:
  case ENT_F64: return a->as.u64 == b->as.u64;
  case ENT_ASCII:
  case ENT_TEXT:
  case ENT_BLOB:
  case ENT_DIGITS: break;
  }
  return a->as.bytes.size == b->as.bytes.size &&
         memcmp(a->as.bytes.data, b->as.bytes.data, a->as.bytes.size) == 0;
}

/* What two rows' statements have to have in common.  A default is a value of an
 * INSERT's, but not of an UPDATE's list. */
static bool same_columns(const ent_mysql_batch *batch, const ent_cell *cells) {
  for (uint16_t i = 0; i < batch->entity->n_columns; i++) {
    if ((batch->cells[i].use == ENT_CELL_KEEP) !=
        (cells[i].use == ENT_CELL_KEEP)) {
      return false;
    }
  }
  return true;
}

bool ent_mysql_batch_takes(const ent_mysql_batch *batch,
                           const ent_write *write) {
  if (batch->n_rows == 0) return true;
  if (batch->kind != write->kind || batch->entity != write->entity ||
      batch->replaces != write->replaces ||
      batch->followers != write->followers) {
    return false;
  }
  return write->kind == ENT_WRITE_DELETE || same_columns(batch, write->cells);
}

static ent_status grow(ent_mysql_batch *batch, ent_error *err) {
  size_t capacity = batch->capacity ? 2 * batch->capacity : 16;
  size_t n_cells = capacity * batch->entity->n_columns;
  size_t n_keys = capacity * (size_t)(batch->entity->n_key_columns + 1);
  ent_cell *cells;
  ent_value *keys;

  if (batch->n_rows < batch->capacity) return ENT_OK;
  cells = realloc(batch->cells, n_cells * sizeof(*cells));
  if (!cells) return ent_fail_nomem(err);
  batch->cells = cells;
  keys = realloc(batch->keys, n_keys * sizeof(*keys));
  if (!keys) return ent_fail_nomem(err);
  batch->keys = keys;
  batch->capacity = capacity;
  return ENT_OK;
}

static ent_status copy_value(ent_mysql_batch *batch, const ent_value *from,
                             ent_value *to, ent_error *err) {
  *to = *from;
  batch->n_bytes += ENT_CELL_BYTES;
  if (from->kind < ENT_ASCII) return ENT_OK;
  to->as.bytes.data =
      ent_arena_copy(&batch->bytes, from->as.bytes.data, from->as.bytes.size);
  batch->n_bytes += from->as.bytes.size;
  return to->as.bytes.data ? ENT_OK : ent_fail_nomem(err);
}

static ent_status copy_cells(ent_mysql_batch *batch, const ent_cell *from,
                             ent_error *err) {
  uint16_t n = batch->entity->n_columns;
  ent_cell *to = batch->cells + batch->n_rows * n;
  ent_status status = ENT_OK;

  for (uint16_t i = 0; !status && i < n; i++) {
    to[i] = from[i];
    if (from[i].use != ENT_CELL_VALUE) continue;
    status = copy_value(batch, &from[i].value, &to[i].value, err);
    if (!status && batch->all_same &&
        !same_value(&from[i].value, &batch->cells[i].value)) {
      batch->all_same = false;
    }
  }
  return status;
}

/* An empty batch becomes one of this row's kind. */
static void begin(ent_mysql_batch *batch, const ent_write *write) {
  if (batch->entity != write->entity) batch->capacity = 0;
  batch->kind = write->kind;
  batch->entity = write->entity;
  batch->replaces = write->replaces;
  batch->followers = write->followers;
  batch->all_same = true;
}

ent_status ent_mysql_batch_add(ent_mysql_batch *batch, const ent_write *write,
                               ent_error *err) {
  uint16_t n_key = write->entity->n_key_columns;
  ent_status status;

  if (batch->n_rows == 0) begin(batch, write);
  status = grow(batch, err);
  for (uint16_t i = 0; !status && write->key && i < n_key; i++) {
    status = copy_value(batch, &write->key[i],
                        &batch->keys[batch->n_rows * n_key + i], err);
  }
  if (!status && write->cells) status = copy_cells(batch, write->cells, err);
  if (!status) batch->n_rows++;
  return status;
}

bool ent_mysql_batch_is_full(const ent_mysql_batch *batch, size_t max_packet) {
  const ent_entity *entity = batch->entity;
  size_t most = max_packet / 2 < ENT_BATCH_BYTES ? max_packet / 2
                                                 : (size_t)ENT_BATCH_BYTES;

  if (batch->n_rows == 0) return false;
  return batch->n_rows == ENT_BATCH_ROWS || batch->n_bytes >= most ||
         (batch->n_rows + 1) *
                 (size_t)(entity->n_columns + entity->n_key_columns) >
             ENT_BATCH_PARAMS;
}

ent_write ent_mysql_batch_row(const ent_mysql_batch *batch, size_t i) {
  const ent_entity *entity = batch->entity;

  return (ent_write){
      .kind = batch->kind,
      .entity = entity,
      .replaces = batch->replaces,
      .followers = batch->followers,
      .key = batch->kind == ENT_WRITE_INSERT
                 ? NULL
                 : batch->keys + i * entity->n_key_columns,
      .cells = batch->kind == ENT_WRITE_DELETE
                   ? NULL
                   : batch->cells + i * entity->n_columns,
  };
}
