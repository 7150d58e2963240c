/* What the server shall have of what is declared and fits. */
#include "backends/base/type_words.h"
#include "tests/unit/registry_text.h"

enum { ENT_MANY = 500 };

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
