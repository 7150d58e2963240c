#ifndef ENT_VTAB_HOLD_H
#define ENT_VTAB_HOLD_H

#include "vtab/session.h"

/* The setting `snapshot`: everything that a transaction reads, and outside one
 * everything that is read while any statement of the handle is open, is one
 * state of a server. */

/* To be called before anything is read from a pool.  Where SQLite is inside a
 * transaction, the session becomes a part of it, to be told of its end.  Errors
 * of the source's hold() and of ent_joiner_join(). */
ENT_CHECKED ent_status ent_hold_begin(ent_session *session,
                                      ent_session_pool *pool, ent_error *err);

/* To be called when a cursor was closed: where it was the last one, gives up
 * the rows that cursors have shown where they are kept, and ends the views if
 * there is no transaction. */
void ent_hold_closed(ent_session *session);

/* Ends the views: a transaction is over.  Scans that are open read what they
 * have left first. */
void ent_hold_end(ent_session *session);

#endif
