/* Packed rows: what is written is read again, and nothing else is taken for a
 * row. */
#include "backends/base/row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ENT_CEILING = 1 << 20 };

static const char all_bytes[] = "\0\xFF\x7F\x80 a\0";

/* One value of every kind, with the extremes. */
static const ent_value samples[] = {
    {.kind = ENT_NULL},
    {.kind = ENT_I64, .as.i64 = 0},
    {.kind = ENT_I64, .as.i64 = -1},
    {.kind = ENT_I64, .as.i64 = INT64_MIN},
    {.kind = ENT_I64, .as.i64 = INT64_MAX},
    {.kind = ENT_U64, .as.u64 = (uint64_t)INT64_MAX + 1},
    {.kind = ENT_U64, .as.u64 = UINT64_MAX},
    {.kind = ENT_F64, .as.f64 = 0.1},
    {.kind = ENT_F64, .as.f64 = -1.7976931348623157e308},
    {.kind = ENT_F64, .as.f64 = 5e-324},
    {.kind = ENT_ASCII, .as.bytes = {"", 0}},
    {.kind = ENT_ASCII, .as.bytes = {"2024-02-29 23:59:59.999999", 26}},
    {.kind = ENT_TEXT, .as.bytes = {"", 0}},
    {.kind = ENT_TEXT, .as.bytes = {"\xE2\x82\xAC\0x", 5}},
    {.kind = ENT_BLOB, .as.bytes = {"", 0}},
    {.kind = ENT_BLOB, .as.bytes = {all_bytes, sizeof(all_bytes)}},
    {.kind = ENT_NULL},
};

static void put_row(ent_buf *buf, const ent_value *values, uint16_t n) {
  ent_row_writer writer;
  ent_error err = {0};

  assert_int_equal(ent_row_begin(&writer, buf, n, &err), ENT_OK);
  for (uint16_t i = 0; i < n; i++) {
    assert_int_equal(ent_row_put(&writer, &values[i], &err), ENT_OK);
  }
  ent_row_end(&writer);
}

static void assert_same(const ent_value *got, const ent_value *expected) {
  assert_int_equal(got->kind, expected->kind);
  switch (expected->kind) {
  case ENT_NULL: break;
  case ENT_I64:
  case ENT_U64:
  case ENT_F64:
    assert_memory_equal(&got->as.u64, &expected->as.u64, sizeof(uint64_t));
    break;
  case ENT_ASCII:
  case ENT_TEXT:
  case ENT_BLOB:
  case ENT_DIGITS:
    assert_int_equal(got->as.bytes.size, expected->as.bytes.size);
    assert_memory_equal(got->as.bytes.data, expected->as.bytes.data,
                        expected->as.bytes.size);
    assert_int_equal(got->as.bytes.data[got->as.bytes.size], 0);
    break;
  }
}

static const ent_row *row_at(const ent_buf *buf, size_t at) {
  return (const ent_row *)buf->data + at;
}

static void every_kind_is_read_as_it_was_written(void **state) {
  ent_buf buf;
  const ent_row *row;

  (void)state;
  ent_buf_init(&buf, ENT_CEILING);
  put_row(&buf, samples, ENT_COUNT(samples));
  row = row_at(&buf, 0);
  assert_int_equal(ent_row_n_columns(row), ENT_COUNT(samples));
  assert_int_equal(ent_row_size(row), buf.size);
  assert_true(ent_row_valid(row, buf.size));
  for (unsigned i = 0; i < ENT_COUNT(samples); i++) {
    ent_value value = ent_row_value(row, i);

    assert_same(&value, &samples[i]);
  }
  ent_buf_done(&buf);
}

static void the_bytes_are_those_of_version_1(void **state) {
  static const unsigned char expected[] = {
      1,   0,   4,   0,   42,  0,   0,   0,   /* header */
      0,   1,   4,   6,                       /* kinds */
      0,   0,   0,   0,   8,   0,   0,   0,   /* ends */
      11,  0,   0,   0,   14,  0,   0,   0,   /* ends */
      254, 255, 255, 255, 255, 255, 255, 255, /* -2 */
      'a', 'b', 0,   0,   255, 0,             /* "ab", 00 ff */
  };
  const ent_value values[] = {
      {.kind = ENT_NULL},
      ent_value_i64(-2),
      ent_value_bytes(ENT_ASCII, "ab", 2),
      ent_value_bytes(ENT_BLOB, "\0\xFF", 2),
  };
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, ENT_CEILING);
  put_row(&buf, values, 4);
  assert_int_equal(buf.size, sizeof(expected));
  assert_memory_equal(buf.data, expected, sizeof(expected));
  ent_buf_done(&buf);
}

static void rows_stand_behind_each_other_unaligned(void **state) {
  ent_error err = {0};
  ent_value number = ent_value_i64(0x0102030405060708);
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, ENT_CEILING);
  for (size_t i = 0; i < 8; i++) {
    size_t at = buf.size;
    ent_value value;

    put_row(&buf, &number, 1);
    value = ent_row_value(row_at(&buf, at), 0);
    assert_same(&value, &number);
    assert_int_equal(ent_row_size(row_at(&buf, at)), buf.size - at);
    assert_int_equal(ent_buf_append(&buf, "x", 1, &err), ENT_OK);
  }
  ent_buf_done(&buf);
}

static void a_row_may_have_no_column(void **state) {
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, ENT_CEILING);
  put_row(&buf, NULL, 0);
  assert_int_equal(buf.size, ENT_ROW_HEADER);
  assert_int_equal(ent_row_n_columns(row_at(&buf, 0)), 0);
  assert_true(ent_row_valid(buf.data, buf.size));
  ent_buf_done(&buf);
}

static void a_row_may_have_65535_columns(void **state) {
  ent_value *values = calloc(UINT16_MAX, sizeof(*values));
  ent_value value;
  ent_buf buf;

  (void)state;
  assert_non_null(values);
  for (int i = 0; i < UINT16_MAX; i++)
    values[i] = ent_value_i64(i);
  ent_buf_init(&buf, ENT_CEILING);
  put_row(&buf, values, UINT16_MAX);
  assert_int_equal(ent_row_n_columns(row_at(&buf, 0)), UINT16_MAX);
  assert_true(ent_row_valid(buf.data, buf.size));
  for (unsigned i = 0; i < UINT16_MAX; i += 4681) {
    value = ent_row_value(row_at(&buf, 0), i);
    assert_same(&value, &values[i]);
  }
  value = ent_row_value(row_at(&buf, 0), UINT16_MAX - 1);
  assert_same(&value, &values[UINT16_MAX - 1]);
  ent_buf_done(&buf);
  free(values);
}

static void a_caller_may_write_bytes_in_place(void **state) {
  ent_row_writer writer;
  ent_error err = {0};
  ent_value value;
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, ENT_CEILING);
  assert_int_equal(ent_row_begin(&writer, &buf, 2, &err), ENT_OK);
  assert_int_equal(ent_row_room(&writer, 1000, &err), ENT_OK);
  memset(writer.at, 's', 7);
  ent_row_put_filled(&writer, ENT_ASCII, 7);
  assert_int_equal(ent_row_room(&writer, 0, &err), ENT_OK);
  ent_row_put_filled(&writer, ENT_BLOB, 0);
  ent_row_end(&writer);
  assert_true(ent_row_valid(buf.data, buf.size));
  value = ent_row_value(row_at(&buf, 0), 0);
  assert_int_equal(value.as.bytes.size, 7);
  assert_string_equal(value.as.bytes.data, "sssssss");
  ent_buf_done(&buf);
}

static void a_row_past_the_ceiling_can_be_taken_back(void **state) {
  static const char long_text[200] = {0};
  ent_value text = ent_value_bytes(ENT_BLOB, long_text, sizeof(long_text));
  ent_row_writer writer;
  ent_error err = {0};
  ent_buf buf;
  size_t before;

  (void)state;
  ent_buf_init(&buf, 100);
  put_row(&buf, samples, 2);
  before = buf.size;
  assert_int_equal(ent_row_begin(&writer, &buf, 1, &err), ENT_OK);
  assert_int_equal(ent_row_put(&writer, &text, &err), ENT_TOO_BIG);
  ent_row_drop(&writer);
  assert_int_equal(buf.size, before);
  assert_true(ent_row_valid(buf.data, buf.size));
  assert_int_equal(ent_row_begin(&writer, &buf, 1000, NULL), ENT_TOO_BIG);
  ent_row_drop(&writer);
  assert_int_equal(buf.size, before);
  ent_buf_done(&buf);
}

static void a_row_of_2_gib_is_refused(void **state) {
  ent_row_writer writer;
  ent_error err = {0};
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, SIZE_MAX);
  assert_int_equal(ent_row_begin(&writer, &buf, 1, &err), ENT_OK);
  assert_int_equal(ent_row_room(&writer, ENT_ROW_MAX_SIZE - 13, &err),
                   ENT_TOO_BIG);
  assert_string_equal(err.text, "a row of 2 GiB or more");
  assert_int_equal(ent_row_room(&writer, SIZE_MAX, NULL), ENT_TOO_BIG);
  ent_buf_done(&buf);
}

static void every_truncation_is_refused(void **state) {
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, ENT_CEILING);
  put_row(&buf, samples, ENT_COUNT(samples));
  for (size_t size = 0; size < buf.size; size++) {
    /* A copy, so that a sanitizer sees what is read behind it. */
    unsigned char *copy = malloc(size ? size : 1);

    assert_non_null(copy);
    memcpy(copy, buf.data, size);
    if (ent_row_valid(copy, size)) fail_msg("%zu bytes", size);
    if (size >= ENT_ROW_HEADER) {
      memcpy(copy + 4, &(uint32_t){(uint32_t)size}, 4);
      if (ent_row_valid(copy, size)) fail_msg("%zu bytes, said so", size);
    }
    free(copy);
  }
  ent_buf_done(&buf);
}

static void a_byte_too_many_is_refused(void **state) {
  ent_error err = {0};
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, ENT_CEILING);
  put_row(&buf, samples, ENT_COUNT(samples));
  assert_int_equal(ent_buf_append(&buf, "", 1, &err), ENT_OK);
  assert_false(ent_row_valid(buf.data, buf.size));
  buf.data[4]++;
  assert_false(ent_row_valid(buf.data, buf.size));
  ent_buf_done(&buf);
}

/* Reads all of a row that was found valid; a sanitizer watches. */
static uint64_t sum_of(const ent_row *row) {
  uint64_t sum = 0;

  for (unsigned i = 0; i < ent_row_n_columns(row); i++) {
    ent_value value = ent_row_value(row, i);

    if (value.kind == ENT_NULL) continue;
    if (value.kind < ENT_ASCII) {
      sum += value.as.u64;
      continue;
    }
    for (size_t k = 0; k <= value.as.bytes.size; k++) {
      sum += (unsigned char)value.as.bytes.data[k];
    }
  }
  return sum;
}

/* How many other bytes at one place still leave a row; `may_change` says
 * whether any may. */
static int try_bytes(ent_buf *buf, size_t at, bool may_change) {
  char was = buf->data[at];
  int n_valid = 0;

  for (int byte = 0; byte < 256; byte++) {
    buf->data[at] = (char)byte;
    if ((char)byte == was || !ent_row_valid(buf->data, buf->size)) continue;
    if (!may_change) fail_msg("byte %d at %zu", byte, at);
    n_valid += sum_of(row_at(buf, 0)) != UINT64_MAX;
  }
  buf->data[at] = was;
  return n_valid;
}

/* A kind may become another of the same size, and an end may move between two
 * texts; what is accepted is read whole, while a sanitizer watches. */
static void a_changed_head_is_refused_or_still_a_row(void **state) {
  size_t kinds_end = ENT_ROW_HEADER + ENT_COUNT(samples);
  size_t head = kinds_end + 4 * ENT_COUNT(samples);
  int n_valid = 0;
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, ENT_CEILING);
  put_row(&buf, samples, ENT_COUNT(samples));
  for (size_t at = 0; at < head; at++) {
    n_valid += try_bytes(&buf, at, at >= ENT_ROW_HEADER);
  }
  assert_true(n_valid > 0);
  assert_true(ent_row_valid(buf.data, buf.size));
  ent_buf_done(&buf);
}

static void an_unknown_kind_is_refused(void **state) {
  ent_value text = ent_value_bytes(ENT_TEXT, "12", 2);
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, ENT_CEILING);
  put_row(&buf, &text, 1);
  for (int kind = ENT_BLOB + 1; kind < 256; kind++) {
    buf.data[ENT_ROW_HEADER] = (char)kind;
    if (ent_row_valid(buf.data, buf.size)) fail_msg("kind %d", kind);
  }
  buf.data[ENT_ROW_HEADER] = ENT_BLOB;
  assert_true(ent_row_valid(buf.data, buf.size));
  ent_buf_done(&buf);
}

static void ascii_must_be_ascii_and_end_with_a_nul(void **state) {
  ent_value text = ent_value_bytes(ENT_ASCII, "abc", 3);
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, ENT_CEILING);
  put_row(&buf, &text, 1);
  for (size_t i = 1; i <= 3; i++) {
    char was = buf.data[buf.size - 1 - i];

    buf.data[buf.size - 1 - i] = '\0';
    assert_false(ent_row_valid(buf.data, buf.size));
    buf.data[buf.size - 1 - i] = '\x80';
    assert_false(ent_row_valid(buf.data, buf.size));
    buf.data[buf.size - 1 - i] = was;
  }
  buf.data[buf.size - 1] = 'd';
  assert_false(ent_row_valid(buf.data, buf.size));
  ent_buf_done(&buf);
}

static void other_versions_are_refused(void **state) {
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, ENT_CEILING);
  put_row(&buf, samples, 1);
  buf.data[0] = 2;
  assert_false(ent_row_valid(buf.data, buf.size));
  buf.data[0] = 1;
  buf.data[1] = 1;
  assert_false(ent_row_valid(buf.data, buf.size));
  buf.data[1] = 0;
  assert_true(ent_row_valid(buf.data, buf.size));
  ent_buf_done(&buf);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_kind_is_read_as_it_was_written),
      cmocka_unit_test(the_bytes_are_those_of_version_1),
      cmocka_unit_test(rows_stand_behind_each_other_unaligned),
      cmocka_unit_test(a_row_may_have_no_column),
      cmocka_unit_test(a_row_may_have_65535_columns),
      cmocka_unit_test(a_caller_may_write_bytes_in_place),
      cmocka_unit_test(a_row_past_the_ceiling_can_be_taken_back),
      cmocka_unit_test(a_row_of_2_gib_is_refused),
      cmocka_unit_test(every_truncation_is_refused),
      cmocka_unit_test(a_byte_too_many_is_refused),
      cmocka_unit_test(a_changed_head_is_refused_or_still_a_row),
      cmocka_unit_test(an_unknown_kind_is_refused),
      cmocka_unit_test(ascii_must_be_ascii_and_end_with_a_nul),
      cmocka_unit_test(other_versions_are_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
