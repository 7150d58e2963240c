#include "vtab/scan_parts.h"

#include "backends/base/faults.h"
#include "backends/spool.h"
#include "vtab/hold.h"
#include "vtab/keyuse.h"
#include "vtab/meet.h"
#include "vtab/report.h"
#include "vtab/texts.h"
#include "vtab/transaction.h"

#include <string.h>

enum {
  ENT_SCAN_ROWS = ENT_ROW_MAX_SIZE,
  ENT_KEY_BYTES_MAX = 1 << 20,
  ENT_SPARE_BYTES = 64 << 10,
  ENT_HELD_ROWS = 16, /* rows at hand that are given up at once */
  ENT_HELD_BYTES = 64 << 10,
};

static ent_scan *new_scan(void) {
  ent_scan *scan = sqlite3_malloc64(sizeof(*scan));

  if (!scan) return NULL;
  *scan = (ent_scan){.next = NULL, .again.plan = -1};
  ent_buf_init(&scan->bytes, ENT_SCAN_ROWS);
  ent_buf_init(&scan->key, ENT_KEY_BYTES_MAX);
  return scan;
}

void ent_scan_free(ent_scan *scan) {
  if (!scan) return;
  ent_found_free(scan->listed);
  ent_arena_done(&scan->arena);
  ent_buf_done(&scan->bytes);
  ent_buf_done(&scan->key);
  ent_shelf_done(&scan->held);
  sqlite3_free(scan);
}

int ent_scan_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out) {
  ent_table *table = (ent_table *)vtab;
  ent_scan *scan = table->spare ? table->spare : new_scan();

  if (!scan) return SQLITE_NOMEM;
  table->spare = NULL;
  scan->terms.hidden = (ent_hidden){.db = table->session->db};
  table->session->is_wary = false;
  scan->serial = ++table->session->n_scans;
  if (scan->listed) scan->listed->n_asked = 0;
  scan->next = table->session->scans;
  table->session->scans = scan;
  *out = &scan->base;
  return SQLITE_OK;
}

/* Back to the state that ent_scan_open() left it in; memory stays. */
static void reset(ent_scan *scan) {
  if (scan->is_clean) return;
  ent_pages_close(scan->pages);
  ent_session_pool_unref(scan->pool);
  scan->pages = NULL;
  scan->pool = NULL;
  scan->bytes.size = 0;
  scan->rows = NULL;
  scan->n_rows = 0;
  scan->at = 0;
  scan->n_ahead = 0;
  scan->keep = SQLITE_TRANSIENT;
  scan->is_mixed = false;
  scan->has_rest = false;
  scan->is_peeked = false;
  ent_shelf_empty(&scan->held);
  ent_arena_reset(&scan->arena);
  scan->is_clean = true;
}

/* Of a row that was at hand the scan has no more than this.  The last one is
 * held until the next one is there, which is noted as the one behind it. */
static void drop_row(ent_scan *scan) {
  scan->bytes.size = 0;
  scan->n_rows = 0;
  scan->at = 0;
  if (scan->held.n >= ENT_HELD_ROWS || scan->held.bytes > ENT_HELD_BYTES) {
    ent_shelf_keep_last(&scan->held);
  }
}

/* SQLite opens and closes a cursor for every execution of a statement: one
 * is kept with its memory, if that is little. */
int ent_scan_close(sqlite3_vtab_cursor *cursor) {
  ent_scan *scan = (ent_scan *)cursor;
  ent_table *table = ent_scan_table(scan);
  ent_scan **at = &table->session->scans;

  while (*at != scan)
    at = &(*at)->next;
  *at = scan->next;
  reset(scan);
  ent_found_close(&scan->listed);
  ent_prefetch_leave(&scan->prefetch, table->session);
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

static ent_status next_page(ent_scan *scan, ent_error *err) {
  ent_session *session = ent_scan_table(scan)->session;
  ent_deadline deadline = ent_session_deadline(session);
  ent_status status =
      ent_pages_next(scan->pages, &deadline, &scan->rows, &scan->n_rows, err);

  ent_session_waited(session);
  scan->at = 0;
  if (status) scan->n_rows = 0;
  return status == ENT_DONE ? ENT_OK : status;
}

/* Whether the search stands for a list of a cached query. */
static bool is_of_primary(const ent_scan *scan) {
  return scan->plan->query >= 0 && scan->listed && scan->listed->of_primary;
}

ent_status ent_scan_search(ent_scan *scan, const ent_term *terms,
                           size_t n_terms, uint64_t limit_hint,
                           ent_error *err) {
  const ent_table *table = ent_scan_table(scan);
  const ent_plan *plan = scan->plan;
  ent_source *source = scan->pool->source;
  ent_status status;

  scan->query = (ent_query){
      .entity = table->entity,
      .projection = &plan->projection,
      .terms = terms,
      .n_terms = n_terms,
      .orders = plan->orders,
      .n_orders = plan->n_orders,
      .limit_hint = limit_hint,
      .max_rows = (uint64_t)table->session->max_scan_rows,
      .joins_snapshot = ent_session_is_alone(table->session),
      .locks = scan->locks,
      .of_primary = table->session->of_primary || is_of_primary(scan),
      .distinct = plan->is_distinct,
      .counts = plan->is_count && !plan->shows_rows};
  status = source->ops->search(source, &scan->query, &scan->pages, err);
  return status ? status : next_page(scan, err);
}

/* Shows a page of a cached query's list. */
static void show_list(ent_scan *scan) {
  const ent_listing *listing = &scan->listed->listing;

  scan->slots = scan->listed->slots;
  scan->rows = listing->rows;
  scan->n_rows = listing->to - listing->from;
  scan->at = 0;
  scan->keep = SQLITE_STATIC;
  scan->is_mixed = true;
  scan->has_rest = ent_found_has_rest(scan->listed);
}

/* The rows of a cached query that are those of the search. */
static ent_status get_listed(ent_scan *scan, sqlite3_value **argv,
                             bool *is_found, ent_error *err) {
  ent_status status;

  /* Terms that are left to SQLite are others than they seem. */
  if (scan->plan->query < 0 || scan->locks ||
      scan->terms.n != scan->plan->n_terms)
    return ENT_OK;
  status = ent_found_begin(&scan->listed, ent_scan_table(scan), scan->plan,
                           argv, &scan->bytes, is_found, err);
  if (!status && *is_found) show_list(scan);
  return status;
}

/* A search by the terms of the plan. */
static ent_status search(ent_scan *scan, sqlite3_value **argv, ent_error *err) {
  ent_prefetched found;
  bool is_known = false;
  ent_status status = ENT_OK;

  if (ent_scan_may_prefetch(scan)) {
    status =
        ent_prefetch_search(&scan->prefetch, ent_scan_table(scan), scan->plan,
                            &scan->terms, &found, &is_known, err);
  }
  if (status) return status;
  if (is_known) {
    ent_scan_show_prefetched(scan, &found);
    return ENT_OK;
  }
  status = get_listed(scan, argv, &is_known, err);
  if (status || is_known) return status;
  return ent_scan_search(scan, scan->terms.items, scan->terms.n,
                         ent_terms_limit(scan->plan, argv), err);
}

/* Whether the statement writes the table that it reads here: it must see the
 * rows as they are now, and nobody else may change them before it has. */
static ent_status take_lock(ent_scan *scan, ent_error *err) {
  const ent_table *table = ent_scan_table(scan);
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
    status = ent_hold_begin(ent_scan_table(scan)->session, scan->pool, err);
  }
  if (status) return status;
  if (scan->plan->kind == ENT_PLAN_KEYS) return ent_scan_keys(scan, err);
  return search(scan, argv, err);
}

/* Whether one row may not stand for those like it: SQLite may ask for rowids,
 * or know rows by their keys. */
static bool needs_all(ent_scan *scan, const ent_plan *plan) {
  return plan->is_distinct && plan->whole >= 0 &&
         (ent_hidden_rowid(&scan->terms.hidden) ||
          ent_hidden_right(&scan->terms.hidden));
}

/* The plan that SQLite has chosen, or the one of all rows instead. */
static void choose_plan(ent_scan *scan, int index) {
  const ent_plans *plans = &ent_scan_table(scan)->plans;
  const ent_plan *plan = ent_plans_get(plans, index);

  scan->terms.hidden.schemas = ent_plans_schemas(plans, index);
  if (needs_all(scan, plan)) index = plan->whole;
  scan->plan = ent_plans_get(plans, index);
  scan->slots = scan->plan->slots;
  scan->plan_index = index;
}

/* SQLite prepares the statement again and begins it anew. */
static int plan_anew(ent_scan *scan) {
  ent_scan_table(scan)->session->is_wary = true;
  return SQLITE_SCHEMA;
}

int ent_scan_filter(sqlite3_vtab_cursor *cursor, int plan, const char *words,
                    int argc, sqlite3_value **argv) {
  ent_scan *scan = (ent_scan *)cursor;
  ent_table *table = ent_scan_table(scan);
  ent_error err;
  ent_status status;

  (void)words;
  ent_error_clear(&err);
  if (argc == 1 && ent_scan_is_again(scan, plan, argv[0])) {
    ent_scan_expect_again(scan, argv[0]);
    if (scan->is_peeked) {
      drop_row(scan);
    } else {
      reset(scan);
      scan->is_clean = false;
      ent_scan_begin_again(scan);
    }
    status = ent_scan_read_again(scan, &err);
    return status ? fail(scan, &err) : SQLITE_OK;
  }
  reset(scan);
  scan->is_clean = false;
  choose_plan(scan, plan);
  status = ent_table_meet(table, &err);
  if (status) {
    ent_error_context(&err, status, "table %s", table->entity->name);
    return fail(scan, &err);
  }
  scan->pool = table->pool;
  scan->pool->n_users++;
  status =
      ent_terms_take(&scan->terms, table, scan->plan, argv, &scan->arena, &err);
  if (!status && scan->terms.is_misplanned &&
      ent_texts_are_fresh(table->session->db, table->name)) {
    return plan_anew(scan);
  }
  if (!status) status = start_plan(scan, argv, &err);
  return status ? fail(scan, &err) : SQLITE_OK;
}

ENT_COLD static int show_next_page(ent_scan *scan) {
  ent_error err = {.status = ENT_OK};
  ent_status status;

  if (scan->pages) {
    status = next_page(scan, &err);
  } else {
    status = ent_found_rest(scan->listed, &err);
    if (!status) show_list(scan);
  }
  return status ? fail(scan, &err) : SQLITE_OK;
}

int ent_scan_next(sqlite3_vtab_cursor *cursor) {
  ent_scan *scan = (ent_scan *)cursor;

  scan->at++;
  if (scan->at < scan->n_rows || !(scan->pages || scan->has_rest))
    return SQLITE_OK;
  return show_next_page(scan);
}

/* Whether this scan is to be read to its end before something is written. */
static bool is_to_keep(const ent_scan *scan, const ent_session_pool *pool,
                       const char *table) {
  return scan->pages && scan->pool->mysql.pool == pool->mysql.pool &&
         (!table || strcmp(ent_scan_table(scan)->entity->table, table) == 0) &&
         !scan->pages->ops->is_apart(scan->pages);
}

static ent_status keep(ent_scan *scan, ent_error *err) {
  ent_session *session = ent_scan_table(scan)->session;
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

const struct ent_scan *ent_scan_look(const struct ent_scan *scan,
                                     ent_scan_rows *rows) {
  size_t n = scan->n_ahead ? scan->n_ahead : scan->n_rows;

  *rows = (ent_scan_rows){.serial = scan->serial};
  if (scan->rows && scan->at < scan->n_rows) {
    rows->rows = scan->rows + scan->at;
    rows->n = n - scan->at;
  }
  return scan->next;
}

int ent_scan_eof(sqlite3_vtab_cursor *cursor) {
  const ent_scan *scan = (const ent_scan *)cursor;

  return scan->at >= scan->n_rows;
}

/* Rows that were only counted are read after all. */
static int show_rows(ent_scan *scan) {
  ent_table *table = ent_scan_table(scan);
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
           ent_scan_table(scan)->entity->name, column);
  return ent_report_vtab(scan->base.pVtab, ENT_PHASE_READ, &err);
}

/* Whether the current row stands on the shelf, and not among the scan's own
 * bytes: until the last cursor is closed. */
static bool is_shelved(const ent_scan *scan) {
  const char *row = (const char *)scan->rows[scan->at];

  return row < scan->bytes.data || row >= scan->bytes.data + scan->bytes.size;
}

static inline int result_of_row(ent_scan *scan, sqlite3_context *context,
                                int column) {
  ent_table *table = ent_scan_table(scan);
  uint16_t slot = scan->slots[column];
  sqlite3_destructor_type stay = scan->keep;

  if (slot == ENT_NO_SLOT) return not_read(scan, column);
  if (scan->is_mixed && !is_shelved(scan)) stay = SQLITE_TRANSIENT;
  return ent_value_result_column(&table->session->numerals, context,
                                 scan->rows[scan->at], slot,
                                 &table->entity->columns[column], stay);
}

/* The key of the current row, its parts in the order of the columns. */
static int result_composite_key(ent_scan *scan, sqlite3_context *context) {
  const ent_entity *entity = ent_scan_table(scan)->entity;
  ent_error err = {.status = ENT_OK};

  scan->key.size = 0;
  for (uint16_t i = 0; i < entity->n_key_columns; i++) {
    uint16_t slot = scan->slots[entity->key_columns[i]];
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
  const ent_entity *entity = ent_scan_table(scan)->entity;

  if (entity->key_kind == ENT_KEY_COMPOSITE && column == entity->n_columns) {
    return result_composite_key(scan, context);
  }
  return SQLITE_OK;
}

/* What ent_scan_column() has no time to look at. */
ENT_COLD static int result_other(ent_scan *scan, sqlite3_context *context,
                                 int column) {
  const ent_entity *entity = ent_scan_table(scan)->entity;
  int rc = need_row(scan);

  if (rc || !scan->rows) return rc;
  if (column >= entity->n_columns) {
    return result_hidden(scan, context, column);
  }
  /* A key is always shown: SQLite finds the row by it. */
  if (scan->locks && !ent_keyuse_is_part(entity, column) &&
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

int ent_scan_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  ent_scan *scan = (ent_scan *)cursor;
  const ent_entity *entity = ent_scan_table(scan)->entity;
  static sqlite3_int64 n_shown; /* for the planted fault */
  const ent_row *row;
  int rc = need_row(scan);

  if (rc) return rc;
  row = scan->rows[scan->at];
  if (ent_fault("or-duplicates")) {
    *rowid = ++n_shown;
  } else if (entity->key_kind == ENT_KEY_INTEGER && !scan->plan->is_distinct) {
    ent_value key = ent_row_value(row, scan->slots[entity->key_columns[0]]);

    *rowid = key.as.i64;
  } else {
    *rowid = ent_keyuse_rowid_of(row);
  }
  return SQLITE_OK;
}
