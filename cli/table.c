#include "cli/table.h"

#include "cli/cell.h"
#include "cli/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A column is not made narrower than this to fit the terminal. */
enum { ENT_TABLE_NARROW = 8 };

void ent_table_init(ent_table *table) {
  *table = (ent_table){.columns_limit = 0};
  ent_buf_init(&table->held, ENT_TABLE_BYTES);
  ent_buf_init(&table->line, SIZE_MAX / 2);
}

void ent_table_done(ent_table *table) {
  free(table->columns);
  table->columns = NULL;
  ent_buf_done(&table->held);
  ent_buf_done(&table->line);
}

static void widen(ent_table_column *column, const ent_buf *cell) {
  size_t width = ent_text_width(cell->data, cell->size);

  if (width > column->width) column->width = width;
}

/* A column's name as it is shown, in `cell`. */
static ent_status show_name(sqlite3_stmt *stmt, int column, ent_buf *cell,
                            ent_error *err) {
  const char *name = sqlite3_column_name(stmt, column);

  cell->size = 0;
  if (!name) return ent_fail_nomem(err);
  return ent_text_escape(cell, name, strlen(name), err);
}

ent_status ent_table_begin(ent_table *table, sqlite3_stmt *stmt, ent_buf *cell,
                           ent_error *err) {
  ent_status status = ENT_OK;
  int n = sqlite3_column_count(stmt);

  free(table->columns);
  table->columns = calloc((size_t)n, sizeof(*table->columns));
  if (!table->columns) return ent_fail_nomem(err);
  table->n_columns = n;
  table->measured = false;
  table->n_held = 0;
  table->held.size = 0;
  for (int i = 0; i < n && !status && table->headers; i++) {
    status = show_name(stmt, i, cell, err);
    if (!status) widen(&table->columns[i], cell);
  }
  return status;
}

/* Makes the widest columns narrower until a line fits the terminal, or all
 * are narrow. */
static void fit_columns(ent_table *table) {
  size_t limit = table->columns_limit;
  size_t total = 3 * (size_t)(table->n_columns - 1);

  for (int i = 0; i < table->n_columns; i++) {
    if (table->columns[i].width > limit) table->columns[i].width = limit;
    total += table->columns[i].width;
  }
  for (; total > limit; total--) {
    ent_table_column *widest = table->columns;

    for (int i = 1; i < table->n_columns; i++) {
      if (table->columns[i].width > widest->width) widest = &table->columns[i];
    }
    if (widest->width <= ENT_TABLE_NARROW) return;
    widest->width--;
  }
}

static ent_status add_spaces(ent_buf *line, size_t n, ent_error *err) {
  return n ? ent_buf_printf(line, err, "%*s", (int)n, "") : ENT_OK;
}

/* As much of a text as fits into `columns`, with a mark if that is not all. */
static ent_status add_cut(ent_buf *line, const char *text, size_t size,
                          size_t columns, ent_error *err) {
  size_t fits = ent_text_fit(text, size, columns);
  ent_status status;

  if (fits == size) return ent_buf_append(line, text, size, err);
  fits = ent_text_fit(text, size, columns - 1);
  status = ent_buf_append(line, text, fits, err);
  return status ? status : ent_buf_append(line, "\xe2\x80\xa6", 3, err);
}

/* Appends one cell to the line, with what separates it from the one before. */
static ent_status add_cell(ent_table *table, int i, const char *text,
                           size_t size, ent_error *err) {
  const ent_table_column *column = &table->columns[i];
  size_t width = ent_text_width(text, size);
  size_t gap = width < column->width ? column->width - width : 0;
  bool right = column->has_number && !column->has_other;
  ent_status status = ENT_OK;

  if (i) status = ent_buf_append(&table->line, " | ", 3, err);
  if (!status && right) status = add_spaces(&table->line, gap, err);
  if (!status) {
    size_t room = table->columns_limit ? column->width : SIZE_MAX;

    status = add_cut(&table->line, text, size, room, err);
  }
  if (status || right || i + 1 == table->n_columns) return status;
  return add_spaces(&table->line, gap, err);
}

/* Writes the line, cut to the terminal, and begins the next one. */
static void end_line(ent_table *table, FILE *to) {
  ent_buf *line = &table->line;
  size_t limit = table->columns_limit;
  size_t fits =
      limit ? ent_text_fit(line->data, line->size, limit) : line->size;

  if (fits < line->size) {
    fits = ent_text_fit(line->data, line->size, limit - 1);
    fwrite(line->data, 1, fits, to);
    fputs("\xe2\x80\xa6", to);
  } else {
    fwrite(line->data, 1, line->size, to);
  }
  fputc('\n', to);
  line->size = 0;
}

/* "---+------", each rule as wide as its column and the spaces beside it. */
static ent_status write_rule(ent_table *table, FILE *to, ent_error *err) {
  ent_status status = ENT_OK;

  for (int i = 0; i < table->n_columns && !status; i++) {
    size_t width = table->columns[i].width;
    char *at;

    if (i) status = ent_buf_append(&table->line, "-+-", 3, err);
    if (!status) status = ent_buf_reserve(&table->line, width, &at, err);
    if (status) return status;
    memset(at, '-', width);
    table->line.size += width;
  }
  end_line(table, to);
  return status;
}

static ent_status write_header(ent_table *table, sqlite3_stmt *stmt, FILE *to,
                               ent_error *err) {
  ent_status status = ENT_OK;
  ent_buf name;

  ent_buf_init(&name, SIZE_MAX / 2);
  for (int i = 0; i < table->n_columns && !status; i++) {
    status = show_name(stmt, i, &name, err);
    if (!status) status = add_cell(table, i, name.data, name.size, err);
  }
  ent_buf_done(&name);
  if (status) return status;
  end_line(table, to);
  return write_rule(table, to, err);
}

/* Decides the widths and writes the header and the rows held back. */
static ent_status settle(ent_table *table, sqlite3_stmt *stmt, FILE *to,
                         ent_error *err) {
  const char *cell = table->held.data;
  ent_status status = ENT_OK;

  table->measured = true;
  if (table->columns_limit) fit_columns(table);
  if (table->headers) status = write_header(table, stmt, to, err);
  for (size_t row = 0; row < table->n_held && !status; row++) {
    for (int i = 0; i < table->n_columns && !status; i++) {
      size_t size = strlen(cell);

      status = add_cell(table, i, cell, size, err);
      cell += size + 1;
    }
    if (!status) end_line(table, to);
  }
  table->held.size = 0;
  table->n_held = 0;
  return status;
}

static void note_type(ent_table_column *column, int type) {
  if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) {
    column->has_number = true;
  } else if (type != SQLITE_NULL) {
    column->has_other = true;
  }
}

/* Measures a row and holds it back; `held` is false where it is too large for
 * that. */
static ent_status hold(ent_table *table, sqlite3_stmt *stmt, ent_buf *cell,
                       bool *held, ent_error *err) {
  size_t start = table->held.size;
  ent_status status = ENT_OK;
  bool fits = true;

  for (int i = 0; i < table->n_columns && !status; i++) {
    cell->size = 0;
    note_type(&table->columns[i], sqlite3_column_type(stmt, i));
    status = ent_cell_show(cell, stmt, i, err);
    if (!status) status = ent_buf_append(cell, "", 1, err);
    if (status) break;
    cell->size--;
    widen(&table->columns[i], cell);
    fits = fits && cell->size < ENT_TABLE_BYTES - table->held.size;
    if (!fits) continue;
    status = ent_buf_append(&table->held, cell->data, cell->size + 1, err);
  }
  if (!fits) table->held.size = start;
  *held = fits;
  return status;
}

static ent_status write_row(ent_table *table, sqlite3_stmt *stmt, ent_buf *cell,
                            FILE *to, ent_error *err) {
  ent_status status = ENT_OK;

  for (int i = 0; i < table->n_columns && !status; i++) {
    cell->size = 0;
    status = ent_cell_show(cell, stmt, i, err);
    if (!status) status = add_cell(table, i, cell->data, cell->size, err);
  }
  if (!status) end_line(table, to);
  return status;
}

ent_status ent_table_row(ent_table *table, sqlite3_stmt *stmt, ent_buf *cell,
                         FILE *to, ent_error *err) {
  ent_status status;
  bool held;

  if (table->measured) return write_row(table, stmt, cell, to, err);
  status = hold(table, stmt, cell, &held, err);
  if (status) return status;
  if (held && ++table->n_held < ENT_TABLE_ROWS) return ENT_OK;
  status = settle(table, stmt, to, err);
  if (status || held) return status;
  return write_row(table, stmt, cell, to, err);
}

ent_status ent_table_end(ent_table *table, sqlite3_stmt *stmt, FILE *to,
                         ent_error *err) {
  return table->measured ? ENT_OK : settle(table, stmt, to, err);
}
