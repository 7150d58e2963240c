#ifndef ENT_VTAB_PLAN_H
#define ENT_VTAB_PLAN_H

#include "vtab/plans.h"

/* What may be in a plan. */
typedef enum ent_plan_scope {
  ENT_PLAN_ALL,
  ENT_PLAN_WARY,  /* no term that there is doubt about */
  ENT_PLAN_PLAIN, /* nothing: every plan is a plain scan */
} ent_plan_scope;

/* What plans are made by. */
typedef struct ent_plan_given {
  sqlite3 *db; /* asked whether LIKE and GLOB are SQLite's own */
  const ent_entity *entity;
  const char *tiers; /* the caches that rows by key come from, which have all
                        columns; NULL: none */
  ent_plan_scope scope;
  const struct ent_listed_query *queries; /* n_queries, that a search may ask */
  size_t n_queries;
} ent_plan_given;

/* xBestIndex: finds or makes the plan and tells SQLite of it, but for what it
 * costs (cost.h).  Returns SQLite's code. */
int ent_plan_best_index(ent_plans *plans, const ent_plan_given *given,
                        sqlite3_index_info *info);

/* What a plan asks for, as SQL with placeholders, for people.  To be freed with
 * sqlite3_free(); NULL if there is no memory. */
char *ent_plan_sql(const ent_entity *entity, const ent_plan *plan);

#endif
