/* Types and defaults in the one spelling in which they are compared. */
#include "backends/mysql/shape_type.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above before it */
#include <cmocka.h>

#include <string.h>

static ent_sql_type read_type(const char *text, ent_arena *arena) {
  ent_sql_type type;

  assert_int_equal(ent_shape_type_read(text, arena, &type, NULL), ENT_OK);
  return type;
}

static void assert_shows(const char *text, const char *wanted) {
  ent_arena arena = {.blocks = NULL};
  ent_sql_type type = read_type(text, &arena);
  const char *shown;
  ent_buf buf;

  ent_buf_init(&buf, 1000);
  assert_int_equal(ent_shape_type_show(&buf, &type, NULL), ENT_OK);
  assert_int_equal(ent_buf_text(&buf, &shown, NULL), ENT_OK);
  assert_string_equal(shown, wanted);
  ent_buf_done(&buf);
  ent_arena_done(&arena);
}

static void assert_value(const char *type_text, const char *text,
                         const char *wanted) {
  ent_arena arena = {.blocks = NULL};
  ent_sql_type type = read_type(type_text, &arena);

  assert_string_equal(ent_shape_value(&type, text, &arena), wanted);
  ent_arena_done(&arena);
}

static void a_width_that_means_nothing_is_left_out(void **state) {
  (void)state;
  assert_shows("int(11)", "int");
  assert_shows("bigint(20) unsigned", "bigint unsigned");
  assert_shows("tinyint(1)", "tinyint");
  assert_shows("year(4)", "year");
  assert_shows("datetime(0)", "datetime");
}

static void a_size_that_is_not_said_is_added(void **state) {
  (void)state;
  assert_shows("decimal", "decimal(10,0)");
  assert_shows("decimal(8)", "decimal(8,0)");
  assert_shows("char", "char(1)");
  assert_shows("bit", "bit(1)");
  assert_shows("float(30)", "double");
}

static void what_cannot_be_declared_stays_what_it_is(void **state) {
  (void)state;
  assert_shows("int(5) unsigned zerofill", "int(5) unsigned zerofill");
  assert_shows("double(10,2)", "double(10,2)");
  assert_shows("inet6", "inet6");
}

static void words_are_read_as_they_are_quoted(void **state) {
  ent_arena arena = {.blocks = NULL};
  ent_sql_type type = read_type("enum('a','it''s','b,c','x\\\\y',')')", &arena);

  (void)state;
  assert_int_equal(type.n_words, 5);
  assert_string_equal(type.words[1], "it's");
  assert_string_equal(type.words[2], "b,c");
  assert_string_equal(type.words[3], "x\\y");
  assert_string_equal(type.words[4], ")");
  ent_arena_done(&arena);
}

static void a_decimal_has_all_its_digits(void **state) {
  (void)state;
  assert_value("decimal(8,2)", "0", "0.00");
  assert_value("decimal(8,2)", "1.5", "1.50");
  assert_value("decimal(8,2)", "1.005", "1.01");
  assert_value("decimal(8,2)", "-0.999", "-1.00");
  assert_value("decimal(8,2)", "99.995", "100.00");
  assert_value("decimal(8,2)", "-0.001", "0.00");
  assert_value("decimal(8,2)", "007", "7.00");
  assert_value("decimal(3,0)", ".5", "1");
}

static void numbers_have_one_form(void **state) {
  (void)state;
  assert_value("int", "+5", "5");
  assert_value("int", "-05", "-5");
  assert_value("int", "many", "many");
  assert_value("bit(4)", "b'101'", "5");
  assert_value("year", "0000", "0");
  assert_value("year", "20", "2020");
  assert_value("year", "70", "1970");
  assert_value("double", "1e3", "1000");
  assert_value("double", "1000.0", "1000");
  assert_value("float", "0.1", "0.1");
  assert_value("double(10,2)", "1", "1.00");
}

static void times_say_what_they_leave_out(void **state) {
  (void)state;
  assert_value("datetime", "2020-01-02", "2020-01-02 00:00:00");
  assert_value("datetime(3)", "2020-01-02 3:04", "2020-01-02 03:04:00.000");
  assert_value("datetime(3)", "2020-01-02T03:04:05.5",
               "2020-01-02 03:04:05.500");
  assert_value("time", "1:02", "01:02:00");
  assert_value("time(2)", "10:11:12.5", "10:11:12.50");
  assert_value("time", "-10:00:00", "-10:00:00");
  assert_value("time", "1:02 soon", "1:02 soon");
  assert_value("date", "2020-01-02", "2020-01-02");
}

static void a_set_is_in_the_order_of_its_words(void **state) {
  (void)state;
  assert_value("set('a','b','c')", "c,a", "a,c");
  assert_value("set('a','b','c')", "b,b", "b");
  assert_value("set('a','b','c')", "", "");
}

static void a_char_ends_with_no_space(void **state) {
  (void)state;
  assert_value("char(5)", "a  ", "a");
  assert_value("varchar(5)", "a  ", "a  ");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_width_that_means_nothing_is_left_out),
      cmocka_unit_test(a_size_that_is_not_said_is_added),
      cmocka_unit_test(what_cannot_be_declared_stays_what_it_is),
      cmocka_unit_test(words_are_read_as_they_are_quoted),
      cmocka_unit_test(a_decimal_has_all_its_digits),
      cmocka_unit_test(numbers_have_one_form),
      cmocka_unit_test(times_say_what_they_leave_out),
      cmocka_unit_test(a_set_is_in_the_order_of_its_words),
      cmocka_unit_test(a_char_ends_with_no_space),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
