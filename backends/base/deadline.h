#ifndef ENT_BACKENDS_BASE_DEADLINE_H
#define ENT_BACKENDS_BASE_DEADLINE_H

#include "backends/base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* How long a call to a server may take, and who may stop it.  One goes with
 * every call that can wait; every wait on a server is ent_wait(). */
typedef struct ent_deadline {
  int64_t until_ms; /* ent_now_ms() at which time is up; INT64_MAX = never */
  bool (*interrupted)(void *ctx); /* asked every 20 ms while waiting; or NULL */
  void *ctx;                      /* for `interrupted` */
  int64_t started_ms; /* ent_now_ms() when the call began, for who would ask for
                         the time of each of many rows */
} ent_deadline;

/* What a file descriptor is waited for, and what became ready. */
enum { ENT_WAIT_READ = 1, ENT_WAIT_WRITE = 2, ENT_WAIT_URGENT = 4 };

/* Milliseconds of a clock that never goes back. */
int64_t ent_now_ms(void);

/* Microseconds of such a clock, for what is shorter than a step of that one. */
int64_t ent_now_us(void);

/* A deadline `ms` from now that nobody interrupts. */
ent_deadline ent_deadline_in(int64_t ms);

/* Waits until `fd` is ready for one of `events`, or `limit_ms` have passed
 * (negative: no limit besides the deadline).
 *
 *   ready  the events that came, 0 when limit_ms passed first
 *
 * INTERRUPTED and TIMEOUT (the deadline) within 20 ms of their cause. */
ENT_CHECKED ent_status ent_wait(int fd, int events, int64_t limit_ms,
                                const ent_deadline *deadline, int *ready,
                                ent_error *err);

#endif
