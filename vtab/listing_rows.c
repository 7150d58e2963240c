/* The rows that a list names, as long as they are what it says. */
#include "backends/base/faults.h"
#include "vtab/caching.h"
#include "vtab/listing.h"
#include "vtab/value.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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

/* A key, and where it stands in the list. */
typedef struct listed_place {
  ent_key key; /* must be first: they are compared as keys */
  size_t at;
} listed_place;

/* The keys in their order; false where two are alike. */
static bool sort_keys(listed_place *places, size_t n, ent_key *keys) {
  bool is_sorted = true;

  for (size_t i = 1; is_sorted && i < n; i++)
    is_sorted = ent_key_compare(&places[i - 1], &places[i]) < 0;
  if (!is_sorted) qsort(places, n, sizeof(*places), ent_key_compare);
  for (size_t i = 0; i < n; i++) {
    if (i && ent_key_compare(&places[i - 1], &places[i]) == 0) return false;
    keys[i] = places[i].key;
  }
  return true;
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

/* What is asked for, and what was got. */
typedef struct listed_rows {
  listed_place *places; /* n, in the order of the keys */
  ent_key *keys;
  const ent_row **shelved;
  size_t *offsets;
  size_t n;
} listed_rows;

static bool make_room(listed_rows *rows, ent_arena *arena, size_t n) {
  *rows = (listed_rows){
      .places = ent_arena_alloc(arena, n * sizeof(*rows->places)),
      .keys = ent_arena_alloc(arena, n * sizeof(*rows->keys)),
      .shelved = ent_arena_zalloc(arena, n * sizeof(ent_row *)),
      .offsets = ent_arena_alloc(arena, n * sizeof(*rows->offsets)),
      .n = n};
  return rows->places && rows->keys && rows->shelved && rows->offsets;
}

/* Puts the rows where the list has them; false where one is gone, or is another
 * than it says. */
static ent_status place_rows(ent_listing *listing, const listed_rows *rows,
                             size_t from, bool *has_all, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && *has_all && i < rows->n; i++) {
    size_t at = rows->places[i].at;
    const ent_row *row = rows->shelved[i];

    if (!row && rows->offsets[i] == ENT_NO_ROW) {
      *has_all = false;
      break;
    }
    if (!row) row = (const ent_row *)listing->bytes->data + rows->offsets[i];
    listing->rows[at] = row;
    status = is_as_listed(listing, row, listing->entries[from + at].hash,
                          has_all, err);
  }
  return status;
}

ent_status ent_listing_take_rows(ent_listing *listing, size_t from, size_t to,
                                 bool *has_all, ent_error *err) {
  size_t n = to - from;
  listed_rows rows;
  ent_status status;

  listing->rows = ent_arena_alloc(&listing->arena, (n + 1) * sizeof(ent_row *));
  if (!listing->rows || !make_room(&rows, &listing->arena, n + 1))
    return ent_fail_nomem(err);
  rows.n = n;
  for (size_t i = 0; i < n; i++)
    rows.places[i] = (listed_place){listing->entries[from + i].key, i};
  *has_all = sort_keys(rows.places, n, rows.keys);
  if (!n || !*has_all) return ENT_OK;
  status =
      get_all(listing, rows.keys, n, rows.shelved, rows.offsets, has_all, err);
  if (!status) status = place_rows(listing, &rows, from, has_all, err);
  listing->from = from;
  listing->to = to;
  return status;
}
