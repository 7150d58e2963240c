#ifndef ENT_CLI_OUTPUT_H
#define ENT_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* Where a command writes what it makes: --output, a file that must not be there
 * yet, or stdout.  What failed has been told on stderr where they say so. */

/* Whether the file is there already, which is better known before the work is
 * done; it is told then.  NULL is stdout. */
bool ent_output_is_taken(const char *path);

/* Writes it; false where that failed, and nothing of the file stays. */
bool ent_output_write(const char *path, const char *text, size_t size);

#endif
