#ifndef ENT_VTAB_EXPLAIN_H
#define ENT_VTAB_EXPLAIN_H

#include "backends/mysql/shiptable.h"
#include "vtab/entity.h"

/* What becomes of the terms of a statement: noted in xBestIndex while SQLite
 * plans it for entable_explain(). */
typedef struct ent_explain_term {
  const char *text; /* "age > 3" */
  ent_ship_answer verdict;
  const char *reason; /* or NULL */
} ent_explain_term;

/* One plan that was offered to SQLite, which may take another. */
typedef struct ent_explain_scan {
  struct ent_explain_scan *next;
  const ent_table *table;
  int plan;
  sqlite3_int64 estimated_rows; /* -1: nothing but a guess */
  ent_explain_term *terms;
  size_t n_terms;
  ent_value *values; /* for each term of the plan one of the kind it compares
                        with: the statement's own where that is written there */
} ent_explain_scan;

typedef struct ent_explain {
  ent_arena arena;
  ent_explain_scan *scans; /* the newest first */
  bool lacks_memory;
} ent_explain;

/* Notes what ent_plan_best_index() and ent_cost_tell() have just said in
 * `info`. */
void ent_explain_note(ent_explain *explain, const ent_table *table,
                      sqlite3_index_info *info);

#endif
