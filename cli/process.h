#ifndef ENT_CLI_PROCESS_H
#define ENT_CLI_PROCESS_H

#include "backends/base/arena.h"
#include "backends/base/buf.h"
#include "backends/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Programs that this one starts, waits for and ends.
 *
 * Between ent_process_begin() and the end of the program the signals that ask
 * it to stop are held back; ent_process_wait() reports them, so that there is
 * one place from which everything is stopped in order. */

enum { ENT_ARGS_MAX = 40 };

/* The words of a command line, built one by one; they live in the arena. */
typedef struct ent_args {
  ent_arena *arena;
  char *list[ENT_ARGS_MAX + 1]; /* ended by NULL */
  size_t n;
  bool failed; /* no memory for one of them */
} ent_args;

/* Adds what printf would write as one word. */
void ent_args_add(ent_args *args, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Holds back SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGCHLD from now on. */
void ent_process_begin(void);

/* In a child that goes on with this program: ends what
 * ent_process_begin() did. */
void ent_process_release(void);

/* How a program is started. */
typedef struct ent_process {
  char *const *args; /* args[0] is found in PATH; ended by NULL */
  const char *input; /* file that becomes its stdin; NULL: ours */
  int output;        /* what becomes its stdout and stderr; -1: ours */
  bool server;       /* its own process group, and killed when we are gone */
} ent_process;

/* Starts a program and returns when it runs.  `pid` is to be given to
 * ent_process_wait() or ent_process_stop() until it has ended.
 * UNAVAILABLE: the input cannot be read, or the program cannot be run, then
 * with errno as the native code. */
ENT_CHECKED ent_status ent_process_start(const ent_process *process, pid_t *pid,
                                         ent_error *err);

/* A signal that asked this program to stop. */
typedef struct ent_process_signal {
  int number;
  bool from_terminal; /* Ctrl-C: the whole foreground has got it too */
} ent_process_signal;

/* Waits until a program has ended (OK), `limit_ms` have passed (TIMEOUT;
 * negative: no limit) or a stopping signal came (INTERRUPTED, the signal is in
 * `signal`, and its number the native code).  `exit_status` is as in a shell:
 * 128+n for signal n.  pid 0 waits for a signal only. */
ENT_CHECKED ent_status ent_process_wait(pid_t pid, int limit_ms,
                                        int *exit_status,
                                        ent_process_signal *signal,
                                        ent_error *err);

/* Ends a program and all of its process group if it has one: SIGTERM, and
 * SIGKILL after `grace_ms`.  Signals that come meanwhile wait. */
void ent_process_stop(pid_t pid, bool group, int grace_ms);

/* Starts a program and waits for its end; a signal stops it (INTERRUPTED).
 * REJECTED if its exit status is not 0; otherwise as ent_process_start(). */
ENT_CHECKED ent_status ent_process_run(const ent_process *process,
                                       ent_error *err);

/* The same, with what it writes to stdout and stderr appended to `to`. */
ENT_CHECKED ent_status ent_process_read(const ent_process *process, ent_buf *to,
                                        ent_error *err);

/* The path of a program: in PATH, else /usr/sbin, /usr/local/sbin or /sbin,
 * which the PATH of a user may lack.  Lives in the arena; NULL if there is
 * none, or no memory. */
const char *ent_process_find(ent_arena *arena, const char *name);

#endif
