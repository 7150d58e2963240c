/* Answers as they come on a connection's socket: whole, in pieces, in several
 * packets, with an error anywhere, and other than a server may say. */
#include "tests/unit/wire_server.h"

enum {
  ENT_PART = 0xffffff, /* bytes of a packet that goes on */
  ENT_MORE_RESULTS = 8,
};

static void assert_answer(const outcome *what) {
  assert_int_equal(what->asked, ENT_OK);
  assert_true(what->is_known);
  assert_int_equal(what->ended, ENT_DONE);
  assert_int_equal(what->n_rows, 2);
  assert_int_equal(what->size, 4);
  assert_int_equal(what->first, 6);
  assert_int_equal(server.client.mysql->server_status, ENT_IN_TRANSACTION);
  assert_false(server.client.is_unsure);
  assert_quiet(&server);
}

/* The connection is lost, since nobody knows what comes next. */
static void assert_malformed(void) {
  outcome what = ask(&server);

  assert_int_equal(what.asked ? what.asked : what.ended, ENT_PROTOCOL);
  assert_int_equal(what.err.native, 2027);
  assert_lost(&server);
  begin_again();
}

static void an_answer_is_read_to_its_end(void **state) {
  static const char request[] = {10, 0, 0, 0, 23, 7, 0, 0, 0, 0, 1, 0, 0, 0};
  char heard[64];
  outcome what;

  (void)state;
  put_answer();
  say_all(&server);
  what = ask(&server);
  assert_answer(&what);
  assert_int_equal(recv(server.peer, heard, sizeof(heard), MSG_DONTWAIT),
                   sizeof(request));
  assert_memory_equal(heard, request, sizeof(request));
}

static void an_answer_without_rows_is_one(void **state) {
  outcome what;

  (void)state;
  put_head(&server);
  put_end(&server, 0);
  put_end(&server, 2);
  say_all(&server);
  what = ask(&server);
  assert_int_equal(what.ended, ENT_DONE);
  assert_int_equal(what.n_rows, 0);
  assert_int_equal(server.client.mysql->server_status, 2);
  assert_quiet(&server);
}

/* Until the last row was read the connection is busy, and as it was. */
static void rows_come_one_by_one(void **state) {
  ent_mysql_question question = {.statement = 7, .n_columns = 2};
  ent_mysql_client *client = &server.client;
  ent_deadline deadline = never();
  ent_error err = {.status = ENT_OK};
  unsigned char *row;
  size_t size;
  bool is_known;

  (void)state;
  put_answer();
  say_all(&server);
  assert_int_equal(
      ent_mysql_wire_execute(client, &question, &deadline, &is_known, &err),
      ENT_OK);
  for (unsigned char first = 4; first < 8; first += 2) {
    assert_true(client->has_rows);
    assert_false(ent_mysql_wire_serves(client));
    assert_int_equal(client->mysql->server_status, ENT_STATUS_BEFORE);
    assert_int_equal(ent_mysql_wire_fetch(client, &deadline, &row, &size, &err),
                     ENT_OK);
    assert_int_equal(size, 4);
    assert_int_equal(row[2], first);
    assert_int_equal(row[3], first + 1);
  }
  assert_int_equal(ent_mysql_wire_fetch(client, &deadline, &row, &size, &err),
                   ENT_DONE);
  assert_quiet(&server);
}

static void an_answer_may_come_in_pieces(void **state) {
  (void)state;
  for (size_t step = 1; step < 12; step++) {
    outcome what;

    put_answer();
    server.step = step;
    what = ask_thread(&server);
    assert_answer(&what);
    begin_again();
  }
}

static void a_connection_is_asked_again_and_again(void **state) {
  (void)state;
  for (int i = 0; i < 5; i++) {
    outcome what;

    server.answer.size = 0;
    server.sequence = 1;
    put_answer();
    say_all(&server);
    what = ask(&server);
    assert_answer(&what);
  }
}

/* The number of a packet is of one byte. */
static void an_answer_may_have_many_packets(void **state) {
  outcome what;

  (void)state;
  put_head(&server);
  put_end(&server, 0);
  for (int i = 0; i < 1000; i++)
    put_row(&server, (char)(i % 100), 0);
  put_end(&server, 0);
  say_all(&server);
  what = ask(&server);
  assert_int_equal(what.ended, ENT_DONE);
  assert_int_equal(what.n_rows, 1000);
  assert_quiet(&server);
}

/* Byte `i` of a long row. */
static unsigned char byte_of(size_t i) {
  return (unsigned char)(i % 251);
}

/* A payload of `size` bytes, in as many packets as it takes. */
static void put_long_row(size_t size) {
  char *row = malloc(size + 1);
  size_t at = 0;

  assert_non_null(row);
  for (size_t i = 0; i < size; i++)
    row[i] = (char)byte_of(i);
  do {
    size_t part = size - at < ENT_PART ? size - at : ENT_PART;

    put_packet(&server, row + at, part);
    at += part;
    if (part < ENT_PART) break;
  } while (true);
  free(row);
}

static void assert_long_row(size_t expected) {
  ent_deadline deadline = never();
  ent_error err = {.status = ENT_OK};
  unsigned char *row;
  size_t size;

  assert_int_equal(
      ent_mysql_wire_fetch(&server.client, &deadline, &row, &size, &err),
      ENT_OK);
  assert_int_equal(size, expected);
  for (size_t i = 0; i < size; i++) {
    if (row[i] != byte_of(i)) fail_msg("byte %zu of %zu", i, size);
  }
}

/* A row of this many bytes, and a short one behind it. */
static void try_long_row(size_t size) {
  ent_mysql_question question = {.statement = 7, .n_columns = 2};
  ent_deadline deadline = never();
  ent_error err = {.status = ENT_OK};
  pthread_t thread;
  unsigned char *row;
  bool is_known;

  put_head(&server);
  put_end(&server, 0);
  put_long_row(size);
  put_row(&server, 8, 9);
  put_end(&server, ENT_IN_TRANSACTION);
  assert_int_equal(pthread_create(&thread, NULL, say_in_steps, &server), 0);
  assert_int_equal(ent_mysql_wire_execute(&server.client, &question, &deadline,
                                          &is_known, &err),
                   ENT_OK);
  assert_long_row(size);
  assert_int_equal(
      ent_mysql_wire_fetch(&server.client, &deadline, &row, &size, &err),
      ENT_OK);
  assert_int_equal(size, 4);
  assert_int_equal(row[2], 8);
  assert_int_equal(
      ent_mysql_wire_fetch(&server.client, &deadline, &row, &size, &err),
      ENT_DONE);
  assert_int_equal(pthread_join(thread, NULL), 0);
  assert_quiet(&server);
}

static void a_row_may_be_longer_than_a_packet(void **state) {
  static const size_t sizes[] = {
      300000,           ENT_PART - 1,   ENT_PART,           ENT_PART + 1,
      ENT_PART + 70000, 2UL * ENT_PART, 2UL * ENT_PART + 9,
  };

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(sizes); i++) {
    try_long_row(sizes[i]);
    begin_again();
  }
}

/* What one long row took is not kept while nothing is asked. */
static void the_room_of_a_long_answer_is_given_back(void **state) {
  (void)state;
  try_long_row(ENT_PART);
  assert_true(server.client.wire.buf.capacity < 1 << 20);
}

static void a_row_past_the_ceiling_is_refused(void **state) {
  outcome what;

  (void)state;
  ent_buf_init(&server.client.wire.buf, 20000);
  put_head(&server);
  put_end(&server, 0);
  put_long_row(30000);
  put_end(&server, 0);
  say_all(&server);
  what = ask(&server);
  assert_int_equal(what.asked, ENT_OK);
  assert_int_equal(what.ended, ENT_TOO_BIG);
  assert_lost(&server);
}

/* An error of the server's ends the answer, and nothing else; `n_before` other
 * packets stand in front of it. */
static void try_error(unsigned n_before, uint16_t code, const char *words,
                      ent_status status, const char *text) {
  outcome what;

  if (n_before > 0) put_head(&server);
  if (n_before > 1) put_end(&server, 0);
  if (n_before > 2) put_row(&server, 1, 2);
  put_error(&server, code, words);
  say_all(&server);
  what = ask(&server);
  assert_int_equal(n_before < 2 ? what.asked : what.ended, status);
  assert_int_equal(what.n_rows, n_before > 2);
  assert_int_equal(what.err.native, code);
  assert_string_equal(what.err.text, text);
  assert_true(server.client.is_unsure);
  assert_int_equal(server.client.mysql->server_status, ENT_STATUS_BEFORE);
  assert_quiet(&server);
  begin_again();
}

static void an_error_may_stand_for_any_packet(void **state) {
  (void)state;
  for (unsigned n_before = 0; n_before < 4; n_before++) {
    try_error(n_before, 1064, "#42000No such", ENT_REJECTED, "No such (1064)");
    try_error(n_before, 1317, "#70100Query", ENT_INTERRUPTED, "Query (1317)");
    try_error(n_before, 1205, "#HY000Lock wait", ENT_BUSY, "Lock wait (1205)");
  }
}

static void an_error_needs_no_state_and_no_words(void **state) {
  (void)state;
  try_error(0, 1040, "Too many", ENT_UNAVAILABLE, "Too many (1040)");
  try_error(0, 1040, "", ENT_UNAVAILABLE, " (1040)");
  try_error(0, 1064, "#", ENT_REJECTED, "# (1064)");
  try_error(2, 1064, "#4200", ENT_REJECTED, "#4200 (1064)");
  try_error(2, 1064, "#42000", ENT_REJECTED, " (1064)");
}

static void an_error_may_have_more_words_than_fit(void **state) {
  char words[1500];
  outcome what;

  (void)state;
  memset(words, 'w', sizeof(words));
  words[sizeof(words) - 1] = '\0';
  put_error(&server, 1064, words);
  say_all(&server);
  what = ask(&server);
  assert_int_equal(what.asked, ENT_REJECTED);
  assert_true(strlen(what.err.text) > 400);
  assert_quiet(&server);
}

static void an_error_without_a_number_is_none(void **state) {
  (void)state;
  for (size_t size = 1; size < 3; size++) {
    put_packet(&server, "\xff\x28\x04", size);
    say_all(&server);
    assert_malformed();
  }
}

/* A server that ends a connection counts from 0, whenever that is. */
static void an_error_may_have_any_number(void **state) {
  static const char killed[] = "\xff\x87\x07#70100Killed";

  (void)state;
  for (unsigned n_before = 0; n_before < 3; n_before += 2) {
    outcome what;

    if (n_before) put_head(&server);
    if (n_before) put_end(&server, 0);
    put_packet_as(&server, 0, killed, sizeof(killed) - 1);
    say_all(&server);
    what = ask(&server);
    assert_int_equal(n_before ? what.ended : what.asked, ENT_UNAVAILABLE);
    assert_int_equal(what.err.native, 1927);
    assert_string_equal(what.err.text, "Killed (1927)");
    assert_lost(&server);
    begin_again();
  }
}

/* How far the server is: stages, and a thousandth of a percent. */
static void put_progress(void) {
  put_packet(&server, "\xff\xff\xff\1\1\3\0\0\0\4copy", 14);
}

static void how_far_the_server_is_is_skipped(void **state) {
  outcome what;

  (void)state;
  put_progress();
  put_progress();
  put_head(&server);
  put_progress();
  put_end(&server, 0);
  put_row(&server, 4, 5);
  put_progress();
  put_row(&server, 6, 7);
  put_progress();
  put_end(&server, ENT_IN_TRANSACTION);
  say_all(&server);
  what = ask(&server);
  assert_answer(&what);
}

static void a_packet_out_of_turn_is_refused(void **state) {
  (void)state;
  for (int wrong = 0; wrong < 5; wrong++) {
    size_t at = 0;

    put_answer();
    for (int i = 0; i < wrong; i++)
      at += 4 + (unsigned char)server.answer.data[at];
    server.answer.data[at + 3]++;
    say_all(&server);
    assert_malformed();
  }
}

/* What a column is, as far as it matters here. */
static void put_column(void) {
  put_packet(&server, "\3def\0\0\0\1a\1a\x0c\x3f\0\4\0\0\0\1\0\0\0\0\0", 23);
}

/* Columns that are told anew: nothing of the answer is used or left. */
static void try_anew(const char *head, size_t size, int n_columns,
                     uint16_t expected) {
  outcome what;

  put_packet(&server, head, size);
  for (int i = 0; i < n_columns; i++)
    put_column();
  put_end(&server, 0);
  put_row(&server, 1, 2);
  put_row(&server, 1, 2);
  put_end(&server, ENT_IN_TRANSACTION);
  say_all(&server);
  what = ask_of(&server, expected);
  assert_int_equal(what.asked, ENT_OK);
  assert_false(what.is_known);
  assert_int_equal(server.client.mysql->server_status, ENT_IN_TRANSACTION);
  assert_quiet(&server);
  begin_again();
}

static void columns_that_are_told_anew_are_read_and_not_known(void **state) {
  (void)state;
  try_anew("\2\1", 2, 2, 2);
  try_anew("\3\1", 2, 3, 2);
  try_anew("\3\0", 2, 0, 2);
  try_anew("\2", 1, 2, 2); /* by a server that always tells them */
  try_anew("\xfc\x2c\1\1", 4, 300, 300);
  try_anew("\xfc\x2d\1\1", 4, 301, 300);
  try_anew("\xfc\x2c\1", 3, 300, 300);
  try_anew("\x2c\1", 2, 44, 300);
}

static void an_error_may_stand_for_a_column(void **state) {
  outcome what;

  (void)state;
  put_packet(&server, "\2\1", 2);
  put_column();
  put_error(&server, 1317, "#70100Query");
  say_all(&server);
  what = ask(&server);
  assert_int_equal(what.asked, ENT_INTERRUPTED);
  assert_quiet(&server);
}

static void many_columns_are_counted_in_two_bytes(void **state) {
  static const unsigned char heads[][4] = {{0xfc, 251, 0, 0},
                                           {0xfc, 0x2c, 1, 0}};
  static const uint16_t n_columns[] = {251, 300};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(heads); i++) {
    outcome what;

    put_packet(&server, heads[i], sizeof(heads[i]));
    put_end(&server, 0);
    put_row(&server, 4, 5);
    put_row(&server, 6, 7);
    put_end(&server, ENT_IN_TRANSACTION);
    say_all(&server);
    what = ask_of(&server, n_columns[i]);
    assert_answer(&what);
    begin_again();
  }
}

/* What has to be a head, and is none. */
static void another_answer_than_rows_is_refused(void **state) {
  (void)state;
  put_packet(&server, "\0\0\0\2\0\0\0", 7);
  say_all(&server);
  assert_malformed();
  put_packet(&server, "\xfb/etc/hosts", 11);
  say_all(&server);
  hang_up(&server);
  assert_malformed();
  put_end(&server, 0);
  put_end(&server, 0);
  say_all(&server);
  assert_malformed();
  put_packet(&server, "", 0);
  say_all(&server);
  assert_malformed();
}

static void an_end_is_of_five_bytes(void **state) {
  static const char ends[8] = {(char)0xfe};

  (void)state;
  for (size_t size = 1; size <= sizeof(ends); size++) {
    if (size == 5) continue;
    put_head(&server);
    put_packet(&server, ends, size);
    say_all(&server);
    assert_malformed();
    put_head(&server);
    put_end(&server, 0);
    put_packet(&server, ends, size);
    say_all(&server);
    assert_malformed();
  }
}

static void a_row_may_not_stand_for_the_end_of_the_head(void **state) {
  (void)state;
  put_head(&server);
  put_row(&server, 1, 2);
  put_end(&server, 0);
  put_end(&server, 0);
  say_all(&server);
  assert_malformed();
}

static void a_second_result_is_refused(void **state) {
  (void)state;
  put_head(&server);
  put_end(&server, ENT_MORE_RESULTS);
  put_end(&server, ENT_MORE_RESULTS);
  say_all(&server);
  assert_malformed();
}

static void an_empty_packet_is_no_row(void **state) {
  (void)state;
  put_head(&server);
  put_end(&server, 0);
  put_packet(&server, "", 0);
  put_end(&server, 0);
  say_all(&server);
  assert_malformed();
}

#define ENT_TRY(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      ENT_TRY(an_answer_is_read_to_its_end),
      ENT_TRY(an_answer_without_rows_is_one),
      ENT_TRY(rows_come_one_by_one),
      ENT_TRY(an_answer_may_come_in_pieces),
      ENT_TRY(a_connection_is_asked_again_and_again),
      ENT_TRY(an_answer_may_have_many_packets),
      ENT_TRY(a_row_may_be_longer_than_a_packet),
      ENT_TRY(the_room_of_a_long_answer_is_given_back),
      ENT_TRY(a_row_past_the_ceiling_is_refused),
      ENT_TRY(an_error_may_stand_for_any_packet),
      ENT_TRY(an_error_needs_no_state_and_no_words),
      ENT_TRY(an_error_may_have_more_words_than_fit),
      ENT_TRY(an_error_without_a_number_is_none),
      ENT_TRY(an_error_may_have_any_number),
      ENT_TRY(how_far_the_server_is_is_skipped),
      ENT_TRY(a_packet_out_of_turn_is_refused),
      ENT_TRY(columns_that_are_told_anew_are_read_and_not_known),
      ENT_TRY(an_error_may_stand_for_a_column),
      ENT_TRY(many_columns_are_counted_in_two_bytes),
      ENT_TRY(another_answer_than_rows_is_refused),
      ENT_TRY(an_end_is_of_five_bytes),
      ENT_TRY(a_row_may_not_stand_for_the_end_of_the_head),
      ENT_TRY(a_second_result_is_refused),
      ENT_TRY(an_empty_packet_is_no_row),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
