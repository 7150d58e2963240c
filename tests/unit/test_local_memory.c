#include "cache/heap.h"
#include "cache/local.h"

#include "tests/unit/local_rows.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* What the cache says it takes, and what it takes of the heap. */

enum { ENT_PERSON = 7, ENT_HOUSE = 8, ENT_ROW = 200 };

static unsigned char bytes[ENT_LOCAL_MAX_ROW + 1];

/* Allocations that fail from the n-th on: what the linker calls for these. */
/* NOLINTBEGIN(readability-identifier-naming) */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__real_ent_heap_alloc(size_t size);
void *__real_ent_heap_alloc_lines(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_ent_heap_alloc(size_t size);
void *__wrap_ent_heap_alloc_lines(size_t size);
/* NOLINTEND(readability-identifier-naming) */

static size_t n_allocations;
static size_t first_failure = SIZE_MAX;
static size_t last_failure = SIZE_MAX;

static bool fails(void) {
  n_allocations++;
  return n_allocations >= first_failure && n_allocations <= last_failure;
}

void *__wrap_malloc(size_t size) {
  return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size) {
  return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

void *__wrap_ent_heap_alloc(size_t size) {
  return fails() ? NULL : __real_ent_heap_alloc(size);
}

void *__wrap_ent_heap_alloc_lines(size_t size) {
  return fails() ? NULL : __real_ent_heap_alloc_lines(size);
}

/* Bytes in use; 0 where a sanitizer has a heap of its own. */
static uint64_t heap(void) {
  struct mallinfo2 info = mallinfo2();

  return (uint64_t)info.uordblks + info.hblkhd + ent_heap_count().used;
}

static uint64_t said(ent_local *cache) {
  ent_local_totals totals;

  ent_local_count(cache, &totals);
  return totals.bytes;
}

static void a_row_of_200_bytes_takes_no_more_than_334(void **state) {
  static const uint64_t counts[] = {20000, 33333, 47000, 61000, 100000};
  uint64_t start = heap();

  (void)state;
  if (!start) skip();
  for (size_t i = 0; i < ENT_COUNT(counts); i++) {
    ent_local *cache = ent_local_new(0, 1 << 30);
    ent_local_space *space = ent_local_space_of(cache, ENT_PERSON, 1);
    uint64_t n = counts[i];

    for (uint64_t id = 0; id < n; id++)
      assert_true(put_bytes(space, id, bytes, ENT_ROW));
    assert_in_range((heap() - start) / n, ENT_ROW, ENT_ROW * 135 / 100 + 64);
    ent_local_free(cache);
  }
}

/* The same where rows have gone and come for long, with all that remembers
 * them. */
static void so_it_does_in_a_full_cache(void **state) {
  enum { ENT_FULL = 16 << 20 };
  ent_local *cache = ent_local_new(0, ENT_FULL);
  ent_local_space *space = ent_local_space_of(cache, ENT_PERSON, 1);
  ent_local_totals totals;

  (void)state;
  for (uint64_t id = 0; id < 300000; id++) {
    assert_true(put_bytes(space, id, bytes, ENT_ROW));
    ent_local_unref(get_id(space, id - id % 5));
  }
  ent_local_count(cache, &totals);
  assert_in_range(totals.bytes, ENT_FULL * 95 / 100, ENT_FULL);
  assert_in_range(ENT_FULL / totals.entries, ENT_ROW, ENT_ROW * 135 / 100 + 64);
  ent_local_free(cache);
}

/* To a hundredth: the allocator gives some pieces a little more than they asked
 * for, where the rest would be of no use. */
static void all_memory_is_counted(void **state) {
  uint64_t start = heap();
  ent_local *cache = ent_local_new(0, 32 << 20);
  ent_local_space *space = ent_local_space_of(cache, ENT_PERSON, 1);

  (void)state;
  if (!start) {
    ent_local_free(cache);
    skip();
  }
  for (uint64_t id = 0; id < 200000; id++) {
    uint32_t size = (uint32_t)(id * 7919 % (id % 1000 ? 700 : 60000));

    assert_true(put_bytes(space, id, bytes, size));
    if (id % 3 == 0) ent_local_unref(get_id(space, id / 2));
    if (id % 1000) continue;
    assert_in_range(said(cache), (heap() - start) * 99 / 100,
                    (heap() - start) * 105 / 100);
  }
  ent_local_clear(cache);
  assert_in_range(heap() - start, said(cache), /* and what malloc() keeps */
                  said(cache) + (256 << 10));
  ent_local_free(cache);
}

/* The next of a row of numbers that are the same in every run. */
static uint32_t next_random(uint64_t *seed) {
  *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
  return (uint32_t)(*seed >> 33);
}

/* Any use of a cache of so many entries and bytes. */
static void both_bounds_hold_for(uint64_t max_entries, uint64_t max_bytes) {
  ent_local *cache = ent_local_new(max_entries, max_bytes);
  ent_local_space *person = ent_local_space_of(cache, ENT_PERSON, 1);
  ent_local_space *house = ent_local_space_of(cache, ENT_HOUSE, 1);
  ent_local_totals totals;
  uint64_t seed = max_bytes;

  for (int i = 0; i < 20000; i++) {
    uint64_t id = next_random(&seed) % 3000;
    uint32_t size = next_random(&seed) % (id % 50 ? 300 : 20000);

    put_bytes(id % 3 ? person : house, id, bytes, size);
    ent_local_count(cache, &totals);
    assert_true(!max_entries || totals.entries <= max_entries);
    assert_true(totals.bytes <= max_bytes);
    ent_local_unref(get_id(person, next_random(&seed) % 3000));
    if (i % 100 == 0) remove_id(cache, ENT_PERSON, id);
    if (i % 5000 == 4999) ent_local_forget(cache, ENT_HOUSE);
    assert_int_equal(totals.puts,
                     totals.entries + totals.evictions + totals.removals);
  }
  assert_true(totals.entries > 0);
  ent_local_free(cache);
}

static void both_bounds_hold_after_every_put(void **state) {
  (void)state;
  both_bounds_hold_for(0, 20000);
  both_bounds_hold_for(0, 100000);
  both_bounds_hold_for(0, 1 << 20);
  both_bounds_hold_for(1, 1 << 20);
  both_bounds_hold_for(2, 1 << 20);
  both_bounds_hold_for(100, 1 << 20);
  both_bounds_hold_for(2500, 4 << 20);
}

/* Fewer entries than a full cache may have are none of a forgotten table's. */
static void forgotten_rows_give_way(void **state) {
  enum { ENT_ENTRIES = 1000 };
  ent_local *cache = ent_local_new(ENT_ENTRIES, ENT_PLENTY);
  ent_local_space *person = ent_local_space_of(cache, ENT_PERSON, 1);
  ent_local_space *house = ent_local_space_of(cache, ENT_HOUSE, 1);
  ent_local_totals totals;

  (void)state;
  for (int round = 0; round < 4; round++) {
    for (uint64_t id = 0; id < ENT_ENTRIES; id++) {
      put_text(person, id, "anna");
      ent_local_unref(get_id(person, id));
    }
  }
  ent_local_forget(cache, ENT_PERSON);
  ent_local_count(cache, &totals);
  assert_int_equal(totals.entries, 0);
  for (uint64_t id = 0; id < ENT_ENTRIES; id++)
    put_text(house, id, "house");
  ent_local_count(cache, &totals);
  assert_int_equal(totals.entries, ENT_ENTRIES);
  assert_int_equal(totals.evictions, 0);
  ent_local_free(cache);
}

static void large_rows_are_not_kept(void **state) {
  ent_local *large = ent_local_new(0, (uint64_t)4 << 30);
  ent_local *small = ent_local_new(0, 200 << 10);
  ent_local_space *of_large = ent_local_space_of(large, ENT_PERSON, 1);
  ent_local_space *of_small = ent_local_space_of(small, ENT_PERSON, 1);
  ent_local_row row = {"x", 1, .until_ms = 0};
  ent_key key = {bytes, UINT16_MAX};

  (void)state;
  assert_true(put_bytes(of_large, 1, bytes, ENT_LOCAL_MAX_ROW));
  assert_false(put_bytes(of_large, 2, bytes, ENT_LOCAL_MAX_ROW + 1));
  assert_true(put_bytes(of_small, 1, bytes, (200 << 10) / 8));
  assert_false(put_bytes(of_small, 2, bytes, (200 << 10) / 8 + 1));
  assert_true(
      ent_local_put(of_large, key, &row, ent_local_note(of_large, key)));
  key.size++;
  assert_false(
      ent_local_put(of_large, key, &row, ent_local_note(of_large, key)));
  ent_local_free(large);
  ent_local_free(small);
}

/* Nothing but refused puts, and what is kept is whole. */
static void use_without_memory(ent_local *cache, ent_local_space *space) {
  size_t n_kept = 0;
  size_t n_refused = 0;
  ent_local_totals totals;

  for (uint64_t id = 0; id < 300; id++) {
    bool is_kept = put_bytes(space, id, &id, sizeof(id));

    n_kept += is_kept;
    n_refused += !is_kept;
  }
  ent_local_count(cache, &totals);
  assert_int_equal(totals.puts, n_kept);
  assert_int_equal(totals.refused_puts, n_refused);
  for (uint64_t id = 0; id < 300; id++) {
    const ent_local_entry *entry = get_id(space, id);
    uint32_t size;

    if (!entry) continue;
    assert_memory_equal(ent_local_entry_row(entry, &size), &id, sizeof(id));
    ent_local_unref(entry);
  }
}

/* The n-th allocation fails, or all from it on. */
static bool fails_well(size_t first, size_t last) {
  ent_local *cache;
  ent_local_space *space = NULL;
  size_t n;

  n_allocations = 0;
  first_failure = first;
  last_failure = last;
  cache = ent_local_new(100, ENT_PLENTY);
  if (cache) space = ent_local_space_of(cache, ENT_PERSON, 1);
  if (space) use_without_memory(cache, space);
  n = n_allocations;
  first_failure = SIZE_MAX;
  if (space) {
    assert_true(put_text(space, 1, "anna"));
    assert_true(has_text(space, 1, "anna"));
  }
  ent_local_free(cache);
  return n >= first;
}

static void a_put_without_memory_is_refused(void **state) {
  size_t first = 1;

  (void)state;
  while (fails_well(first, first))
    first++;
  assert_in_range(first, 300, 800); /* a sanitizer's heap is asked for each row
                                       once more */
  for (size_t i = 1; i < 40; i++)
    fails_well(i, SIZE_MAX);
}

static bool ignore(const ent_local_seen *seen, void *ctx) {
  (void)seen, (void)ctx;
  return true;
}

static void showing_entries_says_that_there_is_no_memory(void **state) {
  ent_local *cache = ent_local_new(0, ENT_PLENTY);
  ent_error err = {0};

  (void)state;
  assert_true(put_text(ent_local_space_of(cache, ENT_PERSON, 1), 1, "anna"));
  first_failure = n_allocations + 1;
  assert_int_equal(ent_local_each(cache, ignore, NULL, &err), ENT_NOMEM);
  first_failure = SIZE_MAX;
  assert_int_equal(err.status, ENT_NOMEM);
  ent_local_free(cache);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_row_of_200_bytes_takes_no_more_than_334),
      cmocka_unit_test(so_it_does_in_a_full_cache),
      cmocka_unit_test(all_memory_is_counted),
      cmocka_unit_test(both_bounds_hold_after_every_put),
      cmocka_unit_test(forgotten_rows_give_way),
      cmocka_unit_test(large_rows_are_not_kept),
      cmocka_unit_test(a_put_without_memory_is_refused),
      cmocka_unit_test(showing_entries_says_that_there_is_no_memory),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
