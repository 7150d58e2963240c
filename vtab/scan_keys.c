/* The rows of a scan by key. */
#include "vtab/scan_parts.h"

#include "vtab/caching.h"
#include "vtab/keyuse.h"

/* Lists the rows that were found, of which some may stand on the shelf. */
static void list_found(ent_scan *scan, const size_t *offsets, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const ent_row *row = scan->found[i];

    if (row) {
      scan->has_shelved = true;
    } else if (offsets[i] != ENT_NO_ROW) {
      row = (const ent_row *)scan->bytes.data + offsets[i];
    }
    if (row) scan->found[scan->n_rows++] = row;
  }
  scan->rows = scan->found;
}

static ent_status get_rows(ent_scan *scan, const ent_key *keys, size_t n,
                           ent_error *err) {
  ent_table *table = ent_scan_table(scan);
  ent_source *source = scan->pool->source;
  bool of_primary = table->session->of_primary;
  ent_get get = {.entity = table->entity,
                 .keys = keys,
                 .n_keys = n,
                 .projection = &scan->plan->projection,
                 .locks = scan->locks,
                 .of_primary = of_primary,
                 .cached = of_primary ? NULL : ent_caching_now(table),
                 .shelf = &table->session->shelf};
  ent_deadline deadline = ent_session_deadline(table->session);
  size_t *offsets = ent_arena_alloc(&scan->arena, n * sizeof(*offsets));
  ent_status status;

  scan->found = ent_arena_zalloc(&scan->arena, n * sizeof(ent_row *));
  if (!offsets || !scan->found) return ent_fail_nomem(err);
  get.shelved = scan->found;
  status =
      source->ops->get(source, &get, &deadline, &scan->bytes, offsets, err);
  ent_session_waited(table->session);
  if (!status) list_found(scan, offsets, n);
  return status;
}

void ent_scan_show_prefetched(ent_scan *scan, const ent_prefetched *found) {
  scan->rows = found->rows;
  scan->n_rows = found->n;
  scan->n_ahead = found->n_ahead;
  scan->has_shelved = found->is_shelved;
}

bool ent_scan_may_prefetch(const ent_scan *scan) {
  const ent_session *session = ent_scan_table(scan)->session;

  return (scan->next || session->scans != scan) && !scan->locks &&
         !session->of_primary;
}

/* The row of one key. */
static ent_status get_row(ent_scan *scan, const ent_key *key, ent_error *err) {
  ent_prefetched found;
  bool is_known = false;
  ent_status status = ENT_OK;

  if (ent_scan_may_prefetch(scan)) {
    status = ent_prefetch_key(&scan->prefetch, ent_scan_table(scan), scan->plan,
                              key, &found, &is_known, err);
  }
  if (status) return status;
  if (!is_known) return get_rows(scan, key, 1, err);
  ent_scan_show_prefetched(scan, &found);
  return ENT_OK;
}

/* Rows by key.  Where a value of the list is more than a key, the list is a
 * term of a search; where the list is left to SQLite, there is no term. */
ent_status ent_scan_keys(ent_scan *scan, ent_error *err) {
  const ent_term *term = &scan->terms.items[0];
  ent_key *keys;
  size_t n = 0;

  if (!scan->terms.n) return ent_scan_search(scan, NULL, 0, 0, err);
  keys = ent_arena_alloc(&scan->arena, (term->n_values + 1) * sizeof(*keys));
  if (!keys) return ent_fail_nomem(err);
  for (size_t i = 0; i < term->n_values; i++) {
    ent_key_use use;
    ent_status status =
        ent_keyuse_make(ent_scan_table(scan)->entity,
                        scan->plan->terms[0].column == ENT_ROWID_COLUMN,
                        &term->values[i], &scan->arena, &use, &keys[n], err);

    if (status) return status;
    if (use == ENT_USE_SEARCH) return ent_scan_search(scan, term, 1, 0, err);
    n += use == ENT_USE_KEY;
  }
  if (n == 1 && term->op == ENT_OP_EQ) return get_row(scan, keys, err);
  n = ent_keyuse_sort(keys, n);
  return n ? get_rows(scan, keys, n, err) : ENT_OK;
}
