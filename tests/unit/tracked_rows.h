#ifndef ENT_TESTS_UNIT_TRACKED_ROWS_H
#define ENT_TESTS_UNIT_TRACKED_ROWS_H

#include "cache/tracking.h"
#include "tests/unit/local_rows.h"
#include "tests/unit/redis_process.h"

/* Rows of this process and a real Redis that tells of their changes, for the
 * tests of the channel: each test has its own of all of it. */

enum { ENT_HASH = 0x1234 }; /* of the table */

static const char table_key[] = "t:e:0000000000001234";

static redis_process redis;
static ent_redis_pool *pool;
static ent_shared *shared;
static ent_tracking *tracking;
static ent_local *cache;
static ent_local_space *space;

static inline void open_tracking(const ent_redis_address *address) {
  ent_error err = {.status = ENT_OK};
  ent_tracked of;

  assert_int_equal(ent_redis_pool_open(address, &pool, &err), ENT_OK);
  assert_int_equal(ent_shared_open(pool, "t:", &shared, &err), ENT_OK);
  of = (ent_tracked){.shared = shared};
  assert_int_equal(ent_tracking_open(&of, &tracking, &err), ENT_OK);
  assert_int_equal(ent_tracking_cache(tracking, 0, ENT_PLENTY, &cache, &err),
                   ENT_OK);
  space = ent_local_space_of(cache, ENT_HASH, 1);
  assert_non_null(space);
}

static inline void close_tracking(void) {
  ent_tracking_close(tracking);
  ent_shared_close(shared);
  ent_redis_pool_close(pool);
}

static inline int begin(void **state) {
  ent_redis_address address;

  (void)state;
  make_redis(&redis);
  address = (ent_redis_address){.socket = redis.path};
  open_tracking(&address);
  return 0;
}

static inline int end(void **state) {
  (void)state;
  close_tracking();
  end_redis(&redis);
  return 0;
}

static inline bool may_answer_within(int64_t lag_ms) {
  ent_deadline deadline = ent_deadline_in(ENT_LONGEST_MS);

  return ent_tracking_may_answer(tracking, lag_ms, &deadline);
}

/* What has come is heard. */
static inline bool may_answer(void) {
  ent_tracking_hurry(tracking);
  return may_answer_within(ENT_LONGEST_MS);
}

/* An epoch begins, sooner or later. */
static inline void await_answers(void) {
  int64_t until_ms = ent_now_ms() + ENT_LONGEST_MS;

  while (!may_answer()) {
    assert_true(ent_now_ms() < until_ms);
    nap();
  }
}

static inline uint64_t counted(ent_tracking_count count) {
  return ent_tracking_counted(tracking, count);
}

/* More is heard than `before`. */
static inline void await_heard(uint64_t before) {
  int64_t until_ms = ent_now_ms() + ENT_LONGEST_MS;

  while (counted(ENT_TRACKING_HEARD) <= before) {
    assert_true(may_answer());
    assert_true(ent_now_ms() < until_ms);
    nap();
  }
}

/* The name of a row's key in Redis. */
static inline const char *name_of(uint64_t id) {
  static char name[64];

  /* No byte of such a key is zero: the ids of these tests are made so. */
  assert_true((id & 0xff) && id > UINT64_C(0x0101010101010101));
  snprintf(name, sizeof(name), "%s:", table_key);
  key_of((test_key *)(void *)(name + strlen(name)), id);
  return name;
}

static const uint64_t one = UINT64_C(0x0101010101010111);
static const uint64_t two = UINT64_C(0x0101010101010112);

static inline void keep_both(void) {
  await_answers();
  assert_true(put_text(space, one, "one"));
  assert_true(put_text(space, two, "two"));
}

static inline void touch(ent_touched *touched, uint64_t id) {
  test_key bytes;
  ent_key key = key_of(&bytes, id);

  *touched = (ent_touched){.n_tables = 0};
  assert_int_equal(ent_touched_row(touched, ENT_HASH, &key, NULL), ENT_OK);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, begin, end)

#endif
