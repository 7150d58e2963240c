#include "backends/base/value.h"

#include <string.h>

/* Sixteen signed bytes: one that is zero or has its top bit set is not above
 * zero. */
typedef signed char ent_bytes16 __attribute__((vector_size(16)));

/* All bits of each byte that is not plain, of sixteen at `data`. */
static inline ent_bytes16 not_plain16(const char *data) {
  ent_bytes16 bytes;

  memcpy(&bytes, data, sizeof(bytes));
  return bytes <= 0;
}

static inline bool is_any(ent_bytes16 bytes) {
  uint64_t halves[2];

  memcpy(halves, &bytes, sizeof(halves));
  return (halves[0] | halves[1]) != 0;
}

/* The same of eight: whether none is zero and none has its top bit set. */
static inline bool plain_word(const char *data) {
  const uint64_t ones = 0x0101010101010101U;
  const uint64_t tops = 0x8080808080808080U;
  uint64_t word;

  memcpy(&word, data, sizeof(word));
  return ((word | ((word - ones) & ~word)) & tops) == 0;
}

/* Every text that is read passes here.  The last step looks at bytes again
 * rather than at less than it can. */
ent_kind ent_text_kind(const char *data, size_t size) {
  size_t at = 0;

  if (size >= 16) {
    ent_bytes16 found = not_plain16(data + size - 16);

    for (; at + 16 < size; at += 16)
      found |= not_plain16(data + at);
    return is_any(found) ? ENT_TEXT : ENT_ASCII;
  }
  if (size >= 8) {
    return plain_word(data) && plain_word(data + size - 8) ? ENT_ASCII
                                                           : ENT_TEXT;
  }
  for (; at < size; at++) {
    if ((signed char)data[at] <= 0) return ENT_TEXT;
  }
  return ENT_ASCII;
}

/* The length of the sequence that starts with `byte`, 0 where none does, and
 * the bounds of its second byte, which exclude overlong forms, surrogates and
 * what lies above U+10FFFF. */
static int sequence(unsigned char byte, unsigned char *low,
                    unsigned char *high) {
  *low = 0x80;
  *high = 0xbf;
  if (byte < 0x80) return 1;
  if (byte < 0xc2 || byte > 0xf4) return 0;
  if (byte < 0xe0) return 2;
  if (byte == 0xe0) *low = 0xa0;
  if (byte == 0xed) *high = 0x9f;
  if (byte < 0xf0) return 3;
  if (byte == 0xf0) *low = 0x90;
  if (byte == 0xf4) *high = 0x8f;
  return 4;
}

/* Where the first byte that is not ASCII stands, or `size`. */
static size_t skip_ascii(const unsigned char *bytes, size_t size) {
  uint64_t eight;
  size_t at = 0;

  for (; size - at >= sizeof(eight); at += sizeof(eight)) {
    memcpy(&eight, bytes + at, sizeof(eight));
    if (eight & UINT64_C(0x8080808080808080)) break;
  }
  while (at < size && bytes[at] < 0x80)
    at++;
  return at;
}

bool ent_utf8_valid(const char *data, size_t size) {
  const unsigned char *bytes = (const unsigned char *)data;
  size_t at = skip_ascii(bytes, size);

  while (at < size) {
    unsigned char low;
    unsigned char high;
    int length = sequence(bytes[at], &low, &high);

    if (length == 0 || (size_t)length > size - at) return false;
    if (length > 1 && (bytes[at + 1] < low || bytes[at + 1] > high)) {
      return false;
    }
    for (int i = 2; i < length; i++) {
      if ((bytes[at + (size_t)i] & 0xc0) != 0x80) return false;
    }
    at += (size_t)length;
  }
  return true;
}
