#include "backends/mysql/foresee.h"

#include "backends/mysql/query.h"
#include "backends/mysql/sqltext.h"

#include <string.h>

enum { ENT_FORESEE_SQL = 1 << 20 };

static ent_status write_explain(const ent_query *query,
                                const ent_sql_where *where, uint64_t limit,
                                ent_buf *sql, ent_error *err) {
  ent_status status = ent_buf_append(sql, "EXPLAIN ", 8, err);

  if (!status) {
    status = ent_sql_select(sql, query->entity, query->projection, err);
  }
  if (!status) {
    status = ent_buf_append(sql, where->sql.data, where->sql.size, err);
  }
  if (!status) status = ent_sql_group(sql, query, err);
  if (!status) status = ent_sql_order(sql, query, err);
  if (status || !limit) return status;
  return ent_buf_printf(sql, err, " LIMIT %llu", (unsigned long long)limit);
}

/* The column `key` of the first row. */
static ent_status read_index(ent_mysql_query *explain,
                             const ent_deadline *deadline, ent_arena *arena,
                             const char **index, ent_error *err) {
  const ent_value *row;
  ent_status status = ent_mysql_query_next(explain, deadline, &row, err);

  if (status) return status == ENT_DONE ? ENT_OK : status;
  for (unsigned i = 0; i < ent_mysql_query_n_columns(explain); i++) {
    if (strcmp(ent_mysql_query_name(explain, i), "key") != 0) continue;
    if (!ent_value_is_text(&row[i])) return ENT_OK;
    *index = ent_arena_copy(arena, row[i].as.bytes.data, row[i].as.bytes.size);
    return *index ? ENT_OK : ent_fail_nomem(err);
  }
  return ENT_OK;
}

static ent_status ask(ent_mysql_session *session, const ent_buf *sql,
                      const ent_sql_where *where, const ent_deadline *deadline,
                      ent_arena *arena, const char **index, ent_error *err) {
  ent_mysql_query *explain = NULL;
  ent_status status = ent_mysql_query_open(session, sql->data, sql->size,
                                           deadline, &explain, err);

  if (status) return status;
  status = ent_mysql_query_run(explain, where->params, where->n_params,
                               deadline, err);
  if (!status) status = read_index(explain, deadline, arena, index, err);
  ent_mysql_query_close(explain);
  return status;
}

ent_status ent_mysql_foresee(ent_mysql_session *session, const ent_query *query,
                             uint64_t limit, const ent_deadline *deadline,
                             ent_arena *arena, const char **index,
                             ent_error *err) {
  ent_sql_where where;
  ent_buf sql;
  ent_status status;

  *index = NULL;
  ent_buf_init(&sql, ENT_FORESEE_SQL);
  status = ent_sql_where_make(query, arena, &where, err);
  if (!status) status = write_explain(query, &where, limit, &sql, err);
  if (!status && !where.is_empty) {
    status = ask(session, &sql, &where, deadline, arena, index, err);
  }
  ent_sql_where_done(&where);
  ent_buf_done(&sql);
  return status;
}
