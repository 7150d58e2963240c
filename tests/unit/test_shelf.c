/* A shelf gives up every use that it took over, once. */
#include "backends/shelf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ENT_MANY = 5000 };

static int uses[ENT_MANY]; /* that the shelf has of each */

static void release(const void *item) {
  const int *use = item;

  uses[use - uses]--;
}

static bool put(ent_shelf *shelf, int at, uint32_t size) {
  bool is_there = ent_shelf_put(shelf, &uses[at], size, release);

  uses[at] += is_there;
  return is_there;
}

static void assert_no_uses(void) {
  for (int i = 0; i < ENT_MANY; i++)
    assert_int_equal(uses[i], 0);
}

static void an_empty_one_can_be_emptied(void **state) {
  ent_shelf shelf = {.n = 0};

  (void)state;
  ent_shelf_empty(&shelf);
  ent_shelf_done(&shelf);
  assert_null(shelf.items);
}

static void the_last_use_can_be_kept_alone(void **state) {
  ent_shelf shelf = {.n = 0};

  (void)state;
  ent_shelf_keep_last(&shelf);
  assert_int_equal(shelf.n, 0);
  for (int i = 0; i < ENT_MANY; i++)
    assert_true(put(&shelf, i, 10 + (uint32_t)i));
  ent_shelf_keep_last(&shelf);
  for (int i = 0; i < ENT_MANY - 1; i++)
    assert_int_equal(uses[i], 0);
  assert_int_equal(uses[ENT_MANY - 1], 1);
  assert_int_equal(shelf.n, 1);
  ent_shelf_keep_last(&shelf);
  assert_int_equal(uses[ENT_MANY - 1], 1);
  assert_in_range(shelf.bytes, 10 + ENT_MANY - 1, 200 + ENT_MANY);
  assert_true(put(&shelf, 0, 10));
  ent_shelf_done(&shelf);
  assert_no_uses();
}

static void each_use_is_given_up_when_it_is_emptied(void **state) {
  ent_shelf shelf = {.n = 0};

  (void)state;
  for (int i = 0; i < ENT_MANY; i++)
    assert_true(put(&shelf, i, 10));
  assert_true(put(&shelf, 7, 10));
  assert_int_equal(uses[7], 2);
  assert_int_equal(shelf.n, ENT_MANY + 1);
  ent_shelf_empty(&shelf);
  assert_no_uses();
  assert_int_equal(shelf.n, 0);
  assert_int_equal(shelf.bytes, 0);
  assert_true(put(&shelf, 3, 10));
  ent_shelf_done(&shelf);
  assert_no_uses();
  assert_null(shelf.items);
}

static void little_memory_stays_and_much_goes(void **state) {
  ent_shelf shelf = {.n = 0};

  (void)state;
  assert_true(put(&shelf, 0, 1));
  ent_shelf_empty(&shelf);
  assert_non_null(shelf.items);
  for (int i = 0; i < ENT_MANY; i++)
    assert_true(put(&shelf, i, 1));
  ent_shelf_empty(&shelf);
  assert_null(shelf.items);
  assert_int_equal(shelf.capacity, 0);
  assert_no_uses();
}

static void it_takes_no_more_bytes_than_it_may_have(void **state) {
  ent_shelf shelf = {.n = 0};
  int n = 0;

  (void)state;
  assert_false(put(&shelf, 0, ENT_SHELF_MAX));
  assert_false(put(&shelf, 0, UINT32_MAX));
  assert_int_equal(shelf.n, 0);
  while (put(&shelf, n, 1 << 20))
    n++;
  assert_int_equal(n, (ENT_SHELF_MAX >> 20) - 1);
  assert_true(shelf.bytes <= ENT_SHELF_MAX);
  assert_true(put(&shelf, n, 1000));
  ent_shelf_empty(&shelf);
  assert_no_uses();
  assert_true(put(&shelf, 0, 1 << 20));
  ent_shelf_done(&shelf);
  assert_no_uses();
}

/* Items that cost nothing else are not for nothing. */
static void many_small_ones_have_an_end(void **state) {
  ent_shelf shelf = {.n = 0};
  int n = 0;

  (void)state;
  while (put(&shelf, 0, 0))
    n++;
  assert_int_equal(uses[0], n);
  assert_true(n > 1000 && n <= ENT_SHELF_MAX / 64);
  ent_shelf_done(&shelf);
  assert_no_uses();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_empty_one_can_be_emptied),
      cmocka_unit_test(the_last_use_can_be_kept_alone),
      cmocka_unit_test(each_use_is_given_up_when_it_is_emptied),
      cmocka_unit_test(little_memory_stays_and_much_goes),
      cmocka_unit_test(it_takes_no_more_bytes_than_it_may_have),
      cmocka_unit_test(many_small_ones_have_an_end),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
