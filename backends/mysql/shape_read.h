#ifndef ENT_BACKENDS_MYSQL_SHAPE_READ_H
#define ENT_BACKENDS_MYSQL_SHAPE_READ_H

#include "backends/base/arena.h"
#include "backends/base/row.h"
#include "backends/mysql/session.h"

/* Several SELECTs whose rows one reader takes: for shape_server.c and
 * shape_live.c only. */
typedef struct ent_shape_reading {
  ent_arena *arena; /* where what is read goes */
  void *context;    /* the reader's own */
  ent_status (*run)(struct ent_shape_reading *reading, ent_error *err);
  ent_mysql_connection *connection;
  const ent_deadline *deadline;
} ent_shape_reading;

/* Calls `run` on a connection of the session; twice, where the first one was
 * lost: it begins with nothing read then. */
ENT_CHECKED ent_status ent_shape_read_all(
    ent_mysql_session *session, ent_shape_reading *reading,
    ent_status (*run)(ent_shape_reading *reading, ent_error *err),
    const ent_deadline *deadline, ent_error *err);

/* Runs one SELECT without placeholders: `take` is called with the reading for
 * each row, until it fails.  One or two round trips. */
ENT_CHECKED ent_status ent_shape_query(
    ent_shape_reading *reading, const char *sql,
    ent_status (*take)(void *reading, const ent_row *row, ent_error *err),
    ent_error *err);

/* Copies a column's text into the arena; NULL for NULL.  NOMEM. */
ENT_CHECKED ent_status ent_shape_take_text(const ent_shape_reading *reading,
                                           const ent_row *row, unsigned column,
                                           const char **text, ent_error *err);

/* A column's text, which lives as long as the row; "" for NULL. */
const char *ent_shape_text(const ent_row *row, unsigned column);

/* A column's number; 0 for NULL. */
uint64_t ent_shape_number(const ent_row *row, unsigned column);

#endif
