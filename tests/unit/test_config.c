/* Configurations: what a file or an address means. */
#include "backends/base/buf.h"
#include "tests/unit/config_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void a_file_gives_its_pools_in_order(void **state) {
  ent_config *config = parsed("# shop\n"
                              "default:\n"
                              "  mysql: app:pw@tcp(h:3307)/shop\n"
                              "  import: true\n"
                              "log:\n"
                              "  mysql: mysql://app@h/log\n"
                              "settings:\n"
                              "  timeout_ms: 5000\n");

  (void)state;
  assert_string_equal(config->path, "t.yaml");
  assert_int_equal(config->n_pools, 2);
  assert_string_equal(config->pools[0].name, "default");
  assert_int_equal(config->pools[0].line, 2);
  assert_string_equal(config->pools[0].address.password, "pw");
  assert_int_equal(config->pools[0].address.port, 3307);
  assert_true(config->pools[0].import);
  assert_int_equal(config->pools[0].n_patterns, 0);
  assert_string_equal(config->pools[1].name, "log");
  assert_int_equal(config->pools[1].line, 5);
  assert_string_equal(config->pools[1].address.database, "log");
  assert_false(config->pools[1].import);
  assert_int_equal(config->timeout_ms, 5000);
  ent_config_free(config);
}

static void two_pools_may_have_one_address(void **state) {
  ent_config *config = parsed("a: {mysql: u@tcp(h)/d}\n"
                              "b: {mysql: u@tcp(h)/d, import: false}\n");

  (void)state;
  assert_int_equal(config->n_pools, 2);
  assert_false(config->pools[1].import);
  assert_int_equal(config->timeout_ms, -1);
  assert_int_equal(config->snapshot_max_s, -1);
  ent_config_free(config);
}

static void a_byte_order_mark_is_no_text(void **state) {
  ent_config *config = parsed("\xEF\xBB\xBF" POOL);

  (void)state;
  assert_string_equal(config->pools[0].name, "default");
  ent_config_free(config);
}

static void json_is_yaml_too(void **state) {
  ent_config *config =
      parsed("{\"a\": {\"mysql\": \"u:\\u0040@tcp(h)/d\", \"import\": true}}");

  (void)state;
  assert_string_equal(config->pools[0].address.password, "@");
  assert_true(config->pools[0].import);
  ent_config_free(config);
}

static bool imports(const char *patterns, const char *table) {
  char text[256];
  ent_config *config;
  bool found;

  snprintf(text, sizeof(text), "a: {mysql: u@tcp(h)/d, import: %s}", patterns);
  config = parsed(text);
  found = ent_config_matches(&config->pools[0], table);
  ent_config_free(config);
  return found;
}

static void import_chooses_tables(void **state) {
  (void)state;
  assert_true(imports("true", "anything"));
  assert_false(imports("false", "anything"));
  assert_true(imports("[user, order]", "order"));
  assert_false(imports("[user, order]", "orders"));
  assert_false(imports("[user]", "User"));
  assert_true(imports("['*']", ""));
  assert_true(imports("['order_*']", "order_"));
  assert_true(imports("['order_*']", "order_line"));
  assert_false(imports("['order_*']", "order"));
  assert_true(imports("['*_log']", "a_log_log"));
  assert_false(imports("['*_log']", "a_log_"));
  assert_true(imports("['*a*b*']", "xxaxxbxx"));
  assert_false(imports("['*a*b*']", "xxbxxaxx"));
  assert_true(imports("['**a']", "a"));
  assert_true(imports("['a*']", "a*"));
  assert_true(imports("[shop.*]", "shop.x"));
}

static void a_question_mark_is_one_character(void **state) {
  (void)state;
  assert_true(imports("['t?']", "t1"));
  assert_true(imports("['t?']", "t\xC3\xA4"));
  assert_true(imports("['t?x*?']", "t\xF0\x9F\x8D\x8Bx\xC3\xA4"));
  assert_false(imports("['t?']", "t"));
  assert_false(imports("['t?']", "t12"));
  assert_false(imports("['?']", ""));
}

static void a_pattern_of_many_stars_ends_soon(void **state) {
  char table[4001];

  (void)state;
  memset(table, 'a', sizeof(table) - 1);
  table[sizeof(table) - 1] = '\0';
  assert_false(imports("['*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b']", table));
}

static void values_are_replaced_from_the_environment(void **state) {
  ent_config *config;

  (void)state;
  setenv("ENT_TEST_WORD", "a@b/${ENT_TEST_TRUE}", 1);
  setenv("ENT_TEST_TRUE", "true", 1);
  setenv("ENT_TEST_EMPTY", "", 1);
  config = parsed("a:\n"
                  "  mysql: u:<${ENT_TEST_WORD}${ENT_TEST_EMPTY}>@tcp(h)/d\n"
                  "  import: ${ENT_TEST_TRUE}\n"
                  "b:\n"
                  "  mysql: 'u:$1${ENT_TEST_TRUE}@tcp(h)/$d'\n"
                  "  import: ['x_${ENT_TEST_TRUE}']\n");
  assert_string_equal(config->pools[0].address.password,
                      "<a@b/${ENT_TEST_TRUE}>");
  assert_true(config->pools[0].import);
  assert_string_equal(config->pools[1].address.password, "$1true");
  assert_string_equal(config->pools[1].address.database, "$d");
  assert_true(ent_config_matches(&config->pools[1], "x_true"));
  ent_config_free(config);
}

static void a_variable_that_is_not_there_is_named(void **state) {
  (void)state;
  unsetenv("ENT_TEST_NONE");
  assert_refused("a:\n  mysql: u:secret${ENT_TEST_NONE}@tcp(h)/d\n",
                 "t.yaml:2: a.mysql: the environment variable "
                 "'ENT_TEST_NONE' is not set");
  assert_refused("a: {mysql: 'u:secret${}@tcp(h)/d'}",
                 "t.yaml:1: a.mysql: '${' must be followed by the name of an "
                 "environment variable and '}'");
  assert_refused("a: {mysql: 'u:secret${A-B}@tcp(h)/d'}",
                 "t.yaml:1: a.mysql: '${' must be followed by the name of an "
                 "environment variable and '}'");
  assert_refused("a: {mysql: 'u:secret${A'}",
                 "t.yaml:1: a.mysql: '${' must be followed by the name of an "
                 "environment variable and '}'");
}

static void variables_cannot_blow_a_value_up(void **state) {
  char word[8193];
  ent_buf text;
  ent_error err = {0};

  (void)state;
  memset(word, 'x', sizeof(word) - 1);
  word[sizeof(word) - 1] = '\0';
  setenv("ENT_TEST_LONG", word, 1);
  ent_buf_init(&text, 1 << 16);
  assert_int_equal(ent_buf_printf(&text, &err, "a: {mysql: '"), ENT_OK);
  for (int i = 0; i < 9; i++) {
    assert_int_equal(ent_buf_printf(&text, &err, "${ENT_TEST_LONG}"), ENT_OK);
  }
  assert_int_equal(ent_buf_printf(&text, &err, "'}"), ENT_OK);
  assert_bytes_refused(text.data, text.size,
                       "t.yaml:1: a.mysql: longer than 65536 bytes with its "
                       "variables replaced");
  ent_buf_done(&text);
  unsetenv("ENT_TEST_LONG");
}

static void a_pool_has_a_charset_for_what_is_declared(void **state) {
  ent_config *config =
      parsed("a: {mysql: u@tcp(h)/d, mysqlEncoding: UTF8MB4, "
             "collation: utf8mb4_bin}\nb: {mysql: u@tcp(h)/e}\n");

  (void)state;
  assert_string_equal(config->pools[0].charset, "utf8mb4");
  assert_string_equal(config->pools[0].collation, "utf8mb4_bin");
  assert_null(config->pools[1].charset);
  assert_null(config->pools[1].collation);
  ent_config_free(config);
  assert_refused("a: {mysql: u@tcp(h)/d, mysqlEncoding: 'a b'}",
                 "t.yaml:1: a.mysqlEncoding: expected the name of a charset, "
                 "such as utf8mb4");
  assert_refused("a: {mysql: u@tcp(h)/d, collation: []}",
                 "t.yaml:1: a.collation: expected the name of a collation, "
                 "such as utf8mb4_bin");
  assert_refused("a: {mysql: u@tcp(h)/d, collation: 'a b'}",
                 "t.yaml:1: a.collation: expected the name of a collation, "
                 "such as utf8mb4_bin");
  assert_refused("a: {mysql: u@tcp(h)/d, mysqlEncoding: latin1, collation: "
                 "utf8mb4_bin}",
                 "t.yaml:1: a: the collation utf8mb4_bin is none of the "
                 "charset latin1, whose collations begin with latin1_");
}

static void limits_are_numbers(void **state) {
  static const char *const wrong[] = {
      "-1",  "1.5", "1s", "''", "2147483648", "99999999999999999999",
      "[1]", "' 1'"};
  ent_config *config = parsed(POOL "settings: {timeout_ms: 0}");
  char text[256];

  (void)state;
  assert_int_equal(config->timeout_ms, 0);
  ent_config_free(config);
  config = parsed(POOL "settings: {timeout_ms: '2147483647'}");
  assert_int_equal(config->timeout_ms, 2147483647);
  ent_config_free(config);
  for (size_t i = 0; i < ENT_COUNT(wrong); i++) {
    snprintf(text, sizeof(text), POOL "settings: {timeout_ms: %s}", wrong[i]);
    assert_refused(text, "t.yaml:2: settings.timeout_ms: expected a number of "
                         "milliseconds from 0 (no limit) to 2147483647");
  }
  config = parsed(POOL "settings: {snapshot_max_s: 7}");
  assert_int_equal(config->snapshot_max_s, 7);
  assert_int_equal(config->timeout_ms, -1);
  ent_config_free(config);
  assert_refused(POOL "settings: {snapshot_max_s: 5m}",
                 "t.yaml:2: settings.snapshot_max_s: expected a number of "
                 "seconds from 0 (no limit) to 2147483647");
  assert_refused(POOL "settings: 5",
                 "t.yaml:2: settings: expected settings such as {timeout_ms: "
                 "5000}");
}

/* Writes a file of `n` times `text` and gives its name. */
static const char *written(const char *text, size_t n) {
  static char path[64];
  FILE *file;
  int fd;

  strcpy(path, "/tmp/ent_test_config_XXXXXX");
  fd = mkstemp(path);
  assert_true(fd >= 0);
  file = fdopen(fd, "w");
  assert_non_null(file);
  while (n--)
    fputs(text, file);
  assert_int_equal(fclose(file), 0);
  return path;
}

static void a_file_is_read_whole(void **state) {
  const char *path = written("# a comment of thirty-two bytes\n", 32000);
  FILE *file = fopen(path, "a");
  ent_config *config = NULL;
  ent_error err = {0};

  (void)state;
  assert_non_null(file);
  fputs(POOL, file);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(ent_config_read(path, &config, &err), ENT_OK);
  assert_string_equal(config->path, path);
  assert_int_equal(config->pools[0].line, 32001);
  ent_config_free(config);
  unlink(path);
}

static void a_file_that_cannot_be_read_is_named(void **state) {
  const char *path = written("# a comment of thirty-two bytes\n", 32769);
  ent_config *config = NULL;
  ent_error err = {0};
  char words[128];

  (void)state;
  assert_int_equal(ent_config_read(path, &config, &err), ENT_CONFIG);
  snprintf(words, sizeof(words), "%s: larger than 1 MiB", path);
  assert_string_equal(err.text, words);
  unlink(path);
  ent_error_clear(&err);
  assert_int_equal(ent_config_read(path, &config, &err), ENT_CONFIG);
  snprintf(words, sizeof(words),
           "%s: cannot be opened: No such file or directory", path);
  assert_string_equal(err.text, words);
  ent_error_clear(&err);
  assert_int_equal(ent_config_read("/", &config, &err), ENT_CONFIG);
  assert_string_equal(err.text, "/: cannot be read: Is a directory");
  assert_null(config);
}

static void an_address_is_a_configuration(void **state) {
  ent_config *config = NULL;
  ent_error err = {0};

  (void)state;
  assert_int_equal(ent_config_of_address("mysql://u:secret@h/d", &config, &err),
                   ENT_OK);
  assert_string_equal(config->path, "u@h:3306/d");
  assert_int_equal(config->n_pools, 1);
  assert_string_equal(config->pools[0].name, "default");
  assert_int_equal(config->pools[0].line, 0);
  assert_string_equal(config->pools[0].address.password, "secret");
  assert_true(ent_config_matches(&config->pools[0], "anything"));
  assert_int_equal(config->timeout_ms, -1);
  ent_config_free(config);
  assert_int_equal(
      ent_config_of_address("u@unix(/s)/d?pool=log", &config, &err), ENT_OK);
  assert_string_equal(config->path, "u@unix(/s)/d");
  assert_string_equal(config->pools[0].name, "log");
  ent_config_free(config);
}

static void replicas_are_an_address_or_a_list(void **state) {
  const ent_config_pool *pool;
  ent_config *config;

  (void)state;
  config = parsed("a:\n  mysql: u@tcp(h)/d\n"
                  "  replica: [u@tcp(r1)/d, mysql://r2/d]\n");
  pool = config->pools;
  assert_int_equal(pool->n_replicas, 2);
  assert_string_equal(pool->replicas[0].host, "r1");
  assert_string_equal(pool->replicas[1].host, "r2");
  ent_config_free(config);
  config = parsed("a:\n  mysql: u@tcp(h)/d\n  replica: mysql://r/d\n");
  pool = config->pools;
  assert_int_equal(pool->n_replicas, 1);
  ent_config_free(config);
  assert_refused("a:\n  mysql: u@tcp(h)/d\n  replica: []\n",
                 "t.yaml:3: a.replica: the list is empty; leave the key out");
  assert_refused("a:\n  mysql: u@tcp(h)/d\n  replica: [u@tcp(r)/d?pool=x]\n",
                 "t.yaml:3: a.replica: the option 'pool' belongs to an address "
                 "without a file; here the key above names the pool");
}

static void a_wrong_address_is_refused(void **state) {
  ent_config *config = NULL;
  ent_error err = {0};

  (void)state;
  assert_int_equal(ent_config_of_address("mysql://${X}@h", &config, &err),
                   ENT_CONFIG);
  assert_null(config);
  assert_string_equal(err.text, "mysql address: no database: '/' and its name "
                                "must end the address or stand before '?'");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_file_gives_its_pools_in_order),
      cmocka_unit_test(two_pools_may_have_one_address),
      cmocka_unit_test(a_byte_order_mark_is_no_text),
      cmocka_unit_test(json_is_yaml_too),
      cmocka_unit_test(import_chooses_tables),
      cmocka_unit_test(a_question_mark_is_one_character),
      cmocka_unit_test(a_pattern_of_many_stars_ends_soon),
      cmocka_unit_test(values_are_replaced_from_the_environment),
      cmocka_unit_test(a_variable_that_is_not_there_is_named),
      cmocka_unit_test(variables_cannot_blow_a_value_up),
      cmocka_unit_test(a_pool_has_a_charset_for_what_is_declared),
      cmocka_unit_test(limits_are_numbers),
      cmocka_unit_test(a_file_is_read_whole),
      cmocka_unit_test(a_file_that_cannot_be_read_is_named),
      cmocka_unit_test(an_address_is_a_configuration),
      cmocka_unit_test(replicas_are_an_address_or_a_list),
      cmocka_unit_test(a_wrong_address_is_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
