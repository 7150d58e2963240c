#ifndef ENT_VTAB_LISTED_H
#define ENT_VTAB_LISTED_H

#include "vtab/listed_query.h"

/* Cached queries: the module `entity_query`, a table-valued function for each
 * query that an entity declares.
 *
 *     SELECT * FROM user_by_age(18)
 *
 * is exactly
 *
 *     SELECT * FROM user WHERE age = 18 ORDER BY id
 *
 * for `queries: {by_age: where age = ? order by id}`.  The keys of the rows
 * that some arguments find are kept as a list, where the entity's rows are
 * kept; the rows themselves come from wherever rows come from.  With each
 * key stands a hash of what the query looks by in its row: a row that has
 * another one by now has been changed since, and MySQL answers the whole query.
 *
 * Its columns are those of the entity; the arguments are hidden ones behind
 * them. */
typedef struct ent_listed {
  sqlite3_vtab base; /* must be first */
  ent_session *session;
  char *schema;
  char *name;
  char *of;       /* the entity's table in SQLite, in the same schema */
  char *of_query; /* the query's name */
  ent_declaration *origin;
  const ent_declared_query *declared;
  int n_columns; /* in SQLite, of the entity; n_arguments follow */
  int n_arguments;
  /* Made anew when the entity was read anew: */
  ent_listed_query query;
  sqlite3_stmt *keys; /* finds the keys, and what it looks by; or NULL */
  sqlite3_stmt *rows; /* finds the rows; or NULL */
} ent_listed;

int ent_listed_register(ent_session *session);

/* "USING entity_query(of='user', query=by_age)", to be freed with
 * sqlite3_free(); NULL if there is no memory.
 *
 *   of      the entity's table in SQLite
 *   config  the configuration it shall name, or NULL */
char *ent_listed_using(const char *of, const char *query, const char *config);

/* Makes, or drops, the tables of the queries that a statement of its own
 * declares together with an entity.  CONFIG with what SQLite says; NOMEM. */
ENT_CHECKED ent_status ent_listed_make(const ent_table *table, ent_error *err);
ENT_CHECKED ent_status ent_listed_drop(const ent_table *table, ent_error *err);

/* The entity's table; what depends on how its server has it is made anew where
 * that has changed.  CONFIG, NOMEM, errors of ent_table_meet(). */
ENT_CHECKED ent_status ent_listed_meet(ent_listed *listed, ent_table **table,
                                       ent_error *err);

/* The methods of a cursor (listed_scan.c). */
int ent_listed_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out);
int ent_listed_close(sqlite3_vtab_cursor *cursor);
int ent_listed_filter(sqlite3_vtab_cursor *cursor, int plan, const char *words,
                      int argc, sqlite3_value **argv);
int ent_listed_next(sqlite3_vtab_cursor *cursor);
int ent_listed_eof(sqlite3_vtab_cursor *cursor);
int ent_listed_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                      int column);
int ent_listed_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid);

/* What xBestIndex has found, in idxNum. */
enum {
  ENT_LISTED_COUNTS = 1, /* no column of a row is read */
  ENT_LISTED_LIMIT = 2,  /* argv: the LIMIT follows the arguments */
  ENT_LISTED_OFFSET = 4, /* and the OFFSET that */
};

#endif
