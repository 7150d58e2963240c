/* The rows that a list names, as long as they are what it says. */
#include "backends/base/faults.h"
#include "vtab/caching.h"
#include "vtab/keyuse.h"
#include "vtab/listed_cursor.h"

#include <inttypes.h>
#include <stdio.h>

enum {
  ENT_LISTED_HELD = 16 << 20, /* bytes of rows that are here at once */
  ENT_LISTED_BATCH = 1000,
};

/* Whether a row is still what it was when the list was made.
 *                                                          model: Q_COMPARE */
static ent_status is_as_listed(const ent_listed_scan *scan, const ent_row *row,
                               uint64_t listed_hash, bool *is, ent_error *err) {
  const ent_listed *listed = ent_listed_of(scan);
  uint64_t hash = 0;
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < listed->text.n_columns; i++) {
    const ent_column *column =
        &listed->entity->columns[listed->text.columns[i]];
    char digits[24];
    ent_value value;

    status = ent_value_shown(
        &listed->session->numerals, row, listed->text.columns[i],
        column->type == ENT_TYPE_DECIMAL && !column->is_wide, &value, err);
    if (status) break;
    if (column->is_wide && (value.kind == ENT_I64 || value.kind == ENT_U64)) {
      int size = snprintf(digits, sizeof(digits), "%" PRIu64, value.as.u64);

      value = ent_value_bytes(ENT_TEXT, digits, (size_t)size);
    }
    hash = ent_list_hash(hash, &value);
  }
  *is = hash == listed_hash || ent_fault("no-hash");
  return status;
}

/* Where a key stands among sorted ones. */
static size_t place_of(const ent_key *keys, size_t n, const ent_key *key) {
  size_t low = 0;

  while (n > 1) {
    size_t half = n / 2;

    if (ent_key_compare(&keys[low + half], key) <= 0) low += half;
    n -= half;
  }
  return low;
}

static ent_status get_rows(ent_listed_scan *scan, const ent_key *keys, size_t n,
                           const ent_row **shelved, size_t *offsets,
                           ent_error *err) {
  ent_listed *listed = ent_listed_of(scan);
  ent_source *source = scan->table->pool->source;
  ent_deadline deadline = ent_session_deadline(listed->session);
  ent_get get = {.entity = listed->entity,
                 .keys = keys,
                 .n_keys = n,
                 .projection = &listed->projection,
                 .cached = ent_caching_now(scan->table),
                 .shelf = &listed->session->shelf,
                 .shelved = shelved};
  ent_status status =
      source->ops->get(source, &get, &deadline, &scan->bytes, offsets, err);

  ent_session_waited(listed->session);
  return status;
}

/* The same of many keys; false where they have too much: a SELECT gives it page
 * by page. */
static ent_status get_all(ent_listed_scan *scan, const ent_key *keys, size_t n,
                          const ent_row **shelved, size_t *offsets,
                          bool *has_all, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t at = 0; !status && *has_all && at < n; at += ENT_LISTED_BATCH) {
    size_t some = n - at < ENT_LISTED_BATCH ? n - at : (size_t)ENT_LISTED_BATCH;

    status = get_rows(scan, keys + at, some, shelved + at, offsets + at, err);
    *has_all = scan->bytes.size <= ENT_LISTED_HELD;
  }
  return status;
}

ent_status ent_listed_take_rows(ent_listed_scan *scan, size_t from, size_t to,
                                bool *has_all, ent_error *err) {
  size_t n = to - from;
  ent_key *keys = ent_arena_alloc(&scan->list, (n + 1) * sizeof(*keys));
  size_t *offsets = ent_arena_alloc(&scan->list, (n + 1) * sizeof(*offsets));
  const ent_row **got =
      ent_arena_zalloc(&scan->list, (n + 1) * sizeof(ent_row *));
  ent_status status = ENT_OK;

  scan->rows = ent_arena_alloc(&scan->list, (n + 1) * sizeof(ent_row *));
  if (!keys || !offsets || !got || !scan->rows) return ent_fail_nomem(err);
  for (size_t i = 0; i < n; i++)
    keys[i] = scan->entries[from + i].key;
  *has_all = !n || ent_keyuse_sort(keys, n) == n;
  if (!n || !*has_all) return ENT_OK;
  status = get_all(scan, keys, n, got, offsets, has_all, err);
  for (size_t i = 0; !status && *has_all && i < n; i++) {
    const ent_list_entry *entry = &scan->entries[from + i];
    size_t at = place_of(keys, n, &entry->key);

    if (!got[at] && offsets[at] == ENT_NO_ROW) {
      *has_all = false;
      break;
    }
    scan->rows[i] =
        got[at] ? got[at] : (const ent_row *)scan->bytes.data + offsets[at];
    status = is_as_listed(scan, scan->rows[i], entry->hash, has_all, err);
  }
  scan->from = from;
  scan->to = to;
  return status;
}
