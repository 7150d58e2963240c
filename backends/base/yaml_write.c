#include "backends/base/yaml_write.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

/* Reads one character of UTF-8; 0 where none begins: a byte too many or too
 * few, a longer form than needed, half of a pair.
 *
 *   size  how many bytes it has */
static uint32_t decode(const char *at, size_t *size) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const unsigned char *bytes = (const unsigned char *)at;
  size_t n = bytes[0] < 0x80   ? 1
             : bytes[0] < 0xc0 ? 0
             : bytes[0] < 0xe0 ? 2
             : bytes[0] < 0xf0 ? 3
                               : 4;
  uint32_t c = n == 1 ? bytes[0] : bytes[0] & (0x7fU >> n);

  *size = n ? n : 1;
  if (!n || bytes[0] > 0xf4) return 0;
  for (size_t i = 1; i < n; i++) {
    if ((bytes[i] & 0xc0) != 0x80) return 0;
    c = c << 6 | (bytes[i] & 0x3fU);
  }
  return c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? 0 : c;
}

/* What YAML lets stand as it is, and no reader takes for the end of a line or
 * for nothing. */
static bool is_shown(uint32_t c) {
  return (c >= 0x20 && c < 0x7f) || (c >= 0xa0 && c != 0x2028 && c != 0x2029 &&
                                     c != 0xfeff && (c & 0xfffe) != 0xfffe);
}

bool ent_yaml_can_write(const char *text) {
  while (*text) {
    size_t size;

    if (!decode(text, &size)) return false;
    text += size;
  }
  return true;
}

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Words that some reader takes for something else than a text. */
static bool is_reserved(const char *text) {
  static const char *const words[] = {"true", "false", "yes", "no",  "on",
                                      "off",  "y",     "n",   "null"};

  for (size_t i = 0; i < ENT_COUNT(words); i++) {
    if (strcasecmp(words[i], text) == 0) return true;
  }
  return false;
}

static bool is_plain_name(const char *name) {
  if (!is_letter(*name) || is_reserved(name)) return false;
  while (is_letter(*name) || (*name >= '0' && *name <= '9'))
    name++;
  return !*name;
}

static bool is_plain_text(const char *text) {
  size_t size = strlen(text);

  if (!is_letter(*text) || is_reserved(text) || text[size - 1] == ' ' ||
      text[size - 1] == ':' || strstr(text, ": ") || strstr(text, " #")) {
    return false;
  }
  for (; *text; text++) {
    if (*text < 0x20 || *text > 0x7e) return false;
  }
  return true;
}

static ent_status write_escape(ent_buf *buf, uint32_t c, ent_error *err) {
  switch (c) {
  case '"': return ent_buf_append(buf, "\\\"", 2, err);
  case '\\': return ent_buf_append(buf, "\\\\", 2, err);
  case '\n': return ent_buf_append(buf, "\\n", 2, err);
  case '\r': return ent_buf_append(buf, "\\r", 2, err);
  case '\t': return ent_buf_append(buf, "\\t", 2, err);
  default: break;
  }
  return ent_buf_printf(buf, err, c > 0xffff ? "\\U%08X" : "\\u%04X",
                        (unsigned)c);
}

static ent_status write_quoted(ent_buf *buf, const char *text, ent_error *err) {
  ent_status status = ent_buf_append(buf, "\"", 1, err);

  while (!status && *text) {
    size_t size;
    uint32_t c = decode(text, &size);
    bool is_plain = is_shown(c) && c != '"' && c != '\\';

    status = is_plain ? ent_buf_append(buf, text, size, err)
                      : write_escape(buf, c ? c : 0xfffd, err);
    text += size;
  }
  return status ? status : ent_buf_append(buf, "\"", 1, err);
}

ent_status ent_yaml_write_name(ent_buf *buf, const char *name, ent_error *err) {
  return is_plain_name(name) ? ent_buf_append(buf, name, strlen(name), err)
                             : write_quoted(buf, name, err);
}

ent_status ent_yaml_write_text(ent_buf *buf, const char *text, ent_error *err) {
  return is_plain_text(text) ? ent_buf_append(buf, text, strlen(text), err)
                             : write_quoted(buf, text, err);
}

ent_status ent_yaml_write_comment(ent_buf *buf, const char *text,
                                  ent_error *err) {
  ent_status status = ent_buf_append(buf, "# ", 2, err);

  while (!status && *text) {
    size_t size;
    bool is_plain = is_shown(decode(text, &size));

    status =
        ent_buf_append(buf, is_plain ? text : "?", is_plain ? size : 1, err);
    text += size;
  }
  return status;
}
