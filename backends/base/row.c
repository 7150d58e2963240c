#include "backends/base/row.h"

static void put_u16(ent_row *at, uint16_t number) {
  at[0] = (ent_row)number;
  at[1] = (ent_row)(number >> 8);
}

static void put_u32(ent_row *at, uint32_t number) {
  put_u16(at, (uint16_t)number);
  put_u16(at + 2, (uint16_t)(number >> 16));
}

static ent_row *row_of(const ent_row_writer *writer) {
  return (ent_row *)writer->buf->data + writer->start;
}

/* Bytes before the first value. */
static size_t head_size(uint16_t n_columns) {
  return ENT_ROW_HEADER + 5 * (size_t)n_columns;
}

ent_status ent_row_begin(ent_row_writer *writer, ent_buf *buf,
                         uint16_t n_columns, ent_error *err) {
  size_t head = head_size(n_columns);
  ent_status status;
  char *at;

  *writer =
      (ent_row_writer){.buf = buf, .start = buf->size, .n_columns = n_columns};
  status = ent_buf_reserve(buf, head, &at, err);
  if (status) return status;
  buf->size += head;
  at[0] = ENT_ROW_VERSION;
  at[1] = 0;
  put_u16((ent_row *)at + 2, n_columns);
  return ENT_OK;
}

ent_status ent_row_put_room(ent_row_writer *writer, size_t size, char **at,
                            ent_error *err) {
  size_t used = writer->buf->size - writer->start;

  if (size >= ENT_ROW_MAX_SIZE || used + size + 1 > ENT_ROW_MAX_SIZE) {
    return ent_fail(err, ENT_TOO_BIG, "a row of 2 GiB or more");
  }
  return ent_buf_reserve(writer->buf, size + 1, at, err);
}

/* Notes the kind and end of the column whose bytes stand at the buffer's end
 * by now. */
static void finish_column(ent_row_writer *writer, ent_kind kind) {
  ent_row *row = row_of(writer);
  size_t head = head_size(writer->n_columns);
  size_t end = writer->buf->size - writer->start - head;

  row[ENT_ROW_HEADER + writer->column] = (ent_row)kind;
  put_u32(row + ENT_ROW_HEADER + writer->n_columns + 4 * (size_t)writer->column,
          (uint32_t)end);
  writer->column++;
}

void ent_row_put_filled(ent_row_writer *writer, ent_kind kind, size_t size) {
  writer->buf->data[writer->buf->size + size] = '\0';
  writer->buf->size += size + 1;
  finish_column(writer, kind);
}

static ent_status put_number(ent_row_writer *writer, const ent_value *value,
                             ent_error *err) {
  ent_status status;
  char *at;

  status = ent_row_put_room(writer, 8, &at, err);
  if (status) return status;
  put_u32((ent_row *)at, (uint32_t)value->as.u64);
  put_u32((ent_row *)at + 4, (uint32_t)(value->as.u64 >> 32));
  writer->buf->size += 8;
  finish_column(writer, value->kind);
  return ENT_OK;
}

ent_status ent_row_put(ent_row_writer *writer, const ent_value *value,
                       ent_error *err) {
  ent_status status;
  char *at;

  switch (value->kind) {
  case ENT_NULL: finish_column(writer, ENT_NULL); return ENT_OK;
  case ENT_I64:
  case ENT_U64:
  case ENT_F64: return put_number(writer, value, err);
  case ENT_ASCII:
  case ENT_TEXT:
  case ENT_BLOB:
  case ENT_DIGITS: break;
  }
  status = ent_row_put_room(writer, value->as.bytes.size, &at, err);
  if (status) return status;
  if (value->as.bytes.size) {
    memcpy(at, value->as.bytes.data, value->as.bytes.size);
  }
  ent_row_put_filled(writer,
                     value->kind == ENT_DIGITS ? ENT_ASCII : value->kind,
                     value->as.bytes.size);
  return ENT_OK;
}

void ent_row_end(ent_row_writer *writer) {
  put_u32(row_of(writer) + 4, (uint32_t)(writer->buf->size - writer->start));
}

void ent_row_drop(ent_row_writer *writer) {
  writer->buf->size = writer->start;
}

static bool column_valid(ent_kind kind, const ent_row *values, uint32_t start,
                         uint32_t end) {
  switch (kind) {
  case ENT_NULL: return end == start;
  case ENT_I64:
  case ENT_U64:
  case ENT_F64: return end - start == 8;
  case ENT_ASCII:
  case ENT_TEXT:
  case ENT_BLOB: break;
  case ENT_DIGITS: return false;
  }
  if (end == start || values[end - 1] != 0) return false;
  return kind != ENT_ASCII || ent_text_kind((const char *)values + start,
                                            end - start - 1) == ENT_ASCII;
}

bool ent_row_valid(const void *data, size_t size) {
  const ent_row *row = data;
  const ent_row *ends;
  uint32_t start = 0;
  uint16_t n;

  if (size < ENT_ROW_HEADER || size > ENT_ROW_MAX_SIZE) return false;
  n = ent_row_n_columns(row);
  if (row[0] != ENT_ROW_VERSION || row[1] != 0) return false;
  if (ent_row_size(row) != size || size < head_size(n)) return false;
  ends = row + ENT_ROW_HEADER + n;
  for (unsigned i = 0; i < n; i++) {
    uint32_t end = ent_row_u32(ends + 4 * (size_t)i);

    if (row[ENT_ROW_HEADER + i] > ENT_BLOB) return false;
    if (end < start || end > size - head_size(n)) return false;
    if (!column_valid((ent_kind)row[ENT_ROW_HEADER + i], row + head_size(n),
                      start, end)) {
      return false;
    }
    start = end;
  }
  return start == size - head_size(n);
}
