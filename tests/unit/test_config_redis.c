/* The keys of a pool's Redis: redis, sentinel and prefix. */
#include "tests/unit/config_text.h"

#include <stdio.h>

static const char wrong_prefix[] =
    "t.yaml:1: a.prefix: expected what the keys of this pool's caches begin "
    "with, such as \"shop:\": at most 64 bytes, no blanks among them";
static const char wrong_sentinel[] =
    "t.yaml:1: a.sentinel: expected the master's name with the addresses of "
    "its sentinels, such as {main: [one.example:26379, two.example:26379]}";
static const char wrong_list[] =
    "t.yaml:1: a.sentinel: expected the addresses of the sentinels, such as "
    "[one.example:26379, two.example:26379]";

static void a_pool_may_have_a_redis_only(void **state) {
  ent_config *config = parsed("log: {redis: 'h:6380:2'}\n");
  const ent_config_redis *redis = ent_config_find_redis(config, "log");

  (void)state;
  assert_int_equal(config->n_pools, 0);
  assert_int_equal(config->n_redis, 1);
  assert_non_null(redis);
  assert_string_equal(redis->name, "log");
  assert_int_equal(redis->line, 1);
  assert_string_equal(redis->address.host, "h");
  assert_int_equal(redis->address.port, 6380);
  assert_int_equal(redis->address.database, 2);
  assert_string_equal(redis->prefix, "");
  assert_null(ent_config_find_redis(config, "default"));
  ent_config_free(config);
}

static void a_pool_may_have_both_servers(void **state) {
  ent_config *config = parsed("a:\n  prefix: 'shop:'\n"
                              "  mysql: 'mysql://app@h/shop'\n"
                              "  redis: /run/r.sock:1\n"
                              "b: {mysql: 'mysql://app@h/log'}\n"
                              "c: {redis: 'redis://:p@i', prefix: x}\n");

  (void)state;
  assert_int_equal(config->n_pools, 2);
  assert_int_equal(config->n_redis, 2);
  assert_string_equal(ent_config_find_redis(config, "a")->prefix, "shop:");
  assert_int_equal(ent_config_find_redis(config, "a")->line, 4);
  assert_string_equal(ent_config_find_redis(config, "a")->address.socket,
                      "/run/r.sock");
  assert_null(ent_config_find_redis(config, "b"));
  assert_string_equal(ent_config_find_redis(config, "c")->prefix, "x");
  assert_string_equal(ent_config_find_redis(config, "c")->address.password,
                      "p");
  ent_config_free(config);
}

static void sentinels_stand_below_the_name_of_the_master(void **state) {
  ent_config *config =
      parsed("a: {sentinel: {'main:3?password=p': ['b:1', '[::1]', c]}}\n");
  const ent_redis_address *address =
      &ent_config_find_redis(config, "a")->address;

  (void)state;
  assert_string_equal(address->master, "main");
  assert_int_equal(address->database, 3);
  assert_string_equal(address->password, "p");
  assert_int_equal(address->n_sentinels, 3);
  assert_string_equal(address->sentinels[0].host, "b");
  assert_int_equal(address->sentinels[0].port, 1);
  assert_string_equal(address->sentinels[1].host, "::1");
  assert_int_equal(address->sentinels[2].port, 26379);
  assert_null(address->sentinels[0].password);
  ent_config_free(config);
}

static void what_is_no_list_of_sentinels_is_refused(void **state) {
  static const char *const values[] = {"x", "[h]", "{}", "{m: [h], n: [h]}",
                                       "''"};
  static const char *const lists[] = {"[]", "{h: i}", "[[h]]"};
  char text[128];

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(values); i++) {
    snprintf(text, sizeof(text), "a: {sentinel: %s}\n", values[i]);
    assert_refused(text, wrong_sentinel);
  }
  for (size_t i = 0; i < ENT_COUNT(lists); i++) {
    snprintf(text, sizeof(text), "a: {sentinel: {m: %s}}\n", lists[i]);
    assert_refused(text, wrong_list);
  }
  assert_refused("a: {sentinel: {m: [h, 'i:x']}}\n",
                 "t.yaml:1: a.sentinel: the port must be a number from 1 to "
                 "65535");
  assert_refused("a: {sentinel: {'m:x': [h]}}\n",
                 "t.yaml:1: a.sentinel: the database must be a number from 0 "
                 "to 65535");
}

static void a_pool_has_one_redis(void **state) {
  static const char words[] = "t.yaml:3: a.%s: a pool has one Redis: either "
                              "'redis' or 'sentinel'";
  char wanted[128];

  (void)state;
  snprintf(wanted, sizeof(wanted), words, "sentinel");
  assert_refused("a:\n  redis: h\n  sentinel: {m: [h]}\n", wanted);
  snprintf(wanted, sizeof(wanted), words, "redis");
  assert_refused("a:\n  sentinel: {m: [h]}\n  redis: h\n", wanted);
}

static void a_wrong_redis_is_one_problem(void **state) {
  (void)state;
  assert_refused("a: {redis: 'h:x', prefix: p}\n",
                 "t.yaml:1: a.redis: the port must be a number from 1 to "
                 "65535");
  assert_refused("a: {redis: [h]}\n",
                 "t.yaml:1: a.redis: expected an address: host:port:database "
                 "or redis://user:password@host:port/database");
}

static void a_prefix_has_up_to_64_bytes_and_no_blank(void **state) {
  static const char longest[] = "0123456789abcdef0123456789abcdef"
                                "0123456789abcdef0123456789abcdef";
  ent_config *config;
  char text[128];

  (void)state;
  snprintf(text, sizeof(text), "a: {redis: h, prefix: %s}\n", longest);
  config = parsed(text);
  assert_string_equal(config->redis[0].prefix, longest);
  ent_config_free(config);
  snprintf(text, sizeof(text), "a: {redis: h, prefix: %sx}\n", longest);
  assert_refused(text, wrong_prefix);
  assert_refused("a: {redis: h, prefix: 'a b'}\n", wrong_prefix);
  assert_refused("a: {redis: h, prefix: \"a\\tb\"}\n", wrong_prefix);
  assert_refused("a: {redis: h, prefix: \"a\\x7fb\"}\n", wrong_prefix);
  assert_refused("a: {redis: h, prefix: [a]}\n", wrong_prefix);
  assert_refused("a: {mysql: 'mysql://app@h/shop', prefix: p}\n",
                 "t.yaml:1: a: a prefix is one of Redis keys, and this pool "
                 "has no Redis");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_pool_may_have_a_redis_only),
      cmocka_unit_test(a_pool_may_have_both_servers),
      cmocka_unit_test(sentinels_stand_below_the_name_of_the_master),
      cmocka_unit_test(what_is_no_list_of_sentinels_is_refused),
      cmocka_unit_test(a_pool_has_one_redis),
      cmocka_unit_test(a_wrong_redis_is_one_problem),
      cmocka_unit_test(a_prefix_has_up_to_64_bytes_and_no_blank),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
