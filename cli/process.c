#include "cli/process.h"

#include "backends/base/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The signals as they were before ent_process_begin(); what the programs that
 * are started get. */
static sigset_t mask_before;

void ent_args_add(ent_args *args, const char *format, ...) {
  char word[PATH_MAX + 64];
  va_list list;
  int size;

  va_start(list, format);
  size = vsnprintf(word, sizeof(word), format, list);
  va_end(list);
  if (size < 0 || (size_t)size >= sizeof(word) || args->n == ENT_ARGS_MAX) {
    args->failed = true;
    return;
  }
  args->list[args->n] = ent_arena_strdup(args->arena, word);
  if (!args->list[args->n++]) args->failed = true;
}

static void stopping_signals(sigset_t *set) {
  sigemptyset(set);
  sigaddset(set, SIGINT);
  sigaddset(set, SIGTERM);
  sigaddset(set, SIGHUP);
  sigaddset(set, SIGQUIT);
  sigaddset(set, SIGCHLD);
}

void ent_process_begin(void) {
  sigset_t set;

  /* An inherited "ignore" would let children vanish without a trace. */
  signal(SIGCHLD, SIG_DFL);
  stopping_signals(&set);
  sigprocmask(SIG_BLOCK, &set, &mask_before);
}

void ent_process_release(void) {
  sigprocmask(SIG_SETMASK, &mask_before, NULL);
}

/* In the child: the program's stdin, stdout and stderr. */
static bool connect_streams(const ent_process *process, int input) {
  if (input >= 0 && dup2(input, STDIN_FILENO) < 0) return false;
  if (process->output < 0) return true;
  return dup2(process->output, STDOUT_FILENO) >= 0 &&
         dup2(process->output, STDERR_FILENO) >= 0;
}

/* In the child: becomes the program, or tells the parent why not. */
static void become(const ent_process *process, int input, pid_t parent,
                   int report) {
  int number;

  if (process->server) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1); /* it died before prctl() */
  }
  if (connect_streams(process, input)) {
    signal(SIGPIPE, SIG_DFL);
    ent_process_release();
    execvp(process->args[0], process->args);
  }
  number = errno;
  if (write(report, &number, sizeof(number)) < 0) _exit(126);
  _exit(127);
}

/* What the child reports: nothing when it became the program. */
static int read_report(int fd) {
  int number = 0;
  ssize_t n;

  do
    n = read(fd, &number, sizeof(number));
  while (n < 0 && errno == EINTR);
  return n == sizeof(number) ? number : 0;
}

/* Starts the child and waits until it has become the program; 0, or errno. */
static int start_child(const ent_process *process, int input, pid_t *pid) {
  pid_t parent = getpid();
  int report[2];
  pid_t child;
  int number;

  if (pipe(report)) return errno;
  fcntl(report[0], F_SETFD, FD_CLOEXEC);
  fcntl(report[1], F_SETFD, FD_CLOEXEC);
  fflush(NULL);
  child = fork();
  if (child == 0) become(process, input, parent, report[1]);
  number = child < 0 ? errno : 0;
  close(report[1]);
  if (child > 0) number = read_report(report[0]);
  close(report[0]);
  if (!number) {
    *pid = child;
  } else if (child > 0) {
    waitpid(child, NULL, 0);
  }
  return number;
}

ent_status ent_process_start(const ent_process *process, pid_t *pid,
                             ent_error *err) {
  int input = -1;
  int number;

  if (process->input) {
    input = open(process->input, O_RDONLY | O_CLOEXEC);
    if (input < 0) {
      return ent_fail(err, ENT_UNAVAILABLE, "%s: %s", process->input,
                      strerror(errno));
    }
  }
  number = start_child(process, input, pid);
  if (input >= 0) close(input);
  if (!number) return ENT_OK;
  if (err) err->native = number;
  return ent_fail(err, ENT_UNAVAILABLE, "%s: %s", process->args[0],
                  strerror(number));
}

enum { ENT_PROCESS_SLICE_MS = 1000 };

/* Waits for one of the signals held back, until `until_ms` or for one slice.
 * Returns its number, 0 when none came. */
static int next_signal(const sigset_t *set, int64_t until_ms, siginfo_t *info) {
  int64_t left = until_ms - ent_now_ms();
  struct timespec slice;
  int number;

  if (left > ENT_PROCESS_SLICE_MS) left = ENT_PROCESS_SLICE_MS;
  if (left < 0) left = 0;
  slice = (struct timespec){.tv_sec = (time_t)(left / 1000),
                            .tv_nsec = (long)(left % 1000) * 1000000};
  number = sigtimedwait(set, info, &slice);
  return number > 0 ? number : 0;
}

/* Whether a program has ended; takes its status then. */
static bool has_ended(pid_t pid, int *exit_status) {
  int status;

  if (!pid || waitpid(pid, &status, WNOHANG) != pid) return false;
  *exit_status =
      WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return true;
}

ent_status ent_process_wait(pid_t pid, int limit_ms, int *exit_status,
                            ent_process_signal *signal, ent_error *err) {
  int64_t until = limit_ms < 0 ? INT64_MAX : ent_now_ms() + limit_ms;
  sigset_t set;

  stopping_signals(&set);
  for (;;) {
    siginfo_t info;
    int number;

    if (has_ended(pid, exit_status)) return ENT_OK;
    number = next_signal(&set, until, &info);
    if (!number && ent_now_ms() >= until) {
      return ent_fail(err, ENT_TIMEOUT, "still running");
    }
    if (!number || number == SIGCHLD) continue;

    /* The kernel's own code says that it came from the terminal. */
    *signal = (ent_process_signal){.number = number,
                                   .from_terminal = info.si_code > 0};
    if (err) err->native = number;
    return ent_fail(err, ENT_INTERRUPTED, "stopped by signal %d", number);
  }
}

/* Waits for the end of a program without looking at the signals that ask this
 * one to stop.  Returns whether it came in time. */
static bool wait_quietly(pid_t pid, int limit_ms) {
  int64_t until = ent_now_ms() + limit_ms;
  siginfo_t info;
  sigset_t set;
  int exit_status;

  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  do {
    if (has_ended(pid, &exit_status)) return true;
    next_signal(&set, until, &info);
  } while (ent_now_ms() < until);
  return has_ended(pid, &exit_status);
}

void ent_process_stop(pid_t pid, bool group, int grace_ms) {
  pid_t target = group ? -pid : pid;

  kill(target, SIGTERM);
  if (wait_quietly(pid, grace_ms)) return;
  kill(target, SIGKILL);
  waitpid(pid, NULL, 0);
}

static ent_status finish(const ent_process *process, pid_t pid,
                         ent_error *err) {
  ent_process_signal signal;
  int exit_status = 0;
  ent_status status = ent_process_wait(pid, -1, &exit_status, &signal, err);

  if (status) {
    ent_process_stop(pid, process->server, 2000);
    return status;
  }
  if (!exit_status) return ENT_OK;
  return ent_fail(err, ENT_REJECTED, "%s ended with status %d",
                  process->args[0], exit_status);
}

ent_status ent_process_run(const ent_process *process, ent_error *err) {
  pid_t pid = 0;
  ent_status status = ent_process_start(process, &pid, err);

  return status ? status : finish(process, pid, err);
}

static ent_status read_all(int fd, ent_buf *to, ent_error *err) {
  for (;;) {
    char *at;
    ent_status status = ent_buf_reserve(to, 512, &at, err);
    ssize_t n;

    if (status) return status;
    n = read(fd, at, 512);
    if (n > 0) to->size += (size_t)n;
    if (n == 0) return ENT_OK;
    if (n < 0 && errno != EINTR) {
      return ent_fail(err, ENT_UNAVAILABLE, "read: %s", strerror(errno));
    }
  }
}

ent_status ent_process_read(const ent_process *process, ent_buf *to,
                            ent_error *err) {
  ent_process piped = *process;
  ent_status status;
  int ends[2];
  pid_t pid = 0;

  if (pipe(ends)) {
    return ent_fail(err, ENT_UNAVAILABLE, "pipe: %s", strerror(errno));
  }
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  piped.output = ends[1];
  status = ent_process_start(&piped, &pid, err);
  close(ends[1]);
  if (!status) {
    status = read_all(ends[0], to, err);
    if (status) {
      ent_process_stop(pid, process->server, 0);
    } else {
      status = finish(process, pid, err);
    }
  }
  close(ends[0]);
  return status;
}

const char *ent_process_find(ent_arena *arena, const char *name) {
  static const char sbin[] = "/usr/sbin:/usr/local/sbin:/sbin";
  const char *path = getenv("PATH");
  const char *lists[] = {path ? path : "/usr/bin:/bin", sbin};

  for (size_t i = 0; i < ENT_COUNT(lists); i++) {
    for (const char *at = lists[i]; *at;) {
      int size = (int)strcspn(at, ":");
      char *file = ent_arena_printf(arena, "%.*s/%s", size, at, name);

      if (!file) return NULL;
      if (size && access(file, X_OK) == 0) return file;
      at += size;
      at += *at == ':';
    }
  }
  return NULL;
}
