#include "vtab/listed_list.h"

#include "backends/base/hash.h"

#include <string.h>

enum { ENT_ENTRY_HEAD = 12 };

void ent_list_start(ent_list_writer *writer) {
  writer->n = 0;
  ent_buf_init(&writer->bytes, ENT_LIST_BYTES);
}

void ent_list_done(ent_list_writer *writer) {
  ent_buf_done(&writer->bytes);
}

static void put_u32(char *to, uint32_t number) {
  number = ent_row_swap32(number);
  memcpy(to, &number, sizeof(number));
}

ent_status ent_list_add_key(ent_list_writer *writer, uint64_t hash,
                            const ent_key *key, ent_error *err) {
  char head[ENT_ENTRY_HEAD];
  uint64_t swapped = ent_row_swap64(hash);
  char start[4] = {0};
  ent_status status = ENT_OK;

  if (writer->n == ENT_LIST_MAX) {
    return ent_fail(err, ENT_TOO_BIG, "a list of more than %d rows",
                    (int)ENT_LIST_MAX);
  }
  if (!writer->bytes.size) {
    status = ent_buf_append(&writer->bytes, start, sizeof(start), err);
  }
  memcpy(head, &swapped, sizeof(swapped));
  put_u32(head + 8, key->size);
  if (!status) status = ent_buf_append(&writer->bytes, head, sizeof(head), err);
  if (!status) {
    status = ent_buf_append(&writer->bytes, key->data, key->size, err);
  }
  if (!status) writer->n++;
  return status;
}

/* The row of one blob. */
static ent_status put_row(ent_buf *buf, const char *bytes, size_t size,
                          ent_error *err) {
  ent_row_writer row;
  ent_status status = ent_row_begin(&row, buf, 1, err);

  if (status) return status;
  status = ent_row_put_bytes(&row, ENT_BLOB, bytes, size, err);
  if (status) {
    ent_row_drop(&row);
    return status;
  }
  ent_row_end(&row);
  return ENT_OK;
}

ent_status ent_list_end(ent_list_writer *writer, ent_buf *buf, ent_error *err) {
  char start[4] = {0};
  ent_status status = ENT_OK;

  if (!writer->bytes.size) {
    status = ent_buf_append(&writer->bytes, start, sizeof(start), err);
  }
  if (status) return status;
  put_u32(writer->bytes.data, writer->n);
  return put_row(buf, writer->bytes.data, writer->bytes.size, err);
}

ent_status ent_list_too_long(ent_buf *buf, ent_error *err) {
  char n[4];

  put_u32(n, UINT32_MAX);
  return put_row(buf, n, sizeof(n), err);
}

/* What is left of it. */
typedef struct rest {
  const ent_row *at;
  size_t size;
} rest;

static bool take_entry(rest *from, ent_list_entry *entry) {
  uint32_t size;

  if (from->size < ENT_ENTRY_HEAD) return false;
  entry->hash = ent_row_u64(from->at);
  size = ent_row_u32(from->at + 8);
  from->at += ENT_ENTRY_HEAD;
  from->size -= ENT_ENTRY_HEAD;
  if (from->size < size) return false;
  entry->key = (ent_key){from->at, size};
  from->at += size;
  from->size -= size;
  return true;
}

bool ent_list_read_row(const ent_row *row, ent_arena *arena,
                       ent_list_entry **entries, size_t *n) {
  const ent_row *at;
  uint32_t size;
  rest from;

  if (ent_row_find(row, 0, &at, &size) != ENT_BLOB || size < 4) return false;
  *n = ent_row_u32(at);
  from = (rest){at + 4, size - 4};
  if (*n > ENT_LIST_MAX || *n * ENT_ENTRY_HEAD > from.size) return false;
  *entries = ent_arena_alloc(arena, (*n + 1) * sizeof(**entries));
  for (size_t i = 0; *entries && i < *n; i++) {
    if (!take_entry(&from, &(*entries)[i])) return false;
  }
  return *entries != NULL && !from.size;
}

uint64_t ent_list_hash(uint64_t hash, const ent_value *value) {
  unsigned char kind = (unsigned char)value->kind;
  uint64_t size;

  if (!hash) hash = ent_hash_start(ENT_HASH_LIST);
  switch (value->kind) {
  case ENT_NULL: return ent_hash_byte(hash, kind);
  case ENT_I64:
  case ENT_U64:
  case ENT_F64:
    return ent_hash_add(ent_hash_byte(hash, kind), &value->as.u64,
                        sizeof(value->as.u64));
  case ENT_ASCII: kind = ENT_TEXT; break;
  case ENT_TEXT:
  case ENT_BLOB:
  case ENT_DIGITS: break;
  }
  /* Its size keeps it apart from what follows. */
  size = value->as.bytes.size;
  hash = ent_hash_add(ent_hash_byte(hash, kind), &size, sizeof(size));
  return ent_hash_add(hash, value->as.bytes.data, value->as.bytes.size);
}
