#include "backends/mysql/ship.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Each case is one comparison as SQLite means it and, in words, what MySQL is
 * asked: "none", "all", or the operator and the value. */
typedef struct ship_case {
  const ent_column *column;
  ent_op op;
  ent_value value;
  const char *asked;
} ship_case;

static const ent_column whole = {.type = ENT_TYPE_INTEGER};
static const ent_column large = {.type = ENT_TYPE_UNSIGNED};
static const ent_column year = {.type = ENT_TYPE_YEAR};
static const ent_column price = {
    .type = ENT_TYPE_DECIMAL, .precision = 8, .scale = 2};
static const ent_column exact = {
    .type = ENT_TYPE_DECIMAL, .precision = 65, .scale = 30};
static const ent_column real4 = {.type = ENT_TYPE_FLOAT};
static const ent_column real8 = {.type = ENT_TYPE_DOUBLE};
static const ent_column word = {.type = ENT_TYPE_TEXT};
static const ent_column bytewise = {.type = ENT_TYPE_TEXT, .is_bytewise = true};
static const ent_column day = {.type = ENT_TYPE_DATE};
static const ent_column moment = {.type = ENT_TYPE_DATETIME};
static const ent_column instant = {.type = ENT_TYPE_DATETIME, .scale = 3};
static const ent_column span = {.type = ENT_TYPE_TIME};
static const ent_column bytes = {.type = ENT_TYPE_BLOB};

static ent_value text(const char *data) {
  return ent_value_bytes(ENT_TEXT, data, strlen(data));
}

static ent_value blob(const char *data) {
  return ent_value_bytes(ENT_BLOB, data, strlen(data));
}

static void write_value(const ent_value *value, char *to, size_t room) {
  if (value->kind == ENT_I64) {
    snprintf(to, room, "%lld", (long long)value->as.i64);
  } else if (value->kind == ENT_U64) {
    snprintf(to, room, "%llu", (unsigned long long)value->as.u64);
  } else if (value->kind == ENT_F64) {
    snprintf(to, room, "%.17g", value->as.f64);
  } else {
    snprintf(to, room, "%.*s", (int)value->as.bytes.size, value->as.bytes.data);
  }
}

static void write_asked(const ship_case *c, char *to, size_t room) {
  static const char *const ops[] = {
      "=",        ">",  ">=", "<",      "<=",   "between", "null",
      "not null", "<>", "is", "is not", "like", "glob"};
  ent_shipped shipped;
  char value[100];

  switch (ent_ship_value(c->column, c->op, &c->value, &shipped)) {
  case ENT_SHIP_NONE: snprintf(to, room, "none"); return;
  case ENT_SHIP_ALL: snprintf(to, room, "all"); return;
  case ENT_SHIP_SEND: break;
  }
  write_value(&shipped.value, value, sizeof(value));
  snprintf(to, room, "%s%s%s", ops[shipped.op],
           ent_op_has_value(shipped.op) ? " " : "",
           ent_op_has_value(shipped.op) ? value : "");
}

static void check(const ship_case *cases, size_t n) {
  for (size_t i = 0; i < n; i++) {
    char asked[200];

    write_asked(&cases[i], asked, sizeof(asked));
    assert_string_equal(asked, cases[i].asked);
  }
}

static void no_integer_equals_a_fraction(void **state) {
  const ship_case cases[] = {
      {&whole, ENT_OP_EQ, ent_value_f64(2.5), "none"},
      {&whole, ENT_OP_EQ, ent_value_f64(3.0), "= 3"},
      {&whole, ENT_OP_GT, ent_value_f64(2.5), ">= 3"},
      {&whole, ENT_OP_GE, ent_value_f64(-2.5), ">= -2"},
      {&whole, ENT_OP_LT, ent_value_f64(2.5), "<= 2"},
      {&whole, ENT_OP_LE, ent_value_f64(-2.5), "<= -3"},
      {&whole, ENT_OP_EQ, ent_value_f64(1e300), "none"},
      {&whole, ENT_OP_LT, ent_value_f64(1e300), "not null"},
      {&whole, ENT_OP_GT, ent_value_f64(1e300), "none"},
      {&whole, ENT_OP_GT, ent_value_f64(-HUGE_VAL), "not null"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases));
}

static void kinds_stand_in_sqlites_order(void **state) {
  const ship_case cases[] = {
      {&whole, ENT_OP_EQ, text("abc"), "none"},
      {&whole, ENT_OP_LT, text("abc"), "not null"},
      {&whole, ENT_OP_GT, text("abc"), "none"},
      {&whole, ENT_OP_LE, blob("1"), "not null"},
      {&word, ENT_OP_GT, blob("a"), "none"},
      {&word, ENT_OP_LT, blob("a"), "not null"},
      {&bytes, ENT_OP_GT, text("a"), "not null"},
      {&bytes, ENT_OP_EQ, ent_value_i64(1), "none"},
      {&bytes, ENT_OP_EQ, blob("ab"), "= ab"},
      {&word, ENT_OP_EQ, ent_value_i64(5), "all"},
      {&whole, ENT_OP_EQ, (ent_value){.kind = ENT_NULL}, "none"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases));
}

static void above_2_63_a_real_is_a_range(void **state) {
  const ship_case cases[] = {
      {&large, ENT_OP_EQ, ent_value_i64(-1), "none"},
      {&large, ENT_OP_GE, ent_value_i64(-1), "not null"},
      {&large, ENT_OP_LT, ent_value_i64(-1), "none"},
      {&large, ENT_OP_NE, ent_value_i64(-1), "not null"},
      {&large, ENT_OP_IS_NOT, ent_value_i64(-1), "all"},
      {&large, ENT_OP_GT, ent_value_f64(-0.5), "not null"},
      {&large, ENT_OP_LE, ent_value_f64(-0.5), "none"},
      {&large, ENT_OP_LE, ent_value_f64(-0.0), "<= 0"},
      {&large, ENT_OP_EQ, ent_value_f64(9223372036854775808.0),
       "between 9223372036854771712"},
      {&large, ENT_OP_EQ, ent_value_f64(18446744073709551616.0),
       "between 18446744073709547519"},
      {&large, ENT_OP_GT, ent_value_f64(1e19), ">= 9999999999999995904"},
      {&large, ENT_OP_LT, ent_value_f64(1e19), "<= 10000000000000004096"},
      {&large, ENT_OP_GT, ent_value_f64(1e20), "none"},
      {&large, ENT_OP_LT, ent_value_f64(1e20), "not null"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases));
}

static void only_real_years_are_sent(void **state) {
  const ship_case cases[] = {
      {&year, ENT_OP_EQ, ent_value_i64(1999), "= 1999"},
      {&year, ENT_OP_EQ, ent_value_i64(70), "all"},
      {&year, ENT_OP_GT, ent_value_i64(50), "all"},
      {&year, ENT_OP_EQ, ent_value_i64(0), "all"},
      {&year, ENT_OP_EQ, ent_value_f64(1999.5), "none"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases));
}

static void decimals_are_compared_as_decimals(void **state) {
  const ship_case cases[] = {
      {&price, ENT_OP_EQ, ent_value_f64(12.37), "= 12.37"},
      {&price, ENT_OP_EQ, ent_value_f64(0.1 + 0.2), "= 0.30"},
      {&price, ENT_OP_GT, ent_value_f64(12.374), ">= 12.37"},
      {&price, ENT_OP_LT, ent_value_i64(-5), "<= -5.00"},
      {&exact, ENT_OP_EQ, ent_value_i64(1),
       "between 0.999999999999990007992778373591"},
      {&exact, ENT_OP_GT, ent_value_f64(1e35), "all"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases));
}

static void floats_of_four_bytes_are_sqlites(void **state) {
  const ship_case cases[] = {
      {&real4, ENT_OP_EQ, ent_value_f64(0.1), "all"},
      {&real8, ENT_OP_EQ, ent_value_f64(0.1), "= 0.10000000000000001"},
      {&real8, ENT_OP_EQ, ent_value_i64(INT64_MAX), "all"},
      {&real8, ENT_OP_GT, ent_value_f64(HUGE_VAL), "none"},
      {&real8, ENT_OP_LT, ent_value_f64(HUGE_VAL), "not null"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases));
  assert_false(ent_ship_can_send(&real4, ENT_OP_EQ));
}

static void texts_are_sent_for_equality(void **state) {
  const ship_case cases[] = {
      {&word, ENT_OP_EQ, text("x "), "= x "},
      {&word, ENT_OP_GT, text("x"), "all"},
      {&bytewise, ENT_OP_GT, text("x"), "> x"},
      {&word, ENT_OP_EQ, text("\xed\xa0\x80"), "none"},
      {&bytewise, ENT_OP_LT, text("\xff"), "all"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases));
}

static void unequal_is_equal_turned_round(void **state) {
  const ent_value null = {.kind = ENT_NULL};
  const ship_case cases[] = {
      {&whole, ENT_OP_NE, ent_value_i64(3), "<> 3"},
      {&whole, ENT_OP_NE, ent_value_f64(2.5), "not null"},
      {&whole, ENT_OP_NE, text("abc"), "not null"},
      {&whole, ENT_OP_NE, null, "none"},
      {&whole, ENT_OP_IS, ent_value_i64(3), "= 3"},
      {&whole, ENT_OP_IS, null, "null"},
      {&whole, ENT_OP_IS_NOT, ent_value_i64(3), "is not 3"},
      {&whole, ENT_OP_IS_NOT, ent_value_f64(2.5), "all"},
      {&whole, ENT_OP_IS_NOT, null, "not null"},
      {&word, ENT_OP_NE, text("x"), "<> x"},
      {&word, ENT_OP_NE, ent_value_i64(5), "not null"},
      {&day, ENT_OP_NE, text("0000-00-00"), "not null"},
      {&day, ENT_OP_IS_NOT, text("2024-02-29"), "is not 2024-02-29"},
      {&large, ENT_OP_IS_NOT, ent_value_f64(1e19), "all"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases));
}

static void patterns_are_sent_up_to_their_first_wildcard(void **state) {
  const ship_case cases[] = {
      {&word, ENT_OP_LIKE, text("ab%c"), "like ab%"},
      {&word, ENT_OP_LIKE, text("ab"), "like ab%"},
      {&word, ENT_OP_LIKE, text("a*b_c"), "like a*b%"},
      {&word, ENT_OP_LIKE, text("%a"), "all"},
      {&word, ENT_OP_LIKE, (ent_value){.kind = ENT_NULL}, "none"},
      {&word, ENT_OP_LIKE, ent_value_i64(5), "all"},
      {&word, ENT_OP_LIKE, text("\xff%"), "all"},
      {&word, ENT_OP_GLOB, text("5%_|[a]"), "like 5|%|_||%"},
      {&word, ENT_OP_GLOB, text("\xc3\xa4?"), "like \xc3\xa4%"},
      {&word, ENT_OP_LIKE, ent_value_bytes(ENT_TEXT, "a\0b", 3), "like a%"},
      /* As much as there is room for, whole characters of it. */
      {&word, ENT_OP_GLOB,
       text("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            "xx"
            "xxxxxxxxx\xc3\xa4yyyyyyyyyyyyyyy*"),
       "like "
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxx\xc3\xa4%"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases));
}

static void what_is_exact_is_told(void **state) {
  ent_shipped shipped;
  ent_value five = ent_value_i64(5);
  ent_value half = ent_value_f64(0.5);
  ent_value x = text("x");

  (void)state;
  ent_ship_value(&whole, ENT_OP_GE, &five, &shipped);
  assert_true(shipped.is_exact);
  ent_ship_value(&whole, ENT_OP_IS_NOT, &half, &shipped);
  assert_true(shipped.is_exact);
  ent_ship_value(&year, ENT_OP_GT, &five, &shipped);
  assert_false(shipped.is_exact);
  ent_ship_value(&price, ENT_OP_EQ, &half, &shipped);
  assert_false(shipped.is_exact);
  ent_ship_value(&word, ENT_OP_EQ, &x, &shipped);
  assert_true(shipped.is_exact);
  ent_ship_value(&word, ENT_OP_NE, &x, &shipped);
  assert_true(shipped.is_exact);
  ent_ship_value(&bytewise, ENT_OP_EQ, &x, &shipped);
  assert_true(shipped.is_exact);
  ent_ship_value(&word, ENT_OP_NE, &five, &shipped);
  assert_false(shipped.is_exact);
}

static void dates_have_one_shape(void **state) {
  const ship_case cases[] = {
      {&day, ENT_OP_EQ, text("2024-02-29"), "= 2024-02-29"},
      {&day, ENT_OP_EQ, text("2023-02-29"), "all"},
      {&day, ENT_OP_EQ, text("0000-00-00"), "all"},
      {&day, ENT_OP_EQ, text("2024-2-29"), "none"},
      {&day, ENT_OP_GT, text("2024-02"), "all"},
      {&day, ENT_OP_GE, text("2024-02-29 10:00"), "> 2024-02-29"},
      {&day, ENT_OP_LT, text("2024-02-29 10:00"), "<= 2024-02-29"},
      {&moment, ENT_OP_EQ, text("2024-02-29"), "none"},
      {&moment, ENT_OP_GT, text("2024-02-29"), ">= 2024-02-29 00:00:00"},
      {&moment, ENT_OP_LE, text("2024-02-29"), "< 2024-02-29 00:00:00"},
      {&moment, ENT_OP_LT, text("2024-02-29 10:00:00.5"),
       "<= 2024-02-29 10:00:00"},
      {&moment, ENT_OP_EQ, text("2024-02-29T10:00:00"), "none"},
      {&moment, ENT_OP_GT, text("2024-02-29 25:00:00"), "all"},
      {&instant, ENT_OP_EQ, text("2024-02-29 10:00:00.120"),
       "= 2024-02-29 10:00:00.120"},
      {&instant, ENT_OP_EQ, text("2024-02-29 10:00:00"), "none"},
      {&instant, ENT_OP_GT, text("2024-02-29 10:00:00"),
       ">= 2024-02-29 10:00:00.000"},
      {&span, ENT_OP_EQ, text("-838:59:59"), "= -838:59:59"},
      {&span, ENT_OP_EQ, text("1:00:00"), "none"},
      {&span, ENT_OP_EQ, text("10:00:00.0"), "none"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases));
}

static void only_what_sorts_alike_is_sorted(void **state) {
  const ent_column enumerated = {.type = ENT_TYPE_ENUM};
  const ent_column huge = {.type = ENT_TYPE_BLOB, .max_size = UINT32_MAX};

  (void)state;
  assert_int_equal(ent_ship_can_order(&whole), ENT_SHIP_ORDER_YES);
  assert_int_equal(ent_ship_can_order(&large), ENT_SHIP_ORDER_LAST);
  assert_int_equal(ent_ship_can_order(&price), ENT_SHIP_ORDER_YES);
  assert_int_equal(ent_ship_can_order(&exact), ENT_SHIP_ORDER_LAST);
  assert_int_equal(ent_ship_can_order(&word), ENT_SHIP_ORDER_NO);
  assert_int_equal(ent_ship_can_order(&bytewise), ENT_SHIP_ORDER_YES);
  assert_int_equal(ent_ship_can_order(&enumerated), ENT_SHIP_ORDER_NO);
  assert_int_equal(ent_ship_can_order(&span), ENT_SHIP_ORDER_NO);
  assert_int_equal(ent_ship_can_order(&huge), ENT_SHIP_ORDER_NO);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_integer_equals_a_fraction),
      cmocka_unit_test(kinds_stand_in_sqlites_order),
      cmocka_unit_test(above_2_63_a_real_is_a_range),
      cmocka_unit_test(only_real_years_are_sent),
      cmocka_unit_test(decimals_are_compared_as_decimals),
      cmocka_unit_test(floats_of_four_bytes_are_sqlites),
      cmocka_unit_test(texts_are_sent_for_equality),
      cmocka_unit_test(unequal_is_equal_turned_round),
      cmocka_unit_test(patterns_are_sent_up_to_their_first_wildcard),
      cmocka_unit_test(what_is_exact_is_told),
      cmocka_unit_test(dates_have_one_shape),
      cmocka_unit_test(only_what_sorts_alike_is_sorted),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
