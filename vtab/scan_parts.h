#ifndef ENT_VTAB_SCAN_PARTS_H
#define ENT_VTAB_SCAN_PARTS_H

#include "backends/source.h"
#include "vtab/found.h"
#include "vtab/prefetch.h"
#include "vtab/scan.h"
#include "vtab/terms.h"

/* A scan, as its own files know it. */

/* How a row was read by its integer key: the next one that is asked for by the
 * same plan, as by a join or by a statement that is run again, is read likewise,
 * and nothing is found out about it anew, unless something has changed that
 * decides it. */
typedef struct ent_scan_again {
  int plan;           /* -1: none was */
  uint64_t n_changes; /* of the session */
  unsigned n_met;     /* of the table */
  bool is_unsigned;
  bool is_none; /* the value that is asked for is no key */
  ent_get get;
} ent_scan_again;

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
  ent_pages *pages;         /* of a search */
  ent_buf bytes;            /* of rows by key */
  const ent_row **found;    /* the rows by key */
  const ent_row *one_found; /* that of one key */
  ent_key one_key;
  unsigned char one_integer[ENT_KEY_INTEGER_SIZE]; /* its bytes, read again */
  ent_scan_again again;
  ent_shelf held; /* rows of which no bytes are shown, which need not stay */
  const ent_row *const *rows; /* the page, or `found`; NULL: only counted */
  size_t n_rows;
  size_t at;              /* the current row */
  bool has_rest;          /* of a list, of which the page is a part */
  ent_found *listed;      /* the list of a cached query; or NULL */
  uint64_t serial;        /* of the session's scans, since it is open */
  ent_prefetch *prefetch; /* what was read ahead of a join; or NULL */
  size_t n_ahead;         /* with rows from there: so many are in memory */
  ent_buf key;            /* of the current row, where it is composite */
  sqlite3_destructor_type keep; /* STATIC: all rows are on the session's shelf,
                                   TRANSIENT: none is, unless they */
  bool is_mixed;                /* are of both kinds */
  bool locks;                   /* the statement writes what it finds */
  bool is_clean;                /* as reset() leaves it */
  bool is_peeked; /* it is of the plan of `again`, and has nothing but what a
                     peek() gave, if anything */
  int n_plain;    /* columns below it are those of the row, whatever else is */
} ent_scan;

static inline ent_table *ent_scan_table(const ent_scan *scan) {
  return (ent_table *)scan->base.pVtab;
}

/* Begins the search that the plan has for these terms, which live as long as it,
 * and reads its first page; `limit_hint` as in ent_query.  Errors of a source's
 * search() and its pages. */
ENT_CHECKED ent_status ent_scan_search(ent_scan *scan, const ent_term *terms,
                                       size_t n_terms, uint64_t limit_hint,
                                       ent_error *err);

/* Reads the rows of the keys that the plan's terms name, or begins a search where
 * a value is more than a key.  Costs and errors of a source's get(), or of
 * ent_scan_search(). */
ENT_CHECKED ent_status ent_scan_keys(ent_scan *scan, ent_error *err);

/* Whether the row of a value is to be read as the last one was.  False where
 * anything has changed that decides how, or the value is no integer. */
bool ent_scan_is_again(const ent_scan *scan, int plan, sqlite3_value *value);

/* Looks out for it; what the scan has shown so far stays. */
void ent_scan_expect_again(ent_scan *scan, sqlite3_value *value);

/* Has a scan that is clean be of that plan. */
void ent_scan_begin_again(ent_scan *scan);

/* Reads it into a scan that has no row, but is of that plan.  Where this process has the row it costs
 * a source's peek(), else a get() of one key; the errors are that one's. */
ENT_CHECKED ent_status ent_scan_read_again(ent_scan *scan, ent_error *err);

/* Whether to read ahead: where other scans are open, as in a join. */
bool ent_scan_may_prefetch(const ent_scan *scan);

/* Shows what was read ahead of a join. */
void ent_scan_show_prefetched(ent_scan *scan, const ent_prefetched *found);

#endif
