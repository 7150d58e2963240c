/* The words of a column: what they mean, and what is said about wrong ones. */
#include "backends/base/column_words.h"
#include "backends/base/type_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static ent_arena arena;

static int forget(void **state) {
  (void)state;
  ent_arena_done(&arena);
  return 0;
}

static ent_status read_words(const char *text, ent_column_words *words,
                             ent_error *err) {
  ent_status status = ent_column_words_read(text, &arena, words, err);

  return status ? status : ent_column_words_check(words, &arena, err);
}

static ent_column_words *parsed(const char *text) {
  ent_column_words *words = ent_arena_zalloc(&arena, sizeof(*words));
  ent_error err = {0};

  assert_non_null(words);
  words->column.name = "c";
  words->column.line = 7;
  if (read_words(text, words, &err)) fail_msg("%s: %s", text, err.text);
  assert_string_equal(words->column.name, "c");
  assert_int_equal(words->column.line, 7);
  return words;
}

/* The type, "not null" and the default of what some words say. */
static const char *meaning(const char *text) {
  ent_declared_column *column = &parsed(text)->column;
  const char *type = ent_sql_type_shown(&column->type, &arena);
  const char *null = column->is_nullable ? "" : " not null";

  switch (column->default_kind) {
  case ENT_DEFAULT_NONE: return ent_arena_printf(&arena, "%s%s", type, null);
  case ENT_DEFAULT_NULL:
    return ent_arena_printf(&arena, "%s%s default null", type, null);
  case ENT_DEFAULT_NOW:
    return ent_arena_printf(&arena, "%s%s default now", type, null);
  case ENT_DEFAULT_VALUE: break;
  }
  return ent_arena_printf(&arena, "%s%s default '%s'", type, null,
                          column->default_text);
}

static void assert_means(const char *text, const char *what) {
  assert_string_equal(meaning(text), what);
}

/* Any default that is spelt like this one is one and the same. */
static void assert_default(const char *type, const char *value,
                           const char *spelt) {
  char text[300];

  snprintf(text, sizeof(text), "%s default %s", type, value);
  assert_string_equal(parsed(text)->column.default_text, spelt);
}

static void assert_refused(const char *text, const char *why) {
  ent_column_words words = {.column = {.name = "c"}};
  ent_error err = {0};

  assert_int_equal(read_words(text, &words, &err), ENT_CONFIG);
  assert_string_equal(err.text, why);
}

/* ---- types ---- */

static void every_type_is_known_by_its_name(void **state) {
  static const char *const names[] = {
      "tinyint",      "smallint",    "mediumint",       "int",
      "bigint",       "float",       "double",          "year",
      "tinytext",     "text",        "mediumtext",      "longtext",
      "tinyblob",     "blob",        "mediumblob",      "longblob",
      "date",         "time",        "datetime",        "timestamp",
      "json",         "geometry",    "point",           "linestring",
      "polygon",      "multipoint",  "multilinestring", "multipolygon",
      "varchar(100)", "char(2)",     "binary(16)",      "varbinary(16)",
      "bit(8)",       "time(3)",     "datetime(6)",     "timestamp(1)",
      "float(7,3)",   "double(9,0)", "decimal(8,2)",    "geometrycollection"};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(names); i++)
    assert_means(names[i], names[i]);
}

static void other_names_of_a_type_are_that_type(void **state) {
  (void)state;
  assert_means("INTEGER", "int");
  assert_means("int1", "tinyint");
  assert_means("int2", "smallint");
  assert_means("int3", "mediumint");
  assert_means("middleint", "mediumint");
  assert_means("int4", "int");
  assert_means("int8", "bigint");
  assert_means("dec(4)", "decimal(4,0)");
  assert_means("numeric(4,1)", "decimal(4,1)");
  assert_means("fixed", "decimal(10,0)");
  assert_means("float4", "float");
  assert_means("float8", "double");
  assert_means("double precision not null", "double not null");
  assert_means("real", "double");
  assert_means("bool", "tinyint(1)");
  assert_means("boolean not null default false",
               "tinyint(1) not null default '0'");
  assert_means("character(3)", "char(3)");
  assert_means("character varying(3)", "varchar(3)");
  assert_means("char varying(3)", "varchar(3)");
  assert_means("varcharacter(3)", "varchar(3)");
  assert_means("geomcollection", "geometrycollection");
}

static void national_texts_have_a_charset(void **state) {
  static const char *const names[] = {
      "nchar(3)",
      "national char(3)",
      "national character(3)",
  };

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(names); i++) {
    assert_means(names[i], "char(3)");
    assert_string_equal(parsed(names[i])->column.charset, "utf8");
  }
  assert_means("nvarchar(3)", "varchar(3)");
  assert_means("nchar varying(3)", "varchar(3)");
  assert_means("national varchar(3)", "varchar(3)");
  assert_means("national character varying(3)", "varchar(3)");
  assert_null(parsed("char(3)")->column.charset);
}

static void sizes_that_mean_something_are_spelt_out(void **state) {
  (void)state;
  assert_means("decimal", "decimal(10,0)");
  assert_means("char", "char(1)");
  assert_means("binary", "binary(1)");
  assert_means("bit", "bit(1)");
  assert_means("tinyint(1)", "tinyint(1)");
  assert_means("float(53)", "double");
}

static void sizes_that_mean_nothing_are_left_out(void **state) {
  (void)state;
  assert_means("int(11)", "int");
  assert_means("tinyint(4)", "tinyint");
  assert_means("datetime(0)", "datetime");
  assert_means("year(4)", "year");
  assert_means("float(24)", "float");
}

static void sizes_out_of_bounds_are_refused(void **state) {
  (void)state;
  assert_refused("varchar", "varchar needs a length: varchar(255)");
  assert_refused("varbinary", "varbinary needs a length: varbinary(255)");
  assert_refused("varchar(70000)", "varchar takes one number from 0 to 65535");
  assert_refused("varchar(7,2)", "varchar takes one number from 0 to 65535");
  assert_refused("char(256)", "char takes one number from 0 to 255");
  assert_refused("bit(0)", "bit takes one number from 1 to 64");
  assert_refused("bit(65)", "bit takes one number from 1 to 64");
  assert_refused("datetime(7)", "datetime takes one number from 0 to 6");
  assert_refused("decimal(66,2)", "decimal(66,2): at most 65 digits in all, of "
                                  "them at most 30 behind the point");
  assert_refused("decimal(4,5)", "decimal(4,5): at most 65 digits in all, of "
                                 "them at most 30 behind the point");
  assert_refused("decimal(65,31)", "decimal(65,31): at most 65 digits in all, "
                                   "of them at most 30 behind the point");
  assert_refused("decimal(0)", "decimal(0,0): at most 65 digits in all, of "
                               "them at most 30 behind the point");
  assert_refused("float(54)", "float takes a number of bits from 0 to 53");
  assert_refused("float(256,1)", "float(256,1): at most 255 digits in all, of "
                                 "them at most 30 behind the point");
  assert_refused("double(10)",
                 "double takes two numbers or none: double(10,2)");
  assert_refused("year(2)", "a year has four digits: write year");
  assert_refused("date(3)", "date takes no size");
  assert_refused("json(3)", "json takes no size");
  assert_refused("text(100)",
                 "text takes no size; its sizes are tinytext (255 bytes), text "
                 "(64 KiB), mediumtext (16 MiB) and longtext (4 GiB)");
  assert_refused("longblob(100)",
                 "longblob takes no size; its sizes are tinyblob (255 bytes), "
                 "blob (64 KiB), mediumblob (16 MiB) and longblob (4 GiB)");
  assert_refused("varchar(x)", "'x' behind varchar: expected a size in "
                               "parentheses, such as (10)");
  assert_refused("varchar(1.5)", "'1.5' behind varchar: expected a size in "
                                 "parentheses, such as (10)");
  assert_refused("varchar(99999999)",
                 "'99999999' behind varchar: expected a size in parentheses, "
                 "such as (10)");
  assert_refused("decimal(8;2)", "';' behind decimal: expected ')'");
}

static void misspelt_types_are_told_from_right_ones(void **state) {
  (void)state;
  assert_refused("varchr(3)", "unknown type 'varchr'; did you mean 'varchar'?");
  assert_refused("Smalint", "unknown type 'Smalint'; did you mean 'smallint'?");
  assert_refused("refrences school",
                 "unknown type 'refrences'; did you mean 'references'?");
  assert_refused("ignored", "unknown type 'ignored'; did you mean 'ignore'?");
  assert_refused("nothing",
                 "'nothing' where a type must stand, such as int unsigned, "
                 "varchar(100) or references school");
  assert_refused("'int'",
                 "a text in quotes where a type must stand, such as int "
                 "unsigned, varchar(100) or references school");
  assert_refused("", "no type; expected one such as int unsigned, varchar(100) "
                     "or references school");
  assert_refused("serial", "'serial' is no type: write bigint unsigned "
                           "auto_increment primary key");
  assert_refused("string",
                 "'string' is no type: write varchar(255) or mediumtext");
  assert_refused("unsigned int", "'unsigned' is no type: write it behind the "
                                 "type: int unsigned");
  assert_refused("not null", "'not' is no type: write it behind the type: int "
                             "not null");
  assert_refused("many user", "'many' is no type: write references many and "
                              "the name of an entity");
}

/* ---- words behind the type ---- */

static void words_stand_in_any_order_and_case(void **state) {
  (void)state;
  assert_means("INT UNSIGNED NOT NULL DEFAULT 5",
               "int unsigned not null default '5'");
  assert_means("int default 5 not null unsigned",
               "int unsigned not null default '5'");
  assert_means("int signed null default null", "int default null");
  assert_means("int -- the first\n unsigned /* the second */ not null",
               "int unsigned not null");
}

static void a_key_and_what_the_server_numbers_are_never_null(void **state) {
  ent_column_words *words =
      parsed("bigint unsigned auto_increment primary key");

  (void)state;
  assert_true(words->is_key);
  assert_true(words->column.is_auto);
  assert_false(words->column.is_nullable);
  assert_false(parsed("int auto_increment")->column.is_nullable);
  assert_false(parsed("int auto_increment")->is_key);
}

static void times_can_be_those_of_the_server(void **state) {
  ent_declared_column *column =
      &parsed("datetime(3) default current_timestamp(3) "
              "on update current_timestamp")
           ->column;

  (void)state;
  assert_int_equal(column->default_kind, ENT_DEFAULT_NOW);
  assert_null(column->default_text);
  assert_true(column->updates_itself);
  assert_means("timestamp default now()", "timestamp default now");
  assert_means("timestamp default localtime", "timestamp default now");
  assert_means("timestamp default localtimestamp()", "timestamp default now");
  assert_refused("datetime(3) default current_timestamp(6)",
                 "current_timestamp has as many digits of a second as its "
                 "column: write it without a number");
  assert_refused("datetime default current_timestamp(0",
                 "the end behind 'current_timestamp': expected ')'");
  assert_refused("date default current_timestamp",
                 "'default current_timestamp' is for datetime and timestamp, "
                 "and date is neither");
  assert_refused("date on update now()",
                 "'on update current_timestamp' is for datetime and timestamp, "
                 "and date is neither");
  assert_refused("datetime on update cascade",
                 "'cascade' behind 'on update': expected current_timestamp, "
                 "which is all that may stand there");
  assert_refused("datetime on insert",
                 "'insert' behind 'on': expected 'delete' or 'update'");
}

static void texts_have_charsets_and_collations(void **state) {
  ent_declared_column *column =
      &parsed("varchar(9) CHARACTER SET Latin1 COLLATE latin1_BIN")->column;

  (void)state;
  assert_string_equal(column->charset, "latin1");
  assert_string_equal(column->collation, "latin1_bin");
  column = &parsed("enum('a') charset=ascii collation='ascii_bin'")->column;
  assert_string_equal(column->charset, "ascii");
  assert_string_equal(column->collation, "ascii_bin");
  assert_refused("int charset utf8mb4",
                 "a charset or collation is for texts, and int is none");
  assert_refused("json collate utf8mb4_bin",
                 "a charset or collation is for texts, and json is none");
  assert_refused("text charset 'a b'",
                 "'charset': expected the name of a charset");
  assert_refused("text collate ''",
                 "'collate': expected the name of a collation");
  assert_refused("text charset", "the end behind 'charset': expected a name");
  assert_refused("text character utf8",
                 "'utf8' behind 'character': expected 'set'");
}

static void entables_own_words_are_taken(void **state) {
  ent_declared_column *column =
      &parsed("bigint unsigned wide text skip_log renamed_from \"old name\" "
              "dirty=(a, 'b')")
           ->column;

  (void)state;
  assert_true(column->is_wide);
  assert_true(column->skips_log);
  assert_string_equal(column->renamed_from, "old name");
  assert_int_equal(column->n_dirty, 2);
  assert_string_equal(column->dirty[0], "a");
  assert_string_equal(column->dirty[1], "b");
  column = &parsed("int dirty changed renamed_from=old")->column;
  assert_int_equal(column->n_dirty, 1);
  assert_string_equal(column->dirty[0], "changed");
  assert_string_equal(column->renamed_from, "old");
  assert_true(parsed("bit(64) wide=text")->column.is_wide);
  assert_true(parsed("decimal(30,2) wide=text")->column.is_wide);
  assert_refused("int unsigned wide text",
                 "'wide' is for bigint unsigned, bit(64) and decimal, and int "
                 "is none of them");
  assert_refused("bigint unsigned wide",
                 "the end behind 'wide': expected 'text'");
  assert_refused("int renamed_from 5",
                 "'5' behind 'renamed_from': expected a name");
  assert_refused("int dirty=()", "')' where the name of a stream must stand");
  assert_refused("int dirty=(a b)",
                 "'b' where the name of a stream must stand, or ')'");
  assert_refused("int dirty 5", "'5' where the name of a stream must stand");
}

static void ignore_stands_alone(void **state) {
  (void)state;
  assert_true(parsed("ignore")->is_ignored);
  assert_true(parsed(" IGNORE ")->is_ignored);
  assert_refused("ignore not null", "'ignore' stands alone");
  assert_refused("int ignore", "'ignore': it stands alone, without a type");
}

static void unknown_words_are_refused(void **state) {
  (void)state;
  assert_refused("int unsinged",
                 "unknown word 'unsinged'; did you mean 'unsigned'?");
  assert_refused("int fast",
                 "'fast' is no word of a column; there are unsigned, not null, "
                 "default, auto_increment, primary key, on delete, on update, "
                 "charset, collate, renamed_from, wide, skip_log, dirty");
  assert_refused("int not 5", "'5' behind 'not': expected 'null'");
  assert_refused("int primary", "the end behind 'primary': expected 'key'");
  assert_refused("int not null not null", "'not' is given twice");
  assert_refused("int null not null", "both 'null' and 'not null'");
}

static void words_of_mysql_that_are_not_taken_say_what_to_write(void **state) {
  (void)state;
  assert_refused("int zerofill",
                 "'zerofill': it changes only how MySQL's own clients show a "
                 "number; leave it out");
  assert_refused("int autoincrement", "'autoincrement': write auto_increment");
  assert_refused("int unique",
                 "'unique': declare a unique index beside the columns");
  assert_refused("int index", "'index': declare an index beside the columns");
  assert_refused("int key", "'key': write primary key, or declare an index "
                            "beside the columns");
  assert_refused("int references school",
                 "'references': a reference has the type of the key it goes "
                 "to: write it without a type");
  assert_refused("int check (c > 1)", "'check': conditions cannot be declared");
  assert_refused("int comment 'x'", "'comment': comments cannot be declared");
  assert_refused("int as (a + 1)",
                 "'as': generated columns cannot be declared");
  assert_refused("int generated always as (1)",
                 "'generated': generated columns cannot be declared");
  assert_refused("int invisible",
                 "'invisible': invisible columns cannot be declared");
}

static void words_that_do_not_go_together_are_refused(void **state) {
  (void)state;
  assert_refused("varchar(9) unsigned",
                 "'unsigned' is for numbers, and varchar is none");
  assert_refused("bit(8) unsigned",
                 "'unsigned' is for numbers, and bit is none");
  assert_refused("enum color unsigned",
                 "'unsigned' is for numbers, and enum is none");
  assert_refused("decimal(8,2) auto_increment",
                 "'auto_increment' needs an integer, and decimal is none");
  assert_refused("set color auto_increment",
                 "'auto_increment' needs an integer, and set is none");
  assert_refused("int auto_increment null", "'auto_increment' is never null");
  assert_refused("int primary key default null", "'primary key' is never null");
  assert_refused("int auto_increment default 5",
                 "both 'auto_increment' and 'default'; the server gives the "
                 "number");
  assert_refused("int not null default null",
                 "'default null' in a column that is not null");
  assert_refused("int on delete cascade",
                 "'on delete' is for references to one entity");
}

static void what_cannot_be_read_as_words_is_refused(void **state) {
  (void)state;
  assert_refused("varchar(5) default 'x", "a quote (') is not closed");
  assert_refused("int /* never", "a comment '/*' has no '*/'");
  assert_refused("int \xff", "is no UTF-8");
  assert_refused("int @", "'@' is no word of a column; there are unsigned, not "
                          "null, default, auto_increment, primary key, on "
                          "delete, on update, charset, collate, renamed_from, "
                          "wide, skip_log, dirty");
}

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

/* ---- references ---- */

static void references_name_an_entity(void **state) {
  ent_declared_column *column = &parsed("references school not null")->column;

  (void)state;
  assert_string_equal(column->reference, "school");
  assert_null(column->type.name);
  assert_false(column->is_many);
  assert_false(column->is_nullable);
  assert_int_equal(column->on_delete, ENT_ON_DELETE_RESTRICT);
  column = &parsed("references \"a school\" on delete cascade")->column;
  assert_string_equal(column->reference, "a school");
  assert_int_equal(column->on_delete, ENT_ON_DELETE_CASCADE);
  column = &parsed("references school on delete set null")->column;
  assert_int_equal(column->on_delete, ENT_ON_DELETE_SET_NULL);
  column = &parsed("references school on delete restrict")->column;
  assert_int_equal(column->on_delete, ENT_ON_DELETE_RESTRICT);
  column = &parsed("references school on delete no action")->column;
  assert_int_equal(column->on_delete, ENT_ON_DELETE_RESTRICT);
  column = &parsed("references many")->column;
  assert_string_equal(column->reference, "many");
  assert_false(column->is_many);
  column = &parsed("references many not null")->column;
  assert_string_equal(column->reference, "many");
}

static void references_to_many_are_json(void **state) {
  ent_declared_column *column =
      &parsed("references many user not null")->column;

  (void)state;
  assert_string_equal(column->reference, "user");
  assert_true(column->is_many);
  assert_string_equal(column->type.name, "json");
  assert_false(column->is_nullable);
  assert_refused("references many user on delete cascade",
                 "'on delete' is for references to one entity");
  assert_refused("references many user default 5",
                 "a column of type json has no default in MySQL; leave it out");
}

static void wrong_references_are_refused(void **state) {
  (void)state;
  assert_refused("references",
                 "the end behind 'references': expected the name of an entity");
  assert_refused("references school(id)",
                 "a reference goes to the key of its entity: leave out what "
                 "stands in parentheses");
  assert_refused("references school not null on delete set null",
                 "'on delete set null' in a column that is not null");
  assert_refused("references school on delete set null primary key",
                 "'on delete set null' in a column that is not null");
  assert_refused("references school on delete set default",
                 "'default' behind 'set': expected 'null'");
  assert_refused("references school on delete nothing",
                 "'nothing' behind 'on delete': expected restrict, cascade or "
                 "set null");
  assert_refused("references school on delete no way",
                 "'way' behind 'no': expected 'action'");
  assert_refused("references school unsigned",
                 "'unsigned': a reference has the type of the key it goes to");
  assert_refused("references school charset utf8mb4",
                 "a reference has the charset of the key it goes to");
  assert_refused("references school auto_increment",
                 "a reference is neither numbered nor dated by the server");
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
      A_TEST(every_type_is_known_by_its_name),
      A_TEST(other_names_of_a_type_are_that_type),
      A_TEST(national_texts_have_a_charset),
      A_TEST(sizes_that_mean_something_are_spelt_out),
      A_TEST(sizes_that_mean_nothing_are_left_out),
      A_TEST(sizes_out_of_bounds_are_refused),
      A_TEST(misspelt_types_are_told_from_right_ones),
      A_TEST(words_stand_in_any_order_and_case),
      A_TEST(a_key_and_what_the_server_numbers_are_never_null),
      A_TEST(times_can_be_those_of_the_server),
      A_TEST(texts_have_charsets_and_collations),
      A_TEST(entables_own_words_are_taken),
      A_TEST(ignore_stands_alone),
      A_TEST(unknown_words_are_refused),
      A_TEST(words_of_mysql_that_are_not_taken_say_what_to_write),
      A_TEST(words_that_do_not_go_together_are_refused),
      A_TEST(what_cannot_be_read_as_words_is_refused),
      A_TEST(an_enum_has_words_or_a_name),
      A_TEST(words_of_an_enum_are_checked),
      A_TEST(an_enum_has_at_most_65535_words),
      A_TEST(a_default_is_one_of_the_words),
      A_TEST(the_default_of_a_set_is_in_the_order_of_the_set),
      A_TEST(references_name_an_entity),
      A_TEST(references_to_many_are_json),
      A_TEST(wrong_references_are_refused),
      A_TEST(the_default_of_a_number_is_spelt_in_one_way),
      A_TEST(a_number_must_fit_its_column),
      A_TEST(a_text_must_fit_its_column),
      A_TEST(a_time_must_be_one),
      A_TEST(a_default_that_is_no_value_is_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
