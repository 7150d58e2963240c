#include "cache/local.h"

#include "tests/unit/local_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A row that was asked for before it was changed must not be kept after. */

enum { ENT_PERSON = 7, ENT_HOUSE = 8 };

/* A row of person is asked for, something happens, it comes. */
static bool is_kept_beside(void (*something)(ent_local *cache),
                           const char *before) {
  ent_local *cache = ent_local_new(0, ENT_PLENTY);
  ent_local_space *space = ent_local_space_of(cache, ENT_PERSON, 1);
  ent_local_row row = {"asked for", 9, .until_ms = 0};
  test_key bytes;
  ent_key key = key_of(&bytes, 1);
  ent_local_mark mark;
  ent_local_totals totals;
  bool is_kept;

  if (before) assert_true(put_text(space, 1, before));
  mark = ent_local_note(space, key);
  something(cache);
  is_kept = ent_local_put(space, key, &row, mark);
  assert_int_equal(has_text(space, 1, "asked for"), is_kept);
  ent_local_count(cache, &totals);
  assert_int_equal(totals.refused_puts, !is_kept);
  assert_true(put_text(space, 1, "asked for again"));
  assert_true(has_text(space, 1, "asked for again"));
  ent_local_free(cache);
  return is_kept;
}

static void nothing(ent_local *cache) {
  (void)cache;
}

static void remove_it(ent_local *cache) {
  remove_id(cache, ENT_PERSON, 1);
}

static void forget_its_table(ent_local *cache) {
  ent_local_forget(cache, ENT_PERSON);
}

static void forget_another_table(ent_local *cache) {
  put_text(ent_local_space_of(cache, ENT_HOUSE, 1), 1, "house");
  ent_local_forget(cache, ENT_HOUSE);
}

static void put_another_row(ent_local *cache) {
  put_text(ent_local_space_of(cache, ENT_PERSON, 1), 2, "anna");
}

static void put_another_layout(ent_local *cache) {
  put_text(ent_local_space_of(cache, ENT_PERSON, 2), 1, "anna");
}

static void a_row_is_kept_where_nothing_was_removed(void **state) {
  (void)state;
  assert_true(is_kept_beside(nothing, NULL));
  assert_true(is_kept_beside(nothing, "there"));
  assert_true(is_kept_beside(put_another_row, NULL));
  assert_true(is_kept_beside(put_another_layout, NULL));
  assert_true(is_kept_beside(forget_another_table, NULL));
}

static void a_row_that_was_removed_meanwhile_is_not_kept(void **state) {
  (void)state;
  assert_false(is_kept_beside(remove_it, "there"));
  assert_false(is_kept_beside(remove_it, NULL));
}

static void
a_row_whose_table_was_forgotten_meanwhile_is_not_kept(void **state) {
  (void)state;
  assert_false(is_kept_beside(forget_its_table, "there"));
  assert_false(is_kept_beside(forget_its_table, NULL));
}

static void a_row_is_not_kept_across_a_clear(void **state) {
  (void)state;
  assert_false(is_kept_beside(ent_local_clear, "there"));
  assert_false(is_kept_beside(ent_local_clear, NULL));
}

/* Of every shard: whoever adds spaces later finds it said, too. */
static void a_clear_counts_as_a_removal_everywhere(void **state) {
  ent_local *cache = ent_local_new(0, ENT_PLENTY);
  ent_local_space *space = ent_local_space_of(cache, ENT_PERSON, 1);
  static uint64_t counts[1000];
  test_key bytes;

  (void)state;
  for (uint64_t id = 0; id < ENT_COUNT(counts); id++)
    counts[id] = ent_local_note(space, key_of(&bytes, id)).n_removals;
  ent_local_clear(cache);
  for (uint64_t id = 0; id < ENT_COUNT(counts); id++) {
    assert_true(ent_local_note(space, key_of(&bytes, id)).n_removals >
                counts[id]);
  }
  ent_local_free(cache);
}

/* A removal voids marks of its shard alone: of many keys, most are kept. */
static void a_removal_voids_few_marks(void **state) {
  enum { ENT_KEYS = 1000 };
  ent_local *cache = ent_local_new(0, ENT_PLENTY);
  ent_local_space *space = ent_local_space_of(cache, ENT_PERSON, 1);
  static ent_local_mark marks[ENT_KEYS];
  ent_local_row row = {"x", 1, .until_ms = 0};
  test_key bytes;
  int n_kept = 0;

  (void)state;
  for (uint64_t id = 0; id < ENT_KEYS; id++)
    marks[id] = ent_local_note(space, key_of(&bytes, id));
  remove_id(cache, ENT_PERSON, 1);
  for (uint64_t id = 0; id < ENT_KEYS; id++) {
    bool is_kept = ent_local_put(space, key_of(&bytes, id), &row, marks[id]);

    n_kept += is_kept;
    if (id == 1) assert_false(is_kept);
  }
  assert_in_range(n_kept, ENT_KEYS * 9 / 10, ENT_KEYS - 1);
  ent_local_free(cache);
}

/* The count is the shard's, whatever the table has. */
static void a_table_without_spaces_is_removed_from_too(void **state) {
  ent_local *cache = ent_local_new(0, 1 << 16); /* one shard */
  ent_local_space *space = ent_local_space_of(cache, ENT_PERSON, 1);
  ent_local_row row = {"x", 1, .until_ms = 0};
  test_key bytes;
  ent_key key = key_of(&bytes, 1);
  ent_local_mark mark = ent_local_note(space, key);

  (void)state;
  remove_id(cache, ENT_HOUSE, 5);
  assert_false(ent_local_put(space, key, &row, mark));
  ent_local_free(cache);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_row_is_kept_where_nothing_was_removed),
      cmocka_unit_test(a_row_that_was_removed_meanwhile_is_not_kept),
      cmocka_unit_test(a_row_whose_table_was_forgotten_meanwhile_is_not_kept),
      cmocka_unit_test(a_row_is_not_kept_across_a_clear),
      cmocka_unit_test(a_clear_counts_as_a_removal_everywhere),
      cmocka_unit_test(a_removal_voids_few_marks),
      cmocka_unit_test(a_table_without_spaces_is_removed_from_too),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
