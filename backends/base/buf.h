#ifndef ENT_BACKENDS_BASE_BUF_H
#define ENT_BACKENDS_BASE_BUF_H

#include "backends/base/error.h"

#include <stddef.h>

/* A growable run of bytes, born with a ceiling: what a server sends or a user
 * writes can make it grow, but never past the size its owner allowed. */
typedef struct ent_buf {
  char *data;      /* NULL until the first byte; not nul-terminated */
  size_t size;     /* bytes used */
  size_t capacity; /* bytes allocated */
  size_t ceiling;  /* bytes it may ever hold */
} ent_buf;

/* Starts an empty buffer that may hold `ceiling` bytes.  Allocates nothing. */
void ent_buf_init(ent_buf *buf, size_t ceiling);

/* Frees the bytes; the buffer is empty and usable again. */
void ent_buf_done(ent_buf *buf);

/* Makes room for `more` bytes behind the used ones and points `at` at them;
 * they count as used only after buf->size was raised.  `at` is valid until the
 * next call that grows the buffer.
 * NOMEM, or TOO_BIG past the ceiling; the buffer is unchanged then. */
ENT_CHECKED ent_status ent_buf_reserve(ent_buf *buf, size_t more, char **at,
                                       ent_error *err);

/* Appends bytes.  Errors as ent_buf_reserve(). */
ENT_CHECKED ent_status ent_buf_append(ent_buf *buf, const void *data,
                                      size_t size, ent_error *err);

/* Appends what printf would write.  Errors as ent_buf_reserve(). */
ENT_CHECKED ent_status ent_buf_printf(ent_buf *buf, ent_error *err,
                                      const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Ends the bytes with one NUL that does not count as used, and points `text`
 * at them; valid until the buffer is changed.  Errors as ent_buf_reserve(). */
ENT_CHECKED ent_status ent_buf_text(ent_buf *buf, const char **text,
                                    ent_error *err);

#endif
