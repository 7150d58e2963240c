/* Entities and enums in a file: what they mean, and what is said about wrong
 * ones. */
#include "backends/base/type_words.h"
#include "tests/unit/config_text.h"

#include <stdio.h>
#include <stdlib.h>

static ent_config *config;

static int forget(void **state) {
  (void)state;
  ent_config_free(config);
  config = NULL;
  return 0;
}

/* What a file declares; it lives until the next one. */
static const ent_declared *declared(const char *text) {
  ent_config_free(config);
  config = parsed(text);
  return &config->declared;
}

static const ent_declared_column *column(const ent_declared *from,
                                         const char *name) {
  const ent_declared_entity *entity = &from->entities[0];

  for (size_t i = 0; i < entity->n_columns; i++) {
    if (strcmp(entity->columns[i].name, name) == 0) return &entity->columns[i];
  }
  fail_msg("no column %s", name);
  return NULL;
}

/* The example of the manual. */
static const char example[] =
    POOL "enums:\n"
         "  color: [Red, Green, Blue]\n"
         "entities:\n"
         "  user:\n"
         "    pool: default\n"
         "    table: users\n"
         "    local_cache: near\n"
         "    redis_cache: second\n"
         "    log: true\n"
         "    dirty: [user_changed]\n"
         "    fake_delete: true\n"
         "    columns:\n"
         "      id:         bigint unsigned\n"
         "      name:       varchar(100) not null\n"
         "      age:        {type: smallint unsigned not null default 0, "
         "dirty: [age_changed]}\n"
         "      note:       {type: mediumtext, skip_log: true}\n"
         "      color:      enum color not null default 'Red'\n"
         "      tags:       set color\n"
         "      born:       date\n"
         "      seen:       datetime\n"
         "      price:      decimal(8,2) unsigned\n"
         "      school_id:  references school not null            # restrict\n"
         "      patron_id:  references school on delete cascade\n"
         "      friends:    references many user\n"
         "      profile:    json\n"
         "      address:    {street: varchar(255), building: smallint "
         "unsigned}\n"
         "      scratch:    ignore\n"
         "    unique: {name_age: [name, age]}\n"
         "    index:  {by_seen: [seen]}\n"
         "    queries:\n"
         "      by_age:  where age = ? order by id\n"
         "      by_name: one where name = ?\n"
         "      all:     \"\"\n"
         "  school:\n"
         "    columns:\n"
         "      id:   int unsigned\n"
         "      name: varchar(100) not null\n"
         "second: {redis: h}\n"
         "near: {local_cache: 1000}\n";

static void the_example_of_the_manual_is_declared(void **state) {
  const ent_declared *all = declared(example);
  const ent_declared_entity *user = &all->entities[0];

  (void)state;
  assert_int_equal(all->n_enums, 1);
  assert_string_equal(all->enums[0].name, "color");
  assert_int_equal(all->enums[0].n_words, 3);
  assert_string_equal(all->enums[0].words[2], "Blue");
  assert_string_equal(all->enums[0].default_word, "Red");
  assert_int_equal(all->enums[0].line, 3);
  assert_int_equal(all->n_entities, 2);
  assert_string_equal(user->name, "user");
  assert_int_equal(user->line, 5);
  assert_string_equal(user->pool, "default");
  assert_string_equal(user->table, "users");
  assert_string_equal(user->local_cache, "near");
  assert_string_equal(user->redis_cache, "second");
  assert_string_equal(user->log_pool, "default");
  assert_int_equal(user->n_dirty, 1);
  assert_string_equal(user->dirty[0], "user_changed");
  assert_true(user->fake_delete);
  assert_int_equal(user->n_columns, 15);
  assert_int_equal(user->n_indexes, 2);
  assert_int_equal(user->n_queries, 3);
  assert_string_equal(all->entities[1].table, "school");
  assert_null(all->entities[1].local_cache);
  assert_null(all->entities[1].log_pool);
}

static void columns_of_the_example_are_what_they_say(void **state) {
  const ent_declared *all = declared(example);

  (void)state;
  assert_string_equal(all->entities[0].columns[0].name, "id");
  assert_int_equal(column(all, "name")->line, 15);
  assert_false(column(all, "name")->is_nullable);
  assert_string_equal(column(all, "age")->default_text, "0");
  assert_int_equal(column(all, "age")->n_dirty, 1);
  assert_string_equal(column(all, "age")->dirty[0], "age_changed");
  assert_true(column(all, "note")->skips_log);
  assert_string_equal(column(all, "color")->enum_name, "color");
  assert_true(column(all, "tags")->is_set);
  assert_string_equal(column(all, "school_id")->reference, "school");
  assert_int_equal(column(all, "patron_id")->on_delete, ENT_ON_DELETE_CASCADE);
  assert_true(column(all, "friends")->is_many);
  assert_string_equal(column(all, "address_street")->type.name, "varchar");
  assert_string_equal(column(all, "address_building")->type.name, "smallint");
}

static void indexes_and_queries_of_the_example_are_kept(void **state) {
  const ent_declared_entity *user = &declared(example)->entities[0];

  (void)state;
  assert_string_equal(user->indexes[0].name, "name_age");
  assert_true(user->indexes[0].is_unique);
  assert_int_equal(user->indexes[0].n_columns, 2);
  assert_string_equal(user->indexes[0].columns[1], "age");
  assert_int_equal(user->indexes[0].line, 29);
  assert_string_equal(user->indexes[1].name, "by_seen");
  assert_false(user->indexes[1].is_unique);
  assert_string_equal(user->queries[0].text, "where age = ? order by id");
  assert_string_equal(user->queries[1].text, "where name = ?");
  assert_true(user->queries[1].is_one);
  assert_string_equal(user->queries[2].text, "");
  assert_int_equal(user->queries[2].line, 34);
}

static void a_column_as_a_mapping_has_all_its_keys(void **state) {
  const ent_declared *all =
      declared(POOL "entities:\n"
                    "  user:\n"
                    "    columns:\n"
                    "      id: bigint unsigned\n"
                    "      a: {type: varchar(9), charset: latin1, collation: "
                    "latin1_bin, renamed_from: old, dirty: changed, skip_log: "
                    "false}\n"
                    "      b: {type: bigint unsigned, wide: text}\n");

  (void)state;
  assert_string_equal(column(all, "a")->charset, "latin1");
  assert_string_equal(column(all, "a")->collation, "latin1_bin");
  assert_string_equal(column(all, "a")->renamed_from, "old");
  assert_string_equal(column(all, "a")->dirty[0], "changed");
  assert_false(column(all, "a")->skips_log);
  assert_true(column(all, "b")->is_wide);
}

static void groups_are_embedded_at_any_depth(void **state) {
  const ent_declared *all =
      declared(POOL "entities:\n"
                    "  user:\n"
                    "    columns:\n"
                    "      id: int\n"
                    "      home: {place: {street: text, no: {x: {y: int}}}}\n"
                    "      work: {type: {type: varchar(9)}, at: {type: date}}\n"
                    "    index: {by_type: work_type}\n");

  (void)state;
  assert_int_equal(all->entities[0].n_columns, 5);
  assert_string_equal(column(all, "home_place_street")->type.name, "text");
  assert_string_equal(column(all, "home_place_no_x_y")->type.name, "int");
  assert_string_equal(column(all, "work_type")->type.name, "varchar");
  assert_string_equal(column(all, "work_at")->type.name, "date");
}

static void a_key_is_one_column_several_or_none(void **state) {
  const ent_declared *all =
      declared(POOL "entities:\n"
                    "  a: {columns: {x: int, y: int}, primary: [x, y]}\n"
                    "  b: {columns: {x: int}, primary: x}\n"
                    "  c: {columns: {x: int}, primary: []}\n"
                    "  d: {columns: {x: int auto_increment primary key}}\n"
                    "  e: {columns: {id: int}}\n");

  (void)state;
  assert_int_equal(all->entities[0].n_key, 2);
  assert_string_equal(all->entities[0].key[1], "y");
  assert_int_equal(all->entities[1].n_key, 1);
  assert_int_equal(all->entities[2].n_key, 0);
  assert_true(all->entities[2].is_keyless);
  assert_string_equal(all->entities[3].key[0], "x");
  assert_int_equal(all->entities[4].n_key, 0);
  assert_false(all->entities[4].is_keyless);
}

static void an_enum_may_say_its_default(void **state) {
  const ent_declared *all =
      declared(POOL "enums:\n"
                    "  color: {values: [Red, Green], default: Green}\n"
                    "  empty: ['', a]\n");

  (void)state;
  assert_int_equal(all->enums[0].n_words, 2);
  assert_string_equal(all->enums[0].default_word, "Green");
  assert_string_equal(all->enums[1].default_word, "");
}

static void variables_are_replaced_in_entities_too(void **state) {
  const ent_declared *all;

  (void)state;
  setenv("ENT_TEST_TABLE", "users", 1);
  all = declared(POOL "entities: {user: {table: 'the_${ENT_TEST_TABLE}', "
                      "columns: {id: int}}}\n");
  assert_string_equal(all->entities[0].table, "the_users");
}

static void what_is_no_mapping_is_told_what_it_should_be(void **state) {
  (void)state;
  assert_refused(POOL "entities: []\n",
                 "t.yaml:2: entities: expected names of entities, such as "
                 "{user: {columns: {id: bigint unsigned}}}");
  assert_refused(POOL "entities: {user: 1}\n",
                 "t.yaml:2: user: expected what the entity is, such as "
                 "{columns: {id: bigint unsigned}}");
  assert_refused(POOL "entities: {user: {columns: int}}\n",
                 "t.yaml:2: user.columns: expected columns such as {id: bigint "
                 "unsigned, name: varchar(100) not null}; line 2: user: no "
                 "columns; there must be one, such as id: bigint unsigned");
  assert_refused(POOL "entities: {user: {columns: {id: int, a: {}}}}\n",
                 "t.yaml:2: user.a: expected columns such as {id: bigint "
                 "unsigned, name: varchar(100) not null}");
  assert_refused(POOL "entities: {user: {columns: {id: int, a: []}}}\n",
                 "t.yaml:2: user.a: expected a type such as int unsigned, "
                 "varchar(100) or references school");
  assert_refused(POOL "entities: {user: {columns: {id: int}, unique: [id]}}\n",
                 "t.yaml:2: user.unique: expected names of indexes with their "
                 "columns, such as {name_age: [name, age]}");
  assert_refused(
      POOL "entities: {user: {columns: {id: int}, index: {x: {id: 1}}}}\n",
      "t.yaml:2: user.x: expected a list of columns, such as [name, age]");
  assert_refused(
      POOL "entities: {user: {columns: {id: int}, primary: {id: 1}}}\n",
      "t.yaml:2: user.primary: expected the columns of the primary key, such "
      "as [id], or [] for none");
  assert_refused(POOL "entities: {user: {columns: {id: int}, queries: x}}\n",
                 "t.yaml:2: user.queries: expected names of queries with their "
                 "text, such as {by_age: where age = ?}");
  assert_refused(POOL
                 "entities: {user: {columns: {id: int}, queries: {x: []}}}\n",
                 "t.yaml:2: user.x: expected a text such as where age = ?");
  assert_refused(POOL "enums: 1\n",
                 "t.yaml:2: enums: expected names of enums with their words, "
                 "such as {color: [Red, Green, Blue]}");
}

static void wrong_enums_are_refused(void **state) {
  static const char expected[] =
      "t.yaml:2: enums.color: expected words such as [Red, Green, Blue], or "
      "{values: [Red, Green], default: Green}";

  (void)state;
  assert_refused(POOL "enums: {color: Red}\n", expected);
  assert_refused(POOL "enums: {color: {default: Red}}\n", expected);
  assert_refused(POOL "enums: {color: [[Red]]}\n", expected);
  assert_refused(POOL "enums: {color: {values: [Red], defualt: Red}}\n",
                 expected);
  assert_refused(POOL "enums: {color: []}\n",
                 "t.yaml:2: enums.color: no words: there must be one");
  assert_refused(POOL "enums: {color: [Red, Red]}\n",
                 "t.yaml:2: enums.color: the word 'Red' is given twice");
  assert_refused(POOL "enums: {color: {values: [Red], default: Rad}}\n",
                 "t.yaml:2: enums.color: the default: 'Rad' is none of the "
                 "words; did you mean 'Red'?");
  assert_refused(POOL "enums: {color: [Red], Color: [Red]}\n",
                 "t.yaml:2: enums.Color: an enum of this name is there "
                 "already");
  assert_refused(POOL "enums: {'': [Red]}\n", "t.yaml:2: an empty key");
  assert_refused(POOL "enums: {'a ': [Red]}\n",
                 "t.yaml:2: enums: a name that ends with a blank");
}

static void options_are_checked_as_in_sql(void **state) {
  (void)state;
  assert_refused(POOL "entities: {user: {colums: {id: int}}}\n",
                 "t.yaml:2: user: unknown key 'colums'; did you mean "
                 "'columns'? known: columns, unique, index, primary, queries, "
                 "pool, table, local_cache, redis_cache, log, dirty, "
                 "fake_delete, charset, collation, renamed_from, wide; line 2: "
                 "user: no columns; there must be one, such as id: bigint "
                 "unsigned");
  assert_refused(POOL "entities: {user: {columns: {id: int}, pool: 'a b'}}\n",
                 "t.yaml:2: user.pool: expected the name of a pool");
  assert_refused(POOL "entities: {user: {columns: {id: int}, table: [a]}}\n",
                 "t.yaml:2: user.table: expected a value");
  assert_refused(POOL
                 "entities: {user: {columns: {id: int}, fake_delete: 1}}\n",
                 "t.yaml:2: user.fake_delete: expected true or false");
  assert_refused(POOL "entities: {user: {columns: {id: int}, dirty: {}}}\n",
                 "t.yaml:2: user.dirty: expected the name of a stream, or a "
                 "list of them");
  assert_refused(
      POOL "entities: {user: {columns: {id: int primary key}, primary: id}}\n",
      "t.yaml:2: user.primary: a second primary key; one of several columns is "
      "written beside them");
}

/* What is said of the column `c` of one entity. */
static void assert_column_refused(const char *words, const char *why) {
  char text[300], expected[600];

  snprintf(text, sizeof(text),
           POOL
           "entities:\n  user:\n    columns:\n      id: int\n      c: %s\n",
           words);
  snprintf(expected, sizeof(expected), "t.yaml:6: user.%s", why);
  assert_refused(text, expected);
}

static void columns_are_checked_as_in_sql(void **state) {
  (void)state;
  assert_column_refused("varchr(9)",
                        "c: unknown type 'varchr'; did you mean 'varchar'?");
  assert_column_refused("int not null default null",
                        "c: 'default null' in a column that is not null");
  assert_column_refused("{type: varchr(9), charset: latin1}",
                        "c: unknown type 'varchr'; did you mean 'varchar'?");
  assert_column_refused("{type: int, charset: latin1}",
                        "c: a charset or collation is for texts, and int is "
                        "none");
  assert_column_refused("{type: varchar(9) charset latin1, charset: utf8}",
                        "c.charset: given twice: the type has it, too");
  assert_column_refused("{type: text collate utf8_bin, collation: utf8_bin}",
                        "c.collation: given twice: the type has it, too");
  assert_column_refused("{type: int dirty a, dirty: b}",
                        "c.dirty: given twice: the type has it, too");
  assert_column_refused("{type: int renamed_from a, renamed_from: b}",
                        "c.renamed_from: given twice: the type has it, too");
  assert_column_refused("{type: text, charset: 'a b'}",
                        "c.charset: expected the name of a charset, such as "
                        "utf8mb4");
  assert_column_refused("{type: text, collation: 'a b'}",
                        "c.collation: expected the name of a collation, such "
                        "as utf8mb4_bin");
  assert_column_refused("{type: int, skip_log: 1}",
                        "c.skip_log: expected true or false");
  assert_column_refused("{type: bigint unsigned, wide: true}",
                        "c.wide: expected text, or no such key");
  assert_column_refused("{type: int, renamed_from: []}",
                        "c.renamed_from: expected the name of a column");
  assert_column_refused("{type: int, renamed_from: 'a '}",
                        "c.renamed_from: a name that ends with a blank");
  assert_column_refused("{type: int, defualt: 5}",
                        "c: unknown key 'defualt'; known: type, charset, "
                        "collation, wide, dirty, skip_log, renamed_from");
  assert_column_refused("{\"a\\nb\": int}",
                        "c: a name that has a control character");
}

static void names_are_checked(void **state) {
  (void)state;
  assert_refused(POOL "entities: {\"a\\nb\": {columns: {id: int}}}\n",
                 "t.yaml:2: entities: a name that has a control character");
  assert_refused(POOL
                 "entities: {user: {columns: {id: int, \"a\\tb\": int}}}\n",
                 "t.yaml:2: user.columns: a name that has a control character");
  assert_refused(POOL
                 "entities: {user: {columns: {id: int}, index: {'x ': id}}}\n",
                 "t.yaml:2: user.index: a name that ends with a blank");
  assert_refused(
      POOL "entities: {user: {columns: {id: int}, queries: {'x ': ''}}}\n",
      "t.yaml:2: user.queries: a name that ends with a blank");
}

static void what_does_not_work_yet_is_named(void **state) {
  ent_error err = {0};

  (void)state;
  declared(example);
  assert_int_equal(ent_config_unfinished(config, &err), ENT_CONFIG);
  assert_string_equal(
      err.text,
      "t.yaml:5: user.dirty: does not work yet in this version; line 16: "
      "user.age.dirty: does not work yet in this version");
  declared(POOL
           "entities: {user: {wide: text, fake_delete: true, columns: {id: "
           "int, a: bit(64) wide text}}}\n");
  ent_error_clear(&err);
  assert_int_equal(ent_config_unfinished(config, &err), ENT_OK);
  declared(POOL "enums: {color: [Red]}\n");
  ent_error_clear(&err);
  assert_int_equal(ent_config_unfinished(config, &err), ENT_OK);
}

#define A_TEST(name) cmocka_unit_test_teardown(name, forget)

int main(void) {
  const struct CMUnitTest tests[] = {
      A_TEST(the_example_of_the_manual_is_declared),
      A_TEST(columns_of_the_example_are_what_they_say),
      A_TEST(indexes_and_queries_of_the_example_are_kept),
      A_TEST(a_column_as_a_mapping_has_all_its_keys),
      A_TEST(groups_are_embedded_at_any_depth),
      A_TEST(a_key_is_one_column_several_or_none),
      A_TEST(an_enum_may_say_its_default),
      A_TEST(variables_are_replaced_in_entities_too),
      A_TEST(what_is_no_mapping_is_told_what_it_should_be),
      A_TEST(wrong_enums_are_refused),
      A_TEST(options_are_checked_as_in_sql),
      A_TEST(columns_are_checked_as_in_sql),
      A_TEST(names_are_checked),
      A_TEST(what_does_not_work_yet_is_named),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
