#include "vtab/found.h"

#include "vtab/caching.h"

#include "vtab/terms.h"

#include <string.h>

/* Lists that Redis is asked for in one scan: that of a join's inner table is
 * begun for each row of the outer one, and reads ahead better. */
enum {
  ENT_MOST_ASKED = 8,
  ENT_SPARE_KEYS = 1000, /* of a list whose memory is kept for the next one */
};

/* ---- the queries of a table ---- */

/* Whether its queries may be found: lists are kept, and its rows are those that
 * the queries show. */
static bool may_have(const ent_table *table) {
  return table->declared && table->declared->n_queries &&
         !table->with_deleted && ent_caching_keeps_lists(&table->cached);
}

/* A text that is none of a query is said by who asks for it. */
static ent_status meet_one(ent_listed_query *query, const ent_table *table,
                           const ent_declared_query *declared, ent_error *err) {
  ent_status status;

  if (query->entity == table->entity) return ENT_OK;
  status = ent_listed_query_make(query, declared, table->entity, false, NULL);
  return status == ENT_NOMEM ? ent_fail_nomem(err) : ENT_OK;
}

ent_status ent_found_meet(ent_table *table, ent_error *err) {
  size_t n = may_have(table) ? table->declared->n_queries : 0;
  ent_status status = ENT_OK;

  if (n && !table->queries) {
    table->queries = sqlite3_malloc64(n * sizeof(*table->queries));
    if (!table->queries) return ent_fail_nomem(err);
    memset(table->queries, 0, n * sizeof(*table->queries));
  }
  for (size_t i = 0; !status && i < n; i++) {
    status =
        meet_one(&table->queries[i], table, &table->declared->queries[i], err);
  }
  return status;
}

const ent_listed_query *ent_found_queries(const ent_table *table, size_t *n) {
  bool may = may_have(table) && table->queries && !table->session->is_listing;

  *n = may ? table->declared->n_queries : 0;
  return may ? table->queries : NULL;
}

void ent_found_forget(ent_table *table) {
  size_t n = table->queries ? table->declared->n_queries : 0;

  for (size_t i = 0; i < n; i++)
    ent_listed_query_done(&table->queries[i]);
  sqlite3_free(table->queries);
  table->queries = NULL;
}

/* ---- which one a search asks ---- */

/* The term by which a column shall have a value; n_terms if there is none. */
static size_t term_of(const ent_plan_term *terms, size_t n_terms,
                      uint16_t column) {
  size_t i = 0;

  while (i < n_terms && (terms[i].column != column || terms[i].op != ENT_OP_EQ))
    i++;
  return i;
}

static bool compares_all(const ent_listed_query *query,
                         const ent_found_ask *ask) {
  const ent_listed_text *text = &query->text;

  if (!query->entity || !text->is_fixed || !text->n_equals) return false;
  for (size_t i = 0; i < text->n_equals; i++) {
    if (term_of(ask->terms, ask->n_terms, text->equals[i]) == ask->n_terms)
      return false;
  }
  return true;
}

static bool is_compared(const ent_listed_text *text, uint16_t column) {
  for (size_t i = 0; i < text->n_equals; i++) {
    if (text->equals[i] == column) return true;
  }
  return false;
}

/* The order of its lists; one of plain columns, or none. */
static size_t orders_of(const ent_listed_query *query, ent_order *key,
                        const ent_order **orders) {
  *key = (ent_order){.column = query->entity->key_columns[0]};
  *orders = query->text.has_order ? query->text.orders : key;
  return query->text.has_order ? query->text.n_orders : 1;
}

/* Whether its lists have the order that is wanted.  Columns that have one value
 * in all rows stand in any order. */
static bool has_order(const ent_listed_query *query, const ent_found_ask *ask) {
  const ent_order *orders;
  ent_order key;
  size_t n = orders_of(query, &key, &orders);
  size_t at = 0;

  if (!ask->n_orders) return false;
  for (size_t i = 0; i < ask->n_orders; i++) {
    const ent_order *wanted = &ask->orders[i];

    if (is_compared(&query->text, wanted->column)) continue;
    while (at < n && is_compared(&query->text, orders[at].column))
      at++;
    if (at == n || orders[at].column != wanted->column ||
        orders[at].descending != wanted->descending) {
      return false;
    }
    at++;
  }
  return true;
}

int ent_found_choose(const ent_listed_query *queries, size_t n,
                     const ent_found_ask *ask, bool *is_ordered) {
  int best = -1;

  *is_ordered = false;
  for (size_t i = 0; i < n; i++) {
    const ent_listed_query *query = &queries[i];
    size_t most = best < 0 ? 0 : queries[best].text.n_equals;
    bool has;

    if (!compares_all(query, ask)) continue;
    has = has_order(query, ask);
    if (ask->must_order && !has) continue;
    if (query->text.n_equals < most ||
        (query->text.n_equals == most && (*is_ordered || !has))) {
      continue;
    }
    best = (int)i;
    *is_ordered = has;
  }
  return best;
}

/* ---- its list ---- */

static ent_found *new_found(ent_buf *bytes) {
  ent_found *found = sqlite3_malloc64(sizeof(*found));

  if (!found) return NULL;
  *found = (ent_found){.slots = NULL};
  ent_listing_init(&found->listing, bytes);
  return found;
}

void ent_found_free(ent_found *found) {
  if (!found) return;
  ent_listing_done(&found->listing);
  sqlite3_free(found);
}

/* Whether the list of a value has all rows that SQLite finds equal to it: beside
 * a text a number may be compared as one or as a text, which is not to be seen
 * here, and nothing is equal to NULL. */
static bool is_plain(const ent_column *column, sqlite3_value *value) {
  int type = sqlite3_value_type(value);

  return type != SQLITE_NULL &&
         (type == SQLITE_TEXT ||
          strcmp(ent_column_declared(column), "TEXT") != 0);
}

/* The arguments of the query among the values of the plan's terms; false where one
 * is nothing that lists are for. */
static bool take_arguments(ent_found *found, const ent_plan *plan,
                           sqlite3_value **argv) {
  ent_listing *listing = &found->listing;
  const ent_listed_query *query = listing->query;
  const ent_listed_text *text = &query->text;
  sqlite3_value **arguments = ent_arena_alloc(
      &listing->arena, text->n_equals * sizeof(sqlite3_value *));

  if (!arguments) return false;
  for (size_t i = 0; i < text->n_equals; i++) {
    size_t term = term_of(plan->terms, plan->n_terms, text->equals[i]);

    if (term == plan->n_terms) return false;
    arguments[i] = argv[term];
    if (!is_plain(&query->entity->columns[text->equals[i]], arguments[i]))
      return false;
  }
  listing->arguments = arguments;
  return true;
}

static bool show_all_columns(ent_found *found) {
  uint16_t n = found->listing.query->entity->n_columns;

  found->slots =
      ent_arena_alloc(&found->listing.arena, n * sizeof(*found->slots));
  for (uint16_t i = 0; found->slots && i < n; i++)
    found->slots[i] = i;
  return found->slots != NULL;
}

/* How many rows SQLite will ask for, where nothing but the query decides which. */
static size_t n_wanted(const ent_listing *listing, const ent_plan *plan,
                       sqlite3_value **argv) {
  uint64_t limit = plan->n_terms == listing->query->text.n_equals
                       ? ent_terms_limit(plan, argv)
                       : 0;

  return limit && limit < listing->n ? (size_t)limit : listing->n;
}

/* Whether the list may be given: a search of so many rows would be refused. */
static bool is_within(const ent_listing *listing) {
  sqlite3_int64 most = listing->table->session->max_scan_rows;

  return !most || listing->n <= (uint64_t)most;
}

/* What a search does as well it shall tell: a cache fails no read. */
static ent_status forgive(ent_status status, const ent_error *why,
                          ent_error *err) {
  if (status != ENT_NOMEM && status != ENT_INTERRUPTED) return ENT_OK;
  if (err && !err->status) *err = *why;
  return status;
}

static ent_status read_list(ent_found *found, const ent_plan *plan,
                            sqlite3_value **argv, bool *is_found,
                            ent_error *err) {
  ent_listing *listing = &found->listing;
  ent_error why = {.status = ENT_OK};
  bool has_list = false;
  ent_status status = ent_listing_find(listing, &has_list, &why);

  if (!listing->was_near) found->n_asked++;
  listing->arguments = NULL;
  if (!status && has_list && is_within(listing) && show_all_columns(found)) {
    status = ent_listing_take_rows(listing, 0, n_wanted(listing, plan, argv),
                                   is_found, &why);
  }
  if (status) *is_found = false;
  return status ? forgive(status, &why, err) : ENT_OK;
}

/* Whether the query of the plan may be asked now, and with what. */
static bool may_ask(ent_found *found, ent_table *table, const ent_plan *plan,
                    sqlite3_value **argv) {
  ent_listing *listing = &found->listing;

  ent_listing_reset(listing);
  listing->table = table;
  listing->query = &table->queries[plan->query];
  found->of_primary = ent_found_of_primary(table, plan);
  return listing->query->entity == table->entity &&
         ent_listing_may(table, listing->query) &&
         found->n_asked < ENT_MOST_ASKED && take_arguments(found, plan, argv);
}

bool ent_found_of_primary(ent_table *table, const ent_plan *plan) {
  return plan->query >= 0 && table->queries &&
         table->pool->config->n_replicas &&
         ent_listing_may(table, &table->queries[plan->query]);
}

void ent_found_close(ent_found **own) {
  if (!*own) return;
  if ((*own)->listing.n > ENT_SPARE_KEYS) {
    ent_found_free(*own);
    *own = NULL;
  } else {
    ent_listing_reset(&(*own)->listing);
  }
}

ent_status ent_found_begin(ent_found **own, ent_table *table,
                           const ent_plan *plan, sqlite3_value **argv,
                           ent_buf *bytes, bool *is_found, ent_error *err) {
  ent_status status = ent_found_meet(table, err);

  *is_found = false;
  if (status || !table->queries) return status;
  if (!*own) *own = new_found(bytes);
  if (!*own) return ent_fail_nomem(err);
  if (!may_ask(*own, table, plan, argv)) return ENT_OK;
  status = read_list(*own, plan, argv, is_found, err);
  if (!*is_found) ent_listing_reset(&(*own)->listing);
  return status;
}

ent_status ent_found_rest(ent_found *found, ent_error *err) {
  ent_listing *listing = &found->listing;
  bool has_all = false;
  ent_status status =
      ent_listing_take_rows(listing, listing->to, listing->n, &has_all, err);

  if (status || has_all) return status;
  return ent_fail(
      err, ENT_BUSY,
      "table %s: cached query %s: rows of its list were changed, or "
      "are too much, while they were read; ask again",
      listing->table->name, listing->query->declared->name);
}
