#ifndef ENT_VTAB_OPEN_H
#define ENT_VTAB_OPEN_H

#include "vtab/session.h"

/* Opening a configuration makes its entities tables of SQLite; all of them or
 * none. */

/* Opens `what`, a file or an address, or refreshes it where it is open.
 *
 *   schema   where the tables go: "temp", "main", an attached database
 *   prefix   put before every name; may be ""
 *   summary  what was made, in one line; freed with sqlite3_free()
 *
 * One round trip a pool that imports tables.  CONFIG and the errors of the
 * servers; nothing is changed then. */
ENT_CHECKED ent_status ent_open(ent_session *session, const char *what,
                                const char *schema, const char *prefix,
                                char **summary, ent_error *err);

/* Opens what ENTABLE_CONFIG names, if anything; what is wrong with it is kept
 * in the session. */
void ent_open_named(ent_session *session);

/* SELECT entable_open(what, schema, prefix); SELECT entable_close(). */
void ent_open_function(sqlite3_context *context, int argc,
                       sqlite3_value **argv);
void ent_close_function(sqlite3_context *context, int argc,
                        sqlite3_value **argv);

#endif
