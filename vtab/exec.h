#ifndef ENT_VTAB_EXEC_H
#define ENT_VTAB_EXEC_H

#include "vtab/sqlite.h"

/* SELECT mysql_exec('UPDATE t SET a = ? WHERE b = ?', 1, 2): rows affected.
 * Part of the open transaction; outside one a transaction by itself. */
void ent_mysql_exec_function(sqlite3_context *context, int argc,
                             sqlite3_value **argv);

#endif
