#ifndef ENT_CLI_DUMP_H
#define ENT_CLI_DUMP_H

#include "cli/session.h"

#include <stdbool.h>
#include <stddef.h>

/* .dump [--data-only] [PATTERN]: the tables whose names, or schema.name, are
 * LIKE the pattern, and the views, indexes and triggers that belong to them,
 * as SQL.
 *
 * An entity is written as an ordinary table of SQLite with its rows, so that
 * any SQLite can load it.  With --data-only there are the INSERTs alone, many
 * rows in each and without what servers compute: they load at the speed of
 * batches into tables that are there.
 *
 *   words  what stands behind `.dump`, n of them
 *
 * Returns false where it failed, which has been told, and which the SQL says
 * at its end. */
bool ent_dump_run(ent_session *session, char **words, size_t n);

#endif
