/* Values: which kind a number and a text get. */
#include "backends/base/value.h"

#include "backends/base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_number_that_fits_is_signed(void **state) {
  ent_value value = ent_value_u64(INT64_MAX);

  (void)state;
  assert_int_equal(value.kind, ENT_I64);
  assert_true(value.as.i64 == INT64_MAX);
  value = ent_value_u64(0);
  assert_int_equal(value.kind, ENT_I64);
  assert_true(value.as.i64 == 0);
}

static void a_larger_number_is_unsigned(void **state) {
  ent_value value = ent_value_u64((uint64_t)INT64_MAX + 1);

  (void)state;
  assert_int_equal(value.kind, ENT_U64);
  assert_true(value.as.u64 == (uint64_t)INT64_MAX + 1);
  value = ent_value_u64(UINT64_MAX);
  assert_int_equal(value.kind, ENT_U64);
  assert_true(value.as.u64 == UINT64_MAX);
}

static void makers_keep_what_they_are_given(void **state) {
  static const char bytes[] = "abc";
  ent_value value = ent_value_i64(INT64_MIN);

  (void)state;
  assert_int_equal(value.kind, ENT_I64);
  assert_true(value.as.i64 == INT64_MIN);
  value = ent_value_f64(-0.5);
  assert_int_equal(value.kind, ENT_F64);
  assert_true(value.as.f64 == -0.5);
  value = ent_value_bytes(ENT_BLOB, bytes, 2);
  assert_int_equal(value.kind, ENT_BLOB);
  assert_ptr_equal(value.as.bytes.data, bytes);
  assert_int_equal(value.as.bytes.size, 2);
}

static void both_kinds_of_text_are_text(void **state) {
  static const int expected[] = {0, 0, 0, 0, 1, 1, 0, 0};

  (void)state;
  for (int kind = ENT_NULL; kind <= ENT_DIGITS; kind++) {
    ent_value value = {.kind = (ent_kind)kind};

    assert_int_equal(ent_value_is_text(&value), expected[kind]);
  }
}

/* Tries every byte at one place of a text that is ascii without it. */
static void try_bytes(char *text, size_t size, size_t at) {
  for (int byte = 0; byte < 256; byte++) {
    ent_kind kind = byte > 0 && byte < 0x80 ? ENT_ASCII : ENT_TEXT;

    text[at] = (char)byte;
    if (ent_text_kind(text, size) != kind) {
      fail_msg("byte %d at %zu of %zu", byte, at, size);
    }
  }
  text[at] = 'a';
}

static void any_byte_decides_whether_a_text_is_ascii(void **state) {
  char text[24];

  (void)state;
  memset(text, 'a', sizeof(text));
  for (size_t size = 0; size <= sizeof(text); size++) {
    assert_int_equal(ent_text_kind(text, size), ENT_ASCII);
    for (size_t at = 0; at < size; at++)
      try_bytes(text, size, at);
  }
}

static void bytes_behind_a_text_do_not_count(void **state) {
  static const char text[] = "abcdefgh\xFF";

  (void)state;
  assert_int_equal(ent_text_kind(text, 8), ENT_ASCII);
  assert_int_equal(ent_text_kind(text, 9), ENT_TEXT);
}

static void assert_utf8(const char *text, bool expected) {
  if (ent_utf8_valid(text, strlen(text)) != expected) fail_msg("%s", text);
}

static void the_ends_of_every_utf8_range_are_valid(void **state) {
  static const char *const texts[] = {"",
                                      "a\x7F",
                                      "\xC2\x80",
                                      "\xDF\xBF",
                                      "\xE0\xA0\x80",
                                      "\xED\x9F\xBF",
                                      "\xEE\x80\x80",
                                      "\xEF\xBF\xBF",
                                      "\xF0\x90\x80\x80",
                                      "\xF4\x8F\xBF\xBF",
                                      "\xF3\xBF\xBF\xBF",
                                      "\xE2\x82\xAC!"};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(texts); i++) {
    assert_utf8(texts[i], true);
  }
  assert_true(ent_utf8_valid("a\0b", 3));
}

static void what_lies_behind_the_ends_is_not(void **state) {
  static const char *const texts[] = {"\x80",
                                      "\xC1\xBF",
                                      "\xE0\x9F\xBF",
                                      "\xED\xA0\x80",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xFF",
                                      "\xC3(",
                                      "\xE2\x82(",
                                      "\xF0\x9F\x8D(",
                                      "\xE2\x28\xAC"};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(texts); i++) {
    assert_utf8(texts[i], false);
  }
}

static void a_cut_sequence_is_not_valid(void **state) {
  (void)state;
  for (size_t size = 1; size < 4; size++) {
    assert_false(ent_utf8_valid("\xF0\x9F\x8D\x8B", size));
  }
  assert_true(ent_utf8_valid("\xF0\x9F\x8D\x8B", 4));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_number_that_fits_is_signed),
      cmocka_unit_test(a_larger_number_is_unsigned),
      cmocka_unit_test(makers_keep_what_they_are_given),
      cmocka_unit_test(both_kinds_of_text_are_text),
      cmocka_unit_test(any_byte_decides_whether_a_text_is_ascii),
      cmocka_unit_test(bytes_behind_a_text_do_not_count),
      cmocka_unit_test(the_ends_of_every_utf8_range_are_valid),
      cmocka_unit_test(what_lies_behind_the_ends_is_not),
      cmocka_unit_test(a_cut_sequence_is_not_valid),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
