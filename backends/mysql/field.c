#include "backends/mysql/field.h"

#include <float.h>
#include <math.h>
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_CHARSET_BINARY = 63,
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

/* Bytes of a number; 0 for what brings its length. */
static uint8_t width_of(enum enum_field_types type) {
  switch ((int)type) {
  case MYSQL_TYPE_TINY: return 1;
  case MYSQL_TYPE_SHORT:
  case MYSQL_TYPE_YEAR: return 2;
  case MYSQL_TYPE_LONG:
  case MYSQL_TYPE_INT24:
  case MYSQL_TYPE_FLOAT: return 4;
  case MYSQL_TYPE_LONGLONG:
  case MYSQL_TYPE_DOUBLE: return 8;
  default: break;
  }
  return 0;
}

void ent_mysql_field_init(ent_mysql_field *field, const MYSQL_FIELD *from) {
  *field = (ent_mysql_field){
      .form = form_of(from),
      .width = width_of(from->type),
      .decimals =
          (uint8_t)(from->decimals <= 6 ? from->decimals : ENT_ANY_DECIMALS),
      .type = (int)from->type,
      .flags = from->flags & UNSIGNED_FLAG,
      .charset = from->charsetnr,
  };
}

bool ent_mysql_field_fits(const ent_mysql_field *field,
                          const MYSQL_FIELD *from) {
  uint8_t decimals =
      (uint8_t)(from->decimals <= 6 ? from->decimals : ENT_ANY_DECIMALS);

  return field->type == (int)from->type &&
         field->flags == (from->flags & UNSIGNED_FLAG) &&
         field->charset == from->charsetnr && field->decimals == decimals;
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

/* A moment as the protocol has it: as many of its parts as are not 0. */
typedef struct wire_time {
  unsigned year, month, day;
  unsigned long hour; /* of a TIME: days among them */
  unsigned minute, second;
  unsigned long micro;
  bool is_negative;
} wire_time;

static unsigned long little(const unsigned char *at, int n) {
  unsigned long number = 0;

  for (int i = n - 1; i >= 0; i--)
    number = number << 8 | at[i];
  return number;
}

static void read_clock(const unsigned char *at, unsigned size,
                       wire_time *time) {
  time->hour += at[0];
  time->minute = at[1];
  time->second = at[2];
  if (size >= 7) time->micro = little(at + 3, 4);
}

static void read_moment(const unsigned char *at, unsigned size,
                        wire_time *time) {
  if (size >= 4) {
    time->year = (unsigned)little(at, 2);
    time->month = at[2];
    time->day = at[3];
  }
  if (size >= 7) read_clock(at + 4, size - 4, time);
}

static void read_time(const unsigned char *at, unsigned size, wire_time *time) {
  if (size < 8) return;
  time->is_negative = at[0] != 0;
  time->hour = 24 * little(at + 1, 4);
  read_clock(at + 5, size - 5, time);
}

static char *put_date(char *to, const wire_time *time) {
  to = put_pair(to, time->year / 100);
  to = put_pair(to, time->year % 100);
  *to++ = '-';
  to = put_pair(to, time->month);
  *to++ = '-';
  return put_pair(to, time->day);
}

static char *put_fraction(char *to, const wire_time *time, int decimals) {
  unsigned long fraction = time->micro;

  if (decimals == ENT_ANY_DECIMALS) decimals = fraction ? 6 : 0;
  if (decimals == 0) return to;
  for (int i = decimals; i < 6; i++)
    fraction /= 10;
  *to++ = '.';
  return put_digits(to, fraction, decimals);
}

static char *put_clock(char *to, const wire_time *time, int decimals) {
  to = put_pair(to, time->minute);
  *to++ = ':';
  to = put_pair(to, time->second);
  return put_fraction(to, time, decimals);
}

/* A TIME may be negative and have three digits of hours. */
static char *put_time(char *to, const wire_time *time, int decimals) {
  if (time->is_negative) *to++ = '-';
  to = put_digits(to, time->hour, time->hour > 99 ? 3 : 2);
  *to++ = ':';
  return put_clock(to, time, decimals);
}

static ent_status put_temporal(const ent_mysql_field *field,
                               const unsigned char *at, unsigned size,
                               ent_row_writer *writer, ent_error *err) {
  wire_time time = {.year = 0};
  char text[64];
  char *end = text;

  if (field->form == ENT_FORM_TIME) {
    read_time(at, size, &time);
    end = put_time(end, &time, field->decimals);
  } else {
    read_moment(at, size, &time);
    end = put_date(end, &time);
    if (field->form == ENT_FORM_DATETIME) {
      *end++ = ' ';
      end = put_pair(end, (unsigned)time.hour);
      *end++ = ':';
      end = put_clock(end, &time, field->decimals);
    }
  }
  return ent_row_put_bytes(writer, ENT_ASCII, text, (size_t)(end - text), err);
}

/* BIT comes as big-endian bytes. */
static ent_status put_bit(const unsigned char *at, size_t size,
                          ent_row_writer *writer, ent_error *err) {
  uint64_t number = 0;
  ent_value value;

  if (size > 8) {
    return ent_fail(err, ENT_PROTOCOL, "a bit value of %zu bytes", size);
  }
  for (size_t i = 0; i < size; i++)
    number = number << 8 | at[i];
  value = ent_value_u64(number);
  return ent_row_put(writer, &value, err);
}

/* The length in front of a value: one byte, or a mark and 2, 3 or 8 bytes. */
static size_t take_length(unsigned char **at) {
  unsigned char *from = *at;
  int n = from[0] < 251 ? 0 : from[0] == 252 ? 2 : from[0] == 253 ? 3 : 8;

  *at = from + 1 + n;
  return n ? (size_t)little(from + 1, n) : from[0];
}

static ent_status put_bytes(const ent_mysql_field *field,
                            const unsigned char *at, size_t size,
                            ent_row_writer *writer, ent_error *err) {
  const char *data = (const char *)at;
  ent_kind kind = ENT_BLOB;

  if (field->form == ENT_FORM_TEXT) {
    kind = ent_text_kind(data, size);
  } else if (field->form == ENT_FORM_DECIMAL) {
    kind = ENT_ASCII;
  } else if (field->form == ENT_FORM_GEOMETRY) {
    if (size < ENT_GEOMETRY_PREFIX) {
      return ent_fail(err, ENT_PROTOCOL, "a geometry of %zu bytes", size);
    }
    data += ENT_GEOMETRY_PREFIX;
    size -= ENT_GEOMETRY_PREFIX;
  }
  return ent_row_put_bytes(writer, kind, data, size, err);
}

static ent_status put_real(const ent_mysql_field *field,
                           const unsigned char *at, ent_row_writer *writer,
                           ent_error *err) {
  uint64_t bits;
  double real;

  if (field->form == ENT_FORM_DOUBLE) {
    bits = ent_row_u64(at);
  } else {
    uint32_t half = ent_row_u32(at);
    float real4;

    memcpy(&real4, &half, sizeof(real4));
    real = ent_mysql_float(real4);
    memcpy(&bits, &real, sizeof(bits));
  }
  return ent_row_put_number(writer, ENT_F64, bits, err);
}

/* An integer of any width, its sign kept: at the top of the 64 bits, so that
 * the way down brings it. */
static ent_status put_integer(const ent_mysql_field *field,
                              const unsigned char *at, ent_row_writer *writer,
                              ent_error *err) {
  unsigned shift = 64 - 8 * (unsigned)field->width;
  uint64_t bits = 0;
  ent_value value;

  switch (field->width) {
  case 8: bits = ent_row_u64(at); break;
  case 4: bits = (uint64_t)ent_row_u32(at) << 32; break;
  case 2: bits = (uint64_t)ent_row_u16(at) << 48; break;
  default: bits = (uint64_t)at[0] << 56; break;
  }
  if (field->form == ENT_FORM_INTEGER) {
    return ent_row_put_number(writer, ENT_I64,
                              (uint64_t)((int64_t)bits >> shift), err);
  }
  value = ent_value_u64(bits >> shift);
  return ent_row_put_number(writer, value.kind, value.as.u64, err);
}

ent_status ent_mysql_field_put(const ent_mysql_field *field, unsigned char **at,
                               ent_row_writer *writer, ent_error *err) {
  unsigned char *from = *at;
  size_t size;

  if (field->width) {
    *at = from + field->width;
    return field->form == ENT_FORM_FLOAT || field->form == ENT_FORM_DOUBLE
               ? put_real(field, from, writer, err)
               : put_integer(field, from, writer, err);
  }
  size = take_length(at);
  from = *at;
  *at = from + size;
  switch (field->form) {
  case ENT_FORM_NULL: ent_row_put_null(writer); return ENT_OK;
  case ENT_FORM_BIT: return put_bit(from, size, writer, err);
  case ENT_FORM_DATE:
  case ENT_FORM_DATETIME:
  case ENT_FORM_TIME:
    return put_temporal(field, from, (unsigned)size, writer, err);
  case ENT_FORM_INTEGER:
  case ENT_FORM_UNSIGNED:
  case ENT_FORM_FLOAT:
  case ENT_FORM_DOUBLE:
  case ENT_FORM_DECIMAL:
  case ENT_FORM_TEXT:
  case ENT_FORM_BLOB:
  case ENT_FORM_GEOMETRY: break;
  }
  return put_bytes(field, from, size, writer, err);
}

void ent_mysql_field_skip(const ent_mysql_field *field, unsigned char **at) {
  size_t size = field->width ? field->width : take_length(at);

  *at += size;
}
