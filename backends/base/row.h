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

/* Little-endian whatever the machine: the bytes may come from another one. */
static inline uint16_t ent_row_swap16(uint16_t number) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return __builtin_bswap16(number);
#else
  return number;
#endif
}

static inline uint32_t ent_row_swap32(uint32_t number) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return __builtin_bswap32(number);
#else
  return number;
#endif
}

static inline uint64_t ent_row_swap64(uint64_t number) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return __builtin_bswap64(number);
#else
  return number;
#endif
}

static inline uint16_t ent_row_u16(const ent_row *at) {
  uint16_t number;

  memcpy(&number, at, sizeof(number));
  return ent_row_swap16(number);
}

static inline uint32_t ent_row_u32(const ent_row *at) {
  uint32_t number;

  memcpy(&number, at, sizeof(number));
  return ent_row_swap32(number);
}

static inline uint64_t ent_row_u64(const ent_row *at) {
  uint64_t number;

  memcpy(&number, at, sizeof(number));
  return ent_row_swap64(number);
}

static inline uint16_t ent_row_n_columns(const ent_row *row) {
  return ent_row_u16(row + 2);
}

/* Bytes of the whole row. */
static inline uint32_t ent_row_size(const ent_row *row) {
  return ent_row_u32(row + 4);
}

/* Where a column's bytes stand: `at` is set to the first, `size` to their
 * number without a text's or blob's NUL.  `column` must be below
 * ent_row_n_columns(). */
static inline ent_kind ent_row_find(const ent_row *row, unsigned column,
                                    const ent_row **at, uint32_t *size) {
  unsigned n = ent_row_n_columns(row);
  const ent_row *ends = row + ENT_ROW_HEADER + n;
  uint32_t start = column ? ent_row_u32(ends + 4 * (size_t)(column - 1)) : 0;
  uint32_t end = ent_row_u32(ends + 4 * (size_t)column);
  ent_kind kind = (ent_kind)row[ENT_ROW_HEADER + column];

  *at = ends + 4 * (size_t)n + start;
  *size = end - start - (kind >= ENT_ASCII);
  return kind;
}

/* A column's value.  Bytes point into the row and end with a NUL that does not
 * count. */
static inline ent_value ent_row_value(const ent_row *row, unsigned column) {
  const ent_row *at;
  uint32_t size;
  ent_value value = {.kind = ent_row_find(row, column, &at, &size)};

  switch (value.kind) {
  case ENT_NULL: break;
  case ENT_I64:
  case ENT_U64:
  case ENT_F64: value.as.u64 = ent_row_u64(at); break;
  case ENT_ASCII:
  case ENT_TEXT:
  case ENT_BLOB:
  case ENT_DIGITS:
    value.as.bytes.data = (const char *)at;
    value.as.bytes.size = size;
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
  size_t start;       /* offset of the row in buf */
  char *at;           /* where the next value goes; behind buf->size */
  const char *limit;  /* the end of what buf has allocated */
  const char *values; /* the first value's place */
  ent_row *kinds;     /* of the next column */
  ent_row *ends;      /* of the next column */
  uint16_t n_columns;
} ent_row_writer;

ENT_CHECKED ent_status ent_row_begin(ent_row_writer *writer, ent_buf *buf,
                                     uint16_t n_columns, ent_error *err);

/* Makes room for a value of `size` bytes and its NUL at writer->at.  TOO_BIG,
 * NOMEM. */
ENT_CHECKED ent_status ent_row_grow(ent_row_writer *writer, size_t size,
                                    ent_error *err);

/* The same, where there is room at once for nearly every value. */
ENT_CHECKED static inline ent_status ent_row_room(ent_row_writer *writer,
                                                  size_t size, ent_error *err) {
  if (size < (size_t)(writer->limit - writer->at)) return ENT_OK;
  return ent_row_grow(writer, size, err);
}

/* Notes kind and end of the column whose bytes stand before writer->at. */
static inline void ent_row_finish_column(ent_row_writer *writer,
                                         ent_kind kind) {
  uint32_t end = ent_row_swap32((uint32_t)(writer->at - writer->values));

  *writer->kinds++ = (ent_row)kind;
  memcpy(writer->ends, &end, sizeof(end));
  writer->ends += sizeof(end);
}

/* Makes `size` bytes that the caller has written to writer->at the next
 * column, a text or blob; room must have been made for them. */
static inline void ent_row_put_filled(ent_row_writer *writer, ent_kind kind,
                                      size_t size) {
  writer->at[size] = '\0';
  writer->at += size + 1;
  ent_row_finish_column(writer, kind);
}

static inline void ent_row_put_null(ent_row_writer *writer) {
  ent_row_finish_column(writer, ENT_NULL);
}

/* Puts a number, its 64 bits as they are. */
ENT_CHECKED static inline ent_status ent_row_put_number(ent_row_writer *writer,
                                                        ent_kind kind,
                                                        uint64_t bits,
                                                        ent_error *err) {
  ent_status status = ent_row_room(writer, sizeof(bits), err);

  if (status) return status;
  bits = ent_row_swap64(bits);
  memcpy(writer->at, &bits, sizeof(bits));
  writer->at += sizeof(bits);
  ent_row_finish_column(writer, kind);
  return ENT_OK;
}

/* Puts a text or blob. */
ENT_CHECKED static inline ent_status
ent_row_put_bytes(ent_row_writer *writer, ent_kind kind, const char *data,
                  size_t size, ent_error *err) {
  ent_status status = ent_row_room(writer, size, err);

  if (status) return status;
  if (size) memcpy(writer->at, data, size);
  ent_row_put_filled(writer, kind, size);
  return ENT_OK;
}

/* Puts any value; digits are kept as ASCII. */
ENT_CHECKED ent_status ent_row_put(ent_row_writer *writer,
                                   const ent_value *value, ent_error *err);

/* Completes the row; every column must have been put. */
void ent_row_end(ent_row_writer *writer);
void ent_row_drop(ent_row_writer *writer);

/* Whether `size` bytes are one well-formed row of this version: every offset
 * inside, every NUL there, every kind known.  For bytes from outside. */
bool ent_row_valid(const void *data, size_t size);

#endif
