#ifndef ENT_VTAB_CACHE_FUNCTIONS_H
#define ENT_VTAB_CACHE_FUNCTIONS_H

#include "vtab/sqlite.h"

/* Values that this process keeps (cache/local_value.h), for all its handles:
 *
 *     SELECT cache_set('rate', 1.07, 3600);      -- gives 1.07
 *     SELECT cache_set('basket:7', 'total', 99.5, NULL);   -- a field
 *     SELECT cache_get('rate'), cache_get('basket:7', 'total');
 *     SELECT cache_remove('rate', 'basket:7'), cache_clear();
 *
 * They keep their types.  What is not there, or no more, is NULL.  No
 * transaction undoes what they do, and no setting turns them off. */
void ent_cache_get_function(sqlite3_context *context, int argc,
                            sqlite3_value **argv);

/* cache_set(key, value [, seconds]), cache_set(key, field, value, seconds): the
 * value, which is kept unless it is too large; seconds may be NULL. */
void ent_cache_set_function(sqlite3_context *context, int argc,
                            sqlite3_value **argv);

/* How many values there were. */
void ent_cache_remove_function(sqlite3_context *context, int argc,
                               sqlite3_value **argv);
void ent_cache_clear_function(sqlite3_context *context, int argc,
                              sqlite3_value **argv);

#endif
