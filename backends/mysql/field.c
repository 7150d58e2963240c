#include "backends/mysql/field.h"

#include <float.h>
#include <math.h>
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_CHARSET_BINARY = 63,
  ENT_TEXT_BUFFER = 1024, /* longer values are fetched by themselves */
  ENT_ANY_DECIMALS = 7,
  ENT_GEOMETRY_PREFIX = 4, /* the server's own SRID, in front of the WKB */
  ENT_TYPE_JSON_WIRE = 245,
};

static ent_mysql_form form_of_bytes(const MYSQL_FIELD *from) {
  return from->charsetnr == ENT_CHARSET_BINARY ? ENT_FORM_BLOB : ENT_FORM_TEXT;
}

static ent_mysql_form form_of(const MYSQL_FIELD *from) {
  bool is_unsigned = (from->flags & UNSIGNED_FLAG) != 0;

  switch ((int)from->type) {
  case MYSQL_TYPE_TINY:
  case MYSQL_TYPE_SHORT:
  case MYSQL_TYPE_LONG:
  case MYSQL_TYPE_INT24:
  case MYSQL_TYPE_LONGLONG:
  case MYSQL_TYPE_YEAR:
    return is_unsigned ? ENT_FORM_UNSIGNED : ENT_FORM_INTEGER;
  case MYSQL_TYPE_BIT: return ENT_FORM_BIT;
  case MYSQL_TYPE_FLOAT: return ENT_FORM_FLOAT;
  case MYSQL_TYPE_DOUBLE: return ENT_FORM_DOUBLE;
  case MYSQL_TYPE_DECIMAL:
  case MYSQL_TYPE_NEWDECIMAL: return ENT_FORM_DECIMAL;
  case MYSQL_TYPE_DATE:
  case MYSQL_TYPE_NEWDATE: return ENT_FORM_DATE;
  case MYSQL_TYPE_DATETIME:
  case MYSQL_TYPE_TIMESTAMP: return ENT_FORM_DATETIME;
  case MYSQL_TYPE_TIME: return ENT_FORM_TIME;
  case MYSQL_TYPE_GEOMETRY: return ENT_FORM_GEOMETRY;
  case MYSQL_TYPE_NULL: return ENT_FORM_NULL;
  case ENT_TYPE_JSON_WIRE: return ENT_FORM_TEXT;
  default: return form_of_bytes(from);
  }
}

void ent_mysql_field_init(ent_mysql_field *field, const MYSQL_FIELD *from) {
  *field = (ent_mysql_field){.form = form_of(from)};
  field->decimals =
      (uint8_t)(from->decimals <= 6 ? from->decimals : ENT_ANY_DECIMALS);
  switch (field->form) {
  case ENT_FORM_DECIMAL:
  case ENT_FORM_TEXT:
  case ENT_FORM_BLOB:
  case ENT_FORM_GEOMETRY:
    field->buffer_size =
        from->length < ENT_TEXT_BUFFER ? from->length + 1 : ENT_TEXT_BUFFER;
    break;
  case ENT_FORM_NULL:
  case ENT_FORM_INTEGER:
  case ENT_FORM_UNSIGNED:
  case ENT_FORM_BIT:
  case ENT_FORM_FLOAT:
  case ENT_FORM_DOUBLE:
  case ENT_FORM_DATE:
  case ENT_FORM_DATETIME:
  case ENT_FORM_TIME: break;
  }
}

static enum enum_field_types bind_type(ent_mysql_form form) {
  switch (form) {
  case ENT_FORM_INTEGER:
  case ENT_FORM_UNSIGNED: return MYSQL_TYPE_LONGLONG;
  case ENT_FORM_FLOAT: return MYSQL_TYPE_FLOAT;
  case ENT_FORM_DOUBLE: return MYSQL_TYPE_DOUBLE;
  case ENT_FORM_DATE: return MYSQL_TYPE_DATE;
  case ENT_FORM_DATETIME: return MYSQL_TYPE_DATETIME;
  case ENT_FORM_TIME: return MYSQL_TYPE_TIME;
  case ENT_FORM_BIT:
  case ENT_FORM_BLOB:
  case ENT_FORM_GEOMETRY: return MYSQL_TYPE_BLOB;
  case ENT_FORM_NULL:
  case ENT_FORM_DECIMAL:
  case ENT_FORM_TEXT: break;
  }
  return MYSQL_TYPE_STRING;
}

void ent_mysql_field_bind(ent_mysql_field *field, MYSQL_BIND *bind) {
  memset(bind, 0, sizeof(*bind));
  bind->buffer_type = bind_type(field->form);
  bind->buffer = field->buffer_size ? field->buffer : field->cell.bytes;
  bind->buffer_length =
      field->buffer_size ? field->buffer_size : sizeof(field->cell);
  bind->is_unsigned = (my_bool)(field->form == ENT_FORM_UNSIGNED);
  bind->length = &field->size;
  bind->is_null = &field->is_null;
  bind->error = &field->is_cut;
}

double ent_mysql_float(float number) {
  char text[32];

  if (!isfinite(number)) return (double)number;
  for (int digits = FLT_DIG; digits < FLT_DECIMAL_DIG; digits++) {
    snprintf(text, sizeof(text), "%.*g", digits, (double)number);
    if (strtof(text, NULL) == number) break;
    snprintf(text, sizeof(text), "%.*g", FLT_DECIMAL_DIG, (double)number);
  }
  return strtod(text, NULL);
}

/* `n` decimal digits of `number` in front of `to`, which is returned. */
static char *put_digits(char *to, unsigned long number, int n) {
  for (int i = n - 1; i >= 0; i--) {
    to[i] = (char)('0' + number % 10);
    number /= 10;
  }
  return to + n;
}

/* Two digits at once: nearly all there is in a date. */
static char *put_pair(char *to, unsigned number) {
  to[0] = (char)('0' + number / 10 % 10);
  to[1] = (char)('0' + number % 10);
  return to + 2;
}

static char *put_date(char *to, const MYSQL_TIME *time) {
  to = put_pair(to, time->year / 100);
  to = put_pair(to, time->year % 100);
  *to++ = '-';
  to = put_pair(to, time->month);
  *to++ = '-';
  return put_pair(to, time->day);
}

static char *put_fraction(char *to, const MYSQL_TIME *time, int decimals) {
  unsigned long fraction = time->second_part;

  if (decimals == ENT_ANY_DECIMALS) decimals = fraction ? 6 : 0;
  if (decimals == 0) return to;
  for (int i = decimals; i < 6; i++)
    fraction /= 10;
  *to++ = '.';
  return put_digits(to, fraction, decimals);
}

static char *put_clock(char *to, const MYSQL_TIME *time, int decimals) {
  to = put_pair(to, time->minute);
  *to++ = ':';
  to = put_pair(to, time->second);
  return put_fraction(to, time, decimals);
}

/* A TIME may be negative and have three digits of hours. */
static char *put_time(char *to, const MYSQL_TIME *time, int decimals) {
  unsigned long hours = time->hour + 24UL * time->day;

  if (time->neg) *to++ = '-';
  to = put_digits(to, hours, hours > 99 ? 3 : 2);
  *to++ = ':';
  return put_clock(to, time, decimals);
}

static ent_status put_temporal(const ent_mysql_field *field,
                               ent_row_writer *writer, ent_error *err) {
  MYSQL_TIME time;
  char text[64];
  char *end = text;

  memcpy(&time, field->cell.bytes, sizeof(time));
  if (field->form == ENT_FORM_TIME) {
    end = put_time(end, &time, field->decimals);
  } else {
    end = put_date(end, &time);
    if (field->form == ENT_FORM_DATETIME) {
      *end++ = ' ';
      end = put_pair(end, time.hour);
      *end++ = ':';
      end = put_clock(end, &time, field->decimals);
    }
  }
  return ent_row_put_bytes(writer, ENT_ASCII, text, (size_t)(end - text), err);
}

/* BIT comes as big-endian bytes. */
static ent_status put_bit(const ent_mysql_field *field, ent_row_writer *writer,
                          ent_error *err) {
  uint64_t number = 0;
  ent_value value;

  if (field->size > 8) {
    return ent_fail(err, ENT_PROTOCOL, "a bit value of %lu bytes", field->size);
  }
  for (unsigned long i = 0; i < field->size; i++) {
    number = number << 8 | (unsigned char)field->cell.bytes[i];
  }
  value = ent_value_u64(number);
  return ent_row_put(writer, &value, err);
}

/* A value that did not fit the bound buffer, straight into the row. */
static ent_status put_long(const ent_mysql_field *field, MYSQL_STMT *stmt,
                           unsigned column, ent_row_writer *writer,
                           ent_error *err) {
  unsigned long size = field->size;
  unsigned long fetched = 0;
  MYSQL_BIND bind = {.length = &fetched};
  char is_null = 0;
  char is_cut = 0;
  ent_kind kind = ENT_BLOB;
  char *at;
  ent_status status = ent_row_room(writer, size, err);

  if (status) return status;
  at = writer->at;
  bind.buffer_type = bind_type(field->form);
  bind.buffer = at;
  bind.buffer_length = size;
  bind.is_null = &is_null;
  bind.error = &is_cut;
  if (mysql_stmt_fetch_column(stmt, &bind, column, 0) || fetched != size) {
    return ent_fail(err, ENT_PROTOCOL, "a value of %lu bytes was cut", size);
  }
  if (field->form == ENT_FORM_TEXT) kind = ent_text_kind(at, size);
  if (field->form == ENT_FORM_GEOMETRY) {
    size -= ENT_GEOMETRY_PREFIX;
    memmove(at, at + ENT_GEOMETRY_PREFIX, size);
  }
  ent_row_put_filled(writer, kind, size);
  return ENT_OK;
}

static ent_status put_bytes(const ent_mysql_field *field, MYSQL_STMT *stmt,
                            unsigned column, ent_row_writer *writer,
                            ent_error *err) {
  size_t cut = field->form == ENT_FORM_GEOMETRY ? ENT_GEOMETRY_PREFIX : 0;
  ent_kind kind = ENT_BLOB;

  if (field->size < cut) {
    return ent_fail(err, ENT_PROTOCOL, "a geometry of %lu bytes", field->size);
  }
  if (field->size > field->buffer_size) {
    return put_long(field, stmt, column, writer, err);
  }
  if (field->form == ENT_FORM_DECIMAL) kind = ENT_ASCII;
  if (field->form == ENT_FORM_TEXT) {
    kind = ent_text_kind(field->buffer, field->size);
  }
  return ent_row_put_bytes(writer, kind, field->buffer + cut, field->size - cut,
                           err);
}

static ent_status put_number(ent_row_writer *writer, ent_value value,
                             ent_error *err) {
  return ent_row_put_number(writer, value.kind, value.as.u64, err);
}

ent_status ent_mysql_field_put(ent_mysql_field *field, MYSQL_STMT *stmt,
                               unsigned column, ent_row_writer *writer,
                               ent_error *err) {
  switch (field->form) {
  case ENT_FORM_NULL: ent_row_put_null(writer); return ENT_OK;
  case ENT_FORM_INTEGER:
    return put_number(writer, ent_value_i64(field->cell.integer), err);
  case ENT_FORM_UNSIGNED:
    return put_number(writer, ent_value_u64((uint64_t)field->cell.integer),
                      err);
  case ENT_FORM_FLOAT:
    return put_number(writer, ent_value_f64(ent_mysql_float(field->cell.real4)),
                      err);
  case ENT_FORM_DOUBLE:
    return put_number(writer, ent_value_f64(field->cell.real8), err);
  case ENT_FORM_BIT: return put_bit(field, writer, err);
  case ENT_FORM_DATE:
  case ENT_FORM_DATETIME:
  case ENT_FORM_TIME: return put_temporal(field, writer, err);
  case ENT_FORM_DECIMAL:
  case ENT_FORM_TEXT:
  case ENT_FORM_BLOB:
  case ENT_FORM_GEOMETRY: break;
  }
  return put_bytes(field, stmt, column, writer, err);
}
