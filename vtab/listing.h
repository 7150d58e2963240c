#ifndef ENT_VTAB_LISTING_H
#define ENT_VTAB_LISTING_H

#include "vtab/listed_list.h"
#include "vtab/listed_query.h"

/* One list of a cached query, being read for a cursor: its keys, from a cache or
 * found now, and the rows that they name. */
typedef struct ent_listing {
  ent_table *table; /* the entity's */
  const ent_listed_query *query;
  sqlite3_value *const *arguments; /* of the query; while the list is looked
                                      for */
  sqlite3_stmt **keys; /* where its statement is kept; NULL: nowhere */
  ent_buf *bytes;      /* takes rows that are not on the session's shelf */
  ent_arena arena;
  ent_buf key;     /* of the list */
  bool was_near;   /* it came from this process's own memory */
  bool of_primary; /* without it what a replica has may be older than what
                              lists have shown */
  ent_list_entry *entries; /* n */
  size_t n;
  size_t from, to;      /* the rows of it that are here */
  const ent_row **rows; /* of these, by their place in the list */
} ent_listing;

void ent_listing_init(ent_listing *listing, ent_buf *bytes);
void ent_listing_reset(ent_listing *listing); /* memory stays */
void ent_listing_done(ent_listing *listing);

/* Whether lists may be asked for: not by a statement that writes what it reads,
 * nor under one state. */
bool ent_listing_may(ent_table *table, const ent_listed_query *query);

/* Looks for the list, or finds it and tells the caches.  False where there is
 * none: it is not to be kept now, or too long.  One to three round trips to
 * Redis, and one SELECT where it has none; no round trip where this process has
 * it.  Errors of the statement of keys; NOMEM, INTERRUPTED. */
ENT_CHECKED ent_status ent_listing_find(ent_listing *listing, bool *has_list,
                                        ent_error *err);

/* Reads the rows [from, to) of the list (listing_rows.c); false where one is
 * gone, or has changed, or they have too much: a SELECT gives it page by page.
 * Errors of a source's get(). */
ENT_CHECKED ent_status ent_listing_take_rows(ent_listing *listing, size_t from,
                                             size_t to, bool *has_all,
                                             ent_error *err);

#endif
