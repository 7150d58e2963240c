#include "backends/base/column_default.h"

#include "backends/base/enum_words.h"
#include "backends/base/type_words.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* One look at a default. */
typedef struct reader {
  ent_declared_column *column;
  ent_arena *arena;
  ent_error *err;
} reader;

static ent_status refuse(reader *r, const char *why) {
  const char *shown = ent_sql_type_shown(&r->column->type, r->arena);

  if (!shown) return ent_fail_nomem(r->err);
  return ent_fail(r->err, ENT_CONFIG, "the default of %s %s", shown, why);
}

static ent_status set_text(reader *r, const char *text) {
  if (!text) return ent_fail_nomem(r->err);
  r->column->default_text = text;
  return ENT_OK;
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* A plain number in pieces: "-012.50" is "12" and "50", negative. */
typedef struct plain {
  bool is_negative; /* and not zero */
  const char *whole;
  int n_whole; /* without zeros in front */
  const char *fraction;
  int n_fraction; /* without zeros at the end */
} plain;

/* False where the text is no plain number. */
static bool split(const char *text, plain *number) {
  bool has_sign = *text == '-' || *text == '+';
  const char *at = text + has_sign;
  const char *point = at + strspn(at, "0123456789");
  const char *fraction = *point == '.' ? point + 1 : point;
  const char *end = fraction + strspn(fraction, "0123456789");

  if (*end || end - at > 1000 || (point == at && end == fraction)) return false;
  while (*at == '0')
    at++;
  while (end > fraction && end[-1] == '0')
    end--;
  number->whole = at;
  number->n_whole = (int)(point - at);
  number->fraction = fraction;
  number->n_fraction = (int)(end - fraction);
  number->is_negative = *text == '-' && (number->n_whole || number->n_fraction);
  return true;
}

/* The whole number as text, "0" for nothing. */
static const char *whole_text(const reader *r, const plain *number) {
  if (!number->n_whole) return "0";
  return ent_arena_printf(r->arena, "%s%.*s", number->is_negative ? "-" : "",
                          number->n_whole, number->whole);
}

/* Whether digits are a number of at most `most`. */
static bool is_within(const plain *number, uint64_t most) {
  uint64_t sum = 0;

  for (int i = 0; i < number->n_whole; i++) {
    uint64_t digit = (uint64_t)(number->whole[i] - '0');

    if (sum > (UINT64_MAX - digit) / 10) return false;
    sum = sum * 10 + digit;
  }
  return sum <= most;
}

/* The bits of an integer type. */
static int bits_of(const char *name) {
  static const struct {
    const char *name;
    int bits;
  } sizes[] = {
      {"tinyint", 8}, {"smallint", 16}, {"mediumint", 24}, {"int", 32}};

  for (size_t i = 0; i < ENT_COUNT(sizes); i++) {
    if (strcmp(sizes[i].name, name) == 0) return sizes[i].bits;
  }
  return 64;
}

static ent_status fit_integer(reader *r) {
  const ent_sql_type *type = &r->column->type;
  int bits = bits_of(type->name);
  uint64_t most = UINT64_MAX >> (64 - bits + !type->is_unsigned);
  plain number;

  if (!split(r->column->default_text, &number) || number.n_fraction) {
    return refuse(r, "must be a whole number");
  }
  if (number.is_negative && type->is_unsigned) {
    return refuse(r, "cannot be negative");
  }
  if (!is_within(&number, most + number.is_negative)) {
    return ent_fail(r->err, ENT_CONFIG,
                    "the default of %s%s is out of its range, %s%llu to %llu",
                    type->name, type->is_unsigned ? " unsigned" : "",
                    type->is_unsigned ? "" : "-",
                    type->is_unsigned ? 0ULL : (unsigned long long)most + 1,
                    (unsigned long long)most);
  }
  return set_text(r, whole_text(r, &number));
}

static ent_status fit_decimal(reader *r) {
  const ent_sql_type *type = &r->column->type;
  int n_zeros;
  plain number;

  if (!split(r->column->default_text, &number)) {
    return refuse(r, "must be a plain number, such as 1.50");
  }
  if (number.is_negative && type->is_unsigned) {
    return refuse(r, "cannot be negative");
  }
  if (number.n_whole > type->size - type->scale ||
      number.n_fraction > type->scale) {
    return refuse(r, "has more digits than that");
  }
  n_zeros = type->scale - number.n_fraction;
  return set_text(r, ent_arena_printf(r->arena, "%s%.*s%s%.*s%.*s",
                                      number.is_negative ? "-" : "",
                                      number.n_whole ? number.n_whole : 1,
                                      number.n_whole ? number.whole : "0",
                                      type->scale ? "." : "", number.n_fraction,
                                      number.fraction, n_zeros,
                                      "000000000000000000000000000000"));
}

/* Whether a text is a number of a program: 1.5, .5, 1e6.  strtod() would go by
 * the locale. */
static bool is_number(const char *text) {
  const char *at = text + (*text == '-' || *text == '+');
  size_t n_whole = strspn(at, "0123456789");
  size_t n_fraction = 0;

  at += n_whole;
  if (*at == '.') {
    n_fraction = strspn(at + 1, "0123456789");
    at += n_fraction + 1;
  }
  if (n_whole + n_fraction == 0) return false;
  if (*at == 'e' || *at == 'E') {
    at += 1 + (at[1] == '-' || at[1] == '+');
    if (!is_digit(*at)) return false;
    at += strspn(at, "0123456789");
  }
  return !*at;
}

static ent_status fit_float(reader *r) {
  const char *text = r->column->default_text;

  if (!is_number(text)) {
    return refuse(r, "must be a number, such as 1.5 or 1e6");
  }
  if (r->column->type.is_unsigned && *text == '-') {
    return refuse(r, "cannot be negative");
  }
  return ENT_OK;
}

static ent_status fit_bit(reader *r) {
  uint64_t most = UINT64_MAX >> (64 - r->column->type.size);
  plain number;

  if (!split(r->column->default_text, &number) || number.n_fraction ||
      number.is_negative || !is_within(&number, most)) {
    return refuse(r, "must be a whole number of so many bits");
  }
  return set_text(r, whole_text(r, &number));
}

static ent_status fit_year(reader *r) {
  const char *text = r->column->default_text;
  long year = strspn(text, "0123456789") == strlen(text) && strlen(text) <= 4
                  ? strtol(text, NULL, 10)
                  : -1;

  if (*text && year == 0) return set_text(r, "0000");
  if (year < 1901 || year > 2155) {
    return refuse(r, "must be a year from 1901 to 2155, or 0");
  }
  return ENT_OK;
}

static size_t count_characters(const char *text) {
  size_t n = 0;

  for (; *text; text++)
    n += ((unsigned char)*text & 0xC0) != 0x80;
  return n;
}

static ent_status fit_text(reader *r) {
  const char *text = r->column->default_text;
  bool is_char = ent_sql_type_family(&r->column->type) == ENT_FAMILY_CHAR;
  size_t size = is_char ? count_characters(text) : strlen(text);

  if (size <= (size_t)r->column->type.size) return ENT_OK;
  return refuse(r, "is longer than that");
}

static ent_status fit_enum(reader *r) {
  const ent_declared_column *column = r->column;
  const ent_sql_type *type = &column->type;
  ent_status status;

  if (ent_enum_words_have(type->words, type->n_words, column->default_text)) {
    return ENT_OK;
  }
  status = ent_enum_words_refuse(type->words, type->n_words,
                                 column->default_text, r->arena, r->err);
  return ent_error_context(r->err, status, "the default");
}

static ent_status fit_set(reader *r) {
  ent_declared_column *column = r->column;
  ent_status status = ent_set_words_order(
      column->type.words, column->type.n_words, column->default_text, r->arena,
      &column->default_text, r->err);

  return ent_error_context(r->err, status, "the default");
}

/* Whether a text looks like a pattern, in which a '9' is a digit and anything
 * else itself. */
static bool looks_like(const char *text, const char *pattern) {
  for (; *pattern; text++, pattern++) {
    if (*pattern == '9' ? !is_digit(*text) : *text != *pattern) return false;
  }
  return true;
}

static int two_digits(const char *at) {
  return (at[0] - '0') * 10 + (at[1] - '0');
}

/* Zero for a day is a date of MySQL's, too. */
static bool is_date(const char *text) {
  static const char days[] = {31, 31, 29, 31, 30, 31, 30,
                              31, 31, 30, 31, 30, 31};

  return looks_like(text, "9999-99-99") && two_digits(text + 5) <= 12 &&
         two_digits(text + 8) <= days[two_digits(text + 5)];
}

static ent_status fit_date(reader *r) {
  const char *text = r->column->default_text;

  if (is_date(text) && !text[10]) return ENT_OK;
  return refuse(r, "must be a date such as '2021-02-28'");
}

/* Spells the fraction of a second that stands at `at` with the digits that the
 * column has; NULL where there are more, or something else stands there. */
static const char *with_fraction(reader *r, const char *text, const char *at) {
  int size = r->column->type.size < 0 ? 0 : (int)r->column->type.size;
  const char *digits = *at == '.' ? at + 1 : at;
  size_t n = strspn(digits, "0123456789");

  if (digits[n] || (*at == '.') != (n > 0)) return NULL;
  while (n && digits[n - 1] == '0')
    n--;
  if (n > (size_t)size) return NULL;
  return ent_arena_printf(r->arena, "%.*s%s%.*s%.*s", (int)(at - text), text,
                          size ? "." : "", (int)n, digits, size - (int)n,
                          "000000");
}

static ent_status fit_datetime(reader *r) {
  static const char wrong[] =
      "must be a time such as '2021-02-28 23:59:59', with no more digits "
      "behind the second than the column has";
  const char *text = r->column->default_text;
  const char *spelt;

  if (is_date(text) && !text[10]) {
    text = ent_arena_printf(r->arena, "%s 00:00:00", text);
    if (!text) return ent_fail_nomem(r->err);
  }
  if (!is_date(text) || !looks_like(text + 10, " 99:99:99") ||
      two_digits(text + 11) > 23 || two_digits(text + 14) > 59 ||
      two_digits(text + 17) > 59) {
    return refuse(r, wrong);
  }
  spelt = with_fraction(r, text, text + 19);
  return spelt ? set_text(r, spelt) : refuse(r, wrong);
}

static ent_status fit_time(reader *r) {
  static const char wrong[] =
      "must be a time from '-838:59:59' to '838:59:59', with no more digits "
      "behind the second than the column has";
  const char *text = r->column->default_text;
  const char *at = text + (*text == '-');
  size_t n_hours = strspn(at, "0123456789");
  const char *spelt;

  if (n_hours < 2 || n_hours > 3 || !looks_like(at + n_hours, ":99:99") ||
      strtol(at, NULL, 10) > 838 || two_digits(at + n_hours + 1) > 59 ||
      two_digits(at + n_hours + 4) > 59) {
    return refuse(r, wrong);
  }
  spelt = with_fraction(r, text, at + n_hours + 6);
  return spelt ? set_text(r, spelt) : refuse(r, wrong);
}

static ent_status fit_value(reader *r, ent_type_family family) {
  switch (family) {
  case ENT_FAMILY_INTEGER: return fit_integer(r);
  case ENT_FAMILY_DECIMAL: return fit_decimal(r);
  case ENT_FAMILY_FLOAT: return fit_float(r);
  case ENT_FAMILY_BIT: return fit_bit(r);
  case ENT_FAMILY_YEAR: return fit_year(r);
  case ENT_FAMILY_CHAR:
  case ENT_FAMILY_BINARY: return fit_text(r);
  case ENT_FAMILY_ENUM: return fit_enum(r);
  case ENT_FAMILY_SET: return fit_set(r);
  case ENT_FAMILY_DATE: return fit_date(r);
  case ENT_FAMILY_TIME: return fit_time(r);
  case ENT_FAMILY_DATETIME: return fit_datetime(r);
  case ENT_FAMILY_TEXT:
  case ENT_FAMILY_BLOB:
  case ENT_FAMILY_JSON:
  case ENT_FAMILY_GEOMETRY: break;
  }
  return ent_fail(r->err, ENT_CONFIG,
                  "a column of type %s has no default in MySQL; leave it out",
                  r->column->type.name);
}

ent_status ent_column_default_fit(ent_declared_column *column, ent_arena *arena,
                                  ent_error *err) {
  ent_type_family family = ent_sql_type_family(&column->type);
  reader r = {.column = column, .arena = arena, .err = err};

  if (column->default_kind == ENT_DEFAULT_NOW &&
      family != ENT_FAMILY_DATETIME) {
    return ent_fail(err, ENT_CONFIG,
                    "'default current_timestamp' is for datetime and "
                    "timestamp, and %s is neither",
                    column->type.name);
  }
  if (column->default_kind != ENT_DEFAULT_VALUE) return ENT_OK;
  return fit_value(&r, family);
}
