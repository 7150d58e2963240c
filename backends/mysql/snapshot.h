#ifndef ENT_BACKENDS_MYSQL_SNAPSHOT_H
#define ENT_BACKENDS_MYSQL_SNAPSHOT_H

#include "backends/mysql/session.h"

#include <stdbool.h>

/* A read view on a connection of its own: several statements that see one
 * state of the tables.  The scans of one SQLite statement share one. */

/* Joins the read view that the session's scans share, where `joins` allows it
 * and there is one, else begins one on a connection of its own (two round
 * trips).  UNAVAILABLE and other errors of the server. */
ENT_CHECKED ent_status ent_mysql_snapshot_join(ent_mysql_session *session,
                                               bool joins,
                                               const ent_deadline *deadline,
                                               ent_mysql_snapshot **snapshot,
                                               ent_error *err);

/* Leaves it; the last one out ends it (one round trip, waited for at most two
 * seconds).  NULL is allowed. */
void ent_mysql_snapshot_leave(ent_mysql_snapshot *snapshot);

/* The connection of a read view, for one statement.  Whoever has a request
 * under way there is asked to settle it first.  TIMEOUT where the view has been
 * open for longer than ENT_SNAPSHOT_MAX_S: the server keeps every row version
 * since. */
ENT_CHECKED ent_status ent_mysql_snapshot_connection(
    ent_mysql_snapshot *snapshot, const ent_deadline *deadline,
    ent_mysql_connection **connection, ent_error *err);

/* Notes that a request is under way on the connection, and whom to ask to read
 * its answer when somebody else needs it; released when the answer is read. */
void ent_mysql_snapshot_reserve(ent_mysql_snapshot *snapshot,
                                void (*settle)(void *context,
                                               const ent_deadline *deadline),
                                void *context);
void ent_mysql_snapshot_release(ent_mysql_snapshot *snapshot);

/* Gives the connection up: it has rows unread. */
void ent_mysql_snapshot_spoil(ent_mysql_snapshot *snapshot);

enum { ENT_SNAPSHOT_MAX_S = 300 };

#endif
