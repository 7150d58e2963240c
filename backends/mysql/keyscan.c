#include "backends/mysql/keyscan.h"

#include "backends/mysql/lookup.h"

#include <stdlib.h>

enum {
  ENT_GROWTH = 4,
  ENT_REQUEST_BYTES = 1 << 20, /* of rows asked for at once */
  ENT_WAITED_MS = 2,           /* so long a wait makes requests grow on */
  ENT_SCAN_SQL = 16 << 20,
};

/* Tests make these small. */
#ifndef ENT_SCAN_PAGE_BYTES
#  define ENT_SCAN_PAGE_BYTES (64 << 10)
#endif
#ifndef ENT_FIRST_ROWS
#  define ENT_FIRST_ROWS 256
#endif

/* What the server was asked for and has not been read. */
typedef enum request_state {
  ENT_REQUEST_NONE,
  ENT_REQUEST_SENT,    /* nothing of the answer was read */
  ENT_REQUEST_READING, /* some of its rows are still to come */
} request_state;

struct ent_key_scan {
  ent_mysql_session *session;
  const ent_query *query;
  const ent_sql_where *where;
  ent_key_order order;
  ent_mysql_snapshot *snapshot;
  ent_buf sql;
  ent_value *params; /* of the WHERE, a key, a limit */
  ent_buf last;      /* the last row that was given out; empty for none */
  size_t next_rows;  /* how many to ask for next */
  request_state state;
  ent_mysql_statement *statement; /* of the request */
  size_t asked;                   /* rows of it */
  size_t got;
  size_t got_bytes;
  int64_t waited_ms; /* for the head of the answer */
  bool is_over;      /* an answer had fewer rows than asked for */
  bool is_closed;    /* only what is on its way keeps it */
  bool is_settled;   /* the rows below were read before they were wanted */
  ent_row_list settled;
};

static ent_status write_page(ent_key_scan *scan, ent_error *err) {
  const ent_query *query = scan->query;
  const ent_buf *where = &scan->where->sql;
  ent_buf *sql = &scan->sql;
  ent_status status;

  sql->size = 0;
  status = ent_sql_select(sql, query->entity, query->projection, err);
  if (!status) status = ent_buf_append(sql, where->data, where->size, err);
  if (!status && scan->last.size) {
    status = ent_buf_printf(sql, err, "%s", where->size ? " AND " : " WHERE ");
    if (!status) status = ent_key_order_behind(&scan->order, sql, err);
  }
  if (!status) status = ent_key_order_by(&scan->order, sql, err);
  return status ? status : ent_buf_append(sql, " LIMIT ?", 8, err);
}

/* Behind the last row of an answer: the connection is free. */
static ent_status finish_answer(ent_key_scan *scan, bool is_end,
                                const ent_deadline *deadline, ent_error *err) {
  ent_status status = ENT_OK;

  while (!is_end && !status)
    status = ent_mysql_statement_skip(scan->statement, deadline, err);
  if (status && status != ENT_DONE) return status;
  scan->is_over = scan->got < scan->asked;
  scan->state = ENT_REQUEST_NONE;
  ent_mysql_snapshot_release(scan->snapshot);
  return ENT_OK;
}

/* Reads the head of an answer that nothing was read of. */
static ent_status begin_answer(ent_key_scan *scan, const ent_deadline *deadline,
                               ent_error *err) {
  int64_t start = ent_now_ms();
  ent_status status;

  if (scan->state != ENT_REQUEST_SENT) return ENT_OK;
  scan->state = ENT_REQUEST_NONE;
  status = ent_mysql_statement_end(scan->statement, deadline, err);
  if (status) return status;
  scan->waited_ms = ent_now_ms() - start;
  scan->state = ENT_REQUEST_READING;
  /* Nobody looks at the rows of a closed one, whose query is gone. */
  if (scan->is_closed) return ENT_OK;
  return ent_mysql_statement_check_or_skip(scan->statement, scan->query->entity,
                                           scan->query->projection, deadline,
                                           err);
}

/* Reads so many bytes of rows, 0: all there are. */
static ent_status read_rows(ent_key_scan *scan, size_t max_bytes,
                            const ent_deadline *deadline, ent_row_list *page,
                            ent_error *err) {
  bool is_end = false;
  ent_status status = begin_answer(scan, deadline, err);

  ent_row_list_clear(page);
  if (!status) {
    status = ent_row_list_read(page, scan->statement, scan->asked - scan->got,
                               max_bytes, deadline, &is_end, err);
  }
  if (!status) {
    scan->got += page->n;
    scan->got_bytes += page->bytes.size;
    if (is_end || scan->got == scan->asked) {
      status = finish_answer(scan, is_end, deadline, err);
    }
  }
  if (!status) return ENT_OK;
  scan->state = ENT_REQUEST_NONE;
  ent_mysql_snapshot_release(scan->snapshot);
  ent_mysql_snapshot_drop_rows(scan->snapshot);
  return status;
}

static void free_scan(ent_key_scan *scan) {
  ent_row_list_done(&scan->settled);
  ent_buf_done(&scan->sql);
  ent_buf_done(&scan->last);
  free(scan->params);
  free(scan);
}

/* Somebody else wants the connection: what is on its way is read now.  A
 * failure shows when the rows are wanted: the snapshot has lost its connection
 * then. */
static void settle(void *context, const ent_deadline *deadline) {
  ent_key_scan *scan = context;
  ent_error why = {.status = ENT_OK};

  scan->is_settled =
      read_rows(scan, 0, deadline, &scan->settled, &why) == ENT_OK;
  if (!scan->is_settled) ent_mysql_snapshot_spoil(scan->snapshot, &why);
  if (scan->is_closed) free_scan(scan);
}

/* The next request: up to a size that leaves the server something to do while
 * this one's rows are looked at; where the answer had to be waited for, up to
 * the largest there is. */
static void grow(ent_key_scan *scan) {
  size_t row_bytes = scan->got ? scan->got_bytes / scan->got + 1 : 1;
  bool is_far = scan->waited_ms >= ENT_WAITED_MS;
  size_t most = (is_far ? ENT_PAGE_BYTES : ENT_REQUEST_BYTES) / row_bytes;
  size_t next = scan->next_rows * ENT_GROWTH;

  if (next > ENT_PAGE_ROWS) next = ENT_PAGE_ROWS;
  if (next > most) next = most;
  scan->next_rows = next ? next : 1;
}

/* Writes the statement of the next page, and prepares it. */
static ent_status prepare_page(ent_key_scan *scan, const ent_deadline *deadline,
                               ent_error *err) {
  ent_mysql_connection *connection;
  ent_status status = write_page(scan, err);

  if (!status) {
    status = ent_mysql_snapshot_connection(scan->snapshot, deadline,
                                           &connection, err);
  }
  if (!status) {
    status = ent_mysql_connection_statement(connection, scan->sql.data,
                                            scan->sql.size, deadline,
                                            &scan->statement, err);
  }
  return status ? ent_mysql_snapshot_ran(scan->snapshot, status, err) : ENT_OK;
}

static ent_status ask(ent_key_scan *scan, const ent_deadline *deadline,
                      ent_error *err) {
  size_t n = scan->where->n_params;
  ent_status status = prepare_page(scan, deadline, err);

  if (status) return status;
  if (scan->last.size) {
    n += ent_key_order_params(&scan->order, (const ent_row *)scan->last.data,
                              &scan->params[n]);
  }
  scan->params[n++] = ent_value_i64((int64_t)scan->next_rows);
  status = ent_mysql_statement_begin(scan->statement, scan->params, n, err);
  if (status) return status;
  scan->asked = scan->next_rows;
  scan->got = 0;
  scan->got_bytes = 0;
  scan->state = ENT_REQUEST_SENT;
  ent_mysql_snapshot_reserve(scan->snapshot, settle, scan);
  return ENT_OK;
}

/* Rows that were read by now, or the next ones. */
static ent_status take_rows(ent_key_scan *scan, const ent_deadline *deadline,
                            ent_row_list *page, ent_error *err) {
  ent_row_list swapped = *page;

  if (!scan->is_settled) {
    ent_status status =
        read_rows(scan, ENT_SCAN_PAGE_BYTES, deadline, page, err);

    return ent_mysql_snapshot_ran(scan->snapshot, status, err);
  }
  scan->is_settled = false;
  *page = scan->settled;
  scan->settled = swapped;
  return ENT_OK;
}

ent_status ent_key_scan_next(ent_key_scan *scan, const ent_deadline *deadline,
                             ent_row_list *page, bool *is_last,
                             ent_error *err) {
  ent_status status = ENT_OK;

  *is_last = false;
  if (scan->state == ENT_REQUEST_NONE && !scan->is_settled) {
    status = ask(scan, deadline, err);
  }
  if (!status) status = take_rows(scan, deadline, page, err);
  if (status) return status;
  if (page->n) {
    const ent_row *last = ent_row_list_at(page, page->n - 1);

    scan->last.size = 0;
    status = ent_buf_append(&scan->last, last, ent_row_size(last), err);
    if (status) return status;
  }
  *is_last = scan->is_over;
  if (scan->is_over || scan->state != ENT_REQUEST_NONE) return ENT_OK;
  grow(scan);
  return scan->query->counts ? ENT_OK : ask(scan, deadline, err);
}

ent_status ent_key_scan_count(ent_key_scan *scan, const ent_deadline *deadline,
                              uint64_t *n, ent_error *err) {
  const ent_buf *where = &scan->where->sql;
  ent_value number = ent_value_i64(0);
  ent_mysql_lookup lookup = {.params = scan->params,
                             .n_params = scan->where->n_params,
                             .take = ent_mysql_take_number,
                             .context = &number};
  ent_mysql_connection *connection;
  ent_status status;

  scan->sql.size = 0;
  status = ent_buf_append(&scan->sql, "SELECT COUNT(*) FROM ", 21, err);
  if (!status) {
    status = ent_sql_name(&scan->sql, scan->query->entity->table, err);
  }
  if (!status) {
    status = ent_buf_append(&scan->sql, where->data, where->size, err);
  }
  if (!status) {
    status = ent_mysql_snapshot_connection(scan->snapshot, deadline,
                                           &connection, err);
  }
  if (!status) {
    lookup.sql = scan->sql.data;
    lookup.size = scan->sql.size;
    status = ent_mysql_look_up(connection, &lookup, deadline, err);
  }
  if (!status) *n = number.as.u64;
  return ent_mysql_snapshot_ran(scan->snapshot, status, err);
}

ent_status ent_key_scan_open(ent_mysql_session *session, const ent_query *query,
                             const ent_sql_where *where,
                             const ent_key_order *order,
                             const ent_deadline *deadline, ent_key_scan **out,
                             ent_error *err) {
  ent_key_scan *scan = calloc(1, sizeof(*scan));
  ent_status status;

  if (!scan) return ent_fail_nomem(err);
  scan->session = session;
  scan->query = query;
  scan->where = where;
  scan->order = *order;
  scan->next_rows = ENT_FIRST_ROWS;
  ent_buf_init(&scan->sql, ENT_SCAN_SQL);
  ent_buf_init(&scan->last, ENT_ROW_MAX_SIZE);
  ent_row_list_init(&scan->settled);
  scan->params =
      calloc(where->n_params + ENT_KEY_PARAMS + 1, sizeof(*scan->params));
  if (!scan->params) {
    ent_key_scan_close(scan);
    return ent_fail_nomem(err);
  }
  status =
      ent_mysql_snapshot_join(session, query, deadline, &scan->snapshot, err);
  if (status) {
    ent_key_scan_close(scan);
    return status;
  }
  for (size_t i = 0; i < where->n_params; i++) {
    scan->params[i] = where->params[i];
  }
  *out = scan;
  return ENT_OK;
}

bool ent_key_scan_is_apart(const ent_key_scan *scan) {
  return !ent_mysql_snapshot_is_lent(scan->snapshot);
}

void ent_key_scan_close(ent_key_scan *scan) {
  ent_mysql_snapshot *snapshot;

  if (!scan) return;
  snapshot = scan->snapshot;
  scan->is_closed = true;
  scan->query = NULL;
  /* Else whoever needs the connection next waits for what is on its way, as
   * long as he may, or the last one out does. */
  if (scan->state == ENT_REQUEST_NONE) free_scan(scan);
  ent_mysql_snapshot_leave(snapshot);
}
