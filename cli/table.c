#include "cli/table.h"

#include "cli/cell.h"
#include "cli/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A column is not made narrower than this to fit the terminal. */
enum { ENT_TABLE_NARROW = 8 };

static const ent_style unstyled = {"", "", "", ""};

void ent_table_init(ent_table *table) {
  *table = (ent_table){.style = &unstyled};
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
  table->n_shown = n;
  table->n_rows = 0;
  table->measured = false;
  table->n_held = 0;
  table->held.size = 0;
  for (int i = 0; i < n && !status && table->headers; i++) {
    status = show_name(stmt, i, cell, err);
    if (!status) widen(&table->columns[i], cell);
  }
  return status;
}

/* What n columns take beside their values. */
static size_t frame_width(const ent_table *table, int n) {
  return table->boxed ? 3 * (size_t)n + 1 : 3 * (size_t)(n - 1);
}

/* How many columns fit where each may be made narrow; at least one. */
static int count_fitting(const ent_table *table) {
  size_t total = 0;

  for (int i = 0; i < table->n_columns; i++) {
    size_t width = table->columns[i].width;

    total += width < ENT_TABLE_NARROW ? width : ENT_TABLE_NARROW;
    if (i && total + frame_width(table, i + 1) > table->columns_limit) return i;
  }
  return table->n_columns;
}

static ent_table_column *find_widest(ent_table *table) {
  ent_table_column *widest = table->columns;

  for (int i = 1; i < table->n_shown; i++) {
    if (table->columns[i].width > widest->width) widest = &table->columns[i];
  }
  return widest;
}

/* Leaves out what does not fit the terminal however narrow, and makes the
 * widest of the other columns narrower until a line fits. */
static void fit_columns(ent_table *table) {
  size_t limit = table->columns_limit;
  size_t total;

  table->n_shown = count_fitting(table);
  total = frame_width(table, table->n_shown);
  for (int i = 0; i < table->n_shown; i++) {
    if (table->columns[i].width > limit) table->columns[i].width = limit;
    total += table->columns[i].width;
  }
  for (; total > limit; total--) {
    ent_table_column *widest = find_widest(table);

    if (widest->width <= 1) return;
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

static ent_status add_text(ent_buf *line, const char *text, ent_error *err) {
  return ent_buf_append(line, text, strlen(text), err);
}

/* Appends a part of the frame of a box. */
static ent_status add_frame(ent_table *table, const char *part,
                            ent_error *err) {
  const ent_style *style = table->style;

  return ent_buf_printf(&table->line, err, "%s%s%s", style->faint, part,
                        style->plain);
}

/* Appends a value in its style. */
static ent_status add_value(ent_table *table, const char *text, size_t size,
                            size_t room, const char *style, ent_error *err) {
  ent_status status = add_text(&table->line, style, err);

  if (!status) status = add_cut(&table->line, text, size, room, err);
  if (status || !*style) return status;
  return add_text(&table->line, table->style->plain, err);
}

/* Appends one cell to the line, with what separates it from the one before. */
static ent_status add_cell(ent_table *table, int i, const char *text,
                           size_t size, const char *style, ent_error *err) {
  const ent_table_column *column = &table->columns[i];
  size_t width = ent_text_width(text, size);
  size_t gap = width < column->width ? column->width - width : 0;
  size_t room = table->columns_limit ? column->width : SIZE_MAX;
  bool right = column->has_number && !column->has_other;
  bool is_last = i + 1 == table->n_shown;
  ent_status status = ENT_OK;

  if (table->boxed) {
    status = add_frame(table, i ? " \xe2\x94\x82 " : "\xe2\x94\x82 ", err);
  } else if (i) {
    status = add_text(&table->line, " | ", err);
  }
  if (!status && right) status = add_spaces(&table->line, gap, err);
  if (!status) status = add_value(table, text, size, room, style, err);
  if (!status && !right && (table->boxed || !is_last)) {
    status = add_spaces(&table->line, gap, err);
  }
  if (status || !table->boxed || !is_last) return status;
  return add_frame(table, " \xe2\x94\x82", err);
}

/* Writes the line and begins the next one. */
static void end_line(ent_table *table, FILE *to) {
  fwrite(table->line.data, 1, table->line.size, to);
  fputc('\n', to);
  table->line.size = 0;
}

/* A rule of what stands between the columns, and at the ends: "---+---". */
typedef struct table_rule {
  const char *begin;
  const char *line;
  const char *joint;
  const char *end;
} table_rule;

static const table_rule top = {"\xe2\x94\x8c", "\xe2\x94\x80", "\xe2\x94\xac",
                               "\xe2\x94\x90"};
static const table_rule middle = {"\xe2\x94\x9c", "\xe2\x94\x80",
                                  "\xe2\x94\xbc", "\xe2\x94\xa4"};
static const table_rule bottom = {"\xe2\x94\x94", "\xe2\x94\x80",
                                  "\xe2\x94\xb4", "\xe2\x94\x98"};
static const table_rule plain = {"", "-", "+", ""};

/* Each line is as wide as its column and the spaces beside it. */
static ent_status write_rule(ent_table *table, const table_rule *rule, FILE *to,
                             ent_error *err) {
  ent_buf *line = &table->line;
  ent_status status = add_text(line, table->style->faint, err);

  if (!status) status = add_text(line, rule->begin, err);
  for (int i = 0; i < table->n_shown && !status; i++) {
    size_t beside = table->boxed || (i && i + 1 < table->n_shown) ? 2 : 1;

    if (!table->boxed && table->n_shown == 1) beside = 0;
    if (i) status = add_text(line, rule->joint, err);
    for (size_t n = table->columns[i].width + beside; n && !status; n--)
      status = add_text(line, rule->line, err);
  }
  if (!status) status = add_text(line, rule->end, err);
  if (!status) status = add_text(line, table->style->plain, err);
  if (!status) end_line(table, to);
  return status;
}

static ent_status write_header(ent_table *table, sqlite3_stmt *stmt, FILE *to,
                               ent_error *err) {
  ent_status status = ENT_OK;
  ent_buf name;

  ent_buf_init(&name, SIZE_MAX / 2);
  for (int i = 0; i < table->n_shown && !status; i++) {
    status = show_name(stmt, i, &name, err);
    if (status) break;
    status =
        add_cell(table, i, name.data, name.size, table->style->strong, err);
  }
  ent_buf_done(&name);
  if (status) return status;
  end_line(table, to);
  return write_rule(table, table->boxed ? &middle : &plain, to, err);
}

/* A value; only NULL is shown by these four letters alone. */
static ent_status add_shown(ent_table *table, int i, const char *text,
                            size_t size, ent_error *err) {
  bool is_null = size == 4 && memcmp(text, "NULL", 4) == 0;

  return add_cell(table, i, text, size, is_null ? table->style->faint : "",
                  err);
}

/* Decides the widths and writes the header and the rows held back. */
static ent_status settle(ent_table *table, sqlite3_stmt *stmt, FILE *to,
                         ent_error *err) {
  const char *cell = table->held.data;
  ent_status status = ENT_OK;

  table->measured = true;
  if (table->columns_limit) fit_columns(table);
  if (table->boxed) status = write_rule(table, &top, to, err);
  if (!status && table->headers) status = write_header(table, stmt, to, err);
  for (size_t row = 0; row < table->n_held && !status; row++) {
    for (int i = 0; i < table->n_columns && !status; i++) {
      size_t size = strlen(cell);

      if (i < table->n_shown) status = add_shown(table, i, cell, size, err);
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

  for (int i = 0; i < table->n_shown && !status; i++) {
    cell->size = 0;
    status = ent_cell_show(cell, stmt, i, err);
    if (!status) status = add_shown(table, i, cell->data, cell->size, err);
  }
  if (!status) end_line(table, to);
  return status;
}

ent_status ent_table_row(ent_table *table, sqlite3_stmt *stmt, ent_buf *cell,
                         FILE *to, ent_error *err) {
  ent_status status;
  bool held;

  table->n_rows++;
  if (table->measured) return write_row(table, stmt, cell, to, err);
  status = hold(table, stmt, cell, &held, err);
  if (status) return status;
  if (held && ++table->n_held < ENT_TABLE_ROWS) return ENT_OK;
  status = settle(table, stmt, to, err);
  if (status || held) return status;
  return write_row(table, stmt, cell, to, err);
}

/* What a person at a terminal cannot see from the rows. */
static void write_note(const ent_table *table, FILE *to) {
  int n_left_out = table->n_columns - table->n_shown;

  fprintf(to, "%s%zu row%s", table->style->faint, table->n_rows,
          table->n_rows == 1 ? "" : "s");
  if (n_left_out) {
    fprintf(to, ", %d more column%s (.mode line shows all)", n_left_out,
            n_left_out == 1 ? "" : "s");
  }
  fprintf(to, "%s\n", table->style->plain);
}

ent_status ent_table_end(ent_table *table, sqlite3_stmt *stmt, bool complete,
                         FILE *to, ent_error *err) {
  ent_status status = table->measured ? ENT_OK : settle(table, stmt, to, err);

  if (status || !complete) return status;
  if (table->boxed) status = write_rule(table, &bottom, to, err);
  if (!status && (table->boxed || table->columns_limit)) write_note(table, to);
  return status;
}
