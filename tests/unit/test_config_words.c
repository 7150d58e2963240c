/* Configurations: what is said about keys and values that are wrong. */
#include "tests/unit/config_text.h"

#include <stdio.h>
#include <stdlib.h>

static void keys_that_do_not_work_are_refused_by_name(void **state) {
  static const char *const pool_keys[] = {"streams", "locker", "elastic",
                                          "elastic_trace", "clickhouse"};
  static const char *const settings[] = {
      "flush",    "batch", "request_cache", "max_scan_rows",
      "pushdown", "cache", "trace",         "snapshot"};
  static const char *const sections[] = {"indices"};
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
  assert_refused(
      "a:\n  mysql: u@tcp(h)/d\n  imprt: true\n",
      "t.yaml:3: a: unknown key 'imprt'; did you mean 'import'? "
      "known: mysql, import, redis, sentinel, local_cache, replica, "
      "mysqlEncoding, collation, wide, triggers, transactions, prefix");
  assert_refused(
      "a:\n  mysql: u@tcp(h)/d\n  rabbitmq: {}\n",
      "t.yaml:3: a: unknown key 'rabbitmq'; known: mysql, import, "
      "redis, sentinel, local_cache, replica, mysqlEncoding, collation, "
      "wide, triggers, transactions, prefix");
  assert_refused(POOL "settings: {timeout: 1}\n",
                 "t.yaml:2: settings: unknown key 'timeout'; known: "
                 "timeout_ms, redis_ttl_s, absent_ttl_s, local_cache_lag_ms, "
                 "local_cache_ttl_s, redis_down, commit_max_s, snapshot_max_s");
  assert_refused(POOL "settings: {timeout_s: 1}\n",
                 "t.yaml:2: settings: unknown key 'timeout_s'; did you mean "
                 "'timeout_ms'? known: timeout_ms, "
                 "redis_ttl_s, absent_ttl_s, local_cache_lag_ms, "
                 "local_cache_ttl_s, redis_down, commit_max_s, "
                 "snapshot_max_s");
  assert_refused(
      POOL "setting: {}\n",
      "t.yaml:2: setting: no server: the key 'mysql' or 'redis' is missing; "
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

static void pools_are_checked(void **state) {
  (void)state;
  assert_refused(
      "a: {import: true}",
      "t.yaml:1: a: no server: the key 'mysql' or 'redis' is missing");
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
      "  redis: h:six:0\n"
      "  import: perhaps\n"
      "  redis: h:6379:1\n"
      "b: {imprt: true}\n",
      "t.yaml:3: a.redis: the port must be a number from 1 to "
      "65535; line 4: a.import: expected true, false or a list of table names "
      "such as [customer, \"order_*\"]; line 5: redis: a key given "
      "twice, before on line 3; line 5: a.redis: a pool has one "
      "Redis: either 'redis' or 'sentinel'; line 6: b: unknown key "
      "'imprt'; did you mean 'import'? known: mysql, import, redis, "
      "sentinel, local_cache, replica, mysqlEncoding, collation, wide, "
      "triggers, transactions, prefix; and 1 more");
}

static void what_does_not_fit_is_counted(void **state) {
  static const char first[] = "t.yaml:2: a: unknown key 'unknown2'; known: "
                              "mysql, import, redis, sentinel, local_cache, "
                              "replica, mysqlEncoding, collation, wide, "
                              "triggers, transactions, prefix; line 3: a: ";
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
  assert_true(n_shown >= 2);
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
      "a: {redis: 'redis://:Sesame7@h/x'}",
      "a: {redis: 'h:1:0?password=Sesame7&x=Sesame7'}",
      "a: {redis: 'Sesame7:Sesame7'}",
      "a: {sentinel: {'m:0?user=Sesame7': [h]}}",
      "a: {sentinel: {m: ['h:Sesame7']}}",
      "a: {redis: h, prefix: 'Sesame7 '}",
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keys_that_do_not_work_are_refused_by_name),
      cmocka_unit_test(an_unknown_key_gets_a_suggestion),
      cmocka_unit_test(wrong_values_are_told_what_would_be_right),
      cmocka_unit_test(pools_are_checked),
      cmocka_unit_test(several_problems_come_together_by_line),
      cmocka_unit_test(what_does_not_fit_is_counted),
      cmocka_unit_test(a_long_file_name_leaves_room_for_the_reason),
      cmocka_unit_test(no_error_repeats_a_value),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
