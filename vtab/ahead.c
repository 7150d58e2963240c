#include "vtab/ahead.h"

#include "vtab/scan.h"

#include <string.h>

enum { ENT_AHEAD_ROWS = 10000 }; /* that are looked at for keys */

/* The key that a column of a row holds; false where it is none of this kind.
 *
 *   integer  room for one */
static bool key_at(const ent_row *row, unsigned slot, ent_ahead_kind kind,
                   unsigned char integer[ENT_KEY_INTEGER_SIZE], ent_key *key) {
  ent_value value = ent_row_value(row, slot);

  switch (value.kind) {
  case ENT_I64:
  case ENT_U64:
    if (kind != ENT_AHEAD_INTEGER) return false;
    ent_key_encode_integer(&value, integer);
    *key = (ent_key){.data = integer, .size = ENT_KEY_INTEGER_SIZE};
    return true;
  case ENT_ASCII:
  case ENT_TEXT:
    if (kind != ENT_AHEAD_TEXT ||
        !ent_utf8_valid(value.as.bytes.data, value.as.bytes.size)) {
      return false;
    }
    break;
  case ENT_BLOB:
    if (kind != ENT_AHEAD_BLOB) return false;
    break;
  case ENT_NULL:
  case ENT_F64:
  case ENT_DIGITS: return false;
  }
  *key = (ent_key){.data = value.as.bytes.data,
                   .size = (uint32_t)value.as.bytes.size};
  return true;
}

static bool has_key(const ent_row *row, unsigned slot, ent_ahead_kind kind,
                    const ent_key *key) {
  unsigned char integer[ENT_KEY_INTEGER_SIZE];
  ent_key other;

  return slot < ent_row_n_columns(row) &&
         key_at(row, slot, kind, integer, &other) && other.size == key->size &&
         (!key->size || memcmp(other.data, key->data, key->size) == 0);
}

static void take(ent_ahead *ahead, const ent_scan_rows *shown) {
  ahead->rows = shown->rows;
  ahead->n = shown->n > 1 ? shown->n : 0;
}

/* Whether the value still comes from where it came from last. */
static bool is_as_before(const ent_session *session, ent_ahead *ahead,
                         const ent_key *key) {
  const struct ent_scan *scan = ahead->serial ? session->scans : NULL;
  ent_scan_rows shown;

  while (scan) {
    scan = ent_scan_look(scan, &shown);
    if (shown.serial != ahead->serial) continue;
    if (!shown.n || !has_key(shown.rows[0], ahead->slot, ahead->kind, key)) {
      return false;
    }
    take(ahead, &shown);
    return true;
  }
  return false;
}

void ent_ahead_find(const ent_session *session, ent_ahead *ahead,
                    const ent_key *key) {
  const struct ent_scan *scan = session->scans;
  ent_scan_rows shown;

  ahead->n = 0;
  if (is_as_before(session, ahead, key)) return;
  while (scan) {
    scan = ent_scan_look(scan, &shown);
    if (shown.n < 2) continue;
    for (unsigned i = 0; i < ent_row_n_columns(shown.rows[0]); i++) {
      if (!has_key(shown.rows[0], i, ahead->kind, key)) continue;
      ahead->serial = shown.serial;
      ahead->slot = i;
      take(ahead, &shown);
      return;
    }
  }
}

ent_status ent_ahead_keys(const ent_ahead *ahead, size_t most, ent_arena *arena,
                          ent_key **keys, size_t *n, ent_error *err) {
  size_t n_rows = ahead->n < ENT_AHEAD_ROWS ? ahead->n : ENT_AHEAD_ROWS;
  unsigned char *integers;

  if (most > n_rows) most = n_rows;
  *n = 0;
  *keys = ent_arena_alloc(arena, most * sizeof(**keys));
  integers = ent_arena_alloc(arena, most * ENT_KEY_INTEGER_SIZE);
  if (!*keys || !integers) return ent_fail_nomem(err);
  for (size_t i = 0; i < n_rows && *n < most; i++) {
    ent_key *key = &(*keys)[*n];
    const ent_row *row = ahead->rows[i];

    if (ahead->slot >= ent_row_n_columns(row) ||
        !key_at(row, ahead->slot, ahead->kind,
                integers + *n * ENT_KEY_INTEGER_SIZE, key)) {
      continue;
    }
    if (*n && ent_key_compare(key - 1, key) == 0) continue;
    ++*n;
  }
  return ENT_OK;
}
