#ifndef ENT_VTAB_DELETED_H
#define ENT_VTAB_DELETED_H

#include "vtab/entity.h"

/* An entity with `fake_delete` has two tables: `user` has the rows that are
 * alive, of which DELETE marks one instead of removing it, and
 * `user_with_deleted` all rows and their marks (ent_entity.mark).
 *
 * Of a configuration they are made and dropped as all its tables are.  Of an
 * entity that a statement declares, the second comes and goes with the first. */
#define ENT_WITH_DELETED "_with_deleted"

/* Makes the second table of an entity that a CREATE VIRTUAL TABLE declares.
 *
 *   table  the first, which SQLite has been told of
 *   argv   argc arguments of its xCreate
 *
 * Does nothing where the entity removes its rows.  CONFIG with what SQLite says;
 * NOMEM. */
ENT_CHECKED ent_status ent_deleted_make(const ent_table *table, int argc,
                                        const char *const *argv,
                                        ent_error *err);

/* Drops it, where it still is there. */
ENT_CHECKED ent_status ent_deleted_drop(const ent_table *table, ent_error *err);

/* SELECT force_delete('user', 7): removes a row for good, marked or not; of a
 * composite key with a value for each of its columns.  Gives the number of rows
 * removed.  It is a DELETE, in the transaction that is open. */
void ent_force_delete_function(sqlite3_context *context, int argc,
                               sqlite3_value **argv);

#endif
