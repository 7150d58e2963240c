/* Scalars of YAML: whatever is written is read as the same text. */
#include "backends/base/yaml.h"
#include "backends/base/yaml_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* "KEY: VALUE", then a list of the key, a comment, and a last line. */
static const char *write(ent_buf *buf, const char *key, const char *value) {
  ent_status (*name)(ent_buf *, const char *, ent_error *) =
      ent_yaml_write_name;
  const char *text;

  ent_buf_init(buf, 1 << 16);
  assert_int_equal(name(buf, key, NULL), ENT_OK);
  assert_int_equal(ent_buf_append(buf, ": ", 2, NULL), ENT_OK);
  assert_int_equal(ent_yaml_write_text(buf, value, NULL), ENT_OK);
  assert_int_equal(ent_buf_append(buf, "\n", 1, NULL), ENT_OK);
  assert_int_equal(ent_yaml_write_comment(buf, value, NULL), ENT_OK);
  assert_int_equal(ent_buf_append(buf, "\nthe list: [", 12, NULL), ENT_OK);
  assert_int_equal(name(buf, key, NULL), ENT_OK);
  assert_int_equal(ent_buf_append(buf, "]\n", 2, NULL), ENT_OK);
  assert_int_equal(ent_buf_text(buf, &text, NULL), ENT_OK);
  return text;
}

static void assert_same(const char *key, const char *value) {
  ent_arena arena = {.blocks = NULL};
  ent_problems problems = {.arena = &arena};
  ent_error err = {.status = ENT_OK};
  ent_buf buf;
  const char *text = write(&buf, key, value);
  const ent_yaml *root = ent_yaml_parse(text, strlen(text), &arena, &problems);

  if (ent_problems_report(&problems, &err)) fail_msg("%s%s", text, err.text);
  assert_non_null(root);
  assert_int_equal(root->n_children, 2);
  assert_string_equal(root->first->key, key);
  assert_string_equal(root->first->text, value);
  assert_int_equal(root->first->next->line, 3);
  assert_string_equal(root->first->next->first->text, key);
  ent_buf_done(&buf);
  ent_arena_done(&arena);
}

static void assert_text(const char *text, const char *expected) {
  ent_buf buf;
  const char *written;

  ent_buf_init(&buf, 1 << 16);
  assert_int_equal(ent_yaml_write_text(&buf, text, NULL), ENT_OK);
  assert_int_equal(ent_buf_text(&buf, &written, NULL), ENT_OK);
  assert_string_equal(written, expected);
  ent_buf_done(&buf);
}

static void every_text_is_read_as_it_was(void **state) {
  static const char *const texts[] = {
      "a",
      "true",
      "NO",
      "~",
      "123",
      "1e3",
      "a: b",
      "a:",
      "a #b",
      "#a",
      "- a",
      "?",
      "[a",
      "{a}",
      "a, b",
      "'a'",
      "\"a\"",
      "a\\n",
      " a",
      "a ",
      "a\nb",
      "a\r\n",
      "\t",
      "&a",
      "*a",
      "!a",
      "|",
      ">",
      "%a",
      "@a",
      "`a`",
      "größe",
      "\xc2\x85",
      "\xe2\x80\xa8",
      ("\xef\xbb\xbf"
       "a"),
      "\x01",
      "\x7f",
      "😀",
      "---",
      "...",
      "a\u00a0b",
      "null",
      "a'b''c",
      "=",
      "0x1f",
      "2020-01-02",
  };

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(texts); i++)
    assert_same(texts[i], texts[i]);
  assert_same("empty", "");
  assert_same("merge", "<<"); /* which no key may be */
}

static void every_character_is_read_as_it_was(void **state) {
  (void)state;
  for (int c = 1; c < 0x80; c++) {
    char text[] = {'x', (char)c, 'y', '\0'};

    assert_same(text, text);
    assert_same(text + 1, text + 1);
  }
}

static void what_is_plainly_safe_has_no_quotes(void **state) {
  (void)state;
  assert_text("varchar(100) not null default 'it''s'",
              "varchar(100) not null default 'it''s'");
  assert_text("enum('a','b')", "enum('a','b')");
  assert_text("enum('a: b')", "\"enum('a: b')\"");
  assert_text("yes", "\"yes\"");
  assert_text("a\n\x01\xf0\x9f\x98\x80", "\"a\\n\\u0001\xf0\x9f\x98\x80\"");
}

static void only_utf8_can_be_written(void **state) {
  (void)state;
  assert_true(ent_yaml_can_write("größe 😀"));
  assert_true(ent_yaml_can_write(""));
  assert_false(ent_yaml_can_write("\xff"));
  assert_false(ent_yaml_can_write("a\xc3"));
  assert_false(ent_yaml_can_write("\xc0\x80"));
  assert_false(ent_yaml_can_write("\xed\xa0\x80"));
  assert_false(ent_yaml_can_write("\xf4\x90\x80\x80"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_text_is_read_as_it_was),
      cmocka_unit_test(every_character_is_read_as_it_was),
      cmocka_unit_test(what_is_plainly_safe_has_no_quotes),
      cmocka_unit_test(only_utf8_can_be_written),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
