#ifndef ENT_VTAB_RECOVER_H
#define ENT_VTAB_RECOVER_H

#include "vtab/sqlite.h"

/* SELECT entable_recover(): commits or rolls back, as their records say, the
 * branches of transactions over several pools that a crash has left prepared, on
 * the servers of every opened configuration.  Returns how many, or why one of
 * them is left whose rows a Redis must be told of and cannot; the others are
 * ended all the same. */
void ent_recover_function(sqlite3_context *context, int argc,
                          sqlite3_value **argv);

#endif
