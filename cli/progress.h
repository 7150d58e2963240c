#ifndef ENT_CLI_PROGRESS_H
#define ENT_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* How far a long work is, as one line of a terminal that is written over:
 *
 *     orders.csv: 120000 rows, 46%
 *
 * and at the end how much it was and how long it took.  Written to stderr, and
 * nothing at all where that is no terminal. */
typedef struct ent_progress {
  const char *what;
  bool is_shown; /* stderr is a terminal */
  struct timespec began;
  struct timespec said; /* when the line was last written */
} ent_progress;

/* Begins; `what` must stay. */
void ent_progress_init(ent_progress *progress, const char *what);

/* Says how many rows are done, and, where `whole` is not 0, which part of the
 * whole; not oftener than a person can read. */
void ent_progress_say(ent_progress *progress, uint64_t n_rows, uint64_t part,
                      uint64_t whole);

/* The line goes, or becomes the last word on it where the work is done. */
void ent_progress_end(ent_progress *progress, uint64_t n_rows, bool done);

#endif
