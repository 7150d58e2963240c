#include "backends/mysql/query.h"

#include "backends/base/row.h"

#include <stdlib.h>

enum { ENT_QUERY_PAGE = 512 };

struct ent_mysql_query {
  ent_mysql_pool *pool;
  ent_mysql_connection *connection;
  ent_mysql_statement *statement;
  ent_value *values; /* of the current row */
  ent_buf row;
};

static ent_status prepare(ent_mysql_query *query, const char *sql, size_t size,
                          const ent_deadline *deadline, ent_error *err) {
  ent_mysql_client *client = ent_mysql_connection_client(query->connection);
  ent_status status = ent_mysql_client_exec(
      client, "START TRANSACTION READ ONLY", deadline, err);

  if (status) return status;
  status =
      ent_mysql_prepare(client, sql, size, deadline, &query->statement, err);
  if (status) return status;
  if (ent_mysql_statement_n_columns(query->statement) == 0) {
    return ent_fail(err, ENT_UNSUPPORTED,
                    "the statement returns no rows; only what reads can be "
                    "run here");
  }
  query->values =
      calloc(ent_mysql_query_n_columns(query), sizeof(*query->values));
  return query->values ? ENT_OK : ent_fail_nomem(err);
}

ent_status ent_mysql_query_open(ent_mysql_session *session, const char *sql,
                                size_t size, const ent_deadline *deadline,
                                ent_mysql_query **out, ent_error *err) {
  ent_mysql_query *query = calloc(1, sizeof(*query));
  ent_status status;

  if (!query) return ent_fail_nomem(err);
  query->pool = session->pool;
  ent_buf_init(&query->row, ENT_ROW_MAX_SIZE);
  status =
      ent_mysql_pool_acquire(query->pool, deadline, &query->connection, err);
  if (!status) status = prepare(query, sql, size, deadline, err);
  if (status) {
    ent_mysql_query_close(query);
    return status;
  }
  *out = query;
  return ENT_OK;
}

size_t ent_mysql_query_n_params(const ent_mysql_query *query) {
  return ent_mysql_statement_n_params(query->statement);
}

ent_status ent_mysql_query_run(ent_mysql_query *query, const ent_value *params,
                               size_t n_params, const ent_deadline *deadline,
                               ent_error *err) {
  ent_status status;

  ent_mysql_statement_use_cursor(query->statement, ENT_QUERY_PAGE);
  status = ent_mysql_statement_execute(query->statement, params, n_params,
                                       deadline, err);
  return status ? status
                : ent_mysql_statement_redescribe(query->statement, err);
}

/* A statement without a cursor (SHOW) may have rows unread: closing it reads
 * them.  What the user's statement did to the session is nobody else's
 * business: the connection is not used again. */
void ent_mysql_query_close(ent_mysql_query *query) {
  if (!query) return;
  if (query->connection) ent_mysql_connection_spoil(query->connection);
  ent_mysql_statement_close(query->statement);
  ent_mysql_pool_release(query->pool, query->connection);
  ent_buf_done(&query->row);
  free(query->values);
  free(query);
}

uint16_t ent_mysql_query_n_columns(const ent_mysql_query *query) {
  return ent_mysql_statement_n_columns(query->statement);
}

const char *ent_mysql_query_name(const ent_mysql_query *query,
                                 unsigned column) {
  return ent_mysql_statement_name(query->statement, column);
}

ent_status ent_mysql_query_next(ent_mysql_query *query,
                                const ent_deadline *deadline,
                                const ent_value **row, ent_error *err) {
  ent_status status;

  query->row.size = 0;
  status =
      ent_mysql_statement_fetch(query->statement, deadline, &query->row, err);
  if (status) return status;
  for (unsigned i = 0; i < ent_mysql_query_n_columns(query); i++) {
    query->values[i] = ent_row_value((const ent_row *)query->row.data, i);
    if (ent_mysql_statement_form(query->statement, i) == ENT_FORM_DECIMAL &&
        query->values[i].kind == ENT_ASCII) {
      query->values[i].kind = ENT_DIGITS;
    }
  }
  *row = query->values;
  return ENT_OK;
}
