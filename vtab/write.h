#ifndef ENT_VTAB_WRITE_H
#define ENT_VTAB_WRITE_H

#include "vtab/sqlite.h"

/* xUpdate of an entity: one row inserted, changed or deleted.
 *
 *     INSERT INTO customer(name) VALUES ('Ann');
 *     UPDATE customer SET name = 'Bob' WHERE id = 7;
 *     INSERT INTO customer(name, age, _on_duplicate)
 *       VALUES ('Ann', 7, '{"age": 8}');
 */
int ent_write_update(sqlite3_vtab *vtab, int argc, sqlite3_value **argv,
                     sqlite3_int64 *rowid);

#endif
