#include "backends/redis/client.h"

#include "backends/base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* Bytes of one string: SQLite takes fewer, and Redis by default gives half. */
#ifndef ENT_BULK_MAX
#  define ENT_BULK_MAX (1 << 30)
#endif

enum {
  ENT_REQUEST_MAX = 0x7fffffff, /* bytes to be sent at once */
  ENT_REQUEST_KEPT = 1 << 16,   /* of memory for the next ones */
  ENT_READ_SIZE = 1 << 16,
  ENT_LENGTH_MAX = 32, /* bytes of a length and of line ends */
  ENT_LIST_FIRST = 64, /* places of a list, a power of 2 */
  ENT_SLICE_MS = 20,   /* how long recv() waits, then somebody looks up */
  ENT_QUEUE_MS = 10,   /* between two tries at a socket whose queue is full */
};

/* Where the reply that is being read goes. */
typedef struct reply_maker {
  ent_arena *arena;
  bool no_memory;
} reply_maker;

struct ent_redis_client {
  redisContext *context;
  reply_maker maker;
  ent_buf out;       /* requests */
  size_t n_sent;     /* bytes of them */
  size_t n_expected; /* replies */
  bool is_broken;
  char in[ENT_READ_SIZE];
};

/* Makes room for an element; false if there is no memory.  A list begins with a
 * few places and doubles where it is full, so that memory follows what has come
 * and not what was announced. */
static bool make_room(reply_maker *maker, ent_redis_reply *list, size_t at) {
  size_t n = list->n_items < at * 2 ? list->n_items : at * 2;
  ent_redis_reply *items;

  if (at < ENT_LIST_FIRST || at & (at - 1)) return true;
  items = ent_arena_alloc(maker->arena, n * sizeof(*items));
  if (!items) return false;
  memcpy(items, list->items, at * sizeof(*items));
  list->items = items;
  return true;
}

/* The place of the reply or element that the reader has come to. */
static ent_redis_reply *make(const redisReadTask *task, ent_redis_kind kind) {
  reply_maker *maker = task->privdata;
  ent_redis_reply *list = task->parent ? task->parent->obj : NULL;
  ent_redis_reply *reply = NULL;

  if (!list) {
    reply = ent_arena_alloc(maker->arena, sizeof(*reply));
  } else if (make_room(maker, list, (size_t)task->idx)) {
    reply = &list->items[task->idx];
  }
  if (!reply) {
    maker->no_memory = true;
    return NULL;
  }
  *reply = (ent_redis_reply){.kind = kind};
  return reply;
}

static void *make_string(const redisReadTask *task, char *data, size_t size) {
  reply_maker *maker = task->privdata;
  ent_redis_reply *reply =
      make(task, task->type == REDIS_REPLY_ERROR    ? ENT_REDIS_ERROR
                 : task->type == REDIS_REPLY_STATUS ? ENT_REDIS_STATUS
                                                    : ENT_REDIS_STRING);
  char *copy = reply ? ent_arena_alloc(maker->arena, size + 1) : NULL;

  if (!copy) {
    maker->no_memory = true;
    return NULL;
  }
  memcpy(copy, data, size);
  copy[size] = '\0';
  reply->data = copy;
  reply->size = size;
  return reply;
}

static void *make_list_of(const redisReadTask *task, size_t n) {
  reply_maker *maker = task->privdata;
  ent_redis_reply *reply = make(task, ENT_REDIS_LIST);
  size_t n_first = n < ENT_LIST_FIRST ? n + !n : ENT_LIST_FIRST;

  if (reply) {
    reply->items = ent_arena_alloc(maker->arena, n_first * sizeof(*reply));
  }
  if (!reply || !reply->items) {
    maker->no_memory = true;
    return NULL;
  }
  reply->n_items = n;
  return reply;
}

#if HIREDIS_MAJOR >= 1
static void *make_list(const redisReadTask *task, size_t n) {
  return make_list_of(task, n);
}
#else
static void *make_list(const redisReadTask *task, int n) {
  return make_list_of(task, (size_t)n);
}
#endif

static void *make_integer(const redisReadTask *task, long long number) {
  ent_redis_reply *reply = make(task, ENT_REDIS_INTEGER);

  if (reply) reply->integer = number;
  return reply;
}

static void *make_nil(const redisReadTask *task) {
  return make(task, ENT_REDIS_NIL);
}

#if HIREDIS_MAJOR >= 1
/* Of a later protocol, which nobody asked for: not understood. */
static void *make_double(const redisReadTask *task, double number, char *text,
                         size_t size) {
  (void)task, (void)number, (void)text, (void)size;
  return NULL;
}

static void *make_bool(const redisReadTask *task, int truth) {
  (void)task, (void)truth;
  return NULL;
}
#endif

/* The arena has it. */
static void free_nothing(void *reply) {
  (void)reply;
}

/* hiredis takes it for one that can be written to. */
static redisReplyObjectFunctions makers = {
    .createString = make_string,
    .createArray = make_list,
    .createInteger = make_integer,
    .createNil = make_nil,
#if HIREDIS_MAJOR >= 1
    .createDouble = make_double,
    .createBool = make_bool,
#endif
    .freeObject = free_nothing,
};

static ent_status await_connection(ent_redis_client *client,
                                   const ent_deadline *deadline,
                                   ent_error *err) {
  int failure = 0;
  socklen_t size = sizeof(failure);
  int ready;
  ent_status status =
      ent_wait(client->context->fd, ENT_WAIT_WRITE, -1, deadline, &ready, err);

  if (status) return status;
  if (getsockopt(client->context->fd, SOL_SOCKET, SO_ERROR, &failure, &size)) {
    failure = errno;
  }
  if (!failure) return ENT_OK;
  return ent_fail(err, ENT_UNAVAILABLE, "%s", strerror(failure));
}

/* hiredis would cut a long path, and give up where a server is slow to take
 * those who wait for it. */
static ent_status connect_path(int fd, const char *path,
                               const ent_deadline *deadline, ent_error *err) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  size_t size = strlen(path);

  if (size >= sizeof(to.sun_path)) {
    return ent_fail(err, ENT_UNAVAILABLE, "%s", strerror(ENAMETOOLONG));
  }
  memcpy(to.sun_path, path, size);
  while (connect(fd, (const struct sockaddr *)&to, sizeof(to))) {
    int ready;
    ent_status status;

    if (errno != EAGAIN && errno != EINTR) {
      return ent_fail(err, ENT_UNAVAILABLE, "%s", strerror(errno));
    }
    status = ent_wait(-1, ENT_WAIT_READ, ENT_QUEUE_MS, deadline, &ready, err);
    if (status) return status;
  }
  return ENT_OK;
}

static ent_status start_path(ent_redis_client *client, const char *path,
                             const ent_deadline *deadline, ent_error *err) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  ent_status status;

  if (fd < 0) return ent_fail(err, ENT_UNAVAILABLE, "%s", strerror(errno));
  status = connect_path(fd, path, deadline, err);
  if (!status) client->context = redisConnectFd(fd);
  if (!client->context) close(fd);
  return status || client->context ? status : ent_fail_nomem(err);
}

static ent_status start_host(ent_redis_client *client,
                             const ent_redis_address *address,
                             const ent_deadline *deadline, ent_error *err) {
  redisContext *context = redisConnectNonBlock(address->host, address->port);

  client->context = context;
  if (!context) return ent_fail_nomem(err);
  if (context->err == REDIS_ERR_OOM) return ent_fail_nomem(err);
  if (context->err) {
    return ent_fail(err, ENT_UNAVAILABLE, "%s", context->errstr);
  }
  fcntl(context->fd, F_SETFD, FD_CLOEXEC);
  return await_connection(client, deadline, err);
}

/* From now on recv() itself waits for a slice of time: a reply that is quick, as
 * nearly all are, costs no poll(). */
static ent_status wait_in_recv(int fd, ent_error *err) {
  struct timeval slice = {.tv_usec = ENT_SLICE_MS * 1000L};
  int flags = fcntl(fd, F_GETFL);

  if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) ||
      setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &slice, sizeof(slice))) {
    return ent_fail(err, ENT_UNAVAILABLE, "%s", strerror(errno));
  }
  return ENT_OK;
}

static ent_status start(ent_redis_client *client,
                        const ent_redis_address *address,
                        const ent_deadline *deadline, ent_error *err) {
  ent_status status = address->socket
                          ? start_path(client, address->socket, deadline, err)
                          : start_host(client, address, deadline, err);

  if (status) return status;
  client->context->reader->fn = &makers;
  client->context->reader->privdata = &client->maker;
  return wait_in_recv(client->context->fd, err);
}

ent_status ent_redis_client_open(const ent_redis_address *address,
                                 const ent_deadline *deadline,
                                 ent_redis_client **out, ent_error *err) {
  ent_redis_client *client = malloc(sizeof(*client));
  ent_status status;

  if (!client) return ent_fail_nomem(err);
  client->context = NULL;
  client->maker = (reply_maker){.arena = NULL};
  client->n_sent = client->n_expected = 0;
  client->is_broken = false;
  ent_buf_init(&client->out, ENT_REQUEST_MAX);
  status = start(client, address, deadline, err);
  if (status) {
    ent_redis_client_close(client);
    return status;
  }
  *out = client;
  return ENT_OK;
}

void ent_redis_client_close(ent_redis_client *client) {
  if (!client) return;
  if (client->context) redisFree(client->context);
  ent_buf_done(&client->out);
  free(client);
}

/* Writes "$12\r\n"; returns where it ends. */
static char *write_length(char *to, char sign, size_t number) {
  char digits[24];
  int n = 0;

  *to++ = sign;
  do
    digits[n++] = (char)('0' + number % 10);
  while ((number /= 10));
  while (n)
    *to++ = digits[--n];
  *to++ = '\r';
  *to++ = '\n';
  return to;
}

static ent_status append_arg(ent_buf *out, const ent_redis_arg *arg,
                             ent_error *err) {
  char *at;
  ent_status status =
      ent_buf_reserve(out, arg->size + ENT_LENGTH_MAX, &at, err);

  if (status) return status;
  at = write_length(at, '$', arg->size);
  if (arg->size) memcpy(at, arg->data, arg->size);
  at += arg->size;
  *at++ = '\r';
  *at++ = '\n';
  out->size = (size_t)(at - out->data);
  return ENT_OK;
}

ent_status ent_redis_client_add(ent_redis_client *client,
                                const ent_redis_arg *args, size_t n,
                                ent_error *err) {
  ent_buf *out = &client->out;
  size_t before = out->size;
  char *at;
  ent_status status = ent_buf_reserve(out, ENT_LENGTH_MAX, &at, err);

  if (status) return status;
  out->size = (size_t)(write_length(at, '*', n) - out->data);
  for (size_t i = 0; !status && i < n; i++)
    status = append_arg(out, &args[i], err);
  if (status) {
    out->size = before;
    return status;
  }
  client->n_expected++;
  return ENT_OK;
}

static ent_status lost(const char *why, ent_error *err) {
  return ent_fail(err, ENT_UNAVAILABLE, "the connection was lost: %s", why);
}

/* Sends what the socket takes now. */
static ent_status send_some(ent_redis_client *client, ent_error *err) {
  while (client->n_sent < client->out.size) {
    ssize_t n =
        send(client->context->fd, client->out.data + client->n_sent,
             client->out.size - client->n_sent, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return ENT_OK;
    if (n < 0) return lost(strerror(errno), err);
    client->n_sent += (size_t)n;
  }
  client->out.size = client->n_sent = 0;
  if (client->out.capacity > ENT_REQUEST_KEPT) ent_buf_done(&client->out);
  return ENT_OK;
}

/* Takes what the socket has; DONE where that is nothing, at once with
 * MSG_DONTWAIT, else behind a slice of time. */
static ent_status receive_some(ent_redis_client *client, int flags,
                               ent_error *err) {
  redisReader *reader = client->context->reader;
  ssize_t n;

  if (reader->len - reader->pos > ENT_BULK_MAX) {
    return ent_fail(err, ENT_TOO_BIG,
                    "a reply has a string of more than %d "
                    "bytes",
                    (int)ENT_BULK_MAX);
  }

  do
    n = recv(client->context->fd, client->in, sizeof(client->in), flags);
  while (n < 0 && errno == EINTR);
  if (n < 0 && errno == EAGAIN) return ENT_DONE;
  if (n < 0) return lost(strerror(errno), err);
  if (n == 0) return lost("the server hung up", err);
  if (redisReaderFeed(reader, client->in, (size_t)n)) {
    return ent_fail_nomem(err);
  }
  return ENT_OK;
}

/* The reply that stands complete among what was received; DONE where none
 * does. */
static ent_status take_reply(ent_redis_client *client,
                             const ent_redis_reply **reply, ent_error *err) {
  redisReader *reader = client->context->reader;
  void *made = NULL;

  if (redisReaderGetReply(reader, &made) != REDIS_OK) {
    if (client->maker.no_memory) return ent_fail_nomem(err);
    return ent_fail(err, ENT_PROTOCOL, "a reply that is none of Redis: %s",
                    reader->errstr);
  }
  if (!made) return ENT_DONE;
  if (client->n_expected) client->n_expected--;
  *reply = made;
  return ENT_OK;
}

/* Waits until something can be received, sending meanwhile. */
static ent_status wait_for_more(ent_redis_client *client,
                                const ent_deadline *deadline, ent_error *err) {
  for (;;) {
    bool has_rest = client->out.size > 0;
    int ready;
    ent_status status = has_rest ? ENT_DONE : receive_some(client, 0, err);

    if (status != ENT_DONE) return status;
    status = ent_wait(client->context->fd,
                      ENT_WAIT_READ | (has_rest ? ENT_WAIT_WRITE : 0),
                      has_rest ? -1 : 0, deadline, &ready, err);
    if (status) return status;
    if (has_rest && ready & ENT_WAIT_WRITE) {
      status = send_some(client, err);
      if (status) return status;
    }
    if (ready & ENT_WAIT_READ) return receive_some(client, MSG_DONTWAIT, err);
  }
}

/* A server that has hung up before it was asked, being full for one, may have
 * said why: then that is the reply. */
static bool hear_last_words(ent_redis_client *client,
                            const ent_redis_reply **reply) {
  const ent_redis_reply *last = NULL;
  ent_status status;

  do
    status = take_reply(client, &last, NULL);
  while (status == ENT_DONE &&
         receive_some(client, MSG_DONTWAIT, NULL) == ENT_OK);
  if (status || last->kind != ENT_REDIS_ERROR) return false;
  client->is_broken = true;
  *reply = last;
  return true;
}

static ent_status read_reply(ent_redis_client *client,
                             const ent_deadline *deadline,
                             const ent_redis_reply **reply, ent_error *err) {
  ent_error why = {.status = ENT_OK};
  ent_status status = send_some(client, &why);

  if (status) {
    if (hear_last_words(client, reply)) return ENT_OK;
    return ent_fail(err, status, "%s", why.text);
  }
  while (!status) {
    status = take_reply(client, reply, err);
    if (status != ENT_DONE) return status;
    status = wait_for_more(client, deadline, err);
    if (status == ENT_DONE) status = ENT_OK;
  }
  return status;
}

ent_status ent_redis_client_read(ent_redis_client *client,
                                 const ent_deadline *deadline, ent_arena *arena,
                                 const ent_redis_reply **reply,
                                 ent_error *err) {
  ent_status status;

  client->maker = (reply_maker){.arena = arena};
  status = read_reply(client, deadline, reply, err);
  if (status) client->is_broken = true;
  return status;
}

static ent_status poll_reply(ent_redis_client *client,
                             const ent_redis_reply **reply, ent_error *err) {
  ent_status status = send_some(client, err);

  while (!status) {
    status = take_reply(client, reply, err);
    if (status != ENT_DONE) return status;
    status = receive_some(client, MSG_DONTWAIT, err);
  }
  return status;
}

ent_status ent_redis_client_poll(ent_redis_client *client, ent_arena *arena,
                                 const ent_redis_reply **reply,
                                 ent_error *err) {
  ent_status status;

  client->maker = (reply_maker){.arena = arena};
  status = poll_reply(client, reply, err);
  if (status && status != ENT_DONE) client->is_broken = true;
  return status;
}

bool ent_redis_client_is_idle(const ent_redis_client *client) {
  char byte;
  ssize_t n;

  if (!ent_redis_client_is_quiet(client)) return false;
  n = recv(client->context->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n < 0 && errno == EAGAIN;
}

bool ent_redis_client_is_quiet(const ent_redis_client *client) {
  const redisReader *reader = client->context->reader;

  return !client->is_broken && !client->n_expected && !client->out.size &&
         reader->pos == reader->len;
}
