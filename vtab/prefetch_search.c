#include "backends/mysql/ship.h"
#include "vtab/found.h"
#include "vtab/prefetch_state.h"

#include <string.h>

/* Rows by a reference.
 *
 *     SELECT h.id FROM user u JOIN house h ON h.user_id = u.id
 *
 * Of a search that is asked again and again with one integer that differs, the
 * ones that will follow are asked for together: `user_id IN (…)`, in the order of
 * that column and then as the plan says.  Where so many rows are not all, those
 * of the last value that came, and of the values behind it, may be missing. */

enum {
  ENT_SEARCH_ROWS = 1000, /* of a batch: one statement (pages.c) */
};

/* One asking. */
typedef struct search_call {
  ent_prefetch *prefetch;
  ent_table *table;
  const ent_plan *plan;
  const ent_terms *terms;
  size_t places[ENT_PREFETCH_VALUES]; /* the terms that have its values */
  int64_t values[ENT_PREFETCH_VALUES];
  size_t n;
} search_call;

/* Whether a term may have the key of a batch: an integer, which the rows show as
 * it is. */
static bool may_be_key(const search_call *call, const ent_term *term) {
  const ent_column *column = &call->table->entity->columns[term->column];

  return term->op == ENT_OP_EQ &&
         (column->type == ENT_TYPE_INTEGER ||
          column->type == ENT_TYPE_UNSIGNED) &&
         !column->is_wide && call->plan->slots[term->column] != ENT_NO_SLOT &&
         ent_ship_can_order(column) == ENT_SHIP_ORDER_YES;
}

static ent_status append(ent_buf *said, const void *data, size_t size,
                         ent_error *err) {
  return size ? ent_buf_append(said, data, size, err) : ENT_OK;
}

static ent_status say_value(ent_buf *said, const ent_value *value,
                            ent_error *err) {
  bool is_bytes = value->kind == ENT_ASCII || value->kind == ENT_TEXT ||
                  value->kind == ENT_BLOB;
  uint64_t head[2] = {(uint64_t)value->kind, 0};
  ent_status status;

  if (is_bytes) {
    head[1] = value->as.bytes.size;
  } else if (value->kind != ENT_NULL) {
    head[1] = value->as.u64;
  }
  status = append(said, head, sizeof(head), err);
  if (!status && is_bytes) {
    status = append(said, value->as.bytes.data, value->as.bytes.size, err);
  }
  return status;
}

/* Whether a value that may be a key is none, such as NULL in an outer join: what
 * is asked then is not compared with the rest. */
static bool is_odd(const search_call *call) {
  for (size_t i = 0; i < call->terms->n; i++) {
    const ent_term *term = &call->terms->items[i];

    if (may_be_key(call, term) && term->values[0].kind != ENT_I64) return true;
  }
  return false;
}

/* Says all terms, but for the values that may be keys, which are listed. */
static ent_status say(search_call *call, ent_buf *said, ent_error *err) {
  ent_status status = ENT_OK;

  call->n = 0;
  for (size_t i = 0; !status && i < call->terms->n; i++) {
    const ent_term *term = &call->terms->items[i];
    bool is_key = call->n < ENT_PREFETCH_VALUES && may_be_key(call, term);
    uint64_t head[4] = {term->column, (uint64_t)term->op, term->n_values,
                        is_key};

    status = append(said, head, sizeof(head), err);
    if (is_key) {
      call->places[call->n] = i;
      call->values[call->n++] = term->values[0].as.i64;
      continue;
    }
    for (size_t k = 0; !status && k < term->n_values; k++)
      status = say_value(said, &term->values[k], err);
  }
  return status;
}

/* The one value that is another one than last time; n where there is none, or
 * several are. */
static size_t find_varying(const search_call *call) {
  const ent_prefetch *prefetch = call->prefetch;
  size_t found = call->n;
  size_t n = 0;

  for (size_t i = 0; i < call->n; i++) {
    if (call->values[i] == prefetch->values[i]) continue;
    found = i;
    n++;
  }
  if (n == 0) return prefetch->varying;
  return n == 1 ? found : call->n;
}

/* Compares what is asked with what was asked last: what differs, if that is one
 * value, is the key from now on. */
static void note(search_call *call, const ent_buf *said) {
  ent_prefetch *prefetch = call->prefetch;
  bool is_same =
      prefetch->has_asked && prefetch->n_values == call->n &&
      prefetch->said.size == said->size &&
      (!said->size || memcmp(prefetch->said.data, said->data, said->size) == 0);
  size_t varying = is_same ? find_varying(call) : call->n;

  if (!is_same || varying != prefetch->varying) {
    ent_prefetch_settle(prefetch);
  }
  prefetch->varying = varying;
  prefetch->n_values = call->n;
  memcpy(prefetch->values, call->values, sizeof(prefetch->values));
}

/* The same as the last asking but for one value?  Then `key` is that value. */
static ent_status ask(search_call *call,
                      unsigned char key[ENT_KEY_INTEGER_SIZE], bool *has_key,
                      ent_error *err) {
  ent_prefetch *prefetch = call->prefetch;
  ent_buf said;
  ent_value value;
  ent_status status;

  ent_buf_init(&said, prefetch->said.ceiling);
  status = say(call, &said, err);
  if (status) {
    ent_buf_done(&said);
    return status;
  }
  note(call, &said);
  ent_buf_done(&prefetch->said);
  prefetch->said = said;
  prefetch->has_asked = true;
  *has_key = prefetch->varying < call->n;
  if (!*has_key) return ENT_OK;
  value = ent_value_i64(call->values[prefetch->varying]);
  ent_key_encode_integer(&value, key);
  return ENT_OK;
}

/* The terms of a batch: those of the search, with the list of its keys. */
static ent_status write_terms(const search_call *call, ent_arena *arena,
                              ent_term **out, ent_error *err) {
  const ent_prefetch *prefetch = call->prefetch;
  const ent_batch *batch = &prefetch->batch;
  size_t n = call->terms->n;
  ent_term *terms = ent_arena_alloc(arena, n * sizeof(*terms));
  ent_value *values = ent_arena_alloc(arena, batch->n * sizeof(*values));
  ent_term *list;

  if (!terms || !values) return ent_fail_nomem(err);
  memcpy(terms, call->terms->items, n * sizeof(*terms));
  for (size_t i = 0; i < batch->n; i++)
    values[i] = ent_key_decode_integer(batch->groups[i].key.data);
  list = &terms[call->places[prefetch->varying]];
  list->op = ENT_OP_IN;
  list->values = values;
  list->n_values = batch->n;
  *out = terms;
  return ENT_OK;
}

static uint16_t key_column(const search_call *call) {
  return call->terms->items[call->places[call->prefetch->varying]].column;
}

/* The order of the batch: its key, then that of the plan. */
static ent_status write_orders(const search_call *call, ent_arena *arena,
                               ent_order **out, size_t *n, ent_error *err) {
  const ent_plan *plan = call->plan;
  ent_order *orders =
      ent_arena_alloc(arena, (plan->n_orders + 1) * sizeof(*orders));

  if (!orders) return ent_fail_nomem(err);
  orders[0] = (ent_order){.column = key_column(call)};
  *n = 1;
  for (size_t i = 0; i < plan->n_orders; i++) {
    if (plan->orders[i].column == orders[0].column) continue;
    orders[(*n)++] = plan->orders[i];
  }
  *out = orders;
  return ENT_OK;
}

/* The rows of a batch, in the order in which they came. */
typedef struct search_page {
  size_t *offsets; /* of each row in the batch's bytes */
  size_t n;
  bool is_all; /* there are no more */
} search_page;

/* Reads and copies the first page. */
static ent_status read_page(ent_batch *batch, ent_pages *pages,
                            const ent_deadline *deadline, search_page *page,
                            ent_error *err) {
  const ent_row *const *rows;
  ent_status status;

  *page = (search_page){.n = 0};
  status = ent_pages_next(pages, deadline, &rows, &page->n, err);
  page->is_all = status == ENT_DONE;
  if (status) return page->is_all ? ENT_OK : status;
  page->offsets =
      ent_arena_alloc(&batch->arena, page->n * sizeof(*page->offsets));
  if (!page->offsets) return ent_fail_nomem(err);
  for (size_t i = 0; !status && i < page->n; i++) {
    page->offsets[i] = batch->bytes.size;
    status = ent_buf_append(&batch->bytes, rows[i], ent_row_size(rows[i]), err);
  }
  if (status) return status;
  page->is_all =
      ent_pages_next(pages, deadline, &rows, &(size_t){0}, NULL) == ENT_DONE;
  return ENT_OK;
}

/* The group that a row belongs to; NULL for a row that nobody asked for. */
static ent_batch_group *group_of(const search_call *call, const ent_row *row) {
  uint16_t slot = call->plan->slots[key_column(call)];
  ent_value value = ent_row_value(row, slot);
  unsigned char integer[ENT_KEY_INTEGER_SIZE];
  ent_key key = {.data = integer, .size = sizeof(integer)};

  if (value.kind != ENT_I64) return NULL;
  ent_key_encode_integer(&value, integer);
  return ent_batch_look(&call->prefetch->batch, &key);
}

/* Where the page was not all there is, what is complete ends before the last
 * row's group. */
static size_t cut_groups(const search_call *call, const ent_row *last) {
  ent_batch *batch = &call->prefetch->batch;
  const ent_batch_group *group = group_of(call, last);
  size_t first = group ? (size_t)(group - batch->groups) : 0;

  for (size_t i = first; i < batch->n; i++)
    batch->groups[i].is_cut = true;
  return first;
}

/* Lists the rows of a page, and notes how many values give so many. */
static ent_status lay_page(const search_call *call, const search_page *page,
                           ent_error *err) {
  ent_prefetch *prefetch = call->prefetch;
  ent_batch *batch = &prefetch->batch;
  const ent_row *bytes = (const ent_row *)batch->bytes.data;
  size_t n = page->n;
  ent_batch_row *rows = ent_arena_alloc(&batch->arena, (n + 1) * sizeof(*rows));
  size_t n_complete = batch->n;
  size_t n_rows = 0;

  if (!rows) return ent_fail_nomem(err);
  if (!page->is_all && n) {
    n_complete = cut_groups(call, bytes + page->offsets[n - 1]);
  }
  for (size_t i = 0; i < n; i++) {
    const ent_batch_group *group = group_of(call, bytes + page->offsets[i]);

    if (!group || group->is_cut) continue;
    rows[n_rows++] = (ent_batch_row){.group = (size_t)(group - batch->groups),
                                     .row = bytes + page->offsets[i]};
  }
  /* A quarter is left free: the next values may have more. */
  prefetch->most = n ? n_complete * ENT_SEARCH_ROWS / n * 3 / 4 : SIZE_MAX;
  if (!page->is_all && prefetch->most > n_complete) prefetch->most = n_complete;
  if (prefetch->most > ENT_PREFETCH_KEYS) prefetch->most = ENT_PREFETCH_KEYS;
  return ent_batch_lay(batch, rows, n_rows, err);
}

/* Asks for the rows of all groups, a page of them. */
static ent_status search_groups(const search_call *call, ent_arena *arena,
                                ent_error *err) {
  ent_session *session = call->table->session;
  ent_source *source = call->table->pool->source;
  ent_batch *batch = &call->prefetch->batch;
  ent_deadline deadline = ent_session_deadline(session);
  uint64_t most = (uint64_t)session->max_scan_rows;
  ent_query query = {.entity = call->table->entity,
                     .projection = &call->plan->projection,
                     .n_terms = call->terms->n,
                     .limit_hint = ENT_SEARCH_ROWS,
                     .first_only = true,
                     .of_primary =
                         ent_found_of_primary(call->table, call->plan)};
  ent_pages *pages = NULL;
  search_page page;
  ent_term *terms = NULL;
  ent_order *orders = NULL;
  ent_status status = write_terms(call, arena, &terms, err);

  if (!status) {
    status = write_orders(call, arena, &orders, &query.n_orders, err);
  }
  if (status) return status;
  if (most && most < ENT_SEARCH_ROWS) query.limit_hint = most;
  query.terms = terms;
  query.orders = orders;
  status = source->ops->search(source, &query, &pages, err);
  if (!status) status = read_page(batch, pages, &deadline, &page, err);
  ent_pages_close(pages);
  ent_session_waited(session);
  return status ? status : lay_page(call, &page, err);
}

/* Asks for the rows of a value and of those that will follow, if it is known
 * which they are. */
static ent_status read_ahead(const search_call *call, const ent_key *key,
                             ent_error *err) {
  ent_prefetch *prefetch = call->prefetch;
  ent_batch *batch = &prefetch->batch;
  ent_arena arena = {.blocks = NULL};
  ent_key *keys;
  size_t n;
  ent_status status;

  if (ent_prefetch_is_over(prefetch)) return ENT_OK;
  prefetch->ahead.kind = ENT_AHEAD_INTEGER;
  ent_ahead_find(call->table->session, &prefetch->ahead, key);
  if (!prefetch->ahead.n) return ENT_OK;
  ent_prefetch_settle(prefetch);
  if (ent_prefetch_is_over(prefetch)) return ENT_OK;
  status =
      ent_ahead_keys(&prefetch->ahead, prefetch->size, &arena, &keys, &n, err);
  if (!status && n) status = ent_batch_start(batch, keys, n, err);
  if (!status && batch->n) status = search_groups(call, &arena, err);
  ent_arena_done(&arena);
  if (status) ent_batch_clear(batch);
  return status;
}

/* A search that would be refused alone is to be so. */
static bool is_refused(const ent_session *session,
                       const ent_batch_group *group) {
  return session->max_scan_rows && group->n > (uint64_t)session->max_scan_rows;
}

static ent_status find(const search_call *call, const ent_key *key,
                       ent_prefetched *found, bool *is_known, ent_error *err) {
  ent_batch *batch = &call->prefetch->batch;
  const ent_batch_group *group = ent_batch_use(batch, key);

  if (!group && !ent_batch_look(batch, key)) {
    ent_status status = read_ahead(call, key, err);

    if (status) return status;
    group = ent_batch_use(batch, key);
  }
  *is_known = group && !is_refused(call->table->session, group);
  if (*is_known) ent_prefetch_show(batch, group, found);
  return ENT_OK;
}

ent_status ent_prefetch_search(ent_prefetch **own, ent_table *table,
                               const ent_plan *plan, const ent_terms *terms,
                               ent_prefetched *found, bool *is_known,
                               ent_error *err) {
  search_call call = {.table = table, .plan = plan, .terms = terms};
  unsigned char integer[ENT_KEY_INTEGER_SIZE];
  ent_key key = {.data = integer, .size = sizeof(integer)};
  bool has_key;
  ent_status status;

  *is_known = false;
  if (plan->is_distinct || !terms->n || is_odd(&call)) return ENT_OK;
  status = ent_prefetch_take(own, table->session, plan, NULL, err);
  if (status) return status;
  call.prefetch = *own;
  status = ask(&call, integer, &has_key, err);
  return status || !has_key ? status : find(&call, &key, found, is_known, err);
}
