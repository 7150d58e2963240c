#ifndef ENT_CACHE_SHARED_ORIGIN_H
#define ENT_CACHE_SHARED_ORIGIN_H

#include "cache/shared.h"

/* Which MySQL server the rows of a database in Redis come from.  Keys have the
 * names of database and table, not the server's: of two servers that have a
 * database of one name the rows of one would be taken for the other's.  Nothing
 * of the protocol hangs on it; it is asked for where people ask whether all is
 * well.
 *
 *     <prefix>o:<hash of the database>   16 hexadecimal digits, who it is; a
 *                                        space; its name for people
 *
 * It is a name of its own, since behind a table's `e:` a row's key may have any
 * bytes. */
typedef struct ent_shared_origin {
  uint64_t id;
  const char *name; /* "host:port" */
} ent_shared_origin;

enum { ENT_SHARED_ORIGIN_NAME = 256 };

/* Notes the server of a database, unless another one is noted; a note lives for a
 * day from the last time that its own server was.  One round trip where
 * there is none, else two or three.
 *
 *   other  the name of another server that is noted; "" where there is none, or
 *          Redis does not tell
 *
 * NOMEM and INTERRUPTED only: a Redis that does not answer knows nothing. */
ENT_CHECKED ent_status ent_shared_origin_note(
    ent_shared *shared, const char *database, const ent_shared_origin *origin,
    const ent_deadline *deadline, char other[ENT_SHARED_ORIGIN_NAME],
    ent_error *err);

#endif
