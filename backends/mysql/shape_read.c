#include "backends/mysql/shape_read.h"

#include <stdlib.h>
#include <string.h>

enum { ENT_SHAPE_ROW = 4 << 20 }; /* an enum's type can name 65 535 words */

static ent_status run(void *context, ent_mysql_connection *connection,
                      const ent_deadline *deadline, ent_error *err) {
  ent_shape_reading *reading = context;

  reading->connection = connection;
  reading->deadline = deadline;
  return reading->run(reading, err);
}

ent_status
ent_shape_read_all(ent_mysql_session *session, ent_shape_reading *reading,
                   ent_status (*of)(ent_shape_reading *reading, ent_error *err),
                   const ent_deadline *deadline, ent_error *err) {
  ent_mysql_reading asking = {
      .run = run, .context = reading, .of_primary = true};

  reading->run = of;
  return ent_mysql_session_read(session, &asking, deadline, err);
}

static ent_status
take_all(ent_shape_reading *reading, ent_mysql_statement *statement,
         ent_status (*take)(void *reading, const ent_row *row, ent_error *err),
         ent_error *err) {
  ent_buf row;
  ent_status status = ENT_OK;

  ent_buf_init(&row, ENT_SHAPE_ROW);
  while (!status) {
    row.size = 0;
    status = ent_mysql_statement_fetch(statement, reading->deadline, &row, err);
    if (!status) status = take(reading, (const ent_row *)row.data, err);
  }
  ent_buf_done(&row);
  return status == ENT_DONE ? ENT_OK : status;
}

ent_status ent_shape_query(ent_shape_reading *reading, const char *sql,
                           ent_status (*take)(void *reading, const ent_row *row,
                                              ent_error *err),
                           ent_error *err) {
  ent_mysql_statement *statement;
  ent_status status =
      ent_mysql_connection_statement(reading->connection, sql, strlen(sql),
                                     reading->deadline, &statement, err);

  if (!status) {
    status =
        ent_mysql_statement_execute(statement, NULL, 0, reading->deadline, err);
  }
  if (status) return status;
  status = take_all(reading, statement, take, err);
  if (status) ent_mysql_connection_drop_rows(reading->connection);
  return status;
}

ent_status ent_shape_take_text(const ent_shape_reading *reading,
                               const ent_row *row, unsigned column,
                               const char **text, ent_error *err) {
  ent_value value = ent_row_value(row, column);

  *text = NULL;
  if (value.kind < ENT_ASCII) return ENT_OK;
  *text =
      ent_arena_copy(reading->arena, value.as.bytes.data, value.as.bytes.size);
  return *text ? ENT_OK : ent_fail_nomem(err);
}

const char *ent_shape_text(const ent_row *row, unsigned column) {
  ent_value value = ent_row_value(row, column);

  return value.kind < ENT_ASCII ? "" : value.as.bytes.data;
}

uint64_t ent_shape_number(const ent_row *row, unsigned column) {
  ent_value value = ent_row_value(row, column);

  return value.kind == ENT_I64 || value.kind == ENT_U64 ? value.as.u64 : 0;
}
