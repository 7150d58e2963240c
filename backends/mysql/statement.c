#include "backends/mysql/statement.h"

#include "backends/mysql/binary.h"
#include "backends/mysql/bulk.h"
#include "backends/mysql/drift.h"
#include "backends/mysql/wire.h"

#include <mysql.h>
#include <stdlib.h>
#include <string.h>

struct ent_mysql_statement {
  ent_mysql_client *client;
  MYSQL_STMT *stmt;
  char *sql;
  size_t sql_size;
  uint16_t n_columns;
  uint64_t fits; /* the id of a projection that the columns have, or 0 */
  size_t n_params;
  ent_mysql_field *fields; /* n_columns */
  ent_row_writer *writer;  /* of the row being fetched; NULL: it is skipped */
  ent_status put;          /* why the rest of it is */
  ent_error *put_err;
  MYSQL_BIND *params; /* n_params */
  ent_value *values;  /* n_params: what the params point at */
  bool has_arrays;    /* the last execution was one of many rows */
  bool is_bound;      /* the server has executed it with the params' types */
  bool is_stale;      /* what the server has told of it last did not get here */
  bool has_cursor;
  bool is_direct; /* the rows of the last execution come by wire.h */
};

static ent_status too_wide(unsigned n, ent_error *err) {
  return ent_fail(err, ENT_TOO_BIG, "a result of %u columns", n);
}

/* What is left of a row is skipped. */
ENT_COLD static void fail_put(ent_mysql_statement *s, unsigned column,
                              ent_status status) {
  s->put = status;
  s->writer = NULL;
  ent_error_context(s->put_err, status, "column %s",
                    ent_mysql_statement_name(s, column));
}

/* What the client library calls for every column of a row that it has in its
 * buffer: the bytes go from there into the packed row. */
static void take_column(void *context, unsigned column, unsigned char **at) {
  ent_mysql_statement *s = context;
  const ent_mysql_field *field = &s->fields[column];

  if (!s->writer) {
    if (at) ent_mysql_field_skip(field, at);
  } else if (!at) {
    ent_row_put_null(s->writer);
  } else {
    ent_status status = field->put(field, at, s->writer, s->put_err);

    if (status) fail_put(s, column, status);
  }
}

/* Describes the result's columns.  The library has them at another place
 * behind an execution for which the server has prepared the statement anew. */
static ent_status describe_results(ent_mysql_statement *s, ent_error *err) {
  unsigned n_columns = mysql_stmt_field_count(s->stmt);
  const MYSQL_FIELD *from;
  ent_mysql_field *fields;

  s->fits = 0;
  if (n_columns > UINT16_MAX) return too_wide(n_columns, err);
  if (n_columns == 0) {
    s->n_columns = 0;
    return ENT_OK;
  }
  fields = realloc(s->fields, n_columns * sizeof(*fields));
  if (!fields) return ent_fail_nomem(err);
  s->fields = fields;
  s->n_columns = (uint16_t)n_columns;
  from = ent_mysql_client_fields(s->stmt);
  for (unsigned i = 0; i < n_columns; i++)
    ent_mysql_field_init(&fields[i], &from[i]);
  ent_mysql_client_on_column(s->stmt, take_column, s);
  return ENT_OK;
}

/* An empty text is asked for its length again by the library. */
static char *copy_text(const char *sql, size_t size) {
  char *copy = malloc(size + 1);

  if (!copy) return NULL;
  memcpy(copy, sql, size);
  copy[size] = '\0';
  return copy;
}

static ent_status prepare(ent_mysql_statement *s, const ent_deadline *deadline,
                          ent_error *err) {
  return ent_mysql_client_prepare(s->client, s->stmt, s->sql, s->sql_size,
                                  deadline, err);
}

/* What can be known once the server has seen the text. */
static ent_status describe(ent_mysql_statement *s, ent_error *err) {
  s->n_params = mysql_stmt_param_count(s->stmt);
  if (s->n_params) {
    s->params = calloc(s->n_params, sizeof(*s->params));
    s->values = calloc(s->n_params, sizeof(*s->values));
    if (!s->params || !s->values) return ent_fail_nomem(err);
  }
  return describe_results(s, err);
}

ent_status ent_mysql_prepare(ent_mysql_client *client, const char *sql,
                             size_t size, const ent_deadline *deadline,
                             ent_mysql_statement **out, ent_error *err) {
  ent_mysql_statement *s = calloc(1, sizeof(*s));
  ent_status status;

  if (!s) return ent_fail_nomem(err);
  s->client = client;
  s->stmt = ent_mysql_client_new_stmt(client);
  s->sql = copy_text(sql, size);
  s->sql_size = size;
  status = s->stmt && s->sql ? prepare(s, deadline, err) : ent_fail_nomem(err);
  if (!status) status = describe(s, err);
  if (status) {
    ent_mysql_statement_close(s);
    return status;
  }
  *out = s;
  return ENT_OK;
}

void ent_mysql_statement_close(ent_mysql_statement *s) {
  if (!s) return;
  ent_mysql_client_close_stmt(s->stmt);
  free(s->sql);
  free(s->fields);
  free(s->params);
  free(s->values);
  free(s);
}

const char *ent_mysql_statement_sql(const ent_mysql_statement *s) {
  return s->sql;
}

bool ent_mysql_statement_is_stale(const ent_mysql_statement *s) {
  return s->is_stale;
}

uint16_t ent_mysql_statement_n_columns(const ent_mysql_statement *s) {
  return s->n_columns;
}

size_t ent_mysql_statement_n_params(const ent_mysql_statement *s) {
  return s->n_params;
}

const char *ent_mysql_statement_name(const ent_mysql_statement *s,
                                     unsigned column) {
  return ent_mysql_client_fields(s->stmt)[column].name;
}

ent_mysql_form ent_mysql_statement_form(const ent_mysql_statement *s,
                                        unsigned column) {
  return s->fields[column].form;
}

void ent_mysql_statement_use_cursor(ent_mysql_statement *s,
                                    unsigned long n_rows) {
  unsigned long type = CURSOR_TYPE_READ_ONLY;

  s->has_cursor = true;
  mysql_stmt_attr_set(s->stmt, STMT_ATTR_CURSOR_TYPE, &type);
  mysql_stmt_attr_set(s->stmt, STMT_ATTR_PREFETCH_ROWS, &n_rows);
}

static enum enum_field_types type_of(ent_kind kind) {
  switch (kind) {
  case ENT_NULL: return MYSQL_TYPE_NULL;
  case ENT_I64:
  case ENT_U64: return MYSQL_TYPE_LONGLONG;
  case ENT_F64: return MYSQL_TYPE_DOUBLE;
  case ENT_ASCII:
  case ENT_TEXT: return MYSQL_TYPE_STRING;
  case ENT_DIGITS: return MYSQL_TYPE_NEWDECIMAL;
  case ENT_BLOB: break;
  }
  return MYSQL_TYPE_BLOB;
}

/* `value` stays where it is until the execution has been sent.  The other
 * members are zero, but behind an execution of arrays. */
static void bind_param(MYSQL_BIND *bind, ent_value *value) {
  bind->buffer_type = type_of(value->kind);
  bind->is_unsigned = (my_bool)(value->kind == ENT_U64);
  if (value->kind < ENT_ASCII) {
    bind->buffer = &value->as;
    return;
  }
  /* The library reads these bytes only; its struct has no const. */
  memcpy(&bind->buffer, &value->as.bytes.data, sizeof(bind->buffer));
  bind->buffer_length = value->as.bytes.size;
}

/* Whether the values have the types of those before: numbers only change in
 * their place then, and texts have to be pointed at. */
static bool can_replace(const ent_mysql_statement *s, const ent_value *values) {
  for (size_t i = 0; i < s->n_params; i++) {
    const MYSQL_BIND *bind = &s->params[i];

    if (bind->buffer_type != type_of(values[i].kind) ||
        bind->is_unsigned != (values[i].kind == ENT_U64)) {
      return false;
    }
  }
  return s->is_bound;
}

static void replace_params(ent_mysql_statement *s) {
  for (size_t i = 0; i < s->n_params; i++) {
    const ent_value *value = &s->values[i];

    if (value->kind < ENT_ASCII) continue;
    ent_mysql_client_point_param(s->stmt, i, value->as.bytes.data,
                                 value->as.bytes.size);
  }
}

static ent_status bind_params(ent_mysql_statement *s, const ent_value *params,
                              ent_error *err) {
  bool replaces = can_replace(s, params);

  memcpy(s->values, params, s->n_params * sizeof(*params));
  if (replaces) {
    replace_params(s);
    return ENT_OK;
  }
  for (size_t i = 0; i < s->n_params; i++)
    bind_param(&s->params[i], &s->values[i]);
  if (!mysql_stmt_bind_param(s->stmt, s->params)) return ENT_OK;
  return ent_fail(err, ENT_PROTOCOL, "%s", mysql_stmt_error(s->stmt));
}

static ent_status set_params(ent_mysql_statement *s, const ent_value *params,
                             size_t n_params, ent_error *err) {
  s->is_direct = false;
  if (n_params != s->n_params) {
    return ent_fail(err, ENT_REJECTED, "%zu values for %zu placeholders",
                    n_params, s->n_params);
  }
  if (s->has_arrays) {
    ent_mysql_client_set_rows(s->stmt, 0);
    memset(s->params, 0, n_params * sizeof(*s->params));
  }
  s->has_arrays = false;
  return n_params ? bind_params(s, params, err) : ENT_OK;
}

ent_status ent_mysql_statement_begin(ent_mysql_statement *s,
                                     const ent_value *params, size_t n_params,
                                     ent_error *err) {
  ent_status status = set_params(s, params, n_params, err);

  if (!status) ent_mysql_client_execute_begin(s->client, s->stmt);
  return status;
}

/* Whether the result has the columns that are described. */
static bool is_described(const ent_mysql_statement *s) {
  unsigned n = mysql_stmt_field_count(s->stmt);
  const MYSQL_FIELD *from = ent_mysql_client_fields(s->stmt);

  if (n != s->n_columns) return false;
  for (unsigned i = 0; i < n; i++) {
    if (!ent_mysql_field_fits(&s->fields[i], &from[i])) return false;
  }
  return true;
}

/* What RETURNING gives, and an expression of placeholders, is known only behind
 * the execution; and a table may have been changed since the statement was
 * prepared. */
static ent_status take_result(ent_mysql_statement *s, ent_status status,
                              ent_error *err) {
  s->is_bound = !status && !s->has_arrays;
  return status || is_described(s) ? status : describe_results(s, err);
}

ent_status ent_mysql_statement_end(ent_mysql_statement *s,
                                   const ent_deadline *deadline,
                                   ent_error *err) {
  return take_result(s, ent_mysql_client_execute_end(s->client, deadline, err),
                     err);
}

static ent_status execute(ent_mysql_statement *s, const ent_deadline *deadline,
                          ent_error *err) {
  return take_result(
      s, ent_mysql_client_execute(s->client, s->stmt, deadline, err), err);
}

ent_status ent_mysql_statement_execute(ent_mysql_statement *s,
                                       const ent_value *params, size_t n_params,
                                       const ent_deadline *deadline,
                                       ent_error *err) {
  ent_status status = set_params(s, params, n_params, err);

  return status ? status : execute(s, deadline, err);
}

/* What the server knows of the statement is all that it needs to know. */
static bool can_be_direct(const ent_mysql_statement *s, const ent_value *params,
                          size_t n_params) {
  return s->n_columns && n_params == s->n_params && !s->has_arrays &&
         !s->has_cursor && ent_mysql_wire_serves(s->client) &&
         can_replace(s, params) && ent_mysql_binary_fits(params, n_params);
}

/* Behind a failure of this the library has no statement left to execute. */
static ent_status prepare_again(ent_mysql_statement *s,
                                const ent_deadline *deadline, ent_error *err) {
  ent_status status = prepare(s, deadline, err);

  s->is_bound = false;
  if (!status) status = describe_results(s, err);
  s->is_stale = status != ENT_OK;
  return status;
}

/* What a result looks like the server tells once: behind an execution that has
 * failed, or by which the columns were told anew, the library is to hear it
 * again. */
ent_status ent_mysql_statement_read(ent_mysql_statement *s,
                                    const ent_value *params, size_t n_params,
                                    const ent_deadline *deadline,
                                    ent_error *err) {
  s->is_direct = false;
  if (can_be_direct(s, params, n_params)) {
    ent_mysql_question question = {.statement =
                                       ent_mysql_client_stmt_id(s->stmt),
                                   .params = params,
                                   .n_params = n_params,
                                   .n_columns = s->n_columns};
    ent_status status = ent_mysql_wire_execute(s->client, &question, deadline,
                                               &s->is_direct, err);

    s->is_stale = !s->is_direct;
    if (status || s->is_direct) return status;
    status = prepare_again(s, deadline, err);
    if (status) return status;
  }
  return ent_mysql_statement_execute(s, params, n_params, deadline, err);
}

ent_status ent_mysql_statement_check(ent_mysql_statement *s,
                                     const ent_entity *entity,
                                     const ent_projection *projection,
                                     ent_error *err) {
  const MYSQL_FIELD *fields;
  ent_status status = ENT_OK;

  if ((s->fits && s->fits == projection->id) || !projection->n_columns) {
    return ENT_OK;
  }
  fields = ent_mysql_client_fields(s->stmt);
  for (uint16_t i = 0; !status && i < projection->n_columns; i++) {
    status = ent_mysql_drift(&fields[i],
                             &entity->columns[projection->columns[i]], err);
  }
  if (!status) s->fits = projection->id;
  return status;
}

ent_status ent_mysql_statement_check_or_skip(ent_mysql_statement *s,
                                             const ent_entity *entity,
                                             const ent_projection *projection,
                                             const ent_deadline *deadline,
                                             ent_error *err) {
  ent_status status = ent_mysql_statement_check(s, entity, projection, err);
  ent_status skipped = status ? ENT_OK : ENT_DONE;

  while (!skipped)
    skipped = ent_mysql_statement_skip(s, deadline, NULL);
  return status;
}

ent_status ent_mysql_statement_execute_rows(ent_mysql_statement *s,
                                            const ent_cell *cells,
                                            size_t n_rows, ent_arena *memory,
                                            const ent_deadline *deadline,
                                            ent_error *err) {
  ent_status status =
      ent_mysql_bulk_bind(s->params, s->n_params, cells, n_rows, memory, err);

  if (status) return status;
  s->has_arrays = true;
  ent_mysql_client_set_rows(s->stmt, (unsigned)n_rows);
  if (mysql_stmt_bind_param(s->stmt, s->params)) {
    return ent_fail(err, ENT_PROTOCOL, "%s", mysql_stmt_error(s->stmt));
  }
  return execute(s, deadline, err);
}

ent_status ent_mysql_statement_finish(ent_mysql_statement *s,
                                      const ent_deadline *deadline,
                                      uint64_t *n_rows, ent_error *err) {
  ent_status status = ENT_OK;

  *n_rows = ent_mysql_statement_affected(s);
  while (!status) {
    bool has_rows = mysql_stmt_field_count(s->stmt) > 0;

    if (has_rows) *n_rows = 0;
    while (has_rows && !status) {
      status = ent_mysql_client_fetch(s->client, s->stmt, deadline, err);
      *n_rows += !status;
    }
    if (status && status != ENT_DONE) return status;
    status = ent_mysql_client_next_result(s->client, s->stmt, deadline, err);
  }
  return status == ENT_DONE ? ENT_OK : status;
}

uint64_t ent_mysql_statement_affected(const ent_mysql_statement *s) {
  uint64_t n = mysql_stmt_affected_rows(s->stmt);

  return n == UINT64_MAX ? 0 : n;
}

uint64_t ent_mysql_statement_new_id(const ent_mysql_statement *s) {
  return mysql_stmt_insert_id(s->stmt);
}

static ent_status fetch_by_library(ent_mysql_statement *s,
                                   const ent_deadline *deadline,
                                   ent_row_writer *writer, ent_error *err) {
  ent_status status;

  s->writer = writer;
  s->put = ENT_OK;
  s->put_err = err;
  status = ent_mysql_client_fetch(s->client, s->stmt, deadline, err);
  s->writer = NULL;
  return status ? status : s->put;
}

static ent_status fetch_directly(ent_mysql_statement *s,
                                 const ent_deadline *deadline,
                                 ent_row_writer *writer, ent_error *err) {
  unsigned char *row;
  size_t size;
  unsigned column;
  ent_status status =
      ent_mysql_wire_fetch(s->client, deadline, &row, &size, err);

  if (status) return status;
  status = ent_mysql_binary_row(s->fields, s->n_columns, row, size, writer,
                                &column, err);
  return ent_error_context(err, status, "column %s",
                           ent_mysql_statement_name(s, column));
}

ent_status ent_mysql_statement_fetch(ent_mysql_statement *s,
                                     const ent_deadline *deadline, ent_buf *buf,
                                     ent_error *err) {
  ent_row_writer writer;
  ent_status status = ent_row_begin(&writer, buf, s->n_columns, err);

  if (status) return status;
  status = s->is_direct ? fetch_directly(s, deadline, &writer, err)
                        : fetch_by_library(s, deadline, &writer, err);
  if (status) {
    ent_row_drop(&writer);
    return status;
  }
  ent_row_end(&writer);
  return ENT_OK;
}

ent_status ent_mysql_statement_skip(ent_mysql_statement *s,
                                    const ent_deadline *deadline,
                                    ent_error *err) {
  unsigned char *row;
  size_t size;

  return s->is_direct
             ? ent_mysql_wire_fetch(s->client, deadline, &row, &size, err)
             : ent_mysql_client_fetch(s->client, s->stmt, deadline, err);
}
