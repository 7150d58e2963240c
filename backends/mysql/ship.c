#include "backends/mysql/ship.h"

#include "backends/base/digits.h"
#include "backends/base/faults.h"
#include "backends/mysql/shiptime.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* SQLite orders values of different kinds: numbers, then texts, then blobs. */
typedef enum ship_rank {
  ENT_RANK_NUMBER,
  ENT_RANK_TEXT,
  ENT_RANK_BLOB,
} ship_rank;

typedef ent_ship_verdict (*ship_rule)(const ent_column *column, ent_op op,
                                      const ent_value *value,
                                      ent_shipped *shipped);

static const double two_63 = 9223372036854775808.0;
static const double two_64 = 18446744073709551616.0;
static const double two_53 = 9007199254740992.0;

static bool is_lower_bound(ent_op op) {
  return op == ENT_OP_GT || op == ENT_OP_GE;
}

static ent_ship_verdict send(ent_shipped *shipped, ent_op op, ent_value value) {
  shipped->op = op;
  shipped->is_exact = true;
  shipped->value = value;
  return ENT_SHIP_SEND;
}

static ent_ship_verdict send_widened(ent_shipped *shipped, ent_op op,
                                     ent_value value) {
  ent_ship_verdict verdict = send(shipped, op, value);

  shipped->is_exact = false;
  return verdict;
}

static ent_ship_verdict send_range(ent_shipped *shipped, ent_value low,
                                   ent_value high) {
  shipped->high = high;
  return send_widened(shipped, ENT_OP_IN, low);
}

/* All values, but not NULL. */
static ent_ship_verdict send_not_null(ent_shipped *shipped) {
  return send(shipped, ENT_OP_NOT_NULL, (ent_value){.kind = ENT_NULL});
}

/* Compared with something above (or below) every value of the column. */
static ent_ship_verdict beyond(ent_op op, bool is_above, ent_shipped *shipped) {
  if (op == ENT_OP_EQ || is_lower_bound(op) == is_above) return ENT_SHIP_NONE;
  return send_not_null(shipped);
}

/* A REAL beside integers within ±2^63: 2.5 equals none of them (a server would
 * round it, or not, depending on an index), and bounds them as 2 or 3 does. */
static ent_ship_verdict real_beside_integers(ent_op op, double real,
                                             ent_shipped *shipped) {
  double whole = is_lower_bound(op) ? ceil(real) : floor(real);
  bool is_whole = whole == real;

  if (ent_fault("real-for-integer")) {
    return send(shipped, op, ent_value_f64(real));
  }
  if (real >= two_63) return beyond(op, true, shipped);
  if (real < -two_63) return beyond(op, false, shipped);
  if (op == ENT_OP_EQ && !is_whole) return ENT_SHIP_NONE;
  if (!is_whole) op = is_lower_bound(op) ? ENT_OP_GE : ENT_OP_LE;
  if (whole >= two_63) return beyond(op, true, shipped);
  return send(shipped, op, ent_value_i64((int64_t)whole));
}

static ent_ship_verdict ship_integer(const ent_column *column, ent_op op,
                                     const ent_value *value,
                                     ent_shipped *shipped) {
  (void)column;
  if (value->kind == ENT_F64) {
    return real_beside_integers(op, value->as.f64, shipped);
  }
  return send(shipped, op, *value);
}

/* Above 2^63-1 the column is a REAL in SQLite, which stands for some 2048
 * integers: a REAL there is a range.  What is negative is not sent: looked up in
 * an index of a bit(64) it is taken for its two's complement. */
static ent_ship_verdict ship_unsigned(const ent_column *column, ent_op op,
                                      const ent_value *value,
                                      ent_shipped *shipped) {
  enum { ENT_WIDTH = 4096 };
  double real = value->as.f64;
  uint64_t low;
  uint64_t high = UINT64_MAX;

  if (value->kind == ENT_F64 ? real < 0 : value->as.i64 < 0) {
    return beyond(op, false, shipped);
  }
  if (value->kind != ENT_F64 || real < two_63) {
    return ship_integer(column, op, value, shipped);
  }
  if (real > two_64) return beyond(op, true, shipped);
  low = real >= two_64 ? UINT64_MAX - ENT_WIDTH : (uint64_t)real - ENT_WIDTH;
  if (real < two_64 && (uint64_t)real < UINT64_MAX - ENT_WIDTH) {
    high = (uint64_t)real + ENT_WIDTH;
  }
  if (op == ENT_OP_EQ) {
    return send_range(shipped, ent_value_u64(low), ent_value_u64(high));
  }
  return is_lower_bound(op)
             ? send_widened(shipped, ENT_OP_GE, ent_value_u64(low))
             : send_widened(shipped, ENT_OP_LE, ent_value_u64(high));
}

/* MySQL takes 70 for 1970 and 50 for 2050: only real years are sent. */
static ent_ship_verdict ship_year(const ent_column *column, ent_op op,
                                  const ent_value *value,
                                  ent_shipped *shipped) {
  ent_ship_verdict verdict = ship_integer(column, op, value, shipped);

  if (verdict != ENT_SHIP_SEND) return verdict;
  if (shipped->value.kind != ENT_I64) return ENT_SHIP_ALL;
  return shipped->value.as.i64 >= 1901 && shipped->value.as.i64 <= 2155
             ? ENT_SHIP_SEND
             : ENT_SHIP_ALL;
}

static double number_of(const ent_value *value) {
  return value->kind == ENT_F64 ? value->as.f64 : (double)value->as.i64;
}

/* A number's digits.  Zero has no sign, also where a number rounds to it: MySQL
 * 5.6 does not find its 0.00 by "-0.00" in an index. */
static ent_value digits(char *text, size_t room, int scale, double number) {
  int size = snprintf(text, room, "%.*f", scale, number);

  if (text[0] == '-' && strspn(text + 1, "0.") == (size_t)size - 1) {
    memmove(text, text + 1, (size_t)size);
    size--;
  }
  return ent_value_bytes(ENT_DIGITS, text, (size_t)size);
}

/* Up to 15 digits a decimal and its REAL stand for each other, so the REAL
 * rounded to the column's scale is the one decimal it can equal, and a bound
 * on the same side.  Beyond 15, decimals share REALs: a little room is left on
 * either side. */
static ent_ship_verdict ship_decimal(const ent_column *column, ent_op op,
                                     const ent_value *value,
                                     ent_shipped *shipped) {
  double number = number_of(value);
  double room = fabs(number) * 1e-14 + 1e-30;
  ent_value low;
  ent_value high;

  if (fabs(number) >= 1e34) return ENT_SHIP_ALL;
  if (column->precision <= 15) {
    if (is_lower_bound(op)) op = ENT_OP_GE;
    if (op != ENT_OP_EQ && !is_lower_bound(op)) op = ENT_OP_LE;
    return send(
        shipped, op,
        digits(shipped->text, sizeof(shipped->text), column->scale, number));
  }
  low = digits(shipped->text, sizeof(shipped->text), 30, number - room);
  high =
      digits(shipped->high_text, sizeof(shipped->high_text), 30, number + room);
  if (op == ENT_OP_EQ) return send_range(shipped, low, high);
  return is_lower_bound(op) ? send_widened(shipped, ENT_OP_GE, low)
                            : send_widened(shipped, ENT_OP_LE, high);
}

/* Digits that are shown as a text beside a number or a text: whichever way SQLite
 * compares them, they are of the same number. */
static ent_ship_verdict ship_wide(const ent_column *column, ent_op op,
                                  const ent_value *value,
                                  ent_shipped *shipped) {
  bool is_decimal = column->type == ENT_TYPE_DECIMAL;
  ent_value number;
  size_t whole;

  if (op != ENT_OP_EQ) return ENT_SHIP_ALL;
  if (!ent_value_is_text(value)) {
    return is_decimal ? ship_decimal(column, op, value, shipped)
                      : ship_unsigned(column, op, value, shipped);
  }
  if (!ent_digits_plain(value->as.bytes.data, value->as.bytes.size, &number,
                        &whole)) {
    return ENT_SHIP_NONE;
  }
  /* A bit(64) takes a sign for its two's complement. */
  if (!is_decimal && (!whole || number.as.bytes.data[0] == '-')) {
    return ENT_SHIP_NONE;
  }
  return send_widened(shipped, op, number);
}

static ent_ship_verdict ship_double(const ent_column *column, ent_op op,
                                    const ent_value *value,
                                    ent_shipped *shipped) {
  double number = number_of(value);

  (void)column;
  if (isinf(number)) return beyond(op, number > 0, shipped);
  /* An INTEGER that no double equals is compared exactly by SQLite. */
  if (value->kind == ENT_I64 && fabs(number) > two_53) return ENT_SHIP_ALL;
  return send(shipped, op, ent_value_f64(number));
}

/* Equal bytes are equal under every collation, so "=" finds all that SQLite
 * wants and others.  An order is shared only by collations that compare
 * bytes. */
static ent_ship_verdict ship_text(const ent_column *column, ent_op op,
                                  const ent_value *value,
                                  ent_shipped *shipped) {
  if (!ent_utf8_valid(value->as.bytes.data, value->as.bytes.size)) {
    return op == ENT_OP_EQ ? ENT_SHIP_NONE : ENT_SHIP_ALL;
  }
  if (op != ENT_OP_EQ && !column->is_bytewise) return ENT_SHIP_ALL;
  return send(shipped, op, *value);
}

static ent_ship_verdict ship_blob(const ent_column *column, ent_op op,
                                  const ent_value *value,
                                  ent_shipped *shipped) {
  (void)column;
  return send(shipped, op, *value);
}

/* How a value becomes MySQL's, and which values of SQLite a column's are
 * among; NULL where the table has no comparison that is sent. */
static const struct {
  ship_rule rule;
  ship_rank rank;
} rules[ENT_N_TYPES] = {
    [ENT_TYPE_INTEGER] = {ship_integer, ENT_RANK_NUMBER},
    [ENT_TYPE_UNSIGNED] = {ship_unsigned, ENT_RANK_NUMBER},
    [ENT_TYPE_YEAR] = {ship_year, ENT_RANK_NUMBER},
    [ENT_TYPE_DECIMAL] = {ship_decimal, ENT_RANK_NUMBER},
    [ENT_TYPE_FLOAT] = {NULL, ENT_RANK_NUMBER},
    [ENT_TYPE_DOUBLE] = {ship_double, ENT_RANK_NUMBER},
    [ENT_TYPE_TEXT] = {ship_text, ENT_RANK_TEXT},
    [ENT_TYPE_ENUM] = {ship_text, ENT_RANK_TEXT},
    [ENT_TYPE_SET] = {ship_text, ENT_RANK_TEXT},
    [ENT_TYPE_JSON] = {NULL, ENT_RANK_TEXT},
    [ENT_TYPE_DATE] = {ent_ship_date, ENT_RANK_TEXT},
    [ENT_TYPE_DATETIME] = {ent_ship_datetime, ENT_RANK_TEXT},
    [ENT_TYPE_TIME] = {ent_ship_time, ENT_RANK_TEXT},
    [ENT_TYPE_BLOB] = {ship_blob, ENT_RANK_BLOB},
    [ENT_TYPE_GEOMETRY] = {NULL, ENT_RANK_BLOB},
};

/* What a session compares whole when it sorts (connection.c). */
enum { ENT_SORTED_WHOLE = 65535 };

ent_ship_order ent_ship_can_order(const ent_column *column) {
  ent_ship_class class = ent_ship_class_of(column);
  ent_ship_entry entry = ent_ship_entry_of(class, ENT_WISH_ORDER);

  if (entry.answer == ENT_ANSWER_LOCAL) return ENT_SHIP_ORDER_NO;
  if (column->max_size > ENT_SORTED_WHOLE) return ENT_SHIP_ORDER_NO;
  return class == ENT_CLASS_UNSIGNED || class == ENT_CLASS_LONG_DECIMAL
             ? ENT_SHIP_ORDER_LAST
             : ENT_SHIP_ORDER_YES;
}

/* Texts are grouped as bytes; what a server tells apart further than SQLite
 * does, SQLite puts together.  Dates are left out: MySQL 5.6 groups in a table
 * of its own, where 2024-02-31 becomes 0000-00-00. */
bool ent_ship_can_group(const ent_column *column) {
  switch (column->type) {
  case ENT_TYPE_INTEGER:
  case ENT_TYPE_UNSIGNED:
  case ENT_TYPE_YEAR:
  case ENT_TYPE_DECIMAL:
  case ENT_TYPE_DOUBLE:
  case ENT_TYPE_TEXT:
  case ENT_TYPE_ENUM:
  case ENT_TYPE_SET:
  case ENT_TYPE_BLOB: return column->max_size <= ENT_SORTED_WHOLE;
  case ENT_TYPE_FLOAT:
  case ENT_TYPE_JSON:
  case ENT_TYPE_DATE:
  case ENT_TYPE_DATETIME:
  case ENT_TYPE_TIME:
  case ENT_TYPE_GEOMETRY: break;
  }
  return false;
}

bool ent_ship_can_send(const ent_column *column, ent_op op) {
  ent_ship_entry entry =
      ent_ship_entry_of(ent_ship_class_of(column), ent_ship_wish_of(op));

  return entry.answer != ENT_ANSWER_LOCAL;
}

static ship_rank rank_of(const ent_value *value) {
  if (value->kind == ENT_BLOB) return ENT_RANK_BLOB;
  return ent_value_is_text(value) ? ENT_RANK_TEXT : ENT_RANK_NUMBER;
}

/* EQ, GT, GE, LT and LE. */
static ent_ship_verdict compare(const ent_column *column, ent_op op,
                                const ent_value *value, ent_shipped *shipped) {
  ship_rank own = rules[column->type].rank;
  ship_rank other = rank_of(value);
  ent_ship_verdict verdict;

  if (value->kind == ENT_NULL) return ENT_SHIP_NONE;
  if (column->is_wide) {
    if (other == ENT_RANK_BLOB) return beyond(op, true, shipped);
    verdict = ship_wide(column, op, value, shipped);
    shipped->is_exact = false;
    return verdict;
  }
  if (own == ENT_RANK_TEXT && other == ENT_RANK_NUMBER) {
    /* Beside a column of numbers SQLite compares the texts as numbers, and
     * whether it does cannot be seen from here. */
    return ENT_SHIP_ALL;
  }
  if (own != other) return beyond(op, other > own, shipped);
  if (!rules[column->type].rule || !ent_ship_can_send(column, op)) {
    return ENT_SHIP_ALL;
  }
  verdict = rules[column->type].rule(column, op, value, shipped);
  if (verdict == ENT_SHIP_ALL) shipped->is_exact = false;
  if (verdict == ENT_SHIP_SEND && shipped->op != ENT_OP_NOT_NULL) {
    ent_ship_entry entry =
        ent_ship_entry_of(ent_ship_class_of(column), ent_ship_wish_of(op));

    if (entry.answer != ENT_ANSWER_EXACT) shipped->is_exact = false;
  }
  return verdict;
}

/* <> and IS NOT: what MySQL can say of equality, turned round.  Texts are
 * compared as bytes there (sqltext.c). */
static ent_ship_verdict ship_unequal(const ent_column *column, ent_op op,
                                     const ent_value *value,
                                     ent_shipped *shipped) {
  ent_ship_verdict verdict = compare(column, ENT_OP_EQ, value, shipped);
  bool can = verdict == ENT_SHIP_SEND && shipped->op == ENT_OP_EQ &&
             (shipped->is_exact || column->type == ENT_TYPE_TEXT);

  if (can) return send(shipped, op, shipped->value);
  if (op == ENT_OP_NE) {
    bool equals_none = verdict == ENT_SHIP_NONE;

    verdict = send_not_null(shipped);
    shipped->is_exact = equals_none;
    return verdict;
  }
  shipped->is_exact = verdict == ENT_SHIP_NONE;
  return ENT_SHIP_ALL;
}

/* Appends a character's bytes to a pattern of MySQL's, and to the text that it
 * stands for, if there is room. */
static bool put_literal(ent_shipped *shipped, size_t *size, const char *from,
                        size_t n) {
  enum { ENT_ROOM = sizeof(shipped->text) - 1 }; /* for the % behind it */
  bool is_special = strchr("%_|", *from) != NULL;

  if (*size + n + is_special > ENT_ROOM) return false;
  if (is_special) shipped->text[(*size)++] = '|';
  memcpy(shipped->text + *size, from, n);
  memcpy(shipped->high_text + shipped->high.as.bytes.size, from, n);
  *size += n;
  shipped->high.as.bytes.size += n;
  return true;
}

/* U+FFFD, and U+FFFE and U+FFFF, which SQLite's patterns take for the former. */
static bool is_replacement(const char *at, size_t n) {
  return n == 3 && memcmp(at, "\xef\xbf", 2) == 0 &&
         (unsigned char)at[2] >= 0xbd;
}

/* The beginning of a pattern, up to its first wildcard or as much of it as
 * there is room for; NULL and what is no text are SQLite's. */
static ent_ship_verdict ship_pattern(ent_op op, const ent_value *value,
                                     ent_shipped *shipped) {
  const char *text = value->as.bytes.data;
  const char *wildcards = op == ENT_OP_LIKE ? "%_" : "*?[";
  size_t size = 0;

  if (value->kind == ENT_NULL) return ENT_SHIP_NONE;
  if (!ent_value_is_text(value)) return ENT_SHIP_ALL;
  if (!ent_utf8_valid(text, value->as.bytes.size)) return ENT_SHIP_ALL;
  shipped->high = ent_value_bytes(ENT_TEXT, shipped->high_text, 0);
  /* To SQLite a pattern ends at its first NUL. */
  for (size_t at = 0; at < value->as.bytes.size && text[at];) {
    size_t n = 1;

    if (strchr(wildcards, text[at])) break;
    while (at + n < value->as.bytes.size && (text[at + n] & 0xc0) == 0x80)
      n++;
    if (is_replacement(text + at, n)) break;
    if (!put_literal(shipped, &size, text + at, n)) break;
    at += n;
  }
  if (!size) return ENT_SHIP_ALL;
  shipped->text[size++] = '%';
  return send_widened(shipped, ENT_OP_LIKE,
                      ent_value_bytes(ENT_TEXT, shipped->text, size));
}

ent_ship_verdict ent_ship_value(const ent_column *column, ent_op op,
                                const ent_value *value, ent_shipped *shipped) {
  bool is_null = value->kind == ENT_NULL;
  ent_ship_verdict verdict;

  shipped->is_exact = false;
  switch (op) {
  case ENT_OP_NE:
    return is_null ? ENT_SHIP_NONE : ship_unequal(column, op, value, shipped);
  case ENT_OP_IS_NOT:
    return is_null ? send_not_null(shipped)
                   : ship_unequal(column, op, value, shipped);
  case ENT_OP_LIKE:
  case ENT_OP_GLOB: return ship_pattern(op, value, shipped);
  case ENT_OP_IS:
    if (!is_null) return compare(column, ENT_OP_EQ, value, shipped);
    verdict = send(shipped, ENT_OP_IS_NULL, *value);
    shipped->is_exact = ent_ship_is_exact(column, ENT_OP_IS_NULL);
    return verdict;
  case ENT_OP_EQ:
  case ENT_OP_GT:
  case ENT_OP_GE:
  case ENT_OP_LT:
  case ENT_OP_LE:
  case ENT_OP_IN:
  case ENT_OP_IS_NULL:
  case ENT_OP_NOT_NULL: break;
  }
  return compare(column, op, value, shipped);
}

bool ent_ship_is_exact(const ent_column *column, ent_op op) {
  ent_ship_entry entry =
      ent_ship_entry_of(ent_ship_class_of(column), ent_ship_wish_of(op));

  return entry.answer == ENT_ANSWER_EXACT;
}
