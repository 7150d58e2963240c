/* All that is declared, together: keys, indexes and queries that do not fit. */
#include "tests/unit/registry_text.h"

#include <stdio.h>

/* ---- the key ---- */

static void a_key_must_be_there_and_fit(void **state) {
  (void)state;
  assert_refused(HEAD "  user: {columns: {a: int}}\n",
                 "t.yaml:4: user: no primary key: declare a column 'id', or "
                 "say which columns it is");
  assert_refused(HEAD "  user: {columns: {id: int}, primary: idd}\n",
                 "t.yaml:4: user.primary key: there is no column 'idd'; did "
                 "you mean 'id'?");
  assert_refused(HEAD "  user: {columns: {id: int}, primary: [id, ID]}\n",
                 "t.yaml:4: user.primary key: the column 'ID' is there twice");
  assert_refused(HEAD "  user: {columns: {id: text}}\n",
                 "t.yaml:4: user.primary key: the column 'id' is of type text, "
                 "which no key can have; varchar and varbinary can be in one");
  assert_refused(HEAD "  user: {columns: {id: int default null}}\n",
                 "t.yaml:4: user.id: 'default null' in a column of the primary "
                 "key");
  assert_refused(HEAD "  user: {columns: {id: references a on delete set "
                      "null}}\n"
                      "  a: {columns: {id: int}}\n",
                 "t.yaml:4: user.id: 'on delete set null' in a column of the "
                 "primary key");
  assert_right(HEAD "  user: {columns: {a: int}, primary: []}\n");
}

static void soft_deletion_needs_an_integer_key(void **state) {
  static const char why[] = "t.yaml:4: user.fake_delete: needs a primary key "
                            "that is one column and an integer";

  (void)state;
  assert_refused(
      HEAD "  user: {fake_delete: true, columns: {id: varchar(9)}}\n", why);
  assert_refused(HEAD "  user: {fake_delete: true, columns: {a: int, b: int}, "
                      "primary: [a, b]}\n",
                 why);
  assert_refused(
      HEAD "  user: {fake_delete: true, columns: {a: int}, primary: []}\n",
      why);
  assert_refused(HEAD "  user: {fake_delete: true, columns: {a: int}, primary: "
                      "[fake_delete]}\n",
                 "t.yaml:4: user: fake_delete cannot be in the primary key");
  assert_right(HEAD "  user: {fake_delete: true, columns: {id: references a}}\n"
                    "  a: {columns: {id: int}}\n");
}

static void what_the_server_numbers_begins_an_index(void **state) {
  (void)state;
  assert_refused(HEAD "  user: {columns: {id: varchar(9), n: int "
                      "auto_increment}}\n",
                 "t.yaml:4: user.n: auto_increment needs a primary key or an "
                 "index that begins with this column");
  assert_refused(HEAD "  user: {columns: {id: int auto_increment, n: int "
                      "auto_increment}, index: {n: n}}\n",
                 "t.yaml:4: user.n: 'id' has auto_increment already; one "
                 "column can");
  assert_right(HEAD "  user: {columns: {id: varchar(9), n: int "
                    "auto_increment}, unique: {n: [n, id]}}\n");
}

/* ---- indexes ---- */

/* What is said of an entity with these indexes. */
static void assert_indexes_refused(const char *indexes, const char *why) {
  char text[600], expected[600];

  snprintf(
      text, sizeof(text),
      HEAD
      "  user: {columns: {id: int, a: int, b: int, c: int, t: text, j: json}, "
      "%s}\n",
      indexes);
  snprintf(expected, sizeof(expected), "t.yaml:4: user.%s", why);
  assert_refused(text, expected);
}

static void columns_of_indexes_must_be_there(void **state) {
  (void)state;
  assert_indexes_refused("index: {x: [aa]}", "x: there is no column 'aa'");
  assert_indexes_refused("index: {x: [a, b, A]}",
                         "x: the column 'A' is there twice");
  assert_indexes_refused("index: {x: []}", "x: an index without columns");
  assert_indexes_refused("unique: {x: j}",
                         "x: the column 'j' is of type json, which no index "
                         "can have");
  assert_indexes_refused("index: {x: fake_delete}",
                         "x: there is no column 'fake_delete'");
  assert_indexes_refused(
      "index: {x: [a1, a2, a3, a4, a5, a6, a7, a8, a9, b1, b2, b3, b4, b5, b6, "
      "b7, b8]}",
      "x: 17 columns; MySQL takes at most 16");
}

static void an_index_has_the_beginning_of_a_long_text(void **state) {
  (void)state;
  assert_right(HEAD "  user: {columns: {id: int, t: text, b: blob}, index: {x: "
                    "[t, b]}}\n");
}

static void indexes_that_others_make_useless_are_refused(void **state) {
  (void)state;
  assert_indexes_refused("index: {x: [a], y: [a, b]}",
                         "x: the index 'y' begins with the same columns, and "
                         "does all that this one does; leave this one out");
  assert_indexes_refused("index: {x: [a, b], y: [A]}",
                         "y: the index 'x' begins with the same columns, and "
                         "does all that this one does; leave this one out");
  assert_indexes_refused("index: {x: a, y: a}",
                         "y: the index 'x' has the same columns, and does all "
                         "that this one does; leave this one out");
  assert_indexes_refused("unique: {x: a}, index: {y: a}",
                         "y: the index 'x' has the same columns, and does all "
                         "that this one does; leave this one out");
  assert_indexes_refused("index: {y: a}, unique: {x: [a, b]}",
                         "y: the index 'x' begins with the same columns, and "
                         "does all that this one does; leave this one out");
  assert_indexes_refused("unique: {x: a, y: a}",
                         "y: the index 'x' has the same columns, and does all "
                         "that this one does; leave this one out");
}

static void a_unique_index_forbids_more_than_one_of_more_columns(void **state) {
  (void)state;
  assert_right(HEAD "  user: {columns: {id: int, a: int, b: int}, unique: {x: "
                    "[a], y: [a, b]}}\n");
  assert_right(HEAD "  user: {columns: {id: int, a: int, b: int}, unique: {x: "
                    "[a]}, index: {y: [a, b], z: [b, a]}}\n");
}

static void a_reference_may_need_the_name_of_an_index(void **state) {
  static const char text[] =
      HEAD "  user: {columns: {id: int, a: int, s: references user}, index: "
           "{%s}}\n";
  char filled[300];

  (void)state;
  (void)text;
  snprintf(filled, sizeof(filled), text, "s: a");
  assert_refused(filled, "t.yaml:4: user.s: the reference 's' makes an index "
                         "of this name; give this one another");
  snprintf(filled, sizeof(filled), text, "s: [a, s], t: s");
  assert_right(filled);
}

static void a_table_has_at_most_64_indexes(void **state) {
  ent_buf text;

  (void)state;
  ent_buf_init(&text, ENT_CONFIG_MAX_SIZE);
  append(&text, HEAD "  user: {columns: {id: int, a: int}, index: {x: a");
  for (int i = 1; i < 65; i++)
    append(&text, ent_arena_printf(&arena, ", x%d: a", i));
  append(&text, "}}\n");
  assert_text_refused(&text,
                      "t.yaml:4: user: 65 indexes; a table has at most 64");
}

/* ---- queries ---- */

static void assert_query_refused(const char *query, const char *why) {
  char text[600], expected[600];

  snprintf(text, sizeof(text),
           HEAD "  user: {columns: {id: int, a: int, b: int, c: int, \"or\": "
                "int, s: references user}, index: {ab: [a, b]}, queries: {q: "
                "\"%s\"}}\n",
           query);
  if (!why) {
    assert_right(text);
    return;
  }
  snprintf(expected, sizeof(expected), "t.yaml:4: user.q: %s", why);
  assert_refused(text, expected);
}

static void queries_look_by_columns_of_an_index(void **state) {
  (void)state;
  assert_query_refused("", NULL);
  assert_query_refused("order by c", NULL);
  assert_query_refused("where a = ?", NULL);
  assert_query_refused("where b = ? order by c desc", NULL);
  assert_query_refused("WHERE b = ? AND a BETWEEN ? AND ?", NULL);
  assert_query_refused("where id = ? and A = ? and `b` = ?", NULL);
  assert_query_refused("where lower(a) = 'x' collate nocase", NULL);
  assert_query_refused("where cast(a as integer) = 5", NULL);
  assert_query_refused("where s = ?", NULL);
  assert_query_refused("where s = ? and id = ?", NULL);
  assert_query_refused("one where a = ? and b = ?", NULL);
  assert_query_refused("where c = ?",
                       "no index has all columns by which it looks (c)");
  assert_query_refused("where a = ? or c = ?",
                       "no index has all columns by which it looks (a, c)");
  assert_query_refused("where s = ? and a = ?",
                       "no index has all columns by which it looks (s, a)");
  assert_query_refused("where `or` = ?",
                       "no index has all columns by which it looks (or)");
}

static void wrong_queries_are_refused(void **state) {
  (void)state;
  assert_query_refused("where aa = ?", "there is no column 'aa'");
  assert_query_refused("where a = ? order by zzz", "there is no column 'zzz'");
  assert_query_refused("a = ?", "must begin with 'where' or 'order by', or be "
                                "empty for all rows");
  assert_query_refused("one", "a query for one row must say which: one where "
                              "name = ?");
  assert_query_refused("one order by a", "a query for one row must say which: "
                                         "one where name = ?");
  assert_query_refused("where a = ? limit 5",
                       "'limit' stands where the query is used, not in it");
  assert_query_refused("where a = ?; drop", "';' in a query");
  assert_query_refused("where a in (select b)", "a query inside a query");
  assert_query_refused("where a = 'x", "a quote (') is not closed");
  assert_refused(HEAD "  user: {fake_delete: true, columns: {id: int}, "
                      "queries: {q: where fake_delete = 0}}\n",
                 "t.yaml:4: user.q: fake_delete: a query gives living rows "
                 "only");
}

static void a_query_looks_by_at_most_32_columns(void **state) {
  char text[1200] = HEAD "  user: {columns: {id: int";

  (void)state;
  for (int i = 0; i < 33; i++)
    snprintf(text + strlen(text), 16, ", c%d: int", i);
  snprintf(text + strlen(text), 40, "}, queries: {q: where c0 = 1");
  for (int i = 1; i < 33; i++)
    snprintf(text + strlen(text), 20, " and c%d = 1", i);
  snprintf(text + strlen(text), 10, "}}\n");
  assert_refused(text, "t.yaml:4: user.q: looks by more than 32 columns");
}

#define A_TEST(name) cmocka_unit_test_teardown(name, forget)

int main(void) {
  const struct CMUnitTest tests[] = {
      A_TEST(a_key_must_be_there_and_fit),
      A_TEST(soft_deletion_needs_an_integer_key),
      A_TEST(what_the_server_numbers_begins_an_index),
      A_TEST(columns_of_indexes_must_be_there),
      A_TEST(an_index_has_the_beginning_of_a_long_text),
      A_TEST(indexes_that_others_make_useless_are_refused),
      A_TEST(a_unique_index_forbids_more_than_one_of_more_columns),
      A_TEST(a_reference_may_need_the_name_of_an_index),
      A_TEST(a_table_has_at_most_64_indexes),
      A_TEST(queries_look_by_columns_of_an_index),
      A_TEST(wrong_queries_are_refused),
      A_TEST(a_query_looks_by_at_most_32_columns),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
