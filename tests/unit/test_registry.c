/* All that is declared, together: what does not fit, and what the server shall
 * have of what does. */
#include "backends/base/buf.h"
#include "backends/base/entity_items.h"
#include "backends/base/registry.h"
#include "backends/base/type_words.h"
#include "tests/unit/config_text.h"

#include <stdio.h>

/* Where the entities of a test begin: on line 4. */
#define HEAD                                                                   \
  "default: {mysql: 'mysql://app@h/shop'}\n"                                   \
  "enums: {color: [Red, Green], pair: ['a,b', c]}\n"                           \
  "entities:\n"

enum { ENT_MANY = 500 };

static ent_config *config;
static ent_arena arena;

static int forget(void **state) {
  (void)state;
  ent_config_free(config);
  config = NULL;
  ent_arena_done(&arena);
  return 0;
}

static void assert_right(const char *text) {
  ent_config_free(config);
  config = parsed(text);
}

static const ent_declared *resolved(const char *text) {
  const ent_declared *made = NULL;
  ent_error err = {0};

  assert_right(text);
  if (ent_registry_resolve(&config->declared, &arena, &made, &err)) {
    fail_msg("%s", err.text);
  }
  return made;
}

static const ent_declared_entity *entity(const ent_declared *all,
                                         const char *name) {
  for (size_t i = 0; i < all->n_entities; i++) {
    if (strcmp(all->entities[i].name, name) == 0) return &all->entities[i];
  }
  fail_msg("no entity %s", name);
  return NULL;
}

static const ent_declared_column *column(const ent_declared_entity *e,
                                         const char *name) {
  for (size_t i = 0; i < e->n_columns; i++) {
    if (strcmp(e->columns[i].name, name) == 0) return &e->columns[i];
  }
  fail_msg("no column %s", name);
  return NULL;
}

/* "name(a,b)" of the n-th index, with "unique " where it is. */
static const char *index_text(const ent_declared_entity *e, size_t n) {
  const ent_declared_index *index = &e->indexes[n];
  const char *text = ent_arena_printf(
      &arena, "%s%s(", index->is_unique ? "unique " : "", index->name);

  for (size_t i = 0; i < index->n_columns; i++) {
    text = ent_arena_printf(&arena, "%s%s%s", text, i ? "," : "",
                            index->columns[i]);
  }
  return ent_arena_printf(&arena, "%s)", text);
}

static const char *type_text(const ent_declared_entity *e, const char *name) {
  return ent_sql_type_shown(&column(e, name)->type, &arena);
}

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

/* A text that grows; the last piece ends it. */
static void append(ent_buf *text, const char *piece) {
  ent_error err = {0};

  if (ent_buf_append(text, piece, strlen(piece), &err)) fail_msg("memory");
}

static void assert_text_refused(ent_buf *text, const char *why) {
  assert_bytes_refused(text->data, text->size, why);
  ent_buf_done(text);
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

/* ---- what the server shall have ---- */

static void enums_and_sets_get_their_words(void **state) {
  const ent_declared *all = resolved(
      HEAD "  user: {columns: {id: int, a: enum Color not null, b: "
           "enum color, c: \"set color not null default "
           "'Green,Red'\", d: enum color not null default 'Green'}}\n");
  const ent_declared_entity *user = entity(all, "user");

  (void)state;
  assert_string_equal(type_text(user, "a"), "enum");
  assert_int_equal(column(user, "a")->type.n_words, 2);
  assert_string_equal(column(user, "a")->type.words[1], "Green");
  assert_string_equal(column(user, "a")->enum_name, "color");
  assert_string_equal(column(user, "a")->default_text, "Red");
  assert_int_equal(column(user, "b")->default_kind, ENT_DEFAULT_NONE);
  assert_string_equal(type_text(user, "c"), "set");
  assert_string_equal(column(user, "c")->default_text, "Red,Green");
  assert_string_equal(column(user, "d")->default_text, "Green");
}

static void references_get_the_type_of_the_key(void **state) {
  const ent_declared *all =
      resolved(HEAD "  a: {columns: {id: bigint unsigned}}\n"
                    "  b: {columns: {id: references A}}\n"
                    "  c: {charset: latin1, columns: {id: varchar(9)}}\n"
                    "  d: {columns: {id: varchar(9) charset ascii collate "
                    "ascii_bin}}\n"
                    "  e: {columns: {id: enum color}}\n"
                    "  user: {columns: {id: int, b: references B default 07, "
                    "c: references c, d: references d, e: references e, f: "
                    "references many A}}\n");
  const ent_declared_entity *user = entity(all, "user");

  (void)state;
  assert_string_equal(type_text(user, "b"), "bigint unsigned");
  assert_string_equal(column(user, "b")->reference, "b");
  assert_string_equal(column(user, "b")->default_text, "7");
  assert_string_equal(type_text(user, "c"), "varchar(9)");
  assert_string_equal(column(user, "c")->charset, "latin1");
  assert_null(column(user, "c")->collation);
  assert_string_equal(column(user, "d")->charset, "ascii");
  assert_string_equal(column(user, "d")->collation, "ascii_bin");
  assert_string_equal(type_text(user, "e"), "enum");
  assert_string_equal(type_text(user, "f"), "json");
  assert_string_equal(column(user, "f")->reference, "a");
}

static void the_key_is_given_and_not_null(void **state) {
  const ent_declared *all =
      resolved(HEAD "  a: {columns: {Id: int}}\n"
                    "  b: {columns: {id: int}, primary: ID}\n"
                    "  c: {columns: {id: varchar(9)}}\n"
                    "  d: {columns: {id: references a}}\n"
                    "  e: {columns: {id: int default 5}}\n"
                    "  f: {columns: {x: int, y: int}, primary: [Y, x]}\n"
                    "  g: {columns: {x: int}, primary: []}\n");

  (void)state;
  assert_string_equal(entity(all, "a")->key[0], "Id");
  assert_true(column(entity(all, "a"), "Id")->is_auto);
  assert_false(column(entity(all, "a"), "Id")->is_nullable);
  assert_string_equal(entity(all, "b")->key[0], "id");
  assert_false(column(entity(all, "b"), "id")->is_auto);
  assert_false(column(entity(all, "b"), "id")->is_nullable);
  assert_false(column(entity(all, "c"), "id")->is_auto);
  assert_false(column(entity(all, "d"), "id")->is_auto);
  assert_false(column(entity(all, "e"), "id")->is_auto);
  assert_int_equal(entity(all, "f")->n_key, 2);
  assert_string_equal(entity(all, "f")->key[0], "y");
  assert_false(column(entity(all, "f"), "x")->is_nullable);
  assert_int_equal(entity(all, "g")->n_key, 0);
  assert_true(column(entity(all, "g"), "x")->is_nullable);
}

static void references_get_an_index_where_they_begin_none(void **state) {
  const ent_declared *all = resolved(
      HEAD "  user: {columns: {id: int, n: int, a: references user, b: "
           "references user, c: references user, d: references many user}, "
           "index: {x: [A, n]}, unique: {y: [n, b], z: [c]}}\n"
           "  one: {columns: {id: references user}}\n");
  const ent_declared_entity *user = entity(all, "user");

  (void)state;
  assert_int_equal(user->n_indexes, 4);
  assert_string_equal(index_text(user, 0), "x(a,n)");
  assert_string_equal(index_text(user, 1), "unique y(n,b)");
  assert_string_equal(index_text(user, 2), "unique z(c)");
  assert_string_equal(index_text(user, 3), "b(b)");
  assert_int_equal(entity(all, "one")->n_indexes, 0);
}

static void soft_deletion_adds_a_column_at_the_end(void **state) {
  const ent_declared *all = resolved(
      HEAD "  user: {fake_delete: true, columns: {id: bigint, name: "
           "varchar(9), s: references user}, unique: {name: name, other: "
           "[Fake_Delete, s]}, index: {fd: [fake_delete, name]}}\n"
           "  small: {fake_delete: true, columns: {id: bool primary key}}\n");
  const ent_declared_entity *user = entity(all, "user");
  const ent_declared_column *mark = &user->columns[user->n_columns - 1];

  (void)state;
  assert_int_equal(user->n_columns, 4);
  assert_string_equal(mark->name, "fake_delete");
  assert_string_equal(type_text(user, "fake_delete"), "bigint unsigned");
  assert_false(mark->is_nullable);
  assert_false(mark->is_auto);
  assert_string_equal(mark->default_text, "0");
  assert_string_equal(index_text(user, 0), "unique name(name,fake_delete)");
  assert_string_equal(index_text(user, 1), "unique other(fake_delete,s)");
  assert_string_equal(index_text(user, 2), "fd(fake_delete,name)");
  assert_string_equal(index_text(user, 3), "s(s)");
  assert_string_equal(type_text(entity(all, "small"), "fake_delete"),
                      "tinyint unsigned");
}

static void wide_is_where_it_can_be(void **state) {
  const ent_declared *all = resolved(
      HEAD "  user: {wide: text, fake_delete: true, columns: {id: bigint, a: "
           "bigint unsigned, b: 'decimal(8,2)', c: varchar(9), d: bit(64), e: "
           "bit(9)}}\n"
           "  other: {columns: {id: int, a: bigint unsigned wide text, b: "
           "bigint unsigned, c: references user wide text}}\n");

  (void)state;
  assert_false(column(entity(all, "user"), "id")->is_wide);
  assert_true(column(entity(all, "user"), "a")->is_wide);
  assert_true(column(entity(all, "user"), "b")->is_wide);
  assert_false(column(entity(all, "user"), "c")->is_wide);
  assert_true(column(entity(all, "user"), "d")->is_wide);
  assert_false(column(entity(all, "user"), "e")->is_wide);
  assert_true(column(entity(all, "user"), "fake_delete")->is_wide);
  assert_true(column(entity(all, "other"), "a")->is_wide);
  assert_false(column(entity(all, "other"), "b")->is_wide);
  assert_false(column(entity(all, "other"), "c")->is_wide);
}

static void what_is_wrong_is_not_resolved(void **state) {
  static const ent_declared_column lost[] = {{.name = "id", .reference = "x"}};
  static const ent_declared_column worded[] = {
      {.name = "id", .enum_name = "x"}};
  static const ent_declared_entity keyless[] = {
      {.name = "user", .fake_delete = true}};
  ent_declared_entity user = {.name = "user", .columns = lost, .n_columns = 1};
  ent_declared all = {.entities = &user, .n_entities = 1};
  const ent_declared *made = NULL;
  ent_error err = {0};

  (void)state;
  assert_int_equal(ent_registry_resolve(&all, &arena, &made, &err), ENT_CONFIG);
  assert_string_equal(err.text, "user.id: refers to nothing");
  ent_error_clear(&err);
  user.columns = worded;
  assert_int_equal(ent_registry_resolve(&all, &arena, &made, &err), ENT_CONFIG);
  assert_string_equal(err.text, "user.id: no such enum");
  ent_error_clear(&err);
  all.entities = keyless;
  assert_int_equal(ent_registry_resolve(&all, &arena, &made, &err), ENT_CONFIG);
  assert_string_equal(err.text, "user: no key");
  assert_null(made);
}

/* ---- many ---- */

/* Appends an entity of twenty columns that refers to the next one. */
static void append_entity(ent_buf *text, int n, const char *words) {
  append(text, ent_arena_printf(&arena,
                                "  entity_%d:\n    columns:\n"
                                "      id: bigint unsigned\n"
                                "      next: references entity_%d\n"
                                "      hair: enum %s not null\n",
                                n, (n + 1) % ENT_MANY, words));
  for (int i = 0; i < 17; i++) {
    append(text, ent_arena_printf(
                     &arena, "      c%d: varchar(100) default 'x%d'\n", i, i));
  }
  append(text, "    index: {i: [c1, c2], k: [c2]}\n");
}

static void append_entities(ent_buf *text, const char *words) {
  ent_buf_init(text, ENT_CONFIG_MAX_SIZE);
  append(text, HEAD);
  for (int i = 0; i < ENT_MANY; i++)
    append_entity(text, i, words);
}

static void five_hundred_entities_fit(void **state) {
  const ent_declared *made;
  const char *text = NULL;
  ent_error err = {0};
  ent_buf buf;

  (void)state;
  append_entities(&buf, "color");
  assert_int_equal(ent_buf_text(&buf, &text, &err), ENT_OK);
  made = resolved(text);
  ent_buf_done(&buf);
  assert_int_equal(made->n_entities, ENT_MANY);
  assert_string_equal(column(entity(made, "entity_499"), "next")->reference,
                      "entity_0");
  assert_string_equal(type_text(entity(made, "entity_499"), "next"),
                      "bigint unsigned");
}

static void five_hundred_mistakes_are_counted(void **state) {
  ent_error err = {0};
  ent_buf buf;

  (void)state;
  append_entities(&buf, "colour");
  assert_int_equal(
      ent_config_parse("t.yaml", buf.data, buf.size, &config, &err),
      ENT_CONFIG);
  ent_buf_done(&buf);
  assert_non_null(strstr(err.text, "did you mean 'color'?; "));
  assert_non_null(strstr(err.text, "; and 49"));
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
      A_TEST(what_has_no_lines_is_told_without),
      A_TEST(enums_and_sets_get_their_words),
      A_TEST(references_get_the_type_of_the_key),
      A_TEST(the_key_is_given_and_not_null),
      A_TEST(references_get_an_index_where_they_begin_none),
      A_TEST(soft_deletion_adds_a_column_at_the_end),
      A_TEST(wide_is_where_it_can_be),
      A_TEST(what_is_wrong_is_not_resolved),
      A_TEST(five_hundred_entities_fit),
      A_TEST(five_hundred_mistakes_are_counted),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
