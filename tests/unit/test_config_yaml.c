/* Configurations: files that are no YAML, or YAML that no configuration is. */
#include "backends/base/buf.h"
#include "tests/unit/config_text.h"

#include <stdlib.h>

static void an_empty_file_is_refused(void **state) {
  static const char words[] =
      "t.yaml: is empty; expected names of pools with their servers, such as "
      "default: {mysql: mysql://user@host/database}";

  (void)state;
  assert_refused("", words);
  assert_refused("# nothing\n\n", words);
  assert_refused("---\n", "t.yaml:2: expected names of pools with their "
                          "servers, such as default: {mysql: "
                          "mysql://user@host/database}");
  assert_refused("{}", "t.yaml:1: expected names of pools with their servers, "
                       "such as default: {mysql: mysql://user@host/database}");
  assert_refused("settings: {timeout_ms: 1}",
                 "t.yaml:1: no pool; add one, such as default: {mysql: "
                 "mysql://user@host/database, import: true}");
}

static void what_yaml_cannot_read_has_its_line(void **state) {
  (void)state;
  assert_refused("a:\n\tmysql: x\n",
                 "t.yaml:2: found character that cannot start any token (the "
                 "line begins with a tab; indent with blanks)");
  assert_refused("a:\n  mysql: u:secret@tcp(h)/d\n   import: true\n",
                 "t.yaml:3: mapping values are not allowed in this context");
  assert_refused("a: {mysql: 'x'\n",
                 "t.yaml:2: did not find expected ',' or '}'");
  assert_refused("a: {mysql: x, import: [*]}\n",
                 "t.yaml:1: did not find expected alphabetic or numeric "
                 "character (quote a text that begins with '*')");
  assert_refused("a:\n  mysql: \"\xFF\"\n",
                 "t.yaml:2: invalid leading UTF-8 octet");
  assert_bytes_refused("a:\n  b: \0\n", 10,
                       "t.yaml:2: control characters are not allowed");
  assert_refused(POOL "b: {mysql: \"\\0\"}\n", "t.yaml:2: a NUL in a text");
}

static void what_yaml_has_and_a_configuration_has_not_is_refused(void **state) {
  (void)state;
  assert_refused(POOL "---\n" POOL,
                 "t.yaml:2: a second document begins ('---'); a file has one");
  assert_refused("a: &x {mysql: 'mysql://h/d'}\n",
                 "t.yaml:1: anchors ('&') are not supported; write the value "
                 "where it is used");
  assert_refused("a: {mysql: 'mysql://h/d', import: [*_log]}\n",
                 "t.yaml:1: aliases ('*') are not supported; write the value "
                 "itself, or quote it if it begins with '*'");
  assert_refused("a: {<<: {mysql: 'mysql://h/d'}}\n",
                 "t.yaml:1: merge keys ('<<') are not supported; write the "
                 "keys where they are used");
  assert_refused("a: {mysql: !!str 'mysql://h/d'}\n",
                 "t.yaml:1: tags ('!') are not supported; leave it out");
  assert_refused("? [a]\n: b\n",
                 "t.yaml:1: a list or mapping stands where a key must be");
  assert_refused("a: {'': 1}\n", "t.yaml:1: an empty key");
}

static void a_key_given_twice_is_refused(void **state) {
  (void)state;
  assert_refused("a:\n  import: true\n  mysql: u@tcp(h)/d\n  import: true\n",
                 "t.yaml:4: import: a key given twice, before on line 2");
  assert_refused(POOL POOL,
                 "t.yaml:2: default: a key given twice, before on line 1");
}

static void a_deep_file_is_refused(void **state) {
  char text[20001] = "a: ";

  (void)state;
  memset(text + 3, '[', 19997);
  assert_refused(text, "t.yaml:1: nested deeper than 32 levels");
  memset(text, '{', 40);
  assert_bytes_refused(text, 40,
                       "t.yaml:1: a list or mapping stands where a key must "
                       "be");
  for (size_t i = 0; i < 1000; i++)
    memcpy(text + 2 * i, "- ", 3);
  assert_refused(text, "t.yaml:1: nested deeper than 32 levels");
}

static void a_large_file_is_refused(void **state) {
  char *text = malloc(ENT_CONFIG_MAX_SIZE + 1);
  ent_config *config = NULL;

  (void)state;
  assert_non_null(text);
  memset(text, '\n', ENT_CONFIG_MAX_SIZE + 1);
  memcpy(text, POOL, sizeof(POOL) - 1);
  assert_bytes_refused(text, ENT_CONFIG_MAX_SIZE + 1,
                       "t.yaml: larger than 1 MiB");
  assert_int_equal(
      ent_config_parse("t.yaml", text, ENT_CONFIG_MAX_SIZE, &config, NULL),
      ENT_OK);
  ent_config_free(config);
  free(text);
}

static void a_file_of_nothing_but_faults_is_answered(void **state) {
  ent_config *config = NULL;
  ent_error err = {0};
  ent_buf text;

  (void)state;
  ent_buf_init(&text, ENT_CONFIG_MAX_SIZE);
  while (text.size < ENT_CONFIG_MAX_SIZE - 16) {
    assert_int_equal(ent_buf_printf(&text, &err, "%zu:\n", text.size), ENT_OK);
  }
  assert_int_equal(
      ent_config_parse("t.yaml", text.data, text.size, &config, &err),
      ENT_CONFIG);
  assert_non_null(strstr(err.text, "; line 2: "));
  assert_non_null(strstr(err.text, "; and 1"));
  ent_buf_done(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_empty_file_is_refused),
      cmocka_unit_test(what_yaml_cannot_read_has_its_line),
      cmocka_unit_test(what_yaml_has_and_a_configuration_has_not_is_refused),
      cmocka_unit_test(a_key_given_twice_is_refused),
      cmocka_unit_test(a_deep_file_is_refused),
      cmocka_unit_test(a_large_file_is_refused),
      cmocka_unit_test(a_file_of_nothing_but_faults_is_answered),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
