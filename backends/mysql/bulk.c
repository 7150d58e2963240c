#include "backends/mysql/bulk.h"

#include "backends/base/digits.h"

#include <mysql.h>
#include <string.h>

/* One placeholder's column of cells. */
typedef struct cell_column {
  const ent_cell *first;
  size_t stride; /* cells from one row to the next */
  size_t n_rows;
} cell_column;

static const ent_cell *cell_at(const cell_column *column, size_t row) {
  return column->first + row * column->stride;
}

/* NULL and defaults have any type. */
static bool has_value(const ent_cell *cell) {
  return cell->use == ENT_CELL_VALUE && cell->value.kind != ENT_NULL;
}

/* The type that all values of a column can be sent as. */
static enum enum_field_types type_of(const cell_column *column) {
  unsigned kinds = 0;

  for (size_t i = 0; i < column->n_rows; i++) {
    const ent_cell *cell = cell_at(column, i);

    if (has_value(cell)) kinds |= 1U << cell->value.kind;
  }
  if ((kinds & ~(1U << ENT_I64)) == 0) return MYSQL_TYPE_LONGLONG;
  if (kinds == 1U << ENT_F64) return MYSQL_TYPE_DOUBLE;
  if (kinds == 1U << ENT_BLOB) return MYSQL_TYPE_BLOB;
  return MYSQL_TYPE_STRING;
}

static ent_status fill_numbers(const cell_column *column, MYSQL_BIND *bind,
                               ent_arena *memory, ent_error *err) {
  uint64_t *numbers =
      ent_arena_alloc(memory, column->n_rows * sizeof(*numbers));

  if (!numbers) return ent_fail_nomem(err);
  for (size_t i = 0; i < column->n_rows; i++) {
    const ent_cell *cell = cell_at(column, i);

    numbers[i] = has_value(cell) ? cell->value.as.u64 : 0;
  }
  bind->buffer = numbers;
  return ENT_OK;
}

static ent_status fill_bytes(const cell_column *column, MYSQL_BIND *bind,
                             ent_arena *memory, ent_error *err) {
  const char **texts = ent_arena_alloc(memory, column->n_rows * sizeof(char *));
  unsigned long *sizes =
      ent_arena_alloc(memory, column->n_rows * sizeof(*sizes));

  if (!texts || !sizes) return ent_fail_nomem(err);
  for (size_t i = 0; i < column->n_rows; i++) {
    const ent_cell *cell = cell_at(column, i);
    ent_value value = ent_value_bytes(ENT_TEXT, "", 0);

    if (has_value(cell)) {
      ent_status status = ent_digits_text(&cell->value, memory, &value, err);

      if (status) return status;
    }
    texts[i] = value.as.bytes.data;
    sizes[i] = value.as.bytes.size;
  }
  bind->buffer = (void *)texts;
  bind->length = sizes;
  return ENT_OK;
}

static ent_status fill_uses(const cell_column *column, MYSQL_BIND *bind,
                            ent_arena *memory, ent_error *err) {
  char *uses = ent_arena_alloc(memory, column->n_rows);

  if (!uses) return ent_fail_nomem(err);
  for (size_t i = 0; i < column->n_rows; i++) {
    const ent_cell *cell = cell_at(column, i);

    uses[i] = (char)(cell->use == ENT_CELL_DEFAULT ? STMT_INDICATOR_DEFAULT
                     : has_value(cell)             ? STMT_INDICATOR_NONE
                                                   : STMT_INDICATOR_NULL);
  }
  bind->u.indicator = uses;
  return ENT_OK;
}

ent_status ent_mysql_bulk_bind(MYSQL_BIND *binds, size_t n_params,
                               const ent_cell *cells, size_t n_rows,
                               ent_arena *memory, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < n_params; i++) {
    cell_column column = {cells + i, n_params, n_rows};
    MYSQL_BIND *bind = &binds[i];

    memset(bind, 0, sizeof(*bind));
    bind->buffer_type = type_of(&column);
    if (bind->buffer_type == MYSQL_TYPE_LONGLONG ||
        bind->buffer_type == MYSQL_TYPE_DOUBLE) {
      status = fill_numbers(&column, bind, memory, err);
    } else {
      status = fill_bytes(&column, bind, memory, err);
    }
    if (!status) status = fill_uses(&column, bind, memory, err);
  }
  return status;
}
