#include "vtab/scan.h"

#include "backends/base/faults.h"
#include "backends/mysql/ship.h"
#include "backends/spool.h"
#include "vtab/hidden.h"
#include "vtab/hold.h"
#include "vtab/keyuse.h"
#include "vtab/meet.h"
#include "vtab/report.h"
#include "vtab/texts.h"
#include "vtab/transaction.h"

#include <stdlib.h>
#include <string.h>

enum {
  ENT_SCAN_ROWS = ENT_ROW_MAX_SIZE,
  ENT_KEY_BYTES_MAX = 1 << 20,
  ENT_SPARE_BYTES = 64 << 10,
};

/* A scan of an entity: rows by key, all of them read in xFilter, or a search,
 * page by page. */
typedef struct ent_scan {
  sqlite3_vtab_cursor base; /* must be first */
  struct ent_scan *next;    /* of the session's open ones */
  const ent_plan *plan;
  int plan_index;
  ent_session_pool *pool; /* whose source is being read */
  ent_arena arena;        /* of the values and of what is below */
  ent_value *values;      /* of each term: one; of an IN, the list */
  ent_term *terms;        /* n_terms: those of the plan that can be asked */
  size_t n_terms;
  ent_hidden hidden;  /* what is known of the statement's terms */
  bool is_misplanned; /* and some term is not to be in its plan */
  ent_query query;
  ent_pages *pages;           /* of a search */
  ent_buf bytes;              /* of rows by key */
  const ent_row **found;      /* the rows by key */
  const ent_row *const *rows; /* the page, or `found`; NULL: only counted */
  size_t n_rows;
  size_t at;   /* the current row */
  ent_buf key; /* of the current row, where it is composite */
  bool locks;  /* the statement writes what it finds */
  int n_plain; /* columns below it are those of the row, whatever else is */
} ent_scan;

static ent_table *table_of(const ent_scan *scan) {
  return (ent_table *)scan->base.pVtab;
}

static ent_scan *new_scan(void) {
  ent_scan *scan = sqlite3_malloc64(sizeof(*scan));

  if (!scan) return NULL;
  *scan = (ent_scan){.next = NULL};
  ent_buf_init(&scan->bytes, ENT_SCAN_ROWS);
  ent_buf_init(&scan->key, ENT_KEY_BYTES_MAX);
  return scan;
}

void ent_scan_free(ent_scan *scan) {
  if (!scan) return;
  ent_arena_done(&scan->arena);
  ent_buf_done(&scan->bytes);
  ent_buf_done(&scan->key);
  sqlite3_free(scan);
}

int ent_scan_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out) {
  ent_table *table = (ent_table *)vtab;
  ent_scan *scan = table->spare ? table->spare : new_scan();

  if (!scan) return SQLITE_NOMEM;
  table->spare = NULL;
  scan->hidden = (ent_hidden){.db = table->session->db};
  table->session->is_wary = false;
  scan->next = table->session->scans;
  table->session->scans = scan;
  *out = &scan->base;
  return SQLITE_OK;
}

/* Back to the state that ent_scan_open() left it in; memory stays. */
static void reset(ent_scan *scan) {
  ent_pages_close(scan->pages);
  ent_session_pool_unref(scan->pool);
  scan->pages = NULL;
  scan->pool = NULL;
  scan->bytes.size = 0;
  scan->rows = NULL;
  scan->n_rows = 0;
  scan->at = 0;
  ent_arena_reset(&scan->arena);
}

/* SQLite opens and closes a cursor for every execution of a statement: one
 * is kept with its memory, if that is little. */
int ent_scan_close(sqlite3_vtab_cursor *cursor) {
  ent_scan *scan = (ent_scan *)cursor;
  ent_table *table = table_of(scan);
  ent_scan **at = &table->session->scans;

  while (*at != scan)
    at = &(*at)->next;
  *at = scan->next;
  reset(scan);
  ent_hold_closed(table->session);
  if (table->spare || scan->bytes.capacity > ENT_SPARE_BYTES) {
    ent_scan_free(scan);
  } else {
    table->spare = scan;
  }
  return SQLITE_OK;
}

static int fail(ent_scan *scan, const ent_error *err) {
  scan->n_rows = 0;
  scan->at = 0;
  return ent_report_vtab(scan->base.pVtab, ENT_PHASE_READ, err);
}

static bool is_number(const ent_column *column) {
  const char *declared = ent_column_declared(column);

  return strcmp(declared, "TEXT") != 0 && strcmp(declared, "BLOB") != 0;
}

/* A value as SQLite compares it with a column: with the column's affinity
 * where that is one of numbers.  A number beside a text stays one: whether
 * SQLite compares them as texts is not to be seen here. */
static ent_status take_value(ent_scan *scan, const ent_plan_term *term,
                             sqlite3_value *from, ent_value *to,
                             ent_error *err) {
  const ent_entity *entity = table_of(scan)->entity;

  if (term->column == ENT_ROWID_COLUMN ||
      is_number(&entity->columns[term->column])) {
    sqlite3_value_numeric_type(from);
  }
  return ent_value_copy(from, &scan->arena, to, err);
}

/* The values of an IN, in an array that doubles. */
static ent_status take_list(ent_scan *scan, const ent_plan_term *from,
                            sqlite3_value *list, ent_term *term,
                            ent_error *err) {
  sqlite3_value *item;
  ent_value *values = NULL;
  size_t n = 0;
  size_t capacity = 0;
  int rc;

  for (rc = sqlite3_vtab_in_first(list, &item); rc == SQLITE_OK && item;
       rc = sqlite3_vtab_in_next(list, &item)) {
    ent_status status;

    if (n == capacity) {
      ent_value *more;

      capacity = capacity ? 2 * capacity : 16;
      more = ent_arena_alloc(&scan->arena, capacity * sizeof(*more));
      if (!more) return ent_fail_nomem(err);
      if (n) memcpy(more, values, n * sizeof(*more));
      values = more;
    }
    status = take_value(scan, from, item, &values[n], err);
    if (status) return status;
    if (values[n].kind != ENT_NULL) n++;
  }
  if (rc != SQLITE_OK && rc != SQLITE_DONE) return ent_fail_nomem(err);
  term->values = values;
  term->n_values = n;
  return ENT_OK;
}

/* Whether a term is left to SQLite: it may be another than it seems. */
static bool is_hidden(ent_scan *scan, const ent_plan_term *term) {
  if ((term->doubt == ENT_DOUBT_COLLATION &&
       ent_hidden_collation(&scan->hidden)) ||
      (term->doubt == ENT_DOUBT_TWICE && ent_hidden_twice(&scan->hidden))) {
    scan->is_misplanned = true;
    return true;
  }
  return ent_hidden_join(&scan->hidden, (ent_op)term->op);
}

static bool is_fresh(const ent_scan *scan) {
  const ent_table *table = table_of(scan);

  return ent_texts_are_fresh(table->session->db, table->name);
}

/* Whether a value shows that SQLite may lose rows. */
static ent_status check_part(ent_scan *scan, const ent_plan_term *term,
                             const ent_value *value, ent_error *err) {
  const ent_entity *entity = table_of(scan)->entity;

  if (term->op != ENT_OP_EQ || term->doubt == ENT_DOUBT_NONE ||
      !ent_hidden_part(&scan->hidden, value)) {
    return ENT_OK;
  }
  scan->is_misplanned = true;
  if (is_fresh(scan)) return ENT_OK;
  return ent_fail(err, ENT_UNSUPPORTED,
                  "table %s: column %s: SQLite may compare it wrongly in (…) "
                  "IN (SELECT …); write +%s there",
                  entity->name, entity->columns[term->column].name,
                  entity->columns[term->column].name);
}

static ent_status take_terms(ent_scan *scan, sqlite3_value **argv,
                             ent_error *err) {
  const ent_plan *plan = scan->plan;
  ent_status status = ENT_OK;

  scan->values =
      ent_arena_zalloc(&scan->arena, (plan->n_terms + 1) * sizeof(ent_value));
  scan->terms =
      ent_arena_zalloc(&scan->arena, (plan->n_terms + 1) * sizeof(ent_term));
  if (!scan->values || !scan->terms) return ent_fail_nomem(err);
  scan->n_terms = 0;
  scan->is_misplanned = false;
  for (size_t i = 0; !status && i < plan->n_terms; i++) {
    const ent_plan_term *from = &plan->terms[i];
    ent_term *term = &scan->terms[scan->n_terms];

    if (is_hidden(scan, from)) continue;
    scan->n_terms++;
    *term = (ent_term){.column = from->column,
                       .op = (ent_op)from->op,
                       .values = &scan->values[i],
                       .n_values = ent_op_has_value((ent_op)from->op)};
    if (from->op == ENT_OP_IN) {
      status = take_list(scan, from, argv[i], term, err);
    } else if (ent_op_has_value((ent_op)from->op)) {
      status = take_value(scan, from, argv[i], &scan->values[i], err);
      if (!status) status = check_part(scan, from, &scan->values[i], err);
    }
  }
  return status;
}

/* How many rows SQLite will ask for, 0 if that is not known. */
static uint64_t wanted_rows(const ent_plan *plan, sqlite3_value **argv) {
  sqlite3_int64 limit = 0;
  sqlite3_int64 offset = 0;

  if (!plan->has_limit) return 0;
  if (sqlite3_value_type(argv[plan->n_terms]) != SQLITE_INTEGER) return 0;
  limit = sqlite3_value_int64(argv[plan->n_terms]);
  if (plan->has_offset) {
    offset = sqlite3_value_int64(argv[plan->n_terms + 1]);
  }
  if (limit <= 0 || limit > INT32_MAX || offset > INT32_MAX) return 0;
  return (uint64_t)(limit + (offset > 0 ? offset : 0));
}

/* Whether this scan may share the read view of others: all cursors that are
 * open belong to one statement if only one is busy. */
static bool is_alone(sqlite3 *db) {
  int n_busy = 0;

  for (sqlite3_stmt *stmt = sqlite3_next_stmt(db, NULL); stmt && n_busy < 2;
       stmt = sqlite3_next_stmt(db, stmt)) {
    n_busy += sqlite3_stmt_busy(stmt) != 0;
  }
  return n_busy == 1;
}

static ent_status next_page(ent_scan *scan, ent_error *err) {
  ent_session *session = table_of(scan)->session;
  ent_deadline deadline = ent_session_deadline(session);
  ent_status status =
      ent_pages_next(scan->pages, &deadline, &scan->rows, &scan->n_rows, err);

  ent_session_waited(session);
  scan->at = 0;
  if (status) scan->n_rows = 0;
  return status == ENT_DONE ? ENT_OK : status;
}

static ent_status start_search(ent_scan *scan, const ent_term *terms,
                               size_t n_terms, uint64_t limit_hint,
                               ent_error *err) {
  const ent_table *table = table_of(scan);
  const ent_plan *plan = scan->plan;
  ent_source *source = scan->pool->source;
  ent_status status;

  scan->query = (ent_query){.entity = table->entity,
                            .projection = &plan->projection,
                            .terms = terms,
                            .n_terms = n_terms,
                            .orders = plan->orders,
                            .n_orders = plan->n_orders,
                            .limit_hint = limit_hint,
                            .max_rows = (uint64_t)table->session->max_scan_rows,
                            .joins_snapshot = is_alone(table->session->db),
                            .locks = scan->locks,
                            .distinct = plan->is_distinct,
                            .counts = plan->is_count && !plan->shows_rows};
  status = source->ops->search(source, &scan->query, &scan->pages, err);
  return status ? status : next_page(scan, err);
}

static ent_status get_rows(ent_scan *scan, const ent_key *keys, size_t n,
                           ent_error *err) {
  const ent_table *table = table_of(scan);
  ent_source *source = scan->pool->source;
  ent_get get = {.entity = table->entity,
                 .keys = keys,
                 .n_keys = n,
                 .projection = &scan->plan->projection,
                 .locks = scan->locks};
  ent_deadline deadline = ent_session_deadline(table->session);
  size_t *offsets = ent_arena_alloc(&scan->arena, n * sizeof(*offsets));
  ent_status status;

  scan->found = ent_arena_alloc(&scan->arena, n * sizeof(ent_row *));
  if (!offsets || !scan->found) return ent_fail_nomem(err);
  status =
      source->ops->get(source, &get, &deadline, &scan->bytes, offsets, err);
  ent_session_waited(table->session);
  if (status) return status;
  for (size_t i = 0; i < n; i++) {
    if (offsets[i] == ENT_NO_ROW) continue;
    scan->found[scan->n_rows++] =
        (const ent_row *)scan->bytes.data + offsets[i];
  }
  scan->rows = scan->found;
  return ENT_OK;
}

/* Rows by key.  Where a value of the list is more than a key, the list is a
 * term of a search; where the list is left to SQLite, there is no term. */
static ent_status start_keys(ent_scan *scan, ent_error *err) {
  const ent_term *term = &scan->terms[0];
  ent_key *keys;
  size_t n = 0;

  if (!scan->n_terms) return start_search(scan, NULL, 0, 0, err);
  keys = ent_arena_alloc(&scan->arena, (term->n_values + 1) * sizeof(*keys));
  if (!keys) return ent_fail_nomem(err);
  for (size_t i = 0; i < term->n_values; i++) {
    ent_key_use use;
    ent_status status = ent_keyuse_make(
        table_of(scan)->entity, scan->plan->terms[0].column == ENT_ROWID_COLUMN,
        &term->values[i], &scan->arena, &use, &keys[n], err);

    if (status) return status;
    if (use == ENT_USE_SEARCH) return start_search(scan, term, 1, 0, err);
    n += use == ENT_USE_KEY;
  }
  n = ent_keyuse_sort(keys, n);
  return n ? get_rows(scan, keys, n, err) : ENT_OK;
}

/* Whether the statement writes the table that it reads here: it must see the
 * rows as they are now, and nobody else may change them before it has. */
static ent_status take_lock(ent_scan *scan, ent_error *err) {
  const ent_table *table = table_of(scan);
  ent_session *session = table->session;

  scan->locks = table->member.has_begun &&
                table->entity->key_kind != ENT_KEY_NONE &&
                ent_transaction_writer(session->db) != NULL;
  scan->n_plain = scan->locks ? 0 : table->entity->n_columns;
  return scan->locks ? ent_transaction_join(session, scan->pool, err) : ENT_OK;
}

/* Reads what the plan says. */
static ent_status start_plan(ent_scan *scan, sqlite3_value **argv,
                             ent_error *err) {
  ent_status status = take_lock(scan, err);

  if (!status) {
    status = ent_hold_begin(table_of(scan)->session, scan->pool, err);
  }
  if (status) return status;
  if (scan->plan->kind == ENT_PLAN_KEYS) return start_keys(scan, err);
  return start_search(scan, scan->terms, scan->n_terms,
                      wanted_rows(scan->plan, argv), err);
}

/* Whether one row may not stand for those like it: SQLite may ask for rowids,
 * or know rows by their keys. */
static bool needs_all(ent_scan *scan, const ent_plan *plan) {
  return plan->is_distinct && plan->whole >= 0 &&
         (ent_hidden_rowid(&scan->hidden) || ent_hidden_right(&scan->hidden));
}

/* The plan that SQLite has chosen, or the one of all rows instead. */
static void choose_plan(ent_scan *scan, int index) {
  const ent_plans *plans = &table_of(scan)->plans;
  const ent_plan *plan = ent_plans_get(plans, index);

  scan->hidden.schemas = ent_plans_schemas(plans, index);
  if (needs_all(scan, plan)) index = plan->whole;
  scan->plan = ent_plans_get(plans, index);
  scan->plan_index = index;
}

/* SQLite prepares the statement again and begins it anew. */
static int plan_anew(ent_scan *scan) {
  table_of(scan)->session->is_wary = true;
  return SQLITE_SCHEMA;
}

int ent_scan_filter(sqlite3_vtab_cursor *cursor, int plan, const char *words,
                    int argc, sqlite3_value **argv) {
  ent_scan *scan = (ent_scan *)cursor;
  ent_table *table = table_of(scan);
  ent_error err;
  ent_status status;

  (void)words, (void)argc;
  ent_error_clear(&err);
  reset(scan);
  choose_plan(scan, plan);
  status = ent_table_meet(table, &err);
  if (status) {
    ent_error_context(&err, status, "table %s", table->entity->name);
    return fail(scan, &err);
  }
  scan->pool = table->pool;
  scan->pool->n_users++;
  status = take_terms(scan, argv, &err);
  if (!status && scan->is_misplanned && is_fresh(scan)) return plan_anew(scan);
  if (!status) status = start_plan(scan, argv, &err);
  return status ? fail(scan, &err) : SQLITE_OK;
}

ENT_COLD static int show_next_page(ent_scan *scan) {
  ent_error err = {.status = ENT_OK};

  return next_page(scan, &err) ? fail(scan, &err) : SQLITE_OK;
}

int ent_scan_next(sqlite3_vtab_cursor *cursor) {
  ent_scan *scan = (ent_scan *)cursor;

  scan->at++;
  if (scan->at < scan->n_rows || !scan->pages) return SQLITE_OK;
  return show_next_page(scan);
}

/* Whether this scan is to be read to its end before something is written. */
static bool is_to_keep(const ent_scan *scan, const ent_session_pool *pool,
                       const char *table) {
  return scan->pages && scan->pool->mysql.pool == pool->mysql.pool &&
         (!table || strcmp(table_of(scan)->entity->table, table) == 0) &&
         !scan->pages->ops->is_apart(scan->pages);
}

static ent_status keep(ent_scan *scan, ent_error *err) {
  ent_session *session = table_of(scan)->session;
  ent_deadline deadline = ent_session_deadline(session);
  ent_status status = ent_spool_rest(&scan->pages, scan->rows + scan->at,
                                     scan->n_rows - scan->at, &deadline, err);

  /* What the scan shows now is the first row of those kept. */
  if (!status && scan->n_rows) status = next_page(scan, err);
  if (status) scan->n_rows = scan->at = 0;
  return status;
}

ent_status ent_scan_keep_all(ent_session *session, const ent_session_pool *pool,
                             const char *table, ent_error *err) {
  ent_status status = ENT_OK;

  for (ent_scan *scan = session->scans; !status && scan; scan = scan->next) {
    if (is_to_keep(scan, pool, table)) status = keep(scan, err);
  }
  return status;
}

int ent_scan_eof(sqlite3_vtab_cursor *cursor) {
  const ent_scan *scan = (const ent_scan *)cursor;

  return scan->at >= scan->n_rows;
}

/* Rows that were only counted are read after all. */
static int show_rows(ent_scan *scan) {
  ent_table *table = table_of(scan);
  ent_deadline deadline = ent_session_deadline(table->session);
  ent_error err = {.status = ENT_OK};
  ent_status status;

  ent_plans_note_rows(&table->plans, scan->plan_index);
  scan->query.counts = false;
  status = scan->pages->ops->show(scan->pages, scan->at, &deadline, &scan->rows,
                                  &scan->n_rows, &err);
  ent_session_waited(table->session);
  scan->at = 0;
  if (status == ENT_DONE) {
    status = ent_fail(&err, ENT_PROTOCOL, "fewer rows than were counted");
  }
  return status ? fail(scan, &err) : SQLITE_OK;
}

static int need_row(ent_scan *scan) {
  return scan->rows || scan->n_rows == 0 ? SQLITE_OK : show_rows(scan);
}

/* A column that the plan did not say it would read: SQLite never asks. */
ENT_COLD static int not_read(const ent_scan *scan, int column) {
  ent_error err = {.status = ENT_OK};

  ent_fail(&err, ENT_UNSUPPORTED, "table %s: column %d was not read",
           table_of(scan)->entity->name, column);
  return ent_report_vtab(scan->base.pVtab, ENT_PHASE_READ, &err);
}

static inline int result_of_row(ent_scan *scan, sqlite3_context *context,
                                int column) {
  ent_table *table = table_of(scan);
  uint16_t slot = scan->plan->slots[column];

  if (slot == ENT_NO_SLOT) return not_read(scan, column);
  ent_value_result_column(&table->session->numerals, context,
                          scan->rows[scan->at], slot,
                          &table->entity->columns[column]);
  return SQLITE_OK;
}

/* The key of the current row, its parts in the order of the columns. */
static int result_composite_key(ent_scan *scan, sqlite3_context *context) {
  const ent_entity *entity = table_of(scan)->entity;
  ent_error err = {.status = ENT_OK};

  scan->key.size = 0;
  for (uint16_t i = 0; i < entity->n_key_columns; i++) {
    uint16_t slot = scan->plan->slots[entity->key_columns[i]];
    ent_value part;

    if (slot == ENT_NO_SLOT) return not_read(scan, entity->n_columns);
    part = ent_row_value(scan->rows[scan->at], slot);
    if (ent_key_append_part(&scan->key, &part, &err)) {
      return ent_report_vtab(scan->base.pVtab, ENT_PHASE_READ, &err);
    }
  }
  sqlite3_result_blob64(context, scan->key.data, scan->key.size,
                        SQLITE_TRANSIENT);
  return SQLITE_OK;
}

/* Behind the entity's own columns stand _key, of a composite one, and
 * _on_duplicate, which is only ever written. */
static int result_hidden(ent_scan *scan, sqlite3_context *context, int column) {
  const ent_entity *entity = table_of(scan)->entity;

  if (entity->key_kind == ENT_KEY_COMPOSITE && column == entity->n_columns) {
    return result_composite_key(scan, context);
  }
  return SQLITE_OK;
}

/* A key is always shown: SQLite finds the row by it. */
static bool is_key_column(const ent_entity *entity, int column) {
  for (uint16_t i = 0; i < entity->n_key_columns; i++) {
    if (entity->key_columns[i] == column) return true;
  }
  return false;
}

/* What ent_scan_column() has no time to look at. */
ENT_COLD static int result_other(ent_scan *scan, sqlite3_context *context,
                                 int column) {
  const ent_entity *entity = table_of(scan)->entity;
  int rc = need_row(scan);

  if (rc || !scan->rows) return rc;
  if (column >= entity->n_columns) {
    return result_hidden(scan, context, column);
  }
  if (scan->locks && !is_key_column(entity, column) &&
      sqlite3_vtab_nochange(context)) {
    return SQLITE_OK; /* an UPDATE does not change it */
  }
  return result_of_row(scan, context, column);
}

int ent_scan_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                    int column) {
  ent_scan *scan = (ent_scan *)cursor;

  return scan->rows && column < scan->n_plain
             ? result_of_row(scan, context, column)
             : result_other(scan, context, column);
}

/* A row without a key is known by what it holds.  That is not the rowid of
 * one row where two are alike, but SQLite asks for it only to tell which rows
 * of a RIGHT JOIN have found a partner, and those two have or have not alike;
 * plans that tell rows apart by it are priced out (plan.c). */
static sqlite3_int64 rowid_of_content(const ent_row *row) {
  uint64_t hash = 14695981039346656037U;
  uint32_t size = ent_row_size(row);

  for (uint32_t i = 0; i < size; i++) {
    hash = (hash ^ row[i]) * 1099511628211U;
    hash ^= hash >> 32;
  }
  return (sqlite3_int64)hash;
}

int ent_scan_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  ent_scan *scan = (ent_scan *)cursor;
  const ent_entity *entity = table_of(scan)->entity;
  static sqlite3_int64 n_shown; /* for the planted fault */
  const ent_row *row;
  int rc = need_row(scan);

  if (rc) return rc;
  row = scan->rows[scan->at];
  if (ent_fault("or-duplicates")) {
    *rowid = ++n_shown;
  } else if (entity->key_kind == ENT_KEY_INTEGER && !scan->plan->is_distinct) {
    ent_value key =
        ent_row_value(row, scan->plan->slots[entity->key_columns[0]]);

    *rowid = key.as.i64;
  } else {
    *rowid = rowid_of_content(row);
  }
  return SQLITE_OK;
}
