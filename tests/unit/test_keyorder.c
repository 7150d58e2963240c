#include "backends/mysql/keyorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const ent_column columns[] = {
    {.name = "a", .type = ENT_TYPE_INTEGER},
    {.name = "b", .type = ENT_TYPE_TEXT, .fits_charset = true},
    {.name = "c", .type = ENT_TYPE_DATE},
    {.name = "e", .type = ENT_TYPE_ENUM},
};
static const uint16_t all[] = {0, 1, 2, 3};

/* A search of all columns of a table with such a key. */
static ent_query search(ent_entity *entity, ent_projection *projection,
                        const uint16_t *key, uint16_t n_key) {
  *entity = (ent_entity){.name = "t",
                         .table = "t",
                         .columns = columns,
                         .n_columns = 4,
                         .key_kind = ENT_KEY_COMPOSITE,
                         .key_columns = key,
                         .n_key_columns = n_key};
  *projection = (ent_projection){.columns = all, .n_columns = 4};
  return (ent_query){.entity = entity, .projection = projection};
}

static void check_text(const ent_key_order *order, const char *behind,
                       const char *by) {
  ent_error err = {0};
  ent_buf sql;
  const char *text;

  ent_buf_init(&sql, 1 << 16);
  assert_int_equal(ent_key_order_behind(order, &sql, &err), ENT_OK);
  assert_int_equal(ent_buf_text(&sql, &text, &err), ENT_OK);
  assert_string_equal(text, behind);
  sql.size = 0;
  assert_int_equal(ent_key_order_by(order, &sql, &err), ENT_OK);
  assert_int_equal(ent_buf_text(&sql, &text, &err), ENT_OK);
  assert_string_equal(text, by);
  ent_buf_done(&sql);
}

static void a_page_goes_on_behind_the_last_key(void **state) {
  static const uint16_t key[] = {2, 0, 1};
  ent_projection projection;
  ent_entity entity;
  ent_query query = search(&entity, &projection, key, 3);
  ent_key_order order;

  (void)state;
  assert_true(ent_key_order_of(&query, &order));
  check_text(&order,
             "(`c` > ? OR (`c` = ? AND (`a` > ? OR (`a` = ? AND `b` > ?))))",
             " ORDER BY `c`, `a`, `b`");
  query = search(&entity, &projection, key, 1);
  assert_true(ent_key_order_of(&query, &order));
  check_text(&order, "`c` > ?", " ORDER BY `c`");
}

static void an_order_that_begins_the_keys_is_the_keys(void **state) {
  static const uint16_t key[] = {0, 1};
  static const ent_order down[] = {{0, true}, {1, true}};
  static const ent_order mixed[] = {{0, true}, {1, false}};
  static const ent_order other[] = {{1, false}};
  ent_projection projection;
  ent_entity entity;
  ent_query query = search(&entity, &projection, key, 2);
  ent_key_order order;

  (void)state;
  query.orders = down;
  query.n_orders = 1;
  assert_true(ent_key_order_of(&query, &order));
  check_text(&order, "(`a` < ? OR (`a` = ? AND `b` < ?))",
             " ORDER BY `a` DESC, `b` DESC");
  query.n_orders = 2;
  assert_true(ent_key_order_of(&query, &order));
  query.orders = mixed;
  assert_false(ent_key_order_of(&query, &order));
  query.orders = other;
  query.n_orders = 1;
  assert_false(ent_key_order_of(&query, &order));
}

static void some_tables_have_no_pages_by_key(void **state) {
  static const uint16_t key[] = {0, 3};
  static const uint16_t a_only[] = {0};
  ent_projection projection;
  ent_entity entity;
  ent_query query = search(&entity, &projection, key, 2);
  ent_key_order order;

  (void)state;
  assert_false(ent_key_order_of(&query, &order)); /* an enum */
  query = search(&entity, &projection, all, 2);
  projection = (ent_projection){.columns = a_only, .n_columns = 1};
  assert_false(ent_key_order_of(&query, &order)); /* not read */
  entity.key_kind = ENT_KEY_NONE;
  entity.n_key_columns = 0;
  assert_false(ent_key_order_of(&query, &order));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_page_goes_on_behind_the_last_key),
      cmocka_unit_test(an_order_that_begins_the_keys_is_the_keys),
      cmocka_unit_test(some_tables_have_no_pages_by_key),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
