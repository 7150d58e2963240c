#include "backends/mysql/guard.h"

#include "backends/mysql/lookup.h"

enum { ENT_GUARD_SQL = 16 << 20, ENT_GUARD_WORDS = 1 << 16 };

typedef struct guard {
  const ent_query *query;
  const ent_sql_where *where;
  ent_buf sql;
  ent_value n;
} guard;

static ent_status write_count(guard *g, ent_error *err) {
  const ent_buf *where = &g->where->sql;
  ent_status status;

  status = ent_buf_printf(&g->sql, err, "SELECT COUNT(*) FROM (SELECT 1 FROM ");
  if (!status) status = ent_sql_name(&g->sql, g->query->entity->table, err);
  if (!status) status = ent_buf_append(&g->sql, where->data, where->size, err);
  if (status) return status;
  return ent_buf_printf(&g->sql, err, " LIMIT %llu) AS counted",
                        (unsigned long long)g->query->max_rows + 1);
}

static ent_status count(void *context, ent_mysql_connection *connection,
                        const ent_deadline *deadline, ent_error *err) {
  guard *g = context;
  ent_mysql_lookup lookup = {.sql = g->sql.data,
                             .size = g->sql.size,
                             .params = g->where->params,
                             .n_params = g->where->n_params,
                             .take = ent_mysql_take_number,
                             .context = &g->n};

  return ent_mysql_look_up(connection, &lookup, deadline, err);
}

ent_status ent_mysql_guard_count(const ent_query *query, uint64_t n,
                                 ent_error *err) {
  ent_buf words;
  const char *text = "";
  ent_status status;

  if (!query->max_rows || n <= query->max_rows) return ENT_OK;
  ent_buf_init(&words, ENT_GUARD_WORDS);
  if (!ent_sql_words(&words, query, NULL) &&
      ent_buf_text(&words, &text, NULL)) {
    text = "";
  }
  status = ent_fail(err, ENT_REJECTED,
                    "more than %llu rows would be read, which max_scan_rows "
                    "does not allow: %s",
                    (unsigned long long)query->max_rows, text);
  ent_buf_done(&words);
  return status;
}

ent_status ent_mysql_guard(ent_mysql_session *session, const ent_query *query,
                           const ent_sql_where *where, const char *table,
                           const ent_deadline *deadline, ent_error *err) {
  guard g = {.query = query, .where = where, .n = ent_value_i64(0)};
  ent_mysql_reading reading = {.run = count,
                               .context = &g,
                               .table = table,
                               .of_primary = query->of_primary};
  ent_status status;

  if (!query->max_rows || where->is_empty) return ENT_OK;
  ent_buf_init(&g.sql, ENT_GUARD_SQL);
  status = write_count(&g, err);
  if (!status) {
    status = ent_mysql_session_read(session, &reading, deadline, err);
  }
  ent_buf_done(&g.sql);
  return status ? status : ent_mysql_guard_count(query, g.n.as.u64, err);
}
