#ifndef ENT_BACKENDS_MYSQL_ROWLIST_H
#define ENT_BACKENDS_MYSQL_ROWLIST_H

#include "backends/mysql/statement.h"

#include <stdbool.h>
#include <stddef.h>

/* Packed rows, one behind the other: a page. */
typedef struct ent_row_list {
  ent_buf bytes;
  size_t *offsets; /* of the n rows in `bytes` */
  size_t n;
  size_t capacity;
} ent_row_list;

void ent_row_list_init(ent_row_list *list);
void ent_row_list_done(ent_row_list *list);
void ent_row_list_clear(ent_row_list *list); /* keeps the memory */

/* Row i; valid until rows are added. */
const ent_row *ent_row_list_at(const ent_row_list *list, size_t i);

/* Appends a copy of a row.  NOMEM, TOO_BIG. */
ENT_CHECKED ent_status ent_row_list_add(ent_row_list *list, const ent_row *row,
                                        ent_error *err);

/* Reads rows of a statement that was executed into an empty list.
 *
 *   limit      rows at most
 *   max_bytes  no row begins behind so many bytes; 0 = any number
 *   is_end     set where the result was read to its end by that
 *
 * Rows past either are left unread.  Errors as ent_mysql_statement_fetch(). */
ENT_CHECKED ent_status ent_row_list_read(ent_row_list *list,
                                         ent_mysql_statement *statement,
                                         size_t limit, size_t max_bytes,
                                         const ent_deadline *deadline,
                                         bool *is_end, ent_error *err);

/* The same, and reads what is left unread without keeping it: the connection
 * is free for the next statement then. */
ENT_CHECKED ent_status ent_row_list_read_all(ent_row_list *list,
                                             ent_mysql_statement *statement,
                                             size_t limit, size_t max_bytes,
                                             const ent_deadline *deadline,
                                             bool *is_end, ent_error *err);

#endif
