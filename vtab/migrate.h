#ifndef ENT_VTAB_MIGRATE_H
#define ENT_VTAB_MIGRATE_H

#include "vtab/sqlite.h"

/* SELECT entity_migrate('safe'): runs what entity_alters shows of that class;
 * 'all': safe and unsafe ones; 'prune': these, and drops the tables that no
 * entity names.  Returns how many statements were run. */
void ent_migrate_function(sqlite3_context *context, int argc,
                          sqlite3_value **argv);

/* SELECT entity_create_sql('user'): the CREATE TABLE of an entity. */
void ent_create_sql_function(sqlite3_context *context, int argc,
                             sqlite3_value **argv);

#endif
