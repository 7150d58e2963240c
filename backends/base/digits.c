#include "backends/base/digits.h"

#include <float.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t ent_digits_of_double(double number, char to[ENT_DIGITS_SIZE]) {
  int n = 0;

  for (int digits = DBL_DIG; digits <= DBL_DECIMAL_DIG; digits++) {
    n = snprintf(to, ENT_DIGITS_SIZE, "%.*g", digits, number);
    if (strtod(to, NULL) == number) break;
  }
  return (size_t)n;
}

static bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *skip_digits(const char *at, const char *end) {
  while (at < end && *at >= '0' && *at <= '9')
    at++;
  return at;
}

bool ent_digits_plain(const char *text, size_t size, ent_value *digits,
                      size_t *whole) {
  const char *at = text;
  const char *end = text + size;
  const char *start;
  const char *point;
  bool only_zeros = true;

  while (at < end && is_space(*at))
    at++;
  while (end > at && is_space(end[-1]))
    end--;
  start = at;
  if (at < end && (*at == '+' || *at == '-')) at++;
  if (at > start && *start == '+') start = at;
  point = skip_digits(at, end);
  if (point == at) return false;
  if (point < end && *point != '.') return false;
  for (const char *c = point + 1; c < end; c++) {
    if (*c < '0' || *c > '9') return false;
    if (*c != '0') only_zeros = false;
  }
  *digits = ent_value_bytes(ENT_DIGITS, start, (size_t)(end - start));
  *whole = only_zeros ? (size_t)(point - start) : 0;
  return true;
}

ent_status ent_digits_text(const ent_value *value, ent_arena *memory,
                           ent_value *text, ent_error *err) {
  char digits[ENT_DIGITS_SIZE];
  size_t size = 0;
  char *copy;

  switch (value->kind) {
  case ENT_NULL: break;
  case ENT_I64:
    size = (size_t)snprintf(digits, sizeof(digits), "%" PRId64, value->as.i64);
    break;
  case ENT_U64:
    size = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, value->as.u64);
    break;
  case ENT_F64: size = ent_digits_of_double(value->as.f64, digits); break;
  case ENT_ASCII:
  case ENT_TEXT:
  case ENT_BLOB:
  case ENT_DIGITS: *text = *value; return ENT_OK;
  }
  copy = ent_arena_copy(memory, digits, size);
  if (!copy) return ent_fail_nomem(err);
  *text = ent_value_bytes(ENT_ASCII, copy, size);
  return ENT_OK;
}
