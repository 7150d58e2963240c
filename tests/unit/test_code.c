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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_node_without_its_cluster_cannot_be_reached),
      cmocka_unit_test(a_command_that_is_not_known_was_rejected),
      cmocka_unit_test(a_key_that_is_there_is_told_by_its_name),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
