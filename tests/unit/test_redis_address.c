/* Addresses of Redis: what the forms mean, and that no error repeats a piece of
 * one. */
#include "backends/base/redis_address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef ent_status parse_function(const char *text, ent_arena *arena,
                                  ent_redis_address *address, ent_error *err);

static ent_arena arena;

static int end_arena(void **state) {
  (void)state;
  ent_arena_done(&arena);
  return 0;
}

static ent_redis_address parsed_by(parse_function *parse, const char *text) {
  ent_redis_address address = {.port = 0};
  ent_error err = {.status = ENT_OK};

  if (parse(text, &arena, &address, &err)) fail_msg("%s: %s", text, err.text);
  return address;
}

static ent_redis_address parsed(const char *text) {
  return parsed_by(ent_redis_address_parse, text);
}

static ent_redis_address master(const char *text) {
  return parsed_by(ent_redis_address_parse_master, text);
}

static ent_redis_address sentinel(const char *text) {
  return parsed_by(ent_redis_address_parse_sentinel, text);
}

static void assert_shown(const char *text, const char *shown) {
  ent_redis_address address = parsed(text);

  assert_string_equal(ent_redis_address_show(&address, &arena), shown);
}

/* The text must be refused in these words, and leave the address alone. */
static void assert_refused_by(parse_function *parse, const char *text,
                              const char *words) {
  ent_redis_address address = {.port = 7};
  ent_error err = {.status = ENT_OK};

  if (parse(text, &arena, &address, &err) != ENT_CONFIG) {
    fail_msg("%s: taken", text);
  }
  if (strcmp(err.text, words) != 0) fail_msg("%s: %s", text, err.text);
  assert_int_equal(address.port, 7);
  assert_null(address.host);
  assert_null(address.socket);
  assert_null(address.password);
}

static void assert_refused(const char *text, const char *words) {
  assert_refused_by(ent_redis_address_parse, text, words);
}

static const char forms[] =
    "expected host:port:database, /path/of/socket:database or "
    "redis://user:password@host:port/database";
static const char sentinel_forms[] =
    "expected the address of a sentinel, host:port";
static const char wrong_database[] =
    "the database must be a number from 0 to 65535";
static const char wrong_port[] = "the port must be a number from 1 to 65535";
static const char wrong_percent[] =
    "'%' must be followed by two hexadecimal digits that are not 00; %25 "
    "stands for '%' itself";
static const char at_behind[] =
    "an '@' behind the host; in a password or an option write '/' as %2F, '?' "
    "as %3F and '@' as %40";
static const char unknown_option[] =
    "an unknown option; known options: user, password, connect_timeout_ms, "
    "read_timeout_ms";

static void the_short_form_gives_host_port_and_database(void **state) {
  ent_redis_address address = parsed("cache.example:6380:5");

  (void)state;
  assert_string_equal(address.host, "cache.example");
  assert_int_equal(address.port, 6380);
  assert_int_equal(address.database, 5);
  assert_null(address.socket);
  assert_null(address.user);
  assert_null(address.password);
  assert_null(address.master);
  assert_int_equal(address.n_sentinels, 0);
  assert_int_equal(address.connect_timeout_ms, 0);
  assert_int_equal(address.read_timeout_ms, 0);
  assert_shown("h", "h:6379/0");
  assert_shown("h:1", "h:1/0");
  assert_shown("h:65535:65535", "h:65535/65535");
  assert_shown("127.0.0.1:6379:0", "127.0.0.1:6379/0");
  assert_shown("a_b-c.d", "a_b-c.d:6379/0");
}

static void a_path_gives_a_socket(void **state) {
  ent_redis_address address = parsed("/run/re dis.sock:3");

  (void)state;
  assert_string_equal(address.socket, "/run/re dis.sock");
  assert_int_equal(address.database, 3);
  assert_null(address.host);
  assert_shown("/run/r.sock", "unix(/run/r.sock)/0");
  assert_shown("/run/r:6379:2", "unix(/run/r:6379)/2");
  assert_shown("/run/r:s", "unix(/run/r:s)/0");
  assert_shown("/run/r7", "unix(/run/r7)/0");
  assert_shown("/7", "unix(/7)/0");
  assert_shown("/run/%41@x:1", "unix(/run/%41@x)/1");
  assert_refused("/run/r.sock:", wrong_database);
  assert_refused("/run/r.sock:65536", wrong_database);
  assert_refused("/run/\x01:1",
                 "the socket must be UTF-8 without control characters");
  assert_refused("/run/\xff:1",
                 "the socket must be UTF-8 without control characters");
}

static void a_url_gives_all_parts(void **state) {
  ent_redis_address address =
      parsed("redis://app:secret@db.example:6380/9?connect_timeout_ms=250&"
             "read_timeout_ms=2147483647");

  (void)state;
  assert_string_equal(address.user, "app");
  assert_string_equal(address.password, "secret");
  assert_string_equal(address.host, "db.example");
  assert_int_equal(address.port, 6380);
  assert_int_equal(address.database, 9);
  assert_int_equal(address.connect_timeout_ms, 250);
  assert_int_equal(address.read_timeout_ms, 2147483647);
  assert_shown("REDIS://h", "h:6379/0");
  assert_shown("redis://h/", "h:6379/0");
  assert_shown("redis://h/?read_timeout_ms=1", "h:6379/0");
  assert_shown("redis://h?read_timeout_ms=1", "h:6379/0");
  assert_shown("redis://h:1/2", "h:1/2");
}

static void the_parts_of_a_login_may_be_missing(void **state) {
  (void)state;
  assert_null(parsed("redis://:secret@h").user);
  assert_string_equal(parsed("redis://:secret@h").password, "secret");
  assert_string_equal(parsed("redis://app:@h").password, "");
  assert_null(parsed("redis://@h").password);
  assert_refused("redis://app@h", "a user without a password");
  assert_refused("h?user=app", "a user without a password");
  assert_string_equal(parsed("redis://app@h?password=p").password, "p");
  assert_string_equal(parsed("h?user=app&password=p").user, "app");
  assert_string_equal(parsed("/s?password=p").password, "p");
  assert_refused("redis://app:p@h?user=x", "the user is given twice");
  assert_refused("redis://app:p@h?password=x", "the password is given twice");
  assert_refused("h?password=x&password=x", "the password is given twice");
}

static void a_login_is_percent_decoded(void **state) {
  ent_redis_address address = parsed("redis://a%40b:p%2F%3f%25@h");

  (void)state;
  assert_string_equal(address.user, "a@b");
  assert_string_equal(address.password, "p/?%");
  assert_string_equal(parsed("h?password=%26%3D").password, "&=");
  assert_string_equal(parsed("redis://u:p@ss:#@h").password, "p@ss:#");
  assert_refused("redis://u:%4@h", wrong_percent);
  assert_refused("redis://u:%00@h", wrong_percent);
  assert_refused("redis://u%xx:p@h", wrong_percent);
  assert_refused("h?password=%", wrong_percent);
}

static void an_ipv6_host_stands_in_brackets(void **state) {
  (void)state;
  assert_string_equal(parsed("[::1]:6380:2").host, "::1");
  assert_shown("[::1]", "[::1]:6379/0");
  assert_shown("redis://:p@[fe80::1%eth0]:1/2", "[fe80::1%eth0]:1/2");
  assert_refused("[]", forms);
  assert_refused("[::1", forms);
  assert_refused("[::1]6379", forms);
  assert_refused("[::1/]:1", forms);
  assert_refused("redis://[::1", forms);
}

static void what_is_no_host_is_refused(void **state) {
  static const char *const hosts[] = {"",    ":1",      " h",   "h h",
                                      "h\n", "u@h:1",   "h%41", "\xC3\xA4:1",
                                      "h/1", "tcp(h:1)"};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(hosts); i++)
    assert_refused(hosts[i], forms);
  assert_refused("redis://", forms);
  assert_refused("redis:///1", forms);
  assert_refused("redis://:p@/1", forms);
  assert_refused("mysql://h/d", wrong_port);
}

static void ports_and_databases_are_numbers(void **state) {
  static const char *const ports[] = {"0",  "65536", "x",  "",
                                      "-1", "+1",    " 1", "99999999999999999"};
  static const char *const databases[] = {"65536", "x",  "-1",
                                          "+1",    " 1", "99999999999999999"};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(ports); i++) {
    assert_refused(ent_arena_printf(&arena, "h:%s", ports[i]), wrong_port);
    assert_refused(ent_arena_printf(&arena, "h:%s:0", ports[i]), wrong_port);
    assert_refused(ent_arena_printf(&arena, "redis://:p@h:%s/0", ports[i]),
                   wrong_port);
  }
  for (size_t i = 0; i < ENT_COUNT(databases); i++) {
    assert_refused(ent_arena_printf(&arena, "h:1:%s", databases[i]),
                   wrong_database);
    assert_refused(ent_arena_printf(&arena, "redis://h/%s", databases[i]),
                   wrong_database);
  }
  assert_refused("h:1:", wrong_database);
  assert_refused("h:1:2:3", wrong_database);
  assert_refused("redis://h/0/1", wrong_database);
}

/* Of two databases neither is the right one. */
static void a_url_has_its_database_in_one_place(void **state) {
  (void)state;
  assert_refused("redis://h:1:2/3", wrong_port);
  assert_refused("redis://h:1:2", wrong_port);
}

static void options_are_checked(void **state) {
  (void)state;
  assert_int_equal(parsed("h?&read_timeout_ms=5&").read_timeout_ms, 5);
  assert_refused("h?colour=red", unknown_option);
  assert_refused("h?=red", unknown_option);
  assert_refused("h?read_timeout_ms", "option 'read_timeout_ms' must be a "
                                      "number of milliseconds from 1");
  assert_refused("h?read_timeout_ms=0", "option 'read_timeout_ms' must be a "
                                        "number of milliseconds from 1");
  assert_refused("h?connect_timeout_ms=2147483648",
                 "option 'connect_timeout_ms' must be a number of milliseconds "
                 "from 1");
  assert_refused("h?connect_timeout_ms=5s",
                 "option 'connect_timeout_ms' must be a number of milliseconds "
                 "from 1");
  assert_refused("h?read_timeout_ms=1&read_timeout_ms=1",
                 "option 'read_timeout_ms' is given twice");
  assert_refused("h?password", "the password has no value");
  assert_refused("h?user&password=p", "the user has no value");
}

static void tls_is_refused_by_name(void **state) {
  (void)state;
  assert_refused("rediss://u:secret@h",
                 "TLS to Redis does not work in this version: its client "
                 "library, hiredis, has none here");
  assert_refused("RedisS://h",
                 "TLS to Redis does not work in this version: its client "
                 "library, hiredis, has none here");
}

static void a_master_is_known_by_its_name(void **state) {
  ent_redis_address address = master("main:2?user=u&password=p%20&"
                                     "read_timeout_ms=9");

  (void)state;
  assert_string_equal(address.master, "main");
  assert_int_equal(address.database, 2);
  assert_string_equal(address.user, "u");
  assert_string_equal(address.password, "p ");
  assert_int_equal(address.read_timeout_ms, 9);
  assert_null(address.host);
  assert_int_equal(address.port, 0);
  assert_string_equal(master("my master").master, "my master");
  assert_int_equal(master("main").database, 0);
  assert_refused_by(ent_redis_address_parse_master, "main:x", wrong_database);
  assert_refused_by(ent_redis_address_parse_master, "main:1:2", wrong_database);
  assert_refused_by(ent_redis_address_parse_master, "",
                    "the name that the sentinels know the master by is "
                    "missing");
  assert_refused_by(ent_redis_address_parse_master, "?password=secret",
                    "the name that the sentinels know the master by is "
                    "missing");
  assert_refused_by(ent_redis_address_parse_master, "a\tb",
                    "the name must be UTF-8 without control characters");
  assert_refused_by(ent_redis_address_parse_master, "main?user=u",
                    "a user without a password");
}

static void a_sentinel_has_a_host_and_a_port(void **state) {
  ent_redis_address address = sentinel("one.example:26380?password=p");

  (void)state;
  assert_string_equal(address.host, "one.example");
  assert_int_equal(address.port, 26380);
  assert_string_equal(address.password, "p");
  assert_int_equal(sentinel("h").port, 26379);
  assert_string_equal(sentinel("[::1]:1").host, "::1");
  assert_refused_by(ent_redis_address_parse_sentinel, "", sentinel_forms);
  assert_refused_by(ent_redis_address_parse_sentinel, "/run/s.sock",
                    sentinel_forms);
  assert_refused_by(ent_redis_address_parse_sentinel, "[::1]x", sentinel_forms);
  assert_refused_by(ent_redis_address_parse_sentinel, "u:p@h:1", wrong_port);
  assert_refused_by(ent_redis_address_parse_sentinel, "h:1:0", wrong_port);
  assert_refused_by(ent_redis_address_parse_sentinel, "h:0", wrong_port);
}

/* Texts with a secret in every place, and with what is wrong around it. */
static void no_error_repeats_a_piece(void **state) {
  static const char *const texts[] = {"redis://u:Sesame7@h/Sesame7",
                                      "redis://u:Sesame7/x@h",
                                      "redis://u:p?Sesame7@h",
                                      "redis://Sesame7@h",
                                      "redis://u:Sesame7",
                                      "redis://u:%Sesame7@h",
                                      "u:Sesame7@h:6379",
                                      "Sesame7@h",
                                      "h:Sesame7",
                                      "h:1:Sesame7",
                                      "h?Sesame7=1",
                                      "h?pasword=Sesame7",
                                      "h?password=Sesame7&password=",
                                      "h?read_timeout_ms=Sesame7",
                                      "/run/\x01Sesame7",
                                      "/run/s:Sesame7?x",
                                      "[Sesame7",
                                      "rediss://u:Sesame7@h",
                                      "h?user=Sesame7",
                                      "main:Sesame7",
                                      "redis://u:Sesame7@h:1:2/3",
                                      "redis://u:Sesame7@h?connect_timeout_ms"};
  static parse_function *const parsers[] = {ent_redis_address_parse,
                                            ent_redis_address_parse_master,
                                            ent_redis_address_parse_sentinel};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(parsers) * ENT_COUNT(texts); i++) {
    const char *text = texts[i / ENT_COUNT(parsers)];
    ent_redis_address address = {.port = 0};
    ent_error err = {.status = ENT_OK};
    ent_status status =
        parsers[i % ENT_COUNT(parsers)](text, &arena, &address, &err);

    if (i % ENT_COUNT(parsers) == 0 && !status) fail_msg("%s: taken", text);
    if (strstr(err.text, "Sesame")) fail_msg("%s: %s", text, err.text);
  }
  assert_refused("redis://u:a/b@h", at_behind);
  assert_refused("redis://h/0?password=a@b", at_behind);
}

static void what_is_shown_has_no_login(void **state) {
  ent_redis_address sentinels[] = {sentinel("a:1?password=Sesame7"),
                                   sentinel("[::1]?password=Sesame7")};
  ent_redis_address watched = master("main:4?user=x&password=Sesame7");

  (void)state;
  assert_shown("redis://user:Sesame7@h:1/2", "h:1/2");
  assert_shown("/run/s:2?user=user&password=Sesame7", "unix(/run/s)/2");
  watched.sentinels = sentinels;
  watched.n_sentinels = ENT_COUNT(sentinels);
  assert_string_equal(ent_redis_address_show(&watched, &arena),
                      "main@[a:1, [::1]:26379]/4");
}

static void a_copy_equals_and_stands_alone(void **state) {
  char text[] = "redis://app:secret@h:1/2?read_timeout_ms=3&"
                "connect_timeout_ms=4";
  ent_redis_address sentinels[] = {sentinel("a:1?password=p"), sentinel("b:2")};
  ent_redis_address from = parsed(text);
  ent_redis_address copy;
  ent_arena own = {.blocks = NULL};

  (void)state;
  memset(text, 'x', sizeof(text) - 1);
  assert_string_equal(from.host, "h");
  assert_true(ent_redis_address_copy(&from, &own, &copy));
  assert_true(ent_redis_address_equals(&from, &copy));
  assert_ptr_not_equal(copy.host, from.host);
  assert_ptr_not_equal(copy.user, from.user);
  assert_ptr_not_equal(copy.password, from.password);
  from = master("main?password=p");
  from.sentinels = sentinels;
  from.n_sentinels = ENT_COUNT(sentinels);
  assert_true(ent_redis_address_copy(&from, &own, &copy));
  assert_true(ent_redis_address_equals(&from, &copy));
  assert_ptr_not_equal(copy.sentinels, from.sentinels);
  assert_ptr_not_equal(copy.sentinels[1].host, from.sentinels[1].host);
  sentinels[1].port = 3;
  assert_false(ent_redis_address_equals(&from, &copy));
  assert_int_equal(copy.sentinels[1].port, 2);
  ent_arena_done(&own);
}

static void every_part_makes_another_address(void **state) {
  static const char *const texts[] = {
      "h",
      "i",
      "h:6378",
      "h:6379:1",
      "/h",
      "/h:1",
      "h?password=",
      "h?password=p",
      "h?password=q",
      "h?user=u&password=p",
      "h?user=v&password=p",
      "h?connect_timeout_ms=1",
      "h?read_timeout_ms=1",
  };

  (void)state;
  for (size_t n = 0; n < ENT_COUNT(texts) * ENT_COUNT(texts); n++) {
    size_t i = n / ENT_COUNT(texts);
    size_t j = n % ENT_COUNT(texts);
    ent_redis_address one = parsed(texts[i]);
    ent_redis_address other = parsed(texts[j]);

    if (ent_redis_address_equals(&one, &other) != (i == j)) {
      fail_msg("%s, %s", texts[i], texts[j]);
    }
  }
}

static void sentinels_and_their_order_make_another_address(void **state) {
  ent_redis_address both[] = {sentinel("a"), sentinel("b")};
  ent_redis_address turned[] = {sentinel("b"), sentinel("a")};
  ent_redis_address one = master("main");
  ent_redis_address other = master("main");

  (void)state;
  assert_true(ent_redis_address_equals(&one, &other));
  one.sentinels = both;
  one.n_sentinels = 2;
  assert_false(ent_redis_address_equals(&one, &other));
  other.sentinels = both;
  other.n_sentinels = 1;
  assert_false(ent_redis_address_equals(&one, &other));
  other.n_sentinels = 2;
  assert_true(ent_redis_address_equals(&one, &other));
  other.sentinels = turned;
  assert_false(ent_redis_address_equals(&one, &other));
  other.sentinels = both;
  other.master = "other";
  assert_false(ent_redis_address_equals(&one, &other));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_short_form_gives_host_port_and_database),
      cmocka_unit_test(a_path_gives_a_socket),
      cmocka_unit_test(a_url_gives_all_parts),
      cmocka_unit_test(the_parts_of_a_login_may_be_missing),
      cmocka_unit_test(a_login_is_percent_decoded),
      cmocka_unit_test(an_ipv6_host_stands_in_brackets),
      cmocka_unit_test(what_is_no_host_is_refused),
      cmocka_unit_test(ports_and_databases_are_numbers),
      cmocka_unit_test(a_url_has_its_database_in_one_place),
      cmocka_unit_test(options_are_checked),
      cmocka_unit_test(tls_is_refused_by_name),
      cmocka_unit_test(a_master_is_known_by_its_name),
      cmocka_unit_test(a_sentinel_has_a_host_and_a_port),
      cmocka_unit_test(no_error_repeats_a_piece),
      cmocka_unit_test(what_is_shown_has_no_login),
      cmocka_unit_test(a_copy_equals_and_stands_alone),
      cmocka_unit_test(every_part_makes_another_address),
      cmocka_unit_test(sentinels_and_their_order_make_another_address),
  };

  return cmocka_run_group_tests(tests, NULL, end_arena);
}
