#ifndef ENT_BACKENDS_MYSQL_CASCADE_H
#define ENT_BACKENDS_MYSQL_CASCADE_H

#include "backends/mysql/session.h"
#include "backends/write.h"

/* Rows that the server's foreign keys change or remove with others, told before
 * they do, so that caches forget those rows and not their whole tables.
 *
 * They are asked for under lock.  A row that others may refer to is locked by
 * whoever will write it, so no new one can come to refer to it; those that do
 * are locked here a moment before the cascade itself would lock them.
 *
 * Where rows cannot be known for sure their table is told of, and all that
 * changes with it: a foreign key of several columns, or to another column than
 * the key; one of another database; a child whose key is none that caches know,
 * or changes itself; more rows, levels or tables than it is worth. */

/* Rows of one table that are about to be written. */
typedef struct ent_mysql_leaving {
  const ent_write *write; /* one of them, which ent_write_is_followed() */
  const ent_value *keys;  /* n: of all of them */
  size_t n;
} ent_mysql_leaving;

/* Tells a listener, in the session's transaction, which begins with it, of all
 * rows that go or change with some.
 *
 * No round trip where no foreign key does anything; else one for each that
 * does, and level of tables, whose rows are locked then; two more the first
 * time a child is met, once a minute.
 *
 * NOMEM, and errors of ent_mysql_session_read(). */
ENT_CHECKED ent_status ent_mysql_cascade_tell(
    ent_mysql_session *session, const ent_mysql_leaving *leaving,
    const ent_write_listener *listener, const ent_deadline *deadline,
    ent_error *err);

#endif
