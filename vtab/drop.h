#ifndef ENT_VTAB_DROP_H
#define ENT_VTAB_DROP_H

#include "vtab/sqlite.h"

/* SELECT entity_drop('user'): the table on the server is dropped; the one of
 * SQLite stays.  Gives the name of what was dropped. */
void ent_drop_function(sqlite3_context *context, int argc,
                       sqlite3_value **argv);

/* SELECT entity_truncate('user'): all its rows are deleted, and the server
 * numbers new ones from 1 on.  Gives the name of what was emptied. */
void ent_truncate_function(sqlite3_context *context, int argc,
                           sqlite3_value **argv);

#endif
