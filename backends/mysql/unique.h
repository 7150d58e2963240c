#ifndef ENT_BACKENDS_MYSQL_UNIQUE_H
#define ENT_BACKENDS_MYSQL_UNIQUE_H

#include "backends/base/buf.h"
#include "backends/base/entity.h"
#include "backends/mysql/session.h"
#include "backends/write.h"

#include <stdbool.h>
#include <stddef.h>

/* The unique indexes of a table, its primary key among them: what may stand in
 * the way of a row. */
typedef struct ent_mysql_unique {
  struct ent_mysql_unique *next;
  bool is_primary;
  bool is_of_living;  /* the entity's mark is a column of it, too */
  uint16_t n_columns; /* 0: others than the entity's are in it, and nobody can
                         say which row it has in the way */
  const uint16_t *columns; /* of the entity */
  const uint32_t *prefix;  /* characters that count; 0 = all */
} ent_mysql_unique;

/* Reads them, once a minute for a table and session, and behind DDL of this
 * process: one round trip.  `unique` lives until the session asks again; NULL
 * where there are none. */
ENT_CHECKED ent_status ent_mysql_unique_read(ent_mysql_session *session,
                                             const ent_entity *entity,
                                             const ent_deadline *deadline,
                                             const ent_mysql_unique **unique,
                                             ent_error *err);

/* Gives up what a session has of them. */
void ent_mysql_uniques_done(ent_mysql_session *session);

/* Whether a write of these cells gives a value to a column of one of them. */
bool ent_mysql_unique_touched(const ent_mysql_unique *unique,
                              const ent_cell *cells);

/* Whether there is one besides the primary key. */
bool ent_mysql_unique_has_second(const ent_mysql_unique *unique);

/* Appends the DELETE of the row that keeps an update from one row's key to
 * these cells' values, by one index.  Its parameters are the values of the
 * cells that the index's columns have, in their order, then the row's key. */
ENT_CHECKED ent_status ent_mysql_unique_clear_text(
    ent_buf *buf, const ent_entity *entity, const ent_mysql_unique *index,
    const ent_cell *cells, ent_error *err);

#endif
