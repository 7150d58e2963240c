#ifndef ENT_CLI_DOT_H
#define ENT_CLI_DOT_H

#include "cli/session.h"

#include <stdbool.h>
#include <stddef.h>

/* The commands that begin with a dot: what a person tells the shell itself.
 * They are those of the sqlite3 shell where it has them. */
typedef struct ent_dot {
  ent_session *session;
  bool leave; /* .quit was said */

  /* Runs the SQL and dot commands of a file; false where it failed, which has
   * been told. */
  bool (*read)(void *ctx, const char *path);
  void *ctx;
} ent_dot;

/* Obeys a line that begins with a dot.  Returns false where it failed, which
 * has been told on stderr. */
bool ent_dot_obey(ent_dot *dot, const char *line, size_t size);

/* The name of command i with its dot; NULL behind the last one. */
const char *ent_dot_name(size_t i);

#endif
