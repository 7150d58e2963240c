#include "vtab/listed_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ENT_TEST_CEILING = 1 << 24 };

static ent_key key_of(const char *text) {
  return (ent_key){(const unsigned char *)text, (uint32_t)strlen(text)};
}

static void add(ent_list_writer *writer, uint64_t hash, const char *text) {
  ent_key key = key_of(text);

  assert_int_equal(ent_list_add_key(writer, hash, &key, NULL), ENT_OK);
}

static void end(ent_list_writer *writer, ent_buf *row) {
  ent_buf_init(row, ENT_TEST_CEILING);
  assert_int_equal(ent_list_end(writer, row, NULL), ENT_OK);
  ent_list_done(writer);
  assert_true(ent_row_valid((const ent_row *)row->data, row->size));
}

static void check_entry(const ent_list_entry *entry, uint64_t hash,
                        const char *text) {
  ent_key key = key_of(text);

  assert_true(entry->hash == hash);
  assert_int_equal(ent_key_compare(&entry->key, &key), 0);
}

static void a_list_is_read_as_it_was_written(void **state) {
  ent_arena arena = {.blocks = NULL};
  ent_list_entry *entries;
  ent_list_writer writer;
  ent_buf row;
  size_t n;

  (void)state;
  ent_list_start(&writer);
  add(&writer, UINT64_MAX, "one");
  add(&writer, 0, "");
  add(&writer, UINT64_C(0x0102030405060708), "another one");
  end(&writer, &row);
  assert_true(
      ent_list_read_row((const ent_row *)row.data, &arena, &entries, &n));
  assert_int_equal(n, 3);
  check_entry(&entries[0], UINT64_MAX, "one");
  check_entry(&entries[1], 0, "");
  check_entry(&entries[2], UINT64_C(0x0102030405060708), "another one");
  ent_arena_done(&arena);
  ent_buf_done(&row);
}

static void a_list_may_be_empty(void **state) {
  ent_arena arena = {.blocks = NULL};
  ent_list_entry *entries;
  ent_list_writer writer;
  ent_buf row;
  size_t n = 1;

  (void)state;
  ent_list_start(&writer);
  end(&writer, &row);
  assert_true(
      ent_list_read_row((const ent_row *)row.data, &arena, &entries, &n));
  assert_int_equal(n, 0);
  ent_arena_done(&arena);
  ent_buf_done(&row);
}

static void a_list_has_no_more_keys_than_it_may(void **state) {
  ent_arena arena = {.blocks = NULL};
  ent_error err = {.status = ENT_OK};
  ent_list_entry *entries;
  ent_list_writer writer;
  ent_key key = key_of("k");
  ent_buf row;
  size_t n;

  (void)state;
  ent_list_start(&writer);
  for (int i = 0; i < ENT_LIST_MAX; i++)
    add(&writer, (uint64_t)i, "k");
  assert_int_equal(ent_list_add_key(&writer, 0, &key, &err), ENT_TOO_BIG);
  end(&writer, &row);
  assert_true(
      ent_list_read_row((const ent_row *)row.data, &arena, &entries, &n));
  assert_int_equal(n, ENT_LIST_MAX);
  assert_true(entries[ENT_LIST_MAX - 1].hash == ENT_LIST_MAX - 1);
  ent_arena_done(&arena);
  ent_buf_done(&row);
}

static void nor_more_bytes(void **state) {
  ent_error err = {.status = ENT_OK};
  char *bytes = calloc(1, ENT_LIST_BYTES);
  ent_key key = {(const unsigned char *)bytes, ENT_LIST_BYTES};
  ent_list_writer writer;

  (void)state;
  assert_non_null(bytes);
  ent_list_start(&writer);
  assert_int_equal(ent_list_add_key(&writer, 0, &key, &err), ENT_TOO_BIG);
  ent_list_done(&writer);
  free(bytes);
}

/* Whether a row of one value is read as a list. */
static bool reads(const ent_value *value) {
  ent_arena arena = {.blocks = NULL};
  ent_list_entry *entries;
  ent_row_writer writer;
  ent_buf row;
  size_t n;
  bool is;

  ent_buf_init(&row, ENT_TEST_CEILING);
  assert_int_equal(ent_row_begin(&writer, &row, 1, NULL), ENT_OK);
  assert_int_equal(ent_row_put(&writer, value, NULL), ENT_OK);
  ent_row_end(&writer);
  is = ent_list_read_row((const ent_row *)row.data, &arena, &entries, &n);
  ent_arena_done(&arena);
  ent_buf_done(&row);
  return is;
}

static bool reads_bytes(const char *bytes, size_t size) {
  ent_value value = ent_value_bytes(ENT_BLOB, bytes, size);

  return reads(&value);
}

/* Two keys, "ab" and "c". */
static const char whole[] = "\2\0\0\0"
                            "hashhash"
                            "\2\0\0\0ab"
                            "hashhash"
                            "\1\0\0\0c";
enum { ENT_WHOLE = sizeof(whole) - 1, ENT_SECOND = 4 + 12 + 2 };

static void what_is_too_long_is_none(void **state) {
  ent_arena arena = {.blocks = NULL};
  ent_list_entry *entries;
  ent_buf buf;
  size_t n;

  (void)state;
  ent_buf_init(&buf, 1000);
  assert_int_equal(ent_list_too_long(&buf, NULL), ENT_OK);
  assert_true(ent_row_valid((const ent_row *)buf.data, buf.size));
  assert_false(
      ent_list_read_row((const ent_row *)buf.data, &arena, &entries, &n));
  ent_buf_done(&buf);
  ent_arena_done(&arena);
}

static void what_is_cut_is_none(void **state) {
  (void)state;
  assert_true(reads_bytes(whole, ENT_WHOLE));
  for (size_t size = 0; size < ENT_WHOLE; size++)
    assert_false(reads_bytes(whole, size));
}

static void wrong_numbers_make_none(void **state) {
  static const struct {
    size_t at;
    char byte;
  } wrong[] = {{0, 1},
               {0, 3},
               {3, 1},
               {12, 1},
               {12, 3},
               {15, '\x7f'},
               {ENT_SECOND + 8, 0},
               {ENT_SECOND + 8, 2},
               {ENT_SECOND + 11, '\xff'}};
  char bytes[ENT_WHOLE];

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(wrong); i++) {
    memcpy(bytes, whole, ENT_WHOLE);
    bytes[wrong[i].at] = wrong[i].byte;
    assert_false(reads_bytes(bytes, ENT_WHOLE));
  }
}

static void bytes_behind_it_make_none(void **state) {
  char bytes[ENT_WHOLE + 1] = {0};

  (void)state;
  memcpy(bytes, whole, ENT_WHOLE);
  assert_false(reads_bytes(bytes, ENT_WHOLE + 1));
}

static void other_values_are_none(void **state) {
  ent_value number = ent_value_i64(0);
  ent_value text = ent_value_bytes(ENT_TEXT, whole, ENT_WHOLE);

  (void)state;
  assert_false(reads(&number));
  assert_false(reads(&text));
}

static uint64_t hash_of(ent_value one, ent_value two) {
  return ent_list_hash(ent_list_hash(0, &one), &two);
}

static void
the_hash_tells_values_apart_and_not_how_texts_are_kept(void **state) {
  ent_value a = ent_value_bytes(ENT_TEXT, "a", 1);
  ent_value ascii = ent_value_bytes(ENT_ASCII, "a", 1);
  ent_value blob = ent_value_bytes(ENT_BLOB, "a", 1);
  ent_value null = {.kind = ENT_NULL};
  ent_value real = {.kind = ENT_F64, .as.u64 = 1};
  const char kind[] = {ENT_TEXT, 'b'};
  const char behind[] = {'a', ENT_TEXT};
  ent_value shifted[] = {
      ent_value_bytes(ENT_TEXT, behind, 2), ent_value_bytes(ENT_TEXT, "b", 1),
      ent_value_bytes(ENT_TEXT, "a", 1), ent_value_bytes(ENT_TEXT, kind, 2)};

  (void)state;
  assert_true(hash_of(a, null) == hash_of(ascii, null));
  assert_true(hash_of(a, null) != hash_of(blob, null));
  assert_true(hash_of(a, null) != hash_of(null, a));
  assert_true(hash_of(ent_value_i64(1), a) != hash_of(ent_value_i64(2), a));
  assert_true(hash_of(ent_value_i64(1), a) != hash_of(real, a));
  assert_true(hash_of(shifted[0], shifted[1]) !=
              hash_of(shifted[2], shifted[3]));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_list_is_read_as_it_was_written),
      cmocka_unit_test(a_list_may_be_empty),
      cmocka_unit_test(a_list_has_no_more_keys_than_it_may),
      cmocka_unit_test(nor_more_bytes),
      cmocka_unit_test(what_is_too_long_is_none),
      cmocka_unit_test(what_is_cut_is_none),
      cmocka_unit_test(wrong_numbers_make_none),
      cmocka_unit_test(bytes_behind_it_make_none),
      cmocka_unit_test(other_values_are_none),
      cmocka_unit_test(the_hash_tells_values_apart_and_not_how_texts_are_kept),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
