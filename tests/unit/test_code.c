/* What the numbers of errors mean. */
#include "backends/mysql/code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above before it */
#include <cmocka.h>

static void a_node_without_its_cluster_cannot_be_reached(void **state) {
  (void)state;
  assert_int_equal(ent_mysql_code_status(1047, "WSREP has not yet prepared node"
                                               " for application use"),
                   ENT_UNAVAILABLE);
}

static void a_command_that_is_not_known_was_rejected(void **state) {
  (void)state;
  assert_int_equal(ent_mysql_code_status(1047, "Unknown command"),
                   ENT_REJECTED);
}

static void a_key_that_is_there_is_told_by_its_name(void **state) {
  (void)state;
  assert_int_equal(
      ent_mysql_code_status(1062, "Duplicate entry '7' for key 'PRIMARY'"),
      ENT_DUPLICATE_KEY);
  assert_int_equal(
      ent_mysql_code_status(1062, "Duplicate entry '7' for key 'email'"),
      ENT_DUPLICATE);
}

static void other_numbers_mean_what_the_table_says(void **state) {
  (void)state;
  assert_int_equal(ent_mysql_code_status(1213, "Deadlock"), ENT_BUSY);
  assert_int_equal(ent_mysql_code_status(1045, "Access denied"),
                   ENT_UNAVAILABLE);
  assert_int_equal(ent_mysql_code_status(2008, "Out of memory"), ENT_NOMEM);
  assert_int_equal(ent_mysql_code_status(3105, "generated"), ENT_READ_ONLY);
  assert_int_equal(ent_mysql_code_status(2002, "no socket"), ENT_UNAVAILABLE);
  assert_int_equal(ent_mysql_code_status(1146, "no table"), ENT_REJECTED);
}

static void what_a_server_has_said_is_known(void **state) {
  (void)state;
  assert_false(ent_mysql_code_is_unknown(1062));
  assert_false(ent_mysql_code_is_unknown(1927));
  assert_false(ent_mysql_code_is_unknown(3024));
  assert_false(ent_mysql_code_is_unknown(4025));
}

static void what_was_not_sent_is_known(void **state) {
  (void)state;
  assert_false(ent_mysql_code_is_unknown(2006));
}

static void what_nothing_was_heard_of_is_unknown(void **state) {
  (void)state;
  assert_true(ent_mysql_code_is_unknown(0));
  assert_true(ent_mysql_code_is_unknown(2013));
  assert_true(ent_mysql_code_is_unknown(2027));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_node_without_its_cluster_cannot_be_reached),
      cmocka_unit_test(a_command_that_is_not_known_was_rejected),
      cmocka_unit_test(a_key_that_is_there_is_told_by_its_name),
      cmocka_unit_test(other_numbers_mean_what_the_table_says),
      cmocka_unit_test(what_a_server_has_said_is_known),
      cmocka_unit_test(what_was_not_sent_is_known),
      cmocka_unit_test(what_nothing_was_heard_of_is_unknown),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
