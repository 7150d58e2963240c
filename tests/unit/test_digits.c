/* Numbers as digits: what is exact where a number of the machine is not. */
#include "backends/base/digits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_double_reads_back_as_it_was(void **state) {
  static const struct {
    double number;
    const char *text;
  } cases[] = {{0.1, "0.1"},
               {1.0 / 3, "0.3333333333333333"},
               {1e300, "1e+300"},
               {-2.5, "-2.5"},
               {5e-324, "4.94065645841247e-324"},
               {123456789012345680.0, "1.23456789012346e+17"}};
  char text[ENT_DIGITS_SIZE];

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(cases); i++) {
    size_t size = ent_digits_of_double(cases[i].number, text);

    assert_int_equal(size, strlen(text));
    assert_true(strtod(text, NULL) == cases[i].number);
    if (i < 4) assert_string_equal(text, cases[i].text);
  }
}

static void plain_numbers_are_told_from_others(void **state) {
  static const struct {
    const char *text;
    const char *digits; /* NULL: it is none */
    size_t whole;
  } cases[] = {
      {"12", "12", 2},     {"+12", "12", 2},
      {"-12", "-12", 3},   {" 7 ", "7", 1},
      {"1.50", "1.50", 0}, {"3.00", "3.00", 1},
      {"5.", "5.", 1},     {"18446744073709551615", "18446744073709551615", 20},
      {"", NULL, 0},       {"-", NULL, 0},
      {"+-5", NULL, 0},    {".5", NULL, 0},
      {"1e3", NULL, 0},    {"12abc", NULL, 0},
      {"1.2.3", NULL, 0},  {"1 2", NULL, 0}};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(cases); i++) {
    ent_value digits;
    size_t whole = 0;
    bool is_plain =
        ent_digits_plain(cases[i].text, strlen(cases[i].text), &digits, &whole);

    assert_int_equal(is_plain, cases[i].digits != NULL);
    if (!is_plain) continue;
    assert_int_equal(digits.kind, ENT_DIGITS);
    assert_int_equal(digits.as.bytes.size, strlen(cases[i].digits));
    assert_memory_equal(digits.as.bytes.data, cases[i].digits,
                        digits.as.bytes.size);
    assert_int_equal(whole, cases[i].whole);
  }
}

static void every_number_becomes_text(void **state) {
  ent_value values[] = {ent_value_i64(-5), ent_value_u64(UINT64_MAX),
                        ent_value_f64(0.1), ent_value_bytes(ENT_TEXT, "é", 2)};
  static const char *const texts[] = {"-5", "18446744073709551615", "0.1", "é"};
  ent_arena arena = {.blocks = NULL};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(values); i++) {
    ent_value text;

    assert_int_equal(ent_digits_text(&values[i], &arena, &text, NULL), ENT_OK);
    assert_int_equal(text.as.bytes.size, strlen(texts[i]));
    assert_memory_equal(text.as.bytes.data, texts[i], text.as.bytes.size);
  }
  ent_arena_done(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_double_reads_back_as_it_was),
      cmocka_unit_test(plain_numbers_are_told_from_others),
      cmocka_unit_test(every_number_becomes_text),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
