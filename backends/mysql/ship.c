#include "backends/mysql/ship.h"

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
  shipped->value = value;
  return ENT_SHIP_SEND;
}

/* Compared with something above (or below) every value of the column. */
static ent_ship_verdict beyond(ent_op op, bool is_above) {
  if (op == ENT_OP_EQ) return ENT_SHIP_NONE;
  return is_lower_bound(op) == is_above ? ENT_SHIP_NONE : ENT_SHIP_ALL;
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
  if (real >= two_63) return beyond(op, true);
  if (real < -two_63) return beyond(op, false);
  if (op == ENT_OP_EQ && !is_whole) return ENT_SHIP_NONE;
  if (!is_whole) op = is_lower_bound(op) ? ENT_OP_GE : ENT_OP_LE;
  if (whole >= two_63) return beyond(op, true);
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
 * integers: a REAL there is a range. */
static ent_ship_verdict ship_unsigned(const ent_column *column, ent_op op,
                                      const ent_value *value,
                                      ent_shipped *shipped) {
  enum { ENT_WIDTH = 4096 };
  double real = value->as.f64;
  uint64_t low;
  uint64_t high = UINT64_MAX;

  if (value->kind != ENT_F64 || real < two_63) {
    return ship_integer(column, op, value, shipped);
  }
  if (real > two_64) return beyond(op, true);
  low = real >= two_64 ? UINT64_MAX - ENT_WIDTH : (uint64_t)real - ENT_WIDTH;
  if (real < two_64 && (uint64_t)real < UINT64_MAX - ENT_WIDTH) {
    high = (uint64_t)real + ENT_WIDTH;
  }
  if (op == ENT_OP_EQ) {
    shipped->high = ent_value_u64(high);
    return send(shipped, ENT_OP_IN, ent_value_u64(low));
  }
  return is_lower_bound(op) ? send(shipped, ENT_OP_GE, ent_value_u64(low))
                            : send(shipped, ENT_OP_LE, ent_value_u64(high));
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

static ent_value digits(char *text, size_t room, int scale, double number) {
  int size = snprintf(text, room, "%.*f", scale, number);

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
  if (op == ENT_OP_EQ) {
    shipped->high = high;
    return send(shipped, ENT_OP_IN, low);
  }
  return is_lower_bound(op) ? send(shipped, ENT_OP_GE, low)
                            : send(shipped, ENT_OP_LE, high);
}

static ent_ship_verdict ship_double(const ent_column *column, ent_op op,
                                    const ent_value *value,
                                    ent_shipped *shipped) {
  double number = number_of(value);

  (void)column;
  if (isinf(number)) return beyond(op, number > 0);
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

/* The page of rules: what may be sent for a type of column.
 *
 *   eq, range  the function that turns a value into MySQL's terms, NULL where
 *              the comparison is SQLite's alone
 *   rank       which values of SQLite the column's are among
 *   order      whether MySQL may sort by it
 */
static const struct {
  ship_rule eq;
  ship_rule range;
  ship_rank rank;
  ent_ship_order order;
} rules[ENT_N_TYPES] = {
    [ENT_TYPE_INTEGER] = {ship_integer, ship_integer, ENT_RANK_NUMBER,
                          ENT_SHIP_ORDER_YES},
    [ENT_TYPE_UNSIGNED] = {ship_unsigned, ship_unsigned, ENT_RANK_NUMBER,
                           ENT_SHIP_ORDER_LAST},
    [ENT_TYPE_YEAR] = {ship_year, ship_year, ENT_RANK_NUMBER,
                       ENT_SHIP_ORDER_YES},
    [ENT_TYPE_DECIMAL] = {ship_decimal, ship_decimal, ENT_RANK_NUMBER,
                          ENT_SHIP_ORDER_LAST},
    /* f = 0.1 matches no row on the server though 0.1 is what it shows. */
    [ENT_TYPE_FLOAT] = {NULL, NULL, ENT_RANK_NUMBER, ENT_SHIP_ORDER_YES},
    [ENT_TYPE_DOUBLE] = {ship_double, ship_double, ENT_RANK_NUMBER,
                         ENT_SHIP_ORDER_YES},
    [ENT_TYPE_TEXT] = {ship_text, ship_text, ENT_RANK_TEXT, ENT_SHIP_ORDER_YES},
    /* Enums and sets sort by their place in the declaration. */
    [ENT_TYPE_ENUM] = {ship_text, NULL, ENT_RANK_TEXT, ENT_SHIP_ORDER_NO},
    [ENT_TYPE_SET] = {ship_text, NULL, ENT_RANK_TEXT, ENT_SHIP_ORDER_NO},
    [ENT_TYPE_JSON] = {NULL, NULL, ENT_RANK_TEXT, ENT_SHIP_ORDER_NO},
    [ENT_TYPE_DATE] = {ent_ship_date, ent_ship_date, ENT_RANK_TEXT,
                       ENT_SHIP_ORDER_YES},
    [ENT_TYPE_DATETIME] = {ent_ship_datetime, ent_ship_datetime, ENT_RANK_TEXT,
                           ENT_SHIP_ORDER_YES},
    /* '-01:00:00' and '100:00:00' do not sort as texts do. */
    [ENT_TYPE_TIME] = {ent_ship_time, NULL, ENT_RANK_TEXT, ENT_SHIP_ORDER_NO},
    [ENT_TYPE_BLOB] = {ship_blob, ship_blob, ENT_RANK_BLOB, ENT_SHIP_ORDER_YES},
    [ENT_TYPE_GEOMETRY] = {NULL, NULL, ENT_RANK_BLOB, ENT_SHIP_ORDER_NO},
};

ent_ship_order ent_ship_can_order(const ent_column *column) {
  enum { ENT_SORTED_WHOLE = 4 << 20 }; /* half of the session's maximum */

  if (column->type == ENT_TYPE_TEXT && !column->is_bytewise) {
    return ENT_SHIP_ORDER_NO;
  }
  if (column->type == ENT_TYPE_DECIMAL && column->precision <= 15) {
    return ENT_SHIP_ORDER_YES;
  }
  if (column->max_size > ENT_SORTED_WHOLE) return ENT_SHIP_ORDER_NO;
  return rules[column->type].order;
}

bool ent_ship_can_send(const ent_column *column, ent_op op) {
  switch (op) {
  case ENT_OP_IS_NULL: return true;
  case ENT_OP_EQ:
  case ENT_OP_IN: return rules[column->type].eq != NULL;
  case ENT_OP_GT:
  case ENT_OP_GE:
  case ENT_OP_LT:
  case ENT_OP_LE: break;
  }
  if (column->type == ENT_TYPE_TEXT && !column->is_bytewise) return false;
  return rules[column->type].range != NULL;
}

static ship_rank rank_of(const ent_value *value) {
  if (value->kind == ENT_BLOB) return ENT_RANK_BLOB;
  return ent_value_is_text(value) ? ENT_RANK_TEXT : ENT_RANK_NUMBER;
}

ent_ship_verdict ent_ship_value(const ent_column *column, ent_op op,
                                const ent_value *value, ent_shipped *shipped) {
  ship_rank own = rules[column->type].rank;
  ship_rank other = rank_of(value);
  ship_rule rule =
      op == ENT_OP_EQ ? rules[column->type].eq : rules[column->type].range;

  if (value->kind == ENT_NULL) return ENT_SHIP_NONE;
  if (own == ENT_RANK_TEXT && other == ENT_RANK_NUMBER) {
    /* Beside a column of numbers SQLite compares the texts as numbers, and
     * whether it does cannot be seen from here. */
    return ENT_SHIP_ALL;
  }
  if (own != other) return beyond(op, other > own);
  return rule ? rule(column, op, value, shipped) : ENT_SHIP_ALL;
}
