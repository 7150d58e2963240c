/* The client of Redis: replies of every kind, whole and in pieces, and what is
 * made of those that are none.  Who plays the server is this test. */
#include "backends/redis/client.h"

#include "tests/unit/redis_server.h"

/* As it is given to the client of this test. */
#ifndef ENT_BULK_MAX
#  error "the limit of a string is to be set"
#endif

static redis_server server;
static ent_redis_client *client;
static int peer; /* the server's end of it */
static ent_arena arena;

/* Time enough: a test that runs out of it has failed. */
static ent_deadline enough(void) {
  return ent_deadline_in(120000);
}

static void open_one(void) {
  ent_redis_address address = {.socket = server.path};
  ent_deadline deadline = enough();
  ent_error err = {.status = ENT_OK};

  if (ent_redis_client_open(&address, &deadline, &client, &err)) {
    fail_msg("%s", err.text);
  }
  peer = take_peer(server.listener);
}

static void close_one(void) {
  ent_redis_client_close(client);
  client = NULL;
  if (peer >= 0) close(peer);
  peer = -1;
}

static int begin(void **state) {
  (void)state;
  make_place(&server);
  listen_at_path(&server, 16);
  open_one();
  return 0;
}

static int end(void **state) {
  (void)state;
  close_one();
  end_server(&server);
  ent_arena_done(&arena);
  return 0;
}

static void ask(int n) {
  ent_redis_arg arg = {"PING", 4};
  ent_error err = {.status = ENT_OK};

  while (n-- > 0)
    assert_int_equal(ent_redis_client_add(client, &arg, 1, &err), ENT_OK);
}

static const ent_redis_reply *next_reply(void) {
  ent_deadline deadline = enough();
  const ent_redis_reply *reply = NULL;
  ent_error err = {.status = ENT_OK};

  if (ent_redis_client_read(client, &deadline, &arena, &reply, &err)) {
    fail_msg("%s", err.text);
  }
  assert_non_null(reply);
  return reply;
}

/* The next reply must be an error; its words are left in `err`. */
static ent_status no_reply(ent_error *err) {
  ent_deadline deadline = enough();
  const ent_redis_reply *reply = NULL;
  ent_status status;

  ent_error_clear(err);
  status = ent_redis_client_read(client, &deadline, &arena, &reply, err);
  assert_int_not_equal(status, ENT_OK);
  assert_int_equal(status, err->status);
  assert_null(reply);
  assert_false(ent_redis_client_is_quiet(client));
  assert_false(ent_redis_client_is_idle(client));
  return status;
}

static void assert_bytes(const ent_redis_reply *reply, ent_redis_kind kind,
                         const char *data, size_t size) {
  assert_int_equal(reply->kind, kind);
  assert_int_equal(reply->size, size);
  assert_memory_equal(reply->data, data, size);
  assert_int_equal(reply->data[size], 0);
}

static void assert_integer(const ent_redis_reply *reply, int64_t number) {
  assert_int_equal(reply->kind, ENT_REDIS_INTEGER);
  assert_true(reply->integer == number);
}

/* Everything a reply is made of, as the protocol has it. */
static const char rich[] = "*8\r\n+OK\r\n-ERR no\r\n:-42\r\n$5\r\nab\0\r\n\r\n"
                           "$0\r\n\r\n$-1\r\n*0\r\n*3\r\n*-1\r\n:7\r\n"
                           "*1\r\n$1\r\nx\r\n";
enum { ENT_RICH_SIZE = sizeof(rich) - 1 };

static void assert_rich(const ent_redis_reply *reply) {
  const ent_redis_reply *item = reply->items;

  assert_int_equal(reply->kind, ENT_REDIS_LIST);
  assert_int_equal(reply->n_items, 8);
  assert_bytes(&item[0], ENT_REDIS_STATUS, "OK", 2);
  assert_bytes(&item[1], ENT_REDIS_ERROR, "ERR no", 6);
  assert_integer(&item[2], -42);
  assert_bytes(&item[3], ENT_REDIS_STRING, "ab\0\r\n", 5);
  assert_bytes(&item[4], ENT_REDIS_STRING, "", 0);
  assert_int_equal(item[5].kind, ENT_REDIS_NIL);
  assert_int_equal(item[6].kind, ENT_REDIS_LIST);
  assert_int_equal(item[6].n_items, 0);
  assert_int_equal(item[7].n_items, 3);
  assert_int_equal(item[7].items[0].kind, ENT_REDIS_NIL);
  assert_integer(&item[7].items[1], 7);
  assert_int_equal(item[7].items[2].n_items, 1);
  assert_bytes(&item[7].items[2].items[0], ENT_REDIS_STRING, "x", 1);
}

static void requests_go_out_as_redis_reads_them(void **state) {
  static const char wanted[] = "*3\r\n$3\r\nSET\r\n$4\r\na\0\r\n\r\n$0\r\n\r\n"
                               "*1\r\n$4\r\nPING\r\n";
  ent_redis_arg args[] = {{"SET", 3}, {"a\0\r\n", 4}, {NULL, 0}};
  ent_error err = {.status = ENT_OK};

  (void)state;
  assert_int_equal(ent_redis_client_add(client, args, 3, &err), ENT_OK);
  ask(1);
  say(peer, "+OK\r\n+PONG\r\n");
  next_reply();
  assert_heard(peer, wanted, sizeof(wanted) - 1);
  next_reply();
  assert_true(ent_redis_client_is_idle(client));
}

static void every_kind_of_reply_comes_as_it_is(void **state) {
  (void)state;
  ask(10);
  say(peer, "+OK\r\n+\r\n-ERR no\r\n:0\r\n:9223372036854775807\r\n"
            ":-9223372036854775808\r\n$-1\r\n*-1\r\n*0\r\n$0\r\n\r\n");
  assert_bytes(next_reply(), ENT_REDIS_STATUS, "OK", 2);
  assert_bytes(next_reply(), ENT_REDIS_STATUS, "", 0);
  assert_bytes(next_reply(), ENT_REDIS_ERROR, "ERR no", 6);
  assert_integer(next_reply(), 0);
  assert_integer(next_reply(), INT64_MAX);
  assert_integer(next_reply(), INT64_MIN);
  assert_int_equal(next_reply()->kind, ENT_REDIS_NIL);
  assert_int_equal(next_reply()->kind, ENT_REDIS_NIL);
  assert_int_equal(next_reply()->n_items, 0);
  assert_false(ent_redis_client_is_quiet(client));
  assert_bytes(next_reply(), ENT_REDIS_STRING, "", 0);
  assert_true(ent_redis_client_is_idle(client));
}

static void a_list_holds_all_kinds_and_errors_too(void **state) {
  (void)state;
  ask(1);
  say_bytes(peer, rich, ENT_RICH_SIZE);
  assert_rich(next_reply());
  assert_true(ent_redis_client_is_idle(client));
}

static void lists_nest_seven_deep(void **state) {
  const ent_redis_reply *reply;
  ent_error err;

  (void)state;
  ask(2);
  say(peer, "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:5\r\n");
  reply = next_reply();
  for (int depth = 0; depth < 7; depth++) {
    assert_int_equal(reply->kind, ENT_REDIS_LIST);
    assert_int_equal(reply->n_items, 1);
    reply = reply->items;
  }
  assert_integer(reply, 5);
  for (int depth = 0; depth < 40; depth++)
    say(peer, "*1\r\n");
  assert_int_equal(no_reply(&err), ENT_PROTOCOL);
}

/* Each place of a list is found again, whatever had to grow for it. */
static void a_long_list_is_complete_and_in_order(void **state) {
  enum { ENT_LONG = 5000 };
  static char text[ENT_LONG * 24];
  const ent_redis_reply *reply;
  int size = snprintf(text, sizeof(text), "*%d\r\n", ENT_LONG);

  (void)state;
  for (int i = 0; i < ENT_LONG; i++) {
    size += snprintf(text + size, sizeof(text) - (size_t)size,
                     "*2\r\n:%d\r\n$1\r\n%c\r\n", i, 'a' + i % 26);
  }
  ask(1);
  say_bytes(peer, text, (size_t)size);
  reply = next_reply();
  assert_int_equal(reply->n_items, ENT_LONG);
  for (int i = 0; i < ENT_LONG; i++) {
    char letter = (char)('a' + i % 26);

    assert_integer(&reply->items[i].items[0], i);
    assert_bytes(&reply->items[i].items[1], ENT_REDIS_STRING, &letter, 1);
  }
}

static void a_reply_may_come_byte_by_byte(void **state) {
  const ent_redis_reply *reply = NULL;
  ent_error err = {.status = ENT_OK};

  (void)state;
  for (size_t i = 0; i < ENT_RICH_SIZE; i++) {
    assert_int_equal(ent_redis_client_poll(client, &arena, &reply, &err),
                     ENT_DONE);
    assert_null(reply);
    say_bytes(peer, rich + i, 1);
  }
  assert_int_equal(ent_redis_client_poll(client, &arena, &reply, &err), ENT_OK);
  assert_rich(reply);
  assert_int_equal(ent_redis_client_poll(client, &arena, &reply, &err),
                   ENT_DONE);
  assert_int_equal(err.status, ENT_OK);
}

/* Cut behind every byte: all of it, or an error. */
static void a_cut_reply_is_an_error_wherever_it_is_cut(void **state) {
  ent_error err;

  (void)state;
  for (size_t i = 0; i < ENT_RICH_SIZE; i++) {
    ask(1);
    say_bytes(peer, rich, i);
    shutdown(peer, SHUT_WR);
    assert_int_equal(no_reply(&err), ENT_UNAVAILABLE);
    assert_non_null(strstr(err.text, "the connection was lost: "));
    close_one();
    open_one();
  }
  ask(1);
  say_bytes(peer, rich, ENT_RICH_SIZE);
  shutdown(peer, SHUT_WR);
  assert_rich(next_reply());
  assert_false(ent_redis_client_is_idle(client));
}

/* The same for who listens. */
static void who_listens_hears_that_the_server_hung_up(void **state) {
  const ent_redis_reply *reply = NULL;
  ent_error err = {.status = ENT_OK};

  (void)state;
  say(peer, "*1\r\n:1\r\n+two\r\n*2\r\n:3");
  assert_int_equal(ent_redis_client_poll(client, &arena, &reply, &err), ENT_OK);
  assert_integer(&reply->items[0], 1);
  assert_int_equal(ent_redis_client_poll(client, &arena, &reply, &err), ENT_OK);
  assert_bytes(reply, ENT_REDIS_STATUS, "two", 3);
  assert_int_equal(ent_redis_client_poll(client, &arena, &reply, &err),
                   ENT_DONE);
  close(peer);
  peer = -1;
  assert_int_equal(ent_redis_client_poll(client, &arena, &reply, &err),
                   ENT_UNAVAILABLE);
  assert_string_equal(err.text, "the connection was lost: the server hung up");
  assert_false(ent_redis_client_is_quiet(client));
}

static void what_is_no_reply_is_told_in_one_line(void **state) {
  static const char *const wrong[] = {
      "garbage\r\n", "HTTP/1.1 400 Bad Request\r\n", "\r\n", "\x01\x02\r\n",
      "\xff\xfe\r\n", "$abc\r\n", "$\r\n", "$-2\r\n", "$1x\r\n", ":\r\n",
      ":1x\r\n", ":9223372036854775808\r\n", ": 1\r\n", "*x\r\n", "*\r\n",
      "*-2\r\n", "*1\r\n?\r\n",
      /* The later protocol, which was not asked for. */
      "~1\r\n:1\r\n", "%1\r\n:1\r\n:2\r\n", ">1\r\n:1\r\n", "_\r\n", "#t\r\n",
      ",1.5\r\n", "(12345678901234567890\r\n", "=6\r\ntxt:ab\r\n",
      "!3\r\nERR\r\n", "|1\r\n:1\r\n:2\r\n:3\r\n"};
  ent_error err;

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(wrong); i++) {
    ask(1);
    say(peer, wrong[i]);
    if (no_reply(&err) != ENT_PROTOCOL) fail_msg("%s: %s", wrong[i], err.text);
    assert_non_null(strstr(err.text, "a reply that is none of Redis: "));
    for (const char *at = err.text; *at; at++)
      assert_true((unsigned char)*at >= 0x20 && (unsigned char)*at < 0x7f);
    assert_int_equal(no_reply(&err), ENT_PROTOCOL);
    close_one();
    open_one();
  }
}

/* What is announced takes no memory before it is there. */
static void absurd_sizes_are_waited_for_or_refused(void **state) {
  static const struct {
    const char *text;
    ent_status status;
  } sizes[] = {
      {"*2147483647\r\n:1\r\n", ENT_UNAVAILABLE},
      {"*67108864\r\n:1\r\n", ENT_UNAVAILABLE},
      {"*2147483647\r\n*2147483647\r\n*2147483647\r\n:1\r\n", ENT_UNAVAILABLE},
      {"*99999999999999999999\r\n:1\r\n", ENT_PROTOCOL},
      {"$1099511627776\r\nabc", ENT_UNAVAILABLE},
      {"$9223372036854775807\r\nabc", ENT_UNAVAILABLE},
      {"$9223372036854775808\r\nabc", ENT_PROTOCOL},
      {"$-9223372036854775808\r\nabc", ENT_PROTOCOL},
  };
  ent_error err;

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(sizes); i++) {
    ask(1);
    say(peer, sizes[i].text);
    shutdown(peer, SHUT_WR);
    if (no_reply(&err) != sizes[i].status) {
      fail_msg("%s: %s", sizes[i].text, err.text);
    }
    close_one();
    open_one();
  }
}

static void
a_reply_that_nobody_asked_for_is_not_taken_for_the_next(void **state) {
  (void)state;
  ask(1);
  say(peer, "+one\r\n+stray\r\n");
  assert_bytes(next_reply(), ENT_REDIS_STATUS, "one", 3);
  assert_false(ent_redis_client_is_quiet(client));
  assert_false(ent_redis_client_is_idle(client));
  close_one();
  open_one();
  say(peer, "+stray\r\n");
  assert_true(ent_redis_client_is_quiet(client));
  assert_false(ent_redis_client_is_idle(client));
}

static void only_who_waits_for_nothing_is_idle(void **state) {
  (void)state;
  assert_true(ent_redis_client_is_idle(client));
  ask(1);
  assert_false(ent_redis_client_is_quiet(client));
  assert_false(ent_redis_client_is_idle(client));
  say(peer, "+PONG\r\n");
  next_reply();
  assert_true(ent_redis_client_is_idle(client));
  close(peer);
  peer = -1;
  assert_true(ent_redis_client_is_quiet(client));
  assert_false(ent_redis_client_is_idle(client));
}

/* A server that is full says so and hangs up, before it was asked. */
static void the_last_words_of_a_server_are_heard(void **state) {
  ent_error err;

  (void)state;
  say(peer, "-ERR max number of clients reached\r\n");
  close(peer);
  peer = -1;
  ask(2);
  assert_bytes(next_reply(), ENT_REDIS_ERROR,
               "ERR max number of clients reached", 33);
  assert_int_equal(no_reply(&err), ENT_UNAVAILABLE);
}

/* Nor is any other reply that of a request which was not sent. */
static void other_last_words_answer_nothing(void **state) {
  ent_error err;

  (void)state;
  say(peer, "+OK\r\n");
  close(peer);
  peer = -1;
  ask(1);
  assert_int_equal(no_reply(&err), ENT_UNAVAILABLE);
}

/* The test's own client has a small limit. */
static void a_string_beyond_the_limit_is_refused(void **state) {
  static const char head[] = "$9999999999\r\n";
  static char much[3 * ENT_BULK_MAX];
  ent_error err;

  (void)state;
  ask(1);
  say(peer, head);
  say_bytes(peer, much, sizeof(much));
  assert_int_equal(no_reply(&err), ENT_TOO_BIG);
  assert_non_null(strstr(err.text, "a reply has a string of more than "));
}

/* A list may be longer than the limit of a string. */
static void the_limit_of_a_string_is_none_of_a_list(void **state) {
  enum { ENT_STRING = 1000, ENT_N_STRINGS = 3 * ENT_BULK_MAX / ENT_STRING };
  static char text[ENT_N_STRINGS * (ENT_STRING + 16) + 64];
  const ent_redis_reply *reply;
  int size = snprintf(text, sizeof(text), "*%d\r\n", ENT_N_STRINGS);

  (void)state;
  for (int i = 0; i < ENT_N_STRINGS; i++) {
    size += snprintf(text + size, sizeof(text) - (size_t)size,
                     "$%d\r\n%0*d\r\n", ENT_STRING, ENT_STRING, i);
  }
  ask(1);
  say_bytes(peer, text, (size_t)size);
  reply = next_reply();
  assert_int_equal(reply->n_items, ENT_N_STRINGS);
  assert_int_equal(reply->items[ENT_N_STRINGS - 1].size, ENT_STRING);
  assert_int_equal(strtol(reply->items[ENT_N_STRINGS - 1].data, NULL, 10),
                   ENT_N_STRINGS - 1);
}

/* A command that is refused is not there: the next ones are. */
static void a_command_too_big_leaves_the_others(void **state) {
  static const char wanted[] = "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n";
  ent_redis_arg args[] = {{"SET", 3}, {"x", (size_t)1 << 31}};
  ent_error err = {.status = ENT_OK};

  (void)state;
  ask(1);
  assert_int_equal(ent_redis_client_add(client, args, 2, &err), ENT_TOO_BIG);
  ask(1);
  say(peer, "+a\r\n+b\r\n");
  assert_bytes(next_reply(), ENT_REDIS_STATUS, "a", 1);
  assert_bytes(next_reply(), ENT_REDIS_STATUS, "b", 1);
  assert_true(ent_redis_client_is_quiet(client));
  assert_heard(peer, wanted, sizeof(wanted) - 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
      TEST(requests_go_out_as_redis_reads_them),
      TEST(every_kind_of_reply_comes_as_it_is),
      TEST(a_list_holds_all_kinds_and_errors_too),
      TEST(lists_nest_seven_deep),
      TEST(a_long_list_is_complete_and_in_order),
      TEST(a_reply_may_come_byte_by_byte),
      TEST(a_cut_reply_is_an_error_wherever_it_is_cut),
      TEST(who_listens_hears_that_the_server_hung_up),
      TEST(what_is_no_reply_is_told_in_one_line),
      TEST(absurd_sizes_are_waited_for_or_refused),
      TEST(a_reply_that_nobody_asked_for_is_not_taken_for_the_next),
      TEST(only_who_waits_for_nothing_is_idle),
      TEST(the_last_words_of_a_server_are_heard),
      TEST(other_last_words_answer_nothing),
      TEST(a_string_beyond_the_limit_is_refused),
      TEST(the_limit_of_a_string_is_none_of_a_list),
      TEST(a_command_too_big_leaves_the_others),
#undef TEST
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
