#ifndef ENT_VTAB_SCAN_PARTS_H
#define ENT_VTAB_SCAN_PARTS_H

#include "backends/source.h"
#include "vtab/found.h"
#include "vtab/prefetch.h"
#include "vtab/scan.h"
#include "vtab/terms.h"

/* A scan, as its own files know it. */

/* Rows by key, all of them read in xFilter (scan_keys.c), or a search, page by
 * page. */
typedef struct ent_scan {
  sqlite3_vtab_cursor base; /* must be first */
  struct ent_scan *next;    /* of the session's open ones */
  const ent_plan *plan;
  int plan_index;
  const uint16_t
      *slots; /* of each column in the rows: the plan's, or a list's */
  ent_session_pool *pool; /* whose source is being read */
  ent_arena arena;        /* of the values and of what is below */
  ent_terms terms;        /* those of the plan that can be asked */
  ent_query query;
  ent_pages *pages;           /* of a search */
  ent_buf bytes;              /* of rows by key */
  const ent_row **found;      /* the rows by key */
  const ent_row *const *rows; /* the page, or `found`; NULL: only counted */
  size_t n_rows;
  size_t at;              /* the current row */
  bool has_rest;          /* of a list, of which the page is a part */
  ent_found *listed;      /* the list of a cached query; or NULL */
  uint64_t serial;        /* of the session's scans, since it is open */
  ent_prefetch *prefetch; /* what was read ahead of a join; or NULL */
  size_t n_ahead;         /* with rows from there: so many are in memory */
  ent_buf key;            /* of the current row, where it is composite */
  bool has_shelved; /* of the rows by key some stand on the session's shelf */
  bool locks;       /* the statement writes what it finds */
  int n_plain; /* columns below it are those of the row, whatever else is */
} ent_scan;

static inline ent_table *ent_scan_table(const ent_scan *scan) {
  return (ent_table *)scan->base.pVtab;
}

/* Begins the search that the plan has for these terms. */
ENT_CHECKED ent_status ent_scan_search(ent_scan *scan, const ent_term *terms,
                                       size_t n_terms, uint64_t limit_hint,
                                       ent_error *err);

/* Reads the rows of the keys that the plan's terms name. */
ENT_CHECKED ent_status ent_scan_keys(ent_scan *scan, ent_error *err);

/* Whether to read ahead: where other scans are open, as in a join. */
bool ent_scan_may_prefetch(const ent_scan *scan);

/* Shows what was read ahead of a join. */
void ent_scan_show_prefetched(ent_scan *scan, const ent_prefetched *found);

#endif
