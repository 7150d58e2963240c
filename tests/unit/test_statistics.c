#include "backends/statistics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ENT_ID, ENT_KIND, ENT_OWNER, ENT_DAY, ENT_WORDS };

/* 20 000 rows; indexes on (id), unique, on (kind) and on (owner, day). */
static void fill(ent_statistics *statistics, ent_index_part parts[4]) {
  parts[0] = (ent_index_part){
      .column = ENT_ID, .is_unique = true, .n_distinct = 20000};
  parts[1] = (ent_index_part){.column = ENT_KIND, .n_distinct = 4};
  parts[2] = (ent_index_part){.column = ENT_OWNER, .n_distinct = 5000};
  parts[3] =
      (ent_index_part){.column = ENT_DAY, .place = 1, .n_distinct = 20000};
  *statistics = (ent_statistics){.n_rows = 20000, .parts = parts, .n_parts = 4};
}

/* How many rows have one value in each of these columns, in ten thousandths:
 * shares are no exact numbers. */
static long rows_of(const ent_statistics *statistics, const uint16_t *columns,
                    size_t n, uint64_t *known) {
  double rows =
      statistics->n_rows * ent_statistics_share(statistics, columns, n, known);

  return (long)(rows * 10000 + 0.5);
}

static void an_index_tells_of_its_first_columns(void **state) {
  static const uint16_t kind[] = {ENT_KIND};
  static const uint16_t owner[] = {ENT_OWNER};
  static const uint16_t both[] = {ENT_DAY, ENT_OWNER};
  static const uint16_t day[] = {ENT_DAY};
  ent_index_part parts[4];
  ent_statistics statistics;
  uint64_t known;

  (void)state;
  fill(&statistics, parts);
  ent_statistics_settle(&statistics);
  assert_int_equal(rows_of(&statistics, kind, 1, &known), 5000 * 10000);
  assert_int_equal(known, 1);
  assert_int_equal(rows_of(&statistics, owner, 1, &known), 4 * 10000);
  assert_int_equal(rows_of(&statistics, both, 2, &known), 10000);
  assert_int_equal(known, 3);
  assert_int_equal(rows_of(&statistics, day, 1, &known), 20000 * 10000L);
  assert_int_equal(known, 0);
  assert_int_equal(rows_of(&statistics, NULL, 0, &known), 20000 * 10000L);
}

static void several_indexes_are_taken_one_after_the_other(void **state) {
  static const uint16_t columns[] = {ENT_WORDS, ENT_KIND, ENT_OWNER};
  static const uint16_t with_key[] = {ENT_OWNER, ENT_ID};
  ent_index_part parts[4];
  ent_statistics statistics;
  uint64_t known;

  (void)state;
  fill(&statistics, parts);
  ent_statistics_settle(&statistics);
  assert_int_equal(rows_of(&statistics, columns, 3, &known), 10000);
  assert_int_equal(known, 6);
  /* The key first; what is left is told of, too. */
  assert_int_equal(rows_of(&statistics, with_key, 2, &known), 2);
  assert_int_equal(known, 3);
}

static void a_column_counts_once(void **state) {
  static const uint16_t both[] = {ENT_OWNER, ENT_DAY};
  ent_index_part parts[5];
  ent_statistics statistics;
  uint64_t known;

  (void)state;
  fill(&statistics, parts);
  parts[4] = (ent_index_part){.column = ENT_DAY, .n_distinct = 4};
  statistics.n_parts = 5;
  ent_statistics_settle(&statistics);
  assert_int_equal(rows_of(&statistics, both, 2, &known), 10000);
  assert_int_equal(known, 3);
}

static void of_two_that_tell_as_much_the_longer_one_is_taken(void **state) {
  static const uint16_t both[] = {ENT_KIND, ENT_WORDS};
  ent_index_part parts[] = {
      {.column = ENT_KIND, .n_distinct = 8},
      {.column = ENT_KIND, .n_distinct = 8},
      {.column = ENT_WORDS, .place = 1, .n_distinct = 8},
  };
  ent_statistics statistics = {.n_rows = 80, .parts = parts, .n_parts = 3};
  uint64_t known;

  (void)state;
  assert_int_equal(rows_of(&statistics, both, 2, &known), 10 * 10000);
  assert_int_equal(known, 3);
}

static void no_table_is_smaller_than_ten_rows(void **state) {
  ent_index_part part = {.column = ENT_ID, .is_unique = true};
  ent_statistics statistics = {.n_rows = 0, .parts = &part, .n_parts = 1};

  (void)state;
  ent_statistics_settle(&statistics);
  assert_true(statistics.n_rows == 10);
  assert_true(part.n_distinct == 10);
}

static void what_is_not_known_is_ten_rows_a_value(void **state) {
  static const uint16_t kind[] = {ENT_KIND};
  ent_index_part parts[4];
  ent_statistics statistics;
  uint64_t known;

  (void)state;
  fill(&statistics, parts);
  parts[1].n_distinct = 0;
  ent_statistics_settle(&statistics);
  assert_int_equal(rows_of(&statistics, kind, 1, &known), 10 * 10000);
}

static void
values_counted_when_the_table_was_small_are_not_believed(void **state) {
  static const uint16_t kind[] = {ENT_KIND};
  static const uint16_t id[] = {ENT_ID};
  ent_index_part parts[4];
  ent_statistics statistics;
  uint64_t known;

  (void)state;
  fill(&statistics, parts);
  parts[0].n_distinct = 416;
  ent_statistics_settle(&statistics);
  assert_int_equal(rows_of(&statistics, kind, 1, &known), 10 * 10000);
  assert_int_equal(rows_of(&statistics, id, 1, &known), 10000);
  /* A sample that is off by half is. */
  fill(&statistics, parts);
  parts[0].n_distinct = 10000;
  ent_statistics_settle(&statistics);
  assert_int_equal(rows_of(&statistics, kind, 1, &known), 5000 * 10000);
}

static void a_server_may_say_anything(void **state) {
  ent_index_part part = {.column = ENT_KIND, .n_distinct = -5};
  ent_statistics statistics = {.n_rows = 2e19, .parts = &part, .n_parts = 1};

  (void)state;
  ent_statistics_settle(&statistics);
  assert_true(statistics.n_rows == 1e15);
  assert_true(part.n_distinct == 1e14);
}

static void no_more_values_than_rows(void **state) {
  ent_index_part part = {.column = ENT_KIND, .n_distinct = 1e9};
  ent_statistics statistics = {.n_rows = 500, .parts = &part, .n_parts = 1};

  (void)state;
  ent_statistics_settle(&statistics);
  assert_true(part.n_distinct == 500);
}

static void columns_beyond_the_64th_are_not_looked_at(void **state) {
  uint16_t columns[ENT_STATISTICS_COLUMNS + 1];
  ent_index_part parts[4];
  ent_statistics statistics;
  uint64_t known;

  (void)state;
  fill(&statistics, parts);
  for (size_t i = 0; i < ENT_STATISTICS_COLUMNS; i++)
    columns[i] = (uint16_t)(100 + i);
  columns[ENT_STATISTICS_COLUMNS] = ENT_KIND;
  assert_true(ent_statistics_share(&statistics, columns,
                                   ENT_STATISTICS_COLUMNS + 1, &known) == 1);
  assert_int_equal(known, 0);
  columns[ENT_STATISTICS_COLUMNS - 1] = ENT_KIND;
  assert_true(ent_statistics_share(&statistics, columns, ENT_STATISTICS_COLUMNS,
                                   &known) == 0.25);
  assert_true(known == UINT64_C(1) << 63);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_index_tells_of_its_first_columns),
      cmocka_unit_test(several_indexes_are_taken_one_after_the_other),
      cmocka_unit_test(a_column_counts_once),
      cmocka_unit_test(of_two_that_tell_as_much_the_longer_one_is_taken),
      cmocka_unit_test(no_table_is_smaller_than_ten_rows),
      cmocka_unit_test(what_is_not_known_is_ten_rows_a_value),
      cmocka_unit_test(
          values_counted_when_the_table_was_small_are_not_believed),
      cmocka_unit_test(a_server_may_say_anything),
      cmocka_unit_test(no_more_values_than_rows),
      cmocka_unit_test(columns_beyond_the_64th_are_not_looked_at),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
