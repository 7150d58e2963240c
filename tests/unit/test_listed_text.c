#include "vtab/listed_text.h"

#include "cache/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const ent_column columns[] = {
    {.name = "id", .type = ENT_TYPE_INTEGER},
    {.name = "age", .type = ENT_TYPE_INTEGER},
    {.name = "ratio", .type = ENT_TYPE_DOUBLE},
    {.name = "price", .type = ENT_TYPE_DECIMAL},
    {.name = "name", .type = ENT_TYPE_TEXT},
    {.name = "big", .type = ENT_TYPE_UNSIGNED, .is_wide = true},
    {.name = "twice", .type = ENT_TYPE_INTEGER, .is_generated = true},
    {.name = "seen", .type = ENT_TYPE_DATETIME, .updates_itself = true},
};
static const uint16_t key[] = {0};
static const ent_entity entity = {.name = "t",
                                  .table = "t",
                                  .columns = columns,
                                  .n_columns = ENT_COUNT(columns),
                                  .key_kind = ENT_KEY_INTEGER,
                                  .key_columns = key,
                                  .n_key_columns = 1};

/* A text, and what it says: the number's column of each parameter, or '-' · the
 * columns that it names · its order, where it is of columns · F: it is fixed,
 * L: it has LIKE, O: it has an order. */
typedef struct text_case {
  const char *text;
  const char *says;
} text_case;

typedef struct words {
  char text[200];
  size_t size;
} words;

static void add(words *to, const char *word) {
  size_t size = strlen(word);

  assert_true(to->size + size < sizeof(to->text));
  memcpy(to->text + to->size, word, size + 1);
  to->size += size;
}

static const char *name_of(uint16_t column) {
  return column == ENT_NO_NUMBER ? "-" : columns[column].name;
}

static void write_text(const ent_listed_text *text, words *to) {
  for (size_t i = 0; i < text->n_parameters; i++) {
    add(to, i ? " " : "");
    add(to, name_of(text->numeric[i]));
  }
  add(to, "|");
  for (size_t i = 0; i < text->n_columns; i++) {
    add(to, i ? " " : "");
    add(to, name_of(text->columns[i]));
  }
  add(to, "|");
  for (size_t i = 0; i < text->n_orders; i++) {
    add(to, text->orders[i].descending ? "-" : "+");
    add(to, name_of(text->orders[i].column));
  }
  add(to, "|");
  add(to, text->is_fixed ? "F" : "");
  add(to, text->has_like ? "L" : "");
  add(to, text->has_order ? "O" : "");
}

static ent_status read_text(const char *sql, ent_arena *arena,
                            ent_listed_text *text) {
  const ent_declared_query query = {.name = "q", .text = sql};
  ent_error err = {.status = ENT_OK};

  return ent_listed_read(&query, &entity, arena, text, &err);
}

static void check(const text_case *cases, size_t n) {
  for (size_t i = 0; i < n; i++) {
    ent_arena arena = {.blocks = NULL};
    words said = {.size = 0};
    ent_listed_text text;

    assert_int_equal(read_text(cases[i].text, &arena, &text), ENT_OK);
    write_text(&text, &said);
    ent_arena_done(&arena);
    if (strcmp(said.text, cases[i].says) == 0) continue;
    print_error("%s: %s\n", cases[i].text, said.text);
    fail();
  }
}

static void a_number_is_one_where_it_is_compared_with_its_column(void **state) {
  static const text_case cases[] = {
      {"where age = ?", "age|age||F"},
      {"where AGE = ? AND (Ratio <= ?)", "age ratio|age ratio||F"},
      {"where \"age\" > ? or not id <> ? order by id", "age id|age id|+id|FO"},
      {"where (age != ? or ratio = ?) and name = ?",
       "age ratio -|age ratio name||F"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases));
}

static void anywhere_else_it_is_what_is_written(void **state) {
  static const text_case cases[] = {
      {"where ? = age", "-|age||F"},
      {"where price = ?", "-|price||F"},
      {"where big = ?", "-|big||F"},
      {"where name = ?", "-|name||F"},
      {"where age is ?", "-|age||F"},
      {"where age between ? and ?", "- -|age||F"},
      {"where age in (?, ?, ?)", "- - -|age||F"},
      {"where age + ? > 3", "-|age||F"},
      {"where age = ? + 1", "-|age||F"},
      {"where age = -?", "-|age||F"},
      {"where age = (?)", "-|age||F"},
      {"where -age = ?", "-|age||F"},
      {"where name || age = ?", "-|name age||F"},
      {"where age = ? = ?", "- -|age||F"},
      {"where (id, age) = (?, ?)", "- -|id age||F"},
      {"where age = id = ?", "-|age id||F"},
      {"where case when age > ? then 1 end", "-|age||F"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases));
}

static void an_order_of_columns_is_known_to_its_end(void **state) {
  static const text_case cases[] = {
      {"", "|||F"},
      {"order by age", "|age|+age|FO"},
      {"order by age desc, id asc, name", "|age id name|-age+id+name|FO"},
      {"where age > 1 order by age, age desc", "|age|+age-age|FO"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases));
}

static void any_other_order_is_none_of_columns(void **state) {
  static const text_case cases[] = {
      {"order by age + 1", "|age||FO"},
      {"order by -age", "|age||FO"},
      {"order by (age)", "|age||FO"},
      {"order by 1", "|||FO"},
      {"order by id, age desc nulls last", "|id age||FO"},
      {"order by age is null, id", "|age id||FO"},
      {"order by id, id, id, id, id, id, id, id, id", "|id||FO"},
      {"order by name collate nocase", "|name||O"},
      {"order by random()", "|||O"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases));
}

static void what_another_asker_may_find_otherwise_is_not_fixed(void **state) {
  static const text_case cases[] = {
      {"where lower(name) = ?", "-|name||"},
      {"where seen < current_timestamp", "|seen||"},
      {"where rowid = ?", "-|||"},
      {"where name = ? collate nocase", "-|name||"},
      {"where cast(age as text) = ?", "-|age||"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases));
}

static void words_in_texts_are_none(void **state) {
  static const text_case cases[] = {
      {"where name = 'age = ? order by id'", "|name||F"},
      {"where name like ? escape '!'", "-|name||FL"},
      {"where name glob 'now()' -- lower(?)", "|name||FL"},
      {"where name is not null and name not in ('like')", "|name||F"},
  };

  (void)state;
  check(cases, ENT_COUNT(cases));
}

/* The columns that are to have the values of its parameters. */
static void check_equals(const text_case *cases, size_t n) {
  for (size_t i = 0; i < n; i++) {
    ent_arena arena = {.blocks = NULL};
    words said = {.size = 0};
    ent_listed_text text;

    assert_int_equal(read_text(cases[i].text, &arena, &text), ENT_OK);
    add(&said, "");
    for (size_t k = 0; k < text.n_equals; k++) {
      add(&said, k ? " " : "");
      add(&said, columns[text.equals[k]].name);
    }
    ent_arena_done(&arena);
    if (strcmp(said.text, cases[i].says) == 0) continue;
    print_error("%s: %s\n", cases[i].text, said.text);
    fail();
  }
}

static void
columns_that_shall_have_values_are_known_where_that_is_all(void **state) {
  static const text_case cases[] = {
      {"where age = ?", "age"},
      {"WHERE Name == ? AND \"age\" = ? and [id] = ?", "name age id"},
      {"where price = ? order by lower(name)", "price"},
  };

  (void)state;
  check_equals(cases, ENT_COUNT(cases));
}

static void any_other_condition_is_more_than_that(void **state) {
  static const text_case cases[] = {
      {"", ""},
      {"order by age", ""},
      {"where age is ?", ""},
      {"where age > ?", ""},
      {"where age = ? or id = ?", ""},
      {"where age = ? and id > ?", ""},
      {"where age = ? and id = 3", ""},
      {"where age = ? and name is null", ""},
      {"where age = ? and age = ?", ""},
      {"where (age = ?)", ""},
      {"where not age = ?", ""},
      {"where 'age' = ?", ""},
      {"where rowid = ?", ""},
      {"where age = ? + 1", ""},
      {"where age = ? = ?", ""},
      {"where age = ? collate nocase", ""},
      {"where age = ? limit 3", ""},
      {"where age = ? order by id + ?", ""},
  };

  (void)state;
  check_equals(cases, ENT_COUNT(cases));
}

static void parameters_have_no_names(void **state) {
  static const char *const texts[] = {"where age = ?1", "where age = :age",
                                      "where age = @age"};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(texts); i++) {
    ent_arena arena = {.blocks = NULL};
    ent_listed_text text;

    assert_int_equal(read_text(texts[i], &arena, &text), ENT_CONFIG);
    ent_arena_done(&arena);
  }
}

/* Reads a text, and what lists of it depend on. */
static size_t aspects_of(const char *sql, ent_arena *arena,
                         const uint64_t **aspects) {
  ent_error err = {.status = ENT_OK};
  ent_listed_text text;
  size_t n = 0;

  assert_int_equal(read_text(sql, arena, &text), ENT_OK);
  assert_int_equal(ent_listed_aspects(&text, &entity, arena, aspects, &n, &err),
                   ENT_OK);
  return n;
}

static void
a_list_depends_on_its_columns_and_on_which_rows_there_are(void **state) {
  ent_arena arena = {.blocks = NULL};
  const uint64_t *aspects;

  (void)state;
  assert_int_equal(aspects_of("", &arena, &aspects), 1);
  assert_int_equal(aspects[0], ENT_TABLE_MEMBERS);
  assert_int_equal(
      aspects_of("where AGE = ? and age < 9 order by name", &arena, &aspects),
      3);
  assert_int_equal(aspects[0], ENT_TABLE_MEMBERS);
  assert_int_equal(aspects[1], ent_table_column("age"));
  assert_int_equal(aspects[2], ent_table_column("NAME"));
  ent_arena_done(&arena);
}

static void what_the_server_changes_itself_hangs_on_every_update(void **state) {
  static const char *const texts[] = {"where twice = ?", "order by seen"};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(texts); i++) {
    ent_arena arena = {.blocks = NULL};
    const uint64_t *aspects;

    assert_int_equal(aspects_of(texts[i], &arena, &aspects), 3);
    assert_int_equal(aspects[2], ENT_TABLE_ANYTHING);
    ent_arena_done(&arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_number_is_one_where_it_is_compared_with_its_column),
      cmocka_unit_test(anywhere_else_it_is_what_is_written),
      cmocka_unit_test(an_order_of_columns_is_known_to_its_end),
      cmocka_unit_test(any_other_order_is_none_of_columns),
      cmocka_unit_test(what_another_asker_may_find_otherwise_is_not_fixed),
      cmocka_unit_test(words_in_texts_are_none),
      cmocka_unit_test(
          columns_that_shall_have_values_are_known_where_that_is_all),
      cmocka_unit_test(any_other_condition_is_more_than_that),
      cmocka_unit_test(parameters_have_no_names),
      cmocka_unit_test(
          a_list_depends_on_its_columns_and_on_which_rows_there_are),
      cmocka_unit_test(what_the_server_changes_itself_hangs_on_every_update),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
