/* The rows of a scan by key. */
#include "vtab/scan_parts.h"

#include "vtab/caching.h"
#include "vtab/keyuse.h"

/* Lists the rows that were found, of which some may stand on the shelf. */
static void list_found(ent_scan *scan, const size_t *offsets, size_t n) {
  size_t n_shelved = 0;

  for (size_t i = 0; i < n; i++) {
    const ent_row *row = scan->found[i];

    if (row) {
      n_shelved++;
    } else if (offsets[i] != ENT_NO_ROW) {
      row = (const ent_row *)scan->bytes.data + offsets[i];
    }
    if (row) scan->found[scan->n_rows++] = row;
  }
  scan->rows = scan->found;
  scan->keep =
      n_shelved && scan->plan->shows_bytes ? SQLITE_STATIC : SQLITE_TRANSIENT;
  scan->is_mixed = n_shelved && n_shelved < scan->n_rows;
}

static ent_status get(ent_scan *scan, const ent_get *get, size_t *offsets,
                      ent_error *err) {
  ent_session *session = ent_scan_table(scan)->session;
  ent_source *source = scan->pool->source;
  ent_deadline deadline = ent_session_deadline(session);
  ent_status status =
      source->ops->get(source, get, &deadline, &scan->bytes, offsets, err);

  ent_session_waited(session);
  if (!status) list_found(scan, offsets, get->n_keys);
  return status;
}

/* ---- one row like the last ---- */

/* The row, where this process has it at hand: no clock is asked for a deadline,
 * and nobody waits. */
static bool peek(ent_scan *scan) {
  ent_source *source = scan->pool->source;
  size_t offset;

  if (!source->ops->peek ||
      !source->ops->peek(source, &scan->again.get, &scan->bytes, &offset)) {
    return false;
  }
  list_found(scan, &offset, 1);
  return true;
}

/* Notes how a row was read, where that holds for the next one. */
static void note_again(ent_scan *scan, const ent_get *get) {
  const ent_table *table = ent_scan_table(scan);
  const ent_plan_term *term = &scan->plan->terms[0];
  const ent_column *column;

  scan->again.plan = -1;
  if (get->of_primary || get->locks || table->session->snapshot ||
      scan->plan->is_distinct || get->entity->key_kind != ENT_KEY_INTEGER ||
      term->op != ENT_OP_EQ || term->doubt != ENT_DOUBT_NONE ||
      term->column == ENT_ROWID_COLUMN) {
    return;
  }
  column = &get->entity->columns[term->column];
  if (column->is_wide) return;
  scan->again =
      (ent_scan_again){.plan = scan->plan_index,
                       .n_changes = table->session->n_changes,
                       .n_met = table->n_met,
                       .is_unsigned = column->type == ENT_TYPE_UNSIGNED,
                       .get = *get};
  scan->again.get.keys = &scan->one_key;
}

bool ent_scan_is_again(const ent_scan *scan, int plan, sqlite3_value *value) {
  const ent_table *table = ent_scan_table(scan);
  const ent_session *session = table->session;
  const ent_scan_again *again = &scan->again;

  return plan == again->plan && again->n_changes == session->n_changes &&
         again->n_met == table->n_met && !table->pool->is_closed &&
         (!table->declared || table->catalog == table->pool->catalog) &&
         !table->member.has_begun && !session->of_primary &&
         session->scans == scan && !scan->next &&
         sqlite3_value_type(value) == SQLITE_INTEGER;
}

void ent_scan_expect_again(ent_scan *scan, sqlite3_value *value) {
  ent_scan_again *again = &scan->again;
  ent_value key = ent_value_i64(sqlite3_value_int64(value));

  again->is_none = again->is_unsigned && key.as.i64 < 0;
  ent_key_encode_integer(&key, scan->one_integer);
  scan->one_key = (ent_key){scan->one_integer, ENT_KEY_INTEGER_SIZE};
  if (again->get.cached && again->get.cached->space) {
    again->get.hash = ent_local_expect(again->get.cached->space, scan->one_key);
  }
}

void ent_scan_begin_again(ent_scan *scan) {
  const ent_table *table = ent_scan_table(scan);

  scan->plan = ent_plans_get(&table->plans, scan->again.plan);
  scan->plan_index = scan->again.plan;
  scan->slots = scan->plan->slots;
  scan->locks = false;
  scan->n_plain = table->entity->n_columns;
  scan->pool = table->pool;
  scan->pool->n_users++;
  scan->found = &scan->one_found;
}

ent_status ent_scan_read_again(ent_scan *scan, ent_error *err) {
  size_t offset;

  if (scan->again.is_none) return ENT_OK;
  scan->one_found = NULL;
  scan->is_peeked = peek(scan);
  return scan->is_peeked ? ENT_OK : get(scan, &scan->again.get, &offset, err);
}

/* ---- any rows ---- */

static ent_status get_rows(ent_scan *scan, const ent_key *keys, size_t n,
                           ent_error *err) {
  ent_table *table = ent_scan_table(scan);
  ent_session *session = table->session;
  ent_get what = {.entity = table->entity,
                  .keys = keys,
                  .n_keys = n,
                  .projection = &scan->plan->projection,
                  .locks = scan->locks,
                  .of_primary = session->of_primary,
                  .cached = session->of_primary ? NULL : ent_caching_now(table),
                  .shelf =
                      scan->plan->shows_bytes ? &session->shelf : &scan->held};
  size_t one_offset;
  size_t *offsets = &one_offset;
  ent_status status;

  scan->found = &scan->one_found;
  scan->one_found = NULL;
  if (n > 1) {
    offsets = ent_arena_alloc(&scan->arena, n * sizeof(*offsets));
    scan->found = ent_arena_zalloc(&scan->arena, n * sizeof(ent_row *));
    if (!offsets || !scan->found) return ent_fail_nomem(err);
  }
  what.shelved = scan->found;
  status = get(scan, &what, offsets, err);
  if (!status && n == 1) note_again(scan, &what);
  return status;
}

void ent_scan_show_prefetched(ent_scan *scan, const ent_prefetched *found) {
  scan->rows = found->rows;
  scan->n_rows = found->n;
  scan->n_ahead = found->n_ahead;
  scan->keep = found->is_shelved ? SQLITE_STATIC : SQLITE_TRANSIENT;
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
  ent_key *keys = &scan->one_key;
  size_t n = 0;

  if (!scan->terms.n) return ent_scan_search(scan, NULL, 0, 0, err);
  if (term->n_values > 1) {
    keys = ent_arena_alloc(&scan->arena, term->n_values * sizeof(*keys));
    if (!keys) return ent_fail_nomem(err);
  }
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
