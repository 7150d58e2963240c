#ifndef ENT_VTAB_REDIS_H
#define ENT_VTAB_REDIS_H

#include "vtab/tvf.h"

/* Any command of Redis:
 *
 *     SELECT redis('GET', 'greeting');
 *     SELECT n, key, value FROM redis('LRANGE', 'queue', 0, -1);
 *
 * The scalar function gives what the server answers: a text, a blob where the
 * bytes are no text, an integer, or NULL for nothing; a list as JSON.  The
 * table has a row for each element of a list, with its key where the command
 * answers in pairs, and none for nothing.  An error that the server answers is
 * one.  One round trip. */
extern const ent_tvf ent_tvf_redis;

void ent_redis_function(sqlite3_context *context, int argc,
                        sqlite3_value **argv);

#endif
