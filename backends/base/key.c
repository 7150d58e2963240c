#include "backends/base/key.h"

#include <string.h>

enum {
  ENT_PART_INTEGER = 0x10,
  ENT_PART_DOUBLE = 0x18,
  ENT_PART_TEXT = 0x20,
  ENT_PART_BLOB = 0x30,
  ENT_PART_ESCAPE = 0xff,
};

static void put_u64(unsigned char *to, uint64_t number) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  number = __builtin_bswap64(number);
#endif
  memcpy(to, &number, sizeof(number));
}

static uint64_t get_u64(const unsigned char *from) {
  uint64_t number;

  memcpy(&number, from, sizeof(number));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  number = __builtin_bswap64(number);
#endif
  return number;
}

void ent_key_encode_integer(const ent_value *value,
                            unsigned char to[ENT_KEY_INTEGER_SIZE]) {
  to[0] = value->kind == ENT_U64 || value->as.i64 >= 0;
  put_u64(to + 1, value->as.u64);
}

ent_value ent_key_decode_integer(const void *data) {
  const unsigned char *bytes = data;
  uint64_t number = get_u64(bytes + 1);

  return bytes[0] ? ent_value_u64(number) : ent_value_i64((int64_t)number);
}

int ent_key_compare(const void *left, const void *right) {
  const ent_key *a = left;
  const ent_key *b = right;
  uint32_t size = a->size < b->size ? a->size : b->size;
  int order;

  if (size >= 8) {
    uint64_t first = get_u64(a->data);
    uint64_t second = get_u64(b->data);

    if (first != second) return first < second ? -1 : 1;
  }
  order = size ? memcmp(a->data, b->data, size) : 0;

  if (order) return order;
  return a->size < b->size ? -1 : a->size > b->size;
}

static uint64_t ordered_bits(double number) {
  uint64_t bits;

  memcpy(&bits, &number, 8);
  return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static double from_ordered_bits(uint64_t bits) {
  double number;

  bits = bits >> 63 ? bits & ~((uint64_t)1 << 63) : ~bits;
  memcpy(&number, &bits, 8);
  return number;
}

static ent_status append_bytes(ent_buf *buf, int tag, const ent_value *part,
                               ent_error *err) {
  const char *data = part->as.bytes.data;
  size_t size = part->as.bytes.size;
  ent_status status;
  char *at;

  if (size > buf->ceiling / 2) {
    return ent_fail(err, ENT_TOO_BIG, "a key of %zu bytes", size);
  }
  status = ent_buf_reserve(buf, 2 * size + 3, &at, err);
  if (status) return status;
  *at++ = (char)tag;
  for (size_t i = 0; i < size; i++) {
    *at++ = data[i];
    if (data[i] == 0) *at++ = (char)ENT_PART_ESCAPE;
  }
  *at++ = 0;
  *at++ = 0;
  buf->size = (size_t)(at - buf->data);
  return ENT_OK;
}

ent_status ent_key_append_part(ent_buf *buf, const ent_value *part,
                               ent_error *err) {
  unsigned char bytes[1 + ENT_KEY_INTEGER_SIZE];

  switch (part->kind) {
  case ENT_I64:
  case ENT_U64:
    bytes[0] = ENT_PART_INTEGER;
    ent_key_encode_integer(part, bytes + 1);
    return ent_buf_append(buf, bytes, sizeof(bytes), err);
  case ENT_F64:
    bytes[0] = ENT_PART_DOUBLE;
    put_u64(bytes + 1, ordered_bits(part->as.f64));
    return ent_buf_append(buf, bytes, 9, err);
  case ENT_ASCII:
  case ENT_TEXT:
  case ENT_DIGITS: return append_bytes(buf, ENT_PART_TEXT, part, err);
  case ENT_BLOB: return append_bytes(buf, ENT_PART_BLOB, part, err);
  case ENT_NULL: break;
  }
  return ent_fail(err, ENT_MISMATCH, "NULL in a key");
}

static ent_status malformed(ent_error *err) {
  return ent_fail(err, ENT_MISMATCH, "these bytes are no key");
}

static ent_status next_bytes(const unsigned char **at, const unsigned char *end,
                             ent_buf *scratch, ent_value *part,
                             ent_error *err) {
  size_t start = scratch->size;

  for (const unsigned char *byte = *at; byte < end; byte++) {
    ent_status status;

    if (*byte == 0) {
      if (++byte == end || (*byte != 0 && *byte != ENT_PART_ESCAPE)) break;
      if (*byte == 0) {
        size_t size = scratch->size - start;
        const char *data = size ? scratch->data + start : "";

        *part = ent_value_bytes(part->kind, data, size);
        *at = byte + 1;
        return ENT_OK;
      }
      status = ent_buf_append(scratch, "", 1, err);
    } else {
      status = ent_buf_append(scratch, byte, 1, err);
    }
    if (status) return status;
  }
  return malformed(err);
}

ent_status ent_key_next_part(const unsigned char **at, const unsigned char *end,
                             ent_buf *scratch, ent_value *part,
                             ent_error *err) {
  const unsigned char *from = *at;
  size_t left = (size_t)(end - from);

  if (left == 0) return malformed(err);
  *at = from + 1;
  switch (from[0]) {
  case ENT_PART_INTEGER:
    if (left < 1 + ENT_KEY_INTEGER_SIZE || from[1] > 1) break;
    *part = ent_key_decode_integer(from + 1);
    *at = from + 1 + ENT_KEY_INTEGER_SIZE;
    return ENT_OK;
  case ENT_PART_DOUBLE:
    if (left < 9) break;
    *part = ent_value_f64(from_ordered_bits(get_u64(from + 1)));
    *at = from + 9;
    return ENT_OK;
  case ENT_PART_TEXT:
    part->kind = ENT_TEXT;
    return next_bytes(at, end, scratch, part, err);
  case ENT_PART_BLOB:
    part->kind = ENT_BLOB;
    return next_bytes(at, end, scratch, part, err);
  default: break;
  }
  return malformed(err);
}
