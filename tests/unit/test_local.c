#include "cache/local.h"

#include "backends/base/deadline.h"
#include "tests/unit/local_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ENT_PERSON = 7, ENT_HOUSE = 7 + 64, ENT_OLD = 1, ENT_NEW = 2 };

typedef struct fixture {
  ent_local *cache;
  ent_local_space *person; /* in its new layout */
  ent_local_space *person_old;
  ent_local_space *house; /* whose hash shares the list of person's spaces */
} fixture;

static int open_cache(void **state) {
  fixture *f = malloc(sizeof(*f));

  if (!f) return -1;
  f->cache = ent_local_new(0, ENT_PLENTY);
  f->person = ent_local_space_of(f->cache, ENT_PERSON, ENT_NEW);
  f->person_old = ent_local_space_of(f->cache, ENT_PERSON, ENT_OLD);
  f->house = ent_local_space_of(f->cache, ENT_HOUSE, ENT_NEW);
  *state = f;
  return 0;
}

static int close_cache(void **state) {
  fixture *f = *state;

  ent_local_free(f->cache);
  free(f);
  return 0;
}

static void a_row_that_was_put_is_got(void **state) {
  fixture *f = *state;

  assert_false(has_id(f->person, 1));
  assert_true(put_text(f->person, 1, "anna"));
  assert_true(has_text(f->person, 1, "anna"));
  assert_false(has_id(f->person, 2));
}

static void a_later_row_takes_the_place_of_an_earlier_one(void **state) {
  fixture *f = *state;
  ent_local_totals totals;

  assert_true(put_text(f->person, 1, "anna"));
  assert_true(put_text(f->person, 1, "bertha"));
  assert_true(has_text(f->person, 1, "bertha"));
  ent_local_count(f->cache, &totals);
  assert_int_equal(totals.entries, 1);
}

static void that_there_is_no_row_is_known_too(void **state) {
  fixture *f = *state;
  const ent_local_entry *entry;
  uint32_t size = 9;

  assert_true(put_bytes(f->person, 1, NULL, 0));
  entry = get_id(f->person, 1);
  assert_non_null(entry);
  assert_null(ent_local_entry_row(entry, &size));
  assert_int_equal(size, 0);
  ent_local_unref(entry);
}

static void an_empty_row_is_a_row(void **state) {
  fixture *f = *state;
  const ent_local_entry *entry;
  uint32_t size = 9;

  assert_true(put_bytes(f->person, 1, "", 0));
  entry = get_id(f->person, 1);
  assert_non_null(ent_local_entry_row(entry, &size));
  assert_int_equal(size, 0);
  ent_local_unref(entry);
}

static void a_space_is_made_once(void **state) {
  fixture *f = *state;

  assert_ptr_equal(ent_local_space_of(f->cache, ENT_PERSON, ENT_NEW),
                   f->person);
  assert_ptr_not_equal(f->person, f->person_old);
  assert_ptr_not_equal(f->person, f->house);
}

static void spaces_do_not_mix(void **state) {
  fixture *f = *state;

  assert_true(put_text(f->person, 1, "new"));
  assert_true(put_text(f->person_old, 1, "old"));
  assert_true(put_text(f->house, 1, "house"));
  assert_true(has_text(f->person, 1, "new"));
  assert_true(has_text(f->person_old, 1, "old"));
  assert_true(has_text(f->house, 1, "house"));
}

static void keys_may_have_any_bytes_and_length(void **state) {
  fixture *f = *state;
  static char bytes[3000];
  ent_local_row row = {.data = "x", .size = 1};

  memset(bytes, 0, sizeof(bytes));
  for (uint32_t size = 0; size < sizeof(bytes); size += 1 + size / 40) {
    ent_key key = {bytes, size};
    ent_local_mark mark = ent_local_note(f->person, key);

    assert_null(ent_local_get(f->person, key));
    assert_true(ent_local_put(f->person, key, &row, mark));
  }
  for (uint32_t size = 0; size < sizeof(bytes); size += 1 + size / 40) {
    const ent_local_entry *entry =
        ent_local_get(f->person, (ent_key){bytes, size});

    assert_non_null(entry);
    ent_local_unref(entry);
  }
}

static void remove_takes_a_row_out_of_all_layouts(void **state) {
  fixture *f = *state;

  assert_true(put_text(f->person, 1, "new"));
  assert_true(put_text(f->person_old, 1, "old"));
  assert_true(put_text(f->person, 2, "other"));
  assert_true(put_text(f->house, 1, "house"));
  remove_id(f->cache, ENT_PERSON, 1);
  assert_false(has_id(f->person, 1));
  assert_false(has_id(f->person_old, 1));
  assert_true(has_text(f->person, 2, "other"));
  assert_true(has_text(f->house, 1, "house"));
}

static void forget_takes_out_a_whole_table(void **state) {
  fixture *f = *state;
  ent_local_totals totals;

  for (uint64_t id = 0; id < 1000; id++) {
    assert_true(put_text(f->person, id, "new"));
    assert_true(put_text(f->person_old, id, "old"));
    assert_true(put_text(f->house, id, "house"));
  }
  ent_local_forget(f->cache, ENT_PERSON);
  ent_local_count(f->cache, &totals);
  assert_int_equal(totals.entries, 1000);
  assert_int_equal(totals.removals, 2000);
  for (uint64_t id = 0; id < 1000; id++) {
    assert_false(has_id(f->person, id));
    assert_false(has_id(f->person_old, id));
    assert_true(has_id(f->house, id));
  }
  assert_true(put_text(f->person, 1, "again"));
  assert_true(has_text(f->person, 1, "again"));
}

static void clear_takes_out_everything_and_its_memory(void **state) {
  fixture *f = *state;
  ent_local_totals before;
  ent_local_totals after;

  ent_local_count(f->cache, &before);
  for (uint64_t id = 0; id < 1000; id++) {
    assert_true(put_text(f->person, id, "anna"));
    assert_true(put_text(f->house, id, "house"));
  }
  ent_local_clear(f->cache);
  ent_local_count(f->cache, &after);
  assert_int_equal(after.entries, 0);
  assert_int_equal(after.bytes, before.bytes);
  assert_false(has_id(f->person, 1));
  assert_true(put_text(f->person, 1, "again"));
  assert_true(has_text(f->person, 1, "again"));
}

static void an_entry_outlives_its_removal_and_the_cache(void **state) {
  ent_local *cache = ent_local_new(0, ENT_PLENTY);
  ent_local_space *space = ent_local_space_of(cache, ENT_PERSON, ENT_NEW);
  const ent_local_entry *entries[3];
  uint32_t size;

  (void)state;
  for (uint64_t id = 0; id < 3; id++) {
    assert_true(put_text(space, id, "anna"));
    entries[id] = get_id(space, id);
  }
  remove_id(cache, ENT_PERSON, 0);
  ent_local_clear(cache);
  assert_true(put_text(space, 2, "bertha"));
  ent_local_free(cache);
  for (int i = 0; i < 3; i++) {
    assert_memory_equal(ent_local_entry_row(entries[i], &size), "anna", 4);
    assert_int_equal(size, 4);
    ent_local_unref(entries[i]);
  }
}

static void a_row_past_its_deadline_is_a_miss(void **state) {
  fixture *f = *state;
  ent_local_row past = {"x", 1, .until_ms = ent_now_ms()};
  ent_local_row future = {"y", 1, .until_ms = ent_now_ms() + 86400000};
  ent_local_totals totals;
  test_key bytes;
  ent_key key = key_of(&bytes, 1);

  assert_true(
      ent_local_put(f->person, key, &past, ent_local_note(f->person, key)));
  assert_null(ent_local_get(f->person, key));
  ent_local_count(f->cache, &totals);
  assert_int_equal(totals.entries, 0);
  assert_int_equal(totals.evictions, 1);
  assert_true(
      ent_local_put(f->person, key, &future, ent_local_note(f->person, key)));
  assert_true(has_text(f->person, 1, "y"));
}

enum { ENT_MANY = 3000 };

/* In any order, some twice, some unknown, and more than one block of them. */
static void many_keys_are_got_at_once(void **state) {
  fixture *f = *state;
  static test_key bytes[ENT_MANY];
  static ent_key keys[ENT_MANY];
  static const ent_local_entry *entries[ENT_MANY];
  static const size_t counts[] = {0, 1, 8, 9, 1024, 1025, ENT_MANY};
  uint32_t size;

  for (uint64_t id = 0; id < 1000; id += 2)
    assert_true(put_bytes(f->person, id, &id, sizeof(id)));
  for (size_t i = 0; i < ENT_MANY; i++)
    keys[i] = key_of(&bytes[i], i * 7919 % 1000);
  for (size_t c = 0; c < ENT_COUNT(counts); c++) {
    size_t n_found = 0;

    memset(entries, 0xff, sizeof(entries));
    for (size_t i = 0; i < counts[c]; i++)
      n_found += i * 7919 % 1000 % 2 == 0;
    assert_int_equal(ent_local_get_many(f->person, keys, counts[c], entries),
                     n_found);
    for (size_t i = 0; i < counts[c]; i++) {
      uint64_t id = i * 7919 % 1000;

      assert_int_equal(entries[i] != NULL, id % 2 == 0);
      if (!entries[i]) continue;
      assert_memory_equal(ent_local_entry_row(entries[i], &size), &id, 8);
      ent_local_unref(entries[i]);
    }
  }
}

static void what_happened_is_counted(void **state) {
  fixture *f = *state;
  ent_local_totals t;

  assert_true(put_text(f->person, 1, "anna"));
  assert_true(put_text(f->person, 1, "bertha")); /* removes the other one */
  assert_true(put_bytes(f->person, 2, NULL, 0));
  assert_false(put_bytes(f->person, 3, "", ENT_LOCAL_MAX_ROW + 1));
  assert_true(has_id(f->person, 1));
  assert_true(has_id(f->person, 1));
  assert_true(has_id(f->person, 2));
  assert_false(has_id(f->person, 3));
  remove_id(f->cache, ENT_PERSON, 1);
  remove_id(f->cache, ENT_PERSON, 1); /* there is no more */
  ent_local_count(f->cache, &t);
  assert_int_equal(t.hits, 3);
  assert_int_equal(t.absent_hits, 1);
  assert_int_equal(t.misses, 1);
  assert_int_equal(t.puts, 3);
  assert_int_equal(t.refused_puts, 1);
  assert_int_equal(t.removals, 2);
  assert_int_equal(t.evictions, 0);
  assert_int_equal(t.entries, 1);
}

static void a_look_counts_what_it_finds(void **state) {
  fixture *f = *state;
  test_key bytes;
  ent_key key = key_of(&bytes, 1);
  uint64_t hash = ent_local_expect(f->person, key);
  ent_local_row row = {.data = "anna", .size = 4, .until_ms = 5000};
  const ent_local_entry *entry;
  ent_local_totals t;

  assert_null(ent_local_peek(f->person, key, hash, 4999));
  assert_true(
      ent_local_put(f->person, key, &row, ent_local_note(f->person, key)));
  assert_null(
      ent_local_peek(f->house, key, ent_local_expect(f->house, key), 0));
  entry = ent_local_peek(f->person, key, hash, 4999);
  assert_non_null(entry);
  ent_local_unref(entry);
  assert_null(ent_local_peek(f->person, key, hash, 5000));
  ent_local_count(f->cache, &t);
  assert_int_equal(t.hits, 1);
  assert_int_equal(t.misses, 0);
  assert_int_equal(t.evictions, 1);
  assert_int_equal(t.entries, 0);
}

typedef struct visits {
  size_t n;
  size_t n_until; /* it goes on for */
  uint64_t tables;
  uint64_t layouts;
  size_t n_absent;
} visits;

static bool visit(const ent_local_seen *seen, void *ctx) {
  visits *v = ctx;
  uint32_t size;

  assert_int_equal(seen->key.size, ENT_KEY_INTEGER_SIZE);
  v->tables += seen->table_hash;
  v->layouts += seen->layout;
  if (!ent_local_entry_row(seen->entry, &size)) v->n_absent++;
  return ++v->n < v->n_until;
}

static void every_entry_is_shown(void **state) {
  fixture *f = *state;
  visits all = {.n_until = SIZE_MAX};
  visits some = {.n_until = 5};

  for (uint64_t id = 0; id < 100; id++) {
    assert_true(put_text(f->person, id, "anna"));
    assert_true(put_bytes(f->person_old, id, NULL, 0));
    assert_true(put_text(f->house, id, "house"));
  }
  ent_local_forget(f->cache, ENT_HOUSE);
  assert_int_equal(ent_local_each(f->cache, visit, &all, NULL), ENT_OK);
  assert_int_equal(all.n, 200);
  assert_int_equal(all.tables, 200 * ENT_PERSON);
  assert_int_equal(all.layouts, 100 * (ENT_OLD + ENT_NEW));
  assert_int_equal(all.n_absent, 100);
  assert_int_equal(ent_local_each(f->cache, visit, &some, NULL), ENT_OK);
  assert_int_equal(some.n, 5);
}

/* The visitor uses the cache itself: no lock is held meanwhile. */
static bool remove_seen(const ent_local_seen *seen, void *ctx) {
  ent_local_remove(ctx, seen->table_hash, seen->key);
  return true;
}

static void who_is_shown_entries_may_remove_them(void **state) {
  fixture *f = *state;
  ent_local_totals totals;

  for (uint64_t id = 0; id < 100; id++)
    assert_true(put_text(f->person, id, "anna"));
  assert_int_equal(ent_local_each(f->cache, remove_seen, f->cache, NULL),
                   ENT_OK);
  ent_local_count(f->cache, &totals);
  assert_int_equal(totals.entries, 0);
}

#define WITH_CACHE(test)                                                       \
  cmocka_unit_test_setup_teardown(test, open_cache, close_cache)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_CACHE(a_row_that_was_put_is_got),
      WITH_CACHE(a_later_row_takes_the_place_of_an_earlier_one),
      WITH_CACHE(that_there_is_no_row_is_known_too),
      WITH_CACHE(an_empty_row_is_a_row),
      WITH_CACHE(a_space_is_made_once),
      WITH_CACHE(spaces_do_not_mix),
      WITH_CACHE(keys_may_have_any_bytes_and_length),
      WITH_CACHE(remove_takes_a_row_out_of_all_layouts),
      WITH_CACHE(forget_takes_out_a_whole_table),
      WITH_CACHE(clear_takes_out_everything_and_its_memory),
      cmocka_unit_test(an_entry_outlives_its_removal_and_the_cache),
      WITH_CACHE(a_row_past_its_deadline_is_a_miss),
      WITH_CACHE(many_keys_are_got_at_once),
      WITH_CACHE(what_happened_is_counted),
      WITH_CACHE(a_look_counts_what_it_finds),
      WITH_CACHE(every_entry_is_shown),
      WITH_CACHE(who_is_shown_entries_may_remove_them),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
