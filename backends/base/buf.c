#include "backends/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENT_BUF_FIRST = 256 };

void ent_buf_init(ent_buf *buf, size_t ceiling) {
  *buf = (ent_buf){.ceiling = ceiling};
}

void ent_buf_done(ent_buf *buf) {
  free(buf->data);
  *buf = (ent_buf){.ceiling = buf->ceiling};
}

/* The next capacity that holds `need` bytes: doubling, but never past the
 * ceiling. */
static size_t grown(const ent_buf *buf, size_t need) {
  size_t capacity = buf->capacity ? buf->capacity : ENT_BUF_FIRST;

  if (capacity > buf->ceiling) capacity = buf->ceiling;
  while (capacity < need) {
    capacity = capacity > buf->ceiling / 2 ? buf->ceiling : capacity * 2;
  }
  return capacity;
}

ent_status ent_buf_reserve(ent_buf *buf, size_t more, char **at,
                           ent_error *err) {
  if (more > buf->ceiling - buf->size) {
    return ent_fail(err, ENT_TOO_BIG, "more than %zu bytes", buf->ceiling);
  }
  if (buf->size + more > buf->capacity || !buf->data) {
    size_t capacity = grown(buf, buf->size + more);
    char *data = realloc(buf->data, capacity);

    if (!data) return ent_fail_nomem(err);
    buf->data = data;
    buf->capacity = capacity;
  }
  *at = buf->data + buf->size;
  return ENT_OK;
}

ent_status ent_buf_append(ent_buf *buf, const void *data, size_t size,
                          ent_error *err) {
  char *at;
  ent_status status = ent_buf_reserve(buf, size, &at, err);

  if (status) return status;
  if (size) memcpy(at, data, size);
  buf->size += size;
  return ENT_OK;
}

ent_status ent_buf_printf(ent_buf *buf, ent_error *err, const char *format,
                          ...) {
  ent_status status;
  va_list args;
  char *at;
  int size;

  va_start(args, format);
  size = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (size < 0) return ent_fail(err, ENT_CONFIG, "text cannot be formatted");
  status = ent_buf_reserve(buf, (size_t)size + 1, &at, err);
  if (status) return status;
  va_start(args, format);
  vsnprintf(at, (size_t)size + 1, format, args);
  va_end(args);
  buf->size += (size_t)size;
  return ENT_OK;
}

ent_status ent_buf_text(ent_buf *buf, const char **text, ent_error *err) {
  char *at;
  ent_status status = ent_buf_reserve(buf, 1, &at, err);

  if (status) return status;
  *at = '\0';
  *text = buf->data;
  return ENT_OK;
}
