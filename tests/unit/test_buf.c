/* Buffers: they grow to their ceiling and not past it. */
#include "backends/base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void an_empty_buffer_owns_nothing(void **state) {
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, 10);
  assert_null(buf.data);
  assert_int_equal(buf.size, 0);
  ent_buf_done(&buf);
}

static void what_is_appended_stays(void **state) {
  ent_error err = {0};
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, 1 << 20);
  for (int i = 0; i < 10000; i++) {
    char byte = (char)i;

    assert_int_equal(ent_buf_append(&buf, &byte, 1, &err), ENT_OK);
  }
  assert_int_equal(buf.size, 10000);
  for (int i = 0; i < 10000; i++) {
    if (buf.data[i] != (char)i) fail_msg("byte %d", i);
  }
  ent_buf_done(&buf);
}

static void the_ceiling_is_reached_but_not_passed(void **state) {
  ent_error err = {0};
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, 1000);
  for (int i = 0; i < 250; i++) {
    assert_int_equal(ent_buf_append(&buf, "abcd", 4, &err), ENT_OK);
  }
  assert_int_equal(buf.size, 1000);
  assert_true(buf.capacity <= 1000);
  assert_int_equal(ent_buf_append(&buf, "e", 1, &err), ENT_TOO_BIG);
  assert_string_equal(err.text, "more than 1000 bytes");
  assert_int_equal(buf.size, 1000);
  assert_memory_equal(buf.data + 996, "abcd", 4);
  ent_buf_done(&buf);
}

static void a_refused_piece_changes_nothing(void **state) {
  ent_error err = {0};
  ent_buf buf;
  char *at = NULL;

  (void)state;
  ent_buf_init(&buf, 8);
  assert_int_equal(ent_buf_append(&buf, "abc", 3, &err), ENT_OK);
  assert_int_equal(ent_buf_append(&buf, "123456", 6, &err), ENT_TOO_BIG);
  assert_int_equal(ent_buf_reserve(&buf, SIZE_MAX, &at, &err), ENT_TOO_BIG);
  assert_int_equal(ent_buf_printf(&buf, &err, "%d", 123456), ENT_TOO_BIG);
  assert_null(at);
  assert_int_equal(buf.size, 3);
  assert_memory_equal(buf.data, "abc", 3);
  assert_int_equal(ent_buf_append(&buf, "12345", 5, &err), ENT_OK);
  assert_memory_equal(buf.data, "abc12345", 8);
  ent_buf_done(&buf);
}

static void reserved_bytes_count_only_when_taken(void **state) {
  ent_error err = {0};
  ent_buf buf;
  char *at;

  (void)state;
  ent_buf_init(&buf, 100);
  assert_int_equal(ent_buf_reserve(&buf, 50, &at, &err), ENT_OK);
  memset(at, 'x', 3);
  assert_int_equal(buf.size, 0);
  buf.size += 3;
  assert_int_equal(ent_buf_append(&buf, "!", 1, &err), ENT_OK);
  assert_memory_equal(buf.data, "xxx!", 4);
  ent_buf_done(&buf);
}

static void printing_appends(void **state) {
  ent_error err = {0};
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, 4096);
  assert_int_equal(ent_buf_printf(&buf, &err, "%s=%d", "a", 7), ENT_OK);
  assert_int_equal(ent_buf_printf(&buf, &err, ";%1000d", 8), ENT_OK);
  assert_int_equal(buf.size, 3 + 1 + 1000);
  assert_memory_equal(buf.data, "a=7;  ", 6);
  assert_int_equal(buf.data[buf.size - 1], '8');
  ent_buf_done(&buf);
}

static void a_text_ends_with_a_nul_that_does_not_count(void **state) {
  const char *text = NULL;
  ent_error err = {0};
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, 4);
  assert_int_equal(ent_buf_text(&buf, &text, &err), ENT_OK);
  assert_string_equal(text, "");
  assert_int_equal(ent_buf_append(&buf, "abc", 3, &err), ENT_OK);
  assert_int_equal(ent_buf_text(&buf, &text, &err), ENT_OK);
  assert_string_equal(text, "abc");
  assert_int_equal(buf.size, 3);
  assert_int_equal(ent_buf_append(&buf, "d", 1, &err), ENT_OK);
  assert_int_equal(ent_buf_text(&buf, &text, &err), ENT_TOO_BIG);
  ent_buf_done(&buf);
}

static void a_freed_buffer_is_usable_again(void **state) {
  ent_error err = {0};
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, 4);
  assert_int_equal(ent_buf_append(&buf, "abcd", 4, &err), ENT_OK);
  ent_buf_done(&buf);
  assert_null(buf.data);
  assert_int_equal(ent_buf_append(&buf, "ef", 2, &err), ENT_OK);
  assert_memory_equal(buf.data, "ef", 2);
  assert_int_equal(ent_buf_append(&buf, "ghi", 3, &err), ENT_TOO_BIG);
  ent_buf_done(&buf);
}

static void nothing_can_be_appended_to_nothing(void **state) {
  ent_error err = {0};
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, 0);
  assert_int_equal(ent_buf_append(&buf, NULL, 0, &err), ENT_OK);
  assert_int_equal(buf.size, 0);
  assert_int_equal(ent_buf_append(&buf, "a", 1, &err), ENT_TOO_BIG);
  ent_buf_done(&buf);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_empty_buffer_owns_nothing),
      cmocka_unit_test(what_is_appended_stays),
      cmocka_unit_test(the_ceiling_is_reached_but_not_passed),
      cmocka_unit_test(a_refused_piece_changes_nothing),
      cmocka_unit_test(reserved_bytes_count_only_when_taken),
      cmocka_unit_test(printing_appends),
      cmocka_unit_test(a_text_ends_with_a_nul_that_does_not_count),
      cmocka_unit_test(a_freed_buffer_is_usable_again),
      cmocka_unit_test(nothing_can_be_appended_to_nothing),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
