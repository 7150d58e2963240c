#ifndef ENT_VTAB_SQLITE_H
#define ENT_VTAB_SQLITE_H

/* SQLite as vtab/ sees it: through the table of functions that the program
 * hands to a loaded extension, or, with SQLITE_CORE, linked.  Functions newer
 * than the oldest SQLite we load into are called only behind a check of
 * sqlite3_libversion_number(). */
#include <sqlite3ext.h>

SQLITE_EXTENSION_INIT3

#endif
