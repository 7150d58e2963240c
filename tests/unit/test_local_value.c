#include "cache/local_value.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Values under names, of all threads of a process. */

enum { ENT_THREADS = 4, ENT_ROUNDS = 5000 };

static ent_local_name name_of(const char *key, const char *field) {
  return (ent_local_name){key, strlen(key), field, field ? strlen(field) : 0};
}

static ent_status set_name(const ent_local_name *name, int64_t number) {
  ent_buf row;
  ent_row_writer writer;
  ent_value value = ent_value_i64(number);
  ent_error err = {.status = ENT_OK};
  ent_status status;

  ent_buf_init(&row, 100);
  assert_int_equal(ent_row_begin(&writer, &row, 1, NULL), ENT_OK);
  assert_int_equal(ent_row_put(&writer, &value, NULL), ENT_OK);
  ent_row_end(&writer);
  status =
      ent_local_value_set(name, (const ent_row *)row.data, row.size, 0, &err);
  ent_buf_done(&row);
  return status;
}

static void set(const char *key, const char *field, int64_t number) {
  ent_local_name name = name_of(key, field);

  assert_int_equal(set_name(&name, number), ENT_OK);
}

/* The number; -1 where there is none. */
static int64_t get(const char *key, const char *field) {
  ent_local_name name = name_of(key, field);
  const ent_local_entry *entry;
  int64_t number = -1;
  uint32_t size;

  assert_int_equal(ent_local_value_get(&name, &entry, NULL), ENT_OK);
  if (entry) {
    number = ent_row_value(ent_local_entry_row(entry, &size), 0).as.i64;
  }
  ent_local_unref(entry);
  return number;
}

static uint64_t remove_keys(const char *first, const char *second) {
  ent_local_name keys[] = {name_of(first, NULL), name_of(second, NULL)};
  uint64_t n;

  assert_int_equal(ent_local_value_remove(keys, 2, &n, NULL), ENT_OK);
  return n;
}

static uint64_t clear(void) {
  uint64_t n;

  assert_int_equal(ent_local_value_clear(&n, NULL), ENT_OK);
  return n;
}

/* To be the first test, while the process has no values. */
static void nothing_is_there_before_the_first_value(void **state) {
  (void)state;
  assert_int_equal(get("k", NULL), -1);
  assert_int_equal(remove_keys("k", "l"), 0);
  assert_int_equal(clear(), 0);
}

/* Whether other keys have fields or not. */
static void a_key_without_fields_is_removed(void **state) {
  (void)state;
  set("k", NULL, 1);
  set("l", NULL, 2);
  set("other", "field", 3);
  assert_int_equal(remove_keys("k", "k"), 1);
  assert_int_equal(get("k", NULL), -1);
  assert_int_equal(get("l", NULL), 2);
  assert_int_equal(get("other", "field"), 3);
  assert_int_equal(clear(), 2);
}

/* Counts in slots by their numbers, and that a name is what was set. */
static bool count_slot(const ent_local_value *value, void *ctx) {
  int *slots = ctx;
  int64_t number = ent_row_value(value->row, 0).as.i64;
  const ent_local_name *name = &value->name;
  ent_local_name back = *name;

  slots[number]++;
  assert_int_equal(set_name(&back, number), ENT_OK);
  assert_true(value->size > name->key_size + name->field_size);
  return true;
}

static void no_two_names_are_one(void **state) {
  static const struct {
    const char *key, *field;
    size_t key_size, field_size;
  } names[] = {
      {"", NULL, 0, 0},     {"", "", 0, 0},     {"\0", NULL, 1, 0},
      {"\0", "", 1, 0},     {"", "\0", 0, 1},   {"ab", NULL, 2, 0},
      {"a", "b", 1, 1},     {"", "ab", 0, 2},   {"ab", "", 2, 0},
      {"a\0b", NULL, 3, 0}, {"a", "\0b", 1, 2}, {"a\0", "b", 2, 1},
  };
  enum { ENT_NAMES = sizeof(names) / sizeof(*names) };
  int slots[ENT_NAMES] = {0};

  (void)state;
  for (int i = 0; i < ENT_NAMES; i++) {
    ent_local_name name = {names[i].key, names[i].key_size, names[i].field,
                           names[i].field_size};

    assert_int_equal(set_name(&name, i), ENT_OK);
  }
  assert_int_equal(ent_local_value_each(count_slot, slots, NULL), ENT_OK);
  for (int i = 0; i < ENT_NAMES; i++)
    assert_int_equal(slots[i], 1);
  assert_int_equal(clear(), ENT_NAMES);
}

static void fields_go_with_their_key(void **state) {
  (void)state;
  set("k", NULL, 1);
  set("k", "a", 2);
  set("k", "b", 3);
  set("kk", "a", 4);
  set("l", "a", 5);
  assert_int_equal(get("k", "a"), 2);
  assert_int_equal(remove_keys("k", "l"), 4);
  assert_int_equal(get("k", NULL), -1);
  assert_int_equal(get("k", "b"), -1);
  assert_int_equal(get("kk", "a"), 4);
  assert_int_equal(clear(), 1);
  assert_int_equal(get("kk", "a"), -1);
}

static void what_is_too_large_takes_the_old_value_with_it(void **state) {
  ent_local_name name = name_of("k", NULL);
  static const ent_row zeros[ENT_LOCAL_MAX_ROW];

  (void)state;
  set("k", NULL, 1);
  assert_int_equal(ent_local_value_set(&name, zeros, sizeof(zeros), 0, NULL),
                   ENT_OK);
  assert_int_equal(get("k", NULL), -1);
  set("k", NULL, 1);
  assert_int_equal(ent_local_value_set(&name, NULL, 0, 0, NULL), ENT_OK);
  assert_int_equal(get("k", NULL), -1);
}

static void a_name_has_at_most_so_many_bytes(void **state) {
  static const char bytes[ENT_LOCAL_NAME_MAX + 1];
  ent_local_name name = {bytes, ENT_LOCAL_NAME_MAX - 1, bytes, 1};
  const ent_local_entry *entry;
  uint64_t n;

  (void)state;
  assert_int_equal(set_name(&name, 1), ENT_OK);
  assert_int_equal(ent_local_value_get(&name, &entry, NULL), ENT_OK);
  assert_non_null(entry);
  ent_local_unref(entry);
  name.field_size = 2;
  assert_int_equal(set_name(&name, 1), ENT_TOO_BIG);
  assert_int_equal(ent_local_value_get(&name, &entry, NULL), ENT_TOO_BIG);
  name = (ent_local_name){bytes, ENT_LOCAL_NAME_MAX + 1, NULL, 0};
  assert_int_equal(ent_local_value_remove(&name, 1, &n, NULL), ENT_TOO_BIG);
  assert_int_equal(clear(), 1);
}

/* A thread that sets and removes values of its own key. */
typedef struct setter {
  const char *key;
  int n_lost;
} setter;

/* Sets its own value and reads it back, beside others that remove theirs of
 * the same shards. */
static void *set_and_get(void *of) {
  setter *s = of;
  const char *key = s->key;

  for (int i = 0; i < ENT_ROUNDS; i++) {
    set(key, "field", i);
    set(key, NULL, i);
    s->n_lost += get(key, "field") != i;
    s->n_lost += get(key, NULL) != i;
    if (i % 16 == 0) s->n_lost += remove_keys(key, key) != 2;
  }
  return NULL;
}

static void no_value_is_lost_for_what_others_remove(void **state) {
  setter setters[ENT_THREADS] = {{"a", 0}, {"b", 0}, {"c", 0}, {"d", 0}};
  pthread_t threads[ENT_THREADS];

  (void)state;
  for (int i = 0; i < ENT_THREADS; i++)
    assert_int_equal(
        pthread_create(&threads[i], NULL, set_and_get, &setters[i]), 0);
  for (int i = 0; i < ENT_THREADS; i++) {
    assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(setters[i].n_lost, 0);
  }
  clear();
}

static void a_child_begins_without_any(void **state) {
  int status;
  pid_t pid;

  (void)state;
  set("k", NULL, 1);
  pid = fork();
  if (!pid) {
    bool is_new = get("k", NULL) == -1;

    set("k", NULL, 2);
    _exit(is_new && get("k", NULL) == 2 ? 0 : 1);
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
  assert_int_equal(get("k", NULL), 1);
  clear();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_there_before_the_first_value),
      cmocka_unit_test(a_key_without_fields_is_removed),
      cmocka_unit_test(no_two_names_are_one),
      cmocka_unit_test(fields_go_with_their_key),
      cmocka_unit_test(what_is_too_large_takes_the_old_value_with_it),
      cmocka_unit_test(a_name_has_at_most_so_many_bytes),
      cmocka_unit_test(no_value_is_lost_for_what_others_remove),
      cmocka_unit_test(a_child_begins_without_any),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
