/* What ends the life of rows in this process, with a real Redis: what others
 * change is heard of, and where nothing can be heard nothing is answered. */
#include "cache/tracking.h"

#include "backends/redis/info.h"
#include "tests/unit/tracked_rows.h"

enum {
  ENT_LAG_MS = 100,
  ENT_KEYS = 110,
  ENT_LONG_KEY = 128 << 10, /* so many keys as long as that are too many, were
                               they heard in three parts */
  ENT_LONG_LAG_MS = 1000,
};

static void what_another_client_changes_goes(void **state) {
  uint64_t heard;

  (void)state;
  keep_both();
  heard = counted(ENT_TRACKING_HEARD);
  TELL(&redis, "SET", name_of(one), "T");
  await_heard(heard);
  assert_false(has_id(space, one));
  assert_true(has_text(space, two, "two"));
  /* Of another prefix, of another table, and of no table at all. */
  heard = counted(ENT_TRACKING_HEARD);
  TELL(&redis, "SET", "u:e:0000000000001234", "T");
  TELL(&redis, "SET", "t:e:0000000000001235", "T");
  TELL(&redis, "SET", "t:e:123", "T");
  TELL(&redis, "SET", "t:e:000000000000123g:x", "T");
  await_heard(heard + 2); /* of the other prefix nothing is told */
  assert_true(has_text(space, two, "two"));
}

static void a_stamp_that_changes_ends_all_rows_of_its_table(void **state) {
  uint64_t heard;

  (void)state;
  keep_both();
  heard = counted(ENT_TRACKING_HEARD);
  TELL(&redis, "SET", table_key, "T");
  await_heard(heard);
  assert_false(has_id(space, one));
  assert_false(has_id(space, two));
}

static void a_mark_from_before_a_change_is_void(void **state) {
  test_key bytes;
  ent_key key = key_of(&bytes, one);
  ent_local_row row = {.data = "old", .size = 3};
  ent_local_mark mark;
  uint64_t heard;

  (void)state;
  await_answers();
  mark = ent_local_note(space, key);
  heard = counted(ENT_TRACKING_HEARD);
  TELL(&redis, "SET", name_of(one), "T");
  await_heard(heard);
  assert_false(ent_local_put(space, key, &row, mark));
  mark = ent_local_note(space, key);
  assert_true(ent_local_put(space, key, &row, mark));
}

static void a_redis_that_is_flushed_empties_everything(void **state) {
  uint64_t heard;

  (void)state;
  keep_both();
  heard = counted(ENT_TRACKING_HEARD);
  TELL(&redis, "FLUSHALL");
  await_heard(heard);
  assert_false(has_id(space, one));
  assert_false(has_id(space, two));
  assert_int_equal(counted(ENT_TRACKING_LOST), 0);
}

/* An epoch has ended: what was kept is gone, and another one works. */
static void assert_begins_anew(uint64_t lost) {
  assert_true(counted(ENT_TRACKING_LOST) > lost);
  assert_false(has_id(space, one));
  assert_false(has_id(space, two));
  keep_both();
  lost = counted(ENT_TRACKING_HEARD);
  TELL(&redis, "SET", name_of(two), "T");
  await_heard(lost);
  assert_false(has_id(space, two));
  assert_true(has_id(space, one));
}

/* Until it is noticed that the epoch is over. */
static void await_loss(uint64_t lost) {
  int64_t until_ms = ent_now_ms() + ENT_LONGEST_MS;

  while (counted(ENT_TRACKING_LOST) == lost) {
    (void)may_answer();
    assert_true(ent_now_ms() < until_ms);
    nap();
  }
}

static void a_connection_that_is_killed_ends_the_epoch(void **state) {
  (void)state;
  keep_both();
  assert_int_equal(TELL(&redis, "CLIENT", "KILL", "TYPE", "pubsub"), 1);
  await_loss(0);
  assert_begins_anew(0);
  assert_int_equal(counted(ENT_TRACKING_EPOCHS), 2);
}

static void a_server_that_begins_again_has_another_epoch(void **state) {
  (void)state;
  keep_both();
  kill_redis(&redis);
  await_loss(0);
  assert_false(may_answer());
  assert_false(ent_tracking_hears(tracking));
  assert_false(has_id(space, one));
  start_redis(&redis);
  assert_begins_anew(0);
}

static void pass_lag(int64_t lag_ms) {
  int64_t since_ms = ent_now_ms();

  while (ent_now_ms() <= since_ms + lag_ms)
    nap();
}

static void
a_server_that_is_silent_is_not_waited_for_longer_than_its_lag(void **state) {
  (void)state;
  keep_both();
  kill(redis.pid, SIGSTOP);
  pass_lag(ENT_LAG_MS);
  assert_false(may_answer_within(ENT_LAG_MS));
  assert_false(has_id(space, one));
  assert_false(ent_tracking_hears(tracking));
  kill(redis.pid, SIGCONT);
  assert_begins_anew(0);
  assert_true(counted(ENT_TRACKING_WAITS) >= 1);
}

/* One that was put while nobody listened is not there afterwards. */
static void what_is_put_between_two_epochs_is_in_none(void **state) {
  (void)state;
  keep_both();
  TELL(&redis, "CLIENT", "KILL", "TYPE", "pubsub");
  await_loss(0);
  assert_int_equal(counted(ENT_TRACKING_EPOCHS), 1);
  assert_true(put_text(space, one, "old"));
  await_answers();
  assert_int_equal(counted(ENT_TRACKING_EPOCHS), 2);
  assert_false(has_id(space, one));
}

/* A reader that has to wait hears all that there is up to the answer. */
static void more_than_is_worth_hearing_ends_the_epoch(void **state) {
  char *name = malloc(ENT_LONG_KEY);

  (void)state;
  keep_both();
  memset(name, 'x', ENT_LONG_KEY);
  for (int i = 0; i < ENT_KEYS; i++) {
    snprintf(name, ENT_LONG_KEY, "%s:%02d", table_key, i);
    name[strlen(name)] = 'x';
    name[ENT_LONG_KEY - 1] = '\0';
    TELL(&redis, "SET", name, "T");
  }
  free(name);
  pass_lag(ENT_LONG_LAG_MS);
  assert_false(may_answer_within(ENT_LONG_LAG_MS));
  assert_begins_anew(0);
}

static void a_server_of_another_reign_ends_the_epoch(void **state) {
  uint64_t reign = 0;
  ent_deadline deadline = ent_deadline_in(ENT_LONGEST_MS);
  ent_error err = {.status = ENT_OK};

  (void)state;
  keep_both();
  assert_int_equal(
      ent_redis_info_reign(redis.other, false, &deadline, &reign, &err),
      ENT_OK);
  assert_true(ent_tracking_is_of(tracking, reign));
  assert_true(may_answer());
  assert_true(has_id(space, one));
  assert_false(ent_tracking_is_of(tracking, reign + 1));
  await_loss(0);
  assert_begins_anew(0);
}

static void
what_the_process_changes_goes_at_once_and_voids_marks(void **state) {
  test_key bytes;
  ent_key key = key_of(&bytes, one);
  ent_local_row row = {.data = "old", .size = 3};
  ent_tracked of = {.shared = shared};
  ent_local_mark mark;
  ent_touched touched;

  (void)state;
  keep_both();
  mark = ent_local_note(space, key);
  touch(&touched, one);
  ent_tracking_removed(&of, &touched);
  assert_false(has_id(space, one));
  assert_true(has_id(space, two));
  assert_false(ent_local_put(space, key, &row, mark));
  mark = ent_local_note(space, key);
  assert_int_equal(ent_touched_all(&touched, ENT_HASH, NULL), ENT_OK);
  ent_tracking_removed(&of, &touched);
  assert_false(has_id(space, two));
  assert_false(ent_local_put(space, key, &row, mark));
  ent_touched_done(&touched);
}

static void it_goes_from_all_caches_of_that_redis(void **state) {
  ent_tracked of = {.shared = shared};
  ent_tracking *same = NULL;
  ent_local *small = NULL;
  ent_local *again = NULL;
  ent_local_space *second;
  ent_touched touched;
  ent_error err = {.status = ENT_OK};

  (void)state;
  assert_int_equal(ent_tracking_open(&of, &same, &err), ENT_OK);
  assert_ptr_equal(same, tracking);
  assert_int_equal(ent_tracking_cache(same, 10, ENT_PLENTY, &small, &err),
                   ENT_OK);
  assert_int_equal(ent_tracking_cache(same, 10, ENT_PLENTY, &again, &err),
                   ENT_OK);
  assert_ptr_equal(small, again);
  assert_ptr_not_equal(small, cache);
  second = ent_local_space_of(small, ENT_HASH, 2);
  keep_both();
  put_text(second, one, "uno");
  touch(&touched, one);
  ent_tracking_removed(&of, &touched);
  ent_touched_done(&touched);
  assert_false(has_id(space, one));
  assert_false(has_id(second, one));
  ent_tracking_close(same);
  assert_true(has_id(space, two));
}

/* How often the server has refused to track. */
static int64_t refusals(void) {
  static const char stem[] = "cmdstat_client|tracking:";
  char text[65536];
  const char *at;

  tell(&redis, text, sizeof(text),
       (const char *const[8]){"INFO", "commandstats", NULL});
  at = strstr(text, stem);
  at = at ? strstr(at, "rejected_calls=") : NULL;
  return at ? strtoll(at + strlen("rejected_calls="), NULL, 10) : 0;
}

static void a_server_that_does_not_track_is_seldom_asked(void **state) {
  ent_redis_address address = {
      .socket = redis.path, .user = "limited", .password = "pw"};
  int64_t since_ms;

  (void)state;
  close_tracking();
  TELL(&redis, "ACL", "SETUSER", "limited", "on", ">pw", "~*", "&*");
  TELL(&redis, "ACL", "SETUSER", "limited", "+@all", "-client|tracking");
  open_tracking(&address);
  since_ms = ent_now_ms();
  for (int i = 0; i < 1000; i++)
    assert_false(may_answer());
  assert_false(ent_tracking_hears(tracking));
  assert_int_equal(counted(ENT_TRACKING_EPOCHS), 0);
  assert_true(refusals() >= 1);
  assert_true(refusals() <= 1 + (ent_now_ms() - since_ms) / 10000);
}

static void without_a_redis_only_its_own_changes_count(void **state) {
  ent_tracked of = {.server = "root@one:3306"};
  ent_tracked other = {.server = "root@two:3306"};
  ent_error err = {.status = ENT_OK};
  ent_tracking *alone = NULL;
  ent_local *own = NULL;
  ent_local_space *rows;
  ent_deadline deadline = ent_deadline_in(ENT_LONGEST_MS);
  ent_touched touched;

  (void)state;
  assert_int_equal(ent_tracking_open(&of, &alone, &err), ENT_OK);
  assert_int_equal(ent_tracking_cache(alone, 0, ENT_PLENTY, &own, &err),
                   ENT_OK);
  rows = ent_local_space_of(own, ENT_HASH, 1);
  assert_true(ent_tracking_may_answer(alone, 10, &deadline));
  assert_true(ent_tracking_answers(alone, 10, ent_now_us()));
  assert_true(ent_tracking_hears(alone));
  assert_true(put_text(rows, one, "one"));
  touch(&touched, one);
  ent_tracking_removed(&other, &touched);
  ent_tracking_removed(&(ent_tracked){.shared = shared}, &touched);
  assert_true(has_id(rows, one));
  ent_tracking_removed(&of, &touched);
  assert_false(has_id(rows, one));
  ent_touched_done(&touched);
  ent_tracking_close(alone);
}

static void a_look_at_the_clock_is_enough_for_a_while(void **state) {
  int64_t now_us;

  (void)state;
  assert_false(ent_tracking_answers(tracking, ENT_LONGEST_MS, ent_now_us()));
  await_answers();
  now_us = ent_now_us();
  assert_true(may_answer());
  assert_true(ent_tracking_answers(tracking, ENT_LONGEST_MS, now_us));
  /* A while later what there is has to be heard again, or is too old. */
  now_us = ent_now_us() + 10000;
  assert_false(ent_tracking_answers(tracking, ENT_LONGEST_MS, now_us));
  assert_false(ent_tracking_answers(tracking, 1, now_us));
  now_us = ent_now_us();
  assert_true(may_answer());
  ent_tracking_hurry(tracking);
  assert_false(ent_tracking_answers(tracking, ENT_LONGEST_MS, now_us));
  assert_true(may_answer());
  assert_false(ent_tracking_is_of(tracking, 0));
  assert_false(ent_tracking_answers(tracking, ENT_LONGEST_MS, now_us));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      EACH(what_another_client_changes_goes),
      EACH(a_stamp_that_changes_ends_all_rows_of_its_table),
      EACH(a_mark_from_before_a_change_is_void),
      EACH(a_redis_that_is_flushed_empties_everything),
      EACH(a_connection_that_is_killed_ends_the_epoch),
      EACH(a_server_that_begins_again_has_another_epoch),
      EACH(a_server_that_is_silent_is_not_waited_for_longer_than_its_lag),
      EACH(what_is_put_between_two_epochs_is_in_none),
      EACH(more_than_is_worth_hearing_ends_the_epoch),
      EACH(a_server_of_another_reign_ends_the_epoch),
      EACH(what_the_process_changes_goes_at_once_and_voids_marks),
      EACH(it_goes_from_all_caches_of_that_redis),
      EACH(a_server_that_does_not_track_is_seldom_asked),
      EACH(without_a_redis_only_its_own_changes_count),
      EACH(a_look_at_the_clock_is_enough_for_a_while),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
