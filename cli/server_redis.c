/* A private Redis: alone, or with two replicas and three sentinels that watch
 * it.  It keeps nothing on the disk, being a cache.  Its few words are asked
 * here by inline commands, which every Redis understands. */
#include "cli/files.h"
#include "cli/process.h"
#include "cli/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ENT_ANSWER_MAX = 8192, ENT_ANSWER_MS = 200 };

/* The path of the server's program in the sandbox: that of a package, or the
 * same program as Debian's redis-tools has it, under the name that makes it the
 * server. */
static ent_status find_program(const ent_server *server, const char **path,
                               ent_error *err) {
  const char *found = ent_process_find(server->arena, "redis-server");
  char *link = ent_arena_printf(server->arena, "%s/redis-server", server->dir);

  if (!found) {
    found = ent_process_find(server->arena, "redis-check-rdb");
    if (!link) return ent_fail_nomem(err);
    if (found && symlink(found, link) && errno != EEXIST) {
      return ent_fail(err, ENT_UNAVAILABLE, "%s: %s", link, strerror(errno));
    }
    if (found) found = link;
  }
  if (!found) {
    return ent_fail(err, ENT_CONFIG,
                    "there is no redis-server: it comes with Debian's package "
                    "redis-tools");
  }
  *path = found;
  return ENT_OK;
}

static void add_server_args(const ent_server *server, ent_args *args) {
  ent_args_add(args, "--port");
  ent_args_add(args, "%d", server->port);
  ent_args_add(args, "--bind");
  ent_args_add(args, "127.0.0.1");
  ent_args_add(args, "--dir");
  ent_args_add(args, "%s", server->folder);
  ent_args_add(args, "--daemonize");
  ent_args_add(args, "no");
}

static void add_data_args(const ent_server *server, ent_args *args) {
  ent_args_add(args, "--unixsocket");
  ent_args_add(args, "%s", server->socket);
  ent_args_add(args, "--unixsocketperm");
  ent_args_add(args, "700");
  ent_args_add(args, "--save");
  ent_args_add(args, "%s", "");
  ent_args_add(args, "--appendonly");
  ent_args_add(args, "no");
  ent_args_add(args, "--repl-diskless-sync-delay");
  ent_args_add(args, "0");
  if (!server->master_port) return;
  ent_args_add(args, "--replicaof");
  ent_args_add(args, "127.0.0.1");
  ent_args_add(args, "%d", server->master_port);
}

/* A sentinel keeps what it learns in its configuration file. */
static ent_status write_sentinel(const ent_server *server, const char *path,
                                 ent_error *err) {
  ent_buf text;
  ent_status status;

  ent_buf_init(&text, ENT_ANSWER_MAX);
  status = ent_buf_printf(&text, err,
                          "sentinel monitor %s 127.0.0.1 %d 2\n"
                          "sentinel down-after-milliseconds %s 1000\n"
                          "sentinel failover-timeout %s 3000\n",
                          ENT_SERVER_MASTER, server->master_port,
                          ENT_SERVER_MASTER, ENT_SERVER_MASTER);
  if (!status) status = ent_files_write(path, text.data, text.size, err);
  ent_buf_done(&text);
  return status;
}

static ent_status add_sentinel_args(const ent_server *server, ent_args *args,
                                    ent_error *err) {
  const char *path =
      ent_arena_printf(server->arena, "%s/sentinel.conf", server->folder);

  if (!path) return ent_fail_nomem(err);
  ent_args_add(args, "%s", path);
  ent_args_add(args, "--sentinel");
  return write_sentinel(server, path, err);
}

static ent_status launch(ent_server *server, const char *log, ent_error *err) {
  bool is_sentinel = server->ops == &ent_server_sentinel;
  ent_args args = {.arena = server->arena};
  ent_process process = {
      .args = args.list, .input = "/dev/null", .server = true};
  const char *program = NULL;
  ent_status status = find_program(server, &program, err);

  if (status) return status;
  ent_args_add(&args, "%s", program);
  if (is_sentinel) status = add_sentinel_args(server, &args, err);
  if (status) return status;
  add_server_args(server, &args);
  if (!is_sentinel) add_data_args(server, &args);
  if (args.failed) return ent_fail_nomem(err);
  process.output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (process.output < 0) {
    return ent_fail(err, ENT_UNAVAILABLE, "%s: %s", log, strerror(errno));
  }
  status = ent_process_start(&process, &server->pid, err);
  close(process.output);
  return status;
}

static int connect_to(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons((uint16_t)port);
  if (fd >= 0 &&
      connect(fd, (const struct sockaddr *)&address, sizeof(address))) {
    close(fd);
    return -1;
  }
  return fd;
}

/* What a server says to a command within a moment: its first bytes, as a text;
 * empty where it says nothing. */
static void ask(int port, const char *command, char *answer) {
  struct pollfd wait = {.fd = connect_to(port), .events = POLLIN};
  size_t size = 0;

  answer[0] = '\0';
  if (wait.fd < 0) return;
  if (send(wait.fd, command, strlen(command), MSG_NOSIGNAL) > 0 &&
      poll(&wait, 1, ENT_ANSWER_MS) == 1) {
    ssize_t n = recv(wait.fd, answer, ENT_ANSWER_MAX - 1, 0);

    size = n > 0 ? (size_t)n : 0;
  }
  answer[size] = '\0';
  close(wait.fd);
}

static size_t count(const char *text, const char *word) {
  size_t n = 0;

  while ((text = strstr(text, word))) {
    text += strlen(word);
    n++;
  }
  return n;
}

static bool is_ready(const ent_server *server) {
  char answer[ENT_ANSWER_MAX];

  ask(server->port, "PING\r\n", answer);
  return strncmp(answer, "+PONG", 5) == 0;
}

static bool is_replica_ready(const ent_server *server) {
  char answer[ENT_ANSWER_MAX];

  ask(server->port, "INFO replication\r\n", answer);
  return count(answer, "master_link_status:up") == 1;
}

/* Whether a sentinel has heard of the two others. */
static bool is_settled(const ent_server *server) {
  char answer[ENT_ANSWER_MAX];

  ask(server->port, "SENTINEL CKQUORUM " ENT_SERVER_MASTER "\r\n", answer);
  return strncmp(answer, "+OK 3", 5) == 0;
}

static ent_status start(ent_server *server,
                        bool (*is_there)(const ent_server *), ent_error *err) {
  const char *log = ent_arena_printf(server->arena, "%s/log", server->folder);
  ent_status status =
      log ? ent_files_make_dir(server->folder, err) : ent_fail_nomem(err);
  int held;

  if (status) return status;
  server->socket =
      ent_arena_printf(server->arena, "%s/redis.sock", server->folder);
  if (!server->socket) return ent_fail_nomem(err);
  held = ent_server_hold_port(&server->port);
  if (held < 0) {
    return ent_fail(err, ENT_UNAVAILABLE, "no free port: %s", strerror(errno));
  }
  status = launch(server, log, err);
  if (!status) status = ent_server_await(server, is_there, log, err);
  close(held);
  if (status) ent_server_stop(server);
  return status;
}

static ent_status redis_start(ent_server *server, ent_error *err) {
  return start(server, server->master_port ? is_replica_ready : is_ready, err);
}

static ent_status sentinel_start(ent_server *server, ent_error *err) {
  return start(server, is_ready, err);
}

static ent_status sentinel_settle(ent_server *server, ent_error *err) {
  const char *log = ent_arena_printf(server->arena, "%s/log", server->folder);

  return log ? ent_server_await(server, is_settled, log, err)
             : ent_fail_nomem(err);
}

static ent_status redis_configure(const ent_server *server, ent_buf *yaml,
                                  ent_error *err) {
  return ent_buf_printf(yaml, err, "  redis: \"%s:0\"\n", server->socket);
}

const ent_server_ops ent_server_redis = {
    .name = "redis-server",
    .start = redis_start,
    .configure = redis_configure,
};

const ent_server_ops ent_server_sentinel = {
    .name = "redis-sentinel",
    .start = sentinel_start,
    .settle = sentinel_settle,
};
