#ifndef ENT_CLI_SHELL_H
#define ENT_CLI_SHELL_H

#include "cli/session.h"

#include <stdbool.h>

/* Runs the SQL that comes in on stdin, each statement when it is complete.
 *
 * Lines that begin with a dot between two statements are commands (cli/dot.h).
 *
 * With `prompt` a person types it: errors are shown and the next statement is
 * asked for, and Ctrl-C drops what was typed.  Without, the first error ends
 * it.
 *
 * Returns false if an error ended it. */
bool ent_shell_read(ent_session *session, bool prompt);

#endif
