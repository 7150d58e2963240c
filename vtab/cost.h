#ifndef ENT_VTAB_COST_H
#define ENT_VTAB_COST_H

#include "backends/base/arena.h"
#include "backends/statistics.h"
#include "vtab/sqlite.h"

#include <stdbool.h>
#include <stdint.h>

/* What SQLite is told of a plan: how many rows it finds and what it costs, so
 * that of several tables the small one is read first and the large one asked by
 * its key.
 *
 * Both come from what the server knows of the table (ent_source's statistics),
 * where SQLite has something to choose by it: where a value may come from
 * another table.  A row by its key, and terms whose values are all written in
 * the statement, are answered in one way only, and cost no question; neither is
 * a plan ever refused for want of an answer.  A table without a key is always
 * guessed, so that its numbers are the same in every plan of a statement: see
 * cost_of(). */
typedef struct ent_cost {
  ent_arena arena; /* of the statistics */
  ent_statistics statistics;
  bool is_known;
  bool was_asked;
  int64_t asked_ms;   /* last, with or without success */
  uint64_t n_written; /* rows that this handle has written since */
} ent_cost;

struct ent_table;

void ent_cost_done(ent_cost *cost);

/* Completes xBestIndex for the plan that ent_plan_best_index() has made:
 * estimatedRows and estimatedCost.
 *
 * Where it depends on them and they are not known, or old, the table's
 * statistics are read: at most once a minute, or sooner when the handle has
 * written a good part of the table since.  That is given up after a second and
 * never fails; where the server does not answer, the pool's tables are guessed
 * for a minute. */
void ent_cost_tell(struct ent_table *table, sqlite3_index_info *info);

/* Whether the rows that were told for a plan are a guess, whose server knows
 * better or nothing at all. */
bool ent_cost_is_guess(const struct ent_table *table,
                       const sqlite3_index_info *info);

#endif
