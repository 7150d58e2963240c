/* Rows read before they are wanted: in memory, then in a file. */
#include "backends/spool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Appends a row of its number and a text of so many bytes. */
static void add(ent_spool *spool, int64_t number, size_t size) {
  ent_error err = {.status = ENT_OK};
  char *text = malloc(size + 1);
  ent_row_writer writer;
  ent_value values[2];

  assert_non_null(text);
  memset(text, 'a' + (int)(number % 26), size);
  values[0] = ent_value_i64(number);
  values[1] = ent_value_bytes(ENT_ASCII, text, size);
  assert_int_equal(ent_row_begin(&writer, ent_spool_end(spool), 2, &err),
                   ENT_OK);
  for (int i = 0; i < 2; i++)
    assert_int_equal(ent_row_put(&writer, &values[i], &err), ENT_OK);
  ent_row_end(&writer);
  assert_int_equal(ent_spool_added(spool, &err), ENT_OK);
  free(text);
}

/* Reads all rows: each must be whole, and next to the one before. */
static void expect_rows(ent_spool *spool, int64_t n, size_t size) {
  ent_error err = {.status = ENT_OK};
  const ent_row *const *rows;
  ent_status status;
  int64_t seen = 0;
  size_t count;

  while ((status = ent_spool_next(spool, &rows, &count, &err)) == ENT_OK) {
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
      ent_value text = ent_row_value(rows[i], 1);

      assert_true(ent_row_valid(rows[i], ent_row_size(rows[i])));
      assert_int_equal(ent_row_value(rows[i], 0).as.i64, seen++);
      assert_int_equal(text.as.bytes.size, size);
    }
  }
  assert_int_equal(status, ENT_DONE);
  assert_int_equal(seen, n);
  assert_int_equal(ent_spool_next(spool, &rows, &count, &err), ENT_DONE);
}

static void check(int64_t n, size_t size) {
  ent_spool *spool;

  assert_int_equal(ent_spool_open(&spool, NULL), ENT_OK);
  for (int64_t i = 0; i < n; i++)
    add(spool, i, size);
  expect_rows(spool, n, size);
  ent_spool_close(spool);
}

static void an_empty_one_ends_at_once(void **state) {
  (void)state;
  check(0, 0);
}

static void few_rows_stay_in_memory(void **state) {
  (void)state;
  check(1, 0);
  check(1000, 100);
}

static void many_rows_go_on_in_a_file(void **state) {
  (void)state;
  check(40000, 1000);
}

static void a_row_may_be_larger_than_a_chunk(void **state) {
  (void)state;
  check(30, 2 << 20);
}

static void one_that_was_not_read_is_closed(void **state) {
  ent_spool *spool;

  (void)state;
  assert_int_equal(ent_spool_open(&spool, NULL), ENT_OK);
  for (int64_t i = 0; i < 20000; i++)
    add(spool, i, 1000);
  ent_spool_close(spool);
  ent_spool_close(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_empty_one_ends_at_once),
      cmocka_unit_test(few_rows_stay_in_memory),
      cmocka_unit_test(many_rows_go_on_in_a_file),
      cmocka_unit_test(a_row_may_be_larger_than_a_chunk),
      cmocka_unit_test(one_that_was_not_read_is_closed),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
