#ifndef ENT_BACKENDS_BASE_ROW_H
#define ENT_BACKENDS_BASE_ROW_H

#include "backends/base/buf.h"
#include "backends/base/error.h"
#include "backends/base/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A packed row: one row as bytes without pointers, so that a page, the local
 * cache and Redis hold the same ones.  Version 1, little-endian, nothing
 * aligned:
 *
 *     u8 version = 1 · u8 flags = 0 · u16 n_columns · u32 size
 *     n_columns × u8 kind (ent_kind)
 *     n_columns × u32 end offset
 *     values: 8 bytes for a number; the bytes and one NUL for text and blob
 *
 * `size` is that of the whole row.  An end offset counts from the first value
 * byte and is where the value ends, after the NUL; a value starts where the
 * one before it ends.  Any column is found without decoding another.
 * Rows of 2^31 bytes and more are refused (TOO_BIG).
 */
typedef unsigned char ent_row; /* the first byte of a packed row */

enum {
  ENT_ROW_VERSION = 1,
  ENT_ROW_HEADER = 8,
  ENT_ROW_MAX_SIZE = 0x7fffffff,
};

static inline uint16_t ent_row_u16(const ent_row *at) {
  return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint32_t ent_row_u32(const ent_row *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
         (uint32_t)at[3] << 24;
}

static inline uint64_t ent_row_u64(const ent_row *at) {
  return (uint64_t)ent_row_u32(at) | (uint64_t)ent_row_u32(at + 4) << 32;
}

static inline uint16_t ent_row_n_columns(const ent_row *row) {
  return ent_row_u16(row + 2);
}

/* Bytes of the whole row. */
static inline uint32_t ent_row_size(const ent_row *row) {
  return ent_row_u32(row + 4);
}

/* A column's value.  Bytes point into the row and end with a NUL that does not
 * count.  `column` must be below ent_row_n_columns(). */
static inline ent_value ent_row_value(const ent_row *row, unsigned column) {
  unsigned n = ent_row_n_columns(row);
  const ent_row *ends = row + ENT_ROW_HEADER + n;
  const ent_row *values = ends + 4 * (size_t)n;
  uint32_t start = column ? ent_row_u32(ends + 4 * (size_t)(column - 1)) : 0;
  uint32_t end = ent_row_u32(ends + 4 * (size_t)column);
  ent_value value = {.kind = (ent_kind)row[ENT_ROW_HEADER + column]};

  switch (value.kind) {
  case ENT_NULL: break;
  case ENT_I64:
  case ENT_U64:
  case ENT_F64: value.as.u64 = ent_row_u64(values + start); break;
  case ENT_ASCII:
  case ENT_TEXT:
  case ENT_BLOB:
  case ENT_DIGITS:
    value.as.bytes.data = (const char *)values + start;
    value.as.bytes.size = end - start - 1;
    break;
  }
  return value;
}

/* Writes one packed row at the end of a buffer, column after column:
 *
 *     ent_row_begin(&writer, buf, 2, err);
 *     ent_row_put(&writer, &id, err);
 *     ent_row_put(&writer, &name, err);
 *     ent_row_end(&writer);
 *
 * A row whose writing failed is taken back with ent_row_drop(). */
typedef struct ent_row_writer {
  ent_buf *buf;
  size_t start; /* offset of the row in buf */
  uint16_t n_columns;
  uint16_t column; /* the next one */
} ent_row_writer;

ENT_CHECKED ent_status ent_row_begin(ent_row_writer *writer, ent_buf *buf,
                                     uint16_t n_columns, ent_error *err);
ENT_CHECKED ent_status ent_row_put(ent_row_writer *writer,
                                   const ent_value *value, ent_error *err);

/* Makes room for `size` bytes of a text or blob that the caller writes itself
 * to `at`; ent_row_put_filled() then makes them the next column. */
ENT_CHECKED ent_status ent_row_put_room(ent_row_writer *writer, size_t size,
                                        char **at, ent_error *err);
void ent_row_put_filled(ent_row_writer *writer, ent_kind kind, size_t size);

/* Completes the row; every column must have been put. */
void ent_row_end(ent_row_writer *writer);
void ent_row_drop(ent_row_writer *writer);

/* Whether `size` bytes are one well-formed row of this version: every offset
 * inside, every NUL there, every kind known.  For bytes from outside. */
bool ent_row_valid(const void *data, size_t size);

#endif
