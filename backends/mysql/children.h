#ifndef ENT_BACKENDS_MYSQL_CHILDREN_H
#define ENT_BACKENDS_MYSQL_CHILDREN_H

#include "backends/mysql/session.h"

#include <stdbool.h>
#include <stdint.h>

/* Tables that refer to others, as the server has them: by which key their rows
 * are known, and by which index those are found that refer to a row. */

typedef struct ent_mysql_child_index ent_mysql_child_index;

typedef struct ent_mysql_child {
  struct ent_mysql_child *next;
  const char *table;
  const ent_entity *entity; /* NULL: its rows have no key that caches know */
  ent_mysql_child_index *indexes;
  bool is_refused; /* the user may not lock rows of it */
} ent_mysql_child;

/* What is known of a table of the pool's database: two round trips, once a
 * session and reading of the foreign keys.
 *
 *   number  of that reading (ent_reach.number)
 *   child   valid until another number is asked with, or the session ends
 *
 * Errors of ent_mysql_session_read(). */
ENT_CHECKED ent_status ent_mysql_child_read(ent_mysql_session *session,
                                            uint64_t number, const char *table,
                                            const ent_deadline *deadline,
                                            ent_mysql_child **child,
                                            ent_error *err);

/* The name of an index that begins with a column, or NULL. */
const char *ent_mysql_child_index_of(const ent_mysql_child *child,
                                     const char *column);

/* The column of this name as the server has it, or NULL. */
const ent_column *ent_mysql_child_column(const ent_mysql_child *child,
                                         const char *name);

/* Gives up what a session has of it. */
void ent_mysql_children_done(ent_mysql_session *session);

#endif
