/* Which rows are kept where, and for how long: local_cache, and the settings. */
#include "tests/unit/config_text.h"

#include <stdio.h>

static const char wrong_local[] =
    "t.yaml:1: a.local_cache: expected how many rows it takes, such as 100000, "
    "or how much memory, such as 64MB";

static void a_pool_says_how_many_rows_it_keeps(void **state) {
  ent_config *config = parsed(POOL "a: {local_cache: 1000}\n"
                                   "b: {redis: h, local_cache: 64MB}\n"
                                   "c: {local_cache: 2 GB}\n"
                                   "d: {local_cache: 512KB}\n");

  (void)state;
  assert_int_equal(config->n_pools, 1);
  assert_int_equal(config->n_redis, 1);
  assert_int_equal(config->n_locals, 4);
  assert_null(ent_config_find_local(config, "default"));
  assert_int_equal(ent_config_find_local(config, "a")->max_rows, 1000);
  assert_int_equal(ent_config_find_local(config, "a")->max_bytes, 256 << 20);
  assert_int_equal(ent_config_find_local(config, "b")->max_rows, 0);
  assert_int_equal(ent_config_find_local(config, "b")->max_bytes, 64 << 20);
  assert_int_equal(ent_config_find_local(config, "c")->max_bytes, 2LL << 30);
  assert_int_equal(ent_config_find_local(config, "d")->max_bytes, 512 << 10);
  assert_string_equal(ent_config_find_local(config, "d")->name, "d");
  ent_config_free(config);
}

static void what_is_no_size_is_refused(void **state) {
  static const char *const words[] = {
      "many", "0",   "-1",     "0MB", "12TB",       "1.5MB", "MB",
      "1mb",  "[1]", "{b: 1}", "''",  "12345678MB", "1 MB x"};
  char text[64];

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(words); i++) {
    snprintf(text, sizeof(text), "a: {local_cache: %s, redis: h}", words[i]);
    assert_refused(text, wrong_local);
  }
}

static void an_entity_names_a_pool_that_has_one(void **state) {
  (void)state;
  assert_refused(POOL "entities: {user: {local_cache: true, columns: {id: "
                      "int}}}\n",
                 "t.yaml:2: user: local_cache: the pool 'default' has no local "
                 "cache; add one, such as local_cache: 100000");
  assert_refused(
      POOL "entities: {user: {redis_cache: true, columns: {id: "
           "int}}}\n",
      "t.yaml:2: user: redis_cache: the pool 'default' has no Redis");
}

static void settings_of_caches(void **state) {
  ent_config *config = parsed(
      POOL "settings: {redis_ttl_s: 7, absent_ttl_s: 8, commit_max_s: 9, "
           "redis_down: proceed, local_cache_lag_ms: 10, "
           "local_cache_ttl_s: 11}\n");

  (void)state;
  assert_int_equal(config->redis_ttl_s, 7);
  assert_int_equal(config->absent_ttl_s, 8);
  assert_int_equal(config->commit_max_s, 9);
  assert_true(config->writes_without_redis);
  assert_int_equal(config->local_cache_lag_ms, 10);
  assert_int_equal(config->local_cache_ttl_s, 11);
  ent_config_free(config);
  config = parsed(POOL "settings: {redis_down: refuse}\n");
  assert_int_equal(config->redis_ttl_s, -1);
  assert_int_equal(config->local_cache_lag_ms, -1);
  assert_int_equal(config->local_cache_ttl_s, -1);
  assert_false(config->writes_without_redis);
  ent_config_free(config);
}

static void settings_that_are_wrong(void **state) {
  static const char *const seconds[] = {"redis_ttl_s", "absent_ttl_s",
                                        "commit_max_s", "local_cache_ttl_s"};
  char text[96], words[128];

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(seconds); i++) {
    snprintf(text, sizeof(text), POOL "settings: {%s: 0}\n", seconds[i]);
    snprintf(words, sizeof(words),
             "t.yaml:2: settings.%s: expected a number of seconds from 1 to "
             "2147483647",
             seconds[i]);
    assert_refused(text, words);
  }
  assert_refused(POOL "settings: {local_cache_lag_ms: 9}\n",
                 "t.yaml:2: settings.local_cache_lag_ms: expected a number of "
                 "milliseconds from 10 to 60000");
  assert_refused(POOL "settings: {local_cache_lag_ms: 60001}\n",
                 "t.yaml:2: settings.local_cache_lag_ms: expected a number of "
                 "milliseconds from 10 to 60000");
  assert_refused(POOL "settings: {redis_down: wait}\n",
                 "t.yaml:2: settings.redis_down: expected refuse (nothing is "
                 "written while Redis is away) or proceed");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_pool_says_how_many_rows_it_keeps),
      cmocka_unit_test(what_is_no_size_is_refused),
      cmocka_unit_test(an_entity_names_a_pool_that_has_one),
      cmocka_unit_test(settings_of_caches),
      cmocka_unit_test(settings_that_are_wrong),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
