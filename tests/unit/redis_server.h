#ifndef ENT_TESTS_UNIT_REDIS_SERVER_H
#define ENT_TESTS_UNIT_REDIS_SERVER_H

#include "backends/base/redis_address.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
/* cmocka.h wants some of the above before it */
#include <cmocka.h>

/* A server of the test's own, which says what a real Redis cannot be made to.
 * A client is connected as soon as it stands in the queue of the listener; the
 * test then takes the other end and plays the server by itself. */
typedef struct redis_server {
  char dir[32];
  char path[64];
  int listener; /* of the socket */
  int tcp;      /* of 127.0.0.1, `port` */
  uint16_t port;
} redis_server;

static inline void listen_at_path(redis_server *server, int backlog) {
  struct sockaddr_un at = {.sun_family = AF_UNIX};

  server->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_true(server->listener >= 0);
  memcpy(at.sun_path, server->path, strlen(server->path));
  assert_int_equal(
      bind(server->listener, (const struct sockaddr *)&at, sizeof(at)), 0);
  assert_int_equal(listen(server->listener, backlog), 0);
}

/* A port that is this server's; who connects is refused until it listens. */
static inline void bind_port(redis_server *server) {
  struct sockaddr_in at = {.sin_family = AF_INET};
  socklen_t size = sizeof(at);

  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  server->tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_true(server->tcp >= 0);
  assert_int_equal(bind(server->tcp, (const struct sockaddr *)&at, size), 0);
  assert_int_equal(getsockname(server->tcp, (struct sockaddr *)&at, &size), 0);
  server->port = ntohs(at.sin_port);
}

static inline void listen_at_port(redis_server *server, int backlog) {
  bind_port(server);
  assert_int_equal(listen(server->tcp, backlog), 0);
}

/* A directory for the socket; nobody listens yet. */
static inline void make_place(redis_server *server) {
  *server = (redis_server){
      .dir = "/tmp/redis-test-XXXXXX", .listener = -1, .tcp = -1};
  assert_non_null(mkdtemp(server->dir));
  snprintf(server->path, sizeof(server->path), "%s/r.sock", server->dir);
}

static inline void stop_listening(redis_server *server) {
  if (server->listener >= 0) close(server->listener);
  if (server->tcp >= 0) close(server->tcp);
  server->listener = server->tcp = -1;
  unlink(server->path);
}

static inline void end_server(redis_server *server) {
  stop_listening(server);
  rmdir(server->dir);
}

/* The server's end of the client that came first. */
static inline int take_peer(int listener) {
  int fd = accept(listener, NULL, NULL);

  assert_true(fd >= 0);
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  return fd;
}

/* How many clients came since this was asked last; they are hung up on. */
static inline int count_clients(int listener) {
  int n = 0;
  int fd;

  fcntl(listener, F_SETFL, O_NONBLOCK);
  while ((fd = accept(listener, NULL, NULL)) >= 0) {
    close(fd);
    n++;
  }
  assert_int_equal(errno, EAGAIN);
  fcntl(listener, F_SETFL, 0);
  return n;
}

static inline void say_bytes(int fd, const char *data, size_t size) {
  while (size) {
    ssize_t n = send(fd, data, size, MSG_NOSIGNAL);

    assert_true(n > 0);
    data += n;
    size -= (size_t)n;
  }
}

static inline void say(int fd, const char *text) {
  say_bytes(fd, text, strlen(text));
}

/* What has come must be these bytes; no more are read. */
static inline void assert_heard(int fd, const char *data, size_t size) {
  char heard[4096];
  size_t n_heard = 0;

  assert_true(size <= sizeof(heard));
  while (n_heard < size) {
    ssize_t n = recv(fd, heard + n_heard, size - n_heard, 0);

    assert_true(n > 0);
    n_heard += (size_t)n;
  }
  assert_memory_equal(heard, data, size);
}

/* Whether the client has hung up, having said no more, or not having heard all
 * it was told. */
static inline bool is_hung_up(int fd) {
  char byte;
  ssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT);

  return n == 0 || (n < 0 && errno == ECONNRESET);
}

#endif
