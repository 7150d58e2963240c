#include "backends/base/address_words.h"

#include "backends/base/value.h"

/* Whether a text can stand in a message: UTF-8 without control characters. */
static bool is_printable(const char *text) {
  for (const char *at = text; *at; at++) {
    if ((unsigned char)*at < 0x20 || *at == 0x7f) return false;
  }
  return ent_utf8_valid(text, strlen(text));
}

static int hex_digit(char c) {
  if (ent_is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

ent_status ent_address_decode(ent_address_reader *r, ent_span piece,
                              const char **text) {
  char *copy = ent_arena_alloc(r->arena, piece.size + 1);
  size_t size = 0;

  if (!copy) return ent_fail_nomem(r->err);
  for (size_t i = 0; i < piece.size; i++) {
    int high, low;

    copy[size++] = piece.data[i];
    if (piece.data[i] != '%') continue;
    high = i + 1 < piece.size ? hex_digit(piece.data[i + 1]) : -1;
    low = i + 2 < piece.size ? hex_digit(piece.data[i + 2]) : -1;
    if (high < 0 || low < 0 || high + low == 0) {
      return ent_fail(r->err, ENT_CONFIG,
                      "'%%' must be followed by two hexadecimal digits that "
                      "are not 00; %%25 stands for '%%' itself");
    }
    copy[size - 1] = (char)(high * 16 + low);
    i += 2;
  }
  copy[size] = '\0';
  *text = copy;
  return ENT_OK;
}

ent_status ent_address_piece(ent_address_reader *r, ent_span piece,
                             const char **text) {
  char *copy;

  if (r->is_url) return ent_address_decode(r, piece, text);
  copy = ent_arena_copy(r->arena, piece.data, piece.size);
  if (!copy) return ent_fail_nomem(r->err);
  *text = copy;
  return ENT_OK;
}

ent_status ent_address_shown(ent_address_reader *r, ent_span piece,
                             const char *what, const char **text) {
  const char *copy = "";
  ent_status status = ent_address_piece(r, piece, &copy);

  if (status) return status;
  if (!is_printable(copy)) {
    return ent_fail(r->err, ENT_CONFIG,
                    "the %s must be UTF-8 without control characters", what);
  }
  *text = copy;
  return ENT_OK;
}

bool ent_address_number(ent_span digits, int low, int high, int *number) {
  int64_t value = 0;

  if (!digits.size) return false;
  for (size_t i = 0; i < digits.size; i++) {
    if (!ent_is_digit(digits.data[i])) return false;
    value = value * 10 + (digits.data[i] - '0');
    if (value > high) return false;
  }
  if (value < low) return false;
  *number = (int)value;
  return true;
}

ent_status ent_address_path(ent_address_reader *r, ent_span piece,
                            const char *what, const char **text) {
  ent_status status = ent_address_shown(r, piece, what, text);

  if (status) return status;
  if ((*text)[0] != '/') {
    return ent_fail(r->err, ENT_CONFIG,
                    "the %s must be a path that begins with '/'", what);
  }
  return ENT_OK;
}
