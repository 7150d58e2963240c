#include "tests/bench/raw/client.h"

#include <mysql.h>

#include <stdio.h>
#include <string.h>

ent_status ent_raw_fail(ent_raw *raw, const char *doing, ent_error *err) {
  return ent_fail(err, ENT_REJECTED, "raw: %s: %s (%u)", doing,
                  mysql_error(raw), mysql_errno(raw));
}

ent_status ent_raw_statement_fail(ent_raw_statement *statement,
                                  const char *doing, ent_error *err) {
  return ent_fail(err, ENT_REJECTED, "raw: %s: %s (%u)", doing,
                  mysql_stmt_error(statement), mysql_stmt_errno(statement));
}

ent_status ent_raw_open(const char *socket, const char *database, ent_raw **raw,
                        ent_error *err) {
  MYSQL *mysql = mysql_init(NULL);

  if (!mysql) return ent_fail_nomem(err);
  mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  if (!mysql_real_connect(mysql, "localhost", "root", NULL, database, 0, socket,
                          0)) {
    ent_fail(err, ENT_UNAVAILABLE, "raw: connect to %s: %s (%u)", socket,
             mysql_error(mysql), mysql_errno(mysql));
    mysql_close(mysql);
    return ENT_UNAVAILABLE;
  }
  *raw = mysql;
  return ENT_OK;
}

void ent_raw_close(ent_raw *raw) {
  if (raw) mysql_close(raw);
}

ent_status ent_raw_exec(ent_raw *raw, const char *sql, ent_error *err) {
  MYSQL_RES *result;

  if (mysql_query(raw, sql)) return ent_raw_fail(raw, sql, err);
  result = mysql_store_result(raw);
  if (!result && mysql_errno(raw)) return ent_raw_fail(raw, sql, err);
  if (result) mysql_free_result(result);
  return ENT_OK;
}

ent_status ent_raw_value(ent_raw *raw, const char *sql, char *text, size_t size,
                         ent_error *err) {
  MYSQL_RES *result;
  MYSQL_ROW row;
  ent_status status = ENT_OK;

  if (mysql_query(raw, sql)) return ent_raw_fail(raw, sql, err);
  result = mysql_store_result(raw);
  if (!result) return ent_raw_fail(raw, sql, err);
  row = mysql_fetch_row(result);
  if (row && row[0]) {
    snprintf(text, size, "%s", row[0]);
  } else {
    status = ent_fail(err, ENT_PROTOCOL, "raw: %s: no value", sql);
  }
  mysql_free_result(result);
  return status;
}

ent_status ent_raw_prepare(ent_raw *raw, const char *sql,
                           ent_raw_statement **statement, ent_error *err) {
  MYSQL_STMT *prepared = mysql_stmt_init(raw);

  if (!prepared) return ent_fail_nomem(err);
  if (mysql_stmt_prepare(prepared, sql, (unsigned long)strlen(sql))) {
    ent_raw_statement_fail(prepared, sql, err);
    mysql_stmt_close(prepared);
    return ENT_REJECTED;
  }
  *statement = prepared;
  return ENT_OK;
}

void ent_raw_finalize(ent_raw_statement *statement) {
  if (statement) mysql_stmt_close(statement);
}
