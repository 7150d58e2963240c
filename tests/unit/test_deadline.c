/* Waiting: what ends it, and in which words.  Nothing here needs a wait to be
 * short: where one has to end by time, nothing else could end it. */
#include "backends/base/deadline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int ends[2]; /* of a pipe: reading, writing */

static int open_pipe(void **state) {
  (void)state;
  return pipe(ends);
}

static int close_pipe(void **state) {
  (void)state;
  close(ends[0]);
  if (ends[1] >= 0) close(ends[1]);
  return 0;
}

static ent_deadline never(void) {
  return (ent_deadline){.until_ms = INT64_MAX};
}

/* Counts down and interrupts at 0. */
static bool count_down(void *ctx) {
  int *n = ctx;

  return --*n <= 0;
}

static void the_clock_does_not_go_back(void **state) {
  int64_t before = ent_now_ms();
  ent_deadline deadline = ent_deadline_in(1000);

  (void)state;
  assert_true(deadline.until_ms >= before + 1000);
  assert_true(deadline.until_ms <= ent_now_ms() + 1000);
  assert_null(deadline.interrupted);
}

static void a_byte_makes_a_pipe_readable(void **state) {
  ent_deadline deadline = never();
  ent_error err = {0};
  int ready = -1;

  (void)state;
  assert_int_equal(write(ends[1], "x", 1), 1);
  assert_int_equal(
      ent_wait(ends[0], ENT_WAIT_READ, -1, &deadline, &ready, &err), ENT_OK);
  assert_int_equal(ready, ENT_WAIT_READ);
}

static void an_empty_pipe_is_writable(void **state) {
  ent_deadline deadline = never();
  ent_error err = {0};
  int ready = -1;

  (void)state;
  assert_int_equal(
      ent_wait(ends[1], ENT_WAIT_WRITE, -1, &deadline, &ready, &err), ENT_OK);
  assert_int_equal(ready, ENT_WAIT_WRITE);
}

static void a_closed_pipe_is_ready_for_what_was_asked(void **state) {
  ent_deadline deadline = never();
  ent_error err = {0};
  int ready = -1;

  (void)state;
  close(ends[1]);
  ends[1] = -1;
  assert_int_equal(ent_wait(ends[0], ENT_WAIT_READ | ENT_WAIT_URGENT, -1,
                            &deadline, &ready, &err),
                   ENT_OK);
  assert_int_equal(ready, ENT_WAIT_READ | ENT_WAIT_URGENT);
}

static void the_limit_is_no_error(void **state) {
  ent_deadline deadline = never();
  ent_error err = {0};
  int64_t before = ent_now_ms();
  int ready = -1;

  (void)state;
  assert_int_equal(
      ent_wait(ends[0], ENT_WAIT_READ, 30, &deadline, &ready, &err), ENT_OK);
  assert_int_equal(ready, 0);
  assert_true(ent_now_ms() - before >= 30);
  ready = -1;
  assert_int_equal(ent_wait(ends[0], ENT_WAIT_READ, 0, &deadline, &ready, &err),
                   ENT_OK);
  assert_int_equal(ready, 0);
}

static void the_deadline_is_an_error(void **state) {
  ent_deadline deadline = ent_deadline_in(30);
  ent_error err = {0};
  int ready = -1;

  (void)state;
  assert_int_equal(
      ent_wait(ends[0], ENT_WAIT_READ, -1, &deadline, &ready, &err),
      ENT_TIMEOUT);
  assert_string_equal(err.text, "no answer in time");
  assert_true(ent_now_ms() >= deadline.until_ms);
  assert_int_equal(ready, -1);
}

static void the_deadline_comes_before_a_later_limit(void **state) {
  ent_deadline deadline = ent_deadline_in(0);
  ent_error err = {0};
  int ready = -1;

  (void)state;
  assert_int_equal(
      ent_wait(ends[0], ENT_WAIT_READ, 3600000, &deadline, &ready, &err),
      ENT_TIMEOUT);
}

static void what_is_ready_is_given_even_when_time_is_up(void **state) {
  ent_deadline deadline = ent_deadline_in(0);
  ent_error err = {0};
  int ready = -1;

  (void)state;
  assert_int_equal(write(ends[1], "x", 1), 1);
  assert_int_equal(
      ent_wait(ends[0], ENT_WAIT_READ, -1, &deadline, &ready, &err), ENT_OK);
  assert_int_equal(ready, ENT_WAIT_READ);
}

static void an_interrupt_ends_an_endless_wait(void **state) {
  int n = 3;
  ent_deadline deadline = {
      .until_ms = INT64_MAX, .interrupted = count_down, .ctx = &n};
  ent_error err = {0};
  int ready = -1;

  (void)state;
  assert_int_equal(
      ent_wait(ends[0], ENT_WAIT_READ, -1, &deadline, &ready, &err),
      ENT_INTERRUPTED);
  assert_int_equal(n, 0);
  assert_string_equal(err.text, "interrupted");
  assert_int_equal(ready, -1);
}

static void an_interrupt_comes_before_the_deadline(void **state) {
  int n = 1;
  ent_deadline deadline = {
      .until_ms = ent_now_ms(), .interrupted = count_down, .ctx = &n};
  ent_error err = {0};
  int ready = -1;

  (void)state;
  assert_int_equal(ent_wait(ends[0], ENT_WAIT_READ, 0, &deadline, &ready, &err),
                   ENT_INTERRUPTED);
}

/* One that was set before and will ring later than the limit is no limit. */
static void short_limits_come_between_long_ones(void **state) {
  ent_error err = {0};

  for (int i = 0; i < 5; i++) {
    ent_deadline deadline = never();
    int n = 2;
    int ready = -1;

    (void)state;
    assert_int_equal(
        ent_wait(ends[0], ENT_WAIT_READ, 1, &deadline, &ready, &err), ENT_OK);
    assert_int_equal(ready, 0);
    deadline = (ent_deadline){
        .until_ms = INT64_MAX, .interrupted = count_down, .ctx = &n};
    assert_int_equal(
        ent_wait(ends[0], ENT_WAIT_READ, -1, &deadline, &ready, &err),
        ENT_INTERRUPTED);
    err.status = ENT_OK;
  }
}

/* The child has the parent's alarm clock at hand, which is not its own. */
static void a_child_waits_by_itself(void **state) {
  ent_deadline deadline = never();
  ent_error err = {0};
  int ready = -1;
  int status = -1;
  pid_t child;

  (void)state;
  assert_int_equal(ent_wait(ends[0], ENT_WAIT_READ, 1, &deadline, &ready, &err),
                   ENT_OK);
  child = fork();
  if (child == 0) {
    int n = 3;

    deadline.interrupted = count_down;
    deadline.ctx = &n;
    _exit(ent_wait(ends[0], ENT_WAIT_READ, -1, &deadline, &ready, &err) ==
                  ENT_INTERRUPTED
              ? 0
              : 1);
  }
  assert_true(child > 0);
  assert_int_equal(
      ent_wait(ends[0], ENT_WAIT_READ, 30, &deadline, &ready, &err), ENT_OK);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(the_clock_does_not_go_back, open_pipe,
                                      close_pipe),
      cmocka_unit_test_setup_teardown(a_byte_makes_a_pipe_readable, open_pipe,
                                      close_pipe),
      cmocka_unit_test_setup_teardown(an_empty_pipe_is_writable, open_pipe,
                                      close_pipe),
      cmocka_unit_test_setup_teardown(a_closed_pipe_is_ready_for_what_was_asked,
                                      open_pipe, close_pipe),
      cmocka_unit_test_setup_teardown(the_limit_is_no_error, open_pipe,
                                      close_pipe),
      cmocka_unit_test_setup_teardown(the_deadline_is_an_error, open_pipe,
                                      close_pipe),
      cmocka_unit_test_setup_teardown(the_deadline_comes_before_a_later_limit,
                                      open_pipe, close_pipe),
      cmocka_unit_test_setup_teardown(
          what_is_ready_is_given_even_when_time_is_up, open_pipe, close_pipe),
      cmocka_unit_test_setup_teardown(an_interrupt_ends_an_endless_wait,
                                      open_pipe, close_pipe),
      cmocka_unit_test_setup_teardown(an_interrupt_comes_before_the_deadline,
                                      open_pipe, close_pipe),
      cmocka_unit_test_setup_teardown(short_limits_come_between_long_ones,
                                      open_pipe, close_pipe),
      cmocka_unit_test_setup_teardown(a_child_waits_by_itself, open_pipe,
                                      close_pipe),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
