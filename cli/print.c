#include "cli/print.h"

#include "cli/cell.h"
#include "cli/text.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

const char *ent_format_name(ent_format format) {
  static const char *const names[] = {"table", "csv", "json", "line",
                                      "markdown"};

  return format < ENT_FORMAT_COUNT ? names[format] : "?";
}

bool ent_format_find(const char *name, ent_format *format) {
  for (int i = 0; i < ENT_FORMAT_COUNT; i++) {
    if (strcmp(name, ent_format_name((ent_format)i)) != 0) continue;
    *format = (ent_format)i;
    return true;
  }
  return false;
}

void ent_print_init(ent_print *print, FILE *to, ent_format format) {
  *print = (ent_print){.to = to, .format = format, .headers = true};
  ent_buf_init(&print->scratch, SIZE_MAX / 2);
  ent_buf_init(&print->cell, SIZE_MAX / 2);
  ent_table_init(&print->table);
}

void ent_print_done(ent_print *print) {
  ent_buf_done(&print->scratch);
  ent_buf_done(&print->cell);
  ent_table_done(&print->table);
}

/* Writes the scratch and empties it. */
static void flush_scratch(ent_print *print) {
  if (!print->scratch.size) return;
  fwrite(print->scratch.data, 1, print->scratch.size, print->to);
  print->scratch.size = 0;
}

static ent_status check_output(ent_print *print, ent_error *err) {
  int number = errno;

  if (!ferror(print->to)) return ENT_OK;
  err->native = number;
  return ent_fail(err, ENT_UNAVAILABLE, "cannot write the result: %s",
                  strerror(number));
}

/* The name of column i: never NULL. */
static const char *name_of(sqlite3_stmt *stmt, int i) {
  const char *name = sqlite3_column_name(stmt, i);

  return name ? name : "";
}

static ent_status csv_header(ent_print *print, sqlite3_stmt *stmt,
                             ent_error *err) {
  ent_buf *to = &print->scratch;
  ent_status status = ENT_OK;

  for (int i = 0; i < sqlite3_column_count(stmt) && !status; i++) {
    const char *name = name_of(stmt, i);

    if (i) status = ent_buf_append(to, ",", 1, err);
    if (!status) status = ent_cell_csv_text(to, name, strlen(name), err);
  }
  return status ? status : ent_buf_append(to, "\r\n", 2, err);
}

static ent_status csv_row(ent_print *print, sqlite3_stmt *stmt,
                          ent_error *err) {
  ent_buf *to = &print->scratch;
  ent_status status = ENT_OK;

  for (int i = 0; i < sqlite3_column_count(stmt) && !status; i++) {
    if (i) status = ent_buf_append(to, ",", 1, err);
    if (!status) status = ent_cell_csv(to, stmt, i, err);
  }
  return status ? status : ent_buf_append(to, "\r\n", 2, err);
}

/* One object a line; the comma stands before the next one, so that each row
 * can be written when it comes. */
static ent_status json_row(ent_print *print, sqlite3_stmt *stmt,
                           ent_error *err) {
  ent_buf *to = &print->scratch;
  ent_status status = print->n_rows ? ent_buf_append(to, ",\n{", 3, err)
                                    : ent_buf_append(to, "[{", 2, err);

  for (int i = 0; i < sqlite3_column_count(stmt) && !status; i++) {
    const char *name = name_of(stmt, i);

    if (i) status = ent_buf_append(to, ",", 1, err);
    if (!status) status = ent_cell_json_text(to, name, strlen(name), err);
    if (!status) status = ent_buf_append(to, ":", 1, err);
    if (!status) status = ent_cell_json(to, stmt, i, err);
  }
  return status ? status : ent_buf_append(to, "}", 1, err);
}

/* "  id = 1", the names aligned to the right; a blank line between rows. */
static ent_status line_row(ent_print *print, sqlite3_stmt *stmt,
                           ent_error *err) {
  ent_buf *to = &print->scratch;
  ent_status status = print->n_rows ? ent_buf_append(to, "\n", 1, err) : ENT_OK;

  for (int i = 0; i < sqlite3_column_count(stmt) && !status; i++) {
    const char *name = name_of(stmt, i);
    size_t gap = print->name_width - ent_text_width(name, strlen(name));

    if (gap) status = ent_buf_printf(to, err, "%*s", (int)gap, "");
    if (!status) status = ent_text_escape(to, name, strlen(name), err);
    if (!status) status = ent_buf_append(to, " = ", 3, err);
    if (!status) status = ent_cell_show(to, stmt, i, err);
    if (!status) status = ent_buf_append(to, "\n", 1, err);
  }
  return status;
}

/* Appends print->cell with a backslash before every |. */
static ent_status guard_pipes(ent_print *print, ent_error *err) {
  const ent_buf *cell = &print->cell;
  ent_status status = ENT_OK;

  for (size_t at = 0; at < cell->size && !status;) {
    const char *from = cell->data + at;
    const char *pipe = memchr(from, '|', cell->size - at);
    size_t n = pipe ? (size_t)(pipe - from) : cell->size - at;

    status = ent_buf_append(&print->scratch, from, n, err);
    if (!status && pipe)
      status = ent_buf_append(&print->scratch, "\\|", 2, err);
    at += n + (pipe != NULL);
  }
  return status;
}

static ent_status markdown_cell(ent_print *print, sqlite3_stmt *stmt, int i,
                                bool header, ent_error *err) {
  ent_status status =
      ent_buf_append(&print->scratch, i ? " " : "| ", i ? 1 : 2, err);
  const char *name = name_of(stmt, i);

  print->cell.size = 0;
  if (status) return status;
  status = header ? ent_text_escape(&print->cell, name, strlen(name), err)
                  : ent_cell_show(&print->cell, stmt, i, err);
  if (!status) status = guard_pipes(print, err);
  return status ? status : ent_buf_append(&print->scratch, " |", 2, err);
}

static ent_status markdown_row(ent_print *print, sqlite3_stmt *stmt,
                               bool header, ent_error *err) {
  ent_status status = ENT_OK;

  for (int i = 0; i < sqlite3_column_count(stmt) && !status; i++) {
    status = markdown_cell(print, stmt, i, header, err);
  }
  return status ? status : ent_buf_append(&print->scratch, "\n", 1, err);
}

static ent_status markdown_header(ent_print *print, sqlite3_stmt *stmt,
                                  ent_error *err) {
  ent_status status = markdown_row(print, stmt, true, err);

  for (int i = 0; i < sqlite3_column_count(stmt) && !status; i++) {
    status = ent_buf_append(&print->scratch, "|---", 4, err);
  }
  return status ? status : ent_buf_append(&print->scratch, "|\n", 2, err);
}

static void measure_names(ent_print *print, sqlite3_stmt *stmt) {
  print->name_width = 0;
  for (int i = 0; i < sqlite3_column_count(stmt); i++) {
    const char *name = name_of(stmt, i);
    size_t width = ent_text_width(name, strlen(name));

    if (width > print->name_width) print->name_width = width;
  }
}

/* Results that a person reads are apart from each other; boxes are by
 * themselves, and those for programs follow at once. */
static void separate(ent_print *print) {
  bool apart = (print->format == ENT_FORMAT_TABLE && !print->table.boxed) ||
               print->format == ENT_FORMAT_LINE ||
               print->format == ENT_FORMAT_MARKDOWN;

  if (apart && print->n_results) fputc('\n', print->to);
  print->n_results++;
}

ent_status ent_print_begin(ent_print *print, sqlite3_stmt *stmt,
                           ent_error *err) {
  ent_status status = ENT_OK;

  print->n_rows = 0;
  print->scratch.size = 0;
  separate(print);
  print->present = print->format;
  if (print->format == ENT_FORMAT_TABLE && sqlite3_stmt_isexplain(stmt) == 2) {
    print->present = ENT_FORMAT_PLAN;
  }
  switch (print->present) {
  case ENT_FORMAT_TABLE:
    print->table.headers = print->headers;
    return ent_table_begin(&print->table, stmt, &print->scratch, err);
  case ENT_FORMAT_CSV:
    if (print->headers) status = csv_header(print, stmt, err);
    break;
  case ENT_FORMAT_MARKDOWN: status = markdown_header(print, stmt, err); break;
  case ENT_FORMAT_LINE: measure_names(print, stmt); break;
  case ENT_FORMAT_PLAN:
    status = ent_plan_begin(&print->plan, &print->scratch, err);
    break;
  case ENT_FORMAT_JSON: break;
  }
  if (!status) flush_scratch(print);
  return status;
}

ent_status ent_print_row(ent_print *print, sqlite3_stmt *stmt, ent_error *err) {
  ent_status status = ENT_OK;

  print->scratch.size = 0;
  switch (print->present) {
  case ENT_FORMAT_TABLE:
    status =
        ent_table_row(&print->table, stmt, &print->scratch, print->to, err);
    print->scratch.size = 0;
    break;
  case ENT_FORMAT_CSV: status = csv_row(print, stmt, err); break;
  case ENT_FORMAT_JSON: status = json_row(print, stmt, err); break;
  case ENT_FORMAT_LINE: status = line_row(print, stmt, err); break;
  case ENT_FORMAT_MARKDOWN:
    status = markdown_row(print, stmt, false, err);
    break;
  case ENT_FORMAT_PLAN:
    status = ent_plan_row(&print->plan, stmt, &print->scratch, err);
    break;
  }
  if (status) return status;
  flush_scratch(print);
  print->n_rows++;
  return check_output(print, err);
}

ent_status ent_print_end(ent_print *print, sqlite3_stmt *stmt, bool complete,
                         ent_error *err) {
  ent_status status = ENT_OK;

  if (print->present == ENT_FORMAT_TABLE) {
    status = ent_table_end(&print->table, stmt, complete, print->to, err);
  } else if (print->present == ENT_FORMAT_JSON) {
    if (!print->n_rows) fputc('[', print->to);
    fputs(complete ? "]\n" : "\n", print->to);
  }
  if (status) return status;
  fflush(print->to);
  return check_output(print, err);
}
