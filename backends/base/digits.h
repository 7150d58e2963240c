#ifndef ENT_BACKENDS_BASE_DIGITS_H
#define ENT_BACKENDS_BASE_DIGITS_H

#include "backends/base/arena.h"
#include "backends/base/error.h"
#include "backends/base/value.h"

#include <stdbool.h>
#include <stddef.h>

/* Numbers as digits: what is exact where a number of the machine is not. */

enum { ENT_DIGITS_SIZE = 32 }; /* any double's shortest form, and a NUL */

/* Writes a double in 15 digits, or as many more as it takes to read back as the
 * same; returns the length.  The number must be finite. */
size_t ent_digits_of_double(double number, char to[ENT_DIGITS_SIZE]);

/* Whether a text is a plain number: digits, with a sign before them and a point
 * between them or not, spaces around them or not.
 *
 *   digits  set to the number's part of the text, without a "+"
 *   whole   the length of what stands before the point; `digits` whole where
 *           only zeros follow the point */
bool ent_digits_plain(const char *text, size_t size, ent_value *digits,
                      size_t *whole);

/* A value other than NULL as text: numbers become their digits, everything
 * else keeps its bytes.
 *
 *   memory  holds the digits
 *
 * NOMEM. */
ENT_CHECKED ent_status ent_digits_text(const ent_value *value,
                                       ent_arena *memory, ent_value *text,
                                       ent_error *err);

#endif
