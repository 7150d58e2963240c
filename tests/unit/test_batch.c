/* What one request has read ahead: groups of rows, by key and in the order of
 * asking. */
#include "vtab/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static ent_key key_of(const char *text) {
  return (ent_key){.data = text, .size = (uint32_t)strlen(text)};
}

/* A batch of these keys, in this order. */
static void start(ent_batch *batch, const char *const *texts, size_t n) {
  ent_error err = {.status = ENT_OK};
  ent_key keys[8];

  for (size_t i = 0; i < n; i++)
    keys[i] = key_of(texts[i]);
  assert_int_equal(ent_batch_start(batch, keys, n, &err), ENT_OK);
}

static void groups_stand_by_key_and_know_their_turn(void **state) {
  const char *const texts[] = {"c", "a", "c", "", "b", "a"};
  const char *const sorted[] = {"", "a", "b", "c"};
  const size_t positions[] = {2, 1, 3, 0};
  ent_batch batch;

  (void)state;
  ent_batch_init(&batch);
  start(&batch, texts, 6);
  assert_int_equal(batch.n, 4);
  for (size_t i = 0; i < 4; i++) {
    ent_key key = key_of(sorted[i]);

    assert_int_equal(ent_key_compare(&batch.groups[i], &key), 0);
    assert_int_equal(batch.groups[i].position, positions[i]);
    assert_ptr_equal(ent_batch_look(&batch, &key), &batch.groups[i]);
  }
  ent_batch_done(&batch);
}

static void rows_stand_in_the_order_of_asking(void **state) {
  const char *const texts[] = {"c", "a", "b"};
  const ent_row rows[5] = {0, 1, 2, 3, 4};
  /* As a server gives them: by key. */
  const ent_batch_row given[] = {
      {0, rows}, {0, rows + 1}, {2, rows + 2}, {2, rows + 3}, {2, rows + 4}};
  const int expected[] = {2, 3, 4, 0, 1};
  ent_error err = {.status = ENT_OK};
  ent_batch batch;

  (void)state;
  ent_batch_init(&batch);
  start(&batch, texts, 3);
  assert_int_equal(ent_batch_lay(&batch, given, 5, &err), ENT_OK);
  assert_int_equal(batch.n_rows, 5);
  for (int i = 0; i < 5; i++)
    assert_int_equal(*batch.rows[i], expected[i]);
  assert_int_equal(batch.groups[0].start, 3);
  assert_int_equal(batch.groups[0].n, 2);
  assert_int_equal(batch.groups[1].n, 0);
  assert_int_equal(batch.groups[2].start, 0);
  assert_int_equal(batch.groups[2].n, 3);
  ent_batch_done(&batch);
}

static void each_group_is_used_once_and_never_where_it_is_cut(void **state) {
  const char *const texts[] = {"c", "a", "b"};
  ent_key a = key_of("a"), b = key_of("b"), c = key_of("c"), d = key_of("d");
  ent_batch batch;

  (void)state;
  ent_batch_init(&batch);
  start(&batch, texts, 3);
  batch.groups[1].is_cut = true;
  assert_ptr_equal(ent_batch_use(&batch, &c), &batch.groups[2]);
  assert_ptr_equal(ent_batch_use(&batch, &a), &batch.groups[0]);
  assert_null(ent_batch_use(&batch, &b));
  assert_null(ent_batch_use(&batch, &d));
  assert_int_equal(batch.n_used, 2);
  assert_ptr_equal(ent_batch_use(&batch, &a), &batch.groups[0]);
  assert_ptr_equal(ent_batch_use(&batch, &c), &batch.groups[2]);
  assert_int_equal(batch.n_used, 2);
  ent_batch_done(&batch);
}

static void a_cleared_batch_knows_nothing(void **state) {
  const char *const texts[] = {"a"};
  ent_key a = key_of("a");
  ent_batch batch;

  (void)state;
  ent_batch_init(&batch);
  assert_null(ent_batch_look(&batch, &a));
  start(&batch, texts, 1);
  ent_batch_clear(&batch);
  assert_null(ent_batch_look(&batch, &a));
  assert_null(ent_batch_use(&batch, &a));
  start(&batch, texts, 1);
  assert_non_null(ent_batch_use(&batch, &a));
  assert_int_equal(batch.n_used, 1);
  ent_batch_done(&batch);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(groups_stand_by_key_and_know_their_turn),
      cmocka_unit_test(rows_stand_in_the_order_of_asking),
      cmocka_unit_test(each_group_is_used_once_and_never_where_it_is_cut),
      cmocka_unit_test(a_cleared_batch_knows_nothing),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
