#include "vtab/keyuse.h"

#include <stdlib.h>

enum { ENT_KEY_DIGITS = 20 }; /* of 2^64-1 */

/* Of a key that is shown as a text: the number that has these digits, and no
 * other text. */
static ent_key_use wide_key(const ent_value *value, ent_value *key) {
  const char *digits = value->as.bytes.data;
  size_t size = value->as.bytes.size;
  uint64_t number = 0;

  if (value->kind == ENT_NULL || value->kind == ENT_BLOB) return ENT_USE_NONE;
  if (!ent_value_is_text(value)) return ENT_USE_SEARCH;
  if (size == 0 || size > ENT_KEY_DIGITS || (size > 1 && digits[0] == '0')) {
    return ENT_USE_NONE;
  }
  for (size_t i = 0; i < size; i++) {
    unsigned digit = (unsigned)(digits[i] - '0');

    if (digit > 9 || number > (UINT64_MAX - digit) / 10) return ENT_USE_NONE;
    number = 10 * number + digit;
  }
  *key = ent_value_u64(number);
  return ENT_USE_KEY;
}

/* The integer key that `column = value` or `rowid = value` asks for. */
static ent_key_use integer_key(const ent_entity *entity, bool is_rowid,
                               const ent_value *value, ent_value *key) {
  const ent_column *column = &entity->columns[entity->key_columns[0]];
  bool is_unsigned = column->type == ENT_TYPE_UNSIGNED;
  const double two_63 = 9223372036854775808.0;

  if (column->is_wide && !is_rowid) return wide_key(value, key);
  *key = *value;
  if (value->kind == ENT_F64) {
    double real = value->as.f64;

    if (real >= two_63 && is_unsigned && !is_rowid) return ENT_USE_SEARCH;
    /* As SQLite's own lookup by key: it leaves -2^63 a REAL. */
    if (real >= two_63 || real <= -two_63) return ENT_USE_NONE;
    if ((double)(int64_t)real != real) return ENT_USE_NONE;
    *key = ent_value_i64((int64_t)real);
  } else if (value->kind != ENT_I64) {
    return ENT_USE_NONE;
  }
  if (is_rowid) {
    *key = ent_value_u64((uint64_t)key->as.i64);
  } else if (is_unsigned && key->as.i64 < 0) {
    return ENT_USE_NONE;
  }
  return ENT_USE_KEY;
}

static ent_key_use bytes_key(const ent_entity *entity, const ent_value *value) {
  bool is_blob = entity->columns[entity->key_columns[0]].type == ENT_TYPE_BLOB;

  if (value->kind == ENT_NULL) return ENT_USE_NONE;
  if (is_blob) return value->kind == ENT_BLOB ? ENT_USE_KEY : ENT_USE_NONE;
  if (value->kind == ENT_BLOB) return ENT_USE_NONE;
  if (!ent_value_is_text(value)) return ENT_USE_SEARCH;
  return ent_utf8_valid(value->as.bytes.data, value->as.bytes.size)
             ? ENT_USE_KEY
             : ENT_USE_NONE;
}

ent_status ent_keyuse_make(const ent_entity *entity, bool is_rowid,
                           const ent_value *value, ent_arena *arena,
                           ent_key_use *use, ent_key *key, ent_error *err) {
  ent_value integer;
  unsigned char *bytes;

  if (entity->key_kind == ENT_KEY_BYTES) {
    *use = bytes_key(entity, value);
    if (*use == ENT_USE_KEY) {
      *key = (ent_key){.data = value->as.bytes.data,
                       .size = (uint32_t)value->as.bytes.size};
    }
    return ENT_OK;
  }
  *use = integer_key(entity, is_rowid, value, &integer);
  if (*use != ENT_USE_KEY) return ENT_OK;
  bytes = ent_arena_alloc(arena, ENT_KEY_INTEGER_SIZE);
  if (!bytes) return ent_fail_nomem(err);
  ent_key_encode_integer(&integer, bytes);
  *key = (ent_key){.data = bytes, .size = ENT_KEY_INTEGER_SIZE};
  return ENT_OK;
}

bool ent_keyuse_is_part(const ent_entity *entity, int column) {
  for (uint16_t i = 0; i < entity->n_key_columns; i++) {
    if (entity->key_columns[i] == column) return true;
  }
  return false;
}

int64_t ent_keyuse_rowid_of(const ent_row *row) {
  uint64_t hash = 14695981039346656037U;
  uint32_t size = ent_row_size(row);

  for (uint32_t i = 0; i < size; i++) {
    hash = (hash ^ row[i]) * 1099511628211U;
    hash ^= hash >> 32;
  }
  return (int64_t)hash;
}

/* SQLite hands out the list of an IN in the order of its values, which mostly
 * is that of the keys. */
static bool is_sorted(const ent_key *keys, size_t n) {
  for (size_t i = 1; i < n; i++) {
    if (ent_key_compare(&keys[i - 1], &keys[i]) > 0) return false;
  }
  return true;
}

size_t ent_keyuse_sort(ent_key *keys, size_t n) {
  size_t kept = 0;

  if (!is_sorted(keys, n)) qsort(keys, n, sizeof(*keys), ent_key_compare);
  for (size_t i = 0; i < n; i++) {
    if (kept && ent_key_compare(&keys[kept - 1], &keys[i]) == 0) continue;
    keys[kept++] = keys[i];
  }
  return kept;
}
