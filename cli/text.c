#include "cli/text.h"

#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>

void ent_text_init(void) {
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
    setlocale(LC_CTYPE, "C.UTF-8");
  }
}

/* The bytes of the character that a first byte announces; 0 if it cannot. */
static size_t announced(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

size_t ent_text_decode(const char *text, size_t size, int32_t *code) {
  static const unsigned char first_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const unsigned char *bytes = (const unsigned char *)text;
  size_t n = announced(bytes[0]);
  int32_t number;

  *code = ENT_TEXT_INVALID;
  if (!n || n > size) return 1;
  number = bytes[0] & first_bits[n];
  for (size_t i = 1; i < n; i++) {
    if ((bytes[i] & 0xc0) != 0x80) return 1;
    number = number << 6 | (bytes[i] & 0x3f);
  }
  if (number < least[n] || number > 0x10ffff) return 1;
  if (number >= 0xd800 && number <= 0xdfff) return 1;
  *code = number;
  return n;
}

/* Controls, line separators, and what turns the direction of the text around
 * it, so that a value cannot rewrite the line it stands in. */
static bool is_disturbing(int32_t code) {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true;
  if (code >= 0x2028 && code <= 0x202e) return true;
  return code >= 0x2066 && code <= 0x2069;
}

static ent_status escape_one(ent_buf *to, int32_t code, unsigned char byte,
                             ent_error *err) {
  switch (code) {
  case '\n': return ent_buf_append(to, "\\n", 2, err);
  case '\r': return ent_buf_append(to, "\\r", 2, err);
  case '\t': return ent_buf_append(to, "\\t", 2, err);
  default: break;
  }
  if (code > 0x7f) {
    return ent_buf_printf(to, err, "\\u%04x", (unsigned)code);
  }
  return ent_buf_printf(to, err, "\\x%02x", byte);
}

ent_status ent_text_escape(ent_buf *to, const char *text, size_t size,
                           ent_error *err) {
  size_t plain = 0; /* start of what was not yet appended */
  size_t at = 0;

  while (at < size) {
    int32_t code;
    size_t n = ent_text_decode(text + at, size - at, &code);

    if (code == ENT_TEXT_INVALID || is_disturbing(code)) {
      ent_status status = ent_buf_append(to, text + plain, at - plain, err);

      if (!status) {
        status = escape_one(to, code, (unsigned char)text[at], err);
      }
      if (status) return status;
      plain = at + n;
    }
    at += n;
  }
  return ent_buf_append(to, text + plain, size - plain, err);
}

/* Unassigned characters have no width of their own; terminals show a box. */
static size_t width_of(int32_t code) {
  int width = code < 0x80 ? 1 : wcwidth((wchar_t)code);

  return width < 0 ? 1 : (size_t)width;
}

size_t ent_text_width(const char *text, size_t size) {
  size_t width = 0;

  for (size_t at = 0; at < size;) {
    int32_t code;

    at += ent_text_decode(text + at, size - at, &code);
    width += width_of(code);
  }
  return width;
}

size_t ent_text_fit(const char *text, size_t size, size_t columns) {
  size_t width = 0;
  size_t at = 0;

  while (at < size) {
    int32_t code;
    size_t n = ent_text_decode(text + at, size - at, &code);

    width += width_of(code);
    if (width > columns) break;
    at += n;
  }
  return at;
}
