/* The items of CREATE VIRTUAL TABLE … USING entity(…): what each is, and what
 * is said about a wrong one. */
#include "backends/base/entity_items.h"
#include "backends/base/type_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ENT_MANY = 100 };

static ent_arena arena;

static int forget(void **state) {
  (void)state;
  ent_arena_done(&arena);
  return 0;
}

static ent_entity_items items_of(const char *const *items, size_t n) {
  ent_entity_items read;
  ent_error err = {0};

  if (ent_entity_items_read("user", items, n, &arena, &read, &err)) {
    fail_msg("%s", err.text);
  }
  return read;
}

/* The entity of one item. */
static ent_declared_entity entity_of(const char *item) {
  return items_of(&item, 1).entity;
}

static void assert_list_refused(const char *const *items, size_t n,
                                const char *why) {
  ent_entity_items read;
  ent_error err = {0};

  assert_int_equal(ent_entity_items_read("user", items, n, &arena, &read, &err),
                   ENT_CONFIG);
  assert_string_equal(err.text, why);
}

static void assert_refused(const char *item, const char *why) {
  assert_list_refused(&item, 1, why);
}

static void an_entity_without_items_has_no_columns(void **state) {
  ent_entity_items read = items_of(NULL, 0);

  (void)state;
  assert_string_equal(read.entity.name, "user");
  assert_string_equal(read.entity.table, "user");
  assert_string_equal(read.entity.pool, "default");
  assert_int_equal(read.entity.line, 0);
  assert_int_equal(read.entity.n_columns, 0);
  assert_int_equal(read.entity.n_key, 0);
  assert_false(read.entity.is_keyless);
  assert_null(read.entity.local_cache);
  assert_null(read.entity.redis_cache);
  assert_null(read.entity.log_pool);
  assert_null(read.config);
}

static void items_are_columns_in_their_order(void **state) {
  static const char *const items[] = {"id bigint unsigned",
                                      "name varchar(100) not null",
                                      "school_id references school not null"};
  ent_declared_entity entity = items_of(items, 3).entity;

  (void)state;
  assert_int_equal(entity.n_columns, 3);
  assert_string_equal(entity.columns[0].name, "id");
  assert_string_equal(ent_sql_type_shown(&entity.columns[0].type, &arena),
                      "bigint unsigned");
  assert_string_equal(entity.columns[1].name, "name");
  assert_false(entity.columns[1].is_nullable);
  assert_string_equal(entity.columns[2].reference, "school");
}

static void many_columns_are_kept(void **state) {
  const char *items[ENT_MANY];
  ent_declared_entity entity;

  (void)state;
  for (int i = 0; i < ENT_MANY; i++)
    items[i] = ent_arena_printf(&arena, "c%d int default %d", i, i);
  entity = items_of(items, ENT_MANY).entity;
  assert_int_equal(entity.n_columns, ENT_MANY);
  for (int i = 0; i < ENT_MANY; i++) {
    assert_string_equal(entity.columns[i].default_text,
                        ent_arena_printf(&arena, "%d", i));
  }
}

static void a_quoted_name_is_a_column(void **state) {
  (void)state;
  assert_string_equal(entity_of("\"index\" int").columns[0].name, "index");
  assert_string_equal(entity_of("`unique` int").columns[0].name, "unique");
  assert_string_equal(entity_of("[a b] int").columns[0].name, "a b");
  assert_string_equal(entity_of("'log' int").columns[0].name, "log");
  assert_string_equal(entity_of("\"a\"\"b\" int").columns[0].name, "a\"b");
}

static void a_word_of_an_option_can_be_a_column(void **state) {
  (void)state;
  assert_string_equal(entity_of("log text").columns[0].name, "log");
  assert_string_equal(entity_of("pool int").columns[0].name, "pool");
  assert_string_equal(entity_of("key int").columns[0].name, "key");
}

static void an_ignored_column_is_none(void **state) {
  (void)state;
  assert_int_equal(entity_of("scratch ignore").n_columns, 0);
}

static void indexes_have_columns_in_their_order(void **state) {
  static const char *const items[] = {
      "unique name_age(name, \"age\")", "index by_seen (seen)",
      "unique index three(a)", "UNIQUE KEY four(a, b)", "unique index(a)"};
  ent_declared_entity entity = items_of(items, 5).entity;

  (void)state;
  assert_int_equal(entity.n_indexes, 5);
  assert_string_equal(entity.indexes[0].name, "name_age");
  assert_true(entity.indexes[0].is_unique);
  assert_int_equal(entity.indexes[0].n_columns, 2);
  assert_string_equal(entity.indexes[0].columns[0], "name");
  assert_string_equal(entity.indexes[0].columns[1], "age");
  assert_false(entity.indexes[1].is_unique);
  assert_string_equal(entity.indexes[2].name, "three");
  assert_string_equal(entity.indexes[3].name, "four");
  assert_true(entity.indexes[3].is_unique);
  assert_string_equal(entity.indexes[4].name, "index");
}

static void a_key_stands_in_its_column_or_beside_them(void **state) {
  ent_declared_entity entity = entity_of("code char(3) primary key");

  (void)state;
  assert_int_equal(entity.n_key, 1);
  assert_string_equal(entity.key[0], "code");
  assert_false(entity.columns[0].is_nullable);
  entity = entity_of("primary key(a, b)");
  assert_int_equal(entity.n_key, 2);
  assert_string_equal(entity.key[1], "b");
  assert_false(entity.is_keyless);
  entity = entity_of("primary key ()");
  assert_int_equal(entity.n_key, 0);
  assert_true(entity.is_keyless);
}

static void queries_are_kept_as_text(void **state) {
  static const char *const items[] = {
      "query by_age(where age = ? order by id)",
      "query by_name( ONE where name = ? )", "query everything()",
      "query nested(where age in (1, (2)) and name <> ')')"};
  ent_declared_entity entity = items_of(items, 4).entity;

  (void)state;
  assert_int_equal(entity.n_queries, 4);
  assert_string_equal(entity.queries[0].name, "by_age");
  assert_string_equal(entity.queries[0].text, "where age = ? order by id");
  assert_false(entity.queries[0].is_one);
  assert_string_equal(entity.queries[1].text, "where name = ?");
  assert_true(entity.queries[1].is_one);
  assert_string_equal(entity.queries[2].text, "");
  assert_string_equal(entity.queries[3].text,
                      "where age in (1, (2)) and name <> ')'");
}

static void options_are_taken(void **state) {
  static const char *const items[] = {"pool=shop",
                                      "table='the users'",
                                      "local_cache",
                                      "redis_cache=second",
                                      "log = true",
                                      "dirty=(a, b)",
                                      "fake_delete",
                                      "charset=UTF8MB4",
                                      "wide=text",
                                      "renamed_from=person",
                                      "collation=utf8mb4_bin",
                                      "config='/srv/shop.yaml'"};
  ent_entity_items read = items_of(items, ENT_COUNT(items));

  (void)state;
  assert_string_equal(read.entity.pool, "shop");
  assert_string_equal(read.entity.table, "the users");
  assert_string_equal(read.entity.local_cache, "default");
  assert_string_equal(read.entity.redis_cache, "second");
  assert_string_equal(read.entity.log_pool, "shop");
  assert_int_equal(read.entity.n_dirty, 2);
  assert_string_equal(read.entity.dirty[1], "b");
  assert_true(read.entity.fake_delete);
  assert_string_equal(read.entity.charset, "utf8mb4");
  assert_string_equal(read.entity.collation, "utf8mb4_bin");
  assert_true(read.entity.is_wide);
  assert_string_equal(read.entity.renamed_from, "person");
  assert_string_equal(read.config, "/srv/shop.yaml");
}

static void what_is_false_is_not_there(void **state) {
  (void)state;
  assert_null(entity_of("local_cache=false").local_cache);
  assert_null(entity_of("log=false").log_pool);
  assert_false(entity_of("fake_delete=false").fake_delete);
}

static void an_option_may_have_one_stream_and_a_bare_text(void **state) {
  ent_declared_entity entity = entity_of("dirty=changed");

  (void)state;
  assert_int_equal(entity.n_dirty, 1);
  assert_string_equal(entity.dirty[0], "changed");
  assert_string_equal(entity_of("table=old-users ").table, "old-users");
}

static void wrong_options_are_refused(void **state) {
  static const char *const twice[] = {"pool=a", "pool=b"};
  static const char *const configs[] = {"config=a", "config=b"};
  static const char *const streams[] = {"dirty=a", "dirty=b"};

  (void)state;
  assert_refused("pol=shop", "pol: unknown option; did you mean 'pool'?");
  assert_refused("colour=red",
                 "colour: unknown option; there are pool, table, local_cache, "
                 "redis_cache, log, fake_delete, charset, collation, "
                 "renamed_from, wide, dirty");
  assert_refused("pool='a b'", "pool: expected the name of a pool");
  assert_refused("pool=", "pool: a value must stand behind '='");
  assert_refused("table=''", "table: the name is empty");
  assert_refused("table='a' b", "table: 'b' behind the value");
  assert_refused("local_cache='a b'",
                 "local_cache: expected true, false or the name of a pool");
  assert_refused("fake_delete=maybe", "fake_delete: expected true or false");
  assert_refused("charset='a b'",
                 "charset: expected the name of a charset, such as utf8mb4");
  assert_refused("collation='a b'", "collation: expected the name of a "
                                    "collation, such as utf8mb4_bin");
  assert_refused("wide=true", "wide: expected text, or nothing at all");
  assert_refused("dirty=5", "dirty: '5' where the name of a stream must stand");
  assert_refused("dirty=a b", "dirty: 'b' behind the streams");
  assert_list_refused(twice, 2, "pool: given twice");
  assert_list_refused(configs, 2, "config: given twice");
  assert_list_refused(streams, 2, "dirty: given twice");
}

static void wrong_indexes_are_refused(void **state) {
  static const char *const keys[] = {"a int primary key", "primary key(b)"};

  (void)state;
  assert_refused("index varchar(10) not null",
                 "varchar: '10' where the name of a column must stand");
  assert_refused("unique (a)",
                 "'(' where the name of an index must stand: unique "
                 "name_age(name, age); a column of this name is written in "
                 "quotes");
  assert_refused("index by_a",
                 "by_a: the end where columns must stand in parentheses");
  assert_refused("index by_a(a desc)",
                 "by_a: 'desc' where the name of a column must stand, or ')'");
  assert_refused("index by_a()",
                 "by_a: ')' where the name of a column must stand");
  assert_refused("index by_a(a) visible", "by_a: 'visible' behind the index");
  assert_refused("index ''(a)", "...: the name is empty");
  assert_refused("primary int",
                 "'int' behind 'primary': expected 'key'; a column of this "
                 "name is written in quotes");
  assert_refused("primary key", "primary key: the end where columns must stand "
                                "in parentheses");
  assert_refused("primary key() x", "primary key: 'x' behind the key");
  assert_list_refused(keys, 2,
                      "primary key: a second primary key; one of several "
                      "columns is written beside them");
  assert_refused("constraint fk foreign key (a) references b(id)",
                 "a foreign key is written as a column: school_id references "
                 "school on delete cascade");
  assert_refused("foreign key (a) references b(id)",
                 "a foreign key is written as a column: school_id references "
                 "school on delete cascade");
}

static void wrong_queries_are_refused(void **state) {
  (void)state;
  assert_refused("query (where a = ?)",
                 "'(' where the name of a query must stand: query "
                 "by_age(where age = ?); a column of this name is written in "
                 "quotes");
  assert_refused("query varchar",
                 "varchar: the end where the query must stand in parentheses");
  assert_refused("query q(where a = (?)", "q: a '(' is not closed");
  assert_refused("query q(where a = ?) limit 5", "q: 'limit' behind the query");
}

static void wrong_columns_are_refused_by_name(void **state) {
  static const char *const keys[] = {"a int primary key", "b int primary key"};

  (void)state;
  assert_refused("name varchr(100)",
                 "name: unknown type 'varchr'; did you mean 'varchar'?");
  assert_refused("name", "name: no type; expected one such as int unsigned, "
                         "varchar(100) or references school");
  assert_refused("5 int", "'5' where the name of a column must stand");
  assert_refused("\"a \" int", "a : the name ends with a blank");
  assert_refused("\"a\nb\" int", "...: the name has a control character");
  assert_refused("\"\xF0\x9F\x8D\x8B\" int",
                 "\xF0\x9F\x8D\x8B: the name has a character that MySQL takes "
                 "in no name");
  assert_refused("'' int", "...: the name is empty");
  assert_refused("x23456789012345678901234567890123456789012345678901234567890"
                 "12345 int",
                 "x23456789012345678901234567890123456789012345678901234567890"
                 "12345: the name has more than 64 characters");
  assert_refused("", "an item is empty: a ',' too many");
  assert_refused("\xff int", "is no UTF-8");
  assert_list_refused(keys, 2,
                      "b: a second primary key; one of several columns is "
                      "written beside them");
}

static void the_name_of_an_entity_is_checked(void **state) {
  ent_entity_items read;
  ent_error err = {0};

  (void)state;
  assert_int_equal(ent_entity_items_read("a\nb", NULL, 0, &arena, &read, &err),
                   ENT_CONFIG);
  assert_string_equal(err.text, "the name has a control character");
}

#define A_TEST(name) cmocka_unit_test_teardown(name, forget)

int main(void) {
  const struct CMUnitTest tests[] = {
      A_TEST(an_entity_without_items_has_no_columns),
      A_TEST(items_are_columns_in_their_order),
      A_TEST(many_columns_are_kept),
      A_TEST(a_quoted_name_is_a_column),
      A_TEST(a_word_of_an_option_can_be_a_column),
      A_TEST(an_ignored_column_is_none),
      A_TEST(indexes_have_columns_in_their_order),
      A_TEST(a_key_stands_in_its_column_or_beside_them),
      A_TEST(queries_are_kept_as_text),
      A_TEST(options_are_taken),
      A_TEST(what_is_false_is_not_there),
      A_TEST(an_option_may_have_one_stream_and_a_bare_text),
      A_TEST(wrong_options_are_refused),
      A_TEST(wrong_indexes_are_refused),
      A_TEST(wrong_queries_are_refused),
      A_TEST(wrong_columns_are_refused_by_name),
      A_TEST(the_name_of_an_entity_is_checked),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
