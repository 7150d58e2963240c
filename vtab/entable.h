#ifndef ENTABLE_H
#define ENTABLE_H

#include <sqlite3.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The whole of entable for a program that links libentable.a.
 *
 *     sqlite3 *db;
 *     sqlite3_open(":memory:", &db);
 *     entable_init(db);
 *     sqlite3_exec(db, "SELECT entable_open('mysql://root@localhost/shop')",
 *                  0, 0, 0);
 *
 * Adds entable's modules and functions to one connection: what loading
 * entable.so does.  For all connections of a program to come:
 *
 *     sqlite3_auto_extension((void (*)(void))entable_init);
 *
 * Connects to nothing, unless ENTABLE_CONFIG is set in the environment: then
 * that configuration is opened too, which reads the columns of its tables.
 * What it adds lives until sqlite3_close(), which closes the connections to
 * servers and rolls back what is not committed; a second call on the same
 * connection changes nothing.
 *
 *   db  of SQLite 3.38.5 or later.  It and all of entable that belongs to it
 *       are used by one thread at a time; different connections by as many
 *       threads as there are.  After fork() a child may go on with it, except
 *       in the middle of a transaction or a statement.
 *
 * Returns SQLITE_OK; SQLITE_NOMEM; SQLITE_ERROR where SQLite is too old.  A bad
 * ENTABLE_CONFIG is no error here: every function of entable says what is
 * wrong with it.
 */
int entable_init(sqlite3 *db);

#ifdef __cplusplus
}
#endif

#endif
