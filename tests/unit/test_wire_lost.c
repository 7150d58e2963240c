/* A connection that ends, or is given up, while it is asked: an error, whatever
 * was read before, and never a shorter answer.  No wait here has to be short:
 * where one is to end by time, nothing else could end it. */
#include "tests/unit/wire_server.h"

/* The server hangs up behind every byte of the answer. */
static void no_answer_is_shorter_than_it_is(void **state) {
  size_t size = 1;

  (void)state;
  for (size_t cut = 0; cut < size; cut++) {
    outcome what;

    put_answer();
    size = server.answer.size;
    say_first(&server, cut);
    hang_up(&server);
    what = ask(&server);
    assert_int_equal(what.asked ? what.asked : what.ended, ENT_UNAVAILABLE);
    assert_int_equal(what.err.native, 2013);
    assert_lost(&server);
    begin_again();
  }
}

/* The same where the columns are told anew. */
static void no_description_is_shorter_than_it_is(void **state) {
  size_t size = 1;

  (void)state;
  for (size_t cut = 0; cut < size; cut++) {
    outcome what;

    put_packet(&server, "\2\1", 2);
    put_packet(&server, "\3def\0\0\0\1a\1a\x0c\x3f", 12);
    put_packet(&server, "\3def\0\0\0\1b\1b\x0c\x3f", 12);
    put_end(&server, 0);
    put_row(&server, 1, 2);
    put_end(&server, 1);
    size = server.answer.size;
    say_first(&server, cut);
    hang_up(&server);
    what = ask(&server);
    assert_int_equal(what.asked, ENT_UNAVAILABLE);
    assert_int_equal(what.err.native, 2013);
    assert_lost(&server);
    begin_again();
  }
}

/* 2006: the server has not heard of it. */
static void a_request_that_cannot_be_sent_was_not_heard(void **state) {
  outcome what;

  (void)state;
  close(server.peer);
  server.peer = -1;
  what = ask(&server);
  assert_int_equal(what.asked, ENT_UNAVAILABLE);
  assert_int_equal(what.err.native, 2006);
  assert_false(server.client.has_rows);
  assert_lost(&server);
}

/* A connection that was ended before it was asked says why. */
static void the_reason_is_read_where_there_is_one(void **state) {
  static const char killed[] = "\xff\x87\x07#70100Connection was killed";
  outcome what;

  (void)state;
  put_packet_as(&server, 0, killed, sizeof(killed) - 1);
  say_all(&server);
  hang_up(&server);
  what = ask(&server);
  assert_int_equal(what.asked, ENT_UNAVAILABLE);
  assert_string_equal(what.err.text, "Connection was killed (1927)");
  assert_lost(&server);
}

static bool is_interrupted(void *context) {
  (void)context;
  return true;
}

static ent_deadline interrupted(void) {
  return (ent_deadline){.until_ms = INT64_MAX, .interrupted = is_interrupted};
}

/* The server cannot be told to end what it does: the connection is lost. */
static void a_wait_that_is_interrupted_loses_a_deaf_server(void **state) {
  ent_mysql_question question = {.statement = 7, .n_columns = 2};
  ent_deadline deadline = interrupted();

  (void)state;
  for (size_t n_rows = 0; n_rows < 2; n_rows++) {
    outcome what;

    put_answer();
    say_first(&server, n_rows ? server.answer.size - 1 : 5);
    what = ask_within(&server, &question, &deadline);
    assert_int_equal(n_rows ? what.ended : what.asked, ENT_INTERRUPTED);
    assert_int_equal(what.n_rows, n_rows ? 2 : 0);
    assert_string_equal(what.err.text, "interrupted");
    assert_lost(&server);
    begin_again();
  }
}

/* What is there already needs no waiting, nor anybody's leave. */
static void an_answer_that_is_there_is_not_interrupted(void **state) {
  ent_mysql_question question = {.statement = 7, .n_columns = 2};
  ent_deadline deadline = interrupted();
  outcome what;

  (void)state;
  put_answer();
  say_all(&server);
  what = ask_within(&server, &question, &deadline);
  assert_int_equal(what.ended, ENT_DONE);
  assert_quiet(&server);
}

static void a_silent_server_is_not_waited_for_longer_than_told(void **state) {
  outcome what;

  (void)state;
  server.address.read_timeout_ms = 20;
  what = ask(&server);
  assert_int_equal(what.asked, ENT_TIMEOUT);
  assert_string_equal(what.err.text, "the server has said nothing for 20 ms");
  assert_lost(&server);
}

static void a_deadline_ends_the_wait(void **state) {
  ent_mysql_question question = {.statement = 7, .n_columns = 2};
  ent_deadline deadline = ent_deadline_in(20);
  outcome what;

  (void)state;
  what = ask_within(&server, &question, &deadline);
  assert_int_equal(what.asked, ENT_TIMEOUT);
  assert_string_equal(what.err.text, "no answer in time");
  assert_lost(&server);
}

enum { ENT_LONG = 4 << 20 }; /* bytes; sockets hold less */

/* A question with a text that is longer than the sockets hold. */
static ent_mysql_question long_question(ent_value *value, char *text) {
  memset(text, 't', ENT_LONG);
  text[ENT_LONG - 1] = 'z';
  *value = ent_value_bytes(ENT_ASCII, text, ENT_LONG);
  return (ent_mysql_question){
      .statement = 7, .params = value, .n_params = 1, .n_columns = 2};
}

/* A thread: hears all of a long question, then answers; NULL where it was
 * right. */
static void *hear_and_answer(void *context) {
  size_t left = 4 + 10 + 2 + 4 + ENT_LONG;
  char heard[4096];
  char last = 0;

  while (left > 0) {
    ssize_t n = recv(server.peer, heard, sizeof(heard), 0);

    if (n <= 0 || (size_t)n > left) return context;
    left -= (size_t)n;
    last = heard[n - 1];
  }
  if (last != 'z') return context;
  return say_in_steps(&server);
}

static void a_long_request_is_sent_in_parts(void **state) {
  char *text = malloc(ENT_LONG);
  ent_deadline deadline = never();
  ent_mysql_question question;
  pthread_t thread;
  ent_value value;
  outcome what;
  void *wrong;

  (void)state;
  assert_non_null(text);
  question = long_question(&value, text);
  put_answer();
  assert_int_equal(pthread_create(&thread, NULL, hear_and_answer, &server), 0);
  what = ask_within(&server, &question, &deadline);
  assert_int_equal(pthread_join(thread, &wrong), 0);
  assert_null(wrong);
  assert_int_equal(what.ended, ENT_DONE);
  assert_int_equal(what.n_rows, 2);
  assert_quiet(&server);
  free(text);
}

/* Half of a request is none, and nothing can come behind it. */
static void a_request_that_is_not_taken_is_given_up(void **state) {
  char *text = malloc(ENT_LONG);
  ent_deadline deadline = interrupted();
  ent_mysql_question question;
  ent_value value;
  outcome what;

  (void)state;
  assert_non_null(text);
  question = long_question(&value, text);
  what = ask_within(&server, &question, &deadline);
  assert_int_equal(what.asked, ENT_INTERRUPTED);
  assert_lost(&server);
  begin_again();
  server.address.write_timeout_ms = 20;
  deadline = never();
  what = ask_within(&server, &question, &deadline);
  assert_int_equal(what.asked, ENT_TIMEOUT);
  assert_string_equal(what.err.text, "the server has taken nothing for 20 ms");
  assert_lost(&server);
  free(text);
}

/* Nothing was sent: the connection is as it was. */
static void a_request_without_room_leaves_the_connection(void **state) {
  static const char text[100] = "t";
  ent_value value = ent_value_bytes(ENT_ASCII, text, sizeof(text));
  ent_mysql_question question = {
      .statement = 7, .params = &value, .n_params = 1, .n_columns = 2};
  ent_deadline deadline = never();
  char byte;
  outcome what;

  (void)state;
  ent_buf_init(&server.client.wire.buf, 64);
  what = ask_within(&server, &question, &deadline);
  assert_int_equal(what.asked, ENT_TOO_BIG);
  assert_quiet(&server);
  assert_int_equal(recv(server.peer, &byte, 1, MSG_DONTWAIT), -1);
}

static void a_connection_that_is_busy_or_lost_is_not_asked(void **state) {
  ent_mysql_client *client = &server.client;

  (void)state;
  assert_true(ent_mysql_wire_serves(client));
  client->has_rows = true;
  assert_false(ent_mysql_wire_serves(client));
  client->has_rows = false;
  client->lost = true;
  assert_false(ent_mysql_wire_serves(client));
  client->lost = false;
  client->wire.serves = false;
  assert_false(ent_mysql_wire_serves(client));
}

/* Neither with TLS nor compressed, and with servers that can leave columns
 * out: this one has said nothing of that. */
static void a_connection_must_be_one_that_can_be_asked(void **state) {
  ent_mysql_client *client = &server.client;

  (void)state;
  for (int i = 0; i < 3; i++) {
    client->asks_us = i > 0;
    client->mysql->client_flag = i == 1 ? CLIENT_COMPRESS : 0;
    ent_mysql_wire_done(client);
    client->wire.serves = true;
    ent_mysql_wire_init(client);
    assert_false(client->wire.serves);
    assert_true(client->wire.buf.ceiling > ENT_ROW_MAX_SIZE);
  }
}

#define ENT_TRY(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      ENT_TRY(no_answer_is_shorter_than_it_is),
      ENT_TRY(no_description_is_shorter_than_it_is),
      ENT_TRY(a_request_that_cannot_be_sent_was_not_heard),
      ENT_TRY(the_reason_is_read_where_there_is_one),
      ENT_TRY(a_wait_that_is_interrupted_loses_a_deaf_server),
      ENT_TRY(an_answer_that_is_there_is_not_interrupted),
      ENT_TRY(a_silent_server_is_not_waited_for_longer_than_told),
      ENT_TRY(a_deadline_ends_the_wait),
      ENT_TRY(a_long_request_is_sent_in_parts),
      ENT_TRY(a_request_that_is_not_taken_is_given_up),
      ENT_TRY(a_request_without_room_leaves_the_connection),
      ENT_TRY(a_connection_that_is_busy_or_lost_is_not_asked),
      ENT_TRY(a_connection_must_be_one_that_can_be_asked),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
