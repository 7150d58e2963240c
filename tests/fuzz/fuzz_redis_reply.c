/* Replies of any bytes: each that is taken is whole, what is none is told in one
 * line, and in pieces the same comes out as at once.  The first byte says how
 * long the pieces are, and some of the others stand for what few inputs would
 * come upon. */
#include "backends/base/buf.h"
#include "backends/redis/client.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The name is libFuzzer's. */
/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
  ENT_WORDS_MAX = 1 << 24,
  ENT_AT_ONCE = 1 << 16, /* bytes; a socket holds more */
};

static int listener = -1;
static char dir[] = "/tmp/redis-fuzz-XXXXXX";
static struct sockaddr_un place = {.sun_family = AF_UNIX};

static void remove_place(void) {
  unlink(place.sun_path);
  rmdir(dir);
}

/* A server that is this fuzzer. */
static void make_place(void) {
  if (!mkdtemp(dir)) abort();
  snprintf(place.sun_path, sizeof(place.sun_path), "%s/s", dir);
  atexit(remove_place);
  listener = socket(AF_UNIX, SOCK_STREAM, 0);
  if (listener < 0) abort();
  if (bind(listener, (const struct sockaddr *)&place, sizeof(place))) abort();
  if (listen(listener, 4)) abort();
}

static void note(ent_buf *words, int64_t number) {
  if (ent_buf_printf(words, NULL, "%lld ", (long long)number)) abort();
}

/* Notes all of a reply, and whether it is one. */
static void note_reply(ent_buf *words, const ent_redis_reply *reply) {
  note(words, reply->kind);
  switch (reply->kind) {
  case ENT_REDIS_NIL: break;
  case ENT_REDIS_INTEGER: note(words, reply->integer); break;
  case ENT_REDIS_STRING:
  case ENT_REDIS_STATUS:
  case ENT_REDIS_ERROR:
    if (reply->data[reply->size]) abort();
    note(words, (int64_t)reply->size);
    if (ent_buf_append(words, reply->data, reply->size, NULL)) abort();
    break;
  case ENT_REDIS_LIST:
    note(words, (int64_t)reply->n_items);
    for (size_t i = 0; i < reply->n_items; i++)
      note_reply(words, &reply->items[i]);
    break;
  default: abort();
  }
}

static void check_text(const char *text) {
  if (!*text) abort();
  for (; *text; text++) {
    if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e) abort();
  }
}

/* What the bytes from 0xf0 on stand for. */
static const char *const tokens[16] = {
    "\r\n",
    ":-1\r\n",
    "$5\r\nab\r\nc\r\n",
    "$-1\r\n",
    "$0\r\n\r\n",
    "*-1\r\n",
    "*0\r\n",
    "*1\r\n",
    "*2\r\n",
    "*3\r\n",
    "*9\r\n",
    "*70\r\n",
    "*300\r\n",
    "+OK\r\n",
    "-ERR no\r\n",
    ":1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n:7\r\n:8\r\n:9\r\n:10\r\n"};

static void expand(const uint8_t *data, size_t size, ent_buf *text) {
  for (size_t i = 0; i < size; i++) {
    const char *token = data[i] < 0xf0 ? NULL : tokens[data[i] - 0xf0];

    if (token ? ent_buf_append(text, token, strlen(token), NULL)
              : ent_buf_append(text, &data[i], 1, NULL)) {
      abort();
    }
  }
}

/* Takes what is there; false behind what is no reply. */
static bool take_all(ent_redis_client *client, ent_arena *arena,
                     ent_buf *words) {
  ent_status status;

  do {
    const ent_redis_reply *reply = NULL;
    ent_error err = {.status = ENT_OK};

    status = ent_redis_client_poll(client, arena, &reply, &err);
    if (!reply != (status != ENT_OK)) abort();
    if (!status) note_reply(words, reply);
    if (status && status != ENT_DONE) {
      if (status != ENT_PROTOCOL) abort();
      check_text(err.text);
      if (ent_buf_printf(words, NULL, "%s", err.text)) abort();
    }
  } while (!status);
  return status == ENT_DONE;
}

/* Notes what comes out of the bytes, in pieces of `step`. */
static void read_in(size_t step, const ent_buf *text, ent_buf *words) {
  const char *data = text->data;
  size_t size = text->size;
  ent_redis_address address = {.socket = place.sun_path};
  ent_deadline deadline = {.until_ms = INT64_MAX};
  ent_redis_client *client = NULL;
  ent_arena arena = {.blocks = NULL};
  bool goes_on = true;
  int peer;

  if (ent_redis_client_open(&address, &deadline, &client, NULL)) abort();
  peer = accept(listener, NULL, NULL);
  if (peer < 0) abort();
  while (size && goes_on) {
    size_t n = size < step ? size : step;

    if (send(peer, data, n, MSG_NOSIGNAL) != (ssize_t)n) abort();
    data += n;
    size -= n;
    goes_on = take_all(client, &arena, words);
  }
  ent_redis_client_close(client);
  ent_arena_done(&arena);
  close(peer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ent_buf text, whole, pieces;

  if (!size) return 0;
  if (listener < 0) make_place();
  ent_buf_init(&text, ENT_WORDS_MAX);
  ent_buf_init(&whole, ENT_WORDS_MAX);
  ent_buf_init(&pieces, ENT_WORDS_MAX);
  expand(data + 1, size - 1, &text);
  read_in(ENT_AT_ONCE, &text, &whole);
  read_in((size_t)data[0] % 16 + 1, &text, &pieces);
  if (whole.size != pieces.size) abort();
  if (whole.size && memcmp(whole.data, pieces.data, whole.size) != 0) abort();
  ent_buf_done(&text);
  ent_buf_done(&whole);
  ent_buf_done(&pieces);
  return 0;
}
