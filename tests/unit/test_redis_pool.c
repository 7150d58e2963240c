/* The pool of connections to a Redis: what it keeps, what it notices, and its
 * circuit breaker, by a clock that only this test moves. */
#include "backends/redis/pool.h"

#include "tests/unit/redis_server.h"

#include <pthread.h>
#include <sys/wait.h>

/* NOLINTBEGIN(readability-identifier-naming): the linker's name */
int64_t __wrap_ent_now_ms(void);

static int64_t now_ms = 1000000;

int64_t __wrap_ent_now_ms(void) {
  return now_ms;
}
/* NOLINTEND(readability-identifier-naming) */

static redis_server server;
static ent_redis_pool *pool;

static ent_redis_pool *open_pool(const ent_redis_address *address) {
  ent_redis_pool *opened = NULL;
  ent_error err = {.status = ENT_OK};

  assert_int_equal(ent_redis_pool_open(address, &opened, &err), ENT_OK);
  return opened;
}

static int begin(void **state) {
  ent_redis_address address = {.socket = server.path};

  (void)state;
  make_place(&server);
  listen_at_path(&server, 64);
  pool = open_pool(&address);
  return 0;
}

static int end(void **state) {
  (void)state;
  ent_redis_pool_close(pool);
  end_server(&server);
  return 0;
}

static ent_status acquire(ent_redis_need need, ent_redis_connection **taken,
                          ent_error *err) {
  ent_deadline deadline = {.until_ms = INT64_MAX};

  *taken = NULL;
  ent_error_clear(err);
  return ent_redis_pool_acquire(pool, need, &deadline, taken, err);
}

static ent_redis_connection *taken(void) {
  ent_redis_connection *connection;
  ent_error err;

  if (acquire(ENT_REDIS_CAN_WAIT, &connection, &err)) fail_msg("%s", err.text);
  return connection;
}

static void give(ent_redis_connection *connection, ent_status status) {
  ent_redis_pool_release(pool, connection, status);
}

/* A request that is never answered. */
static void ask(ent_redis_connection *connection) {
  ent_redis_arg arg = ent_redis_arg_text("PING");
  ent_error err = {.status = ENT_OK};

  assert_int_equal(ent_redis_client_add(ent_redis_connection_client(connection),
                                        &arg, 1, &err),
                   ENT_OK);
}

static void an_address_has_one_pool(void **state) {
  ent_redis_address same = {.socket = server.path};
  ent_redis_address other = {.socket = server.path, .database = 1};
  ent_redis_pool *again = open_pool(&same);
  ent_redis_pool *second = open_pool(&other);

  (void)state;
  assert_ptr_equal(again, pool);
  assert_ptr_not_equal(second, pool);
  assert_ptr_not_equal(ent_redis_pool_address(pool)->socket, server.path);
  assert_string_equal(ent_redis_pool_address(pool)->socket, server.path);
  assert_non_null(strstr(ent_redis_pool_shown(second), ")/1"));
  assert_ptr_equal(ent_redis_pool_ref(second), second);
  ent_redis_pool_close(second);
  ent_redis_pool_close(again);
  assert_ptr_equal(open_pool(&other), second);
  ent_redis_pool_close(second);
  ent_redis_pool_close(second);
  ent_redis_pool_close(NULL);
  assert_int_equal(count_clients(server.listener), 0);
}

static void what_is_given_back_is_taken_again(void **state) {
  ent_redis_connection *one = taken();
  ent_redis_connection *two = taken();

  (void)state;
  assert_ptr_not_equal(one, two);
  give(one, ENT_OK);
  give(two, ENT_OK);
  assert_ptr_equal(taken(), two);
  assert_ptr_equal(taken(), one);
  give(one, ENT_OK);
  give(two, ENT_REJECTED);
  assert_ptr_equal(taken(), two);
  give(two, ENT_OK);
  give(NULL, ENT_UNAVAILABLE);
  assert_int_equal(count_clients(server.listener), 2);
}

static void the_last_use_closes_what_is_idle(void **state) {
  ent_redis_address address = {.socket = server.path, .database = 0};
  ent_redis_pool *again = open_pool(&address);
  int peer;

  (void)state;
  give(taken(), ENT_OK);
  peer = take_peer(server.listener);
  ent_redis_pool_close(again);
  assert_false(is_hung_up(peer));
  ent_redis_pool_close(pool);
  pool = NULL;
  assert_true(is_hung_up(peer));
  close(peer);
}

static void no_more_than_sixteen_are_kept(void **state) {
  ent_redis_connection *all[17];
  int peers[17];

  (void)state;
  for (int i = 0; i < 17; i++) {
    all[i] = taken();
    peers[i] = take_peer(server.listener);
  }
  for (int i = 0; i < 17; i++)
    give(all[i], ENT_OK);
  for (int i = 0; i < 17; i++) {
    assert_int_equal(is_hung_up(peers[i]), i == 16);
    close(peers[i]);
  }
}

/* Gives a connection back and takes one: whether it is another one. */
static bool is_renewed(void (*meanwhile)(int peer), ent_status status) {
  int peer, second;
  bool is_new;

  give(taken(), ENT_OK);
  peer = take_peer(server.listener);
  meanwhile(peer);
  give(taken(), status);
  is_new = count_clients(server.listener) == 1;
  assert_int_equal(is_hung_up(peer), is_new);
  close(peer);
  /* None is left for the next time. */
  ent_redis_pool_close(pool);
  pool = open_pool(&(ent_redis_address){.socket = server.path});
  second = count_clients(server.listener);
  assert_int_equal(second, 0);
  return is_new;
}

static void do_nothing(int peer) {
  (void)peer;
}

static void hang_up(int peer) {
  shutdown(peer, SHUT_WR);
}

static void say_unasked(int peer) {
  say(peer, "+OK\r\n");
}

static void pass_idle_time(int peer) {
  (void)peer;
  now_ms += 60000;
}

static void pass_nearly_idle_time(int peer) {
  (void)peer;
  now_ms += 59999;
}

static void an_idle_connection_that_is_no_good_is_not_used(void **state) {
  (void)state;
  assert_false(is_renewed(do_nothing, ENT_OK));
  assert_true(is_renewed(hang_up, ENT_OK));
  assert_true(is_renewed(say_unasked, ENT_OK));
  assert_false(is_renewed(pass_nearly_idle_time, ENT_OK));
  assert_true(is_renewed(pass_idle_time, ENT_OK));
}

static void a_connection_that_is_old_is_not_used(void **state) {
  ent_redis_connection *first = taken();

  (void)state;
  for (int i = 0; i < 3; i++) {
    give(first, ENT_OK);
    now_ms += 59999;
    assert_ptr_equal(taken(), first);
  }
  give(first, ENT_OK);
  now_ms += 3;
  assert_int_equal(count_clients(server.listener), 1);
  give(taken(), ENT_OK);
  assert_int_equal(count_clients(server.listener), 1);
}

static void a_request_under_way_closes_the_connection(void **state) {
  ent_redis_connection *connection = taken();
  int peer = take_peer(server.listener);

  (void)state;
  ask(connection);
  give(connection, ENT_INTERRUPTED);
  assert_true(is_hung_up(peer));
  close(peer);
  give(taken(), ENT_OK); /* which was nothing against the server */
}

/* Who can wait must be refused, without a try. */
static void assert_open(const char *words) {
  ent_redis_connection *connection;
  ent_error err;

  assert_int_equal(acquire(ENT_REDIS_CAN_WAIT, &connection, &err),
                   ENT_UNAVAILABLE);
  assert_null(connection);
  if (!strstr(err.text, words) || !strstr(err.text, " (not tried again yet)")) {
    fail_msg("%s", err.text);
  }
}

/* There must be a try, which fails. */
static void assert_tried(ent_redis_need need) {
  ent_redis_connection *connection;
  ent_error err;

  assert_int_equal(acquire(need, &connection, &err), ENT_UNAVAILABLE);
  assert_non_null(strstr(err.text, "connect to unix("));
  assert_null(strstr(err.text, "not tried"));
}

static void the_breaker_opens_for_longer_and_longer(void **state) {
  static const int steps[] = {100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000};

  (void)state;
  stop_listening(&server);
  assert_tried(ENT_REDIS_CAN_WAIT);
  for (size_t i = 0; i < ENT_COUNT(steps); i++) {
    assert_open("connect to unix(");
    now_ms += steps[i] - 1;
    assert_open(strerror(ENOENT));
    now_ms++;
    assert_tried(ENT_REDIS_CAN_WAIT);
  }
}

static void one_tries_and_closes_it(void **state) {
  ent_redis_connection *connection;

  (void)state;
  stop_listening(&server);
  assert_tried(ENT_REDIS_CAN_WAIT);
  listen_at_path(&server, 4);
  assert_open(strerror(ENOENT));
  now_ms += 100;
  connection = taken();
  assert_open(strerror(ENOENT));
  give(connection, ENT_OK);
  give(taken(), ENT_OK);
  assert_int_equal(count_clients(server.listener), 1);
  stop_listening(&server);
  now_ms += 60000; /* the idle one is no good any more */
  assert_tried(ENT_REDIS_CAN_WAIT);
  now_ms += 100;
  assert_tried(ENT_REDIS_CAN_WAIT);
}

static void
who_tries_and_never_tells_stands_in_the_way_for_a_while(void **state) {
  ent_redis_connection *first;
  ent_redis_connection *second;

  (void)state;
  stop_listening(&server);
  assert_tried(ENT_REDIS_CAN_WAIT);
  listen_at_path(&server, 4);
  now_ms += 100;
  first = taken();
  now_ms += 99;
  assert_open(strerror(ENOENT));
  now_ms++;
  second = taken();
  give(second, ENT_OK);
  give(first, ENT_OK);
}

static void who_insists_always_tries(void **state) {
  ent_redis_connection *connection;
  ent_error err;

  (void)state;
  stop_listening(&server);
  assert_tried(ENT_REDIS_CAN_WAIT);
  assert_tried(ENT_REDIS_INSISTS);
  assert_tried(ENT_REDIS_INSISTS);
  listen_at_path(&server, 4);
  assert_open(strerror(ENOENT));
  assert_int_equal(acquire(ENT_REDIS_INSISTS, &connection, &err), ENT_OK);
  give(connection, ENT_OK);
  give(taken(), ENT_OK);
}

/* Many requests lost with one server are one failure. */
static void failures_at_once_count_once(void **state) {
  ent_redis_connection *all[10];

  (void)state;
  for (int i = 0; i < 10; i++)
    all[i] = taken();
  for (int i = 0; i < 10; i++)
    give(all[i], ENT_UNAVAILABLE);
  stop_listening(&server);
  for (int i = 0; i < 10; i++)
    assert_tried(ENT_REDIS_INSISTS);
  now_ms += 99;
  assert_open("the connection was lost");
  now_ms++;
  assert_tried(ENT_REDIS_CAN_WAIT);
  now_ms += 199;
  assert_open(strerror(ENOENT));
  now_ms++;
  assert_tried(ENT_REDIS_CAN_WAIT);
}

static void a_caller_tells_how_its_request_ended(void **state) {
  static const struct {
    ent_status status;
    const char *words; /* NULL: the breaker stays closed */
  } ends[] = {
      {ENT_UNAVAILABLE, ")/0: the connection was lost"},
      {ENT_TIMEOUT, ")/0: no answer in time"},
      {ENT_INTERRUPTED, NULL},
      {ENT_PROTOCOL, NULL},
      {ENT_NOMEM, NULL},
      {ENT_REJECTED, NULL},
  };

  (void)state;
  for (size_t i = 0; i < 2 * ENT_COUNT(ends); i++) {
    ent_redis_connection *connection = taken();

    if (i % 2) ask(connection);
    give(connection, ends[i / 2].status);
    if (ends[i / 2].words) {
      assert_open(ends[i / 2].words);
      now_ms += 100;
    }
    give(taken(), ENT_OK);
  }
}

static bool at_once(void *ctx) {
  (void)ctx;
  return true;
}

/* The breaker is about servers: not about a caller that is told to stop while
 * it waits in a queue. */
static void an_interrupt_is_nothing_against_the_server(void **state) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  ent_deadline deadline = {
      .until_ms = INT64_MAX, .interrupted = at_once, .ctx = NULL};
  ent_redis_connection *connection = NULL;
  ent_error err = {.status = ENT_OK};
  int fds[8];
  int n = 0;

  (void)state;
  stop_listening(&server);
  listen_at_path(&server, 0);
  memcpy(to.sun_path, server.path, strlen(server.path));
  for (bool is_full = false; n < 8 && !is_full; n++) {
    fds[n] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    is_full = connect(fds[n], (const struct sockaddr *)&to, sizeof(to)) != 0;
  }
  assert_int_equal(ent_redis_pool_acquire(pool, ENT_REDIS_CAN_WAIT, &deadline,
                                          &connection, &err),
                   ENT_INTERRUPTED);
  while (n--)
    close(fds[n]);
  count_clients(server.listener);
  give(taken(), ENT_OK);
}

/* Runs in a child; its exit status is 0 if the check holds. */
static int run_in_child(bool (*check)(ent_redis_connection *),
                        ent_redis_connection *connection) {
  pid_t child = fork();
  int status = -1;

  if (child == 0) {
    bool holds = check(connection);

    ent_redis_pool_close(pool);
    _exit(holds ? 0 : 1);
  }
  assert_true(child > 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  return status;
}

static bool takes_another(ent_redis_connection *parents) {
  ent_redis_connection *connection = NULL;
  ent_error err;
  bool is_good;

  (void)parents;
  if (acquire(ENT_REDIS_CAN_WAIT, &connection, &err)) return false;
  is_good = ent_redis_client_is_idle(ent_redis_connection_client(connection));
  give(connection, ENT_OK);
  return is_good;
}

static bool keeps_none_of_the_parent(ent_redis_connection *parents) {
  give(parents, ENT_OK);
  return takes_another(NULL);
}

static bool opens_no_breaker_for_the_parent(ent_redis_connection *parents) {
  give(parents, ENT_UNAVAILABLE);
  return takes_another(NULL);
}

static void a_child_starts_with_none(void **state) {
  ent_redis_connection *connection = taken();
  int peer = take_peer(server.listener);

  (void)state;
  give(connection, ENT_OK);
  assert_int_equal(run_in_child(takes_another, NULL), 0);
  assert_int_equal(count_clients(server.listener), 1);
  assert_false(is_hung_up(peer));
  assert_ptr_equal(taken(), connection);
  assert_int_equal(run_in_child(keeps_none_of_the_parent, connection), 0);
  assert_int_equal(count_clients(server.listener), 1);
  assert_int_equal(run_in_child(opens_no_breaker_for_the_parent, connection),
                   0);
  assert_int_equal(count_clients(server.listener), 1);
  assert_false(is_hung_up(peer));
  give(connection, ENT_OK);
  assert_int_equal(count_clients(server.listener), 0);
  close(peer);
}

static void *use_it(void *ctx) {
  ent_redis_address address = {.socket = server.path};
  ent_deadline deadline = {.until_ms = INT64_MAX};
  size_t *n_failed = ctx;

  for (int i = 0; i < 2000; i++) {
    ent_redis_connection *connection = NULL;
    ent_redis_pool *mine = NULL;

    if (ent_redis_pool_open(&address, &mine, NULL) ||
        ent_redis_pool_acquire(mine, ENT_REDIS_INSISTS, &deadline, &connection,
                               NULL)) {
      ++*n_failed;
    }
    ent_redis_pool_release(mine, connection, ENT_OK);
    ent_redis_pool_close(mine);
  }
  return NULL;
}

static void threads_share_it(void **state) {
  size_t n_failed[4] = {0};
  pthread_t threads[4];

  (void)state;
  for (int i = 0; i < 4; i++) {
    assert_int_equal(pthread_create(&threads[i], NULL, use_it, &n_failed[i]),
                     0);
  }
  for (int i = 0; i < 4; i++) {
    pthread_join(threads[i], NULL);
    assert_int_equal(n_failed[i], 0);
  }
  assert_in_range(count_clients(server.listener), 1, 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
      TEST(an_address_has_one_pool),
      TEST(what_is_given_back_is_taken_again),
      TEST(the_last_use_closes_what_is_idle),
      TEST(no_more_than_sixteen_are_kept),
      TEST(an_idle_connection_that_is_no_good_is_not_used),
      TEST(a_connection_that_is_old_is_not_used),
      TEST(a_request_under_way_closes_the_connection),
      TEST(the_breaker_opens_for_longer_and_longer),
      TEST(one_tries_and_closes_it),
      TEST(who_tries_and_never_tells_stands_in_the_way_for_a_while),
      TEST(who_insists_always_tries),
      TEST(failures_at_once_count_once),
      TEST(a_caller_tells_how_its_request_ended),
      TEST(an_interrupt_is_nothing_against_the_server),
      TEST(a_child_starts_with_none),
      TEST(threads_share_it),
#undef TEST
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
