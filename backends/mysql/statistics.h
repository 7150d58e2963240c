#ifndef ENT_BACKENDS_MYSQL_STATISTICS_H
#define ENT_BACKENDS_MYSQL_STATISTICS_H

#include "backends/mysql/session.h"
#include "backends/statistics.h"

/* What the server knows of a table's size and its indexes: information_schema,
 * read for one table in one statement, which costs a server about as much as
 * reading the table's columns does.
 *
 * It is read on a connection that nobody uses, in autocommit: no transaction,
 * snapshot or lock of the session's takes part, and nobody is waited for.
 *
 *   arena       holds the parts
 *   statistics  settled (ent_statistics_settle())
 *
 * One round trip, and another for the first time on a connection; log-in where
 * no connection is idle.  BUSY: as many connections are in use as may be.
 * UNSUPPORTED: the server counts no such rows, as of a view.  Errors of the
 * statement and of connecting. */
ENT_CHECKED ent_status ent_mysql_statistics_read(
    ent_mysql_session *session, const ent_entity *entity, ent_arena *arena,
    const ent_deadline *deadline, ent_statistics *statistics, ent_error *err);

#endif
