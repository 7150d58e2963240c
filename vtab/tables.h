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

#endif
