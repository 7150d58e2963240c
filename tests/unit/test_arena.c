/* Arenas: pieces are aligned, lie apart, and go all at once. */
#include "backends/base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ENT_N_PIECES = 400 };

static void pieces_are_aligned_and_lie_apart(void **state) {
  unsigned char *pieces[ENT_N_PIECES];
  ent_arena arena = {0};

  (void)state;
  for (size_t i = 0; i < ENT_N_PIECES; i++) {
    pieces[i] = ent_arena_alloc(&arena, i * 3);
    assert_non_null(pieces[i]);
    assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
    memset(pieces[i], (int)i, i * 3);
  }
  for (size_t i = 0; i < ENT_N_PIECES; i++) {
    for (size_t k = 0; k < i * 3; k++) {
      if (pieces[i][k] != (unsigned char)i) fail_msg("piece %zu", i);
    }
  }
  ent_arena_done(&arena);
}

static void a_large_piece_gets_its_own_block(void **state) {
  ent_arena arena = {0};
  char *small = ent_arena_strdup(&arena, "small");
  char *large = ent_arena_alloc(&arena, 1 << 20);

  (void)state;
  assert_non_null(large);
  memset(large, 'x', 1 << 20);
  assert_string_equal(small, "small");
  ent_arena_done(&arena);
}

static void a_cleared_piece_is_zero_also_after_a_reset(void **state) {
  ent_arena arena = {0};

  (void)state;
  memset(ent_arena_alloc(&arena, 1000), 'x', 1000);
  ent_arena_reset(&arena);
  for (int i = 0; i < 3; i++) {
    const char *piece = ent_arena_zalloc(&arena, 333);

    for (size_t k = 0; k < 333; k++)
      assert_int_equal(piece[k], 0);
  }
  ent_arena_done(&arena);
}

static void a_copy_ends_with_a_nul(void **state) {
  static const char bytes[] = {'a', '\0', 'b'};
  ent_arena arena = {0};
  const char *copy = ent_arena_copy(&arena, bytes, 3);

  (void)state;
  assert_memory_equal(copy, "a\0b\0", 4);
  assert_string_equal(ent_arena_copy(&arena, NULL, 0), "");
  assert_string_equal(ent_arena_strdup(&arena, "abc"), "abc");
  ent_arena_done(&arena);
}

static void printing_gives_the_whole_text(void **state) {
  ent_arena arena = {0};
  const char *text = ent_arena_printf(&arena, "%s-%9000d", "a", 7);

  (void)state;
  assert_int_equal(strlen(text), 9002);
  assert_memory_equal(text, "a-  ", 4);
  assert_int_equal(text[9001], '7');
  ent_arena_done(&arena);
}

static void a_reset_arena_gives_the_same_memory_again(void **state) {
  ent_arena arena = {0};
  const void *first = ent_arena_alloc(&arena, 100);

  (void)state;
  ent_arena_reset(&arena);
  assert_ptr_equal(ent_arena_alloc(&arena, 100), first);
  ent_arena_done(&arena);
}

static void an_empty_arena_can_be_reset_and_freed(void **state) {
  ent_arena arena = {0};

  (void)state;
  ent_arena_reset(&arena);
  ent_arena_done(&arena);
  assert_null(arena.blocks);
  assert_string_equal(ent_arena_strdup(&arena, "again"), "again");
  ent_arena_done(&arena);
  assert_null(arena.blocks);
}

static void a_size_that_nobody_has_is_refused(void **state) {
  ent_arena arena = {0};
  volatile size_t size = SIZE_MAX - 7;

  (void)state;
  assert_null(ent_arena_alloc(&arena, size));
  assert_null(ent_arena_zalloc(&arena, size));
  assert_null(arena.blocks);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pieces_are_aligned_and_lie_apart),
      cmocka_unit_test(a_large_piece_gets_its_own_block),
      cmocka_unit_test(a_cleared_piece_is_zero_also_after_a_reset),
      cmocka_unit_test(a_copy_ends_with_a_nul),
      cmocka_unit_test(printing_gives_the_whole_text),
      cmocka_unit_test(a_reset_arena_gives_the_same_memory_again),
      cmocka_unit_test(an_empty_arena_can_be_reset_and_freed),
      cmocka_unit_test(a_size_that_nobody_has_is_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
