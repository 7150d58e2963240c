/* Logging in to Redis, finding the master by sentinels, and INFO: what becomes
 * of the answers that a real server seldom gives. */
#include "backends/redis/connection.h"
#include "backends/redis/info.h"

#include "tests/unit/redis_server.h"

#include <pthread.h>

static redis_server server;
static ent_arena arena;

/* Who answers: to each client, in order, all it is going to be told. */
static const char *scripts[8];
static size_t n_scripts;
static int peers[8];
static size_t n_peers;
static pthread_t player;
static int stage; /* the listener */

static void *play(void *ctx) {
  (void)ctx;
  while (n_peers < n_scripts) {
    const char *script = scripts[n_peers];
    int fd = accept(stage, NULL, NULL);

    if (fd < 0) break;
    if (send(fd, script, strlen(script), MSG_NOSIGNAL) < 0) break;
    peers[n_peers++] = fd;
  }
  return NULL;
}

static void begin_play(int listener) {
  stage = listener;
  assert_int_equal(pthread_create(&player, NULL, play, NULL), 0);
}

/* Returns how many clients came. */
static size_t end_play(void) {
  size_t n;

  shutdown(stage, SHUT_RDWR);
  pthread_join(player, NULL);
  n = n_peers;
  return n;
}

static int begin(void **state) {
  (void)state;
  make_place(&server);
  listen_at_path(&server, 8);
  listen_at_port(&server, 8);
  n_scripts = n_peers = 0;
  return 0;
}

static int end(void **state) {
  (void)state;
  while (n_peers)
    close(peers[--n_peers]);
  end_server(&server);
  ent_arena_done(&arena);
  return 0;
}

static void will_say(const char *script) {
  assert_true(n_scripts < ENT_COUNT(scripts));
  scripts[n_scripts++] = script;
}

/* One try at an address, with as many clients as it makes. */
static ent_status try_open(const ent_redis_address *address, int listener,
                           size_t n_clients, ent_redis_connection **connection,
                           ent_error *err) {
  ent_redis_address patient = *address;
  ent_deadline deadline = ent_deadline_in(120000);
  ent_status status;

  patient.connect_timeout_ms = 120000;
  ent_error_clear(err);
  begin_play(listener);
  status = ent_redis_connection_open(&patient, &deadline, connection, err);
  assert_int_equal(end_play(), n_clients);
  return status;
}

static void assert_login(ent_redis_address address, const char *script,
                         ent_status status, const char *words) {
  ent_redis_connection *connection = NULL;
  ent_error err;

  address.socket = server.path;
  n_scripts = n_peers = 0;
  will_say(script);
  assert_int_equal(try_open(&address, server.listener, 1, &connection, &err),
                   status);
  assert_string_equal(err.text, words);
  assert_true(!connection == (status != ENT_OK));
  ent_redis_connection_close(connection);
  close(peers[0]);
  n_peers = 0;
  stop_listening(&server);
  listen_at_path(&server, 8);
}

static void a_login_goes_out_in_one_piece(void **state) {
  static const char sent[] = "*3\r\n$4\r\nAUTH\r\n$3\r\napp\r\n$2\r\np \r\n"
                             "*2\r\n$6\r\nSELECT\r\n$2\r\n12\r\n"
                             "*1\r\n$4\r\nPING\r\n";
  ent_redis_address address = {
      .socket = server.path, .user = "app", .password = "p ", .database = 12};
  ent_redis_arg ping = ent_redis_arg_text("PING");
  ent_redis_connection *connection = NULL;
  ent_deadline deadline = ent_deadline_in(120000);
  const ent_redis_reply *reply = NULL;
  ent_error err;

  (void)state;
  will_say("+OK\r\n+OK\r\n");
  assert_int_equal(try_open(&address, server.listener, 1, &connection, &err),
                   ENT_OK);
  say(peers[0], "+PONG\r\n");
  assert_int_equal(ent_redis_connection_run(connection, &ping, 1, &deadline,
                                            &arena, &reply, &err),
                   ENT_OK);
  assert_string_equal(reply->data, "PONG");
  assert_heard(peers[0], sent, sizeof(sent) - 1);
  say(peers[0], "-ERR no such thing\r\n");
  assert_int_equal(ent_redis_connection_run(connection, &ping, 1, &deadline,
                                            &arena, &reply, &err),
                   ENT_REJECTED);
  assert_string_equal(err.text, "ERR no such thing");
  assert_true(
      ent_redis_client_is_idle(ent_redis_connection_client(connection)));
  ent_redis_connection_close(connection);
}

static void a_password_without_a_user_is_sent_alone(void **state) {
  static const char sent[] = "*2\r\n$4\r\nAUTH\r\n$1\r\np\r\n";
  ent_redis_address address = {.socket = server.path, .password = "p"};
  ent_redis_connection *connection = NULL;
  ent_error err;

  (void)state;
  will_say("+OK\r\n");
  assert_int_equal(try_open(&address, server.listener, 1, &connection, &err),
                   ENT_OK);
  assert_heard(peers[0], sent, sizeof(sent) - 1);
  ent_redis_connection_close(connection);
  assert_true(is_hung_up(peers[0]));
}

static void a_refused_login_is_told_in_the_words_of_the_server(void **state) {
  static const ent_redis_address named = {
      .user = "app", .password = "Sesame7!", .database = 3};
  static const ent_redis_address numbered = {.database = 99};

  (void)state;
  assert_login(named, "-WRONGPASS invalid username-password pair\r\n+OK\r\n",
               ENT_REJECTED, "WRONGPASS invalid username-password pair");
  assert_login(named, "+OK\r\n-ERR DB index is out of range\r\n", ENT_REJECTED,
               "ERR DB index is out of range");
  assert_login(numbered, "-NOAUTH Authentication required.\r\n", ENT_REJECTED,
               "NOAUTH Authentication required.");
  assert_login(numbered, "-LOADING Redis is loading\r\n", ENT_UNAVAILABLE,
               "LOADING Redis is loading");
  assert_login(numbered, "+OK\r\n", ENT_OK, "");
}

/* A server that knows no AUTH repeats what it was called with. */
static void no_refusal_repeats_the_password(void **state) {
  static const ent_redis_address login = {.password = "Sesame7!"};
  static const ent_redis_address none = {.user = "app", .password = ""};

  (void)state;
  assert_login(login,
               "-ERR unknown command 'AUTH', with args beginning with: "
               "'Sesame7!' \r\n",
               ENT_REJECTED, "ERR unknown command 'AUTH'");
  assert_login(login,
               "-ERR unknown command `AUTH`, with args beginning with: "
               "`Sesa\r\n",
               ENT_REJECTED, "ERR unknown command `AUTH`");
  assert_login(login, "-ERR what is Sesame7! to me\r\n", ENT_REJECTED,
               "the login was refused");
  assert_login(none, "-WRONGPASS it is none\r\n", ENT_REJECTED,
               "WRONGPASS it is none");
}

/* Sentinels and master are all this one server; a client is known by its
 * turn. */
static ent_redis_address watched(size_t n_sentinels) {
  static ent_redis_address sentinels[3];

  for (size_t i = 0; i < n_sentinels; i++)
    sentinels[i] =
        (ent_redis_address){.host = "127.0.0.1", .port = server.port};
  return (ent_redis_address){
      .master = "main", .sentinels = sentinels, .n_sentinels = n_sentinels};
}

static const char *place(void) {
  return ent_arena_printf(&arena, "*2\r\n$9\r\n127.0.0.1\r\n$%d\r\n%d\r\n",
                          server.port > 9999 ? 5 : 4, server.port);
}

static const char is_master[] = "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n";
static const char is_replica[] = "*5\r\n$5\r\nslave\r\n$1\r\nh\r\n:1\r\n"
                                 "$9\r\nconnected\r\n:0\r\n";

static void a_sentinel_tells_where_the_master_is(void **state) {
  static const char asked[] = "*3\r\n$8\r\nSENTINEL\r\n$23\r\n"
                              "get-master-addr-by-name\r\n$4\r\nmain\r\n";
  static const char sent[] = "*2\r\n$6\r\nSELECT\r\n$1\r\n2\r\n"
                             "*1\r\n$4\r\nROLE\r\n";
  ent_redis_address address = watched(2);
  ent_redis_connection *connection = NULL;
  ent_error err;

  (void)state;
  address.database = 2;
  will_say(place());
  will_say(ent_arena_printf(&arena, "+OK\r\n%s", is_master));
  if (try_open(&address, server.tcp, 2, &connection, &err)) {
    fail_msg("%s", err.text);
  }
  assert_heard(peers[0], asked, sizeof(asked) - 1);
  assert_true(is_hung_up(peers[0]));
  assert_heard(peers[1], sent, sizeof(sent) - 1);
  assert_false(is_hung_up(peers[1]));
  ent_redis_connection_close(connection);
}

/* The first sentinel gives `answer`; the master is found by the second. */
static void assert_second_is_asked(const char *answer) {
  ent_redis_address address = watched(2);
  ent_redis_connection *connection = NULL;
  ent_error err;

  n_scripts = n_peers = 0;
  will_say(answer);
  will_say(place());
  will_say(is_master);
  if (try_open(&address, server.tcp, 3, &connection, &err)) {
    fail_msg("%s: %s", answer, err.text);
  }
  ent_redis_connection_close(connection);
  while (n_peers)
    close(peers[--n_peers]);
  stop_listening(&server);
  listen_at_port(&server, 8);
}

/* The only sentinel gives `answer`. */
static void assert_told(const char *answer, ent_status status,
                        const char *words) {
  ent_redis_address address = watched(1);
  ent_redis_connection *connection = NULL;
  ent_error err;
  const char *front;

  n_scripts = n_peers = 0;
  will_say(answer);
  assert_int_equal(try_open(&address, server.tcp, 1, &connection, &err),
                   status);
  assert_null(connection);
  front = ent_arena_printf(&arena, "sentinel 127.0.0.1:%d: ", server.port);
  assert_memory_equal(err.text, front, strlen(front));
  assert_string_equal(err.text + strlen(front), words);
  close(peers[0]);
  n_peers = 0;
  stop_listening(&server);
  listen_at_port(&server, 8);
}

static void another_sentinel_is_asked_behind_any_bad_answer(void **state) {
  (void)state;
  assert_second_is_asked("*-1\r\n");
  assert_second_is_asked("-IDONTKNOW I am tilted\r\n");
  assert_second_is_asked("*1\r\n$1\r\nh\r\n");
  assert_second_is_asked("garbage\r\n");
}

static void what_a_sentinel_lacks_is_told(void **state) {
  static const char *const places[] = {
      ":1\r\n",
      "+OK\r\n",
      "*0\r\n",
      "*1\r\n$1\r\nh\r\n",
      "*3\r\n$1\r\nh\r\n$1\r\n1\r\n$1\r\n1\r\n",
      "*2\r\n$1\r\nh\r\n:1\r\n",
      "*2\r\n$-1\r\n$1\r\n1\r\n",
  };
  static const char *const ports[] = {"0",    "65536", "-1", "1x",         "",
                                      "port", "+1",    " 1", "99999999999"};

  (void)state;
  assert_told("*-1\r\n", ENT_UNAVAILABLE, "no master is known as main");
  assert_told("-NOAUTH Authentication required.\r\n", ENT_REJECTED,
              "NOAUTH Authentication required.");
  for (size_t i = 0; i < ENT_COUNT(places); i++)
    assert_told(places[i], ENT_PROTOCOL, "no host and port of the master");
  for (size_t i = 0; i < ENT_COUNT(ports); i++) {
    assert_told(ent_arena_printf(&arena, "*2\r\n$1\r\nh\r\n$%zu\r\n%s\r\n",
                                 strlen(ports[i]), ports[i]),
                ENT_PROTOCOL, "no port of the master");
  }
}

static void who_is_no_master_any_more_is_refused(void **state) {
  static const char *const roles[] = {is_replica, "*1\r\n$8\r\nsentinel\r\n",
                                      "*0\r\n", "+master\r\n", "*1\r\n:1\r\n"};
  ent_redis_connection *connection = NULL;
  ent_error err;

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(roles); i++) {
    ent_redis_address address = watched(1);

    n_scripts = n_peers = 0;
    will_say(place());
    will_say(roles[i]);
    assert_int_equal(try_open(&address, server.tcp, 2, &connection, &err),
                     ENT_UNAVAILABLE);
    assert_string_equal(err.text,
                        ent_arena_printf(&arena,
                                         "master 127.0.0.1:%d: it is no master",
                                         server.port));
    while (n_peers)
      close(peers[--n_peers]);
    stop_listening(&server);
    listen_at_port(&server, 8);
  }
  assert_null(connection);
}

static bool at_once(void *ctx) {
  (void)ctx;
  return true;
}

/* Silent ones use up their own share of the time, not that of the next; an
 * interrupt ends it for all. */
static void a_silent_sentinel_leaves_time_for_the_next(void **state) {
  ent_redis_address address = watched(3);
  ent_redis_connection *connection = NULL;
  ent_deadline interrupted = {
      .until_ms = INT64_MAX, .interrupted = at_once, .ctx = NULL};
  ent_deadline short_time = ent_deadline_in(90);
  ent_error err = {.status = ENT_OK};

  (void)state;
  assert_int_equal(
      ent_redis_connection_open(&address, &short_time, &connection, &err),
      ENT_TIMEOUT);
  assert_int_equal(count_clients(server.tcp), 3);
  ent_error_clear(&err);
  assert_int_equal(
      ent_redis_connection_open(&address, &interrupted, &connection, &err),
      ENT_INTERRUPTED);
  assert_int_equal(count_clients(server.tcp), 1);
  assert_null(connection);
}

static ent_status read_info(const char *text, ent_redis_info *info,
                            ent_error *err) {
  ent_redis_address address = {.socket = server.path};
  ent_deadline deadline = ent_deadline_in(120000);
  ent_redis_connection *connection = NULL;
  ent_status status;
  int peer;

  ent_error_clear(err);
  assert_int_equal(
      ent_redis_connection_open(&address, &deadline, &connection, err), ENT_OK);
  peer = take_peer(server.listener);
  say(peer, ent_arena_printf(&arena, "$%zu\r\n%s\r\n", strlen(text), text));
  status = ent_redis_info_read(connection, &deadline, info, err);
  ent_redis_connection_close(connection);
  close(peer);
  return status;
}

static ent_redis_info info_of(const char *text) {
  ent_redis_info info;
  ent_error err;

  if (read_info(text, &info, &err)) fail_msg("%s: %s", text, err.text);
  return info;
}

#define INFO "# Server\r\nredis_version:7.0.15\r\nrun_id:aa\r\n"

static void info_tells_version_and_reign(void **state) {
  uint64_t reign = info_of(INFO "master_replid:bb\r\n").reign;
  ent_redis_info info;
  ent_error err;

  (void)state;
  assert_string_equal(info_of(INFO "master_replid:bb").version, "7.0.15");
  assert_true(info_of("master_replid:bb\r\nrun_id:aa\r\n").reign == reign);
  assert_true(info_of(INFO "master_replid:bc\r\n").reign != reign);
  assert_true(info_of("run_id:ab\r\nmaster_replid:bb\r\n").reign != reign);
  assert_true(info_of("run_id:aab\r\nmaster_replid:b\r\n").reign != reign);
  assert_true(info_of("run_id:a\r\nmaster_replid:abb\r\n").reign != reign);
  assert_string_equal(info_of("run_id:a\r\nmaster_replid:b\r\n").version, "");
  assert_int_equal(read_info(INFO, &info, &err), ENT_PROTOCOL);
  assert_string_equal(err.text, "INFO lacks run_id or master_replid");
  assert_int_equal(read_info(INFO "master_replid:\r\n", &info, &err),
                   ENT_PROTOCOL);
  assert_int_equal(read_info(INFO "second_master_replid:b\r\n", &info, &err),
                   ENT_PROTOCOL);
  assert_int_equal(read_info("", &info, &err), ENT_PROTOCOL);
}

#define REIGN INFO "master_replid:bb\r\n"

static void info_tells_whether_keys_may_be_removed(void **state) {
  (void)state;
  assert_false(info_of(REIGN).evicts);
  assert_false(
      info_of(REIGN "maxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\n").evicts);
  assert_false(
      info_of(REIGN "maxmemory:9\r\nmaxmemory_policy:noeviction\r\n").evicts);
  assert_true(
      info_of(REIGN "maxmemory:9\r\nmaxmemory_policy:allkeys-lru\r\n").evicts);
  assert_true(
      info_of(REIGN "maxmemory_policy:volatile-ttl\r\nmaxmemory:9\r\n").evicts);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
      TEST(a_login_goes_out_in_one_piece),
      TEST(a_password_without_a_user_is_sent_alone),
      TEST(a_refused_login_is_told_in_the_words_of_the_server),
      TEST(no_refusal_repeats_the_password),
      TEST(a_sentinel_tells_where_the_master_is),
      TEST(another_sentinel_is_asked_behind_any_bad_answer),
      TEST(what_a_sentinel_lacks_is_told),
      TEST(who_is_no_master_any_more_is_refused),
      TEST(a_silent_sentinel_leaves_time_for_the_next),
      TEST(info_tells_version_and_reign),
      TEST(info_tells_whether_keys_may_be_removed),
#undef TEST
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
