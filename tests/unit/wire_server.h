#ifndef ENT_TESTS_UNIT_WIRE_SERVER_H
#define ENT_TESTS_UNIT_WIRE_SERVER_H

#include "backends/base/row.h"
#include "backends/mysql/call.h"

#include <errno.h>
#include <mysql.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
/* cmocka.h wants some of the above before it */
#include <cmocka.h>

/* A server of the test's own, which says what a real one cannot be made to say:
 * packets that are written down first, and then said at once or by a thread. */
enum {
  ENT_ANSWER_MAX = 1 << 27,
  ENT_N_COLUMNS = 2, /* of a question, unless a test says otherwise */
  ENT_STATUS_BEFORE = 0x4000,
  ENT_IN_TRANSACTION = 1,
};

typedef struct wire_server {
  ent_mysql_client client;
  ent_address address;
  int peer;         /* the server's end; -1 once it is closed */
  ent_buf answer;   /* packets */
  uint8_t sequence; /* of the next */
  size_t step;      /* bytes that a thread says at once; 0: all it can */
} wire_server;

static inline void open_wire(wire_server *server) {
  int ends[2];

  memset(server, 0, sizeof(*server));
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  server->peer = ends[1];
  server->sequence = 1;
  server->address.socket = "/nowhere/at/all.sock";
  server->client.mysql = mysql_init(NULL);
  assert_non_null(server->client.mysql);
  server->client.mysql->server_status = ENT_STATUS_BEFORE;
  server->client.address = &server->address;
  server->client.socket = ends[0];
  server->client.connected = true;
  server->client.wire.serves = true;
  server->client.is_unsure = true;
  ent_buf_init(&server->client.wire.buf, ENT_ANSWER_MAX);
  ent_buf_init(&server->answer, ENT_ANSWER_MAX);
}

static inline void close_wire(wire_server *server) {
  ent_mysql_wire_done(&server->client);
  ent_buf_done(&server->answer);
  mysql_close(server->client.mysql);
  close(server->client.socket);
  if (server->peer >= 0) close(server->peer);
}

/* Writes a packet down whose sequence is not the next. */
static inline void put_packet_as(wire_server *server, uint8_t sequence,
                                 const void *payload, size_t size) {
  const char head[] = {(char)(size & 0xff), (char)(size >> 8 & 0xff),
                       (char)(size >> 16 & 0xff), (char)sequence};

  assert_int_equal(ent_buf_append(&server->answer, head, sizeof(head), NULL),
                   ENT_OK);
  assert_int_equal(ent_buf_append(&server->answer, payload, size, NULL),
                   ENT_OK);
}

static inline void put_packet(wire_server *server, const void *payload,
                              size_t size) {
  put_packet_as(server, server->sequence++, payload, size);
}

/* The packets of which most answers consist. */
static inline void put_head(wire_server *server) {
  put_packet(server, "\2\0", 2);
}

static inline void put_end(wire_server *server, uint16_t status) {
  const char end[] = {(char)0xfe, 0, 0, (char)(status & 0xff),
                      (char)(status >> 8)};

  put_packet(server, end, sizeof(end));
}

/* A row of two numbers of a byte. */
static inline void put_row(wire_server *server, char first, char second) {
  const char row[] = {0, 0, first, second};

  put_packet(server, row, sizeof(row));
}

static inline void put_error(wire_server *server, uint16_t code,
                             const char *text) {
  char payload[2000] = {(char)0xff, (char)(code & 0xff), (char)(code >> 8)};
  size_t size = 3;

  for (; *text; text++)
    payload[size++] = *text;
  put_packet(server, payload, size);
}

/* Says what is written down, at once. */
static inline void say_first(wire_server *server, size_t size) {
  assert_true(size < 65536);
  assert_int_equal(send(server->peer, server->answer.data, size, MSG_NOSIGNAL),
                   size);
}

static inline void say_all(wire_server *server) {
  say_first(server, server->answer.size);
}

/* Says no more; what is asked is still taken. */
static inline void hang_up(wire_server *server) {
  assert_int_equal(shutdown(server->peer, SHUT_WR), 0);
}

/* Waits until the client has read all that was said. */
static inline void await_read(int peer) {
  int left = 0;

  while (!ioctl(peer, TIOCOUTQ, &left) && left > 0)
    sched_yield();
}

/* A thread: says what is written down, `step` bytes at once, each time after
 * the client has read those before. */
static inline void *say_in_steps(void *context) {
  wire_server *server = context;
  size_t at = 0;

  while (at < server->answer.size) {
    size_t left = server->answer.size - at;
    ssize_t n = send(server->peer, server->answer.data + at,
                     server->step && server->step < left ? server->step : left,
                     MSG_NOSIGNAL);

    if (n <= 0) break;
    at += (size_t)n;
    if (server->step) await_read(server->peer);
  }
  return NULL;
}

static inline ent_deadline never(void) {
  return (ent_deadline){.until_ms = INT64_MAX};
}

/* What came of a question. */
typedef struct outcome {
  ent_status asked;
  bool is_known;
  ent_status ended; /* the reading of rows; OK where none was tried */
  unsigned n_rows;
  size_t size;         /* of the last row */
  unsigned char first; /* and its third byte */
  ent_error err;
} outcome;

static inline outcome ask_within(wire_server *server,
                                 const ent_mysql_question *question,
                                 const ent_deadline *deadline) {
  outcome what = {.asked = ENT_OK};
  ent_mysql_client *client = &server->client;

  what.asked = ent_mysql_wire_execute(client, question, deadline,
                                      &what.is_known, &what.err);
  while (!what.asked && what.is_known && !what.ended) {
    unsigned char *row;
    size_t size;

    what.ended = ent_mysql_wire_fetch(client, deadline, &row, &size, &what.err);
    if (what.ended) break;
    what.n_rows++;
    what.size = size;
    what.first = row[2];
  }
  return what;
}

/* Asks statement 7, which has no values, and reads what rows there are. */
static inline outcome ask_of(wire_server *server, uint16_t n_columns) {
  ent_mysql_question question = {.statement = 7, .n_columns = n_columns};
  ent_deadline deadline = never();

  return ask_within(server, &question, &deadline);
}

static inline outcome ask(wire_server *server) {
  return ask_of(server, ENT_N_COLUMNS);
}

/* The same with a thread that answers. */
static inline outcome ask_thread(wire_server *server) {
  pthread_t thread;
  outcome what;

  assert_int_equal(pthread_create(&thread, NULL, say_in_steps, server), 0);
  what = ask(server);
  assert_int_equal(pthread_join(thread, NULL), 0);
  return what;
}

/* The answer was read to its end, and nothing behind it is there. */
static inline void assert_quiet(wire_server *server) {
  ent_mysql_client *client = &server->client;
  char byte;

  assert_true(ent_mysql_wire_serves(client));
  assert_false(client->has_rows);
  assert_false(client->lost);
  assert_int_equal(client->wire.start, client->wire.buf.size);
  assert_int_equal(recv(client->socket, &byte, 1, MSG_DONTWAIT), -1);
  assert_int_equal(errno, EAGAIN);
}

/* Nothing more is asked of the connection. */
static inline void assert_lost(wire_server *server) {
  assert_true(server->client.lost);
  assert_false(ent_mysql_wire_serves(&server->client));
  assert_int_equal(server->client.mysql->server_status, ENT_STATUS_BEFORE);
}

/* ---- the server of a test ---- */

static wire_server server;

static int begin(void **state) {
  (void)state;
  open_wire(&server);
  return 0;
}

static int end(void **state) {
  (void)state;
  close_wire(&server);
  return 0;
}

/* The same server anew, within a test. */
static void begin_again(void) {
  close_wire(&server);
  open_wire(&server);
}

/* Two rows, inside a transaction. */
static void put_answer(void) {
  put_head(&server);
  put_end(&server, 0);
  put_row(&server, 4, 5);
  put_row(&server, 6, 7);
  put_end(&server, ENT_IN_TRANSACTION);
}

#endif
