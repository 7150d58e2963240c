#include "cli/server.h"

#include "backends/base/deadline.h"
#include "cli/process.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ENT_LOG_LINES = 12, ENT_LOG_LINE = 512, ENT_LOOK_MS = 10 };

void ent_server_stop(ent_server *server) {
  if (server->pid) ent_process_stop(server->pid, true, ENT_SERVER_STOP_MS);
  server->pid = 0;
}

bool ent_server_dir_fits(const char *dir) {
  static const char refused[] = "()[]{}\"'\\$?#%";
  size_t room = sizeof(((struct sockaddr_un *)0)->sun_path);

  if (strlen(dir) + sizeof("/replica1/redis.sock") > room) return false;
  for (const char *at = dir; *at; at++) {
    if ((unsigned char)*at < 0x20 || strchr(refused, *at)) return false;
  }
  return true;
}

int ent_server_hold_port(int *port) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t size = sizeof(address);
  int on = 1;
  int fd = socket(AF_INET, SOCK_STREAM, 0);

  if (fd < 0) return -1;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
      bind(fd, (const struct sockaddr *)&address, size) ||
      getsockname(fd, (struct sockaddr *)&address, &size)) {
    close(fd);
    return -1;
  }
  *port = ntohs(address.sin_port);
  return fd;
}

bool ent_server_greets(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct pollfd wait = {.events = POLLIN};
  bool greets;
  char byte;

  wait.fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (wait.fd < 0) return false;
  snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
  greets = connect(wait.fd, (const struct sockaddr *)&address,
                   sizeof(address)) == 0 &&
           poll(&wait, 1, 100) == 1 && recv(wait.fd, &byte, 1, 0) == 1;
  close(wait.fd);
  return greets;
}

void ent_server_show_log(const char *path) {
  char lines[ENT_LOG_LINES][ENT_LOG_LINE];
  FILE *log = fopen(path, "re");
  size_t n = 0;

  if (!log) return;
  while (fgets(lines[n % ENT_LOG_LINES], ENT_LOG_LINE, log))
    n++;
  fclose(log);
  for (size_t i = n > ENT_LOG_LINES ? n - ENT_LOG_LINES : 0; i < n; i++) {
    fprintf(stderr, "  %s", lines[i % ENT_LOG_LINES]);
  }
}

ent_status ent_server_await(ent_server *server,
                            bool (*is_there)(const ent_server *),
                            const char *log, ent_error *err) {
  int64_t until = ent_now_ms() + ENT_SERVER_START_MS;
  ent_process_signal signal;
  int exit_status = 0;

  while (!is_there(server)) {
    ent_error waiting = {0};
    ent_status status = ent_process_wait(server->pid, ENT_LOOK_MS, &exit_status,
                                         &signal, &waiting);

    if (status == ENT_TIMEOUT && ent_now_ms() < until) continue;
    if (status == ENT_INTERRUPTED) {
      *err = waiting;
      return status;
    }
    ent_server_show_log(log);
    if (status) return ent_fail(err, ENT_UNAVAILABLE, "it does not answer");
    server->pid = 0;
    return ent_fail(err, ENT_UNAVAILABLE, "it ended with status %d",
                    exit_status);
  }
  return ENT_OK;
}
