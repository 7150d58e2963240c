#include "backends/base/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ENT_KEY_CEILING = 1 << 16 };

static const ent_value integers[] = {
    {.kind = ENT_I64, .as.i64 = INT64_MIN},
    {.kind = ENT_I64, .as.i64 = INT64_MIN + 1},
    {.kind = ENT_I64, .as.i64 = -256},
    {.kind = ENT_I64, .as.i64 = -1},
    {.kind = ENT_I64, .as.i64 = 0},
    {.kind = ENT_I64, .as.i64 = 1},
    {.kind = ENT_I64, .as.i64 = 255},
    {.kind = ENT_I64, .as.i64 = 256},
    {.kind = ENT_I64, .as.i64 = INT64_MAX},
    {.kind = ENT_U64, .as.u64 = (uint64_t)INT64_MAX + 1},
    {.kind = ENT_U64, .as.u64 = UINT64_MAX},
};

static void integer_keys_sort_as_numbers(void **state) {
  unsigned char a[ENT_KEY_INTEGER_SIZE];
  unsigned char b[ENT_KEY_INTEGER_SIZE];

  (void)state;
  for (size_t i = 1; i < ENT_COUNT(integers); i++) {
    ent_key_encode_integer(&integers[i - 1], a);
    ent_key_encode_integer(&integers[i], b);
    assert_true(memcmp(a, b, sizeof(a)) < 0);
  }
}

static void integer_keys_come_back(void **state) {
  (void)state;
  for (size_t i = 0; i < ENT_COUNT(integers); i++) {
    unsigned char bytes[ENT_KEY_INTEGER_SIZE];
    ent_value back;

    ent_key_encode_integer(&integers[i], bytes);
    back = ent_key_decode_integer(bytes);
    assert_int_equal(back.kind, integers[i].kind);
    assert_true(back.as.u64 == integers[i].as.u64);
  }
}

static ent_value text(const char *bytes, size_t size) {
  return ent_value_bytes(ENT_TEXT, bytes, size);
}

/* Parts in ascending order, within each kind. */
static void parts_keep_their_order(void **state) {
  const ent_value parts[] = {
      ent_value_i64(-5),
      ent_value_i64(7),
      ent_value_f64(-1e300),
      ent_value_f64(-0.5),
      ent_value_f64(0.25),
      ent_value_f64(1e300),
      text("", 0),
      text("\0", 1),
      text("\0\0", 2),
      text("\0\1", 2),
      text("a", 1),
      text("a\0", 2),
      text("ab", 2),
      text("b", 1),
      ent_value_bytes(ENT_BLOB, "", 0),
      ent_value_bytes(ENT_BLOB, "\xff", 1),
  };
  ent_error err = {0};
  ent_buf last;
  ent_buf next;

  (void)state;
  ent_buf_init(&last, ENT_KEY_CEILING);
  ent_buf_init(&next, ENT_KEY_CEILING);
  for (size_t i = 0; i < ENT_COUNT(parts); i++) {
    ent_buf swapped = last;
    ent_key a;
    ent_key b;

    next.size = 0;
    assert_int_equal(ent_key_append_part(&next, &parts[i], &err), ENT_OK);
    a = (ent_key){last.data, (uint32_t)last.size};
    b = (ent_key){next.data, (uint32_t)next.size};
    assert_true(ent_key_compare(&a, &b) < 0);
    assert_true(ent_key_compare(&b, &a) > 0);
    assert_int_equal(ent_key_compare(&b, &b), 0);
    last = next;
    next = swapped;
  }
  ent_buf_done(&last);
  ent_buf_done(&next);
}

/* Whatever byte they differ in, and however long they are. */
static void keys_are_in_the_order_of_their_bytes(void **state) {
  enum { ENT_LONGEST = 24 };

  (void)state;
  for (uint32_t size = 1; size <= ENT_LONGEST; size++) {
    for (uint32_t at = 0; at < size; at++) {
      unsigned char less[ENT_LONGEST] = {0};
      unsigned char more[ENT_LONGEST] = {0};
      ent_key a = {less, size};
      ent_key b = {more, size};

      less[at] = 0x7f;
      more[at] = 0x80;
      if (at + 1 < size) less[size - 1] = 0xff;
      assert_true(ent_key_compare(&a, &b) < 0);
      assert_true(ent_key_compare(&b, &a) > 0);
      b = (ent_key){less, size - 1};
      assert_true(ent_key_compare(&a, &b) > 0);
      assert_true(ent_key_compare(&b, &a) < 0);
      assert_int_equal(ent_key_compare(&b, &b), 0);
    }
  }
}

static void a_composite_key_comes_back_part_by_part(void **state) {
  const ent_value parts[] = {
      ent_value_i64(-1),
      text("a\0b\0", 4),
      ent_value_bytes(ENT_BLOB, "\0\xff\0", 3),
      ent_value_f64(-2.5),
      ent_value_u64(UINT64_MAX),
      text("", 0),
  };
  ent_error err = {0};
  ent_buf key;
  ent_buf scratch;
  const unsigned char *at;
  const unsigned char *end;

  (void)state;
  ent_buf_init(&key, ENT_KEY_CEILING);
  ent_buf_init(&scratch, ENT_KEY_CEILING);
  for (size_t i = 0; i < ENT_COUNT(parts); i++) {
    assert_int_equal(ent_key_append_part(&key, &parts[i], &err), ENT_OK);
  }
  at = (const unsigned char *)key.data;
  end = at + key.size;
  for (size_t i = 0; i < ENT_COUNT(parts); i++) {
    ent_value back;

    scratch.size = 0;
    assert_int_equal(ent_key_next_part(&at, end, &scratch, &back, &err),
                     ENT_OK);
    assert_int_equal(back.kind, parts[i].kind);
    if (back.kind == ENT_TEXT || back.kind == ENT_BLOB) {
      assert_int_equal(back.as.bytes.size, parts[i].as.bytes.size);
      assert_memory_equal(back.as.bytes.data, parts[i].as.bytes.data,
                          back.as.bytes.size);
    } else {
      assert_true(back.as.u64 == parts[i].as.u64);
    }
  }
  assert_ptr_equal(at, end);
  ent_buf_done(&key);
  ent_buf_done(&scratch);
}

static void bytes_that_are_no_key_are_refused(void **state) {
  static const char *const keys[] = {"",      "\x11",        "\x10\x02",
                                     "\x20z", "\0301234567", "\x30\0\x01"};
  static const size_t sizes[] = {0, 1, 2, 2, 8, 3};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(sizes); i++) {
    const unsigned char *at = (const unsigned char *)keys[i];
    ent_error err = {0};
    ent_buf scratch;
    ent_value part;

    ent_buf_init(&scratch, ENT_KEY_CEILING);
    assert_int_equal(
        ent_key_next_part(&at, at + sizes[i], &scratch, &part, &err),
        ENT_MISMATCH);
    ent_buf_done(&scratch);
  }
}

static void no_key_has_null(void **state) {
  ent_value null = {.kind = ENT_NULL};
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, ENT_KEY_CEILING);
  assert_int_equal(ent_key_append_part(&buf, &null, NULL), ENT_MISMATCH);
  ent_buf_done(&buf);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(integer_keys_sort_as_numbers),
      cmocka_unit_test(integer_keys_come_back),
      cmocka_unit_test(parts_keep_their_order),
      cmocka_unit_test(keys_are_in_the_order_of_their_bytes),
      cmocka_unit_test(a_composite_key_comes_back_part_by_part),
      cmocka_unit_test(bytes_that_are_no_key_are_refused),
      cmocka_unit_test(no_key_has_null),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
