#include "backends/base/option_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static ent_arena arena;

static int reset(void **state) {
  (void)state;
  ent_arena_done(&arena);
  arena = (ent_arena){0};
  return 0;
}

/* What an address that leaves all open has with this file. */
static ent_address with(const char *text) {
  ent_address address = {.database = "d", .port = 3306};
  ent_error err = {0};

  assert_int_equal(
      ent_option_file_parse(text, strlen(text), &arena, &address, &err),
      ENT_OK);
  return address;
}

static void assert_refused(const char *text, const char *part) {
  ent_address address = {.database = "d"};
  ent_error err = {0};

  assert_int_equal(
      ent_option_file_parse(text, strlen(text), &arena, &address, &err),
      ENT_CONFIG);
  assert_non_null(strstr(err.text, part));
}

static void login_and_server_are_those_of_the_client_groups(void **state) {
  ent_address address = with("# mine\n[mysqld]\nuser=no\n[client]\r\n"
                             "user = shop\r\npassword=Sesame 7 \n"
                             "host=db.example\nport=3307\nsocket=/x\n"
                             "default-character-set=latin1\n"
                             "[mysqldump]\nuser=nobody\n");

  (void)state;
  assert_string_equal(address.user, "shop");
  assert_string_equal(address.password, "Sesame 7");
  assert_string_equal(address.host, "db.example");
  assert_int_equal(address.port, 3307);
  assert_null(address.socket);
}

static void the_last_line_counts(void **state) {
  (void)state;
  assert_string_equal(with("[client]\nuser=a\n[client-mariadb]\nuser=b\n").user,
                      "b");
}

static void a_socket_is_taken_for_localhost(void **state) {
  ent_address address = with("[client]\nsocket=/s\nhost=localhost\n");

  (void)state;
  assert_string_equal(address.socket, "/s");
  assert_null(address.host);
}

static void values_may_be_quoted_and_escaped(void **state) {
  (void)state;
  assert_string_equal(with("[client]\npassword = \"a # 'b' \" # c").password,
                      "a # 'b' ");
  assert_string_equal(with("[client]\npassword='a\\'\\s\\\\b'").password,
                      "a' \\b");
  assert_string_equal(with("[client]\npassword=a\\#b # c").password, "a\\#b");
  assert_string_equal(with("[client]\npassword=").password, "");
}

static void tls_is_asked_for_by_the_clients_own_options(void **state) {
  ent_address address = with("[client]\nssl_ca=/ca\nssl-cert=/c\nssl-key=/k\n"
                             "ssl-verify-server-cert\n");

  (void)state;
  assert_string_equal(address.tls_ca, "/ca");
  assert_string_equal(address.tls_cert, "/c");
  assert_string_equal(address.tls_key, "/k");
  assert_int_equal(address.tls, ENT_TLS_VERIFIED);
  assert_int_equal(with("[client]\nssl-verify-server-cert=0").tls, ENT_TLS_OFF);
}

static void what_the_address_says_stays(void **state) {
  static const char text[] = "[client]\nuser=a\npassword=b\nhost=c\n"
                             "[shop]\npassword=d\n";
  ent_address address = {.database = "d",
                         .user = "me",
                         .host = "h",
                         .port = 1,
                         .option_group = "shop"};
  ent_error err = {0};

  (void)state;
  assert_int_equal(
      ent_option_file_parse(text, sizeof(text) - 1, &arena, &address, &err),
      ENT_OK);
  assert_string_equal(address.user, "me");
  assert_string_equal(address.password, "d");
  assert_string_equal(address.host, "h");
  assert_int_equal(address.port, 1);
}

static void an_empty_value_is_none(void **state) {
  ent_address address = with("[client]\nuser=a\nuser=\nhost=\nsocket=\n"
                             "port=''\nssl-ca=\nssl-cert=\nssl-key=\n");

  (void)state;
  assert_null(address.user);
  assert_null(address.host);
  assert_null(address.socket);
  assert_int_equal(address.port, 3306);
  assert_null(address.tls_ca);
  assert_null(address.tls_cert);
  assert_null(address.tls_key);
}

/* Writes a file of so many blanks and reads it. */
static ent_status read_blanks(size_t n, ent_error *err) {
  char path[] = "/tmp/ent_test_option_XXXXXX";
  ent_address address = {.database = "d", .option_file = path};
  FILE *file = fdopen(mkstemp(path), "w");
  ent_status status;

  assert_non_null(file);
  assert_int_equal(fprintf(file, "%*s", (int)n, ""), n);
  assert_int_equal(fclose(file), 0);
  status = ent_option_file_read(&arena, &address, err);
  unlink(path);
  return status;
}

static void a_long_file_is_refused(void **state) {
  ent_error err = {0};

  (void)state;
  assert_int_equal(read_blanks(65536, &err), ENT_OK);
  assert_int_equal(read_blanks(65537, &err), ENT_CONFIG);
  assert_int_equal(err.status, ENT_CONFIG);
  assert_non_null(strstr(err.text, ": too long"));
}

static void what_is_wrong_is_told_by_its_line(void **state) {
  (void)state;
  assert_refused("[client]\n\npassword='Sesame", "line 3: a quote that");
  assert_refused("[client\n", "line 1: a group without");
  assert_refused("!includedir /etc\n", "line 1: !include is not followed");
  assert_refused("[client]\nport=x\n", "from 1 to 65535");
  assert_refused("[client]\nport='+7'\n", "from 1 to 65535");
  assert_refused("[client]\nuser='a\\nb'", "UTF-8 without control");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(login_and_server_are_those_of_the_client_groups),
      cmocka_unit_test(the_last_line_counts),
      cmocka_unit_test(a_socket_is_taken_for_localhost),
      cmocka_unit_test(values_may_be_quoted_and_escaped),
      cmocka_unit_test(tls_is_asked_for_by_the_clients_own_options),
      cmocka_unit_test(what_the_address_says_stays),
      cmocka_unit_test(an_empty_value_is_none),
      cmocka_unit_test(a_long_file_is_refused),
      cmocka_unit_test(what_is_wrong_is_told_by_its_line),
  };

  return cmocka_run_group_tests(tests, reset, reset);
}
