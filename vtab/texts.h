#ifndef ENT_VTAB_TEXTS_H
#define ENT_VTAB_TEXTS_H

#include "vtab/sqlite.h"
#include "vtab/wording.h"

#include <stdbool.h>

/* The texts that a running statement is made of.  In xBestIndex a statement has
 * no text yet; in xFilter it is among those that run, and what the views,
 * triggers and tables add that it names stands in the schemas. */

/* Adds what the statements that run now say; everything, where one has no
 * text. */
void ent_texts_own(sqlite3 *db, ent_wording *wording);

/* The same with the views, triggers and tables that they name, or that those
 * views and triggers do; everything, where a schema cannot be read.  Reads the
 * schemas: some ten microseconds and up. */
void ent_texts_all(sqlite3 *db, ent_wording *wording);

/* The same of one statement that does not run. */
void ent_texts_of(sqlite3 *db, const char *sql, ent_wording *wording);

/* Whether a statement that runs may hold COLLATE, asked quickly. */
bool ent_texts_may_collate(sqlite3 *db);

/* Adds what the views, triggers and tables of all schemas say; everything,
 * where one cannot be read.  Reads the schemas. */
void ent_texts_schemas(sqlite3 *db, ent_wording *wording);

/* Whether a function of two or three arguments is SQLite's own: a program may
 * put one of its own behind LIKE and GLOB. */
bool ent_texts_is_built_in(sqlite3 *db, const char *function);

/* Whether the statement that reads this table now has given no row, so that it
 * can begin anew and nobody notices.  SQLite counts a statement's steps when it
 * gives a row or ends, but does not say which of those that run is at work: all
 * that may read the table must have made none. */
bool ent_texts_are_fresh(sqlite3 *db, const char *table);

#endif
