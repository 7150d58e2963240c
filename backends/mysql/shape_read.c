#include "backends/mysql/shape_read.h"

#include "backends/mysql/lookup.h"

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

ent_status ent_shape_query(ent_shape_reading *reading, const char *sql,
                           ent_status (*take)(void *reading, const ent_row *row,
                                              ent_error *err),
                           ent_error *err) {
  ent_mysql_lookup lookup = {.sql = sql,
                             .size = strlen(sql),
                             .max_row = ENT_SHAPE_ROW,
                             .take = take,
                             .context = reading};

  return ent_mysql_look_up(reading->connection, &lookup, reading->deadline,
                           err);
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
