#include "backends/mysql/query.h"

#include "backends/base/row.h"
#include "backends/mysql/keyword.h"
#include "backends/mysql/replica.h"
#include "backends/mysql/transaction.h"
#include "backends/mysql/writer.h"
#include "backends/spool.h"

#include <stdlib.h>

enum { ENT_QUERY_PAGE = 512, ENT_QUERY_END_MS = 2000 };

struct ent_mysql_query {
  ent_mysql_session *session;
  bool joins;    /* it is run in the session's transaction */
  bool explains; /* an EXPLAIN or ANALYZE */
  ent_mysql_connection *connection;
  ent_mysql_statement *statement;
  size_t n_params;
  uint16_t n_columns;
  const char **names; /* n_columns */
  ent_type *types;    /* the same */
  ent_value *values;  /* of the current row */
  ent_arena arena;    /* of the three */
  ent_buf row;
  ent_spool *spool; /* the rows, where it joins */
  const ent_row *const *rows;
  size_t n_rows;
  size_t at;
};

static ent_status fail_no_rows(ent_error *err) {
  return ent_fail(err, ENT_UNSUPPORTED,
                  "the statement returns no rows; only what reads can be run "
                  "here");
}

/* Texts that a server compares alike are one here, and what has no type holds
 * only NULL. */
static ent_type type_of(ent_mysql_form form) {
  static const ent_type types[] = {
      [ENT_FORM_NULL] = ENT_TYPE_BLOB,
      [ENT_FORM_INTEGER] = ENT_TYPE_INTEGER,
      [ENT_FORM_UNSIGNED] = ENT_TYPE_UNSIGNED,
      [ENT_FORM_BIT] = ENT_TYPE_UNSIGNED,
      [ENT_FORM_FLOAT] = ENT_TYPE_FLOAT,
      [ENT_FORM_DOUBLE] = ENT_TYPE_DOUBLE,
      [ENT_FORM_DECIMAL] = ENT_TYPE_DECIMAL,
      [ENT_FORM_DATE] = ENT_TYPE_DATE,
      [ENT_FORM_DATETIME] = ENT_TYPE_DATETIME,
      [ENT_FORM_TIME] = ENT_TYPE_TIME,
      [ENT_FORM_TEXT] = ENT_TYPE_TEXT,
      [ENT_FORM_BLOB] = ENT_TYPE_BLOB,
      [ENT_FORM_GEOMETRY] = ENT_TYPE_GEOMETRY,
  };

  return types[form];
}

/* What is known of the columns; it outlives the statement. */
static ent_status describe(ent_mysql_query *query, ent_error *err) {
  size_t n = ent_mysql_statement_n_columns(query->statement);

  if (n == 0) return fail_no_rows(err);
  ent_arena_reset(&query->arena);
  query->n_columns = (uint16_t)n;
  query->names = ent_arena_zalloc(&query->arena, n * sizeof(char *));
  query->types = ent_arena_zalloc(&query->arena, n * sizeof(ent_type));
  query->values = ent_arena_zalloc(&query->arena, n * sizeof(ent_value));
  if (!query->names || !query->types || !query->values) {
    return ent_fail_nomem(err);
  }
  for (unsigned i = 0; i < n; i++) {
    query->names[i] = ent_arena_strdup(
        &query->arena, ent_mysql_statement_name(query->statement, i));
    if (!query->names[i]) return ent_fail_nomem(err);
    query->types[i] = type_of(ent_mysql_statement_form(query->statement, i));
  }
  return ENT_OK;
}

static ent_status prepare(ent_mysql_query *query, const char *sql, size_t size,
                          const ent_deadline *deadline, ent_error *err) {
  ent_status status =
      ent_mysql_prepare(ent_mysql_connection_client(query->connection), sql,
                        size, deadline, &query->statement, err);

  if (status) return status;
  query->n_params = ent_mysql_statement_n_params(query->statement);
  if (query->explains && !ent_mysql_statement_n_columns(query->statement)) {
    return ENT_OK;
  }
  return describe(query, err);
}

static ent_status prepare_alone(ent_mysql_query *query, const char *sql,
                                size_t size, const ent_deadline *deadline,
                                ent_error *err) {
  ent_status status = ent_mysql_reader_acquire(query->session, false, deadline,
                                               &query->connection, err);

  if (!status) {
    status =
        ent_mysql_client_exec(ent_mysql_connection_client(query->connection),
                              "START TRANSACTION READ ONLY", deadline, err);
  }
  return status ? status : prepare(query, sql, size, deadline, err);
}

/* In a transaction that writes, the server does not see to it that a statement
 * only reads. */
static ent_status prepare_joined(ent_mysql_query *query, const char *sql,
                                 size_t size, const ent_deadline *deadline,
                                 ent_error *err) {
  ent_mysql_session *session = query->session;
  ent_mysql_nature nature = ent_mysql_nature_of(sql, size);
  ent_status status;

  if (nature == ENT_NATURE_WRITES && !ent_mysql_keyword_is(sql, size, "WITH")) {
    return ent_fail(err, ENT_READ_ONLY,
                    "the statement writes; use mysql_exec()");
  }
  if (nature == ENT_NATURE_CALLS || nature == ENT_NATURE_OTHER) {
    return ent_fail(err, ENT_READ_ONLY,
                    "inside a transaction only what reads can be run here");
  }
  status = ent_mysql_writer_flush(session->writer, deadline, err);
  if (!status) {
    status = ent_mysql_transaction_reads(session->transaction, deadline,
                                         &query->connection, err);
  }
  return status ? status : prepare(query, sql, size, deadline, err);
}

ent_status ent_mysql_query_open(ent_mysql_session *session, const char *sql,
                                size_t size, const ent_deadline *deadline,
                                ent_mysql_query **out, ent_error *err) {
  ent_mysql_query *query = calloc(1, sizeof(*query));
  ent_status status;

  if (!query) return ent_fail_nomem(err);
  query->session = session;
  query->joins = ent_mysql_session_in_transaction(session);
  /* A server sends the rows of such at once, and then is asked for them; MySQL
   * 5.6 tells its columns only when it is run. */
  query->explains = ent_mysql_keyword_is(sql, size, "EXPLAIN") ||
                    ent_mysql_keyword_is(sql, size, "ANALYZE");
  ent_buf_init(&query->row, ENT_ROW_MAX_SIZE);
  status = query->joins ? prepare_joined(query, sql, size, deadline, err)
                        : prepare_alone(query, sql, size, deadline, err);
  if (status) {
    if (query->joins) {
      status = ent_mysql_transaction_ran(session->transaction, status, err);
    }
    ent_mysql_query_close(query);
    return status;
  }
  *out = query;
  return ENT_OK;
}

size_t ent_mysql_query_n_params(const ent_mysql_query *query) {
  return query->n_params;
}

/* The transaction's connection serves others next: all rows are read now. */
static ent_status read_all(ent_mysql_query *query, const ent_deadline *deadline,
                           ent_error *err) {
  ent_status status = ent_spool_open(&query->spool, err);

  while (!status) {
    status = ent_mysql_statement_fetch(query->statement, deadline,
                                       ent_spool_end(query->spool), err);
    if (!status) status = ent_spool_added(query->spool, err);
  }
  if (status != ENT_DONE) {
    ent_mysql_connection_drop_rows(query->connection);
    return status;
  }
  return ENT_OK;
}

/* Of an expression of bits a server sends the digits, where a column's value is
 * sent as bytes; nothing tells the two apart.  A cursor's rows have gone through
 * a table of the server's own, and are all columns. */
static bool has_bits(const ent_mysql_query *query) {
  unsigned n = ent_mysql_statement_n_columns(query->statement);

  for (unsigned i = 0; i < n; i++) {
    if (ent_mysql_statement_form(query->statement, i) == ENT_FORM_BIT) {
      return true;
    }
  }
  return false;
}

static ent_status run(ent_mysql_query *query, const ent_value *params,
                      size_t n_params, const ent_deadline *deadline,
                      ent_error *err) {
  ent_status status;

  if ((!query->joins || has_bits(query)) && !query->explains) {
    ent_mysql_statement_use_cursor(query->statement, ENT_QUERY_PAGE);
  }
  status = ent_mysql_statement_execute(query->statement, params, n_params,
                                       deadline, err);
  if (!status) status = describe(query, err);
  return status || !query->joins ? status : read_all(query, deadline, err);
}

ent_status ent_mysql_query_run(ent_mysql_query *query, const ent_value *params,
                               size_t n_params, const ent_deadline *deadline,
                               ent_error *err) {
  ent_status status = run(query, params, n_params, deadline, err);

  if (!query->joins) return status;
  /* The statement goes before its connection may. */
  ent_mysql_statement_close(query->statement);
  query->statement = NULL;
  return ent_mysql_transaction_ran(query->session->transaction, status, err);
}

/* Of an EXPLAIN, whose rows are few, the caller may want only some. */
static void read_to_end(ent_mysql_query *query) {
  ent_deadline soon = ent_deadline_in(ENT_QUERY_END_MS);
  ent_status status = ENT_OK;

  while (!status)
    status = ent_mysql_statement_skip(query->statement, &soon, NULL);
}

/* A statement without a cursor (SHOW) may have rows unread: the connection is
 * not used again then.  What else the user's statement did to the session is
 * nobody else's business. */
void ent_mysql_query_close(ent_mysql_query *query) {
  if (!query) return;
  if (!query->joins && query->connection) {
    ent_mysql_connection_soil(query->connection);
    if (query->explains && query->names) read_to_end(query);
    ent_mysql_connection_drop_rows(query->connection);
  }
  ent_mysql_statement_close(query->statement);
  if (!query->joins) {
    ent_mysql_pool_release(query->connection);
  }
  ent_spool_close(query->spool);
  ent_buf_done(&query->row);
  ent_arena_done(&query->arena);
  free(query);
}

uint16_t ent_mysql_query_n_columns(const ent_mysql_query *query) {
  return query->n_columns;
}

const char *ent_mysql_query_name(const ent_mysql_query *query,
                                 unsigned column) {
  return query->names[column];
}

ent_type ent_mysql_query_type(const ent_mysql_query *query, unsigned column) {
  return query->types[column];
}

static ent_status next_row(ent_mysql_query *query, const ent_deadline *deadline,
                           const ent_row **row, ent_error *err) {
  ent_status status = ENT_OK;

  if (query->joins) {
    if (query->at == query->n_rows) {
      query->at = query->n_rows = 0;
      status = ent_spool_next(query->spool, &query->rows, &query->n_rows, err);
    }
    if (!status) *row = query->rows[query->at++];
    return status;
  }
  query->row.size = 0;
  status =
      ent_mysql_statement_fetch(query->statement, deadline, &query->row, err);
  *row = (const ent_row *)query->row.data;
  return status;
}

ent_status ent_mysql_query_next(ent_mysql_query *query,
                                const ent_deadline *deadline,
                                const ent_value **row, ent_error *err) {
  const ent_row *packed;
  ent_status status = next_row(query, deadline, &packed, err);

  if (status) return status;
  for (unsigned i = 0; i < query->n_columns; i++) {
    query->values[i] = ent_row_value(packed, i);
    if (query->types[i] == ENT_TYPE_DECIMAL &&
        query->values[i].kind == ENT_ASCII) {
      query->values[i].kind = ENT_DIGITS;
    }
  }
  *row = query->values;
  return ENT_OK;
}
