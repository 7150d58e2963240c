#include "backends/mysql/binary.h"

#include <string.h>

enum {
  ENT_COM_STMT_EXECUTE = 23,
  ENT_EXECUTE_HEAD = 10, /* bytes in front of the values that are NULL */
  ENT_LENGTH_MAX = 9,    /* bytes of a length */
};

static char *put_little(char *to, uint64_t number, int n) {
  for (int i = 0; i < n; i++) {
    to[i] = (char)(number & 0xff);
    number >>= 8;
  }
  return to + n;
}

/* A length: one byte, or a mark and 2, 3 or 8 bytes. */
static char *put_length(char *to, size_t size) {
  if (size < 251) return put_little(to, size, 1);
  if (size <= 0xffff) return put_little(put_little(to, 252, 1), size, 2);
  if (size <= 0xffffff) return put_little(put_little(to, 253, 1), size, 3);
  return put_little(put_little(to, 254, 1), size, 8);
}

static char *put_value(char *to, const ent_value *value) {
  switch (value->kind) {
  case ENT_NULL: return to;
  case ENT_I64:
  case ENT_U64:
  case ENT_F64: return put_little(to, value->as.u64, 8);
  case ENT_ASCII:
  case ENT_TEXT:
  case ENT_DIGITS:
  case ENT_BLOB: break;
  }
  to = put_length(to, value->as.bytes.size);
  if (value->as.bytes.size) {
    memcpy(to, value->as.bytes.data, value->as.bytes.size);
  }
  return to + value->as.bytes.size;
}

/* The most that a command may take; more than one packet where it may be. */
static size_t room_for(const ent_value *params, size_t n_params) {
  size_t room = ENT_PACKET_HEADER + ENT_EXECUTE_HEAD + (n_params + 7) / 8 + 1;

  for (size_t i = 0; i < n_params && room < ENT_PACKET_MAX; i++) {
    room += ENT_LENGTH_MAX;
    if (params[i].kind >= ENT_ASCII) room += params[i].as.bytes.size;
  }
  return room;
}

bool ent_mysql_binary_fits(const ent_value *params, size_t n_params) {
  return room_for(params, n_params) < ENT_PACKET_MAX;
}

static char *put_nulls(char *to, const ent_value *params, size_t n_params) {
  for (size_t i = 0; i < n_params; i += 8) {
    unsigned nulls = 0;

    for (size_t j = i; j < i + 8 && j < n_params; j++)
      nulls |= (unsigned)(params[j].kind == ENT_NULL) << (j - i);
    to = put_little(to, nulls, 1);
  }
  return to;
}

ent_status ent_mysql_binary_execute(ent_buf *buf, uint32_t statement,
                                    const ent_value *params, size_t n_params,
                                    ent_error *err) {
  char *start;
  char *to;
  ent_status status =
      ent_buf_reserve(buf, room_for(params, n_params), &start, err);

  if (status) return status;
  to = put_little(start + ENT_PACKET_HEADER, ENT_COM_STMT_EXECUTE, 1);
  to = put_little(to, statement, 4);
  to = put_little(to, 0, 1);
  to = put_little(to, 1, 4);
  if (n_params) {
    to = put_nulls(to, params, n_params);
    *to++ = 0;
  }
  for (size_t i = 0; i < n_params; i++)
    to = put_value(to, &params[i]);
  put_little(start, (uint64_t)(to - start) - ENT_PACKET_HEADER, 4);
  buf->size += (size_t)(to - start);
  return ENT_OK;
}

static ent_status fail_shape(ent_error *err) {
  return ent_fail(err, ENT_PROTOCOL, "bytes that are no row of the result");
}

ent_status ent_mysql_binary_row(const ent_mysql_field *fields,
                                uint16_t n_fields, unsigned char *row,
                                size_t size, ent_row_writer *writer,
                                unsigned *column, ent_error *err) {
  const unsigned char *end = row + size;
  const unsigned char *nulls = row + 1;
  size_t head = 1 + ((size_t)n_fields + 9) / 8;
  unsigned char *at = row + head;

  *column = 0;
  if (size < head || row[0] != 0) return fail_shape(err);
  for (unsigned i = 0; i < n_fields; i++) {
    unsigned bit = i + 2;
    ent_status status;

    if (nulls[bit / 8] >> bit % 8 & 1) {
      ent_row_put_null(writer);
      continue;
    }
    *column = i;
    if (!ent_mysql_field_is_whole(&fields[i], at, end)) return fail_shape(err);
    status = fields[i].put(&fields[i], &at, writer, err);
    if (status) return status;
  }
  return at == end ? ENT_OK : fail_shape(err);
}
