/* The words of a column: what they mean, and what is said about wrong ones. */
#include "tests/unit/column_text.h"

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
      A_TEST(references_name_an_entity),
      A_TEST(references_to_many_are_json),
      A_TEST(wrong_references_are_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
