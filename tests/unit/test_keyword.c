/* What a statement does, told by its first word. */
#include "backends/mysql/keyword.h"

#include "backends/base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void the_first_word_tells(void **state) {
  static const struct {
    const char *sql;
    ent_mysql_nature nature;
  } cases[] = {
      {"SELECT 1", ENT_NATURE_READS},
      {"  ((select 1))", ENT_NATURE_READS},
      {"-- note\nSHOW TABLES", ENT_NATURE_READS},
      {"# note\n/* more */ desc t", ENT_NATURE_READS},
      {"insert into t values (1)", ENT_NATURE_WRITES},
      {"WITH a AS (SELECT 1) DELETE FROM t", ENT_NATURE_WRITES},
      {"CALL p()", ENT_NATURE_CALLS},
      {"TRUNCATE t", ENT_NATURE_OTHER},
      {"SELECTED", ENT_NATURE_OTHER},
      {"/*! COMMIT */", ENT_NATURE_OTHER},
      {"/*M! COMMIT */", ENT_NATURE_OTHER},
      {"/* no end SELECT 1", ENT_NATURE_OTHER},
      {"-- no end", ENT_NATURE_OTHER},
      {"", ENT_NATURE_OTHER},
      {"(", ENT_NATURE_OTHER},
      {"/*", ENT_NATURE_OTHER},
      {"-", ENT_NATURE_OTHER},
  };

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(cases); i++) {
    const char *sql = cases[i].sql;

    assert_int_equal(ent_mysql_nature_of(sql, strlen(sql)), cases[i].nature);
  }
}

static void nothing_behind_the_text_is_read(void **state) {
  static const char sql[] = {'s', 'e', 'l', 'e', 'c', 't', 'x'};

  (void)state;
  assert_int_equal(ent_mysql_nature_of(sql, 6), ENT_NATURE_READS);
  assert_true(ent_mysql_keyword_is(sql, 6, "SELECT"));
  assert_false(ent_mysql_keyword_is(sql, 7, "SELECT"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_first_word_tells),
      cmocka_unit_test(nothing_behind_the_text_is_read),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
