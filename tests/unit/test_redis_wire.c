/* The client of Redis while it waits: connecting, sending more than the sockets
 * hold, being told to stop.  No wait here has to be short: where one is to end
 * by time, nothing else could end it. */
#include "backends/redis/client.h"

#include "tests/unit/redis_server.h"

#include <pthread.h>
#include <signal.h>

static redis_server server;
static ent_arena arena;

static int begin(void **state) {
  (void)state;
  make_place(&server);
  return 0;
}

static int end(void **state) {
  (void)state;
  end_server(&server);
  ent_arena_done(&arena);
  return 0;
}

static ent_deadline enough(void) {
  return ent_deadline_in(120000);
}

/* Counts down and interrupts at 0. */
static bool count_down(void *ctx) {
  int *n = ctx;

  return --*n <= 0;
}

static ent_status try_path(const char *path, const ent_deadline *deadline,
                           ent_redis_client **client, ent_error *err) {
  ent_redis_address address = {.socket = path};

  ent_error_clear(err);
  return ent_redis_client_open(&address, deadline, client, err);
}

static ent_status try_port(const ent_deadline *deadline,
                           ent_redis_client **client, ent_error *err) {
  ent_redis_address address = {.host = "127.0.0.1", .port = server.port};

  ent_error_clear(err);
  return ent_redis_client_open(&address, deadline, client, err);
}

/* Both ends of a connection. */
static ent_redis_client *open_both(int *peer) {
  ent_deadline deadline = enough();
  ent_redis_client *client = NULL;
  ent_error err;

  if (try_path(server.path, &deadline, &client, &err)) fail_msg("%s", err.text);
  *peer = take_peer(server.listener);
  return client;
}

static void add(ent_redis_client *client, const void *data, size_t size) {
  ent_redis_arg args[] = {{"ECHO", 4}, {data, size}};
  ent_error err = {.status = ENT_OK};

  assert_int_equal(ent_redis_client_add(client, args, 2, &err), ENT_OK);
}

static void a_host_is_connected_to_and_hung_up_on(void **state) {
  static const char sent[] = "*2\r\n$4\r\nECHO\r\n$1\r\nx\r\n";
  ent_deadline deadline = enough();
  const ent_redis_reply *reply = NULL;
  ent_redis_client *client = NULL;
  ent_error err;
  int peer;

  (void)state;
  listen_at_port(&server, 4);
  assert_int_equal(try_port(&deadline, &client, &err), ENT_OK);
  peer = take_peer(server.tcp);
  add(client, "x", 1);
  say(peer, "$1\r\nx\r\n");
  assert_int_equal(
      ent_redis_client_read(client, &deadline, &arena, &reply, &err), ENT_OK);
  assert_string_equal(reply->data, "x");
  ent_redis_client_close(client);
  assert_heard(peer, sent, sizeof(sent) - 1);
  assert_true(is_hung_up(peer));
  close(peer);
}

static void where_nobody_listens_the_system_says_why(void **state) {
  char longest[sizeof(((struct sockaddr_un *)NULL)->sun_path) + 1];
  ent_deadline deadline = enough();
  ent_redis_client *client = NULL;
  ent_error err;

  (void)state;
  assert_int_equal(try_path(server.path, &deadline, &client, &err),
                   ENT_UNAVAILABLE);
  assert_string_equal(err.text, strerror(ENOENT));
  listen_at_path(&server, 4);
  close(server.listener);
  server.listener = -1;
  assert_int_equal(try_path(server.path, &deadline, &client, &err),
                   ENT_UNAVAILABLE);
  assert_string_equal(err.text, strerror(ECONNREFUSED));
  bind_port(&server);
  assert_int_equal(try_port(&deadline, &client, &err), ENT_UNAVAILABLE);
  assert_string_equal(err.text, strerror(ECONNREFUSED));
  memset(longest, '/', sizeof(longest) - 1);
  longest[sizeof(longest) - 1] = '\0';
  assert_int_equal(try_path(longest, &deadline, &client, &err),
                   ENT_UNAVAILABLE);
  assert_string_equal(err.text, strerror(ENAMETOOLONG));
  assert_null(client);
}

/* Not by as many of its bytes as there is room for. */
static void a_long_path_is_not_cut(void **state) {
  enum { ENT_ROOM = sizeof(((struct sockaddr_un *)NULL)->sun_path) };
  ent_deadline deadline = enough();
  ent_redis_client *client = NULL;
  char longer[ENT_ROOM + 2];
  ent_error err;
  size_t size;

  (void)state;
  size = strlen(server.dir);
  memcpy(longer, server.dir, size);
  memset(longer + size, '/', ENT_ROOM - 1 - size - 1);
  memcpy(longer + ENT_ROOM - 2, "rs",
         3); /* "r" ends the longest path there is */
  unlink(server.path);
  snprintf(server.path, sizeof(server.path), "%s/r", server.dir);
  listen_at_path(&server, 4);
  assert_int_equal(try_path(longer, &deadline, &client, &err), ENT_UNAVAILABLE);
  longer[ENT_ROOM - 1] = '\0';
  assert_int_equal(try_path(longer, &deadline, &client, &err), ENT_OK);
  ent_redis_client_close(client);
}

/* Fills the queue of those who wait to be taken. */
static int fill_queue(int family, const struct sockaddr *to, socklen_t size,
                      int *fds, int n) {
  int n_open = 0;

  for (; n_open < n; n_open++) {
    fds[n_open] = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_true(fds[n_open] >= 0);
    if (connect(fds[n_open], to, size) && errno != EINPROGRESS) {
      close(fds[n_open]);
      break;
    }
  }
  return n_open;
}

static void assert_waits(ent_status (*open)(const ent_deadline *deadline,
                                            ent_redis_client **client,
                                            ent_error *err)) {
  int n = 3;
  ent_deadline interrupted = {
      .until_ms = INT64_MAX, .interrupted = count_down, .ctx = &n};
  ent_deadline over = ent_deadline_in(0);
  ent_redis_client *client = NULL;
  ent_error err;

  assert_int_equal(open(&interrupted, &client, &err), ENT_INTERRUPTED);
  assert_int_equal(n, 0);
  assert_int_equal(open(&over, &client, &err), ENT_TIMEOUT);
  assert_null(client);
}

static void connecting_to_a_host_ends_by_interrupt_and_time(void **state) {
  struct sockaddr_in to = {.sin_family = AF_INET};
  int fds[8];
  int n;

  (void)state;
  listen_at_port(&server, 0);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(server.port);
  n = fill_queue(AF_INET, (const struct sockaddr *)&to, sizeof(to), fds, 8);
  assert_int_equal(n, 8);
  assert_waits(try_port);
  while (n--)
    close(fds[n]);
}

static ent_status try_server(const ent_deadline *deadline,
                             ent_redis_client **client, ent_error *err) {
  return try_path(server.path, deadline, client, err);
}

/* Takes one of those who wait, at its third call. */
static bool take_one(void *ctx) {
  int *n = ctx;

  if (--*n == 0) close(take_peer(server.listener));
  return false;
}

static void a_full_queue_of_a_socket_is_waited_for(void **state) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  int n_calls = 3;
  ent_deadline patient = {
      .until_ms = INT64_MAX, .interrupted = take_one, .ctx = &n_calls};
  ent_redis_client *client = NULL;
  ent_error err;
  int fds[8];
  int n;

  (void)state;
  listen_at_path(&server, 0);
  memcpy(to.sun_path, server.path, strlen(server.path));
  n = fill_queue(AF_UNIX, (const struct sockaddr *)&to, sizeof(to), fds, 8);
  assert_true(n > 0 && n < 8);
  assert_waits(try_server);
  assert_int_equal(try_server(&patient, &client, &err), ENT_OK);
  assert_true(n_calls <= 0);
  ent_redis_client_close(client);
  while (n--)
    close(fds[n]);
}

static void reading_ends_by_interrupt_and_time(void **state) {
  static const char *const parts[] = {"", "*2\r\n:1\r\n", "$5\r\nab"};

  (void)state;
  listen_at_path(&server, 4);
  for (size_t i = 0; i < 2 * ENT_COUNT(parts); i++) {
    int n = 3;
    ent_deadline interrupted = {
        .until_ms = INT64_MAX, .interrupted = count_down, .ctx = &n};
    ent_deadline over = ent_deadline_in(0);
    const ent_redis_reply *reply = NULL;
    ent_error err = {.status = ENT_OK};
    int peer;
    ent_redis_client *client = open_both(&peer);

    add(client, "x", 1);
    say(peer, parts[i / 2]);
    assert_int_equal(ent_redis_client_read(client, i % 2 ? &over : &interrupted,
                                           &arena, &reply, &err),
                     i % 2 ? ENT_TIMEOUT : ENT_INTERRUPTED);
    assert_null(reply);
    say(peer, "+late\r\n");
    assert_false(ent_redis_client_is_quiet(client));
    ent_redis_client_close(client);
    close(peer);
  }
}

static void sending_ends_by_interrupt_and_time(void **state) {
  enum { ENT_MUCH = 1 << 24 };
  char *much = calloc(1, ENT_MUCH);

  (void)state;
  assert_non_null(much);
  listen_at_path(&server, 4);
  for (int i = 0; i < 2; i++) {
    int n = 3;
    ent_deadline interrupted = {
        .until_ms = INT64_MAX, .interrupted = count_down, .ctx = &n};
    ent_deadline over = ent_deadline_in(0);
    const ent_redis_reply *reply = NULL;
    ent_error err = {.status = ENT_OK};
    int peer;
    ent_redis_client *client = open_both(&peer);

    add(client, much, ENT_MUCH);
    assert_int_equal(ent_redis_client_read(client, i ? &over : &interrupted,
                                           &arena, &reply, &err),
                     i ? ENT_TIMEOUT : ENT_INTERRUPTED);
    assert_false(ent_redis_client_is_idle(client));
    ent_redis_client_close(client);
    close(peer);
  }
  free(much);
}

enum { ENT_PIPELINED = 3000, ENT_ECHOED = 5000 };

/* Answers each request once it is here whole, and reads nothing while it
 * answers, as a Redis does. */
static void *echo(void *ctx) {
  static const char head[] = "*2\r\n$4\r\nECHO\r\n";
  enum { ENT_REQUEST = sizeof(head) - 1 + 7 + ENT_ECHOED + 2 };
  static char request[ENT_REQUEST];
  int fd = *(int *)ctx;

  for (int i = 0; i < ENT_PIPELINED; i++) {
    size_t size = 0;

    while (size < ENT_REQUEST) {
      ssize_t n = recv(fd, request + size, ENT_REQUEST - size, 0);

      if (n <= 0) return NULL;
      size += (size_t)n;
    }
    for (size = sizeof(head) - 1; size < ENT_REQUEST;) {
      ssize_t n = send(fd, request + size, ENT_REQUEST - size, MSG_NOSIGNAL);

      if (n <= 0) return NULL;
      size += (size_t)n;
    }
  }
  return NULL;
}

/* 15 MB each way, of which the sockets hold a little. */
static void a_long_pipeline_fills_both_ways_and_still_ends(void **state) {
  ent_deadline deadline = enough();
  static char text[ENT_ECHOED + 1];
  ent_redis_client *client;
  pthread_t thread;
  int peer;

  (void)state;
  listen_at_path(&server, 4);
  client = open_both(&peer);
  assert_int_equal(pthread_create(&thread, NULL, echo, &peer), 0);
  for (int i = 0; i < ENT_PIPELINED; i++) {
    snprintf(text, sizeof(text), "%0*d", ENT_ECHOED, i);
    add(client, text, ENT_ECHOED);
  }
  for (int i = 0; i < ENT_PIPELINED; i++) {
    const ent_redis_reply *reply = NULL;
    ent_error err = {.status = ENT_OK};

    if (ent_redis_client_read(client, &deadline, &arena, &reply, &err)) {
      fail_msg("reply %d: %s", i, err.text);
    }
    assert_int_equal(reply->size, ENT_ECHOED);
    assert_int_equal(strtol(reply->data, NULL, 10), i);
    ent_arena_reset(&arena);
  }
  assert_true(ent_redis_client_is_idle(client));
  pthread_join(thread, NULL);
  ent_redis_client_close(client);
  close(peer);
}

static volatile sig_atomic_t n_pipe_signals;

static void count_signal(int number) {
  (void)number;
  n_pipe_signals++;
}

static void a_lost_connection_raises_no_signal(void **state) {
  struct sigaction count = {.sa_handler = count_signal};
  struct sigaction before;
  ent_deadline deadline = enough();

  (void)state;
  assert_int_equal(sigaction(SIGPIPE, &count, &before), 0);
  listen_at_path(&server, 4);
  for (int i = 0; i < 2; i++) {
    const ent_redis_reply *reply = NULL;
    ent_error err = {.status = ENT_OK};
    int peer;
    ent_redis_client *client = open_both(&peer);

    close(peer);
    add(client, "x", 1);
    assert_int_equal(
        i ? ent_redis_client_poll(client, &arena, &reply, &err)
          : ent_redis_client_read(client, &deadline, &arena, &reply, &err),
        ENT_UNAVAILABLE);
    ent_error_clear(&err);
    assert_int_equal(
        ent_redis_client_read(client, &deadline, &arena, &reply, &err),
        ENT_UNAVAILABLE);
    ent_redis_client_close(client);
  }
  sigaction(SIGPIPE, &before, NULL);
  assert_int_equal(n_pipe_signals, 0);
}

/* The descriptor that the next open gets. */
static int next_fd(void) {
  int fd = dup(STDERR_FILENO);

  close(fd);
  return fd;
}

/* A program started meanwhile would keep the connection open. */
static void programs_that_are_started_inherit_no_connection(void **state) {
  ent_deadline deadline = enough();
  ent_redis_client *clients[2] = {NULL, NULL};
  ent_error err;
  int fds[2];

  (void)state;
  listen_at_path(&server, 4);
  listen_at_port(&server, 4);
  fds[0] = next_fd();
  assert_int_equal(try_server(&deadline, &clients[0], &err), ENT_OK);
  fds[1] = next_fd();
  assert_int_equal(try_port(&deadline, &clients[1], &err), ENT_OK);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(fcntl(fds[i], F_GETFD), FD_CLOEXEC);
    ent_redis_client_close(clients[i]);
    assert_int_equal(fcntl(fds[i], F_GETFD), -1);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
      TEST(a_host_is_connected_to_and_hung_up_on),
      TEST(where_nobody_listens_the_system_says_why),
      TEST(a_long_path_is_not_cut),
      TEST(connecting_to_a_host_ends_by_interrupt_and_time),
      TEST(a_full_queue_of_a_socket_is_waited_for),
      TEST(reading_ends_by_interrupt_and_time),
      TEST(sending_ends_by_interrupt_and_time),
      TEST(a_long_pipeline_fills_both_ways_and_still_ends),
      TEST(a_lost_connection_raises_no_signal),
      TEST(programs_that_are_started_inherit_no_connection),
#undef TEST
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
