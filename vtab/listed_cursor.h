#ifndef ENT_VTAB_LISTED_CURSOR_H
#define ENT_VTAB_LISTED_CURSOR_H

#include "vtab/listed.h"
#include "vtab/listed_list.h"

/* What a scan of a cached query is made of; for listed_*.c only. */
typedef struct ent_listed_scan {
  sqlite3_vtab_cursor base; /* must be first */
  ent_table *table;         /* the entity's */
  ent_arena arena;
  ent_arena list;            /* of the list */
  sqlite3_value **arguments; /* n_arguments */
  ent_buf key;               /* of the list */
  size_t at;                 /* the current row */
  ent_list_entry *entries;   /* n, of the list */
  size_t n;
  size_t from, to;      /* the rows of it that are here */
  const ent_row **rows; /* of these, by their place in the list */
  ent_buf bytes;        /* those that are not on the session's shelf */
  sqlite3_stmt *stmt;   /* instead of a list; or NULL */
  bool owns_stmt;
  bool has_row; /* of the statement */
} ent_listed_scan;

static inline ent_listed *ent_listed_of(const ent_listed_scan *scan) {
  return (ent_listed *)scan->base.pVtab;
}

/* Reads the rows [from, to) of the list (listed_rows.c); false where one is gone,
 * or has changed, or they have too much: a SELECT gives it page by page.  Errors
 * of a source's get(). */
ENT_CHECKED ent_status ent_listed_take_rows(ent_listed_scan *scan, size_t from,
                                            size_t to, bool *has_all,
                                            ent_error *err);

#endif
