#include "backends/mysql/keyscan.h"

#include <stdlib.h>

enum {
  ENT_FIRST_ROWS = 256,
  ENT_GROWTH = 4,
  ENT_SOCKET_BYTES = 128 << 10, /* what sockets hold without being read */
  ENT_WAITED_MS = 2,            /* so long a wait makes pages grow on */
  ENT_LEAVE_MS = 20,
  ENT_SCAN_SQL = 16 << 20,
};

struct ent_key_scan {
  ent_mysql_session *session;
  const ent_query *query;
  const ent_sql_where *where;
  unsigned key_slot;
  bool is_descending;
  ent_mysql_snapshot *snapshot;
  ent_buf sql;
  ent_value *params; /* of the WHERE, a key, a limit */
  ent_value last_key;
  size_t page_rows;           /* how many to ask for next */
  size_t asked;               /* how many were asked for last */
  ent_mysql_statement *begun; /* the request under way, or NULL */
  bool is_settled;            /* the page below was read before it was wanted */
  bool settled_end;
  ent_row_list settled;
};

static ent_status write_page(ent_key_scan *scan, ent_error *err) {
  const ent_query *query = scan->query;
  const ent_entity *entity = query->entity;
  const ent_column *key = &entity->columns[entity->key_columns[0]];
  const ent_buf *where = &scan->where->sql;
  ent_buf *sql = &scan->sql;
  ent_status status;

  sql->size = 0;
  status = ent_sql_select(sql, entity, query->projection, err);
  if (!status) status = ent_buf_append(sql, where->data, where->size, err);
  if (!status && scan->last_key.kind != ENT_NULL) {
    status = ent_buf_printf(sql, err, "%s", where->size ? " AND " : " WHERE ");
    if (!status) {
      status = ent_sql_compare(
          sql, key, scan->is_descending ? ENT_OP_LT : ENT_OP_GT, err);
    }
  }
  if (!status) status = ent_buf_append(sql, " ORDER BY ", 10, err);
  if (!status) status = ent_sql_name(sql, key->name, err);
  if (status) return status;
  return ent_buf_printf(sql, err, "%s LIMIT ?",
                        scan->is_descending ? " DESC" : "");
}

static ent_status read_begun(ent_key_scan *scan, const ent_deadline *deadline,
                             ent_row_list *page, bool *is_end, ent_error *err) {
  ent_mysql_statement *statement = scan->begun;
  ent_status status;

  scan->begun = NULL;
  ent_mysql_snapshot_release(scan->snapshot);
  ent_row_list_clear(page);
  status = ent_mysql_statement_end(statement, deadline, err);
  if (status) return status;
  status = ent_row_list_read_all(page, statement, scan->asked, ENT_PAGE_BYTES,
                                 deadline, is_end, err);
  if (status) ent_mysql_snapshot_drop_rows(scan->snapshot);
  return status;
}

/* Somebody else wants the connection: the page on its way is read now.  A
 * failure shows when the page is wanted: the snapshot has lost its connection
 * then. */
static void settle(void *context, const ent_deadline *deadline) {
  ent_key_scan *scan = context;

  if (read_begun(scan, deadline, &scan->settled, &scan->settled_end, NULL)) {
    ent_mysql_snapshot_spoil(scan->snapshot);
    return;
  }
  scan->is_settled = true;
}

static ent_status begin(ent_key_scan *scan, const ent_deadline *deadline,
                        ent_error *err) {
  ent_mysql_connection *connection;
  ent_mysql_statement *statement;
  size_t n = scan->where->n_params;
  ent_status status = write_page(scan, err);

  if (!status) {
    status = ent_mysql_snapshot_connection(scan->snapshot, deadline,
                                           &connection, err);
  }
  if (!status) {
    status = ent_mysql_connection_statement(
        connection, scan->sql.data, scan->sql.size, deadline, &statement, err);
  }
  if (status) return status;
  if (scan->last_key.kind != ENT_NULL) scan->params[n++] = scan->last_key;
  scan->params[n++] = ent_value_i64((int64_t)scan->page_rows);
  status = ent_mysql_statement_begin(statement, scan->params, n, err);
  if (status) return status;
  scan->asked = scan->page_rows;
  scan->begun = statement;
  ent_mysql_snapshot_reserve(scan->snapshot, settle, scan);
  return ENT_OK;
}

/* The next page: as many rows as the sockets hold, or, where this one was
 * waited for, up to the largest page there is. */
static void grow(ent_key_scan *scan, const ent_row_list *page,
                 int64_t waited_ms) {
  size_t row_bytes = page->bytes.size / page->n + 1;
  size_t most = ENT_PAGE_BYTES / row_bytes;
  size_t enough = ENT_SOCKET_BYTES / row_bytes;
  size_t next = scan->page_rows;

  if (next < enough || waited_ms >= ENT_WAITED_MS) next *= ENT_GROWTH;
  if (next > enough && waited_ms < ENT_WAITED_MS && scan->page_rows <= enough) {
    next = enough;
  }
  if (next > ENT_PAGE_ROWS) next = ENT_PAGE_ROWS;
  if (next > most) next = most;
  scan->page_rows = next ? next : 1;
}

/* The page asked for, read by now or not. */
static ent_status take_page(ent_key_scan *scan, const ent_deadline *deadline,
                            ent_row_list *page, bool *is_end, ent_error *err) {
  ent_row_list swapped = *page;

  if (!scan->is_settled) {
    return read_begun(scan, deadline, page, is_end, err);
  }
  scan->is_settled = false;
  *page = scan->settled;
  *is_end = scan->settled_end;
  scan->settled = swapped;
  return ENT_OK;
}

ent_status ent_key_scan_next(ent_key_scan *scan, const ent_deadline *deadline,
                             ent_row_list *page, bool *is_last,
                             ent_error *err) {
  int64_t start = ent_now_ms();
  ent_status status = ENT_OK;
  bool is_end;

  if (!scan->begun && !scan->is_settled) status = begin(scan, deadline, err);
  if (!status) status = take_page(scan, deadline, page, &is_end, err);
  if (status) return status;
  *is_last = is_end;
  if (is_end) return ENT_OK;
  scan->last_key =
      ent_row_value(ent_row_list_at(page, page->n - 1), scan->key_slot);
  grow(scan, page, ent_now_ms() - start);
  return begin(scan, deadline, err);
}

ent_status ent_key_scan_open(ent_mysql_session *session, const ent_query *query,
                             const ent_sql_where *where, unsigned key_slot,
                             const ent_deadline *deadline, ent_key_scan **out,
                             ent_error *err) {
  ent_key_scan *scan = calloc(1, sizeof(*scan));
  ent_status status;

  if (!scan) return ent_fail_nomem(err);
  scan->session = session;
  scan->query = query;
  scan->where = where;
  scan->key_slot = key_slot;
  scan->is_descending = query->n_orders > 0 && query->orders[0].descending;
  scan->page_rows = ENT_FIRST_ROWS;
  ent_buf_init(&scan->sql, ENT_SCAN_SQL);
  ent_row_list_init(&scan->settled);
  scan->params = calloc(where->n_params + 2, sizeof(*scan->params));
  if (!scan->params) {
    ent_key_scan_close(scan);
    return ent_fail_nomem(err);
  }
  status = ent_mysql_snapshot_join(session, query->joins_snapshot, deadline,
                                   &scan->snapshot, err);
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
  ent_deadline soon = ent_deadline_in(ENT_LEAVE_MS);

  if (!scan) return;
  if (scan->begun) settle(scan, &soon);
  ent_mysql_snapshot_leave(scan->snapshot);
  ent_row_list_done(&scan->settled);
  ent_buf_done(&scan->sql);
  free(scan->params);
  free(scan);
}
