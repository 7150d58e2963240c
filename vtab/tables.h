#ifndef ENT_VTAB_TABLES_H
#define ENT_VTAB_TABLES_H

#include "vtab/entity.h"

/* The entity tables that SQLite has now, in the order of their schemas and
 * names. */
typedef struct ent_table_list {
  const ent_table **items; /* n; they live until SQLite is asked for more */
  size_t n;
} ent_table_list;

/* Finds them.  SQLite connects a table when it is first used, so those that a
 * file keeps are connected here: that may ask their server for columns, once.
 *
 *   all   whether one that cannot be connected is an error; else it is left out
 *         (never for want of memory, or because of an interrupt)
 *   list  written into `arena`
 *
 * CONFIG, NOMEM, INTERRUPTED, and what SQLite says. */
ENT_CHECKED ent_status ent_tables_find(ent_session *session, bool all,
                                       ent_arena *arena, ent_table_list *list,
                                       ent_error *err);

/* Whether there is such a table, of any kind: what cannot be told is an error,
 * since nobody may drop or forget a table for that.  CONFIG with what SQLite
 * says; NOMEM. */
ENT_CHECKED ent_status ent_table_exists(ent_session *session,
                                        const char *schema, const char *name,
                                        bool *exists, ent_error *err);

/* Has SQLite connect one virtual table.  Those of other modules may fail as they
 * like, except that memory is short or the statement was interrupted.
 * CONFIG with what SQLite says; NOMEM, INTERRUPTED. */
ENT_CHECKED ent_status ent_table_connect(ent_session *session,
                                         const char *schema, const char *name,
                                         ent_error *err);

/* The table of a name, which is a function's argument, in whichever schema.  Two
 * of one name, in two schemas, must be one on the server.
 *
 *   table  lives until SQLite is asked for more
 *
 * CONFIG where there is none, or two; as ent_tables_find(). */
ENT_CHECKED ent_status ent_table_named(ent_session *session,
                                       sqlite3_value *argument,
                                       ent_arena *arena,
                                       const ent_table **table, ent_error *err);

/* Runs a statement that makes or drops a table, and frees it with sqlite3_free();
 * NULL is no memory.  CONFIG with what SQLite says; NOMEM. */
ENT_CHECKED ent_status ent_tables_run(ent_session *session, char *sql,
                                      ent_error *err);

#endif
