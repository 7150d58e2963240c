/* Addresses: what the three forms mean, and that no error repeats a piece of
 * one. */
#include "backends/base/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static ent_arena arena;

static int end_arena(void **state) {
  (void)state;
  ent_arena_done(&arena);
  return 0;
}

static ent_address parsed(const char *text) {
  ent_address address = {0};
  ent_error err = {0};

  if (ent_address_parse(text, &arena, &address, &err)) {
    fail_msg("%s: %s", text, err.text);
  }
  return address;
}

static void assert_shown(const char *text, const char *shown) {
  ent_address address = parsed(text);

  assert_string_equal(ent_address_show(&address, &arena), shown);
}

/* The text must be refused, in words that have `part`, and leave the address
 * as it was. */
static void assert_refused(const char *text, const char *part) {
  ent_address address = {.port = 7};
  ent_error err = {0};

  assert_int_equal(ent_address_parse(text, &arena, &address, &err), ENT_CONFIG);
  if (!strstr(err.text, part)) fail_msg("%s: %s", text, err.text);
  assert_int_equal(address.port, 7);
  assert_null(address.database);
}

static void a_url_gives_all_parts(void **state) {
  ent_address address =
      parsed("mysql://app:secret@db.example:3307/shop?limit_connections=10&"
             "connect_timeout_ms=250&pool=second");

  (void)state;
  assert_string_equal(address.user, "app");
  assert_string_equal(address.password, "secret");
  assert_string_equal(address.host, "db.example");
  assert_int_equal(address.port, 3307);
  assert_null(address.socket);
  assert_string_equal(address.database, "shop");
  assert_string_equal(address.pool, "second");
  assert_int_equal(address.limit_connections, 10);
  assert_int_equal(address.connect_timeout_ms, 250);
}

static void user_password_and_port_of_a_url_are_optional(void **state) {
  ent_address address = parsed("MySQL://localhost/shop");

  (void)state;
  assert_null(address.user);
  assert_null(address.password);
  assert_string_equal(address.host, "localhost");
  assert_int_equal(address.port, 3306);
  assert_null(address.pool);
  assert_int_equal(address.limit_connections, 0);
  assert_int_equal(address.connect_timeout_ms, 0);
  assert_null(parsed("mysql://app:@h/shop").password);
  assert_null(parsed("mysql://:secret@h/shop").user);
  assert_string_equal(parsed("mysql://:secret@h/shop").password, "secret");
}

static void a_url_is_percent_decoded(void **state) {
  ent_address address = parsed("mysql://a%40b:p%2F%3f%25@h/sh%C3%B6p%2Fx");

  (void)state;
  assert_string_equal(address.user, "a@b");
  assert_string_equal(address.password, "p/?%");
  assert_string_equal(address.database, "sh\xC3\xB6p/x");
  address = parsed("mysql://app@/shop?socket=%2Ftmp%2Fmy%20sql.sock");
  assert_string_equal(address.socket, "/tmp/my sql.sock");
}

static void
a_raw_at_sign_before_the_host_belongs_to_the_password(void **state) {
  ent_address address = parsed("mysql://app:p@ss#:@h/shop");

  (void)state;
  assert_string_equal(address.user, "app");
  assert_string_equal(address.password, "p@ss#:");
  assert_string_equal(address.host, "h");
}

static void a_url_can_name_a_socket(void **state) {
  ent_address address = parsed("mysql://app@localhost/shop?socket=/run/m.sock");

  (void)state;
  assert_null(address.host);
  assert_int_equal(address.port, 0);
  assert_string_equal(address.socket, "/run/m.sock");
  assert_shown("mysql:///shop?socket=/run/m.sock", "unix(/run/m.sock)/shop");
  assert_refused("mysql://h/shop?socket=/run/m.sock", "exclude each other");
  assert_refused("mysql:///shop?socket=m.sock", "begins with '/'");
}

static void a_dsn_gives_all_parts(void **state) {
  ent_address address =
      parsed("app:secret@tcp(db.example:3307)/shop?limit_connections=10");

  (void)state;
  assert_string_equal(address.user, "app");
  assert_string_equal(address.password, "secret");
  assert_string_equal(address.host, "db.example");
  assert_int_equal(address.port, 3307);
  assert_string_equal(address.database, "shop");
  assert_int_equal(address.limit_connections, 10);
  address = parsed("app@unix(/run/m.sock)/shop");
  assert_string_equal(address.user, "app");
  assert_null(address.password);
  assert_null(address.host);
  assert_int_equal(address.port, 0);
  assert_string_equal(address.socket, "/run/m.sock");
}

static void the_password_of_a_dsn_may_hold_anything(void **state) {
  static const char *const passwords[] = {
      "p@ss",      "a/b?c=d&e", "%41", "x@tcp(y:1)/z", "@@tcp(", ":::",
      "unix(/a)/", "(",         ")",   "\xC3\xA4 \t",  "#${}",   "tcp(",
  };

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(passwords); i++) {
    ent_address address =
        parsed(ent_arena_printf(&arena, "app:%s@tcp(h:1)/d", passwords[i]));

    assert_string_equal(address.user, "app");
    assert_string_equal(address.password, passwords[i]);
    assert_string_equal(address.host, "h");
    assert_int_equal(address.port, 1);
    address =
        parsed(ent_arena_printf(&arena, "app:%s@unix(/a@b)/d", passwords[i]));
    assert_string_equal(address.password, passwords[i]);
    assert_string_equal(address.socket, "/a@b");
  }
}

static void what_a_dsn_leaves_out_is_local(void **state) {
  (void)state;
  assert_shown("app@/shop", "app@127.0.0.1:3306/shop");
  assert_shown("app:x@tcp/shop", "app@127.0.0.1:3306/shop");
  assert_shown("/shop", "127.0.0.1:3306/shop");
  assert_shown("tcp(h)/shop", "h:3306/shop");
  assert_shown("app@tcp(:3307)/shop", "app@127.0.0.1:3307/shop");
  assert_shown("app@tcp()/shop", "app@127.0.0.1:3306/shop");
}

static void an_ipv6_host_stands_in_brackets(void **state) {
  (void)state;
  assert_string_equal(parsed("mysql://[::1]/d").host, "::1");
  assert_shown("mysql://u@[fe80::1%eth0]:3307/d", "u@[fe80::1%eth0]:3307/d");
  assert_shown("u@tcp([2001:db8::7])/d", "u@[2001:db8::7]:3306/d");
  assert_refused("mysql://::1/d", "the port must be");
  assert_refused("mysql://[::1/d", "in [brackets]");
  assert_refused("mysql://[]/d", "in [brackets]");
  assert_refused("mysql://[::1]3306/d", "in [brackets]");
  assert_refused("u@tcp(fe80::1)/d", "the port must be");
}

static void a_port_is_1_to_65535(void **state) {
  static const char *const ports[] = {
      "0", "65536", "x", "", "-1", "+1", " 1", "1 ", "99999999999999999999"};

  (void)state;
  assert_int_equal(parsed("mysql://h:65535/d").port, 65535);
  assert_int_equal(parsed("mysql://h:1/d").port, 1);
  for (size_t i = 0; i < ENT_COUNT(ports); i++) {
    assert_refused(ent_arena_printf(&arena, "mysql://h:%s/d", ports[i]),
                   "a number from 1 to 65535");
  }
}

static void a_host_without_database_is_refused(void **state) {
  (void)state;
  assert_refused("mysql://h", "no database");
  assert_refused("mysql://h/", "no database");
  assert_refused("mysql://h?limit_connections=1", "no database");
  assert_refused("app@tcp(h)/", "no database");
  assert_refused("app@tcp(h)/?limit_connections=1", "no database");
  assert_refused("mysql:///shop", "no host");
  assert_refused("mysql://h/shop/", "%2F");
}

static void
options_of_other_programs_are_refused_with_what_to_write(void **state) {
  (void)state;
  assert_refused("mysql://h/d?ssl-mode=REQUIRED", "write tls=");
  assert_refused("u@tcp(h)/d?timeout=5s", "write connect_timeout_ms=");
  assert_refused("u@tcp(h)/d?readTimeout=5s", "write read_timeout_ms=");
  assert_refused("u@tcp(h)/d?parseTime=true", "dates are text here");
  assert_refused("u@tcp(h)/d?charset=latin1", "always sent as utf8mb4");
  assert_refused("mysql://h/d?colour=red",
                 "unknown option 'colour'; known options: limit_connections");
  assert_refused("mysql://h/d?co\nlour=red", "an option whose name is no word");
  assert_refused("mysql://h/d?=red", "an option whose name is no word");
  assert_refused("u@tcp(h)/d?socket=/x", "user@unix(/path)/database");
}

static void options_are_checked(void **state) {
  (void)state;
  assert_int_equal(parsed("mysql://h/d?limit_connections=0").limit_connections,
                   0);
  assert_int_equal(
      parsed("mysql://h/d?&connect_timeout_ms=2147483647&").connect_timeout_ms,
      2147483647);
  assert_refused("mysql://h/d?limit_connections=65536", "from 0 to 65535");
  assert_refused("mysql://h/d?limit_connections=many", "from 0 to 65535");
  assert_refused("mysql://h/d?limit_connections=", "from 0 to 65535");
  assert_refused("mysql://h/d?limit_connections", "has no value");
  assert_refused("mysql://h/d?connect_timeout_ms=0", "from 1");
  assert_refused("mysql://h/d?connect_timeout_ms=2147483648", "from 1");
  assert_refused("mysql://h/d?connect_timeout_ms=5s", "from 1");
  assert_int_equal(parsed("mysql://h/d?read_timeout_ms=5").read_timeout_ms, 5);
  assert_int_equal(parsed("mysql://h/d?write_timeout_ms=6").write_timeout_ms,
                   6);
  assert_int_equal(parsed("mysql://h/d?idle_timeout_ms=7").idle_timeout_ms, 7);
  assert_int_equal(parsed("u@tcp(h)/d?max_lifetime_ms=8").max_lifetime_ms, 8);
  assert_refused("mysql://h/d?read_timeout_ms=0",
                 "a number of milliseconds from 1 to 2147483647");
  assert_refused("mysql://h/d?pool=", "letters, digits and '_'");
  assert_refused("mysql://h/d?pool=a-b", "letters, digits and '_'");
  assert_refused("mysql://h/d?pool=a&pool=b", "'pool' is given twice");
}

static void tls_is_asked_for_in_words(void **state) {
  ent_address address;

  (void)state;
  assert_int_equal(parsed("mysql://h/d").tls, ENT_TLS_OFF);
  assert_int_equal(parsed("mysql://h/d?tls=off").tls, ENT_TLS_OFF);
  assert_int_equal(parsed("mysql://h/d?tls=required").tls, ENT_TLS_ANYONE);
  assert_int_equal(parsed("u@tcp(h)/d?tls=skip-verify").tls, ENT_TLS_ANYONE);
  assert_int_equal(parsed("u@tcp(h)/d?tls=true").tls, ENT_TLS_VERIFIED);
  address = parsed("mysql://h/d?tls_ca=/a%20b&tls_cert=/c&tls_key=/k");
  assert_string_equal(address.tls_ca, "/a b");
  assert_string_equal(address.tls_cert, "/c");
  assert_string_equal(address.tls_key, "/k");
  assert_int_equal(address.tls, ENT_TLS_VERIFIED);
  assert_int_equal(parsed("mysql://h/d?tls=required&tls_ca=/a").tls,
                   ENT_TLS_ANYONE);
  assert_refused("mysql://h/d?tls=1", "must be off, required");
  assert_refused("mysql://h/d?tls_ca=a", "begins with '/'");
  assert_refused("mysql://h/d?tls_cert=/c", "belong together");
  assert_refused("mysql://localhost/d?socket=/s&tls=verify", "not needed");
}

static void what_is_shown_is_one_line_of_utf8(void **state) {
  (void)state;
  assert_refused("mysql://a%0Ab@h/d", "the user must be UTF-8");
  assert_refused("mysql://a@h/d%FF", "the database must be UTF-8");
  assert_refused("mysql://a@h/%C0%80", "the database must be UTF-8");
  assert_refused("mysql://a@h/%ED%A0%80", "the database must be UTF-8");
  assert_refused("mysql://a@h/%F4%90%80%80", "the database must be UTF-8");
  assert_refused("mysql://a@h/%E2%82", "the database must be UTF-8");
  assert_refused("mysql://a@/d?socket=/%7F", "the socket must be UTF-8");
  assert_refused("mysql://a@h/d%00e", "that are not 00");
  assert_refused("mysql://a@h/d%4", "two hexadecimal digits");
  assert_refused("mysql://a@h/d%4g", "two hexadecimal digits");
  assert_string_equal(parsed("mysql://h/%F0%9F%8D%8B").database,
                      "\xF0\x9F\x8D\x8B");
  assert_string_equal(parsed("mysql://u:%FF%0A@h/d").password, "\xFF\n");
}

static void no_error_repeats_a_password(void **state) {
  static const char *const texts[] = {
      "mysql://root:Sesame7@",
      "mysql://root:Sesame7",
      "mysql://root:Sesame7/d",
      "mysql://root:Sesame7/x@h/d",
      "mysql://root:Sesame7?x@h/d",
      "mysql://root:1?Sesame7=x@h/d",
      "mysql://root:1/?Sesame7@h/d",
      "mysql://root:Sesame7%@h/d",
      "mysql://root:Sesame7@h:x/d",
      "mysql://root:Sesame7@h h/d",
      "mysql://root:Sesame7@h/d?tls=1",
      "mysql://ro\not:Sesame7@h/d",
      "root:Sesame7@tcp(h:1/d",
      "root:Sesame7@tcp(h:1)",
      "root:Sesame7@tcp(h:1)d",
      "root:Sesame7@tcp(h:x)/d",
      "root:Sesame7@h/d",
      "root:Sesame7@h:3306",
      "root:a/b?Sesame7=c@tcp(h)",
      "root:a/b?Sesame7=c@h",
      "root:Sesame7",
      "root/Sesame7@tcp(h)/d?x=1",
      "postgres://root:Sesame7@h/d",
      "Sesame7",
      "",
  };

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(texts); i++) {
    ent_address address;
    ent_error err = {0};

    assert_int_equal(ent_address_parse(texts[i], &arena, &address, &err),
                     ENT_CONFIG);
    assert_true(err.text[0] != '\0');
    if (strstr(err.text, "esame")) fail_msg("%s: %s", texts[i], err.text);
  }
}

static void showing_leaves_the_password_out(void **state) {
  (void)state;
  assert_shown("mysql://app:secret@h/shop", "app@h:3306/shop");
  assert_shown("app:secret@tcp(h:1)/shop?pool=a", "app@h:1/shop");
  assert_shown("app:secret@unix(/s)/shop", "app@unix(/s)/shop");
}

static void addresses_are_told_from_file_names(void **state) {
  static const char *const addresses[] = {
      "mysql://h/d",        "MYSQL://h/d",      "postgres://u:p@h/d",
      "u:p@tcp(h:1)/d",     "u@unix(/s)/d",     "tcp(h)/d",
      "unix(/s)/d",         "u:secret@tcp(h:1", "u:secret@h/d",
      "mysql:u:p@host/shop"};
  static const char *const files[] = {"entable.yaml",
                                      "/etc/entable.yaml",
                                      "./a:b@c.yaml",
                                      "../u:p@tcp(x)",
                                      "c:/entable.yaml",
                                      "me@home.yaml",
                                      "",
                                      "/u:p@tcp(h)/d",
                                      "a(tcp(b).yaml"};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(addresses); i++) {
    if (!ent_address_is_mysql(addresses[i])) fail_msg("%s", addresses[i]);
  }
  for (size_t i = 0; i < ENT_COUNT(files); i++) {
    if (ent_address_is_mysql(files[i])) fail_msg("%s", files[i]);
  }
}

static void a_pool_name_is_an_identifier(void **state) {
  char name[66];

  (void)state;
  assert_true(ent_address_is_pool_name("default"));
  assert_true(ent_address_is_pool_name("_a1"));
  assert_false(ent_address_is_pool_name(""));
  assert_false(ent_address_is_pool_name("1a"));
  assert_false(ent_address_is_pool_name("a b"));
  assert_false(ent_address_is_pool_name("\xC3\xA4"));
  memset(name, 'a', 65);
  name[65] = '\0';
  assert_false(ent_address_is_pool_name(name));
  name[64] = '\0';
  assert_true(ent_address_is_pool_name(name));
}

/* What is written means the same, with the password that is given. */
static void assert_written(const char *text, const char *expected) {
  ent_address address = parsed(text);
  const char *written = ent_address_write(&address, "${P}", &arena);
  ent_address again;

  assert_string_equal(written, expected);
  again = parsed(written);
  assert_string_equal(again.password, "${P}");
  assert_string_equal(ent_address_write(&again, "${P}", &arena), expected);
  assert_string_equal(ent_address_show(&again, &arena),
                      ent_address_show(&address, &arena));
}

static void an_address_is_written_without_its_password(void **state) {
  ent_address address = parsed("root@/shop");

  (void)state;
  assert_string_equal(ent_address_write(&address, NULL, &arena),
                      "root@tcp(127.0.0.1:3306)/shop");
  assert_written("mysql://app:secret@db.example/shop",
                 "app:${P}@tcp(db.example:3306)/shop");
  assert_written("app:sec@ret@unix(/run/my.sock)/shop",
                 "app:${P}@unix(/run/my.sock)/shop");
  assert_written("mysql://app:x@[::1]:33/shop", "app:${P}@tcp([::1]:33)/shop");
  assert_written("mysql://app:x@h/shop?limit_connections=3&connect_timeout_ms=5"
                 "&read_timeout_ms=6&write_timeout_ms=7&idle_timeout_ms=8"
                 "&max_lifetime_ms=9&tls=verify&tls_ca=/a/b.pem",
                 "mysql://app:${P}@h:3306/shop?limit_connections=3"
                 "&connect_timeout_ms=5&read_timeout_ms=6&write_timeout_ms=7"
                 "&idle_timeout_ms=8&max_lifetime_ms=9&tls=verify"
                 "&tls_ca=/a/b.pem");
}

static void what_is_no_word_makes_an_address_a_url(void **state) {
  (void)state;
  assert_written("mysql://a%3Ab:x@h/s%2Fhop",
                 "mysql://a%3Ab:${P}@h:3306/s%2Fhop");
  assert_written("mysql://app:x@localhost/shop?socket=/a%20b/my.sock",
                 "mysql://app:${P}@localhost/shop?socket=/a%20b/my.sock");
  assert_written("mysql://app:x@h/l%C3%A4den?tls=required",
                 "mysql://app:${P}@h:3306/l%C3%A4den?tls=required");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_url_gives_all_parts),
      cmocka_unit_test(user_password_and_port_of_a_url_are_optional),
      cmocka_unit_test(a_url_is_percent_decoded),
      cmocka_unit_test(a_raw_at_sign_before_the_host_belongs_to_the_password),
      cmocka_unit_test(a_url_can_name_a_socket),
      cmocka_unit_test(a_dsn_gives_all_parts),
      cmocka_unit_test(the_password_of_a_dsn_may_hold_anything),
      cmocka_unit_test(what_a_dsn_leaves_out_is_local),
      cmocka_unit_test(an_ipv6_host_stands_in_brackets),
      cmocka_unit_test(a_port_is_1_to_65535),
      cmocka_unit_test(a_host_without_database_is_refused),
      cmocka_unit_test(
          options_of_other_programs_are_refused_with_what_to_write),
      cmocka_unit_test(options_are_checked),
      cmocka_unit_test(tls_is_asked_for_in_words),
      cmocka_unit_test(what_is_shown_is_one_line_of_utf8),
      cmocka_unit_test(no_error_repeats_a_password),
      cmocka_unit_test(showing_leaves_the_password_out),
      cmocka_unit_test(addresses_are_told_from_file_names),
      cmocka_unit_test(a_pool_name_is_an_identifier),
      cmocka_unit_test(an_address_is_written_without_its_password),
      cmocka_unit_test(what_is_no_word_makes_an_address_a_url),
  };

  return cmocka_run_group_tests(tests, NULL, end_arena);
}
