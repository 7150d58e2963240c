/* Rows of the binary protocol of any bytes: what is taken for a row of the
 * columns is a packed row that can be read, what is not says so, and nothing
 * past the bytes is looked at.  The first byte says how many columns there are,
 * and one byte for each which type it has; the others are the row. */
#include "backends/mysql/binary.h"

#include <mariadb/mysql.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The name is libFuzzer's. */
/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
  ENT_FUZZ_CEILING = 1 << 24,
  ENT_FUZZ_COLUMNS = 24,
  ENT_CHARSET_TEXT = 45,
  ENT_CHARSET_BINARY = 63,
};

static const enum enum_field_types types[] = {
    MYSQL_TYPE_TINY,       MYSQL_TYPE_SHORT,    MYSQL_TYPE_LONG,
    MYSQL_TYPE_INT24,      MYSQL_TYPE_LONGLONG, MYSQL_TYPE_YEAR,
    MYSQL_TYPE_FLOAT,      MYSQL_TYPE_DOUBLE,   MYSQL_TYPE_BIT,
    MYSQL_TYPE_NEWDECIMAL, MYSQL_TYPE_DATE,     MYSQL_TYPE_DATETIME,
    MYSQL_TYPE_TIME,       MYSQL_TYPE_NULL,     MYSQL_TYPE_GEOMETRY,
    MYSQL_TYPE_VAR_STRING,
};

/* The type in the low bits; a sign, a charset and digits in the high ones. */
static ent_mysql_field field_of(uint8_t byte) {
  bool is_high = (byte & 0x80) != 0;
  const MYSQL_FIELD from = {
      .type = types[byte % ENT_COUNT(types)],
      .flags = is_high ? UNSIGNED_FLAG : 0,
      .charsetnr = is_high ? ENT_CHARSET_BINARY : ENT_CHARSET_TEXT,
      .decimals = byte >> 4 & 7,
  };
  ent_mysql_field field;

  ent_mysql_field_init(&field, &from);
  return field;
}

/* Every column is where the packed row says, to its last byte. */
static void check_row(const ent_buf *buf, uint16_t n) {
  const ent_row *row = (const ent_row *)buf->data;

  if (!ent_row_valid(row, buf->size)) abort();
  if (ent_row_n_columns(row) != n) abort();
}

static void try_row(const ent_mysql_field *fields, uint16_t n,
                    const uint8_t *data, size_t size) {
  unsigned char *row = malloc(size ? size : 1);
  ent_error err = {.status = ENT_OK};
  unsigned column = UINT32_MAX;
  ent_row_writer writer;
  ent_status status;
  ent_buf buf;

  if (!row) abort();
  if (size) memcpy(row, data, size);
  ent_buf_init(&buf, ENT_FUZZ_CEILING);
  if (ent_row_begin(&writer, &buf, n, NULL)) abort();
  status = ent_mysql_binary_row(fields, n, row, size, &writer, &column, &err);
  if (status) {
    if (status != ENT_PROTOCOL || !*err.text || column >= n) abort();
    ent_row_drop(&writer);
    if (buf.size) abort();
  } else {
    ent_row_end(&writer);
    check_row(&buf, n);
  }
  ent_buf_done(&buf);
  free(row);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ent_mysql_field fields[ENT_FUZZ_COLUMNS];
  size_t n;

  if (!size) return 0;
  n = (size_t)data[0] % ENT_FUZZ_COLUMNS + 1;
  if (size < 1 + n) return 0;
  for (size_t i = 0; i < n; i++)
    fields[i] = field_of(data[1 + i]);
  try_row(fields, (uint16_t)n, data + 1 + n, size - 1 - n);
  return 0;
}
