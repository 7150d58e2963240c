/* Errors: the first one stays, and cutting never leaves half a character. */
#include "backends/base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ENT_WORD = 2 * ENT_ERROR_TEXT };

static void the_first_failure_stays(void **state) {
  ent_error err = {0};

  (void)state;
  assert_int_equal(ent_fail(&err, ENT_TIMEOUT, "read %d ms", 250), ENT_TIMEOUT);
  assert_int_equal(ent_fail(&err, ENT_PROTOCOL, "close"), ENT_PROTOCOL);
  assert_int_equal(ent_fail_nomem(&err), ENT_NOMEM);
  assert_int_equal(err.status, ENT_TIMEOUT);
  assert_string_equal(err.text, "read 250 ms");
}

static void a_cleared_error_takes_the_next_failure(void **state) {
  ent_error err = {.status = ENT_BUSY, .native = 1205, .text = "x"};

  (void)state;
  ent_error_clear(&err);
  assert_int_equal(err.status, ENT_OK);
  assert_int_equal(err.native, 0);
  assert_string_equal(err.text, "");
  assert_int_equal(ent_fail_nomem(&err), ENT_NOMEM);
  assert_string_equal(err.text, "out of memory");
}

static void context_goes_in_front(void **state) {
  ent_error err = {0};

  (void)state;
  ent_fail(&err, ENT_DUPLICATE, "duplicate entry");
  assert_int_equal(
      ent_error_context(&err, ENT_DUPLICATE, "insert into %s", "user"),
      ENT_DUPLICATE);
  assert_int_equal(ent_error_context(&err, ENT_DUPLICATE, "mysql"),
                   ENT_DUPLICATE);
  assert_string_equal(err.text, "mysql: insert into user: duplicate entry");
}

/* Fills a text with `n` bytes, then `tail`, and the rest. */
static void fill(char word[ENT_WORD], size_t n, const char *tail) {
  memset(word, 'x', ENT_WORD);
  memcpy(word + n, tail, strlen(tail));
  word[ENT_WORD - 1] = '\0';
}

static void a_long_text_is_cut_visibly(void **state) {
  char word[ENT_WORD];
  ent_error err = {0};

  (void)state;
  fill(word, 0, "");
  ent_fail(&err, ENT_REJECTED, "%s", word);
  assert_int_equal(strlen(err.text), ENT_ERROR_TEXT - 1);
  assert_string_equal(err.text + ENT_ERROR_TEXT - 4, "...");
  ent_error_context(&err, ENT_REJECTED, "c");
  assert_int_equal(strlen(err.text), ENT_ERROR_TEXT - 1);
  assert_memory_equal(err.text, "c: xxx", 6);
  assert_string_equal(err.text + ENT_ERROR_TEXT - 4, "...");
}

static void a_text_that_just_fits_is_whole(void **state) {
  char word[ENT_WORD];
  ent_error err = {0};

  (void)state;
  fill(word, 0, "");
  word[ENT_ERROR_TEXT - 1] = '\0';
  ent_fail(&err, ENT_REJECTED, "%s", word);
  assert_string_equal(err.text, word);
  ent_error_clear(&err);
  ent_fail(&err, ENT_REJECTED, "%s", word + 3);
  ent_error_context(&err, ENT_REJECTED, "y");
  assert_int_equal(strlen(err.text), ENT_ERROR_TEXT - 1);
  assert_string_equal(err.text + 3, word + 3);
}

/* Wherever the cut falls, what stands before "..." must be whole: nothing but
 * x, or the whole of `character` last. */
static void check_cuts(const char *character) {
  size_t size = strlen(character);

  for (size_t n = ENT_ERROR_TEXT - 12; n < ENT_ERROR_TEXT; n++) {
    char word[ENT_WORD];
    ent_error err = {0};
    size_t kept;

    fill(word, n, character);
    ent_fail(&err, ENT_REJECTED, "%s", word);
    kept = strlen(err.text) - 3;
    assert_string_equal(err.text + kept, "...");
    assert_memory_equal(err.text, word, kept);
    assert_true(kept <= n || kept >= n + size);
    assert_true(kept + 4 + size > ENT_ERROR_TEXT - 1);
  }
}

static void a_cut_falls_between_characters(void **state) {
  (void)state;
  check_cuts("\xC3\xA4");
  check_cuts("\xE2\x82\xAC");
  check_cuts("\xF0\x9F\x8D\x8B");
}

static void a_context_that_fills_the_text_is_cut(void **state) {
  char word[ENT_WORD];
  ent_error err = {0};

  (void)state;
  fill(word, 0, "");
  ent_fail(&err, ENT_BUSY, "reason");
  assert_int_equal(ent_error_context(&err, ENT_BUSY, "%s", word), ENT_BUSY);
  assert_int_equal(strlen(err.text), ENT_ERROR_TEXT - 1);
  assert_string_equal(err.text + ENT_ERROR_TEXT - 4, "...");
}

static void context_needs_a_failure(void **state) {
  ent_error err = {0};

  (void)state;
  assert_int_equal(ent_error_context(&err, ENT_OK, "mysql"), ENT_OK);
  assert_int_equal(ent_error_context(&err, ENT_DONE, "mysql"), ENT_DONE);
  assert_string_equal(err.text, "");
}

static void nobody_has_to_listen(void **state) {
  (void)state;
  assert_int_equal(ent_fail(NULL, ENT_NOMEM, "x"), ENT_NOMEM);
  assert_int_equal(ent_error_context(NULL, ENT_BUSY, "x"), ENT_BUSY);
}

static void every_status_has_a_name_and_words(void **state) {
  (void)state;
  assert_string_equal(ent_status_name(ENT_OK), "OK");
  assert_string_equal(ent_status_name(ENT_UNSUPPORTED), "UNSUPPORTED");
  assert_string_equal(ent_status_text(ENT_TIMEOUT), "deadline passed");
  for (int i = ENT_OK; i <= ENT_UNSUPPORTED; i++) {
    assert_true(strlen(ent_status_name((ent_status)i)) > 1);
    assert_true(strlen(ent_status_text((ent_status)i)) > 1);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_first_failure_stays),
      cmocka_unit_test(a_cleared_error_takes_the_next_failure),
      cmocka_unit_test(context_goes_in_front),
      cmocka_unit_test(a_long_text_is_cut_visibly),
      cmocka_unit_test(a_text_that_just_fits_is_whole),
      cmocka_unit_test(a_cut_falls_between_characters),
      cmocka_unit_test(a_context_that_fills_the_text_is_cut),
      cmocka_unit_test(context_needs_a_failure),
      cmocka_unit_test(nobody_has_to_listen),
      cmocka_unit_test(every_status_has_a_name_and_words),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
