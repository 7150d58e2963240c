#ifndef ENT_VTAB_FOUND_H
#define ENT_VTAB_FOUND_H

#include "vtab/listing.h"

/* Cached queries that a plain SELECT asks without naming them.
 *
 *     SELECT name FROM user WHERE age = 18 AND city > 'B'
 *
 * wants some of the rows of user_by_age(18).  Where a search compares all the
 * columns of such a query with "=", and caches may answer now, its rows are those
 * of the query's list; SQLite looks at each as at those of a search, which
 * answers in any other case.  Only queries that compare columns, and nothing
 * else, are found, however many rows they are to give: lists that the planner
 * asks for have all of them. */

/* Makes those of a table what its entity is now, where that is another one than
 * last time.  The table has met it.  NOMEM. */
ENT_CHECKED ent_status ent_found_meet(ent_table *table, ent_error *err);

/* The queries of the table that a plan may have; NULL: none. */
const ent_listed_query *ent_found_queries(const ent_table *table, size_t *n);

void ent_found_forget(ent_table *table);

/* What a search asks. */
typedef struct ent_found_ask {
  const ent_plan_term *terms; /* n_terms */
  size_t n_terms;
  const ent_order
      *orders; /* n_orders, that SQLite wants; 0: none, or another */
  size_t n_orders;
  bool must_order; /* a query of another order is of no use */
} ent_found_ask;

/* The number of the query that asks for the rows of a search, with the most
 * columns, and of those one that has the order; -1: none. */
int ent_found_choose(const ent_listed_query *queries, size_t n,
                     const ent_found_ask *ask, bool *is_ordered);

/* What a scan shows of a list. */
typedef struct ent_found {
  ent_listing listing;
  uint16_t *slots; /* of each column: rows of lists have all */
  int n_asked;     /* lists that this process did not have, since the scan is
                      open */
  bool of_primary; /* a search instead asks no replica: what that has may be
                      older than what lists have shown */
} ent_found;

/* NULL is allowed. */
void ent_found_free(ent_found *found);

/* A scan is closed: its list is given up, some memory stays. */
void ent_found_close(ent_found **own);

/* Whether a search by a plan is to ask no replica: what that has may be older than
 * what lists of its query show. */
bool ent_found_of_primary(ent_table *table, const ent_plan *plan);

/* A scan begins.
 *
 *   own    the scan's, NULL before the first time
 *   plan   one that has a query
 *   argv   of xFilter, in which no row is to be locked
 *   bytes  as that of ent_listing
 *
 * False in `is_found`: the search answers.  Else the rows are the listing's, from
 * its first one, as many as the plan's LIMIT wants.  A scan that is begun again
 * and again asks for a few lists only that this process has not.  Costs what ent_listing_find() and
 * a get cost.  NOMEM, INTERRUPTED. */
ENT_CHECKED ent_status ent_found_begin(ent_found **own, ent_table *table,
                                       const ent_plan *plan,
                                       sqlite3_value **argv, ent_buf *bytes,
                                       bool *is_found, ent_error *err);

/* The rows behind those that are here, where SQLite wants them all the same.
 * BUSY where one was changed meanwhile, or they have too much for memory; errors
 * of a get. */
ENT_CHECKED ent_status ent_found_rest(ent_found *found, ent_error *err);

static inline bool ent_found_has_rest(const ent_found *found) {
  return found && found->listing.to < found->listing.n;
}

#endif
