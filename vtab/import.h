#ifndef ENT_VTAB_IMPORT_H
#define ENT_VTAB_IMPORT_H

#include "vtab/sqlite.h"

/* SELECT entity_yaml(), entity_yaml('shop'): the configuration of a pool's
 * database as it is (import.h of backends/mysql/).  Without an argument: of the
 * pool "default", or of the only one that is opened.  Tables that are no
 * entities there are told to SQLite's log, too, one line each. */
void ent_yaml_function(sqlite3_context *context, int argc,
                       sqlite3_value **argv);

#endif
