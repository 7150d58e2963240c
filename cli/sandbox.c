/* entable sandbox: private servers in a directory of their own, for as long as
 * a command, a shell or a signal takes.  Whatever ends it, there is one way
 * out: the servers are stopped, then their directory is removed. */
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/process.h"
#include "cli/server.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  ENT_COMMAND_GRACE_MS = 5000,
  ENT_CONFIG_CEILING = 16 * 1024,
  ENT_REPLICAS = 2,
  ENT_SENTINELS = 3,
  ENT_REDIS_MAX = 1 + ENT_REPLICAS + ENT_SENTINELS,
};

typedef struct sandbox {
  const ent_options *options;
  ent_arena arena;
  char *dir;    /* absolute; NULL until it is there */
  char *config; /* path of its entable.yaml */
  bool has_redis;
  bool has_sentinel;
  ent_server mariadb;
  ent_server redis[ENT_REDIS_MAX]; /* n_redis: the master, its replicas, then
                                      the sentinels */
  size_t n_redis;
} sandbox;

static ent_status check_database(const char *name, ent_error *err) {
  size_t size = strlen(name);

  for (const char *at = name; *at; at++) {
    if (isalnum((unsigned char)*at) || strchr("_-", *at)) continue;
    return ent_fail(err, ENT_CONFIG,
                    "database '%s': only letters, digits, _ and - please",
                    name);
  }
  if (size && size <= 64) return ENT_OK;
  return ent_fail(err, ENT_CONFIG, "a database's name has 1 to 64 letters");
}

/* The servers that --with names. */
static ent_status take_with(sandbox *box, ent_error *err) {
  const char *at = box->options->with;

  while (at && *at) {
    size_t size = strcspn(at, ",");

    if (size == strlen("redis") && memcmp(at, "redis", size) == 0) {
      box->has_redis = true;
    } else if (size == strlen("sentinel") &&
               memcmp(at, "sentinel", size) == 0) {
      box->has_redis = box->has_sentinel = true;
    } else {
      return ent_fail(err, ENT_CONFIG,
                      "--with: there is no '%.*s'; there are redis and "
                      "sentinel, separated by commas",
                      (int)size, at);
    }
    at += size + (at[size] == ',');
  }
  return ENT_OK;
}

/* A fresh directory in TMPDIR, or in /tmp where its path would be too long
 * for a socket. */
static ent_status make_temporary(sandbox *box, ent_error *err) {
  const char *base = getenv("TMPDIR");
  char *dir = NULL;

  if (base && *base == '/') {
    dir = ent_arena_printf(&box->arena, "%s/entable-XXXXXX", base);
  }
  if (!dir || !ent_server_dir_fits(dir)) {
    dir = ent_arena_strdup(&box->arena, "/tmp/entable-XXXXXX");
  }
  if (!dir) return ent_fail_nomem(err);
  if (!mkdtemp(dir)) {
    return ent_fail(err, ENT_UNAVAILABLE, "%s: %s", dir, strerror(errno));
  }
  box->dir = dir;
  return ENT_OK;
}

/* Whether a directory holds something that no sandbox has left there. */
static bool is_foreign(const char *dir) {
  DIR *list = opendir(dir);
  bool any = false;
  bool data = false;
  struct dirent *entry;

  while (list && (entry = readdir(list))) {
    if (strcmp(entry->d_name, "data") == 0) data = true;
    if (entry->d_name[0] != '.') any = true;
  }
  if (list) closedir(list);
  return any && !data;
}

static ent_status use_kept(sandbox *box, const char *keep, ent_error *err) {
  ent_status status = ent_files_make_dir(keep, err);
  char *dir = NULL;

  if (!status) status = ent_files_resolve(keep, &box->arena, &dir, err);
  if (status) return status;
  if (!ent_server_dir_fits(dir)) {
    return ent_fail(err, ENT_CONFIG,
                    "%s: too long for a socket's path, or with a character "
                    "that an address cannot have",
                    dir);
  }
  if (is_foreign(dir)) {
    return ent_fail(err, ENT_CONFIG, "%s: there is something else in it", dir);
  }
  box->dir = dir;
  return ENT_OK;
}

/* "127.0.0.1:1, 127.0.0.1:2": the sentinels; NULL if there is no memory. */
static const char *sentinels(sandbox *box, const char *before) {
  const char *list = "";

  for (size_t i = 1 + ENT_REPLICAS; list && i < box->n_redis; i++) {
    list =
        ent_arena_printf(&box->arena, "%s%s%s127.0.0.1:%d%s", list,
                         *list ? "," : "", before, box->redis[i].port, before);
  }
  return list;
}

/* The line of Redis in the pool. */
static ent_status configure_redis(sandbox *box, ent_buf *yaml, ent_error *err) {
  const char *list;

  if (!box->has_sentinel) {
    return box->redis[0].ops->configure(&box->redis[0], yaml, err);
  }
  list = sentinels(box, "\"");
  if (!list) return ent_fail_nomem(err);
  return ent_buf_printf(yaml, err, "  sentinel: {%s: [%s]}\n",
                        ENT_SERVER_MASTER, list);
}

static ent_status write_config(sandbox *box, ent_error *err) {
  static const char head[] = "default:\n  import: true\n";
  ent_status status;
  ent_buf yaml;

  box->config = ent_arena_printf(&box->arena, "%s/entable.yaml", box->dir);
  if (!box->config) return ent_fail_nomem(err);
  ent_buf_init(&yaml, ENT_CONFIG_CEILING);
  status = ent_buf_append(&yaml, head, strlen(head), err);
  if (!status) status = box->mariadb.ops->configure(&box->mariadb, &yaml, err);
  if (!status && box->has_redis) status = configure_redis(box, &yaml, err);
  if (!status) {
    status = ent_files_write(box->config, yaml.data, yaml.size, err);
  }
  ent_buf_done(&yaml);
  return status;
}

static ent_status load_files(sandbox *box, ent_error *err) {
  const ent_options *options = box->options;
  ent_status status = ENT_OK;

  for (size_t i = 0; i < options->n_loads && !status; i++) {
    status = box->mariadb.ops->load(&box->mariadb, options->loads[i], err);
    if (status) ent_error_context(err, status, "load %s", options->loads[i]);
  }
  return status;
}

static ent_status start_server(ent_server *server, ent_error *err) {
  ent_status status = server->ops->start(server, err);

  return ent_error_context(err, status, "start %s", server->ops->name);
}

/* The only one of its kind has no number. */
static const char *folder_of(sandbox *box, const char *name, int number) {
  if (!number) return ent_arena_printf(&box->arena, "%s/%s", box->dir, name);
  return ent_arena_printf(&box->arena, "%s/%s%d", box->dir, name, number);
}

/* The next of those that are Redis' programs. */
static ent_status start_redis(sandbox *box, const ent_server_ops *ops,
                              const char *name, int number, ent_error *err) {
  ent_server *server = &box->redis[box->n_redis];

  *server = (ent_server){.ops = ops,
                         .arena = &box->arena,
                         .dir = box->dir,
                         .folder = folder_of(box, name, number),
                         .master_port = box->n_redis ? box->redis[0].port : 0};
  if (!server->folder) return ent_fail_nomem(err);
  box->n_redis++;
  return start_server(server, err);
}

static ent_status start_all_redis(sandbox *box, ent_error *err) {
  ent_status status = start_redis(box, &ent_server_redis, "redis", 0, err);

  if (!box->has_sentinel) return status;
  for (int i = 1; !status && i <= ENT_REPLICAS; i++)
    status = start_redis(box, &ent_server_redis, "replica", i, err);
  for (int i = 1; !status && i <= ENT_SENTINELS; i++)
    status = start_redis(box, &ent_server_sentinel, "sentinel", i, err);
  for (size_t i = 1 + ENT_REPLICAS; !status && i < box->n_redis; i++) {
    status = box->redis[i].ops->settle(&box->redis[i], err);
    ent_error_context(err, status, "start %s", box->redis[i].ops->name);
  }
  return status;
}

/* Makes the directory and starts everything in it. */
static ent_status set_up(sandbox *box, ent_error *err) {
  const ent_options *options = box->options;
  ent_status status = options->keep ? use_kept(box, options->keep, err)
                                    : make_temporary(box, err);

  if (status) return status;
  box->mariadb = (ent_server){.ops = &ent_server_mariadb,
                              .arena = &box->arena,
                              .dir = box->dir,
                              .database = options->database};
  status = start_server(&box->mariadb, err);
  if (!status && box->has_redis) status = start_all_redis(box, err);
  if (!status) status = load_files(box, err);
  return status ? status : write_config(box, err);
}

static void tear_down(sandbox *box) {
  while (box->n_redis)
    ent_server_stop(&box->redis[--box->n_redis]);
  ent_server_stop(&box->mariadb);
  if (box->dir && !box->options->keep) ent_files_remove(box->dir);
  ent_arena_done(&box->arena);
}

/* Where everything is, as names with values. */
typedef void tell_name(const char *name, const char *value);

static void tell_number(tell_name *tell, const char *name, int number) {
  char text[16];

  snprintf(text, sizeof(text), "%d", number);
  tell(name, text);
}

static void tell_names(sandbox *box, tell_name *tell) {
  tell("ENTABLE_CONFIG", box->config);
  tell("ENTABLE_SANDBOX_DIR", box->dir);
  tell("ENTABLE_SANDBOX_SOCKET", box->mariadb.socket);
  tell_number(tell, "ENTABLE_SANDBOX_PORT", box->mariadb.port);
  if (box->has_redis) {
    tell("ENTABLE_SANDBOX_REDIS", box->redis[0].socket);
    tell_number(tell, "ENTABLE_SANDBOX_REDIS_PORT", box->redis[0].port);
  }
  if (box->has_sentinel) {
    const char *list = sentinels(box, "");

    tell("ENTABLE_SANDBOX_SENTINELS", list ? list : "");
  }
  tell("ENTABLE_SANDBOX_DATABASE", box->options->database);
}

static void export_name(const char *name, const char *value) {
  setenv(name, value, 1);
}

static void print_name(const char *name, const char *value) {
  printf("%s=%s\n", name, value);
}

/* A shell of this program in a child, so that it is waited for like any other
 * command. */
static pid_t start_shell(void) {
  ent_options options = {.db = ":memory:"};
  pid_t pid = 0;

  fflush(NULL);
  pid = fork();
  if (pid == 0) {
    ent_process_release();
    exit(ent_command_shell(&options));
  }
  return pid;
}

/* Waits for the command.  A signal that only this program got is passed on;
 * after one that means "end", the command has five seconds. */
static int await_command(pid_t pid) {
  ent_process_signal signal = {0};
  int exit_status = 0;

  while (ent_process_wait(pid, -1, &exit_status, &signal, NULL)) {
    if (signal.from_terminal) continue;
    if (signal.number != SIGINT && signal.number != SIGQUIT) {
      ent_process_stop(pid, false, ENT_COMMAND_GRACE_MS);
      return 128 + signal.number;
    }
    kill(pid, signal.number);
  }
  return exit_status;
}

static int run_command(char *const *args) {
  ent_process process = {.args = args, .output = -1};
  ent_error err = {0};
  pid_t pid = 0;

  if (!ent_process_start(&process, &pid, &err)) return await_command(pid);
  fprintf(stderr, "entable: sandbox: %s\n", err.text);
  return err.native == ENOENT ? 127 : 126;
}

static int run_shell(void) {
  pid_t pid = start_shell();

  if (pid > 0) return await_command(pid);
  fprintf(stderr, "entable: sandbox: fork: %s\n", strerror(errno));
  return ENT_EXIT_FAILED;
}

/* Tells where everything is and waits for a signal, or for the server to end
 * by itself. */
static int run_alone(sandbox *box) {
  ent_process_signal signal;
  int exit_status = 0;

  tell_names(box, print_name);
  fflush(stdout);
  if (ent_process_wait(box->mariadb.pid, -1, &exit_status, &signal, NULL)) {
    return 128 + signal.number;
  }
  box->mariadb.pid = 0;
  fprintf(stderr, "entable: sandbox: %s ended with status %d\n",
          box->mariadb.ops->name, exit_status);
  return ENT_EXIT_FAILED;
}

static int use(sandbox *box) {
  tell_names(box, export_name);
  if (box->options->behind) return run_command(box->options->behind);
  if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) return run_shell();
  return run_alone(box);
}

int ent_command_sandbox(const ent_options *options) {
  sandbox box = {.options = options};
  ent_error err = {0};
  int exit_status = ENT_EXIT_FAILED;
  ent_status status;

  if (options->n_words > 1) {
    return ent_command_misused("sandbox",
                               "unexpected '%s': a command stands "
                               "behind --",
                               options->words[1]);
  }
  if (options->behind && !options->behind[0]) {
    return ent_command_misused("sandbox", "there is no command behind --");
  }
  if (check_database(options->database, &err) || take_with(&box, &err)) {
    return ent_command_misused("sandbox", "%s", err.text);
  }
  ent_process_begin();
  status = set_up(&box, &err);
  if (status == ENT_OK) {
    exit_status = use(&box);
  } else if (status == ENT_INTERRUPTED) {
    exit_status = 128 + err.native;
  } else {
    fprintf(stderr, "entable: sandbox: %s\n", err.text);
  }
  tear_down(&box);
  return exit_status;
}
