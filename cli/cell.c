#include "cli/cell.h"

#include "cli/text.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ent_status append_hex(ent_buf *to, sqlite3_stmt *stmt, int column,
                             ent_error *err) {
  static const char digits[] = "0123456789abcdef";
  const unsigned char *blob = sqlite3_column_blob(stmt, column);
  size_t size = (size_t)sqlite3_column_bytes(stmt, column);
  char *at;
  ent_status status = ent_buf_reserve(to, 2 * size, &at, err);

  if (status) return status;
  for (size_t i = 0; i < size; i++) {
    at[2 * i] = digits[blob[i] >> 4];
    at[2 * i + 1] = digits[blob[i] & 15];
  }
  to->size += 2 * size;
  return ENT_OK;
}

/* A blob between two marks: x'0a' or "0a". */
static ent_status append_blob(ent_buf *to, sqlite3_stmt *stmt, int column,
                              const char *open, ent_error *err) {
  ent_status status = ent_buf_append(to, open, strlen(open), err);

  if (!status) status = append_hex(to, stmt, column, err);
  if (status) return status;
  return ent_buf_append(to, open + strlen(open) - 1, 1, err);
}

/* The text of a value that is neither NULL nor a blob; NULL without memory. */
static const char *text_of(sqlite3_stmt *stmt, int column, size_t *size) {
  const char *text = (const char *)sqlite3_column_text(stmt, column);

  *size = (size_t)sqlite3_column_bytes(stmt, column);
  return text;
}

ent_status ent_cell_show(ent_buf *to, sqlite3_stmt *stmt, int column,
                         ent_error *err) {
  int type = sqlite3_column_type(stmt, column);
  const char *text;
  size_t size;

  if (type == SQLITE_NULL) return ent_buf_append(to, "NULL", 4, err);
  if (type == SQLITE_BLOB) return append_blob(to, stmt, column, "x'", err);
  text = text_of(stmt, column, &size);
  if (!text) return ent_fail_nomem(err);
  if (size == 4 && memcmp(text, "NULL", 4) == 0) {
    return ent_buf_append(to, "'NULL'", 6, err);
  }
  return ent_text_escape(to, text, size, err);
}

ent_status ent_cell_csv_text(ent_buf *to, const char *text, size_t size,
                             ent_error *err) {
  ent_status status = ENT_OK;
  bool quoted = size == 0;

  for (size_t i = 0; i < size && !quoted; i++) {
    quoted = strchr(",\"\r\n", text[i]) != NULL;
  }
  if (!quoted) return ent_buf_append(to, text, size, err);
  status = ent_buf_append(to, "\"", 1, err);
  for (size_t at = 0; at < size && !status;) {
    const char *quote = memchr(text + at, '"', size - at);
    size_t n = quote ? (size_t)(quote - text) - at + 1 : size - at;

    status = ent_buf_append(to, text + at, n, err);
    if (!status && quote) status = ent_buf_append(to, "\"", 1, err);
    at += n;
  }
  return status ? status : ent_buf_append(to, "\"", 1, err);
}

ent_status ent_cell_csv(ent_buf *to, sqlite3_stmt *stmt, int column,
                        ent_error *err) {
  int type = sqlite3_column_type(stmt, column);
  const char *text;
  size_t size;

  if (type == SQLITE_NULL) return ENT_OK;
  if (type == SQLITE_BLOB) return append_blob(to, stmt, column, "x'", err);
  text = text_of(stmt, column, &size);
  if (!text) return ent_fail_nomem(err);
  return ent_cell_csv_text(to, text, size, err);
}

/* What stands for a character inside a string of JSON, or NULL if it stands
 * for itself. */
static const char *json_escape(int32_t code, char room[16]) {
  switch (code) {
  case '"': return "\\\"";
  case '\\': return "\\\\";
  case '\n': return "\\n";
  case '\r': return "\\r";
  case '\t': return "\\t";
  case ENT_TEXT_INVALID: return "\xef\xbf\xbd";
  default: break;
  }
  if (code >= 0x20 && code != 0x7f) return NULL;
  snprintf(room, 16, "\\u%04x", (unsigned)code);
  return room;
}

ent_status ent_cell_json_text(ent_buf *to, const char *text, size_t size,
                              ent_error *err) {
  ent_status status = ent_buf_append(to, "\"", 1, err);
  size_t plain = 0; /* start of what was not yet appended */
  char room[16];

  for (size_t at = 0; at < size && !status;) {
    int32_t code;
    size_t n = ent_text_decode(text + at, size - at, &code);
    const char *escape = json_escape(code, room);

    if (escape) {
      status = ent_buf_append(to, text + plain, at - plain, err);
      if (!status) status = ent_buf_append(to, escape, strlen(escape), err);
      plain = at + n;
    }
    at += n;
  }
  if (!status) status = ent_buf_append(to, text + plain, size - plain, err);
  return status ? status : ent_buf_append(to, "\"", 1, err);
}

/* SQLite's own text where it is exact, which keeps 2.0 from becoming 2. */
static ent_status json_real(ent_buf *to, sqlite3_stmt *stmt, int column,
                            ent_error *err) {
  double real = sqlite3_column_double(stmt, column);
  size_t size;
  const char *text = text_of(stmt, column, &size);

  if (!text) return ent_fail_nomem(err);
  if (!isfinite(real)) return ent_buf_append(to, "null", 4, err);
  if (strtod(text, NULL) == real) return ent_buf_append(to, text, size, err);
  return ent_buf_printf(to, err, "%.17g", real);
}

ent_status ent_cell_json(ent_buf *to, sqlite3_stmt *stmt, int column,
                         ent_error *err) {
  const char *text;
  size_t size;

  switch (sqlite3_column_type(stmt, column)) {
  case SQLITE_NULL: return ent_buf_append(to, "null", 4, err);
  case SQLITE_BLOB: return append_blob(to, stmt, column, "\"", err);
  case SQLITE_FLOAT: return json_real(to, stmt, column, err);
  default: break;
  }
  text = text_of(stmt, column, &size);
  if (!text) return ent_fail_nomem(err);
  if (sqlite3_column_type(stmt, column) == SQLITE_INTEGER) {
    return ent_buf_append(to, text, size, err);
  }
  return ent_cell_json_text(to, text, size, err);
}

/* Appends a text with each of its quotes doubled, between two of them. */
static ent_status sql_text(ent_buf *to, const char *text, size_t size,
                           ent_error *err) {
  ent_status status = ent_buf_append(to, "'", 1, err);

  for (size_t at = 0; at < size && !status;) {
    const char *quote = memchr(text + at, '\'', size - at);
    size_t n = quote ? (size_t)(quote - text) - at + 1 : size - at;

    status = ent_buf_append(to, text + at, n, err);
    if (!status && quote) status = ent_buf_append(to, "'", 1, err);
    at += n;
  }
  return status ? status : ent_buf_append(to, "'", 1, err);
}

/* The shortest of the forms that give the same double, with a point in it. */
static ent_status sql_real(ent_buf *to, double real, ent_error *err) {
  char text[64];

  if (!isfinite(real)) {
    return ent_buf_append(to, real < 0 ? "-9e999" : "9e999", real < 0 ? 6 : 5,
                          err);
  }
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, sizeof(text), "%.*g", digits, real);
    if (strtod(text, NULL) == real) break;
  }
  return ent_buf_printf(to, err, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

ent_status ent_cell_sql(ent_buf *to, sqlite3_stmt *stmt, int column,
                        ent_error *err) {
  const char *text;
  ent_status status;
  size_t size;

  switch (sqlite3_column_type(stmt, column)) {
  case SQLITE_NULL: return ent_buf_append(to, "NULL", 4, err);
  case SQLITE_BLOB: return append_blob(to, stmt, column, "x'", err);
  case SQLITE_FLOAT:
    return sql_real(to, sqlite3_column_double(stmt, column), err);
  default: break;
  }
  text = text_of(stmt, column, &size);
  if (!text) return ent_fail_nomem(err);
  if (sqlite3_column_type(stmt, column) == SQLITE_INTEGER) {
    return ent_buf_append(to, text, size, err);
  }
  if (!memchr(text, '\0', size)) return sql_text(to, text, size, err);
  /* SQL ends at a NUL. */
  status = ent_buf_append(to, "CAST(", 5, err);
  if (!status) status = append_blob(to, stmt, column, "x'", err);
  return status ? status : ent_buf_append(to, " AS TEXT)", 9, err);
}
