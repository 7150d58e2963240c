#include "vtab/cells.h"

#include "backends/base/digits.h"
#include "vtab/value.h"
#include "vtab/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A value being fitted into a column. */
typedef struct fitting {
  const ent_column *column;
  sqlite3_value *from;
  ent_arena *arena;
  ent_value *to;
} fitting;

static const char *kind_word(sqlite3_value *value) {
  switch (sqlite3_value_type(value)) {
  case SQLITE_INTEGER: return "an integer";
  case SQLITE_FLOAT: return "a real number";
  case SQLITE_TEXT: return "a text";
  case SQLITE_BLOB: return "a blob";
  default: break;
  }
  return "NULL";
}

static ent_status refuse(const fitting *f, const char *holds, ent_error *err) {
  return ent_fail(err, ENT_MISMATCH, "%s for column %s, which holds %s",
                  kind_word(f->from), f->column->name, holds);
}

static ent_status keep_digits(const fitting *f, const char *digits, size_t size,
                              ent_error *err) {
  const char *copy = ent_arena_copy(f->arena, digits, size);

  if (!copy) return ent_fail_nomem(err);
  *f->to = ent_value_bytes(ENT_DIGITS, copy, size);
  return ENT_OK;
}

/* Digits of a whole number, as a number of the machine where they are one. */
static ent_status keep_whole(const fitting *f, const char *digits, size_t size,
                             ent_error *err) {
  enum { ENT_SURE = 18 }; /* so many digits fit 64 bits */

  if (size > ENT_SURE) return keep_digits(f, digits, size, err);
  *f->to = ent_value_i64(strtoll(digits, NULL, 10));
  return ENT_OK;
}

static ent_status fit_whole_real(const fitting *f, double real,
                                 ent_error *err) {
  const double two_63 = 9223372036854775808.0;
  char digits[400];

  if (!isfinite(real) || real != floor(real)) {
    return refuse(f, "integers", err);
  }
  if (real < two_63 && real >= -two_63) {
    *f->to = ent_value_i64((int64_t)real);
    return ENT_OK;
  }
  snprintf(digits, sizeof(digits), "%.0f", real);
  return keep_digits(f, digits, strlen(digits), err);
}

static ent_status fit_integer(const fitting *f, ent_error *err) {
  ent_value digits;
  size_t whole;

  if (sqlite3_value_type(f->from) == SQLITE_TEXT) {
    const char *text = (const char *)sqlite3_value_text(f->from);

    if (text && ent_digits_plain(text, (size_t)sqlite3_value_bytes(f->from),
                                 &digits, &whole)) {
      return whole ? keep_whole(f, digits.as.bytes.data, whole, err)
                   : refuse(f, "integers", err);
    }
  }
  switch (sqlite3_value_numeric_type(f->from)) {
  case SQLITE_INTEGER:
    *f->to = ent_value_i64(sqlite3_value_int64(f->from));
    return ENT_OK;
  case SQLITE_FLOAT:
    return fit_whole_real(f, sqlite3_value_double(f->from), err);
  default: break;
  }
  return refuse(f, "integers", err);
}

/* A year is stored as one byte; 70 would become 1970. */
static ent_status fit_year(const fitting *f, ent_error *err) {
  ent_status status = fit_integer(f, err);

  if (status) return status;
  if (f->to->kind == ENT_I64 &&
      (f->to->as.i64 == 0 ||
       (f->to->as.i64 >= 1901 && f->to->as.i64 <= 2155))) {
    return ENT_OK;
  }
  return ent_fail(err, ENT_MISMATCH,
                  "column %s holds the years 1901 to 2155, and 0",
                  f->column->name);
}

static ent_status fit_decimal(const fitting *f, ent_error *err) {
  char text[ENT_DIGITS_SIZE];
  ent_value digits;
  size_t whole;

  if (sqlite3_value_type(f->from) == SQLITE_TEXT) {
    const char *bytes = (const char *)sqlite3_value_text(f->from);

    if (bytes && ent_digits_plain(bytes, (size_t)sqlite3_value_bytes(f->from),
                                  &digits, &whole)) {
      *f->to = digits;
      return ENT_OK;
    }
  }
  switch (sqlite3_value_numeric_type(f->from)) {
  case SQLITE_INTEGER:
    *f->to = ent_value_i64(sqlite3_value_int64(f->from));
    return ENT_OK;
  case SQLITE_FLOAT: {
    double real = sqlite3_value_double(f->from);

    if (!isfinite(real)) break;
    return keep_digits(f, text, ent_digits_of_double(real, text), err);
  }
  default: break;
  }
  return refuse(f, "decimal numbers", err);
}

static ent_status fit_real(const fitting *f, ent_error *err) {
  int type = sqlite3_value_numeric_type(f->from);
  double real = sqlite3_value_double(f->from);

  if ((type != SQLITE_INTEGER && type != SQLITE_FLOAT) || !isfinite(real)) {
    return refuse(f, "finite real numbers", err);
  }
  *f->to = ent_value_f64(real);
  return ENT_OK;
}

/* The bytes of what is to be a text; numbers become one, as in a TEXT column of
 * SQLite. */
static ent_status text_of(const fitting *f, ent_error *err) {
  const char *text;
  size_t size;

  if (sqlite3_value_type(f->from) == SQLITE_BLOB) {
    return ent_fail(err, ENT_MISMATCH,
                    "a blob for column %s, which holds text: CAST(… AS TEXT)",
                    f->column->name);
  }
  text = (const char *)sqlite3_value_text(f->from);
  if (!text) return ent_fail_nomem(err);
  size = (size_t)sqlite3_value_bytes(f->from);
  if (!ent_utf8_valid(text, size)) {
    return ent_fail(err, ENT_MISMATCH, "a text for column %s is no UTF-8",
                    f->column->name);
  }
  *f->to = ent_value_bytes(ENT_TEXT, text, size);
  return ENT_OK;
}

static size_t count_chars(const char *text, size_t size) {
  size_t n = 0;

  for (size_t i = 0; i < size; i++)
    n += ((unsigned char)text[i] & 0xc0) != 0x80;
  return n;
}

/* Of a text that is too long a server cuts spaces at the end without a word,
 * and char(n) keeps none. */
static ent_status fit_text(const fitting *f, ent_error *err) {
  const ent_column *column = f->column;
  ent_status status = text_of(f, err);
  const char *text = f->to->as.bytes.data;
  size_t size = f->to->as.bytes.size;

  if (status) return status;
  if (column->max_chars && size > column->max_chars &&
      count_chars(text, size) > column->max_chars) {
    return ent_fail(err, ENT_TOO_BIG,
                    "a text of %zu characters for column %s, which holds %llu",
                    count_chars(text, size), column->name,
                    (unsigned long long)column->max_chars);
  }
  if (column->is_padded && size && text[size - 1] == ' ') {
    return ent_fail(err, ENT_MISMATCH,
                    "column %s, a char(n), holds no text that ends with a "
                    "space",
                    column->name);
  }
  return ENT_OK;
}

static ent_status fit_words(const fitting *f, ent_error *err) {
  ent_status status = text_of(f, err);

  if (status) return status;
  return f->column->type == ENT_TYPE_ENUM
             ? ent_words_check_enum(f->column, f->to, err)
             : ent_words_check_set(f->column, f->to, err);
}

static ent_status fit_time(const fitting *f, ent_error *err) {
  ent_status status = text_of(f, err);

  return status ? status : ent_words_check_time(f->column, f->to, err);
}

static ent_status fit_blob(const fitting *f, ent_error *err) {
  const ent_column *column = f->column;
  ent_status status;

  if (sqlite3_value_type(f->from) != SQLITE_BLOB) {
    return ent_fail(err, ENT_MISMATCH,
                    "%s for column %s, which holds blobs: CAST(… AS BLOB)",
                    kind_word(f->from), column->name);
  }
  status = ent_value_borrow(f->from, f->to, err);
  if (status) return status;
  if (column->max_size && f->to->as.bytes.size > column->max_size) {
    return ent_fail(err, ENT_TOO_BIG,
                    "a blob of %zu bytes for column %s, which holds %llu",
                    f->to->as.bytes.size, column->name,
                    (unsigned long long)column->max_size);
  }
  if (column->is_padded && f->to->as.bytes.size < column->max_size) {
    return ent_fail(err, ENT_MISMATCH,
                    "a blob of %zu bytes for column %s, a binary(%llu), which "
                    "would be filled up with zeros",
                    f->to->as.bytes.size, column->name,
                    (unsigned long long)column->max_size);
  }
  return ENT_OK;
}

/* A server keeps a geometry behind four bytes of its SRID, and looks at what it
 * is given in that form: ST_GeomFromWKB() would make NULL of a wrong one. */
static ent_status fit_geometry(const fitting *f, ent_error *err) {
  enum { ENT_SRID_SIZE = 4 };
  ent_status status = fit_blob(f, err);
  size_t size;
  char *bytes;

  if (status) return status;
  size = f->to->as.bytes.size;
  bytes = ent_arena_zalloc(f->arena, size + ENT_SRID_SIZE);
  if (!bytes) return ent_fail_nomem(err);
  memcpy(bytes + ENT_SRID_SIZE, f->to->as.bytes.data, size);
  *f->to = ent_value_bytes(ENT_BLOB, bytes, size + ENT_SRID_SIZE);
  return ENT_OK;
}

static ent_status fit(const fitting *f, ent_error *err) {
  switch (f->column->type) {
  case ENT_TYPE_INTEGER:
  case ENT_TYPE_UNSIGNED: return fit_integer(f, err);
  case ENT_TYPE_YEAR: return fit_year(f, err);
  case ENT_TYPE_DECIMAL: return fit_decimal(f, err);
  case ENT_TYPE_FLOAT:
  case ENT_TYPE_DOUBLE: return fit_real(f, err);
  case ENT_TYPE_ENUM:
  case ENT_TYPE_SET: return fit_words(f, err);
  case ENT_TYPE_DATE:
  case ENT_TYPE_DATETIME:
  case ENT_TYPE_TIME: return fit_time(f, err);
  case ENT_TYPE_BLOB: return fit_blob(f, err);
  case ENT_TYPE_GEOMETRY: return fit_geometry(f, err);
  case ENT_TYPE_TEXT:
  case ENT_TYPE_JSON: break;
  }
  return fit_text(f, err);
}

ent_status ent_cell_make(const ent_column *column, sqlite3_value *value,
                         ent_arena *arena, ent_cell *cell, ent_error *err) {
  fitting f = {column, value, arena, &cell->value};

  cell->use = ENT_CELL_VALUE;
  cell->value.kind = ENT_NULL;
  if (sqlite3_value_type(value) == SQLITE_NULL) return ENT_OK;
  return fit(&f, err);
}
