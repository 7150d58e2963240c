#include "backends/base/faults.h"
#include "backends/mysql/source.h"
#include "backends/mysql/sqltext.h"

#include <stdlib.h>
#include <string.h>

/* A search of MySQL, page by page, in one of these ways:
 *
 *   first page    one statement in autocommit with a small LIMIT.  Fewer rows
 *                 than that: it was all.
 *   by key        in a consistent snapshot: … AND id > ? ORDER BY id LIMIT ?
 *   by cursor     one statement whose result the server keeps, where there is
 *                 no key to page by or the table has no row versions
 *
 * Where the first page was not all, none of its rows is given out and the
 * search begins anew by key or by cursor, so that all rows are one state.  The
 * exception is a first page that is as long as the caller probably wants
 * (limit_hint): it is given out, and if more is asked for after all, the new
 * beginning must contain those rows again, and leaves them out. */

#ifndef ENT_FIRST_PAGE_ROWS
#  define ENT_FIRST_PAGE_ROWS 64 /* tests make it small */
#endif

enum {
  ENT_PAGE_ROWS = 65536,
  ENT_PAGE_BYTES = 4 << 20,
  ENT_PAGE_GROWTH = 4,
  ENT_HINT_ROWS = 1000, /* the longest first page that a hint makes */
  ENT_PAGE_SQL = 16 << 20,
};

typedef enum pages_state {
  ENT_PAGES_START,
  ENT_PAGES_HINTED, /* a first page of limit_hint rows was given out */
  ENT_PAGES_BY_KEY,
  ENT_PAGES_BY_CURSOR,
  ENT_PAGES_END,
  ENT_PAGES_FAILED,
} pages_state;

/* Packed rows, one behind the other. */
typedef struct row_list {
  ent_buf bytes;
  size_t *offsets;
  size_t n;
  size_t capacity;
} row_list;

typedef struct mysql_pages {
  ent_pages base; /* must be first */
  ent_mysql_session *session;
  const ent_query *query;
  pages_state state;
  ent_error failure; /* of a search that has failed */
  ent_arena arena;   /* of the parameters */
  ent_sql_where where;
  ent_buf sql;
  ent_value *params; /* those of `where`, a key and a limit */
  row_list page;
  const ent_row **rows; /* of the page */
  size_t rows_capacity;
  size_t page_rows; /* how many to ask for next */
  bool is_last;     /* no rows are behind this page */

  int key_slot; /* of the key among the columns, or -1 */
  ent_value last_key;
  ent_mysql_snapshot *snapshot;
  ent_mysql_connection *connection; /* of the cursor */
  ent_mysql_statement *cursor;

  row_list given; /* rows of the hinted page, to be met again */
  size_t n_unmet;
  size_t last_given; /* the offset of the last of them */
} mysql_pages;

static void list_done(row_list *list) {
  ent_buf_done(&list->bytes);
  free(list->offsets);
  *list = (row_list){.n = 0};
}

static void list_clear(row_list *list) {
  list->bytes.size = 0;
  list->n = 0;
}

/* Notes that a row begins at `offset`. */
static ent_status list_note(row_list *list, size_t offset, ent_error *err) {
  if (list->n == list->capacity) {
    size_t capacity = list->capacity ? 2 * list->capacity : 64;
    size_t *offsets = realloc(list->offsets, capacity * sizeof(*offsets));

    if (!offsets) return ent_fail_nomem(err);
    list->offsets = offsets;
    list->capacity = capacity;
  }
  list->offsets[list->n++] = offset;
  return ENT_OK;
}

static const ent_row *list_row(const row_list *list, size_t i) {
  return (const ent_row *)list->bytes.data + list->offsets[i];
}

/* Reads up to `limit` rows into the page.  Past ENT_PAGE_BYTES the rest of
 * them is read and dropped where `may_drop`: they will be asked for again.
 * ENT_DONE when the result was read to its end. */
static ent_status read_page(mysql_pages *pages, ent_mysql_statement *statement,
                            size_t limit, bool may_drop,
                            const ent_deadline *deadline, ent_error *err) {
  row_list *page = &pages->page;
  ent_status status = ENT_OK;

  list_clear(page);
  while (!status && page->n < limit) {
    size_t offset = page->bytes.size;

    if (may_drop && offset > ENT_PAGE_BYTES) break;
    status = ent_mysql_statement_fetch(statement, deadline, &page->bytes, err);
    if (!status) status = list_note(page, offset, err);
  }
  if (status == ENT_DONE) return ENT_DONE;
  while (may_drop && !status) {
    status = ent_mysql_statement_skip(statement, deadline, err);
  }
  return status == ENT_DONE ? ENT_OK : status;
}

static ent_status write_select(mysql_pages *pages, ent_error *err) {
  const ent_query *query = pages->query;
  ent_status status;

  pages->sql.size = 0;
  status = ent_sql_select(&pages->sql, query->entity, query->columns,
                          query->n_columns, err);
  return status ? status
                : ent_buf_append(&pages->sql, pages->where.sql.data,
                                 pages->where.sql.size, err);
}

/* Runs the text in pages->sql, reading its result to the end.  Full says that
 * as many rows came as were asked for, or as fit. */
static ent_status run_page(mysql_pages *pages, ent_mysql_connection *connection,
                           size_t n_params, size_t limit,
                           const ent_deadline *deadline, bool *is_full,
                           ent_error *err) {
  ent_mysql_statement *statement;
  ent_status status = ent_mysql_connection_statement(
      connection, pages->sql.data, pages->sql.size, deadline, &statement, err);

  if (status) return status;
  status = ent_mysql_statement_execute(statement, pages->params, n_params,
                                       deadline, err);
  if (status) return status;
  status = read_page(pages, statement, limit, true, deadline, err);
  *is_full = status == ENT_OK;
  if (status && status != ENT_DONE) {
    ent_mysql_connection_spoil(connection); /* rows are unread */
    return status;
  }
  return ENT_OK;
}

static ent_status run_first_page(mysql_pages *pages, size_t limit,
                                 const ent_deadline *deadline, bool *is_full,
                                 ent_error *err) {
  ent_mysql_connection *connection;
  size_t n = pages->where.n_params;
  ent_status status = write_select(pages, err);

  if (!status) status = ent_sql_order(&pages->sql, pages->query, err);
  if (!status) status = ent_buf_append(&pages->sql, " LIMIT ?", 8, err);
  if (status) return status;
  pages->params[n] = ent_value_i64((int64_t)limit);
  status = ent_mysql_session_reader(pages->session, deadline, &connection, err);
  if (status) return status;
  return run_page(pages, connection, n + 1, limit, deadline, is_full, err);
}

/* Whether the order asked for is none, or that of the key. */
static bool can_page_by_key(const mysql_pages *pages) {
  const ent_query *query = pages->query;

  if (pages->key_slot < 0) return false;
  return query->n_orders == 0 ||
         query->orders[0].column == query->entity->key_columns[0];
}

static bool is_descending(const mysql_pages *pages) {
  return pages->query->n_orders > 0 && pages->query->orders[0].descending;
}

static ent_status write_key_page(mysql_pages *pages, ent_error *err) {
  const ent_entity *entity = pages->query->entity;
  const ent_column *key = &entity->columns[entity->key_columns[0]];
  bool descending = is_descending(pages);
  ent_status status = write_select(pages, err);

  if (!status && pages->last_key.kind != ENT_NULL) {
    const char *joint = pages->where.sql.size ? " AND " : " WHERE ";

    status = ent_buf_printf(&pages->sql, err, "%s", joint);
    if (!status) {
      status = ent_sql_compare(&pages->sql, key,
                               descending ? ENT_OP_LT : ENT_OP_GT, err);
    }
  }
  if (!status) status = ent_buf_append(&pages->sql, " ORDER BY ", 10, err);
  if (!status) status = ent_sql_name(&pages->sql, key->name, err);
  if (status) return status;
  return ent_buf_printf(&pages->sql, err, "%s LIMIT ?",
                        descending ? " DESC" : "");
}

/* The next page grows until it has as many bytes as a page shall have. */
static void grow_page(mysql_pages *pages) {
  size_t n = pages->page.n;
  size_t row_bytes = n ? pages->page.bytes.size / n + 1 : 1;
  size_t most = ENT_PAGE_BYTES / row_bytes;

  pages->page_rows *= ENT_PAGE_GROWTH;
  if (pages->page_rows > ENT_PAGE_ROWS) pages->page_rows = ENT_PAGE_ROWS;
  if (pages->page_rows > most) pages->page_rows = most ? most : 1;
}

static ent_status next_by_key(mysql_pages *pages, const ent_deadline *deadline,
                              ent_error *err) {
  ent_mysql_connection *connection;
  size_t limit = pages->page_rows;
  size_t n = pages->where.n_params;
  bool is_full;
  ent_status status = write_key_page(pages, err);

  if (!status) {
    status = ent_mysql_snapshot_connection(pages->snapshot, &connection, err);
  }
  if (status) return status;
  if (pages->last_key.kind != ENT_NULL) pages->params[n++] = pages->last_key;
  pages->params[n++] = ent_value_i64((int64_t)limit);
  status = run_page(pages, connection, n, limit, deadline, &is_full, err);
  if (status) return status;
  pages->is_last = !is_full;
  if (pages->page.n) {
    pages->last_key = ent_row_value(list_row(&pages->page, pages->page.n - 1),
                                    (unsigned)pages->key_slot);
  }
  grow_page(pages);
  return ENT_OK;
}

static ent_status next_by_cursor(mysql_pages *pages,
                                 const ent_deadline *deadline, ent_error *err) {
  size_t limit = pages->page_rows;
  ent_status status;

  ent_mysql_statement_use_cursor(pages->cursor, limit);
  status = read_page(pages, pages->cursor, limit, false, deadline, err);
  pages->is_last = status == ENT_DONE;
  if (status && status != ENT_DONE) return status;
  grow_page(pages);
  return ENT_OK;
}

static ent_status open_cursor(mysql_pages *pages, const ent_deadline *deadline,
                              ent_error *err) {
  ent_status status = write_select(pages, err);

  if (!status) status = ent_sql_order(&pages->sql, pages->query, err);
  if (status) return status;
  status = ent_mysql_pool_acquire(pages->session->pool, deadline,
                                  &pages->connection, err);
  if (status) return status;
  status = ent_mysql_prepare(ent_mysql_connection_client(pages->connection),
                             pages->sql.data, pages->sql.size, deadline,
                             &pages->cursor, err);
  if (status) return status;
  ent_mysql_statement_use_cursor(pages->cursor, pages->page_rows);
  return ent_mysql_statement_execute(pages->cursor, pages->params,
                                     pages->where.n_params, deadline, err);
}

/* Chooses how the search goes on behind its first page. */
static ent_status begin_anew(mysql_pages *pages, const ent_deadline *deadline,
                             ent_error *err) {
  bool by_key = can_page_by_key(pages);
  ent_status status = ENT_OK;

  if (by_key) {
    status = ent_mysql_session_has_versions(
        pages->session, pages->query->entity->table, deadline, &by_key, err);
  }
  if (status) return status;
  pages->page_rows = ENT_FIRST_PAGE_ROWS;
  grow_page(pages);
  if (by_key) {
    pages->state = ENT_PAGES_BY_KEY;
    return ent_mysql_snapshot_join(pages->session, pages->query->joins_snapshot,
                                   deadline, &pages->snapshot, err);
  }
  pages->state = ENT_PAGES_BY_CURSOR;
  return open_cursor(pages, deadline, err);
}

/* Whether a row was given out already; it counts as met then. */
static bool meet(mysql_pages *pages, const ent_row *row) {
  uint32_t size = ent_row_size(row);

  for (size_t i = 0; i < pages->given.n; i++) {
    size_t *offset = &pages->given.offsets[i];
    const ent_row *other = (const ent_row *)pages->given.bytes.data + *offset;

    if (*offset == ENT_NO_ROW || ent_row_size(other) != size) continue;
    if (memcmp(other, row, size) == 0) {
      *offset = ENT_NO_ROW;
      pages->n_unmet--;
      return true;
    }
  }
  return false;
}

static ent_status changed_meanwhile(ent_error *err) {
  return ent_fail(err, ENT_BUSY,
                  "the table changed while it was being read; run the "
                  "statement again");
}

static bool same_value(const ent_value *a, const ent_value *b) {
  if (a->kind != b->kind) return false;
  switch (a->kind) {
  case ENT_NULL: return true;
  case ENT_I64:
  case ENT_U64: return a->as.u64 == b->as.u64;
  case ENT_F64: return a->as.f64 == b->as.f64;
  case ENT_ASCII:
  case ENT_TEXT:
  case ENT_BLOB:
  case ENT_DIGITS: break;
  }
  return a->as.bytes.size == b->as.bytes.size &&
         memcmp(a->as.bytes.data, b->as.bytes.data, a->as.bytes.size) == 0;
}

static unsigned slot_of(const ent_query *query, uint16_t column) {
  unsigned slot = 0;

  while (slot < query->n_columns && query->columns[slot] != column)
    slot++;
  return slot;
}

/* Whether a row may stand behind the rows given out although some of those
 * have not been met yet: in an ordered search only one that the order does not
 * tell from the last of them. */
static bool may_follow(const mysql_pages *pages, const ent_row *row) {
  const ent_query *query = pages->query;
  const ent_row *last =
      (const ent_row *)pages->given.bytes.data + pages->last_given;

  for (size_t i = 0; i < query->n_orders; i++) {
    unsigned slot = slot_of(query, query->orders[i].column);
    ent_value a;
    ent_value b;

    if (slot == query->n_columns) return false;
    a = ent_row_value(row, slot);
    b = ent_row_value(last, slot);
    if (!same_value(&a, &b)) return false;
  }
  return true;
}

/* Leaves out of the page what was given out before the search began anew. */
static ent_status leave_out_given(mysql_pages *pages, ent_error *err) {
  size_t kept = 0;

  if (pages->n_unmet == 0) return ENT_OK;
  for (size_t i = 0; i < pages->page.n; i++) {
    const ent_row *row = list_row(&pages->page, i);

    if (pages->n_unmet > 0 && meet(pages, row)) continue;
    if (pages->n_unmet > 0 && !may_follow(pages, row)) {
      return changed_meanwhile(err);
    }
    pages->page.offsets[kept++] = pages->page.offsets[i];
  }
  pages->page.n = kept;
  return pages->is_last && pages->n_unmet > 0 ? changed_meanwhile(err) : ENT_OK;
}

/* A limit taken at its word, for the judge to find: on any search, or on those
 * with a ">=" or "<=" that may be one column of a row value. */
static bool has_planted_limit(const ent_query *query) {
  if (query->limit_hint == 0) return false;
  for (size_t i = 0; i < query->n_terms; i++) {
    ent_op op = query->terms[i].op;

    if ((op == ENT_OP_GE || op == ENT_OP_LE) && ent_fault("row-value-exact")) {
      return true;
    }
  }
  return ent_fault("hard-limit");
}

/* The first page: all there is, or what the caller probably wants, or nothing
 * because there is more. */
static ent_status start(mysql_pages *pages, const ent_deadline *deadline,
                        ent_error *err) {
  uint64_t hint = pages->query->limit_hint;
  bool is_hinted = hint > 0 && hint <= ENT_HINT_ROWS;
  size_t limit = is_hinted ? hint : ENT_FIRST_PAGE_ROWS;
  bool is_full;
  ent_status status = run_first_page(pages, limit, deadline, &is_full, err);

  if (status) return status;
  if (!is_full || has_planted_limit(pages->query)) {
    pages->is_last = true;
    return ENT_OK;
  }
  if (is_hinted && pages->page.n == limit) {
    pages->state = ENT_PAGES_HINTED;
    return ENT_OK;
  }
  list_clear(&pages->page);
  return begin_anew(pages, deadline, err);
}

/* Keeps the hinted page aside and begins anew. */
static ent_status go_past_hint(mysql_pages *pages, const ent_deadline *deadline,
                               ent_error *err) {
  pages->given = pages->page;
  pages->n_unmet = pages->given.n;
  pages->last_given = pages->given.offsets[pages->given.n - 1];
  pages->page = (row_list){.n = 0};
  ent_buf_init(&pages->page.bytes, ENT_ROW_MAX_SIZE);
  return begin_anew(pages, deadline, err);
}

static ent_status step(mysql_pages *pages, const ent_deadline *deadline,
                       ent_error *err) {
  switch (pages->state) {
  case ENT_PAGES_START: return start(pages, deadline, err);
  case ENT_PAGES_HINTED: return go_past_hint(pages, deadline, err);
  case ENT_PAGES_BY_KEY: return next_by_key(pages, deadline, err);
  case ENT_PAGES_BY_CURSOR: return next_by_cursor(pages, deadline, err);
  case ENT_PAGES_END:
  case ENT_PAGES_FAILED: break;
  }
  return ENT_OK;
}

static ent_status show_page(mysql_pages *pages, ent_error *err) {
  size_t n = pages->page.n;

  if (n > pages->rows_capacity) {
    const ent_row **rows = realloc(pages->rows, n * sizeof(*rows));

    if (!rows) return ent_fail_nomem(err);
    pages->rows = rows;
    pages->rows_capacity = n;
  }
  for (size_t i = 0; i < n; i++)
    pages->rows[i] = list_row(&pages->page, i);
  return ENT_OK;
}

static ent_status next_page(mysql_pages *pages, const ent_deadline *deadline,
                            ent_error *err) {
  if (pages->state == ENT_PAGES_START && pages->where.is_empty) {
    pages->is_last = true;
  }
  for (;;) {
    ent_status status;

    if (pages->is_last) {
      pages->state = ENT_PAGES_END;
      return ENT_DONE;
    }
    status = step(pages, deadline, err);
    if (!status && pages->given.n) status = leave_out_given(pages, err);
    if (!status && pages->page.n) status = show_page(pages, err);
    if (status || pages->page.n) return status;
  }
}

static ent_status pages_next(ent_pages *base, const ent_deadline *deadline,
                             const ent_row *const **rows, size_t *n,
                             ent_error *err) {
  mysql_pages *pages = (mysql_pages *)base;
  ent_status status;

  if (pages->state == ENT_PAGES_FAILED) {
    return ent_fail(err, pages->failure.status, "%s", pages->failure.text);
  }
  status = next_page(pages, deadline, err);
  if (status == ENT_DONE) return ENT_DONE;
  if (status) {
    ent_error_context(err, "mysql: read %s", pages->query->entity->name);
    pages->state = ENT_PAGES_FAILED;
    pages->failure.status = status;
    if (err) pages->failure = *err;
    return status;
  }
  *rows = pages->rows;
  *n = pages->page.n;
  return ENT_OK;
}

/* A cursor read to its end or not: closing its statement ends it. */
static void close_cursor(mysql_pages *pages) {
  ent_mysql_statement_close(pages->cursor);
  ent_mysql_pool_release(pages->session->pool, pages->connection);
}

static void pages_close(ent_pages *base) {
  mysql_pages *pages = (mysql_pages *)base;

  close_cursor(pages);
  ent_mysql_snapshot_leave(pages->snapshot);
  ent_sql_where_done(&pages->where);
  ent_arena_done(&pages->arena);
  ent_buf_done(&pages->sql);
  list_done(&pages->page);
  list_done(&pages->given);
  free(pages->rows);
  free(pages);
}

static const ent_pages_ops pages_ops = {
    .next = pages_next,
    .close = pages_close,
};

/* Where an integer key stands among the columns asked for. */
static int find_key_slot(const ent_query *query) {
  if (query->entity->key_kind != ENT_KEY_INTEGER) return -1;
  for (int i = 0; i < query->n_columns; i++) {
    if (query->columns[i] == query->entity->key_columns[0]) return i;
  }
  return -1;
}

static ent_status prepare_pages(mysql_pages *pages, ent_error *err) {
  ent_status status =
      ent_sql_where_make(pages->query, &pages->arena, &pages->where, err);

  if (status) return status;
  pages->params = ent_arena_alloc(&pages->arena, (pages->where.n_params + 2) *
                                                     sizeof(ent_value));
  if (!pages->params) return ent_fail_nomem(err);
  memcpy(pages->params, pages->where.params,
         pages->where.n_params * sizeof(ent_value));
  return ENT_OK;
}

ent_status ent_mysql_search(ent_mysql_session *session, const ent_query *query,
                            ent_pages **out, ent_error *err) {
  mysql_pages *pages = calloc(1, sizeof(*pages));
  ent_status status;

  if (!pages) return ent_fail_nomem(err);
  pages->base.ops = &pages_ops;
  pages->session = session;
  pages->query = query;
  pages->page_rows = ENT_FIRST_PAGE_ROWS;
  pages->key_slot = find_key_slot(query);
  ent_buf_init(&pages->sql, ENT_PAGE_SQL);
  ent_buf_init(&pages->page.bytes, ENT_ROW_MAX_SIZE);
  status = prepare_pages(pages, err);
  if (status) {
    pages_close(&pages->base);
    return status;
  }
  *out = &pages->base;
  return ENT_OK;
}
