#include "cache/local_ghost.h"
#include "cache/local_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* The table and the ghost by themselves, with hashes that no key has. */

enum { ENT_MOST = 2000 };

static ent_local_entry *entries[ENT_MOST];
static uint32_t hashes[ENT_MOST];
static bool is_in[ENT_MOST];

static ent_local_space *const space = NULL;

static bool is_found(const ent_local_table *table, size_t i) {
  return ent_local_table_find(table, hashes[i], space, (ent_key){"", 0}) ==
         entries[i];
}

/* Hashes so alike that buckets overflow, but no two the same. */
static void make_hashes(void) {
  for (uint32_t i = 0; i < ENT_MOST; i++)
    hashes[i] = i % 8 * 0x20000000u + i * 7919;
}

static void check_all(const ent_local_table *table) {
  uint32_t n = 0;

  for (size_t i = 0; i < ENT_MOST; i++) {
    assert_int_equal(is_found(table, i), is_in[i]);
    n += is_in[i];
  }
  assert_int_equal(table->n_entries, n);
}

static void entries_come_and_go_and_leave_nothing_behind(void **state) {
  ent_local_table table = {0};
  uint64_t seed = 1;

  (void)state;
  make_hashes();
  for (int step = 0; step < 60000; step++) {
    size_t i;

    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    i = (seed >> 33) % ENT_MOST;
    if (is_in[i]) {
      ent_local_table_take(&table, hashes[i], entries[i]);
      is_in[i] = false;
    } else if (ent_local_table_grow(&table)) {
      is_in[i] = ent_local_table_add(&table, hashes[i], entries[i]);
    }
    if (step % 3000 == 0) check_all(&table);
  }
  check_all(&table);
  for (size_t i = 0; i < ENT_MOST; i++) {
    if (is_in[i]) ent_local_table_take(&table, hashes[i], entries[i]);
    is_in[i] = false;
  }
  for (uint32_t i = 0; i < table.n_buckets; i++)
    assert_int_equal(table.buckets[i].n_passed, 0);
  assert_int_equal(table.n_entries, 0);
  ent_local_table_done(&table);
}

/* Whoever chooses the keys so makes no search long. */
static void of_one_hash_some_hundred_are_taken(void **state) {
  ent_local_table table = {0};
  uint32_t n = 0;
  size_t i;

  (void)state;
  for (i = 0; i < ENT_MOST / 2; i++) { /* until it is large enough */
    hashes[i] = (uint32_t)i * 4294967u;
    assert_true(ent_local_table_grow(&table));
    assert_true(ent_local_table_add(&table, hashes[i], entries[i]));
  }
  for (; i < ENT_MOST; i++) {
    if (!ent_local_table_grow(&table)) break;
    if (!ent_local_table_add(&table, 5, entries[i])) break;
    n++;
  }
  assert_in_range(n, 100, 320);
  for (i = 0; i < ENT_MOST / 2; i++)
    assert_true(is_found(&table, i));
  ent_local_table_done(&table);
}

/* Whatever byte two keys of one hash differ in. */
static void keys_of_one_hash_are_told_apart(void **state) {
  enum { ENT_LONGEST = 40 };
  ent_local_table table = {0};
  ent_local_entry *entry = calloc(1, sizeof(*entry) + ENT_LONGEST);

  (void)state;
  assert_non_null(entry);
  assert_true(ent_local_table_grow(&table));
  assert_true(ent_local_table_add(&table, 5, entry));
  for (uint32_t size = 0; size <= ENT_LONGEST; size++) {
    unsigned char bytes[ENT_LONGEST] = {0};
    ent_key key = {bytes, size};

    entry->key_size = (uint16_t)size;
    assert_ptr_equal(ent_local_table_find(&table, 5, space, key), entry);
    for (uint32_t at = 0; at < size; at++) {
      bytes[at] = 1;
      assert_null(ent_local_table_find(&table, 5, space, key));
      bytes[at] = 0;
    }
    key.size = size ? size - 1u : 1;
    assert_null(ent_local_table_find(&table, 5, space, key));
  }
  ent_local_table_done(&table);
  free(entry);
}

static void the_newest_of_a_line_are_remembered(void **state) {
  ent_ghost ghost = {0};

  (void)state;
  assert_false(ent_ghost_take(&ghost, 1));
  ent_ghost_add(&ghost, 1); /* of no use without memory */
  assert_false(ent_ghost_take(&ghost, 1));
  ent_ghost_fit(&ghost, ENT_GHOST_LINE - 1);
  for (uint32_t hash = 0; hash < 20; hash++)
    ent_ghost_add(&ghost, 1000 + hash);
  ent_ghost_add(&ghost, 0);
  for (uint32_t hash = 0; hash < 20; hash++)
    assert_int_equal(ent_ghost_take(&ghost, 1000 + hash), hash > 4);
  assert_false(ent_ghost_take(&ghost, 1019));
  assert_true(ent_ghost_take(&ghost, 0));
  assert_false(ent_ghost_take(&ghost, 0));
  ent_ghost_done(&ghost);
}

static int make_entries(void **state) {
  (void)state;
  for (size_t i = 0; i < ENT_MOST; i++) {
    entries[i] = calloc(1, sizeof(*entries[i]));
    if (!entries[i]) return -1;
  }
  return 0;
}

static int free_entries(void **state) {
  (void)state;
  for (size_t i = 0; i < ENT_MOST; i++)
    free(entries[i]);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(entries_come_and_go_and_leave_nothing_behind),
      cmocka_unit_test(of_one_hash_some_hundred_are_taken),
      cmocka_unit_test(keys_of_one_hash_are_told_apart),
      cmocka_unit_test(the_newest_of_a_line_are_remembered),
  };

  return cmocka_run_group_tests(tests, make_entries, free_entries);
}
