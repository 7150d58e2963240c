#include "backends/base/faults.h"
#include "backends/mysql/given.h"
#include "backends/mysql/guard.h"
#include "backends/mysql/keyscan.h"
#include "backends/mysql/replica.h"
#include "backends/mysql/rowlist.h"
#include "backends/mysql/source.h"
#include "backends/mysql/sqltext.h"
#include "backends/spool.h"

#include <stdlib.h>
#include <string.h>

/* A search of MySQL, page by page, in one of these ways:
 *
 *   first page    one statement in autocommit with a small LIMIT.  Fewer rows
 *                 than that: it was all.
 *   by key        in a consistent snapshot (keyscan.h); where rows are only
 *                 counted, what is behind the first page by a COUNT(*) there
 *   by cursor     one statement whose result the server keeps, where there is
 *                 no key to page by or the table has no row versions
 *   spooled       one statement that is read to its end at once (spool.h): in a
 *                 transaction instead of a cursor, since its connection serves
 *                 others meanwhile; and wherever rows are locked
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
  ENT_CURSOR_GROWTH = 4,
  ENT_HINT_ROWS = 1000, /* the longest first page that a hint makes */
  ENT_PAGE_SQL = 16 << 20,
};

typedef enum pages_state {
  ENT_PAGES_START,
  ENT_PAGES_HINTED, /* a first page of limit_hint rows was given out */
  ENT_PAGES_BY_KEY,
  ENT_PAGES_COUNTED, /* the rest of it was given out as a number */
  ENT_PAGES_BY_CURSOR,
  ENT_PAGES_SPOOLED,
  ENT_PAGES_END,
  ENT_PAGES_FAILED,
} pages_state;

typedef struct mysql_pages {
  ent_pages base; /* must be first */
  ent_mysql_session *session;
  const ent_query *query;
  pages_state state;
  ent_error failure; /* of a search that has failed */
  ent_arena arena;   /* of the parameters */
  ent_sql_where where;
  ent_buf sql;
  ent_row_list page;
  const ent_row **rows; /* of the page */
  size_t rows_capacity;
  bool is_last; /* no rows are behind this page */
  bool counts;  /* rows are only counted, so far */
  size_t n_given;
  ent_given given;
  ent_key_order order; /* of pages by key, where `has_order` */
  bool has_order;
  ent_key_scan *key_scan;
  ent_mysql_connection *connection; /* of the cursor */
  ent_mysql_statement *cursor;
  size_t cursor_rows; /* how many to fetch next */
  ent_spool *spool;
} mysql_pages;

static ent_status write_select(mysql_pages *pages, ent_error *err) {
  const ent_query *query = pages->query;
  ent_status status;

  pages->sql.size = 0;
  status = ent_sql_select(&pages->sql, query->entity, query->projection, err);
  if (!status) {
    status = ent_buf_append(&pages->sql, pages->where.sql.data,
                            pages->where.sql.size, err);
  }
  if (!status) status = ent_sql_group(&pages->sql, query, err);
  return status ? status : ent_sql_order(&pages->sql, query, err);
}

/* The table whose gathered rows matter to a search; without a key it may be a
 * view of any. */
static const char *table_of(const mysql_pages *pages) {
  const ent_entity *entity = pages->query->entity;

  return entity->key_kind == ENT_KEY_NONE ? "" : entity->table;
}

/* The first page as one reading: it may be run twice. */
typedef struct first_page {
  mysql_pages *pages;
  size_t limit;
  bool is_end;
} first_page;

static ent_status read_first_page(void *context,
                                  ent_mysql_connection *connection,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  first_page *first = context;
  mysql_pages *pages = first->pages;
  size_t n = pages->where.n_params;
  ent_mysql_statement *statement;
  ent_status status = write_select(pages, err);

  ent_row_list_clear(&pages->page);
  pages->where.params[n] = ent_value_i64((int64_t)first->limit);
  if (!status) status = ent_buf_append(&pages->sql, " LIMIT ?", 8, err);
  if (!status) {
    status = ent_mysql_connection_statement(connection, pages->sql.data,
                                            pages->sql.size, deadline,
                                            &statement, err);
  }
  if (!status) {
    status = ent_mysql_statement_read(statement, pages->where.params, n + 1,
                                      deadline, err);
  }
  if (status) return status;
  status = ent_mysql_statement_check_or_skip(
      statement, pages->query->entity, pages->query->projection, deadline, err);
  if (!status) {
    status =
        ent_row_list_read_all(&pages->page, statement, first->limit,
                              ENT_PAGE_BYTES, deadline, &first->is_end, err);
  }
  if (status) ent_mysql_connection_drop_rows(connection);
  return status;
}

/* Where the statement has no order of its own, rows are locked in that of the
 * key: so SQLite would visit them. */
static ent_status write_locking(mysql_pages *pages, ent_error *err) {
  const ent_query *query = pages->query;
  ent_status status = write_select(pages, err);

  if (!status && query->n_orders == 0 && pages->has_order) {
    status = ent_key_order_by(&pages->order, &pages->sql, err);
  }
  if (status || ent_fault("lost-update")) return status;
  return ent_buf_append(&pages->sql, " FOR UPDATE", 11, err);
}

static ent_status fill_spool(mysql_pages *pages, ent_mysql_statement *statement,
                             const ent_deadline *deadline, ent_error *err) {
  ent_status status = ENT_OK;

  while (!status) {
    status = ent_mysql_statement_fetch(statement, deadline,
                                       ent_spool_end(pages->spool), err);
    if (!status) status = ent_spool_added(pages->spool, err);
  }
  return status == ENT_DONE ? ENT_OK : status;
}

/* The whole search as one reading. */
static ent_status read_spool(void *context, ent_mysql_connection *connection,
                             const ent_deadline *deadline, ent_error *err) {
  mysql_pages *pages = context;
  ent_mysql_statement *statement;
  ent_status status = pages->query->locks ? write_locking(pages, err)
                                          : write_select(pages, err);

  ent_spool_close(pages->spool);
  pages->spool = NULL;
  if (!status) status = ent_spool_open(&pages->spool, err);
  if (!status) {
    status = ent_mysql_connection_statement(connection, pages->sql.data,
                                            pages->sql.size, deadline,
                                            &statement, err);
  }
  if (!status) {
    status = ent_mysql_statement_execute(statement, pages->where.params,
                                         pages->where.n_params, deadline, err);
  }
  if (status) return status;
  status = ent_mysql_statement_check_or_skip(
      statement, pages->query->entity, pages->query->projection, deadline, err);
  if (!status) status = fill_spool(pages, statement, deadline, err);
  if (status) ent_mysql_connection_drop_rows(connection);
  return status;
}

static ent_status open_spool(mysql_pages *pages, const ent_deadline *deadline,
                             ent_error *err) {
  ent_mysql_reading reading = {.run = read_spool,
                               .context = pages,
                               .table = table_of(pages),
                               .locks = pages->query->locks,
                               .of_primary = pages->query->of_primary};

  pages->state = ENT_PAGES_SPOOLED;
  return ent_mysql_session_read(pages->session, &reading, deadline, err);
}

static ent_status next_of_spool(mysql_pages *pages, ent_error *err) {
  const ent_row *const *rows;
  size_t n;
  ent_status status = ent_spool_next(pages->spool, &rows, &n, err);

  ent_row_list_clear(&pages->page);
  pages->is_last = status == ENT_DONE;
  if (status) return status == ENT_DONE ? ENT_OK : status;
  for (size_t i = 0; !status && i < n; i++) {
    status = ent_row_list_add(&pages->page, rows[i], err);
  }
  return status;
}

static ent_status next_by_cursor(mysql_pages *pages,
                                 const ent_deadline *deadline, ent_error *err) {
  ent_row_list *page = &pages->page;
  size_t limit = pages->cursor_rows;
  size_t most;
  ent_status status;

  ent_row_list_clear(page);
  ent_mysql_statement_use_cursor(pages->cursor, limit);
  status = ent_row_list_read(page, pages->cursor, limit, 0, deadline,
                             &pages->is_last, err);
  if (status || !page->n) return status;
  most = ENT_PAGE_BYTES / (page->bytes.size / page->n + 1);
  pages->cursor_rows *= ENT_CURSOR_GROWTH;
  if (pages->cursor_rows > ENT_PAGE_ROWS) pages->cursor_rows = ENT_PAGE_ROWS;
  if (pages->cursor_rows > most) pages->cursor_rows = most ? most : 1;
  return ENT_OK;
}

static ent_status open_cursor(mysql_pages *pages, const ent_deadline *deadline,
                              ent_error *err) {
  ent_status status = write_select(pages, err);

  if (!status) {
    status = ent_mysql_reader_acquire(pages->session, pages->query->of_primary,
                                      deadline, &pages->connection, err);
  }
  if (!status) {
    status = ent_mysql_prepare(ent_mysql_connection_client(pages->connection),
                               pages->sql.data, pages->sql.size, deadline,
                               &pages->cursor, err);
  }
  if (status) return status;
  pages->cursor_rows = ENT_FIRST_PAGE_ROWS;
  ent_mysql_statement_use_cursor(pages->cursor, pages->cursor_rows);
  status = ent_mysql_statement_execute(pages->cursor, pages->where.params,
                                       pages->where.n_params, deadline, err);
  return status ? status
                : ent_mysql_statement_check(pages->cursor, pages->query->entity,
                                            pages->query->projection, err);
}

/* Chooses how the search goes on behind its first page. */
static ent_status begin_anew(mysql_pages *pages, const ent_deadline *deadline,
                             ent_error *err) {
  bool by_key = pages->has_order;
  ent_status status = ENT_OK;

  ent_row_list_clear(&pages->page);
  if (!pages->counts) {
    status = ent_mysql_guard(pages->session, pages->query, &pages->where,
                             table_of(pages), deadline, err);
  }
  if (!status && by_key) {
    status = ent_mysql_session_has_versions(
        pages->session, pages->query->entity->table, deadline, &by_key, err);
  }
  if (status) return status;
  if (by_key) {
    pages->state = ENT_PAGES_BY_KEY;
    return ent_key_scan_open(pages->session, pages->query, &pages->where,
                             &pages->order, deadline, &pages->key_scan, err);
  }
  if (ent_mysql_session_in_transaction(pages->session)) {
    return open_spool(pages, deadline, err);
  }
  pages->state = ENT_PAGES_BY_CURSOR;
  return open_cursor(pages, deadline, err);
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
  first_page first = {pages, is_hinted ? hint : ENT_FIRST_PAGE_ROWS, false};
  ent_mysql_reading reading = {.run = read_first_page,
                               .context = &first,
                               .table = table_of(pages),
                               .of_primary = pages->query->of_primary};
  ent_status status;

  status = ent_mysql_session_read(pages->session, &reading, deadline, err);
  if (!status && first.is_end && !pages->counts) {
    status = ent_mysql_guard_count(pages->query, pages->page.n, err);
  }
  if (status) return status;
  if (first.is_end || has_planted_limit(pages->query)) {
    pages->is_last = true;
    return ENT_OK;
  }
  if (is_hinted && (pages->page.n == first.limit || pages->query->first_only)) {
    status = ent_mysql_guard_count(pages->query, pages->page.n, err);
    if (status) return status;
    pages->state = ENT_PAGES_HINTED;
    return ENT_OK;
  }
  return begin_anew(pages, deadline, err);
}

static ent_status step(mysql_pages *pages, const ent_deadline *deadline,
                       ent_error *err) {
  switch (pages->state) {
  case ENT_PAGES_START: return start(pages, deadline, err);
  case ENT_PAGES_HINTED:
    if (pages->query->first_only) {
      return ent_fail(err, ENT_TOO_BIG, "this was not all");
    }
    ent_given_take(&pages->given, &pages->page);
    return begin_anew(pages, deadline, err);
  case ENT_PAGES_BY_KEY:
    return ent_key_scan_next(pages->key_scan, deadline, &pages->page,
                             &pages->is_last, err);
  case ENT_PAGES_BY_CURSOR: return next_by_cursor(pages, deadline, err);
  case ENT_PAGES_SPOOLED: return next_of_spool(pages, err);
  case ENT_PAGES_COUNTED:
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
  for (size_t i = 0; i < n; i++) {
    pages->rows[i] = ent_row_list_at(&pages->page, i);
  }
  return ENT_OK;
}

static ent_status next_page(mysql_pages *pages, const ent_deadline *deadline,
                            ent_error *err) {
  if (pages->where.is_empty || pages->state == ENT_PAGES_COUNTED) {
    pages->is_last = true;
  }
  for (;;) {
    ent_status status;

    if (pages->is_last) {
      pages->state = ENT_PAGES_END;
      return ENT_DONE;
    }
    status = step(pages, deadline, err);
    if (!status) {
      status = ent_given_leave_out(&pages->given, pages->query, &pages->page,
                                   pages->is_last, err);
    }
    if (!status && pages->page.n) status = show_page(pages, err);
    if (status || pages->page.n) return status;
  }
}

/* A search that locks is spooled from its first row on. */
static ent_status start_spool(mysql_pages *pages, const ent_deadline *deadline,
                              ent_error *err) {
  ent_status status;

  if (pages->state != ENT_PAGES_START || !pages->query->locks ||
      pages->where.is_empty) {
    return ENT_OK;
  }
  status = ent_mysql_guard(pages->session, pages->query, &pages->where,
                           table_of(pages), deadline, err);
  return status ? status : open_spool(pages, deadline, err);
}

/* Rows of a spool are given out where they stand, if none of them was given out
 * before. */
static ent_status next_spooled(mysql_pages *pages, const ent_row *const **rows,
                               size_t *n, ent_error *err) {
  ent_status status = ent_spool_next(pages->spool, rows, n, err);

  if (status == ENT_DONE) pages->state = ENT_PAGES_END;
  return status;
}

/* Behind the first page of a scan by key: how many rows there are more. */
static ent_status count_rest(mysql_pages *pages, const ent_deadline *deadline,
                             size_t *n, ent_error *err) {
  uint64_t all;
  ent_status status = ent_key_scan_count(pages->key_scan, deadline, &all, err);

  if (status) return status;
  pages->state = ENT_PAGES_COUNTED;
  *n = all > pages->n_given ? (size_t)(all - pages->n_given) : 0;
  return *n ? ENT_OK : ENT_DONE;
}

static bool is_to_count(const mysql_pages *pages) {
  return pages->counts && pages->state == ENT_PAGES_BY_KEY && pages->n_given &&
         !pages->is_last;
}

static ent_status fail_pages(mysql_pages *pages, ent_status status,
                             ent_error *err) {
  ent_error_context(err, status, "mysql: read %s", pages->query->entity->name);
  pages->state = ENT_PAGES_FAILED;
  pages->failure.status = status;
  if (err) pages->failure = *err;
  return status;
}

static ent_status pages_next(ent_pages *base, const ent_deadline *deadline,
                             const ent_row *const **rows, size_t *n,
                             ent_error *err) {
  mysql_pages *pages = (mysql_pages *)base;
  ent_status status;

  if (pages->state == ENT_PAGES_FAILED) {
    return ent_fail(err, pages->failure.status, "%s", pages->failure.text);
  }
  status = start_spool(pages, deadline, err);
  if (!status && pages->state == ENT_PAGES_SPOOLED &&
      pages->given.n_unmet == 0) {
    status = next_spooled(pages, rows, n, err);
    if (status == ENT_OK || status == ENT_DONE) return status;
  }
  if (!status && is_to_count(pages)) {
    *rows = NULL;
    status = count_rest(pages, deadline, n, err);
    return status && status != ENT_DONE ? fail_pages(pages, status, err)
                                        : status;
  }
  if (!status) status = next_page(pages, deadline, err);
  if (status == ENT_DONE) return ENT_DONE;
  if (status) return fail_pages(pages, status, err);
  pages->n_given += pages->page.n;
  *rows = pages->rows;
  *n = pages->page.n;
  return ENT_OK;
}

/* The scan goes on where it was left for the count. */
static ent_status pages_show(ent_pages *base, size_t at,
                             const ent_deadline *deadline,
                             const ent_row *const **rows, size_t *n,
                             ent_error *err) {
  mysql_pages *pages = (mysql_pages *)base;

  if (pages->state == ENT_PAGES_COUNTED) {
    ent_status status =
        ent_mysql_guard_count(pages->query, pages->n_given + *n, err);

    if (status) return fail_pages(pages, status, err);
    pages->state = ENT_PAGES_BY_KEY;
  }
  pages->counts = false;
  for (;;) {
    ent_status status = pages_next(base, deadline, rows, n, err);

    if (status) return status;
    if (at < *n) break;
    at -= *n;
  }
  *rows += at;
  *n -= at;
  return ENT_OK;
}

/* A cursor read to its end or not: closing its statement ends it. */
static void close_cursor(mysql_pages *pages) {
  ent_mysql_statement_close(pages->cursor);
  ent_mysql_pool_release(pages->connection);
}

static void pages_close(ent_pages *base) {
  mysql_pages *pages = (mysql_pages *)base;

  close_cursor(pages);
  ent_key_scan_close(pages->key_scan);
  ent_spool_close(pages->spool);
  ent_sql_where_done(&pages->where);
  ent_arena_done(&pages->arena);
  ent_buf_done(&pages->sql);
  ent_row_list_done(&pages->page);
  ent_given_done(&pages->given);
  free(pages->rows);
  free(pages);
}

static bool pages_are_apart(const ent_pages *base) {
  const mysql_pages *pages = (const mysql_pages *)base;

  switch (pages->state) {
  case ENT_PAGES_START:
  case ENT_PAGES_HINTED: return pages->is_last;
  case ENT_PAGES_BY_KEY: return ent_key_scan_is_apart(pages->key_scan);
  case ENT_PAGES_COUNTED:
  case ENT_PAGES_BY_CURSOR:
  case ENT_PAGES_SPOOLED:
  case ENT_PAGES_END:
  case ENT_PAGES_FAILED: break;
  }
  return true;
}

static const ent_pages_ops pages_ops = {
    .next = pages_next,
    .show = pages_show,
    .is_apart = pages_are_apart,
    .close = pages_close,
};

ent_status ent_mysql_search(ent_mysql_session *session, const ent_query *query,
                            ent_pages **out, ent_error *err) {
  mysql_pages *pages = calloc(1, sizeof(*pages));
  ent_status status;

  if (!pages) return ent_fail_nomem(err);
  pages->base.ops = &pages_ops;
  pages->session = session;
  pages->query = query;
  pages->has_order = !query->distinct && ent_key_order_of(query, &pages->order);
  /* What a transaction goes on to write must not be counted with. */
  pages->counts = query->counts && !ent_mysql_session_in_transaction(session);
  ent_buf_init(&pages->sql, ENT_PAGE_SQL);
  ent_row_list_init(&pages->page);
  ent_row_list_init(&pages->given.rows);
  status = ent_sql_where_make(query, &pages->arena, &pages->where, err);
  if (status) {
    pages_close(&pages->base);
    return status;
  }
  *out = &pages->base;
  return ENT_OK;
}
