#include "tests/bench/raw/information.h"

#include <mysql.h>

#include <string.h>

#define HERE " WHERE table_schema = DATABASE()"

static const char columns_sql[] =
    "SELECT table_name, column_name, column_type, is_nullable, column_default,"
    " extra, character_set_name, collation_name"
    " FROM information_schema.columns" HERE
    " ORDER BY table_name, ordinal_position";

static const char *const others[] = {
    "SELECT table_name, engine, table_collation, table_type, row_format"
    " FROM information_schema.tables" HERE " ORDER BY table_name",
    "SELECT table_name, index_name, non_unique, column_name, sub_part,"
    " index_type FROM information_schema.statistics" HERE
    " ORDER BY table_name, index_name, seq_in_index",
    "SELECT table_name, constraint_name, column_name, referenced_table_schema,"
    " referenced_table_name, referenced_column_name"
    " FROM information_schema.key_column_usage" HERE
    " AND referenced_table_name IS NOT NULL"
    " ORDER BY table_name, constraint_name, ordinal_position",
    "SELECT table_name, constraint_name, delete_rule, update_rule"
    " FROM information_schema.referential_constraints"
    " WHERE constraint_schema = DATABASE() ORDER BY table_name",
    "SELECT table_name, constraint_name, check_clause"
    " FROM information_schema.check_constraints"
    " WHERE constraint_schema = DATABASE()"
    " AND check_clause LIKE 'json_valid(%' ORDER BY table_name",
};

static ent_status read_rows(ent_raw *raw, const char *sql, uint64_t *n,
                            ent_error *err) {
  MYSQL_RES *result;

  *n = 0;
  if (mysql_real_query(raw, sql, (unsigned long)strlen(sql))) {
    return ent_raw_fail(raw, "read information_schema", err);
  }
  result = mysql_use_result(raw);
  if (!result) return ent_raw_fail(raw, "read information_schema", err);
  while (mysql_fetch_row(result))
    *n += 1;
  mysql_free_result(result);
  return mysql_errno(raw) ? ent_raw_fail(raw, "read information_schema", err)
                          : ENT_OK;
}

ent_status ent_raw_read_information(ent_raw *raw, uint64_t *n_columns,
                                    ent_error *err) {
  ent_status status = read_rows(raw, columns_sql, n_columns, err);

  for (size_t i = 0; !status && i < ENT_COUNT(others); i++) {
    uint64_t n;

    status = read_rows(raw, others[i], &n, err);
  }
  return status;
}
