#ifndef ENT_VTAB_MEET_H
#define ENT_VTAB_MEET_H

#include "vtab/entity.h"

/* A table that is declared and its table on the server.
 *
 * SQLite is told what is declared when the table is made, without asking a
 * server.  What a declaration does not say, which collation a text has, which
 * columns an index begins with, has to be known before rows are read or
 * written: so the server's tables are read once, when the first of a pool's
 * declared tables is used, and again after they were changed here. */

/* Sees to it that table->entity is as the server has it, and its pool opened.
 * Costs nothing for other tables, and for one that was met; else one round trip
 * for all tables of the pool.
 *
 * CONFIG where the table is not on the server, or is another than declared: the
 * words say what would help.  Errors of the server. */
ENT_CHECKED ent_status ent_table_meet(ent_table *table, ent_error *err);

/* What was read of a pool's tables is read again when it is next needed. */
void ent_meet_forget(ent_session_pool *pool);

#endif
