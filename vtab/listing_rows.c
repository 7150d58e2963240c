/* The rows that a list names, as long as they are what it says. */
#include "backends/base/faults.h"
#include "vtab/caching.h"
#include "vtab/keyuse.h"
#include "vtab/listing.h"
#include "vtab/value.h"

#include <inttypes.h>
#include <stdio.h>

enum {
  ENT_LISTING_HELD = 16 << 20, /* bytes of rows that are here at once */
  ENT_LISTING_BATCH = 1000,
};

/* Whether a row is still what it was when the list was made.
 *                                                          model: Q_COMPARE */
static ent_status is_as_listed(const ent_listing *listing, const ent_row *row,
                               uint64_t listed_hash, bool *is, ent_error *err) {
  const ent_listed_query *query = listing->query;
  uint64_t hash = 0;
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < query->text.n_columns; i++) {
    const ent_column *column = &query->entity->columns[query->text.columns[i]];
    char digits[24];
    ent_value value;

    status = ent_value_shown(
        &listing->table->session->numerals, row, query->text.columns[i],
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

static ent_status get_rows(ent_listing *listing, const ent_key *keys, size_t n,
                           const ent_row **shelved, size_t *offsets,
                           ent_error *err) {
  ent_table *table = listing->table;
  ent_source *source = table->pool->source;
  ent_deadline deadline = ent_session_deadline(table->session);
  ent_get get = {.entity = listing->query->entity,
                 .keys = keys,
                 .n_keys = n,
                 .projection = &listing->query->projection,
                 .cached = ent_caching_now(table),
                 .shelf = &table->session->shelf,
                 .shelved = shelved};
  ent_status status =
      source->ops->get(source, &get, &deadline, listing->bytes, offsets, err);

  ent_session_waited(table->session);
  return status;
}

/* The same of many keys; false where they have too much: a SELECT gives it page
 * by page. */
static ent_status get_all(ent_listing *listing, const ent_key *keys, size_t n,
                          const ent_row **shelved, size_t *offsets,
                          bool *has_all, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t at = 0; !status && *has_all && at < n; at += ENT_LISTING_BATCH) {
    size_t some =
        n - at < ENT_LISTING_BATCH ? n - at : (size_t)ENT_LISTING_BATCH;

    status =
        get_rows(listing, keys + at, some, shelved + at, offsets + at, err);
    *has_all = listing->bytes->size <= ENT_LISTING_HELD;
  }
  return status;
}

ent_status ent_listing_take_rows(ent_listing *listing, size_t from, size_t to,
                                 bool *has_all, ent_error *err) {
  size_t n = to - from;
  ent_key *keys = ent_arena_alloc(&listing->arena, (n + 1) * sizeof(*keys));
  size_t *offsets =
      ent_arena_alloc(&listing->arena, (n + 1) * sizeof(*offsets));
  const ent_row **got =
      ent_arena_zalloc(&listing->arena, (n + 1) * sizeof(ent_row *));
  ent_status status = ENT_OK;

  listing->rows = ent_arena_alloc(&listing->arena, (n + 1) * sizeof(ent_row *));
  if (!keys || !offsets || !got || !listing->rows) return ent_fail_nomem(err);
  for (size_t i = 0; i < n; i++)
    keys[i] = listing->entries[from + i].key;
  *has_all = !n || ent_keyuse_sort(keys, n) == n;
  if (!n || !*has_all) return ENT_OK;
  status = get_all(listing, keys, n, got, offsets, has_all, err);
  for (size_t i = 0; !status && *has_all && i < n; i++) {
    const ent_list_entry *entry = &listing->entries[from + i];
    size_t at = place_of(keys, n, &entry->key);

    if (!got[at] && offsets[at] == ENT_NO_ROW) {
      *has_all = false;
      break;
    }
    listing->rows[i] =
        got[at] ? got[at] : (const ent_row *)listing->bytes->data + offsets[at];
    status = is_as_listed(listing, listing->rows[i], entry->hash, has_all, err);
  }
  listing->from = from;
  listing->to = to;
  return status;
}
