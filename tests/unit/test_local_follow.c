/* What was asked for behind a row is noted, and changes no answer. */
#include "cache/local.h"

#include "cache/local_entry.h"
#include "tests/unit/local_rows.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ENT_PERSON = 7, ENT_ROWS = 2000, ENT_RUNS = 5 };

static ent_local_space *fill(ent_local *cache) {
  ent_local_space *space = ent_local_space_of(cache, ENT_PERSON, 1);

  for (uint64_t id = 0; id < ENT_ROWS; id++)
    assert_true(put_bytes(space, id, &id, sizeof(id)));
  return space;
}

static const ent_local_entry *look(ent_local_space *space, uint64_t id) {
  test_key bytes;
  ent_key key = key_of(&bytes, id);

  return ent_local_peek(space, key, ent_local_expect(space, key), 0);
}

static void follow(ent_local_space *space, const ent_local_entry *previous,
                   const ent_local_entry *entry, uint64_t id) {
  test_key bytes;

  ent_local_follow(space, previous, entry,
                   ent_local_expect(space, key_of(&bytes, id)));
}

/* Rows in an order that `step` gives, each behind the one before; how many of
 * those found had what their key says. */
static unsigned walk(ent_local_space *space, uint64_t step) {
  const ent_local_entry *previous = NULL;
  unsigned n_right = 0;

  for (uint64_t i = 0; i < ENT_ROWS; i++) {
    uint64_t id = i * step % ENT_ROWS;
    const ent_local_entry *entry = look(space, id);
    uint32_t size;

    if (!entry) continue;
    if (previous) follow(space, previous, entry, id);
    n_right += memcmp(ent_local_entry_row(entry, &size), &id, sizeof(id)) == 0;
    ent_local_unref(previous);
    previous = entry;
  }
  ent_local_unref(previous);
  return n_right;
}

static void the_row_behind_is_noted_and_the_last_order_counts(void **state) {
  ent_local *cache = ent_local_new(0, ENT_PLENTY);
  ent_local_space *space = fill(cache);
  const ent_local_entry *a = look(space, 1);
  const ent_local_entry *b = look(space, 2);
  const ent_local_entry *c = look(space, 3);
  uint32_t behind_a;

  (void)state;
  assert_int_equal(a->next_entry, 0);
  follow(space, a, b, 2);
  behind_a = a->next_entry;
  assert_int_equal(behind_a, (uint32_t)((uintptr_t)b / ENT_LOCAL_STEP));
  assert_int_not_equal(a->next_line, 0);
  follow(space, b, c, 3);
  follow(space, a, b, 2);
  assert_int_equal(a->next_entry, behind_a);
  follow(space, a, c, 3);
  assert_int_equal(a->next_entry, b->next_entry);
  ent_local_unref(a);
  ent_local_unref(b);
  ent_local_unref(c);
  ent_local_free(cache);
}

static void rows_stay_what_they_are_in_whatever_order(void **state) {
  ent_local *cache = ent_local_new(0, ENT_PLENTY);
  ent_local_space *space = fill(cache);

  (void)state;
  for (uint64_t run = 0; run < ENT_RUNS; run++) {
    assert_int_equal(walk(space, 1 + 6 * run), ENT_ROWS);
    assert_int_equal(walk(space, 1 + 6 * run), ENT_ROWS);
  }
  ent_local_free(cache);
}

/* What stood behind them is gone, or is another row now. */
static void rows_that_went_are_no_danger(void **state) {
  ent_local *cache = ent_local_new(0, ENT_PLENTY);
  ent_local_space *space = fill(cache);

  (void)state;
  assert_int_equal(walk(space, 7), ENT_ROWS);
  for (uint64_t id = 0; id < ENT_ROWS; id += 2)
    remove_id(cache, ENT_PERSON, id);
  assert_int_equal(walk(space, 7), ENT_ROWS / 2);
  for (uint64_t id = ENT_ROWS; id < 8 * (uint64_t)ENT_ROWS; id++)
    assert_true(put_bytes(space, id, &id, sizeof(id)));
  assert_int_equal(walk(space, 7), ENT_ROWS / 2);
  ent_local_forget(cache, ENT_PERSON);
  assert_int_equal(walk(space, 7), 0);
  ent_local_free(cache);
}

static void *walk_often(void *space) {
  for (int i = 0; i < ENT_RUNS; i++) {
    if (walk(space, 7) != ENT_ROWS) return space;
  }
  return NULL;
}

static void two_threads_note_what_they_like(void **state) {
  ent_local *cache = ent_local_new(0, ENT_PLENTY);
  ent_local_space *space = fill(cache);
  pthread_t other;
  void *failed = space;

  (void)state;
  assert_int_equal(pthread_create(&other, NULL, walk_often, space), 0);
  for (int i = 0; i < ENT_RUNS; i++)
    assert_int_equal(walk(space, 13), ENT_ROWS);
  pthread_join(other, &failed);
  assert_null(failed);
  ent_local_free(cache);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_row_behind_is_noted_and_the_last_order_counts),
      cmocka_unit_test(rows_stay_what_they_are_in_whatever_order),
      cmocka_unit_test(rows_that_went_are_no_danger),
      cmocka_unit_test(two_threads_note_what_they_like),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
