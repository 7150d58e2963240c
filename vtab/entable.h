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
 * entable.so does.  Connects to nothing, unless ENTABLE_CONFIG is set in the
 * environment: then that configuration is opened too.  What it adds lives
 * until sqlite3_close(); a second call on the same connection changes nothing.
 *
 * Returns SQLITE_OK, or SQLite's code; sqlite3_errmsg(db) has the words.  A
 * bad ENTABLE_CONFIG is no error here: every function of entable says what is
 * wrong with it.
 */
int entable_init(sqlite3 *db);

#ifdef __cplusplus
}
#endif

#endif
