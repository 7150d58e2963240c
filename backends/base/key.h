#ifndef ENT_BACKENDS_BASE_KEY_H
#define ENT_BACKENDS_BASE_KEY_H

#include "backends/base/buf.h"
#include "backends/base/error.h"
#include "backends/base/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The key of a row, in the one encoding that every floor uses: memcmp order is
 * the order of the keys, and no two keys share an encoding.
 *
 *     integer    0x00 and 8 bytes big-endian two's complement where negative,
 *                0x01 and 8 bytes big-endian for 0 … 2^64-1
 *     one text   its bytes (blobs too)
 *     composite  its parts one after the other, each
 *                  0x10 and an integer as above, or
 *                  0x18 and 8 bytes of a double, big-endian, the sign bit
 *                       flipped (all bits where negative), or
 *                  0x20 (text) or 0x30 (blob), its bytes with 0x00 written as
 *                       0x00 0xff, then 0x00 0x00
 */
typedef struct ent_key {
  const void *data;
  uint32_t size; /* bytes */
} ent_key;

enum { ENT_KEY_INTEGER_SIZE = 9 };

/* Writes the integer key of an ENT_I64 or ENT_U64 value. */
void ent_key_encode_integer(const ent_value *value,
                            unsigned char to[ENT_KEY_INTEGER_SIZE]);

/* The value of an integer key of 9 bytes. */
ent_value ent_key_decode_integer(const void *data);

/* The order of two keys, as memcmp() gives it; for qsort() and bsearch() over
 * arrays of ent_key. */
int ent_key_compare(const void *left, const void *right);

/* Appends one part of a composite key.  Errors as ent_buf_append(); MISMATCH
 * for NULL, which no key has. */
ENT_CHECKED ent_status ent_key_append_part(ent_buf *buf, const ent_value *part,
                                           ent_error *err);

/* Reads the part of a composite key at `*at` and moves `*at` behind it.
 *
 *   end      one behind the key's last byte
 *   scratch  a text's or blob's bytes are put at its end, and `part` points
 *            there; valid until the buffer is changed
 *
 * MISMATCH where the bytes are no key of this encoding. */
ENT_CHECKED ent_status ent_key_next_part(const unsigned char **at,
                                         const unsigned char *end,
                                         ent_buf *scratch, ent_value *part,
                                         ent_error *err);

#endif
