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

/* With what tells a type from others of its form. */
static unsigned flags_of(const MYSQL_FIELD *from) {
  return from->flags & (UNSIGNED_FLAG | ENUM_FLAG | SET_FLAG);
}

bool ent_mysql_field_fits(const ent_mysql_field *field,
                          const MYSQL_FIELD *from) {
  uint8_t decimals =
      (uint8_t)(from->decimals <= 6 ? from->decimals : ENT_ANY_DECIMALS);

  return field->type == (int)from->type && field->flags == flags_of(from) &&
         field->charset == from->charsetnr && field->length == from->length &&
         field->decimals == decimals;
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
  static const char pairs[] =
      "00010203040506070809101112131415161718192021222324"
      "25262728293031323334353637383940414243444546474849"
      "50515253545556575859606162636465666768697071727374"
      "75767778798081828384858687888990919293949596979899";

  memcpy(to, pairs + 2 * (size_t)(number % 100), 2);
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

static void read_clock(const unsigned char *at, size_t size, wire_time *time) {
  time->hour += at[0];
  time->minute = at[1];
  time->second = at[2];
  if (size >= 7) time->micro = little(at + 3, 4);
}

static void read_moment(const unsigned char *at, size_t size, wire_time *time) {
  if (size >= 4) {
    time->year = (unsigned)little(at, 2);
    time->month = at[2];
    time->day = at[3];
  }
  if (size >= 7) read_clock(at + 4, size - 4, time);
}

static void read_time(const unsigned char *at, size_t size, wire_time *time) {
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

/* The length in front of a value: one byte, or a mark and 2, 3 or 8 bytes. */
static inline int length_size(unsigned char mark) {
  return mark < 251 ? 0 : mark == 252 ? 2 : mark == 253 ? 3 : 8;
}

static inline size_t take_length(unsigned char **at) {
  unsigned char *from = *at;
  int n = length_size(from[0]);

  *at = from + 1 + n;
  return n ? (size_t)little(from + 1, n) : from[0];
}

/* The bytes that stand behind their length at `*at`, which is moved on. */
static inline const unsigned char *take_bytes(unsigned char **at,
                                              size_t *size) {
  const unsigned char *from;

  *size = take_length(at);
  from = *at;
  *at += *size;
  return from;
}

enum { ENT_TEMPORAL_SIZE = 40 }; /* the longest, with room to spare */

static ent_status put_temporal(const ent_mysql_field *field, unsigned char **at,
                               ent_row_writer *writer, ent_error *err) {
  size_t size;
  const unsigned char *from = take_bytes(at, &size);
  wire_time time = {.year = 0};
  ent_status status = ent_row_room(writer, ENT_TEMPORAL_SIZE, err);
  char *end = writer->at;

  if (status) return status;
  if (field->form == ENT_FORM_TIME) {
    read_time(from, size, &time);
    end = put_time(end, &time, field->decimals);
  } else {
    read_moment(from, size, &time);
    end = put_date(end, &time);
    if (field->form == ENT_FORM_DATETIME) {
      *end++ = ' ';
      end = put_pair(end, (unsigned)time.hour);
      *end++ = ':';
      end = put_clock(end, &time, field->decimals);
    }
  }
  ent_row_put_filled(writer, ENT_ASCII, (size_t)(end - writer->at));
  return ENT_OK;
}

/* BIT comes as big-endian bytes. */
static ent_status put_bit(const ent_mysql_field *field, unsigned char **at,
                          ent_row_writer *writer, ent_error *err) {
  size_t size;
  const char *bytes = (const char *)take_bytes(at, &size);
  uint64_t number = 0;
  ent_value value;

  (void)field;
  if (size > 8) {
    return ent_fail(err, ENT_PROTOCOL, "a bit value of %zu bytes", size);
  }
  for (size_t i = 0; i < size; i++)
    number = number << 8 | (unsigned char)bytes[i];
  value = ent_value_u64(number);
  return ent_row_put(writer, &value, err);
}

static ent_status put_text(const ent_mysql_field *field, unsigned char **at,
                           ent_row_writer *writer, ent_error *err) {
  size_t size;
  const char *bytes = (const char *)take_bytes(at, &size);

  (void)field;
  return ent_row_put_bytes(writer, ent_text_kind(bytes, size), bytes, size,
                           err);
}

static ent_status put_decimal(const ent_mysql_field *field, unsigned char **at,
                              ent_row_writer *writer, ent_error *err) {
  size_t size;
  const char *bytes = (const char *)take_bytes(at, &size);

  (void)field;
  if (ent_text_kind(bytes, size) != ENT_ASCII) {
    return ent_fail(err, ENT_PROTOCOL, "a decimal of other than digits");
  }
  return ent_row_put_bytes(writer, ENT_ASCII, bytes, size, err);
}

static ent_status put_blob(const ent_mysql_field *field, unsigned char **at,
                           ent_row_writer *writer, ent_error *err) {
  size_t size;
  const char *bytes = (const char *)take_bytes(at, &size);

  (void)field;
  return ent_row_put_bytes(writer, ENT_BLOB, bytes, size, err);
}

static ent_status put_geometry(const ent_mysql_field *field, unsigned char **at,
                               ent_row_writer *writer, ent_error *err) {
  size_t size;
  const char *bytes = (const char *)take_bytes(at, &size);

  (void)field;
  if (size < ENT_GEOMETRY_PREFIX) {
    return ent_fail(err, ENT_PROTOCOL, "a geometry of %zu bytes", size);
  }
  return ent_row_put_bytes(writer, ENT_BLOB, bytes + ENT_GEOMETRY_PREFIX,
                           size - ENT_GEOMETRY_PREFIX, err);
}

static ent_status put_null(const ent_mysql_field *field, unsigned char **at,
                           ent_row_writer *writer, ent_error *err) {
  size_t size;

  (void)field, (void)err;
  take_bytes(at, &size);
  ent_row_put_null(writer);
  return ENT_OK;
}

static ent_status put_double(const ent_mysql_field *field, unsigned char **at,
                             ent_row_writer *writer, ent_error *err) {
  uint64_t bits = ent_row_u64(*at);

  (void)field;
  *at += sizeof(bits);
  return ent_row_put_number(writer, ENT_F64, bits, err);
}

static ent_status put_float(const ent_mysql_field *field, unsigned char **at,
                            ent_row_writer *writer, ent_error *err) {
  uint32_t half = ent_row_u32(*at);
  float real4;
  double real;
  uint64_t bits;

  (void)field;
  memcpy(&real4, &half, sizeof(real4));
  real = ent_mysql_float(real4);
  memcpy(&bits, &real, sizeof(bits));
  *at += sizeof(half);
  return ent_row_put_number(writer, ENT_F64, bits, err);
}

/* Integers by their width, with a sign: at the top of the 64 bits first, so
 * that the way down brings it. */
static inline ent_status put_signed(uint64_t at_top, unsigned width,
                                    unsigned char **at, ent_row_writer *writer,
                                    ent_error *err) {
  int64_t number = (int64_t)at_top >> (64 - 8 * width);

  *at += width;
  return ent_row_put_number(writer, ENT_I64, (uint64_t)number, err);
}

static inline ent_status put_unsigned(uint64_t number, unsigned width,
                                      unsigned char **at,
                                      ent_row_writer *writer, ent_error *err) {
  ent_kind kind = number > INT64_MAX ? ENT_U64 : ENT_I64;

  *at += width;
  return ent_row_put_number(writer, kind, number, err);
}

#define ENT_PUT_INTEGER(width, bits)                                           \
  static ent_status put_signed##width(                                         \
      const ent_mysql_field *field, unsigned char **at,                        \
      ent_row_writer *writer, ent_error *err) {                                \
    (void)field;                                                               \
    return put_signed((uint64_t)(bits) << (64 - 8 * (width)), width, at,       \
                      writer, err);                                            \
  }                                                                            \
  static ent_status put_unsigned##width(                                       \
      const ent_mysql_field *field, unsigned char **at,                        \
      ent_row_writer *writer, ent_error *err) {                                \
    (void)field;                                                               \
    return put_unsigned(bits, width, at, writer, err);                         \
  }

ENT_PUT_INTEGER(1, **at)
ENT_PUT_INTEGER(2, ent_row_u16(*at))
ENT_PUT_INTEGER(4, ent_row_u32(*at))
ENT_PUT_INTEGER(8, ent_row_u64(*at))

static ent_mysql_field_put *put_of_integer(bool is_unsigned, uint8_t width) {
  switch (width) {
  case 1: return is_unsigned ? put_unsigned1 : put_signed1;
  case 2: return is_unsigned ? put_unsigned2 : put_signed2;
  case 4: return is_unsigned ? put_unsigned4 : put_signed4;
  default: break;
  }
  return is_unsigned ? put_unsigned8 : put_signed8;
}

static ent_mysql_field_put *put_of(ent_mysql_form form, uint8_t width) {
  switch (form) {
  case ENT_FORM_NULL: return put_null;
  case ENT_FORM_INTEGER:
  case ENT_FORM_UNSIGNED:
    return put_of_integer(form == ENT_FORM_UNSIGNED, width);
  case ENT_FORM_BIT: return put_bit;
  case ENT_FORM_FLOAT: return put_float;
  case ENT_FORM_DOUBLE: return put_double;
  case ENT_FORM_DECIMAL: return put_decimal;
  case ENT_FORM_DATE:
  case ENT_FORM_DATETIME:
  case ENT_FORM_TIME: return put_temporal;
  case ENT_FORM_TEXT: return put_text;
  case ENT_FORM_GEOMETRY: return put_geometry;
  case ENT_FORM_BLOB: break;
  }
  return put_blob;
}

void ent_mysql_field_init(ent_mysql_field *field, const MYSQL_FIELD *from) {
  ent_mysql_form form = form_of(from);
  uint8_t width = width_of(from->type);

  *field = (ent_mysql_field){
      .put = put_of(form, width),
      .form = form,
      .width = width,
      .decimals =
          (uint8_t)(from->decimals <= 6 ? from->decimals : ENT_ANY_DECIMALS),
      .type = (int)from->type,
      .flags = flags_of(from),
      .charset = from->charsetnr,
      .length = from->length,
  };
}

bool ent_mysql_field_is_whole(const ent_mysql_field *field,
                              const unsigned char *at,
                              const unsigned char *end) {
  size_t left = (size_t)(end - at);
  size_t head;

  if (field->width) return left >= field->width;
  if (left == 0) return false;
  head = 1 + (size_t)length_size(at[0]);
  if (left < head) return false;
  return (head == 1 ? at[0] : little(at + 1, (int)head - 1)) <= left - head;
}

void ent_mysql_field_skip(const ent_mysql_field *field, unsigned char **at) {
  size_t size = field->width ? field->width : take_length(at);

  *at += size;
}
