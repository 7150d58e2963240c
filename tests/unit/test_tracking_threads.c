/* The channel on which Redis tells of changes, where several threads listen to
 * it, or a child of the process does. */
#include "tests/unit/tracked_rows.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
  ENT_STEPS = 2000, /* of two threads */
  ENT_FORKS = 20,
  ENT_HIT_MS = 10000, /* at most, until one is read from the cache */
};

/* The child's own channel; what it finds, as its exit status. */
static int child(const redis_process *own) {
  uint64_t heard;

  if (has_id(space, one) || has_id(space, two)) return 1;
  await_answers();
  if (counted(ENT_TRACKING_EPOCHS) < 2) return 2;
  if (!put_text(space, one, "child's")) return 3;
  heard = counted(ENT_TRACKING_HEARD);
  TELL(own, "SET", name_of(one), "T");
  await_heard(heard);
  return has_id(space, one) ? 4 : 0;
}

static void a_child_listens_by_itself(void **state) {
  redis_process own = redis;
  uint64_t heard;
  int status = -1;
  pid_t pid;

  (void)state;
  keep_both();
  heard = counted(ENT_TRACKING_HEARD);
  pid = fork();
  if (!pid) {
    own.other = try_other(&own);
    _exit(own.other ? child(&own) : 5);
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
  await_heard(heard);
  assert_false(has_id(space, one));
  assert_true(has_text(space, two, "two"));
  assert_int_equal(counted(ENT_TRACKING_LOST), 0);
  assert_int_equal(counted(ENT_TRACKING_EPOCHS), 1);
}

static atomic_bool is_over;

static void *listen_always(void *arg) {
  (void)arg;
  while (!atomic_load(&is_over))
    (void)may_answer();
  return NULL;
}

static void a_child_can_listen_whatever_other_threads_did(void **state) {
  pthread_t thread;

  (void)state;
  keep_both();
  atomic_store(&is_over, false);
  assert_int_equal(pthread_create(&thread, NULL, listen_always, NULL), 0);
  for (int i = 0; i < ENT_FORKS; i++) {
    redis_process own = redis;
    pid_t pid = fork();
    int status = -1;

    if (!pid) {
      own.other = try_other(&own);
      _exit(own.other ? child(&own) : 5);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
  }
  atomic_store(&is_over, true);
  pthread_join(thread, NULL);
  assert_int_equal(counted(ENT_TRACKING_LOST), 0);
}

/* A version that one thread raises, and says then that it has; and others read
 * through the cache. */
static _Atomic uint64_t version, done;
static _Atomic uint64_t n_stale, n_hits;

/* Nothing is changed before a reader has had it from the cache. */
static void await_hit(void) {
  for (int ms = 0; ms < ENT_HIT_MS && !atomic_load(&n_hits); ms++)
    nap();
}

static void *change_it(void *arg) {
  ent_tracked of = {.shared = shared};
  ent_touched touched;

  (void)arg;
  touch(&touched, one);
  await_hit();
  for (uint64_t i = 1; i <= ENT_STEPS; i++) {
    atomic_store(&version, i);
    TELL(&redis, "SET", name_of(one), "T");
    ent_tracking_removed(&of, &touched);
    atomic_store(&done, i);
    if (i % 100 == 0) TELL(&redis, "CLIENT", "KILL", "TYPE", "pubsub");
  }
  ent_touched_done(&touched);
  atomic_store(&is_over, true);
  return NULL;
}

/* One read: from the cache, or else of the truth, which is kept then. */
static void read_it(void) {
  test_key bytes;
  ent_key key = key_of(&bytes, one);
  uint64_t least = atomic_load(&done);
  bool may = may_answer();
  const ent_local_entry *entry = may ? ent_local_get(space, key) : NULL;
  uint32_t size;
  uint64_t seen;

  if (entry) {
    memcpy(&seen, ent_local_entry_row(entry, &size), sizeof(seen));
    if (seen < least) atomic_fetch_add(&n_stale, 1);
    atomic_fetch_add(&n_hits, 1);
    ent_local_unref(entry);
  } else if (ent_tracking_hears(tracking)) {
    ent_local_mark mark = ent_local_note(space, key);
    ent_local_row row = {.data = &seen, .size = sizeof(seen)};

    seen = atomic_load(&version);
    ent_local_put(space, key, &row, mark);
  }
}

static void *read_always(void *arg) {
  (void)arg;
  while (!atomic_load(&is_over))
    read_it();
  return NULL;
}

static void threads_that_listen_side_by_side_read_nothing_old(void **state) {
  pthread_t threads[3];

  (void)state;
  await_answers();
  atomic_store(&is_over, false);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(
        pthread_create(&threads[i], NULL, i ? read_always : change_it, NULL),
        0);
  }
  for (int i = 0; i < 3; i++)
    pthread_join(threads[i], NULL);
  assert_int_equal(atomic_load(&n_stale), 0);
  assert_true(atomic_load(&n_hits) > 0);
  assert_true(counted(ENT_TRACKING_LOST) > 0);
  assert_true(counted(ENT_TRACKING_HEARD) > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      EACH(a_child_listens_by_itself),
      EACH(a_child_can_listen_whatever_other_threads_did),
      EACH(threads_that_listen_side_by_side_read_nothing_old),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
