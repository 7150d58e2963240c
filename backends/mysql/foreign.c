#include "backends/mysql/plan.h"

#include "backends/mysql/ddl.h"

#include <string.h>

/* Foreign keys of a plan.  One is known by what it does, not by its name: which
 * columns refer to which, and what a deletion does.  One that stays all the
 * same must go and come again where a column on either side changes its type,
 * which servers refuse under a foreign key. */

static const ent_planned_table *target_of(const ent_plan *plan,
                                          const ent_shape_foreign *wanted) {
  for (size_t i = 0; i < plan->wanted->n_tables; i++) {
    if (ent_shape_same_table(plan->server, plan->tables[i].wanted->name,
                             wanted->table)) {
      return &plan->tables[i];
    }
  }
  return NULL;
}

/* Whether a column that is there becomes the one of that name. */
static bool becomes(const ent_planned_table *table, const char *live,
                    const char *wanted) {
  const ent_column_change *change = ent_diff_of_live(&table->diff, live);

  return change && change->wanted &&
         ent_shape_same_name(change->wanted->name, wanted);
}

static bool has_same_columns(const ent_planned_table *table,
                             const ent_planned_table *target,
                             const ent_shape_foreign *live,
                             const ent_shape_foreign *wanted) {
  for (size_t i = 0; i < live->n_columns; i++) {
    bool is_target =
        target ? becomes(target, live->targets[i], wanted->targets[i])
               : ent_shape_same_name(live->targets[i], wanted->targets[i]);

    if (!is_target || !becomes(table, live->columns[i], wanted->columns[i])) {
      return false;
    }
  }
  return true;
}

/* Whether one that is there is one that is declared. */
static bool is_same(const ent_plan *plan, const ent_planned_table *table,
                    const ent_shape_foreign *live,
                    const ent_shape_foreign *wanted) {
  const ent_planned_table *target =
      wanted->database ? NULL : target_of(plan, wanted);
  const char *name = target && target->live ? target->live->name : NULL;

  if (target && !name) return false;
  if (live->n_columns != wanted->n_columns ||
      live->on_delete != wanted->on_delete ||
      live->on_update != wanted->on_update ||
      !ent_shape_same_text(live->database, wanted->database) ||
      !ent_shape_same_table(plan->server, live->table,
                            name ? name : wanted->table)) {
    return false;
  }
  return has_same_columns(table, target, live, wanted);
}

static bool is_disturbed(const ent_plan *plan, const ent_planned_table *table,
                         const ent_shape_foreign *wanted) {
  const ent_planned_table *target =
      wanted->database ? NULL : target_of(plan, wanted);

  for (size_t i = 0; i < wanted->n_columns; i++) {
    if (ent_diff_disturbs(
            ent_diff_of_wanted(&table->diff, wanted->columns[i]))) {
      return true;
    }
    if (target && ent_diff_disturbs(
                      ent_diff_of_wanted(&target->diff, wanted->targets[i]))) {
      return true;
    }
  }
  return false;
}

/* The declared one that is there already; NULL if there is none. */
static const ent_shape_foreign *find_same(const ent_plan *plan, size_t table,
                                          const ent_shape_foreign *live) {
  const ent_planned_table *planned = &plan->tables[table];

  for (size_t i = 0; i < planned->wanted->n_foreigns; i++) {
    const ent_shape_foreign *wanted = &planned->wanted->foreigns[i];

    if (is_same(plan, planned, live, wanted)) return wanted;
  }
  return NULL;
}

/* Whether a declared one is there, and may stay. */
static bool is_there(const ent_plan *plan, size_t table,
                     const ent_shape_foreign *wanted) {
  for (size_t i = 0; i < plan->n_foreigns; i++) {
    const ent_planned_foreign *foreign = &plan->foreigns[i];

    if (foreign->owner == table && !foreign->goes &&
        is_same(plan, &plan->tables[table], foreign->live, wanted)) {
      return true;
    }
  }
  return false;
}

static ent_status match_foreign(ent_plan *plan, size_t table,
                                const ent_shape_foreign *live, ent_error *err) {
  const ent_planned_table *planned = &plan->tables[table];
  const ent_shape_foreign *wanted = find_same(plan, table, live);
  ent_planned_foreign *foreign;

  plan->foreigns = ent_shape_grow(plan->arena, plan->foreigns, plan->n_foreigns,
                                  sizeof(*foreign));
  if (!plan->foreigns) return ent_fail_nomem(err);
  /* Of two that are alike one is enough. */
  foreign = &plan->foreigns[plan->n_foreigns];
  *foreign = (ent_planned_foreign){
      .live = live,
      .owner = table,
      .goes = !wanted || is_there(plan, table, wanted) ||
              is_disturbed(plan, planned, wanted),
  };
  plan->n_foreigns++;
  return ENT_OK;
}

ent_status ent_plan_match_foreigns(ent_plan *plan, ent_error *err) {
  for (size_t i = 0; i < plan->wanted->n_tables; i++) {
    const ent_shape_table *live = plan->tables[i].live;

    for (size_t j = 0; live && j < live->n_foreigns; j++) {
      ent_status status = match_foreign(plan, i, &live->foreigns[j], err);

      if (status) return status;
    }
  }
  return ENT_OK;
}

bool ent_plan_gets_foreign(const ent_plan *plan, size_t table) {
  const ent_shape_table *wanted = plan->tables[table].wanted;

  for (size_t i = 0; i < wanted->n_foreigns; i++) {
    if (!is_there(plan, table, &wanted->foreigns[i])) return true;
  }
  return false;
}

/* Whether a column comes about by a statement that is not safe. */
static bool is_late(const ent_planned_table *table, const char *name) {
  const ent_column_change *change;

  if (!table->live) return false;
  if (ent_diff_renames_unsafely(&table->diff)) return true;
  change = ent_diff_of_wanted(&table->diff, name);
  return change && ent_diff_is_change(change) &&
         ent_diff_part_of(&table->diff, change) == ENT_DIFF_UNSAFE;
}

/* The class of adding one.  The server reads all rows of a table that is there
 * and has some, and copies them while writers wait. */
static ent_alter_class class_of_adding(const ent_plan *plan, size_t table,
                                       const ent_shape_foreign *wanted) {
  const ent_planned_table *planned = &plan->tables[table];
  const ent_planned_table *target =
      wanted->database ? NULL : target_of(plan, wanted);

  if (planned->live && !planned->diff.is_empty) return ENT_ALTER_UNSAFE;
  for (size_t i = 0; i < wanted->n_columns; i++) {
    if (is_late(planned, wanted->columns[i]) ||
        (target && is_late(target, wanted->targets[i]))) {
      return ENT_ALTER_UNSAFE;
    }
  }
  return ENT_ALTER_SAFE;
}

/* Whether a new one is on the columns of one that goes. */
static bool replaces(const ent_plan *plan, const ent_planned_foreign *foreign,
                     const ent_shape_foreign *wanted) {
  const ent_planned_table *table = &plan->tables[foreign->owner];

  if (foreign->live->n_columns != wanted->n_columns) return false;
  for (size_t i = 0; i < wanted->n_columns; i++) {
    if (!becomes(table, foreign->live->columns[i], wanted->columns[i])) {
      return false;
    }
  }
  return true;
}

/* One that comes again goes only if it comes. */
static void weigh_foreign(const ent_plan *plan, ent_planned_foreign *foreign) {
  const ent_shape_table *wanted = plan->tables[foreign->owner].wanted;

  foreign->class = ENT_ALTER_SAFE;
  for (size_t i = 0; i < wanted->n_foreigns; i++) {
    const ent_shape_foreign *other = &wanted->foreigns[i];

    if (!is_there(plan, foreign->owner, other) &&
        replaces(plan, foreign, other)) {
      foreign->class = class_of_adding(plan, foreign->owner, other);
    }
  }
}

/* Marks a change of a column that the server refuses until the foreign key is
 * gone; whether that is news. */
static bool hold_back(const ent_diff *diff, const char *name) {
  for (size_t i = 0; i < diff->n_columns; i++) {
    ent_column_change *change = &diff->columns[i];

    if (!change->live || !change->wanted || change->waits ||
        !ent_shape_same_name(change->live->name, name) ||
        !ent_diff_disturbs(change)) {
      continue;
    }
    change->waits = true;
    return true;
  }
  return false;
}

static const ent_planned_table *find_live(const ent_plan *plan,
                                          const char *name) {
  for (size_t i = 0; i < plan->wanted->n_tables; i++) {
    const ent_planned_table *table = &plan->tables[i];

    if (table->live &&
        ent_shape_same_table(plan->server, table->live->name, name)) {
      return table;
    }
  }
  return NULL;
}

static bool hold_columns(const ent_plan *plan,
                         const ent_planned_foreign *foreign) {
  const ent_shape_foreign *live = foreign->live;
  const ent_planned_table *target =
      live->database ? NULL : find_live(plan, live->table);
  bool is_news = false;

  if (foreign->class == ENT_ALTER_SAFE) return false;
  for (size_t i = 0; i < live->n_columns; i++) {
    if (hold_back(&plan->tables[foreign->owner].diff, live->columns[i])) {
      is_news = true;
    }
    if (target && hold_back(&target->diff, live->targets[i])) is_news = true;
  }
  return is_news;
}

/* Whether a column that it refers to is to be of another type. */
static bool is_in_the_way(const ent_planned_table *target,
                          const ent_shape_foreign *foreign) {
  for (size_t i = 0; i < foreign->n_columns; i++) {
    const ent_column_change *change =
        ent_diff_of_live(&target->diff, foreign->targets[i]);

    if (change && ent_diff_disturbs(change)) return true;
  }
  return false;
}

/* What a table that no entity names refers to waits until that is dropped. */
static void hold_strange(const ent_plan *plan, const ent_shape_table *strange) {
  for (size_t i = 0; i < strange->n_foreigns; i++) {
    const ent_shape_foreign *foreign = &strange->foreigns[i];
    const ent_planned_table *target =
        foreign->database ? NULL : find_live(plan, foreign->table);

    for (size_t j = 0; target && j < foreign->n_columns; j++)
      hold_back(&target->diff, foreign->targets[j]);
  }
}

/* A change that is held back may make another foreign key unsafe. */
void ent_plan_weigh_foreigns(ent_plan *plan) {
  bool again = true;

  for (size_t i = 0; i < plan->live->n_tables; i++) {
    const ent_shape_table *live = &plan->live->tables[i];

    if (ent_plan_prunes(plan, live)) hold_strange(plan, live);
  }
  while (again) {
    again = false;
    for (size_t i = 0; i < plan->n_foreigns; i++) {
      ent_planned_foreign *foreign = &plan->foreigns[i];

      if (!foreign->goes) continue;
      weigh_foreign(plan, foreign);
      if (hold_columns(plan, foreign)) again = true;
    }
  }
}

/* Adds a phrase to those there are: `words` are "foreign key %s" and more. */
static ent_status join(ent_plan *plan, ent_alter *alter, const char *name,
                       const char *words, ent_error *err) {
  const char *before = alter->reason ? alter->reason : "";

  alter->reason = ent_arena_printf(plan->arena, "%s%sforeign key %s %s", before,
                                   *before ? "; " : "", name, words);
  return alter->reason ? ENT_OK : ent_fail_nomem(err);
}

static ent_status drop_one(ent_plan *plan, const ent_shape_foreign *live,
                           ent_ddl *ddl, ent_alter *alter, ent_error *err) {
  ent_ddl_drop_foreign(ddl, live->name);
  return join(plan, alter, live->name, "goes", err);
}

static ent_status drop_of_table(ent_plan *plan, size_t table,
                                ent_alter_class class, ent_error *err) {
  const ent_planned_table *planned = &plan->tables[table];
  ent_alter alter = {.entity = planned->wanted->entity,
                     .table = planned->wanted->name,
                     .class = class};
  ent_status status = ENT_OK;
  ent_status ended;
  ent_ddl ddl;

  ent_ddl_begin(&ddl, plan->server);
  ent_ddl_alter(&ddl, planned->live->name, NULL);
  for (size_t i = 0; !status && i < plan->n_foreigns; i++) {
    const ent_planned_foreign *foreign = &plan->foreigns[i];

    if (foreign->goes && foreign->owner == table && foreign->class == class) {
      status = drop_one(plan, foreign->live, &ddl, &alter, err);
    }
  }
  ended = ent_ddl_end(&ddl, plan->arena, &alter.sql, err);
  if (!status) status = ended;
  return status || !ddl.n_clauses ? status : ent_plan_add(plan, &alter, err);
}

ent_status ent_plan_drop_foreigns(ent_plan *plan, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < plan->wanted->n_tables; i++) {
    if (!plan->tables[i].live) continue;
    status = drop_of_table(plan, i, ENT_ALTER_SAFE, err);
    if (!status) status = drop_of_table(plan, i, ENT_ALTER_UNSAFE, err);
  }
  return status;
}

/* Whether a foreign key of that name may still be there when a new one is
 * added: one that stays, or that goes by a statement which is not run then. */
static bool is_name_taken(const ent_plan *plan, const char *name,
                          ent_alter_class class) {
  for (size_t i = 0; i < plan->n_foreigns; i++) {
    const ent_planned_foreign *foreign = &plan->foreigns[i];

    if (ent_shape_same_name(foreign->live->name, name) &&
        (!foreign->goes || foreign->class > class)) {
      return true;
    }
  }
  return false;
}

/* The same of tables that no entity names. */
static bool is_name_strange(const ent_plan *plan, const char *name) {
  for (size_t i = 0; i < plan->live->n_tables; i++) {
    const ent_shape_table *table = &plan->live->tables[i];

    if (!ent_plan_prunes(plan, table)) continue;
    for (size_t j = 0; j < table->n_foreigns; j++) {
      if (ent_shape_same_name(table->foreigns[j].name, name)) return true;
    }
  }
  return false;
}

/* How many of the declared ones before this one have its name. */
static bool is_name_given(const ent_plan *plan, const ent_shape_foreign *until,
                          const char *name) {
  for (size_t i = 0; i < plan->wanted->n_tables; i++) {
    const ent_shape_table *table = plan->tables[i].wanted;

    for (size_t j = 0; j < table->n_foreigns; j++) {
      if (&table->foreigns[j] == until) return false;
      if (ent_shape_same_name(table->foreigns[j].name, name)) return true;
    }
  }
  return false;
}

/* A foreign key's name is one in its database: "a_b" of a table and "c" of a
 * column make the same as "a" and "b_c".  NULL if there is no memory. */
static const char *free_name(ent_plan *plan, ent_shape_foreign *foreign,
                             ent_alter_class class) {
  enum { ENT_NAME_KEPT = 60 };
  const char *name = foreign->name;

  for (int i = 2; name && (is_name_taken(plan, name, class) ||
                           is_name_strange(plan, name) ||
                           is_name_given(plan, foreign, name));
       i++) {
    name = ent_arena_printf(plan->arena, "%.*s_%d", ENT_NAME_KEPT,
                            foreign->name, i);
  }
  foreign->name = name;
  return name;
}

static ent_status add_one(ent_plan *plan, ent_shape_foreign *wanted,
                          ent_ddl *ddl, ent_alter *alter, ent_error *err) {
  const char *words = alter->class == ENT_ALTER_UNSAFE
                          ? "is new (a row that refers to none makes it "
                            "fail, and writers wait while rows are copied)"
                          : "is new";
  const char *name = free_name(plan, wanted, alter->class);

  if (!name) return ent_fail_nomem(err);
  ent_ddl_add_foreign(ddl, wanted, name);
  return join(plan, alter, name, words, err);
}

static ent_status add_of_table(ent_plan *plan, size_t table,
                               ent_alter_class class, ent_error *err) {
  const ent_planned_table *planned = &plan->tables[table];
  ent_alter alter = {.entity = planned->wanted->entity,
                     .table = planned->wanted->name,
                     .class = class};
  ent_status status = ENT_OK;
  ent_status ended;
  ent_ddl ddl;

  ent_ddl_begin(&ddl, plan->server);
  ent_ddl_alter(&ddl, planned->wanted->name, NULL);
  for (size_t i = 0; !status && i < planned->wanted->n_foreigns; i++) {
    ent_shape_foreign *wanted = &planned->wanted->foreigns[i];

    if (!is_there(plan, table, wanted) &&
        class_of_adding(plan, table, wanted) == class) {
      status = add_one(plan, wanted, &ddl, &alter, err);
    }
  }
  ended = ent_ddl_end(&ddl, plan->arena, &alter.sql, err);
  if (!status) status = ended;
  return status || !ddl.n_clauses ? status : ent_plan_add(plan, &alter, err);
}

ent_status ent_plan_add_foreigns(ent_plan *plan, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < plan->wanted->n_tables; i++) {
    status = add_of_table(plan, i, ENT_ALTER_SAFE, err);
    if (!status) status = add_of_table(plan, i, ENT_ALTER_UNSAFE, err);
  }
  return status;
}

static bool is_to_prune(const ent_plan *plan, const ent_shape_table *live,
                        const ent_shape_foreign *foreign) {
  const ent_planned_table *target;
  const ent_shape_table *strange;

  if (foreign->database) return false;
  target = find_live(plan, foreign->table);
  if (target) return is_in_the_way(target, foreign);
  strange = ent_shape_find_table(plan->server, plan->live, foreign->table);
  return strange && strange != live;
}

static ent_status prune_of_table(ent_plan *plan, const ent_shape_table *live,
                                 ent_error *err) {
  ent_alter alter = {.table = live->name, .class = ENT_ALTER_PRUNE};
  ent_status status = ENT_OK;
  ent_status ended;
  ent_ddl ddl;

  ent_ddl_begin(&ddl, plan->server);
  ent_ddl_alter(&ddl, live->name, NULL);
  for (size_t i = 0; !status && i < live->n_foreigns; i++) {
    if (is_to_prune(plan, live, &live->foreigns[i])) {
      status = drop_one(plan, &live->foreigns[i], &ddl, &alter, err);
    }
  }
  ended = ent_ddl_end(&ddl, plan->arena, &alter.sql, err);
  if (!status) status = ended;
  if (status || !ddl.n_clauses) return status;
  alter.reason = ent_arena_printf(plan->arena, "%s; no entity names its table",
                                  alter.reason);
  return alter.reason ? ent_plan_add(plan, &alter, err) : ent_fail_nomem(err);
}

ent_status ent_plan_prune_foreigns(ent_plan *plan, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < plan->live->n_tables; i++) {
    const ent_shape_table *live = &plan->live->tables[i];

    if (ent_plan_prunes(plan, live)) status = prune_of_table(plan, live, err);
  }
  return status;
}
