#include "tests/cache/traces.h"
#include "tests/unit/local_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* What is wanted stays in the cache, whatever else is read once. */

enum { ENT_PERSON = 7, ENT_SIZE = 1000, ENT_WANTED = 500 };

/* A cache of 1000 rows in which the first 500 are wanted; a scan begins behind
 * them. */
static ent_local *new_with_wanted(ent_local_space **space) {
  ent_local *cache = ent_local_new(ENT_SIZE, ENT_PLENTY);

  *space = ent_local_space_of(cache, ENT_PERSON, 1);
  for (uint64_t id = 0; id < ENT_WANTED; id++) {
    assert_true(put_text(*space, id, "wanted"));
    for (int use = 0; use < 3; use++)
      assert_true(has_id(*space, id));
  }
  return cache;
}

static void scan(ent_local_space *space, uint64_t n_rows) {
  for (uint64_t id = 0; id < n_rows; id++) {
    if (!has_id(space, ENT_WANTED + id))
      assert_true(put_text(space, ENT_WANTED + id, "scanned"));
  }
}

static size_t n_wanted_there(ent_local_space *space) {
  size_t n = 0;

  for (uint64_t id = 0; id < ENT_WANTED; id++)
    n += has_id(space, id);
  return n;
}

static void a_scan_displaces_no_row_that_is_wanted(void **state) {
  ent_local_space *space;
  ent_local *cache = new_with_wanted(&space);

  (void)state;
  scan(space, 100000);
  assert_int_equal(n_wanted_there(space), ENT_WANTED);
  ent_local_free(cache);
}

static void a_wanted_row_that_is_changed_is_wanted_still(void **state) {
  ent_local_space *space;
  ent_local *cache = new_with_wanted(&space);

  (void)state;
  scan(space, 2000); /* now what is wanted is in its place */
  for (uint64_t id = 0; id < ENT_WANTED; id++) {
    remove_id(cache, ENT_PERSON, id);
    assert_true(put_text(space, id, "changed"));
  }
  scan(space, 400); /* less than once through all that was scanned last */
  for (uint64_t id = 10000; id < 20000; id++)
    assert_true(put_text(space, id, "scanned"));
  assert_true(n_wanted_there(space) > ENT_WANTED * 9 / 10);
  ent_local_free(cache);
}

static void what_is_wanted_no_longer_goes(void **state) {
  ent_local_space *space;
  ent_local *cache = new_with_wanted(&space);

  (void)state;
  for (uint64_t id = 10000; id < 10000 + ENT_SIZE; id++) {
    assert_true(put_text(space, id, "wanted now"));
    for (int use = 0; use < 3; use++)
      ent_local_unref(get_id(space, id));
  }
  for (int round = 0; round < 8; round++) {
    for (uint64_t id = 10000; id < 10000 + ENT_SIZE; id++) {
      if (!has_id(space, id)) put_text(space, id, "wanted now");
    }
  }
  assert_int_equal(n_wanted_there(space), 0);
  ent_local_free(cache);
}

static void beside_scans_more_is_found_than_by_last_use(void **state) {
  static const ent_trace traces[] = {ENT_TRACE_SCAN, ENT_TRACE_SCAN_HEAVY,
                                     ENT_TRACE_SCAN_TWICE};
  static const size_t sizes[] = {100, 1000, 4000};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(traces); i++) {
    uint32_t *rows = ent_trace_make(traces[i]);

    assert_non_null(rows);
    for (size_t k = 0; k < ENT_COUNT(sizes); k++) {
      size_t hits = ent_trace_hits(rows, sizes[k]);
      size_t hits_lru = ent_trace_hits_lru(rows, sizes[k]);

      assert_true(hits > hits_lru + hits_lru / 20);
    }
    free(rows);
  }
}

static void where_chance_decides_no_less_is_found(void **state) {
  static const ent_trace traces[] = {ENT_TRACE_ZIPF, ENT_TRACE_LOOP,
                                     ENT_TRACE_RECENT};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(traces); i++) {
    uint32_t *rows = ent_trace_make(traces[i]);

    assert_non_null(rows);
    assert_true(ent_trace_hits(rows, ENT_SIZE) >=
                ent_trace_hits_lru(rows, ENT_SIZE));
    free(rows);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_scan_displaces_no_row_that_is_wanted),
      cmocka_unit_test(a_wanted_row_that_is_changed_is_wanted_still),
      cmocka_unit_test(what_is_wanted_no_longer_goes),
      cmocka_unit_test(beside_scans_more_is_found_than_by_last_use),
      cmocka_unit_test(where_chance_decides_no_less_is_found),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
