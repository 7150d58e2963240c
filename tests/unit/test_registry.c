/* All that is declared, together: names, columns and references that do not
 * fit. */
#include "backends/base/entity_items.h"
#include "tests/unit/registry_text.h"

#include <stdio.h>

/* ---- names ---- */

static void names_that_differ_in_case_only_are_one_name(void **state) {
  (void)state;
  assert_refused(HEAD "  user: {columns: {id: int}}\n"
                      "  User: {table: u, columns: {id: int}}\n",
                 "t.yaml:5: User: an entity of this name is there already on "
                 "line 4");
  assert_refused(HEAD "  user: {columns: {id: int}}\n"
                      "  User: {columns: {id: int}}\n",
                 "t.yaml:5: User: an entity of this name is there already on "
                 "line 4");
  assert_refused(HEAD "  user: {columns: {id: int, a: int, A: int}}\n",
                 "t.yaml:4: user.A: a column of this name is there already");
  assert_refused(HEAD "  user: {columns: {id: int, a: int}, index: {i: a}, "
                      "unique: {I: [a, id]}}\n",
                 "t.yaml:4: user.I: an index of this name is there already; "
                 "line 4: user.i: the index 'I' begins with the same columns, "
                 "and does all that this one does; leave this one out");
}

static void an_embedded_column_can_meet_another(void **state) {
  (void)state;
  assert_refused(HEAD "  user:\n"
                      "    columns:\n"
                      "      id: int\n"
                      "      home_street: int\n"
                      "      home: {street: int}\n",
                 "t.yaml:8: user.home_street: a column of this name is there "
                 "already");
}

static void two_entities_cannot_have_one_table(void **state) {
  (void)state;
  assert_refused(HEAD "  user: {columns: {id: int}}\n"
                      "  person: {table: User, columns: {id: int}}\n",
                 "t.yaml:5: person: the table User of the server is that of "
                 "user on line 4 already");
  assert_refused("a: {mysql: 'mysql://app@h/shop'}\n"
                 "b: {mysql: 'mysql://other@h/shop'}\n"
                 "entities:\n"
                 "  user: {pool: a, columns: {id: int}}\n"
                 "  person: {pool: b, table: user, columns: {id: int}}\n",
                 "t.yaml:5: person: the table user of the server is that of "
                 "user on line 4 already");
  assert_right("a: {mysql: 'mysql://app@h/shop'}\n"
               "b: {mysql: 'mysql://app@h/Shop'}\n"
               "entities:\n"
               "  user: {pool: a, columns: {id: int}}\n"
               "  person: {pool: b, table: user, columns: {id: int}}\n");
}

static void tables_that_are_made_have_names_too(void **state) {
  (void)state;
  assert_refused(HEAD "  user: {fake_delete: true, columns: {id: int}}\n"
                      "  user_with_deleted: {columns: {id: int}}\n",
                 "t.yaml:5: user_with_deleted: the table user_with_deleted is "
                 "that of user.fake_delete on line 4 already");
  assert_refused(HEAD "  user: {log: true, columns: {id: int}}\n"
                      "  User_Log: {columns: {id: int}}\n",
                 "t.yaml:5: User_Log: the table User_Log is that of user.log "
                 "on line 4 already");
  assert_refused(HEAD "  user: {log: true, columns: {id: int}}\n"
                      "  x: {table: _log_user, columns: {id: int}}\n",
                 "t.yaml:5: x: the table _log_user of the server is that of "
                 "user.log on line 4 already");
  assert_refused(HEAD "  user_all: {columns: {id: int}}\n"
                      "  user: {columns: {id: int}, queries: {all: ''}}\n",
                 "t.yaml:5: user.all: the table user_all is that of user_all "
                 "on line 4 already");
}

static void a_log_table_has_a_name_of_its_own(void **state) {
  (void)state;
  assert_refused(
      HEAD "  x2345678901234567890123456789012345678901234567890123456789012: "
           "{log: true, columns: {id: int}}\n",
      "t.yaml:4: x2345678901234567890123456789012345678901234567890123456789012"
      ".log: the name of its table, "
      "_log_x2345678901234567890123456789012345678901234567890123456789012, "
      "has more than 64 characters");
}

static void some_names_are_taken(void **state) {
  (void)state;
  assert_refused(HEAD "  SQLite_x: {columns: {id: int}}\n",
                 "t.yaml:4: SQLite_x: a name that begins with sqlite_ is one "
                 "of SQLite's");
  assert_right(HEAD "  sqlite: {columns: {id: int}}\n");
  assert_refused(HEAD "  user: {columns: {id: int, _key: int}}\n",
                 "t.yaml:4: user._key: a column of this name is entable's "
                 "own");
  assert_refused(HEAD "  user: {columns: {id: int, _On_Duplicate: int}}\n",
                 "t.yaml:4: user._On_Duplicate: a column of this name is "
                 "entable's own");
  assert_refused(HEAD "  user: {fake_delete: true, columns: {id: int, "
                      "fake_delete: int}}\n",
                 "t.yaml:4: user.fake_delete: the option fake_delete makes a "
                 "column of this name itself; leave it out");
  assert_right(HEAD "  user: {columns: {id: int, fake_delete: int}}\n");
  assert_refused(HEAD "  user: {columns: {id: int, a: int}, index: {Primary: "
                      "a}}\n",
                 "t.yaml:4: user.Primary: is the name of the key in MySQL; "
                 "give the index another");
}

static void pools_must_be_there(void **state) {
  (void)state;
  assert_refused(HEAD "  user: {pool: defualt, columns: {id: int}}\n",
                 "t.yaml:4: user.pool: there is no pool 'defualt'; did you "
                 "mean 'default'?");
  assert_refused(HEAD "  user: {pool: elsewhere, columns: {id: int}}\n",
                 "t.yaml:4: user.pool: there is no pool 'elsewhere'");
  assert_refused(HEAD "  user: {log: elsewhere, columns: {id: int}}\n",
                 "t.yaml:4: user.log: there is no pool 'elsewhere'");
}

static void old_names_must_be_gone(void **state) {
  (void)state;
  assert_refused(HEAD "  user: {columns: {id: int}}\n"
                      "  person: {renamed_from: User, columns: {id: int}}\n",
                 "t.yaml:5: person.renamed_from: the table User is declared "
                 "still, by user");
  assert_refused(HEAD "  a: {renamed_from: old, columns: {id: int}}\n"
                      "  b: {renamed_from: old, columns: {id: int}}\n",
                 "t.yaml:5: b.renamed_from: a comes from the same table");
  assert_refused(HEAD "  user: {columns: {id: int, a: int, b: int renamed_from "
                      "A}}\n",
                 "t.yaml:4: user.b: renamed_from is a column that is declared "
                 "still");
  assert_refused(HEAD "  user: {columns: {id: int, b: int renamed_from b}}\n",
                 "t.yaml:4: user.b: renamed_from is the name that it has");
  assert_refused(HEAD "  user: {columns: {id: int, b: int renamed_from a, c: "
                      "int renamed_from A}}\n",
                 "t.yaml:4: user.c: 'b' was the same column");
}

/* ---- columns ---- */

static void enums_must_be_there_and_have_the_default(void **state) {
  (void)state;
  assert_refused(HEAD "  user: {columns: {id: int, c: enum colour}}\n",
                 "t.yaml:4: user.c: there is no enum 'colour'; did you mean "
                 "'color'?");
  assert_refused(HEAD
                 "  user: {columns: {id: int, c: enum color default 'red'}}\n",
                 "t.yaml:4: user.c: the default: 'red' is none of the words; "
                 "did you mean 'Red'?");
  assert_refused(HEAD "  user: {columns: {id: int, c: \"set color default "
                      "'Red,Blue'\"}}\n",
                 "t.yaml:4: user.c: the default: 'Blue' is none of the words");
  assert_refused(HEAD "  user: {columns: {id: int, c: set pair}}\n",
                 "t.yaml:4: user.c: word 1 has a comma, which a set cannot "
                 "have");
  assert_refused(HEAD "  user: {columns: {id: int, c: enum color default "
                      "current_timestamp}}\n",
                 "t.yaml:4: user.c: 'default current_timestamp' is for "
                 "datetime and timestamp, and enum is neither");
}

static void an_enum_that_is_wrong_is_told_of_once(void **state) {
  (void)state;
  assert_refused("default: {mysql: 'mysql://app@h/shop'}\n"
                 "enums: {color: Red}\n"
                 "entities:\n"
                 "  user: {columns: {id: int, c: enum color default 'Red'}}\n",
                 "t.yaml:2: enums.color: expected words such as [Red, Green, "
                 "Blue], or {values: [Red, Green], default: Green}");
}

static void a_column_that_is_wrong_is_told_of_once(void **state) {
  (void)state;
  assert_refused(HEAD "  user: {columns: {id: intt, a: varchr(9)}, index: "
                      "{by_a: a}}\n",
                 "t.yaml:4: user.id: unknown type 'intt'; did you mean 'int'?; "
                 "line 4: user.a: unknown type 'varchr'; did you mean "
                 "'varchar'?");
}

static void references_must_go_to_a_key(void **state) {
  (void)state;
  assert_refused(HEAD "  user: {columns: {id: int, s: references schol}}\n"
                      "  school: {columns: {id: int}}\n",
                 "t.yaml:4: user.s: there is no entity 'schol'; did you mean "
                 "'school'?");
  assert_refused(HEAD "  user: {columns: {id: int, s: references many x}}\n",
                 "t.yaml:4: user.s: there is no entity 'x'");
  assert_refused(HEAD "  user: {columns: {id: int, s: references a}}\n"
                      "  a: {columns: {x: int, y: int}, primary: [x, y]}\n",
                 "t.yaml:4: user.s: entity 'a' has a key of several columns, "
                 "to which no reference can go");
  assert_refused(HEAD "  user: {columns: {id: int, s: references many a}}\n"
                      "  a: {columns: {x: int}, primary: []}\n",
                 "t.yaml:4: user.s: entity 'a' has no key to refer to");
  assert_refused(HEAD "  a: {columns: {id: references b}}\n"
                      "  b: {columns: {id: references a}}\n",
                 "t.yaml:4: a.id: entity 'b' has a key that refers to itself "
                 "in a circle; line 5: b.id: entity 'a' has a key that refers "
                 "to itself in a circle");
  assert_refused(HEAD "  user: {columns: {id: int, s: references a default "
                      "'x'}}\n"
                      "  a: {columns: {id: int}}\n",
                 "t.yaml:4: user.s: the default of int must be a whole "
                 "number");
  assert_right(HEAD "  user: {columns: {id: int, boss: references user}}\n");
}

static void references_stay_on_their_server(void **state) {
  static const char text[] =
      "a: {mysql: 'mysql://app@h/shop'}\n"
      "b: {mysql: 'mysql://app@%s/other'}\n"
      "entities:\n"
      "  user: {pool: a, columns: {id: int, s: references %s school}}\n"
      "  school: {pool: b, columns: {id: int}}\n";
  char filled[400];

  (void)state;
  (void)text;
  snprintf(filled, sizeof(filled), text, "k", "");
  assert_refused(filled,
                 "t.yaml:4: user.s: entity 'school' is on another server (pool "
                 "b), where no reference can go; write the type of its key");
  snprintf(filled, sizeof(filled), text, "k", "many");
  assert_right(filled);
  snprintf(filled, sizeof(filled), text, "h", "");
  assert_right(filled);
}

static void charsets_and_collations_go_together(void **state) {
  (void)state;
  assert_refused(HEAD "  user: {charset: latin1, collation: utf8mb4_bin, "
                      "columns: {id: int}}\n",
                 "t.yaml:4: user: the collation utf8mb4_bin is none of the "
                 "charset latin1, whose collations begin with latin1_");
  assert_refused(HEAD
                 "  user: {columns: {id: int, a: text charset utf8 collate "
                 "utf8mb4_bin}}\n",
                 "t.yaml:4: user.a: the collation utf8mb4_bin is none of the "
                 "charset utf8, whose collations begin with utf8_");
  assert_right(HEAD
               "  user: {charset: utf8mb4, collation: uca1400_ai_ci, columns: "
               "{id: int, a: text charset utf8 collate utf8mb3_bin, b: text "
               "charset utf8mb3 collate utf8_bin, c: text charset binary "
               "collate binary}}\n");
}
static void a_table_has_columns_and_not_too_many(void **state) {
  ent_buf text;

  (void)state;
  ent_buf_init(&text, ENT_CONFIG_MAX_SIZE);
  append(&text, HEAD "  user: {columns: {id: int");
  for (int i = 1; i < 1018; i++)
    append(&text, ent_arena_printf(&arena, ", c%d: int", i));
  append(&text, "}}\n");
  assert_text_refused(&text, "t.yaml:4: user: 1018 columns; a table of InnoDB "
                             "has at most 1017");
  assert_refused(HEAD "  user: {table: x}\n",
                 "t.yaml:4: user: no columns; there must be one, such as id: "
                 "bigint unsigned");
}

/* ---- entities of SQL ---- */

static void what_has_no_lines_is_told_without(void **state) {
  static const char *const items[] = {"id int", "a enum x", "b references y"};
  static const ent_config_pool pool = {
      .name = "default", .address = {.host = "h", .database = "d"}};
  ent_problems problems = {.file = "shop", .arena = &arena};
  ent_entity_items read;
  ent_declared all = {.entities = &read.entity, .n_entities = 1};
  ent_error err = {0};

  (void)state;
  assert_int_equal(ent_entity_items_read("user", items, 3, &arena, &read, &err),
                   ENT_OK);
  ent_registry_check(&all, &pool, 1, &problems);
  assert_int_equal(ent_problems_report(&problems, &err), ENT_CONFIG);
  assert_string_equal(err.text, "shop: user.a: there is no enum 'x'; user.b: "
                                "there is no entity 'y'");
}

#define A_TEST(name) cmocka_unit_test_teardown(name, forget)

int main(void) {
  const struct CMUnitTest tests[] = {
      A_TEST(names_that_differ_in_case_only_are_one_name),
      A_TEST(an_embedded_column_can_meet_another),
      A_TEST(two_entities_cannot_have_one_table),
      A_TEST(tables_that_are_made_have_names_too),
      A_TEST(a_log_table_has_a_name_of_its_own),
      A_TEST(some_names_are_taken),
      A_TEST(pools_must_be_there),
      A_TEST(old_names_must_be_gone),
      A_TEST(enums_must_be_there_and_have_the_default),
      A_TEST(an_enum_that_is_wrong_is_told_of_once),
      A_TEST(a_column_that_is_wrong_is_told_of_once),
      A_TEST(references_must_go_to_a_key),
      A_TEST(references_stay_on_their_server),
      A_TEST(charsets_and_collations_go_together),
      A_TEST(a_table_has_columns_and_not_too_many),
      A_TEST(what_has_no_lines_is_told_without),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
