#include "vtab/wording.h"

#include "backends/base/error.h"
#include "vtab/tokens.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A text, and what its words tell: a letter for each claim that holds. */
typedef struct wording_case {
  const char *sql;
  const char *claims;
} wording_case;

static void write_claims(const ent_wording *wording, char *to) {
  if (wording->joins_outer) *to++ = 'J';
  if (wording->joins_right) *to++ = 'F';
  if (wording->has_or) *to++ = 'O';
  if (wording->collates) *to++ = 'C';
  if (wording->collates_within) *to++ = 'W';
  if (wording->collates_apart) *to++ = 'A';
  if (wording->has_row_in) *to++ = 'R';
  if (wording->collates_row_in) *to++ = 'X';
  if (wording->names_rowid) *to++ = 'I';
  *to = 0;
}

static void check(const wording_case *cases, size_t n,
                  void (*read)(ent_wording *, const char *)) {
  for (size_t i = 0; i < n; i++) {
    ent_wording wording = {.has_or = false};
    char claims[12];

    read(&wording, cases[i].sql);
    write_claims(&wording, claims);
    if (strcmp(claims, cases[i].claims) == 0) continue;
    print_error("%s: %s\n", cases[i].sql, claims);
    fail();
  }
}

static void words_in_texts_and_comments_do_not_count(void **state) {
  static const wording_case cases[] = {
      {"", ""},
      {"SELECT 'x OR y COLLATE z'", ""},
      {"SELECT \"or\", `COLLATE` FROM [left join] -- OR", ""},
      {"SELECT /* COLLATE x */ 1 -- OR\n FROM t", ""},
      {"SELECT 'it''s' OR 1", "O"},
      {"SELECT \"a\"\"\" OR 1", "O"},
      {"SELECT '' or ''", "O"},
      {"SELECT [a\" OR ] OR 2", "O"},
      {"SELECT 1 -- two\nOR 2", "O"},
      {"SELECT 1 / 2 - 3 OR 2", "O"},
      {"SELECT 1 /* never ended OR", ""},
      {"SELECT 'never ended OR", ""},
      {"SELECT floor, \"x\"OR y", "O"},
      {"SELECT ordinal, xor, or_, größeor FROM t", ""},
  };

  (void)state;
  check(cases, ENT_COUNT(cases), ent_wording_read);
}

static void an_outer_join_has_one_of_four_words(void **state) {
  static const wording_case cases[] = {
      {"SELECT * FROM a left JOIN b", "J"},
      {"SELECT * FROM a NATURAL FULL OUTER JOIN b", "JF"},
      {"SELECT * FROM a RIGHT JOIN b", "JF"},
      {"SELECT * FROM a JOIN b CROSS JOIN lefty", ""},
  };

  (void)state;
  check(cases, ENT_COUNT(cases), ent_wording_read);
}

static void a_collation_of_an_order_does_not_count(void **state) {
  static const wording_case cases[] = {
      {"SELECT x FROM t WHERE y = 'a' COLLATE NOCASE", "C"},
      {"SELECT x FROM t WHERE y = 'a' collate binary", ""},
      {"SELECT x FROM t ORDER BY y COLLATE NOCASE, z COLLATE RTRIM", ""},
      {"SELECT x FROM t ORDER BY y, (z COLLATE RTRIM)", "C"},
      {"SELECT rank() OVER (ORDER BY y COLLATE a), x COLLATE b FROM t", "C"},
      {"SELECT rank() OVER (ORDER BY y COLLATE a) FROM t", ""},
      {"WITH c AS (SELECT 1 ORDER BY 1) VALUES (1 COLLATE x)", "CWA"},
      {"CREATE TRIGGER t BEGIN SELECT 1 ORDER BY 1; SELECT y COLLATE x; END",
       "CWA"},
      {"SELECT x COLLATE \"binary\" FROM t", "C"},
      {"SELECT x COLLATE -- \n NOCASE FROM t", "C"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases), ent_wording_read);
}

static void a_collation_within_is_one_beside_another_reading(void **state) {
  static const wording_case cases[] = {
      {"SELECT 1 WHERE x IN (SELECT y COLLATE NOCASE FROM u)", "CWA"},
      {"DELETE FROM t WHERE x IN (SELECT y COLLATE NOCASE FROM u)", "CWA"},
      {"UPDATE t SET y = 1 WHERE x IN (VALUES ('a' COLLATE NOCASE))", "CWA"},
      {"INSERT INTO t SELECT x COLLATE NOCASE FROM u", "C"},
      {"SELECT 1 WHERE x IN (SELECT y FROM u)", ""},
      {"SELECT 1 WHERE x COLLATE NOCASE IN ('a')", "C"},
      {"CREATE VIEW v AS SELECT x COLLATE NOCASE FROM t", "CA"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases), ent_wording_read);
}

static void a_row_value_in_a_subquery_is_seen(void **state) {
  static const wording_case cases[] = {
      {"SELECT 1 WHERE (x, y) IN (SELECT 1, 2)", "R"},
      {"SELECT 1 WHERE (x, y) in ( (VALUES (1, 2)))", "R"},
      {"SELECT 1 WHERE (x, y)/* */IN/* */(WITH c AS (SELECT 1) TABLE)", "R"},
      {"SELECT 1 WHERE (x, y) IN u", "R"},
      {"SELECT 1 WHERE (x, y) IN \"u\"", "R"},
      {"SELECT 1 WHERE x IN (SELECT 1)", ""},
      {"SELECT 1 WHERE f(x) IN ('a', 'b') OR (y)", "O"},
      {"SELECT 1 WHERE (x) NOT IN (SELECT 1)", ""},
      {"SELECT 1 WHERE (x, y) IN (SELECT 1 COLLATE c, 2)", "CWARX"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases), ent_wording_read);
}

static void a_rowid_has_three_names(void **state) {
  static const wording_case cases[] = {
      {"SELECT rowid FROM t", "I"},
      {"SELECT t.OID FROM t", "I"},
      {"SELECT \"_rowid_\" FROM t", "I"},
      {"SELECT rowids, _oid_ FROM t", ""},
  };

  (void)state;
  check(cases, ENT_COUNT(cases), ent_wording_read);
}

static void columns_of_tables_may_have_collations(void **state) {
  static const wording_case cases[] = {
      {"CREATE TABLE t (x TEXT, y INT CHECK (y > 1 OR y < 0))", ""},
      {"CREATE TABLE t (x TEXT COLLATE nocase)", "C"},
      {"CREATE TABLE t (x TEXT COLLATE binary)", "C"},
      {"CREATE VIRTUAL TABLE t USING fts5(entity)", "C"},
      {"CREATE VIRTUAL TABLE t USING entity(pool=x, table='y')", ""},
      {"CREATE VIRTUAL TABLE t USING mysql_view('SELECT 1')", ""},
  };

  (void)state;
  check(cases, ENT_COUNT(cases), ent_wording_read_table);
}

static void the_word_collate_is_found_quickly(void **state) {
  (void)state;
  assert_true(ent_wording_may_collate("x CoLLaTe y"));
  assert_true(ent_wording_may_collate("'uncollated'"));
  assert_true(ent_wording_may_collate("ccollate"));
  assert_false(ent_wording_may_collate("collat"));
  assert_false(ent_wording_may_collate(""));
  assert_false(ent_wording_may_collate("c o l l a t e"));
}

static void a_name_is_known_in_every_quote(void **state) {
  static const struct {
    const char *sql;
    const char *name;
    bool is;
  } cases[] = {
      {"Word", "wORD", true},
      {"\"word\"", "word", true},
      {"'word'", "word", true},
      {"`a``b`", "a`b", true},
      {"\"a\"\"b\"", "a\"b", true},
      {"[a\"b]", "a\"b", true},
      {"\"word\"", "wor", false},
      {"\"word\"", "words", false},
      {"word", "words", false},
      {"words", "word", false},
      {"\"\"", "", true},
      {"\"a\"\"\"", "a", false},
      {"(", "(", false},
      {"\"größe\"", "größe", true},
      {"\"never ended", "x", false},
      {"\"", "x", false},
  };

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(cases); i++) {
    ent_token token;

    ent_token_read(cases[i].sql, &token);
    if (ent_token_names(&token, cases[i].name) == cases[i].is) continue;
    print_error("%s is %s?\n", cases[i].sql, cases[i].name);
    fail();
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words_in_texts_and_comments_do_not_count),
      cmocka_unit_test(an_outer_join_has_one_of_four_words),
      cmocka_unit_test(a_collation_of_an_order_does_not_count),
      cmocka_unit_test(a_collation_within_is_one_beside_another_reading),
      cmocka_unit_test(a_row_value_in_a_subquery_is_seen),
      cmocka_unit_test(a_rowid_has_three_names),
      cmocka_unit_test(columns_of_tables_may_have_collations),
      cmocka_unit_test(the_word_collate_is_found_quickly),
      cmocka_unit_test(a_name_is_known_in_every_quote),
  };

  return cmocka_run_group_tests_name("wording", tests, NULL, NULL);
}
