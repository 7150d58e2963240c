#ifndef ENT_VTAB_JOINER_H
#define ENT_VTAB_JOINER_H

#include "vtab/session.h"

/* What a scalar function needs to take part in a transaction: SQLite tells only
 * virtual tables of one, and only those that a statement writes.  So there is a
 * table without rows, entable_transaction, that can be written for the
 * session. */

int ent_joiner_register(ent_session *session);

/* Whether what a function does now belongs to a transaction: one begun by hand,
 * or that of a statement which writes. */
bool ent_joiner_must_join(const ent_session *session);

/* Makes the session's transaction one of SQLite's present one.  Sets changes()
 * to 0 inside it. */
ENT_CHECKED ent_status ent_joiner_join(ent_session *session, ent_error *err);

#endif
