#include "cache/heap.h"

#include "backends/base/value.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
  ENT_PIECES = 4000,
  ENT_STEPS = 200000,
  ENT_THREADS = 4,
  ENT_BEHIND = 64 /* bytes that show who has written there */
};

typedef struct owned {
  unsigned char *at;
  size_t size;
  unsigned char mark;
} owned;

/* The next of a row of numbers that are the same in every run. */
static uint32_t next_random(uint64_t *seed) {
  *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
  return (uint32_t)(*seed >> 33);
}

/* Rows, as a rule; some that are large, and some that are not the heap's. */
static size_t choose_size(uint64_t *seed) {
  uint32_t which = next_random(seed) % 1000;

  if (which == 0) return ENT_HEAP_MAX - 40 + next_random(seed) % 80;
  if (which < 20) return next_random(seed) % 20000;
  return next_random(seed) % 700;
}

static size_t marked(const owned *piece) {
  return piece->size < ENT_BEHIND ? piece->size : ENT_BEHIND;
}

static void own(owned *piece, uint64_t *seed) {
  bool by_line = next_random(seed) % 16 == 0;

  piece->size = choose_size(seed);
  if (by_line) piece->size += ENT_HEAP_LINE - piece->size % ENT_HEAP_LINE;
  piece->at =
      by_line ? ent_heap_alloc_lines(piece->size) : ent_heap_alloc(piece->size);
  assert_non_null(piece->at);
  assert_int_equal((uintptr_t)piece->at % (by_line ? ENT_HEAP_LINE : 16), 0);
  piece->mark = (unsigned char)next_random(seed);
  memset(piece->at, piece->mark, marked(piece));
  memset(piece->at + piece->size - marked(piece), piece->mark, marked(piece));
}

static void give_back(owned *piece) {
  for (size_t i = 0; i < marked(piece); i++) {
    assert_int_equal(piece->at[i], piece->mark);
    assert_int_equal(piece->at[piece->size - 1 - i], piece->mark);
  }
  ent_heap_free(piece->at, piece->size);
  piece->at = NULL;
}

/* In any order: no piece has a byte of another one. */
static void use(uint64_t seed) {
  owned *pieces = calloc(ENT_PIECES, sizeof(*pieces));

  assert_non_null(pieces);
  for (int i = 0; i < ENT_STEPS; i++) {
    owned *piece = &pieces[next_random(&seed) % ENT_PIECES];

    if (piece->at) {
      give_back(piece);
    } else {
      own(piece, &seed);
    }
  }
  for (int i = 0; i < ENT_PIECES; i++) {
    if (pieces[i].at) give_back(&pieces[i]);
  }
  free(pieces);
}

static void pieces_are_their_owners(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 4; seed++) {
    use(seed);
    assert_int_equal(ent_heap_count().used, 0);
    assert_in_range(ent_heap_count().n_regions, 0, 1);
  }
}

static void *use_in_thread(void *seed) {
  use(*(const uint64_t *)seed);
  return NULL;
}

static void so_they_are_in_threads(void **state) {
  pthread_t threads[ENT_THREADS];
  uint64_t seeds[ENT_THREADS];

  (void)state;
  for (int i = 0; i < ENT_THREADS; i++) {
    seeds[i] = (uint64_t)i + 100;
    assert_int_equal(
        pthread_create(&threads[i], NULL, use_in_thread, &seeds[i]), 0);
  }
  for (int i = 0; i < ENT_THREADS; i++)
    pthread_join(threads[i], NULL);
  assert_int_equal(ent_heap_count().used, 0);
  assert_in_range(ent_heap_count().n_regions, 0, 1);
}

/* A row costs the word before it, and no page of its own; what one left another
 * one of its size has, and neighbours that are free are one piece again. */
static void memory_is_used_again(void **state) {
  enum { ENT_ROWS = 30000, ENT_ROW = 264 };
  const uint64_t cost = 272;
  static void *rows[ENT_ROWS];
  uint64_t n_regions;

  (void)state;
  for (int i = 0; i < ENT_ROWS; i++)
    rows[i] = ent_heap_alloc(ENT_ROW);
  n_regions = ent_heap_count().n_regions;
  if (!n_regions) skip(); /* a sanitizer's allocator */
  assert_in_range(ent_heap_count().used, ENT_ROWS * cost,
                  ENT_ROWS * cost + n_regions * 16); /* at their ends */
  assert_in_range(n_regions, 1, ENT_ROWS * cost / (2 << 20) + 1);
  for (int round = 0; round < 3; round++) {
    for (int i = round; i < ENT_ROWS; i += 2)
      ent_heap_free(rows[i], ENT_ROW);
    for (int i = round; i < ENT_ROWS; i += 2)
      rows[i] = ent_heap_alloc(ENT_ROW);
  }
  assert_int_equal(ent_heap_count().n_regions, n_regions);
  for (size_t i = 0; i < ENT_ROWS; i++) {
    if (i % 10) ent_heap_free(rows[i], ENT_ROW);
  }
  /* Where nine rows were, eight are. */
  for (size_t i = 0; i < ENT_ROWS; i += 10)
    rows[i + 1] = ent_heap_alloc(8 * cost);
  assert_int_equal(ent_heap_count().n_regions, n_regions);
  for (size_t i = 0; i < ENT_ROWS; i += 10) {
    ent_heap_free(rows[i], ENT_ROW);
    ent_heap_free(rows[i + 1], 8 * cost);
  }
  assert_int_equal(ent_heap_count().used, 0);
  assert_int_equal(ent_heap_count().n_regions, 1);
}

static void nothing_is_freed(void **state) {
  (void)state;
  ent_heap_free(NULL, 100);
  ent_heap_free(NULL, ENT_HEAP_MAX + 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pieces_are_their_owners),
      cmocka_unit_test(so_they_are_in_threads),
      cmocka_unit_test(memory_is_used_again),
      cmocka_unit_test(nothing_is_freed),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
