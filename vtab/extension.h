#ifndef ENT_VTAB_EXTENSION_H
#define ENT_VTAB_EXTENSION_H

#include <sqlite3ext.h>

/* What SQLite calls when it loads entable.so: the only name that the module
 * exports.  Adds the modules and functions to `db`, opens what ENTABLE_CONFIG
 * names, and stays loaded.  Fails only on a SQLite that is too old. */
__attribute__((visibility("default"))) int
sqlite3_entable_init(sqlite3 *db, char **message,
                     const sqlite3_api_routines *api);

#endif
