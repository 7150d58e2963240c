#include "cli/template.h"

#include "cli/files.h"
#include "cli/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Counts what a template was made with; to be raised when install() changes. */
enum { ENT_TEMPLATE_FORM = 1, ENT_TEMPLATE_VERSION = 64 };

typedef struct template_job {
  const char *dir;
  const char *install;
  const char *server;
  ent_arena *arena;
  int log; /* what programs write */
} template_job;

/* Makes a data directory from nothing. */
static ent_status install(const template_job *job, const char *data,
                          ent_error *err) {
  ent_args args = {.arena = job->arena};
  ent_process process = {.args = args.list,
                         .input = "/dev/null",
                         .output = job->log,
                         .server = true};

  ent_args_add(&args, "%s", job->install);
  ent_args_add(&args, "--no-defaults");
  if (geteuid() == 0) ent_args_add(&args, "--user=root");
  ent_args_add(&args, "--datadir=%s", data);
  ent_args_add(&args, "--tmpdir=%s", job->dir);
  ent_args_add(&args, "--auth-root-authentication-method=normal");
  ent_args_add(&args, "--skip-test-db");
  ent_args_add(&args, "--skip-name-resolve");
  ent_args_add(&args, "--innodb-log-file-size=8M");
  if (args.failed) return ent_fail_nomem(err);
  return ent_process_run(&process, err);
}

static ent_status copy(const template_job *job, const char *from,
                       const char *to, ent_error *err) {
  ent_args args = {.arena = job->arena};
  ent_process process = {.args = args.list,
                         .input = "/dev/null",
                         .output = job->log,
                         .server = true};

  ent_args_add(&args, "cp");
  ent_args_add(&args, "-a");
  ent_args_add(&args, "--sparse=always");
  ent_args_add(&args, "%s", from);
  ent_args_add(&args, "%s", to);
  if (args.failed) return ent_fail_nomem(err);
  return ent_process_run(&process, err);
}

/* The server's version as part of a file name: "10.11.19-MariaDB". */
static ent_status read_version(const template_job *job,
                               char version[ENT_TEMPLATE_VERSION],
                               ent_error *err) {
  ent_args args = {.arena = job->arena};
  ent_process process = {.args = args.list, .input = "/dev/null"};
  ent_status status;
  const char *text;
  ent_buf said;

  ent_args_add(&args, "%s", job->server);
  ent_args_add(&args, "--no-defaults");
  ent_args_add(&args, "--version");
  if (args.failed) return ent_fail_nomem(err);
  ent_buf_init(&said, 4096);
  status = ent_process_read(&process, &said, err);
  if (!status) status = ent_buf_text(&said, &text, err);
  if (!status) {
    const char *at = strstr(text, "Ver ");

    at = at ? at + 4 : "unknown";
    snprintf(version, ENT_TEMPLATE_VERSION, "%.*s", (int)strcspn(at, " /\n"),
             at);
  }
  ent_buf_done(&said);
  return status;
}

/* Where templates are kept; NULL where there is no such place. */
static const char *cache_dir(const template_job *job) {
  const char *base = getenv("XDG_CACHE_HOME");
  const char *home = getenv("HOME");

  if (base && *base == '/') {
    return ent_arena_printf(job->arena, "%s/entable", base);
  }
  if (!home || *home != '/') return NULL;
  return ent_arena_printf(job->arena, "%s/.cache/entable", home);
}

/* Makes a template beside its place and moves it there whole.  Another run may
 * have been faster: then its template stays. */
static ent_status build(const template_job *job, const char *cache,
                        const char *template, ent_error *err) {
  char *draft = ent_arena_printf(job->arena, "%s/draft-XXXXXX", cache);
  ent_status status;

  if (!draft) return ent_fail_nomem(err);
  if (!mkdtemp(draft)) {
    return ent_fail(err, ENT_UNAVAILABLE, "%s: %s", draft, strerror(errno));
  }
  fputs("sandbox: preparing MariaDB's first data directory, once\n", stderr);
  status = install(job, draft, err);
  if (!status && rename(draft, template) == 0) return ENT_OK;
  ent_files_remove(draft);
  if (status || access(template, R_OK | X_OK) == 0) return status;
  return ent_fail(err, ENT_UNAVAILABLE, "%s: cannot be made", template);
}

/* Copies the template, which is made if it is not there. */
static ent_status from_cache(const template_job *job, const char *data,
                             ent_error *err) {
  const char *cache = cache_dir(job);
  char version[ENT_TEMPLATE_VERSION];
  const char *template;
  ent_status status;

  if (!cache) return ent_fail(err, ENT_UNAVAILABLE, "there is no HOME");
  status = read_version(job, version, err);
  if (status) return status;
  template = ent_arena_printf(job->arena, "%s/mariadb-%s-%d-%u", cache, version,
                              ENT_TEMPLATE_FORM, (unsigned)geteuid());
  if (!template) return ent_fail_nomem(err);
  if (access(template, R_OK | X_OK)) {
    status = ent_files_make_dir(cache, err);
    if (!status) status = build(job, cache, template, err);
  }
  return status ? status : copy(job, template, data, err);
}

static ent_status make(const template_job *job, ent_error *err) {
  const char *data = ent_arena_printf(job->arena, "%s/data", job->dir);
  ent_error first = {0};
  ent_status status;

  if (!data) return ent_fail_nomem(err);
  status = from_cache(job, data, &first);
  if (status == ENT_INTERRUPTED) {
    *err = first;
    return status;
  }
  if (!status) return ENT_OK;
  ent_files_remove(data);
  return install(job, data, err);
}

ent_status ent_template_make(const char *dir, const char *install,
                             const char *server, ent_arena *arena,
                             ent_error *err) {
  template_job job = {
      .dir = dir, .install = install, .server = server, .arena = arena};
  const char *path = ent_arena_printf(arena, "%s/log", dir);
  ent_status status;

  if (!path) return ent_fail_nomem(err);
  job.log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (job.log < 0) {
    return ent_fail(err, ENT_UNAVAILABLE, "%s: %s", path, strerror(errno));
  }
  status = make(&job, err);
  close(job.log);
  return status;
}
