#include "cli/process.h"
#include "cli/server.h"
#include "cli/template.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A program of MariaDB, or the package that has it as an error. */
static ent_status find(const ent_server *server, const char *name,
                       const char *package, const char **path, ent_error *err) {
  const char *found = ent_process_find(server->arena, name);

  if (found) {
    *path = found;
    return ENT_OK;
  }
  return ent_fail(err, ENT_CONFIG,
                  "there is no %s: it comes with Debian's package %s", name,
                  package);
}

static void add_server_args(const ent_server *server, const char *program,
                            ent_args *args) {
  ent_args_add(args, "%s", program);
  ent_args_add(args, "--no-defaults");
  if (geteuid() == 0) ent_args_add(args, "--user=root");
  ent_args_add(args, "--datadir=%s/data", server->dir);
  ent_args_add(args, "--tmpdir=%s", server->dir);
  ent_args_add(args, "--pid-file=%s/mysql.pid", server->dir);
  ent_args_add(args, "--socket=%s", server->socket);
  ent_args_add(args, "--port=%d", server->port);
  ent_args_add(args, "--bind-address=127.0.0.1");
  ent_args_add(args, "--skip-name-resolve");
  ent_args_add(args, "--skip-log-bin");
  ent_args_add(args, "--local-infile=1");
  ent_args_add(args, "--character-set-server=utf8mb4");
  ent_args_add(args, "--performance-schema=OFF");
  ent_args_add(args, "--innodb-buffer-pool-size=16M");
  ent_args_add(args, "--innodb-log-file-size=8M");
  ent_args_add(args, "--innodb-fast-shutdown=2");
  ent_args_add(args, "--key-buffer-size=1M");
  ent_args_add(args, "--aria-pagecache-buffer-size=8M");
}

/* Starts mariadbd with its words going to the log. */
static ent_status launch(ent_server *server, const char *program,
                         const char *log, ent_error *err) {
  ent_args args = {.arena = server->arena};
  ent_process process = {
      .args = args.list, .input = "/dev/null", .server = true};
  ent_status status;

  add_server_args(server, program, &args);
  if (args.failed) return ent_fail_nomem(err);
  process.output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (process.output < 0) {
    return ent_fail(err, ENT_UNAVAILABLE, "%s: %s", log, strerror(errno));
  }
  status = ent_process_start(&process, &server->pid, err);
  close(process.output);
  return status;
}

static bool greets(const ent_server *server) {
  return ent_server_greets(server->socket);
}

/* Adds the client with what every use of it needs. */
static ent_status add_client(const ent_server *server, ent_args *args,
                             ent_error *err) {
  const char *client = NULL;
  ent_status status =
      find(server, "mariadb", "mariadb-client-core", &client, err);

  if (status) return status;
  ent_args_add(args, "%s", client);
  ent_args_add(args, "--no-defaults");
  ent_args_add(args, "--user=root");
  ent_args_add(args, "--socket=%s", server->socket);
  ent_args_add(args, "--default-character-set=utf8mb4");
  return ENT_OK;
}

static ent_status create_database(const ent_server *server, ent_error *err) {
  ent_args args = {.arena = server->arena};
  ent_process process = {.args = args.list, .input = "/dev/null", .output = -1};
  ent_status status = add_client(server, &args, err);

  if (status) return status;
  ent_args_add(&args,
               "--execute=CREATE DATABASE IF NOT EXISTS `%s`"
               " CHARACTER SET utf8mb4",
               server->database);
  if (args.failed) return ent_fail_nomem(err);
  return ent_process_run(&process, err);
}

/* Starts the server on its data, and makes the database. */
static ent_status run(ent_server *server, const char *program, const char *log,
                      ent_error *err) {
  int held = ent_server_hold_port(&server->port);
  ent_status status;

  if (held < 0) {
    return ent_fail(err, ENT_UNAVAILABLE, "no free port: %s", strerror(errno));
  }
  status = launch(server, program, log, err);
  if (!status) status = ent_server_await(server, greets, log, err);
  close(held);
  if (!status) status = create_database(server, err);
  if (status) ent_server_stop(server);
  return status;
}

static ent_status mariadb_start(ent_server *server, ent_error *err) {
  const char *program = NULL;
  const char *install = NULL;
  const char *log = ent_arena_printf(server->arena, "%s/log", server->dir);
  const char *data = ent_arena_printf(server->arena, "%s/data", server->dir);
  ent_status status;

  server->socket =
      ent_arena_printf(server->arena, "%s/mysql.sock", server->dir);
  if (!log || !data || !server->socket) return ent_fail_nomem(err);
  status = find(server, "mariadbd", "mariadb-server-core", &program, err);
  if (!status) {
    status = find(server, "mariadb-install-db", "mariadb-server-core", &install,
                  err);
  }
  if (!status && access(data, F_OK)) {
    status =
        ent_template_make(server->dir, install, program, server->arena, err);
    if (status && status != ENT_INTERRUPTED) ent_server_show_log(log);
  }
  return status ? status : run(server, program, log, err);
}

static ent_status mariadb_load(ent_server *server, const char *file,
                               ent_error *err) {
  ent_args args = {.arena = server->arena};
  ent_process process = {
      .args = args.list, .input = file, .output = STDERR_FILENO};
  ent_status status = add_client(server, &args, err);

  if (status) return status;
  ent_args_add(&args, "--local-infile=1");
  ent_args_add(&args, "%s", server->database);
  if (args.failed) return ent_fail_nomem(err);
  return ent_process_run(&process, err);
}

static ent_status mariadb_configure(const ent_server *server, ent_buf *yaml,
                                    ent_error *err) {
  return ent_buf_printf(yaml, err, "  mysql: \"root@unix(%s)/%s\"\n",
                        server->socket, server->database);
}

const ent_server_ops ent_server_mariadb = {
    .name = "mariadbd",
    .start = mariadb_start,
    .load = mariadb_load,
    .configure = mariadb_configure,
};
