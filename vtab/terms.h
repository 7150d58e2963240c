#ifndef ENT_VTAB_TERMS_H
#define ENT_VTAB_TERMS_H

#include "vtab/entity.h"
#include "vtab/hidden.h"

/* The terms of a plan with their values, when SQLite begins a scan: those that
 * can be asked as the plan has them. */
enum { ENT_TERMS_FEW = 2 }; /* that need no memory of the arena */

typedef struct ent_terms {
  ent_hidden hidden; /* what is known of the statement's terms */
  ent_term *items;   /* n */
  size_t n;
  ent_term few[ENT_TERMS_FEW];
  ent_value few_values[ENT_TERMS_FEW];
  bool is_misplanned; /* some term should not be in the plan: it is to be made
                         anew, where the statement has not begun to give rows */
} ent_terms;

/* Takes them.
 *
 *   terms  `hidden` knows the handle and the plan's schemas
 *   argv   of xFilter: a value for each of the plan's terms
 *   arena  holds what is made
 *
 * UNSUPPORTED where SQLite may compare a part of a row value wrongly; NOMEM. */
ENT_CHECKED ent_status ent_terms_take(ent_terms *terms, const ent_table *table,
                                      const ent_plan *plan,
                                      sqlite3_value **argv, ent_arena *arena,
                                      ent_error *err);

/* How many rows SQLite will ask for, by the LIMIT and OFFSET behind the terms; 0
 * if that is not known. */
uint64_t ent_terms_limit(const ent_plan *plan, sqlite3_value **argv);

#endif
