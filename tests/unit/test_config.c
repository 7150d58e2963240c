/* Configurations: what a file means, and what is said about a wrong one. */
#include "backends/base/buf.h"
#include "backends/base/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A pool that is right, to be followed by what is to be tested. */
#define POOL "default: {mysql: 'mysql://app@h/shop'}\n"

static ent_config *parsed(const char *text) {
  ent_config *config = NULL;
  ent_error err = {0};

  if (ent_config_parse("t.yaml", text, strlen(text), &config, &err)) {
    fail_msg("%s", err.text);
  }
  return config;
}

/* The bytes must be refused in exactly these words. */
static void assert_bytes_refused(const char *text, size_t size,
                                 const char *words) {
  ent_config *config = NULL;
  ent_error err = {0};

  assert_int_equal(ent_config_parse("t.yaml", text, size, &config, &err),
                   ENT_CONFIG);
  assert_null(config);
  assert_string_equal(err.text, words);
}

static void assert_refused(const char *text, const char *words) {
  assert_bytes_refused(text, strlen(text), words);
}

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

static void keys_that_do_not_work_are_refused_by_name(void **state) {
  static const char *const pool_keys[] = {
      "mysqlEncoding", "redis",         "sentinel",   "streams", "locker",
      "elastic",       "elastic_trace", "clickhouse", "wide",    "local_cache",
      "triggers",      "transactions",  "prefix"};
  static const char *const settings[] = {"flush",
                                         "batch",
                                         "request_cache",
                                         "max_scan_rows",
                                         "pushdown",
                                         "cache",
                                         "trace",
                                         "snapshot",
                                         "redis_ttl_s",
                                         "absent_ttl_s",
                                         "local_cache_lag_ms",
                                         "redis_down",
                                         "commit_max_s",
                                         "snapshot_max_s",
                                         "local_cache_ttl_s"};
  static const char *const sections[] = {"entities", "enums", "indices"};
  char text[256], words[256];

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(pool_keys); i++) {
    snprintf(text, sizeof(text), "a:\n  mysql: u@tcp(h)/d\n  %s: {b: c}\n",
             pool_keys[i]);
    snprintf(words, sizeof(words),
             "t.yaml:3: a.%s: does not work yet in this version", pool_keys[i]);
    assert_refused(text, words);
  }
  for (size_t i = 0; i < ENT_COUNT(settings); i++) {
    snprintf(text, sizeof(text), POOL "settings: {%s: 1}\n", settings[i]);
    snprintf(words, sizeof(words),
             "t.yaml:2: settings.%s: does not work yet in this version",
             settings[i]);
    assert_refused(text, words);
  }
  for (size_t i = 0; i < ENT_COUNT(sections); i++) {
    snprintf(text, sizeof(text), POOL "%s: {b: c}\n", sections[i]);
    snprintf(words, sizeof(words),
             "t.yaml:2: %s: does not work yet in this version", sections[i]);
    assert_refused(text, words);
  }
}

static void an_unknown_key_gets_a_suggestion(void **state) {
  (void)state;
  assert_refused("a:\n  mysql: u@tcp(h)/d\n  imprt: true\n",
                 "t.yaml:3: a: unknown key 'imprt'; did you mean 'import'? "
                 "known: mysql, import, replica");
  assert_refused(
      "a:\n  mysql: u@tcp(h)/d\n  rabbitmq: {}\n",
      "t.yaml:3: a: unknown key 'rabbitmq'; known: mysql, import, replica");
  assert_refused(POOL "settings: {timeout: 1}\n",
                 "t.yaml:2: settings: unknown key 'timeout'; known: "
                 "timeout_ms");
  assert_refused(POOL "settings: {timeout_s: 1}\n",
                 "t.yaml:2: settings: unknown key 'timeout_s'; did you mean "
                 "'timeout_ms'? known: timeout_ms");
  assert_refused(POOL "setting: {}\n",
                 "t.yaml:2: setting: no server: the key 'mysql' is missing; "
                 "or did you mean 'settings'?");
}

static void wrong_values_are_told_what_would_be_right(void **state) {
  static const char address[] = "t.yaml:1: a.mysql: expected an address: "
                                "mysql://user:password@host:port/database or "
                                "user:password@tcp(host:port)/database";
  static const char import[] =
      "t.yaml:1: a.import: expected true, false or a list of table names such "
      "as [customer, \"order_*\"]";
  static const char pattern[] =
      "t.yaml:1: a.import: expected a table name, in which '*' and '?' stand "
      "for any characters and for one";

  (void)state;
  assert_refused("a: {mysql: }", address);
  assert_refused("a: {mysql: [b]}", address);
  assert_refused("a: {mysql: {b: c}}", address);
  assert_refused("a: {mysql: 'mysql://h:x/d'}",
                 "t.yaml:1: a.mysql: the port must be a number from 1 to "
                 "65535");
  assert_refused("a: {mysql: 'mysql://h/d?pool=b'}",
                 "t.yaml:1: a.mysql: the option 'pool' belongs to an address "
                 "without a file; here the key above names the pool");
  assert_refused("a: {mysql: u@tcp(h)/d, import: yes}", import);
  assert_refused("a: {mysql: u@tcp(h)/d, import: {b: c}}", import);
  assert_refused("a: {mysql: u@tcp(h)/d, import: }", import);
  assert_refused("a: {mysql: u@tcp(h)/d, import: []}",
                 "t.yaml:1: a.import: the list is empty; write false to "
                 "import nothing");
  assert_refused("a: {mysql: u@tcp(h)/d, import: [b, []]}", pattern);
  assert_refused("a: {mysql: u@tcp(h)/d, import: ['', b]}", pattern);
}

static void a_time_out_is_a_number(void **state) {
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
  assert_refused(POOL "settings: 5",
                 "t.yaml:2: settings: expected settings such as {timeout_ms: "
                 "5000}");
}

static void pools_are_checked(void **state) {
  (void)state;
  assert_refused("a: {import: true}",
                 "t.yaml:1: a: no server: the key 'mysql' is missing");
  assert_refused("a: u:secret@tcp(h)/d",
                 "t.yaml:1: a: expected the servers of this pool, such as "
                 "{mysql: mysql://user@host/database, import: true}");
  assert_refused("a-b: {mysql: u@tcp(h)/d}",
                 "t.yaml:1: a-b: the name of a pool must be letters, digits "
                 "and '_', at most 64");
  assert_refused("u:secret@tcp(h)/d: {}",
                 "t.yaml:1: the name of a pool must be letters, digits and "
                 "'_', at most 64");
}

static void several_problems_come_together_by_line(void **state) {
  (void)state;
  assert_refused(
      "a:\n"
      "  mysql: u@tcp(h)/d\n"
      "  redis: h:6379:0\n"
      "  import: perhaps\n"
      "  redis: h:6379:1\n"
      "b: {imprt: true}\n",
      "t.yaml:3: a.redis: does not work yet in this version; line "
      "4: a.import: expected true, false or a list of table names "
      "such as [customer, \"order_*\"]; line 5: redis: a key given "
      "twice, before on line 3; line 5: a.redis: does not work yet "
      "in this version; line 6: b: unknown key 'imprt'; did you "
      "mean 'import'? known: mysql, import, replica; line 6: b: no server: "
      "the key 'mysql' is missing");
}

static void what_does_not_fit_is_counted(void **state) {
  static const char first[] = "t.yaml:2: a: unknown key 'unknown2'; known: "
                              "mysql, import, replica; line 3: a: ";
  char text[1024] = "a:\n";
  ent_config *config = NULL;
  ent_error err = {0};
  int n_shown = 1;
  const char *more;

  (void)state;
  for (int i = 2; i < 30; i++) {
    size_t used = strlen(text);

    snprintf(text + used, sizeof(text) - used, "  unknown%d: 1\n", i);
  }
  assert_int_equal(
      ent_config_parse("t.yaml", text, strlen(text), &config, &err),
      ENT_CONFIG);
  assert_memory_equal(err.text, first, strlen(first));
  for (const char *at = err.text; (at = strstr(at, "; line ")); at++)
    n_shown++;
  more = strstr(err.text, "; and ");
  assert_non_null(more);
  /* 28 keys and the server that is missing. */
  assert_int_equal(n_shown + strtol(more + 6, NULL, 10), 29);
  assert_string_equal(strstr(more, " more"), " more");
  assert_true(n_shown > 3);
}

static void a_long_file_name_leaves_room_for_the_reason(void **state) {
  char name[1024];
  ent_config *config = NULL;
  ent_error err = {0};

  (void)state;
  for (size_t i = 0; i < 500; i++)
    memcpy(name + 2 * i, "\xC3\xA4", 3);
  assert_int_equal(ent_config_parse(name, "a:", 2, &config, &err), ENT_CONFIG);
  assert_memory_equal(err.text, "...\xC3\xA4", 5);
  assert_non_null(strstr(err.text, "\xA4:1: a: expected the servers"));
}

static void no_error_repeats_a_value(void **state) {
  static const char *const texts[] = {
      "mysql://root:Sesame7@h/d",
      "[root:Sesame7@h/d]",
      "mysql:root:Sesame7@tcp(h)/d: x",
      "a: {mysql:root:Sesame7@tcp(h)/d}",
      "a: {mysql: root:Sesame7@tcp(h)/d?x=1}",
      "a: {mysql: {url: 'root:Sesame7@tcp(h)/d'}}",
      "a: {mysql: ['root:Sesame7@tcp(h)/d']}",
      "a: {import: Sesame7}",
      "a: {import: [[Sesame7]]}",
      "a: {redis: 'redis://:Sesame7@h/0'}",
      "a: {mysql: &Sesame7 x, import: *Sesame7}",
      "a: {mysql: !Sesame7 x}",
      "a: {mysql: \"root:Sesame7\n",
      "settings: {timeout_ms: Sesame7}",
      "settings: Sesame7",
  };

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(texts); i++) {
    ent_config *config = NULL;
    ent_error err = {0};

    assert_int_equal(
        ent_config_parse("t.yaml", texts[i], strlen(texts[i]), &config, &err),
        ENT_CONFIG);
    if (strstr(err.text, "esame")) fail_msg("%s: %s", texts[i], err.text);
  }
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
      cmocka_unit_test(an_empty_file_is_refused),
      cmocka_unit_test(what_yaml_cannot_read_has_its_line),
      cmocka_unit_test(what_yaml_has_and_a_configuration_has_not_is_refused),
      cmocka_unit_test(a_key_given_twice_is_refused),
      cmocka_unit_test(a_deep_file_is_refused),
      cmocka_unit_test(a_large_file_is_refused),
      cmocka_unit_test(a_file_of_nothing_but_faults_is_answered),
      cmocka_unit_test(keys_that_do_not_work_are_refused_by_name),
      cmocka_unit_test(an_unknown_key_gets_a_suggestion),
      cmocka_unit_test(wrong_values_are_told_what_would_be_right),
      cmocka_unit_test(a_time_out_is_a_number),
      cmocka_unit_test(pools_are_checked),
      cmocka_unit_test(several_problems_come_together_by_line),
      cmocka_unit_test(what_does_not_fit_is_counted),
      cmocka_unit_test(a_long_file_name_leaves_room_for_the_reason),
      cmocka_unit_test(no_error_repeats_a_value),
      cmocka_unit_test(a_file_is_read_whole),
      cmocka_unit_test(a_file_that_cannot_be_read_is_named),
      cmocka_unit_test(an_address_is_a_configuration),
      cmocka_unit_test(replicas_are_an_address_or_a_list),
      cmocka_unit_test(a_wrong_address_is_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
