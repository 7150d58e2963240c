#ifndef ENT_CLI_SERVER_H
#define ENT_CLI_SERVER_H

#include "backends/base/arena.h"
#include "backends/base/buf.h"
#include "backends/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The servers that a sandbox is made of.  Each kind is one ent_server_ops in a
 * file of its own; the sandbox starts those it wants in order, and stops them
 * in the other. */
typedef struct ent_server ent_server;

typedef struct ent_server_ops {
  const char *name; /* of the program, as in messages */

  /* Starts the server in server->dir and returns when it answers; sets pid,
   * socket and port.  What it had started is stopped where it fails.
   * INTERRUPTED by a signal; CONFIG where a program is missing, with the
   * Debian package that has it; UNAVAILABLE with the end of its log. */
  ent_status (*start)(ent_server *server, ent_error *err);

  /* Waits until the server, and all others that were started, know each other;
   * NULL where it need not.  Errors as those of a start. */
  ent_status (*settle)(ent_server *server, ent_error *err);

  /* Runs a file of the server's own statements.  Their results, and what is
   * wrong with them, go to stderr as the client tells it.
   * REJECTED, INTERRUPTED, UNAVAILABLE. */
  ent_status (*load)(ent_server *server, const char *file, ent_error *err);

  /* Appends its line of the pool in entable.yaml. */
  ent_status (*configure)(const ent_server *server, ent_buf *yaml,
                          ent_error *err);
} ent_server_ops;

enum { ENT_SERVER_START_MS = 60 * 1000, ENT_SERVER_STOP_MS = 5000 };

struct ent_server {
  const ent_server_ops *ops;
  ent_arena *arena;     /* for its texts */
  const char *dir;      /* absolute; the server's alone */
  const char *database; /* of MariaDB: to be created if it is not there */
  const char *folder;   /* of a Redis: its own in `dir` */
  int master_port;      /* of a replica or sentinel: its master's; else 0 */
  const char *socket;   /* path */
  int port;             /* of 127.0.0.1 */
  pid_t pid;            /* 0 while it does not run */
};

extern const ent_server_ops ent_server_mariadb;
extern const ent_server_ops ent_server_redis;
extern const ent_server_ops ent_server_sentinel;

/* What sentinels call the Redis that they watch. */
#define ENT_SERVER_MASTER "entable"

/* Stops a server that may run. */
void ent_server_stop(ent_server *server);

/* The longest path a socket in a directory may have, and whether this one may
 * stand in addresses and in YAML as it is. */
bool ent_server_dir_fits(const char *dir);

/* Takes a free port of 127.0.0.1 and holds it, so that no other program is
 * given it before a server with SO_REUSEADDR listens on it.  Returns a
 * descriptor to close then; -1 with errno. */
int ent_server_hold_port(int *port);

/* Whether the server behind a Unix socket greets a client. */
bool ent_server_greets(const char *path);

/* Waits until a server that was started is there, looking at it every few
 * milliseconds.  INTERRUPTED by a signal; UNAVAILABLE with the end of its log
 * where it ends or does not come. */
ENT_CHECKED ent_status ent_server_await(ent_server *server,
                                        bool (*is_there)(const ent_server *),
                                        const char *log, ent_error *err);

/* Copies the last lines of a log file to stderr. */
void ent_server_show_log(const char *path);

#endif
