/* Times that are counted: what is read of them, and by threads. */
#include "backends/base/histogram.h"

#include "backends/base/error.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ENT_THREADS = 4, ENT_TIMES = 50000 };

static void one_that_has_counted_nothing_tells_nothing(void **state) {
  ent_histogram histogram = {.most = 0};
  ent_histogram_summary summary = ent_histogram_read(&histogram);

  (void)state;
  assert_int_equal(summary.n, 0);
  assert_int_equal(summary.p50, 0);
  assert_int_equal(summary.p99, 0);
  assert_int_equal(summary.most, 0);
}

static void a_single_time_is_told_exactly(void **state) {
  static const uint64_t times[] = {
      0, 1, 7, 8, 9, 1000, 1000000007, UINT64_C(1) << 39, 255, 256};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(times); i++) {
    ent_histogram histogram = {.most = 0};
    ent_histogram_summary summary;

    ent_histogram_add(&histogram, times[i]);
    summary = ent_histogram_read(&histogram);
    assert_int_equal(summary.n, 1);
    assert_true(summary.p50 == times[i]);
    assert_true(summary.p99 == times[i]);
    assert_true(summary.most == times[i]);
  }
}

/* Every time below some, and about each power of two: a longer one beside it
 * keeps the most out of the way. */
static void no_time_is_told_more_than_an_eighth_too_long(void **state) {
  (void)state;
  for (unsigned bit = 0; bit < ENT_HISTOGRAM_TOP - 1; bit++) {
    for (int by = -2; by <= 2; by++) {
      uint64_t time = (UINT64_C(1) << bit) + 5 * (uint64_t)by * (by > 0);
      ent_histogram histogram = {.most = 0};
      ent_histogram_summary summary;

      time -= by < 0 && time > 2 ? (uint64_t)-by : 0;
      ent_histogram_add(&histogram, time);
      ent_histogram_add(&histogram, UINT64_MAX);
      summary = ent_histogram_read(&histogram);
      assert_true(summary.p50 >= time);
      assert_true(summary.p50 - time <= time / 8);
      assert_true(summary.most == UINT64_MAX);
    }
  }
}

static void half_of_all_and_all_but_a_hundredth(void **state) {
  ent_histogram histogram = {.most = 0};
  ent_histogram_summary summary;

  (void)state;
  for (uint64_t i = 1; i <= 1000; i++)
    ent_histogram_add(&histogram, i);
  summary = ent_histogram_read(&histogram);
  assert_int_equal(summary.n, 1000);
  assert_in_range(summary.p50, 500, 500 + 500 / 8);
  assert_in_range(summary.p99, 990, 1000);
  assert_int_equal(summary.most, 1000);
}

/* One of a hundred that is slow is no 99th. */
static void
what_is_rarer_than_a_hundredth_shows_in_the_most_only(void **state) {
  ent_histogram histogram = {.most = 0};
  ent_histogram_summary summary;

  (void)state;
  for (int i = 0; i < 99; i++)
    ent_histogram_add(&histogram, 5);
  ent_histogram_add(&histogram, 1000000);
  summary = ent_histogram_read(&histogram);
  assert_int_equal(summary.p50, 5);
  assert_int_equal(summary.p99, 5);
  assert_int_equal(summary.most, 1000000);
  ent_histogram_add(&histogram, 1000000);
  summary = ent_histogram_read(&histogram);
  assert_true(summary.p99 == 1000000);
}

static void *add_many(void *state) {
  for (uint64_t i = 0; i < ENT_TIMES; i++)
    ent_histogram_add(state, i);
  return NULL;
}

static void threads_lose_nothing(void **state) {
  ent_histogram histogram = {.most = 0};
  ent_histogram_summary summary;
  pthread_t threads[ENT_THREADS];

  (void)state;
  for (int i = 0; i < ENT_THREADS; i++) {
    assert_int_equal(pthread_create(&threads[i], NULL, add_many, &histogram),
                     0);
  }
  for (int i = 0; i < ENT_THREADS; i++)
    pthread_join(threads[i], NULL);
  summary = ent_histogram_read(&histogram);
  assert_int_equal(summary.n, ENT_THREADS * ENT_TIMES);
  assert_int_equal(summary.most, ENT_TIMES - 1);
  assert_in_range(summary.p50, ENT_TIMES / 2 - 1,
                  ENT_TIMES / 2 + ENT_TIMES / 16);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_that_has_counted_nothing_tells_nothing),
      cmocka_unit_test(a_single_time_is_told_exactly),
      cmocka_unit_test(no_time_is_told_more_than_an_eighth_too_long),
      cmocka_unit_test(half_of_all_and_all_but_a_hundredth),
      cmocka_unit_test(what_is_rarer_than_a_hundredth_shows_in_the_most_only),
      cmocka_unit_test(threads_lose_nothing),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
