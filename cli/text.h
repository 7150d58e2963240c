#ifndef ENT_CLI_TEXT_H
#define ENT_CLI_TEXT_H

#include "backends/base/buf.h"
#include "backends/base/error.h"

#include <stddef.h>
#include <stdint.h>

/* UTF-8 for a person's eyes: what may be sent to a terminal, and how many of
 * its columns that takes. */

enum { ENT_TEXT_INVALID = -1 };

/* Takes the locale of the user for the widths of characters; where that is
 * not one of UTF-8, C.UTF-8. */
void ent_text_init(void);

/* Reads one character of UTF-8 from `size` > 0 bytes.
 *
 *   code   its number, or ENT_TEXT_INVALID for a byte that begins none
 *
 * Returns the bytes it takes, 1 for an invalid one. */
size_t ent_text_decode(const char *text, size_t size, int32_t *code);

/* Appends a text with all that could disturb a terminal, and bytes that are no
 * UTF-8, as escapes: \n, \x1b, \u202e.  Backslashes stay as they are.
 * Errors as ent_buf_append(). */
ENT_CHECKED ent_status ent_text_escape(ent_buf *to, const char *text,
                                       size_t size, ent_error *err);

/* The columns that an escaped text takes on a terminal. */
size_t ent_text_width(const char *text, size_t size);

/* The bytes of an escaped text that fit into so many columns. */
size_t ent_text_fit(const char *text, size_t size, size_t columns);

#endif
