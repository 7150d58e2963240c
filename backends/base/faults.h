#ifndef ENT_BACKENDS_BASE_FAULTS_H
#define ENT_BACKENDS_BASE_FAULTS_H

/* Faults planted on purpose, to prove that the judge finds them.  Only the
 * test build's own module (ENT_FAULTS) has them, where the environment variable
 * ENTABLE_FAULT chooses one; in every other build the question is a constant
 * and nothing of them is compiled in. */
#include <stdbool.h>

#ifdef ENT_FAULTS
#  include <stdlib.h>
#  include <string.h>

static inline bool ent_fault(const char *name) {
  const char *chosen = getenv("ENTABLE_FAULT");

  return chosen && strcmp(chosen, name) == 0;
}
#else
static inline bool ent_fault(const char *name) {
  (void)name;
  return false;
}
#endif

#endif
