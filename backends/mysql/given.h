#ifndef ENT_BACKENDS_MYSQL_GIVEN_H
#define ENT_BACKENDS_MYSQL_GIVEN_H

#include "backends/mysql/rowlist.h"
#include "backends/source.h"

/* Rows of a search that were given out before it had to begin anew.  The new
 * beginning gives them once more, in an order of its own where the query names
 * none; they are left out, so that the caller sees every row once.  All rows
 * are one state only if every row given out is met again. */
typedef struct ent_given {
  ent_row_list rows; /* offsets of those met again are ENT_NO_ROW */
  size_t n_unmet;
  size_t last; /* offset of the last row given out */
} ent_given;

/* Takes over a page that was given out, leaving `page` empty. */
void ent_given_take(ent_given *given, ent_row_list *page);
void ent_given_done(ent_given *given);

/* Leaves out of a page the rows given out already.
 *
 *   is_last  no page follows
 *
 * BUSY where the table was another one when they were given out. */
ENT_CHECKED ent_status ent_given_leave_out(ent_given *given,
                                           const ent_query *query,
                                           ent_row_list *page, bool is_last,
                                           ent_error *err);

#endif
