#ifndef ENT_BACKENDS_MYSQL_WRITER_H
#define ENT_BACKENDS_MYSQL_WRITER_H

#include "backends/mysql/batch.h"
#include "backends/mysql/session.h"

/* Writes rows in the transaction of a session: at once, or gathered, a
 * statement for many.
 *
 * Gathered are rows of one table and one kind (batch.h).  An INSERT of many is
 * one execution with arrays of values where the server takes them; an UPDATE
 * that gives all rows the same is "… WHERE id IN (…)", one that does not is
 * joined with a list of keys and values; a DELETE is "… WHERE id IN (…)".  What
 * could refuse or remove other rows than a row by itself would goes alone: an
 * UPDATE of a column of a unique index, a REPLACE where there is a second one.
 */
typedef struct ent_mysql_writer ent_mysql_writer;

/* NULL if there is no memory. */
ent_mysql_writer *ent_mysql_writer_new(ent_mysql_session *session);
void ent_mysql_writer_free(ent_mysql_writer *writer); /* NULL is allowed */

/* Who is told of rows that are written without being named; it lives as long as the writer. */
void ent_mysql_writer_listen(ent_mysql_writer *writer,
                             const ent_write_listener *listener);

/* Writes a row: ent_source_ops.write.  One round trip for a row that goes
 * alone, one for some thousand gathered ones. */
ENT_CHECKED ent_status ent_mysql_writer_write(ent_mysql_writer *writer,
                                              const ent_write *write,
                                              const ent_deadline *deadline,
                                              ent_written *written,
                                              ent_error *err);

/* Sends what waits.
 *
 * A refusal names the row; nothing of what waited is kept then. */
ENT_CHECKED ent_status ent_mysql_writer_flush(ent_mysql_writer *writer,
                                              const ent_deadline *deadline,
                                              ent_error *err);

/* The same before somebody reads a table, unless what waits are rows for
 * another one that do not change it. */
ENT_CHECKED ent_status
ent_mysql_writer_flush_before(ent_mysql_writer *writer, const char *table,
                              const ent_deadline *deadline, ent_error *err);

/* Counts the rows of a statement from here on, to name one that is refused. */
void ent_mysql_writer_restart(ent_mysql_writer *writer);

/* Forgets what waits. */
void ent_mysql_writer_drop(ent_mysql_writer *writer);

/* The key of the last row that a flush has inserted, once. */
bool ent_mysql_writer_take_id(ent_mysql_writer *writer, int64_t *id);

#endif
