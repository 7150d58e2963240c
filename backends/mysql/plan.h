#ifndef ENT_BACKENDS_MYSQL_PLAN_H
#define ENT_BACKENDS_MYSQL_PLAN_H

#include "backends/mysql/alter.h"
#include "backends/mysql/diff.h"

/* A database as it is beside what is declared: for alter.c and foreign.c only.
 */

typedef struct ent_planned_foreign {
  const ent_shape_foreign *live;
  size_t owner;          /* the planned table it is of */
  bool goes;             /* it is dropped, for good or to be added again */
  ent_alter_class class; /* of the dropping */
} ent_planned_foreign;

typedef struct ent_planned_table {
  const ent_shape_table *wanted;
  const ent_shape_table *live; /* NULL: it is not there */
  bool is_renamed;             /* from what it is called there */
  ent_diff diff;               /* where it is there */
} ent_planned_table;

typedef struct ent_plan {
  const ent_server *server;
  ent_arena *arena;
  const ent_shape *wanted;
  const ent_shape *live;
  ent_planned_table *tables;     /* one for each wanted table */
  ent_planned_foreign *foreigns; /* n_foreigns: of tables that are there and
                                    wanted */
  size_t n_foreigns;
  ent_alters alters;
} ent_plan;

/* Appends a statement to the plan.  NOMEM. */
ENT_CHECKED ent_status ent_plan_add(ent_plan *plan, const ent_alter *alter,
                                    ent_error *err);

/* Finds which foreign keys stay, and what becomes of the others. */
ENT_CHECKED ent_status ent_plan_match_foreigns(ent_plan *plan, ent_error *err);

/* Whether a table gets a foreign key that it has not now. */
bool ent_plan_gets_foreign(const ent_plan *plan, size_t table);

/* Chooses the classes of those that go, once it is known which tables are
 * empty; then appends what drops them, and what adds new ones. */
void ent_plan_weigh_foreigns(ent_plan *plan);
ENT_CHECKED ent_status ent_plan_drop_foreigns(ent_plan *plan, ent_error *err);
ENT_CHECKED ent_status ent_plan_add_foreigns(ent_plan *plan, ent_error *err);

/* Whether no entity names a table that is there. */
bool ent_plan_prunes(const ent_plan *plan, const ent_shape_table *live);

/* Appends what drops foreign keys of such tables: those that refer to each
 * other, so that they can be dropped in any order, and those on columns that are
 * to be of another type. */
ENT_CHECKED ent_status ent_plan_prune_foreigns(ent_plan *plan, ent_error *err);

#endif
