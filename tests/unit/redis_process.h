#ifndef ENT_TESTS_UNIT_REDIS_PROCESS_H
#define ENT_TESTS_UNIT_REDIS_PROCESS_H

#include "backends/redis/connection.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
/* cmocka.h wants some of the above before it */
#include <cmocka.h>

enum { ENT_LONGEST_MS = 60000 }; /* what takes a moment may take */

/* A real Redis of the test's own, at a socket, with nothing on the disk; and
 * another client of it. */
typedef struct redis_process {
  char dir[32];
  char path[64];
  pid_t pid;
  ent_redis_address address; /* of that other client, nobody it is logged in */
  ent_redis_connection *other;
} redis_process;

static inline void nap(void) {
  nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

/* The other client; NULL while nobody answers. */
static inline ent_redis_connection *try_other(redis_process *redis) {
  ent_deadline deadline = ent_deadline_in(ENT_LONGEST_MS);
  ent_redis_connection *opened = NULL;
  ent_error err = {.status = ENT_OK};

  if (ent_redis_connection_open(&redis->address, &deadline, &opened, &err))
    return NULL;
  return opened;
}

/* Becomes the server; Debian's redis-tools has the program under another name,
 * and it goes by the name that it is called by. */
static inline void become_server(const redis_process *redis) {
  static const char *const names[] = {"redis-server", "redis-check-rdb"};
  int nowhere = open("/dev/null", O_WRONLY);

  dup2(nowhere, STDOUT_FILENO);
  for (int i = 0; i < 2; i++) {
    execlp(names[i], "redis-server", "--port", "0", "--unixsocket", redis->path,
           "--dir", redis->dir, "--save", "", "--appendonly", "no",
           (char *)NULL);
  }
  _exit(127);
}

static inline void start_redis(redis_process *redis) {
  int64_t until_ms = ent_now_ms() + ENT_LONGEST_MS;

  redis->pid = fork();
  assert_true(redis->pid >= 0);
  if (!redis->pid) become_server(redis);
  while (!(redis->other = try_other(redis))) {
    assert_int_equal(waitpid(redis->pid, NULL, WNOHANG), 0);
    assert_true(ent_now_ms() < until_ms);
    nap();
  }
}

static inline void make_redis(redis_process *redis) {
  *redis = (redis_process){.dir = "/tmp/redis-test-XXXXXX"};
  assert_non_null(mkdtemp(redis->dir));
  snprintf(redis->path, sizeof(redis->path), "%s/r.sock", redis->dir);
  redis->address = (ent_redis_address){.socket = redis->path};
  start_redis(redis);
}

static inline void kill_redis(redis_process *redis) {
  ent_redis_connection_close(redis->other);
  redis->other = NULL;
  if (redis->pid) kill(redis->pid, SIGKILL);
  if (redis->pid) waitpid(redis->pid, NULL, 0);
  redis->pid = 0;
  unlink(redis->path);
}

static inline void end_redis(redis_process *redis) {
  kill_redis(redis);
  rmdir(redis->dir);
}

/* What the server answers to the other client's command, of at most seven
 * words; a number, or that of a text's bytes.  The text goes to `text`, if that
 * is wanted. */
static inline int64_t tell(const redis_process *redis, char *text, size_t size,
                           const char *const words[8]) {
  ent_deadline deadline = ent_deadline_in(ENT_LONGEST_MS);
  ent_arena arena = {.blocks = NULL};
  ent_error err = {.status = ENT_OK};
  const ent_redis_reply *reply = NULL;
  ent_redis_arg args[8];
  size_t n = 0;
  int64_t number;

  while (words[n]) {
    args[n] = ent_redis_arg_text(words[n]);
    n++;
  }
  if (ent_redis_connection_run(redis->other, args, n, &deadline, &arena, &reply,
                               &err)) {
    fail_msg("%s: %s", words[0], err.text);
  }
  number =
      reply->kind == ENT_REDIS_INTEGER ? reply->integer : (int64_t)reply->size;
  if (text) snprintf(text, size, "%.*s", (int)reply->size, reply->data);
  ent_arena_done(&arena);
  return number;
}

#define TELL(redis, ...)                                                       \
  tell(redis, NULL, 0, (const char *const[8]){__VA_ARGS__, NULL})

#endif
