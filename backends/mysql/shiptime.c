#include "backends/mysql/shiptime.h"

#include <stdio.h>
#include <string.h>

enum { ENT_DATE_SIZE = 10, ENT_DATETIME_SIZE = 19, ENT_TIME_TEXT = 32 };

/* Whether a text has the shape, where 9 stands for a digit. */
static bool has_shape(const char *text, size_t size, const char *shape) {
  for (size_t i = 0; i < size; i++) {
    bool is_digit = text[i] >= '0' && text[i] <= '9';

    if (shape[i] == '9' ? !is_digit : text[i] != shape[i]) return false;
  }
  return true;
}

static int two_digits(const char *at) {
  return (at[0] - '0') * 10 + at[1] - '0';
}

static int days_in(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

  return month == 2 && is_leap ? 29 : days[month - 1];
}

/* A day of the calendar, in the years that every server takes as they are
 * written.  Zero dates and the 31st of February can be in a table, but what a
 * server makes of them as a value depends on its mode. */
static bool is_real_date(const char *text) {
  int year = two_digits(text) * 100 + two_digits(text + 2);
  int month = two_digits(text + 5);
  int day = two_digits(text + 8);

  return year >= 1000 && month >= 1 && month <= 12 && day >= 1 &&
         day <= days_in(year, month);
}

static bool is_real_clock(const char *text) {
  return two_digits(text) < 24 && two_digits(text + 3) < 60 &&
         two_digits(text + 6) < 60;
}

static bool is_lower_bound(ent_op op) {
  return op == ENT_OP_GT || op == ENT_OP_GE;
}

static ent_ship_verdict send_text(ent_shipped *shipped, ent_op op,
                                  const char *text, size_t size) {
  memcpy(shipped->text, text, size);
  shipped->op = op;
  shipped->is_exact = true;
  shipped->value = ent_value_bytes(ENT_ASCII, shipped->text, size);
  return ENT_SHIP_SEND;
}

/* What a bound becomes whose text goes on behind a whole value of the column:
 * it lies just above that value. */
static ent_op op_of_longer(ent_op op) {
  return is_lower_bound(op) ? ENT_OP_GT : ENT_OP_LE;
}

/* What a bound becomes that is the beginning of a value and was filled up with
 * zeros: it lies just below what it became. */
static ent_op op_of_shorter(ent_op op) {
  return is_lower_bound(op) ? ENT_OP_GE : ENT_OP_LT;
}

ent_ship_verdict ent_ship_date(const ent_column *column, ent_op op,
                               const ent_value *value, ent_shipped *shipped) {
  const char *text = value->as.bytes.data;
  size_t size = value->as.bytes.size;
  bool is_equal = op == ENT_OP_EQ;

  (void)column;
  if (size < ENT_DATE_SIZE || !has_shape(text, ENT_DATE_SIZE, "9999-99-99")) {
    return is_equal ? ENT_SHIP_NONE : ENT_SHIP_ALL;
  }
  if (size > ENT_DATE_SIZE) {
    if (is_equal) return ENT_SHIP_NONE;
    op = op_of_longer(op);
  }
  if (!is_real_date(text)) return ENT_SHIP_ALL;
  return send_text(shipped, op, text, ENT_DATE_SIZE);
}

/* "2024-05-06 07:08:09.120000" for 6 decimals; returns its size. */
static size_t datetime_size(const ent_column *column) {
  return column->scale ? ENT_DATETIME_SIZE + 1U + column->scale
                       : ENT_DATETIME_SIZE;
}

ent_ship_verdict ent_ship_datetime(const ent_column *column, ent_op op,
                                   const ent_value *value,
                                   ent_shipped *shipped) {
  static const char shape[] = "9999-99-99 99:99:99.999999";
  char full[] = "0000-00-00 00:00:00.000000";
  size_t own = datetime_size(column);
  size_t size = value->as.bytes.size;
  size_t known = size < own ? size : own;
  bool is_equal = op == ENT_OP_EQ;

  if (is_equal && size != own) return ENT_SHIP_NONE;
  if (known < ENT_DATE_SIZE || !has_shape(value->as.bytes.data, known, shape)) {
    return is_equal ? ENT_SHIP_NONE : ENT_SHIP_ALL;
  }
  memcpy(full, value->as.bytes.data, known);
  if (!is_real_date(full) || !is_real_clock(full + ENT_DATE_SIZE + 1)) {
    return ENT_SHIP_ALL;
  }
  if (size > own) op = op_of_longer(op);
  if (size < own) op = op_of_shorter(op);
  return send_text(shipped, op, full, own);
}

ent_ship_verdict ent_ship_time(const ent_column *column, ent_op op,
                               const ent_value *value, ent_shipped *shipped) {
  static const char shape[] = "99:99:99.999999";
  const char *text = value->as.bytes.data;
  size_t size = value->as.bytes.size;
  size_t tail = column->scale ? 9U + column->scale : 8U;
  size_t sign = size > 0 && text[0] == '-';
  size_t hundreds;

  if (size < sign + tail || size > sign + tail + 1) return ENT_SHIP_NONE;
  hundreds = size - sign - tail;
  if (!has_shape(text + sign, hundreds, "9") ||
      !has_shape(text + sign + hundreds, tail, shape)) {
    return ENT_SHIP_NONE;
  }
  return send_text(shipped, op, text, size);
}
