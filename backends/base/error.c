#include "backends/base/error.h"

#undef ent_fail
#undef ent_fail_nomem
#undef ent_error_context

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
  const char *name;
  const char *text;
} statuses[] = {
#define XX(name, text) {#name, text},
    ENT_STATUS_MAP(XX)
#undef XX
};

void ent_error_clear(ent_error *err) {
  err->status = ENT_OK;
  err->native = 0;
  err->text[0] = '\0';
}

/* Shows by "..." that a text was cut, without leaving half a UTF-8 sequence
 * before it. */
static void mark_cut(char text[ENT_ERROR_TEXT]) {
  size_t end = ENT_ERROR_TEXT - 4;

  while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
    end--;
  memcpy(text + end, "...", 4);
}

__attribute__((format(printf, 2, 0))) static void
format_text(char text[ENT_ERROR_TEXT], const char *format, va_list args) {
  int length = vsnprintf(text, ENT_ERROR_TEXT, format, args);

  if (length < 0) {
    text[0] = '\0';
  } else if (length >= ENT_ERROR_TEXT) {
    mark_cut(text);
  }
}

ent_status ent_fail(ent_error *err, ent_status status, const char *format,
                    ...) {
  va_list args;

  if (!err || err->status != ENT_OK) return status;
  err->status = status;
  va_start(args, format);
  format_text(err->text, format, args);
  va_end(args);
  return status;
}

ent_status ent_fail_nomem(ent_error *err) {
  return ent_fail(err, ENT_NOMEM, "out of memory");
}

ent_status ent_error_context(ent_error *err, ent_status status,
                             const char *format, ...) {
  char reason[ENT_ERROR_TEXT];
  size_t used;
  va_list args;

  if (!err || status == ENT_OK || status == ENT_DONE) return status;
  memcpy(reason, err->text, sizeof(reason));
  va_start(args, format);
  format_text(err->text, format, args);
  va_end(args);
  used = strlen(err->text);
  if (snprintf(err->text + used, ENT_ERROR_TEXT - used, ": %s", reason) >=
      (int)(ENT_ERROR_TEXT - used)) {
    mark_cut(err->text);
  }
  return status;
}

const char *ent_status_name(ent_status status) {
  return statuses[status].name;
}

const char *ent_status_text(ent_status status) {
  return statuses[status].text;
}
