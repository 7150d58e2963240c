#include "cache/local.h"

#include "tests/unit/local_rows.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* A child of a process whose other threads use the cache. */

enum { ENT_PERSON = 7, ENT_FORKS = 200, ENT_ROWS = 100, ENT_LAYOUTS = 2000 };

static ent_local *cache;
static ent_local_space *space;
static atomic_bool is_over;

static void *use_cache(void *arg) {
  uint64_t n_layouts = 10;

  (void)arg;
  while (!atomic_load(&is_over)) {
    for (uint64_t id = 0; id < ENT_ROWS; id++) {
      put_text(space, id, "parent's");
      has_id(space, id);
    }
    if (n_layouts < ENT_LAYOUTS) {
      ent_local_space_of(cache, ENT_PERSON, n_layouts++);
    }
  }
  return NULL;
}

/* What the child finds, as its exit status; it hangs where a lock was taken. */
static int child(void) {
  ent_local_totals totals;

  ent_local_count(cache, &totals);
  if (totals.entries) return 1;
  for (uint64_t id = 0; id < ENT_ROWS; id++) {
    if (has_id(space, id)) return 2;
    if (!put_text(space, id, "child's")) return 3;
    if (!has_text(space, id, "child's")) return 4;
  }
  if (!ent_local_space_of(cache, ENT_PERSON, 3)) return 5;
  ent_local_clear(cache);
  ent_local_free(cache);
  return 0;
}

static void a_child_has_a_cache_that_is_empty_and_works(void **state) {
  ent_local *other = ent_local_new(0, ENT_PLENTY); /* they come and go */
  pthread_t thread;

  (void)state;
  cache = ent_local_new(0, 1 << 20);
  space = ent_local_space_of(cache, ENT_PERSON, 1);
  ent_local_free(other);
  assert_int_equal(pthread_create(&thread, NULL, use_cache, NULL), 0);
  for (int i = 0; i < ENT_FORKS; i++) {
    pid_t pid = fork();
    int status = -1;

    if (pid == 0) _exit(child());
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
  }
  atomic_store(&is_over, true);
  pthread_join(thread, NULL);
  ent_local_free(cache);
}

static void a_mark_of_the_parent_is_void_in_the_child(void **state) {
  ent_local_row row = {"x", 1, .until_ms = 0};
  ent_local_mark mark;
  test_key bytes;
  ent_key key = key_of(&bytes, 1);
  int status = -1;
  pid_t pid;

  (void)state;
  cache = ent_local_new(0, 1 << 20);
  space = ent_local_space_of(cache, ENT_PERSON, 1);
  mark = ent_local_note(space, key);
  pid = fork();
  if (pid == 0) _exit(ent_local_put(space, key, &row, mark) ? 1 : 0);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
  assert_true(ent_local_put(space, key, &row, mark));
  ent_local_free(cache);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_child_has_a_cache_that_is_empty_and_works),
      cmocka_unit_test(a_mark_of_the_parent_is_void_in_the_child),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
