#ifndef ENT_BACKENDS_BASE_FAULTS_H
#define ENT_BACKENDS_BASE_FAULTS_H

/* Faults planted on purpose, to prove that the judge finds them.  Only the
 * test build's own module (ENT_FAULTS) has them, where the environment variable
 * ENTABLE_FAULT chooses one; in every other build the question is a constant
 * and nothing of them is compiled in. */
#include <stdbool.h>

#ifdef ENT_FAULTS
#  include <signal.h>
#  include <stdlib.h>
#  include <string.h>
#  include <time.h>

static inline bool ent_fault(const char *name) {
  const char *chosen = getenv("ENTABLE_FAULT");

  return chosen && strcmp(chosen, name) == 0;
}

/* How many pauses this process has made since one of these is set: one of all
 * files that include this. */
__attribute__((weak)) int ent_n_pauses;

/* Between two steps of a protocol: as often as ENTABLE_PAUSES says, in percent,
 * some milliseconds pass, so that others come in between; and the process stops
 * at that of its pauses that ENTABLE_STOP says, from 1, until it is told to go
 * on, and is killed at that of ENTABLE_KILL. */
static inline void ent_pause(void) {
  const char *percent = getenv("ENTABLE_PAUSES");
  const char *last = getenv("ENTABLE_KILL");
  const char *stop = getenv("ENTABLE_STOP");
  struct timespec some = {.tv_nsec = random() % 4000000L};

  if (last || stop) ent_n_pauses++;
  if (last && ent_n_pauses == strtol(last, NULL, 10)) raise(SIGKILL);
  if (stop && ent_n_pauses == strtol(stop, NULL, 10)) raise(SIGSTOP);
  if (percent && random() % 100 < strtol(percent, NULL, 10))
    nanosleep(&some, NULL);
}
#else
static inline void ent_pause(void) {
}

static inline bool ent_fault(const char *name) {
  (void)name;
  return false;
}
#endif

#endif
