#include "backends/base/row.h"

/* Bytes before the first value. */
static size_t head_size(uint16_t n_columns) {
  return ENT_ROW_HEADER + 5 * (size_t)n_columns;
}

/* What the writer knows of where its buffer stands: the next value goes to
 * the offset `at`, and is that of `column`. */
static void look_again(ent_row_writer *writer, size_t at, size_t column) {
  ent_buf *buf = writer->buf;
  ent_row *row = (ent_row *)buf->data + writer->start;

  writer->at = buf->data + at;
  writer->limit = buf->data + buf->capacity;
  writer->values = (const char *)row + head_size(writer->n_columns);
  writer->kinds = row + ENT_ROW_HEADER + column;
  writer->ends = row + ENT_ROW_HEADER + writer->n_columns + 4 * column;
}

ent_status ent_row_begin(ent_row_writer *writer, ent_buf *buf,
                         uint16_t n_columns, ent_error *err) {
  size_t head = head_size(n_columns);
  uint16_t stored = ent_row_swap16(n_columns);
  ent_status status;
  char *at;

  *writer =
      (ent_row_writer){.buf = buf, .start = buf->size, .n_columns = n_columns};
  status = ent_buf_reserve(buf, head, &at, err);
  if (status) return status;
  at[0] = ENT_ROW_VERSION;
  at[1] = 0;
  memcpy(at + 2, &stored, sizeof(stored));
  buf->size += head;
  look_again(writer, buf->size, 0);
  return ENT_OK;
}

ent_status ent_row_grow(ent_row_writer *writer, size_t size, ent_error *err) {
  ent_buf *buf = writer->buf;
  size_t used = (size_t)(writer->at - buf->data);
  size_t column = (size_t)(writer->kinds - (ent_row *)buf->data) -
                  writer->start - ENT_ROW_HEADER;
  ent_status status;
  char *at;

  if (size >= ENT_ROW_MAX_SIZE ||
      used - writer->start + size + 1 > ENT_ROW_MAX_SIZE) {
    return ent_fail(err, ENT_TOO_BIG, "a row of 2 GiB or more");
  }
  buf->size = used;
  status = ent_buf_reserve(buf, size + 1, &at, err);
  if (status) return status;
  look_again(writer, used, column);
  return ENT_OK;
}

ent_status ent_row_put(ent_row_writer *writer, const ent_value *value,
                       ent_error *err) {
  ent_kind kind = value->kind;

  switch (kind) {
  case ENT_NULL: ent_row_put_null(writer); return ENT_OK;
  case ENT_I64:
  case ENT_U64:
  case ENT_F64: return ent_row_put_number(writer, kind, value->as.u64, err);
  case ENT_DIGITS: kind = ENT_ASCII; break;
  case ENT_ASCII:
  case ENT_TEXT:
  case ENT_BLOB: break;
  }
  return ent_row_put_bytes(writer, kind, value->as.bytes.data,
                           value->as.bytes.size, err);
}

void ent_row_end(ent_row_writer *writer) {
  uint32_t size;

  writer->buf->size = (size_t)(writer->at - writer->buf->data);
  size = ent_row_swap32((uint32_t)(writer->buf->size - writer->start));
  memcpy(writer->buf->data + writer->start + 4, &size, sizeof(size));
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
