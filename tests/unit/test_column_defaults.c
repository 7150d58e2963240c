/* The words of a column: those of enums and sets, and defaults. */
#include "tests/unit/column_text.h"

/* ---- enums and sets ---- */

static void an_enum_has_words_or_a_name(void **state) {
  ent_declared_column *column =
      &parsed("enum('Red', \"Green\", 'it''s') default 'it''s'")->column;

  (void)state;
  assert_string_equal(column->type.name, "enum");
  assert_int_equal(column->type.n_words, 3);
  assert_string_equal(column->type.words[1], "Green");
  assert_string_equal(column->type.words[2], "it's");
  assert_string_equal(column->default_text, "it's");
  assert_null(column->enum_name);
  assert_false(column->is_set);
  column = &parsed("enum color not null default 'Red'")->column;
  assert_null(column->type.name);
  assert_string_equal(column->enum_name, "color");
  assert_string_equal(column->default_text, "Red");
  assert_false(column->is_set);
  column = &parsed("set color")->column;
  assert_string_equal(column->enum_name, "color");
  assert_true(column->is_set);
}

static void words_of_an_enum_are_checked(void **state) {
  char text[1200] = "set('w0'";
  char word[300];

  (void)state;
  assert_refused("enum('a','b','a')", "the word 'a' is given twice");
  assert_refused("enum('a ')",
                 "word 1 ends with a blank, which MySQL cuts off");
  assert_refused("set('a','b,c')",
                 "word 2 has a comma, which a set cannot have");
  assert_refused("set('')", "word 1 is empty, which a set cannot have");
  assert_means("enum('')", "enum");
  assert_means("enum('a','A','a,b')", "enum");
  for (int i = 1; i < 65; i++)
    snprintf(text + strlen(text), 10, ",'w%d'", i);
  snprintf(text + strlen(text), 2, ")");
  assert_refused(text, "65 words; a set has at most 64");
  memset(word, 'x', 256);
  word[256] = '\0';
  snprintf(text, sizeof(text), "enum('%s')", word);
  assert_refused(text, "word 1 has more than 255 characters");
  assert_refused("enum()", "')' behind enum: expected words in parentheses: "
                           "('a','b')");
  assert_refused("enum('a' 'b')",
                 "a text in quotes behind enum: expected words "
                 "in parentheses: ('a','b')");
  assert_refused("enum",
                 "the end behind enum: expected words in parentheses or "
                 "the name of an enum");
}

static void an_enum_has_at_most_65535_words(void **state) {
  char *text = ent_arena_alloc(&arena, 65536 * 9 + 8);
  size_t size = 5;

  (void)state;
  assert_non_null(text);
  memcpy(text, "enum(", 6);
  for (int i = 0; i < 65536; i++)
    size += (size_t)snprintf(text + size, 10, "'%05d',", i);
  text[size - 1] = ')';
  assert_refused(text, "65536 words; an enum has at most 65535");
  text[size - 9] = ')';
  text[size - 8] = '\0';
  assert_int_equal(parsed(text)->column.type.n_words, 65535);
}

static void a_default_is_one_of_the_words(void **state) {
  (void)state;
  assert_default("enum('Red','Green')", "'Green'", "Green");
  assert_refused("enum('Red','Green') default 'Gren'",
                 "the default: 'Gren' is none of the words; did you mean "
                 "'Green'?");
  assert_refused("enum('Red') default 'Violet'",
                 "the default: 'Violet' is none of the words");
  assert_refused("set('a','b') default 'a,c'",
                 "the default: 'c' is none of the words");
}

static void the_default_of_a_set_is_in_the_order_of_the_set(void **state) {
  (void)state;
  assert_default("set('a','b','c')", "'c,a'", "a,c");
  assert_default("set('a','b','c')", "'b,b'", "b");
  assert_default("set('a','b','c')", "''", "");
}

/* ---- defaults ---- */

static void the_default_of_a_number_is_spelt_in_one_way(void **state) {
  (void)state;
  assert_default("int", "007", "7");
  assert_default("int", "'+7'", "7");
  assert_default("int", "-0", "0");
  assert_default("int", "7.00", "7");
  assert_default("bool", "true", "1");
  assert_default("decimal(8,2)", "0", "0.00");
  assert_default("decimal(8,2)", "-01.50", "-1.50");
  assert_default("decimal(8,2)", ".5", "0.50");
  assert_default("decimal(8,2)", "'1.500'", "1.50");
  assert_default("decimal(8,0)", "7.", "7");
  assert_default("double", "1e6", "1e6");
  assert_default("float", "-.5", "-.5");
  assert_default("bit(8)", "b'101'", "5");
  assert_default("bit(64)", "18446744073709551615", "18446744073709551615");
  assert_default("year", "0", "0000");
  assert_default("year", "'2021'", "2021");
}

static void a_number_must_fit_its_column(void **state) {
  (void)state;
  assert_default("tinyint", "-128", "-128");
  assert_default("bigint", "-9223372036854775808", "-9223372036854775808");
  assert_default("bigint unsigned", "18446744073709551615",
                 "18446744073709551615");
  assert_refused("tinyint default 128",
                 "the default of tinyint is out of its range, -128 to 127");
  assert_refused("tinyint default -129",
                 "the default of tinyint is out of its range, -128 to 127");
  assert_refused("mediumint unsigned default 16777216",
                 "the default of mediumint unsigned is out of its range, 0 to "
                 "16777215");
  assert_refused("bigint unsigned default 18446744073709551616",
                 "the default of bigint unsigned is out of its range, 0 to "
                 "18446744073709551615");
  assert_refused("int unsigned default -1",
                 "the default of int unsigned cannot be negative");
  assert_refused("int default 1.5",
                 "the default of int must be a whole number");
  assert_refused("int default 'x'",
                 "the default of int must be a whole number");
  assert_refused("int default ''", "the default of int must be a whole number");
  assert_refused("decimal(4,2) default 100",
                 "the default of decimal(4,2) has more digits than that");
  assert_refused("decimal(4,2) default 1.005",
                 "the default of decimal(4,2) has more digits than that");
  assert_refused("decimal(4,2) unsigned default -1",
                 "the default of decimal(4,2) unsigned cannot be negative");
  assert_refused("decimal(4,2) default '1e1'",
                 "the default of decimal(4,2) must be a plain number, such as "
                 "1.50");
  assert_refused("double default 'inf'",
                 "the default of double must be a number, such as 1.5 or 1e6");
  assert_refused("double default '1e'",
                 "the default of double must be a number, such as 1.5 or 1e6");
  assert_refused("double default '.'",
                 "the default of double must be a number, such as 1.5 or 1e6");
  assert_refused("float unsigned default -1.5",
                 "the default of float unsigned cannot be negative");
  assert_refused(
      "bit(2) default 4",
      "the default of bit(2) must be a whole number of so many bits");
  assert_refused("bit(2) default b'12'", "b'...' must be 1 to 64 bits, 0 or 1");
  assert_refused("year default 1900",
                 "the default of year must be a year from 1901 to 2155, or 0");
  assert_refused("year default 21",
                 "the default of year must be a year from 1901 to 2155, or 0");
}

static void a_text_must_fit_its_column(void **state) {
  (void)state;
  assert_default("varchar(3)", "'\xC3\xA4\xC3\xB6\xC3\xBC'",
                 "\xC3\xA4\xC3\xB6\xC3\xBC");
  assert_default("varchar(3)", "\"it\"", "it");
  assert_default("varchar(3)", "5", "5");
  assert_default("varchar(3)", "''", "");
  assert_refused("varchar(3) default 'four'",
                 "the default of varchar(3) is longer than that");
  assert_refused("varbinary(3) default '\xC3\xA4\xC3\xB6'",
                 "the default of varbinary(3) is longer than that");
  assert_refused("text default 'x'",
                 "a column of type text has no default in MySQL; leave it out");
  assert_refused("blob default ''",
                 "a column of type blob has no default in MySQL; leave it out");
  assert_refused("point default 1",
                 "a column of type point has no default in MySQL; leave it "
                 "out");
  assert_means("json default null", "json default null");
}

static void a_time_must_be_one(void **state) {
  (void)state;
  assert_default("date", "'2020-02-29'", "2020-02-29");
  assert_default("date", "'0000-00-00'", "0000-00-00");
  assert_default("datetime", "'2021-02-03'", "2021-02-03 00:00:00");
  assert_default("datetime", "'2021-02-03 04:05:06.000'",
                 "2021-02-03 04:05:06");
  assert_default("datetime(3)", "'2021-02-03 04:05:06.5'",
                 "2021-02-03 04:05:06.500");
  assert_default("time", "'-838:59:59'", "-838:59:59");
  assert_default("time(2)", "'01:02:03'", "01:02:03.00");
  assert_refused("date default '2021-13-01'",
                 "the default of date must be a date such as '2021-02-28'");
  assert_refused("date default '2021-04-31'",
                 "the default of date must be a date such as '2021-02-28'");
  assert_refused("date default '2021-04-30x'",
                 "the default of date must be a date such as '2021-02-28'");
  assert_refused("date default 20210430",
                 "the default of date must be a date such as '2021-02-28'");
  assert_refused("datetime default '2021-02-03 24:00:00'",
                 "the default of datetime must be a time such as '2021-02-28 "
                 "23:59:59', with no more digits behind the second than the "
                 "column has");
  assert_refused("datetime(1) default '2021-02-03 04:05:06.55'",
                 "the default of datetime(1) must be a time such as "
                 "'2021-02-28 23:59:59', with no more digits behind the second "
                 "than the column has");
  assert_refused("datetime default '2021-02-03 04:05:06.'",
                 "the default of datetime must be a time such as '2021-02-28 "
                 "23:59:59', with no more digits behind the second than the "
                 "column has");
  assert_refused("time default '839:00:00'",
                 "the default of time must be a time from '-838:59:59' to "
                 "'838:59:59', with no more digits behind the second than the "
                 "column has");
}

static void a_default_that_is_no_value_is_refused(void **state) {
  static const char why[] = "a number, a text in quotes ('Red'), null or "
                            "current_timestamp";
  char text[200];

  (void)state;
  snprintf(text, sizeof(text), "'Red' behind 'default': expected %s", why);
  assert_refused("varchar(9) default Red", text);
  snprintf(text, sizeof(text), "'(' behind 'default': expected %s", why);
  assert_refused("int default (1 + 1)", text);
  snprintf(text, sizeof(text), "the end behind 'default': expected %s", why);
  assert_refused("int default", text);
  assert_refused("int default -",
                 "the end behind 'default': expected a number");
}

#define A_TEST(name) cmocka_unit_test_teardown(name, forget)

int main(void) {
  const struct CMUnitTest tests[] = {
      A_TEST(an_enum_has_words_or_a_name),
      A_TEST(words_of_an_enum_are_checked),
      A_TEST(an_enum_has_at_most_65535_words),
      A_TEST(a_default_is_one_of_the_words),
      A_TEST(the_default_of_a_set_is_in_the_order_of_the_set),
      A_TEST(the_default_of_a_number_is_spelt_in_one_way),
      A_TEST(a_number_must_fit_its_column),
      A_TEST(a_text_must_fit_its_column),
      A_TEST(a_time_must_be_one),
      A_TEST(a_default_that_is_no_value_is_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
