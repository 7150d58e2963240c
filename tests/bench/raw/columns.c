#include "tests/bench/raw/columns.h"

#include <mysql.h>

#include <string.h>

enum { ENT_FIELDS = 12, ENT_FIELD_SIZE = 256, ENT_NAME_FIELD = 1 };

static const char columns_sql[] =
    "SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_DEFAULT,"
    " IS_NULLABLE, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME,"
    " COLUMN_KEY, EXTRA, GENERATION_EXPRESSION"
    " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ?";

static ent_status execute(ent_raw_statement *statement, const char *database,
                          ent_error *err) {
  unsigned long size = (unsigned long)strlen(database);
  char name[ENT_FIELD_SIZE];
  MYSQL_BIND bind = {.buffer_type = MYSQL_TYPE_STRING,
                     .buffer = name,
                     .buffer_length = size,
                     .length = &size};

  if (size >= sizeof(name)) {
    return ent_fail(err, ENT_TOO_BIG, "raw: database name too long");
  }
  memcpy(name, database, size + 1);
  if (mysql_stmt_bind_param(statement, &bind) ||
      mysql_stmt_execute(statement)) {
    return ent_raw_statement_fail(statement, "read columns", err);
  }
  return ENT_OK;
}

static ent_status fetch(ent_raw_statement *statement, uint64_t *sum,
                        ent_error *err) {
  static char fields[ENT_FIELDS][ENT_FIELD_SIZE];
  MYSQL_BIND binds[ENT_FIELDS] = {0};
  unsigned long sizes[ENT_FIELDS];
  uint64_t n_columns = 0;
  uint64_t name_bytes = 0;
  int rc;

  for (int i = 0; i < ENT_FIELDS; i++) {
    binds[i].buffer_type = MYSQL_TYPE_STRING;
    binds[i].buffer = fields[i];
    binds[i].buffer_length = ENT_FIELD_SIZE;
    binds[i].length = &sizes[i];
  }
  if (mysql_stmt_bind_result(statement, binds)) {
    return ent_raw_statement_fail(statement, "bind a column", err);
  }
  while (!(rc = mysql_stmt_fetch(statement))) {
    n_columns++;
    name_bytes += sizes[ENT_NAME_FIELD];
  }
  if (rc == MYSQL_DATA_TRUNCATED) {
    return ent_fail(err, ENT_TOO_BIG, "raw: read columns: value too long");
  }
  if (rc != MYSQL_NO_DATA) {
    return ent_raw_statement_fail(statement, "fetch a column", err);
  }
  *sum = ent_raw_columns_sum(n_columns, name_bytes);
  return ENT_OK;
}

ent_status ent_raw_read_columns(const char *socket, const char *database,
                                uint64_t *sum, ent_error *err) {
  ent_raw *raw = NULL;
  ent_raw_statement *statement = NULL;
  ent_status status = ent_raw_open(socket, NULL, &raw, err);

  if (!status) status = ent_raw_prepare(raw, columns_sql, &statement, err);
  if (!status) status = execute(statement, database, err);
  if (!status) status = fetch(statement, sum, err);
  ent_raw_finalize(statement);
  ent_raw_close(raw);
  return status;
}
