#ifndef ENT_CLI_INPUT_H
#define ENT_CLI_INPUT_H

#include "backends/base/buf.h"
#include "backends/base/error.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* SQL as it comes in from a file descriptor, line by line. */
typedef struct ent_input {
  int fd;
  ent_buf bytes; /* read and not yet given out from `start` on */
  size_t start;
  bool at_end;
  sigset_t while_waiting; /* signals that are blocked only while it waits */
} ent_input;

enum { ENT_INPUT_CEILING = 1000 * 1000 * 1000 }; /* what SQLite takes too */

/* Prepares for reading `fd` with the present signal mask.  A signal that the
 * caller has blocked since then is noticed by ent_input_line() all the same,
 * also when it came just before. */
void ent_input_init(ent_input *input, int fd);
void ent_input_done(ent_input *input);

/* Appends the next line to `to`, with its newline.
 * DONE at the end; INTERRUPTED when a signal came while it waited, what had
 * been typed of the line is forgotten; UNAVAILABLE, NOMEM, TOO_BIG. */
ENT_CHECKED ent_status ent_input_line(ent_input *input, ent_buf *to,
                                      ent_error *err);

#endif
