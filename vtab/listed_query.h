#ifndef ENT_VTAB_LISTED_QUERY_H
#define ENT_VTAB_LISTED_QUERY_H

#include "cache/layered.h"
#include "vtab/entity.h"
#include "vtab/listed_text.h"

/* A query that an entity declares, as the entity is now: what its text says, what
 * its lists are known by, and the statements that it stands for.  A zeroed one
 * is none yet. */
typedef struct ent_listed_query {
  const ent_declared_query *declared;
  const ent_entity *entity; /* that it was made for; NULL: it is to be made */
  bool is_one;              /* of one row at most */
  ent_arena arena;
  ent_listed_text text;
  ent_list_query list;
  ent_projection projection; /* all columns */
} ent_listed_query;

/* Makes it for an entity; what it was before is gone.
 *
 *   is_one  whether its lists end with the first row
 *
 * CONFIG where its text is none, NOMEM: `query->entity` is NULL then. */
ENT_CHECKED ent_status ent_listed_query_make(ent_listed_query *query,
                                             const ent_declared_query *declared,
                                             const ent_entity *entity,
                                             bool is_one, ent_error *err);
void ent_listed_query_done(ent_listed_query *query);

/* Where the rows of a query are in SQLite. */
typedef struct ent_listed_place {
  ent_session *session;
  const char *schema;
  const char *table; /* the entity's */
} ent_listed_place;

/* Prepares the statement of its keys, each with what the query looks by; or of
 * its rows, with all columns.  What SQLite says of it, as a status. */
ENT_CHECKED ent_status ent_listed_query_prepare(const ent_listed_query *query,
                                                const ent_listed_place *place,
                                                bool of_keys,
                                                sqlite3_stmt **stmt,
                                                ent_error *err);

/* Gives such a statement its arguments, as many as the text has. */
ENT_CHECKED ent_status ent_listed_query_bind(const ent_listed_query *query,
                                             ent_session *session,
                                             sqlite3_stmt *stmt,
                                             sqlite3_value *const *arguments,
                                             ent_error *err);

/* Goes on to its next row, of which `has_row` says whether there is one. */
ENT_CHECKED ent_status ent_listed_query_step(ent_session *session,
                                             sqlite3_stmt *stmt, bool *has_row,
                                             ent_error *err);

#endif
