#include "backends/mysql/alter.h"

#include "backends/mysql/ddl.h"
#include "backends/mysql/decision.h"
#include "backends/mysql/plan.h"
#include "backends/mysql/shape_read.h"

#include <string.h>

enum { ENT_TABLES_ASKED = 100 }; /* at once, whether they have rows */

const char *ent_alter_class_name(ent_alter_class class) {
  static const char *const names[] = {
      [ENT_ALTER_SAFE] = "safe",
      [ENT_ALTER_UNSAFE] = "unsafe",
      [ENT_ALTER_PRUNE] = "prune",
  };

  return names[class];
}

ent_status ent_plan_add(ent_plan *plan, const ent_alter *alter,
                        ent_error *err) {
  ent_alters *alters = &plan->alters;

  alters->items =
      ent_shape_grow(plan->arena, alters->items, alters->n, sizeof(*alter));
  if (!alters->items) return ent_fail_nomem(err);
  alters->items[alters->n++] = *alter;
  return ENT_OK;
}

/* Whether a table that is there becomes one that was renamed. */
static bool is_claimed(const ent_plan *plan, const ent_shape_table *live) {
  for (size_t i = 0; i < plan->wanted->n_tables; i++) {
    if (plan->tables[i].live == live && plan->tables[i].is_renamed) return true;
  }
  return false;
}

static const ent_shape_table *unclaimed(const ent_plan *plan,
                                        const char *name) {
  const ent_shape_table *live =
      ent_shape_find_table(plan->server, plan->live, name);

  return live && !is_claimed(plan, live) ? live : NULL;
}

/* As a column is (diff.c). */
static void claim_renamed(ent_plan *plan) {
  bool again = true;

  while (again) {
    again = false;
    for (size_t i = 0; i < plan->wanted->n_tables; i++) {
      ent_planned_table *table = &plan->tables[i];
      const char *from = table->wanted->renamed_from;

      if (table->live || !from || unclaimed(plan, table->wanted->name)) {
        continue;
      }
      table->live = unclaimed(plan, from);
      table->is_renamed = again = table->live != NULL;
    }
  }
}

static ent_status check_table(const ent_plan *plan,
                              const ent_planned_table *table, ent_error *err) {
  const ent_shape_table *wanted = table->wanted;
  const char *from = wanted->renamed_from;

  if (table->live && !table->live->is_table) {
    return ent_fail(err, ENT_CONFIG,
                    "entity %s: %s is no table on the server but a view or a "
                    "sequence",
                    wanted->entity, table->live->name);
  }
  if (!from || !table->live || table->is_renamed || !unclaimed(plan, from) ||
      ent_shape_find_table(plan->server, plan->wanted, from)) {
    return ENT_OK;
  }
  return ent_fail(err, ENT_CONFIG,
                  "entity %s: table %s is renamed from %s, but the server has "
                  "both; declare %s too, or drop one of them there",
                  wanted->entity, wanted->name, from, from);
}

static ent_status match_tables(ent_plan *plan, ent_error *err) {
  size_t n = plan->wanted->n_tables;

  plan->tables = ent_arena_zalloc(plan->arena, (n + 1) * sizeof(*plan->tables));
  if (!plan->tables) return ent_fail_nomem(err);
  for (size_t i = 0; i < n; i++)
    plan->tables[i].wanted = &plan->wanted->tables[i];
  claim_renamed(plan);
  for (size_t i = 0; i < n; i++) {
    ent_planned_table *table = &plan->tables[i];
    ent_status status;

    if (!table->live) table->live = unclaimed(plan, table->wanted->name);
    status = check_table(plan, table, err);
    if (status) return status;
  }
  return ENT_OK;
}

static ent_status diff_tables(ent_plan *plan, ent_error *err) {
  for (size_t i = 0; i < plan->wanted->n_tables; i++) {
    ent_planned_table *table = &plan->tables[i];
    ent_status status;

    if (!table->live) continue;
    status = ent_diff_make(plan->server, table->wanted, table->live,
                           plan->arena, &table->diff, err);
    if (status) return status;
  }
  return ENT_OK;
}

/* Which tables are asked whether they have rows. */
typedef struct emptiness {
  ent_plan *plan;
  size_t *tables; /* n, indexes of planned ones */
  size_t n;
  size_t first; /* of those that the present question is about */
} emptiness;

static ent_status take_emptiness(void *context, const ent_row *row,
                                 ent_error *err) {
  const ent_shape_reading *r = context;
  const emptiness *e = r->context;

  (void)err;
  for (unsigned i = 0; i < ent_row_n_columns(row); i++) {
    ent_diff *diff = &e->plan->tables[e->tables[e->first + i]].diff;

    diff->is_empty = ent_shape_number(row, i) == 0;
  }
  return ENT_OK;
}

static ent_status ask_some(ent_shape_reading *r, ent_error *err) {
  const emptiness *e = r->context;
  const char *names[ENT_TABLES_ASKED];
  size_t n = e->n - e->first;
  const char *sql;
  ent_ddl ddl;
  ent_status status;

  if (n > ENT_TABLES_ASKED) n = ENT_TABLES_ASKED;
  for (size_t i = 0; i < n; i++)
    names[i] = e->plan->tables[e->tables[e->first + i]].live->name;
  ent_ddl_begin(&ddl, e->plan->server);
  ent_ddl_has_rows(&ddl, names, n);
  status = ent_ddl_end(&ddl, r->arena, &sql, err);
  return status ? status : ent_shape_query(r, sql, take_emptiness, err);
}

static ent_status ask_all(ent_shape_reading *r, ent_error *err) {
  emptiness *e = r->context;
  ent_status status = ENT_OK;

  for (e->first = 0; !status && e->first < e->n; e->first += ENT_TABLES_ASKED)
    status = ask_some(r, err);
  return status;
}

/* A table that nothing is done to, or nothing but what is safe anyway, need not
 * be asked about. */
static ent_status ask_emptiness(ent_plan *plan, ent_mysql_session *session,
                                const ent_deadline *deadline, ent_error *err) {
  size_t n = plan->wanted->n_tables;
  emptiness e = {.plan = plan,
                 .tables =
                     ent_arena_alloc(plan->arena, (n + 1) * sizeof(size_t))};
  ent_shape_reading reading = {.arena = plan->arena, .context = &e};

  if (!e.tables) return ent_fail_nomem(err);
  for (size_t i = 0; i < n; i++) {
    const ent_planned_table *table = &plan->tables[i];

    if (table->live &&
        (ent_diff_is_risky(&table->diff) || ent_plan_gets_foreign(plan, i))) {
      e.tables[e.n++] = i;
    }
  }
  if (!e.n) return ENT_OK;
  return ent_shape_read_all(session, &reading, ask_all, deadline, err);
}

static ent_status add_rename(ent_plan *plan, const ent_planned_table *table,
                             ent_error *err) {
  ent_alter alter = {.entity = table->wanted->entity,
                     .table = table->wanted->name};
  ent_ddl ddl;
  ent_status status;

  alter.reason = ent_arena_printf(plan->arena, "table %s was %s",
                                  table->wanted->name, table->live->name);
  if (!alter.reason) return ent_fail_nomem(err);
  ent_ddl_begin(&ddl, plan->server);
  ent_ddl_rename(&ddl, table->live->name, table->wanted->name);
  status = ent_ddl_end(&ddl, plan->arena, &alter.sql, err);
  return status ? status : ent_plan_add(plan, &alter, err);
}

static ent_status add_create(ent_plan *plan, const ent_shape_table *wanted,
                             ent_error *err) {
  ent_alter alter = {.entity = wanted->entity, .table = wanted->name};
  ent_ddl ddl;
  ent_status status;

  alter.reason = ent_arena_printf(plan->arena, "table %s is new", wanted->name);
  if (!alter.reason) return ent_fail_nomem(err);
  ent_ddl_begin(&ddl, plan->server);
  ent_ddl_create(&ddl, wanted);
  status = ent_ddl_end(&ddl, plan->arena, &alter.sql, err);
  return status ? status : ent_plan_add(plan, &alter, err);
}

static ent_status add_part(ent_plan *plan, const ent_planned_table *table,
                           ent_diff_part part, ent_error *err) {
  ent_alter alter = {.entity = table->wanted->entity,
                     .table = table->wanted->name};
  ent_status status;

  if (!ent_diff_has(&table->diff, part)) return ENT_OK;
  if (part == ENT_DIFF_UNSAFE || ent_diff_renames_unsafely(&table->diff)) {
    alter.class = ENT_ALTER_UNSAFE;
  }
  status = ent_diff_write(&table->diff, part, plan->arena, &alter.sql,
                          &alter.reason, err);
  return status ? status : ent_plan_add(plan, &alter, err);
}

/* A table that takes the name of another is renamed after it: whose name
 * nothing has stands first. */
static bool is_in_the_way(const ent_plan *plan, const char *name,
                          const bool *is_done) {
  for (size_t i = 0; i < plan->wanted->n_tables; i++) {
    const ent_planned_table *table = &plan->tables[i];

    if (table->is_renamed && !is_done[i] &&
        ent_shape_same_table(plan->server, table->live->name, name)) {
      return true;
    }
  }
  return false;
}

static ent_status add_renames(ent_plan *plan, ent_error *err) {
  size_t n = plan->wanted->n_tables;
  bool *is_done = ent_arena_zalloc(plan->arena, n + 1);
  bool again = true;

  if (!is_done) return ent_fail_nomem(err);
  while (again) {
    again = false;
    for (size_t i = 0; i < n; i++) {
      const ent_planned_table *table = &plan->tables[i];
      ent_status status;

      if (!table->is_renamed || is_done[i] ||
          is_in_the_way(plan, table->wanted->name, is_done)) {
        continue;
      }
      status = add_rename(plan, table, err);
      if (status) return status;
      is_done[i] = again = true;
    }
  }
  return ENT_OK;
}

static ent_status add_tables(ent_plan *plan, ent_error *err) {
  ent_status status = add_renames(plan, err);

  for (size_t i = 0; !status && i < plan->wanted->n_tables; i++) {
    const ent_planned_table *table = &plan->tables[i];

    if (!table->live) {
      status = add_create(plan, table->wanted, err);
      continue;
    }
    for (int part = 0; !status && part < ENT_DIFF_PARTS; part++)
      status = add_part(plan, table, (ent_diff_part)part, err);
  }
  return status;
}

bool ent_plan_prunes(const ent_plan *plan, const ent_shape_table *live) {
  for (size_t i = 0; i < plan->wanted->n_tables; i++) {
    if (plan->tables[i].live == live) return false;
  }
  return live->is_table && !ent_decision_is_table(live->name);
}

static ent_status prune_table(ent_plan *plan, const ent_shape_table *live,
                              ent_error *err) {
  ent_alter alter = {.table = live->name,
                     .reason = "no entity names this table",
                     .class = ENT_ALTER_PRUNE};
  ent_ddl ddl;
  ent_status status;

  ent_ddl_begin(&ddl, plan->server);
  ent_ddl_drop(&ddl, live->name);
  status = ent_ddl_end(&ddl, plan->arena, &alter.sql, err);
  return status ? status : ent_plan_add(plan, &alter, err);
}

static ent_status prune_tables(ent_plan *plan, ent_error *err) {
  const ent_shape *live = plan->live;
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < live->n_tables; i++) {
    if (!ent_plan_prunes(plan, &live->tables[i])) continue;
    status = prune_table(plan, &live->tables[i], err);
  }
  return status;
}

/* What is found by looking at both, and at which tables are empty. */
static ent_status prepare(ent_plan *plan, ent_mysql_session *session,
                          const ent_deadline *deadline, ent_error *err) {
  ent_status status = match_tables(plan, err);

  if (!status) status = diff_tables(plan, err);
  if (!status) status = ent_plan_match_foreigns(plan, err);
  if (!status) status = ask_emptiness(plan, session, deadline, err);
  if (!status) ent_plan_weigh_foreigns(plan);
  return status;
}

static ent_status write(ent_plan *plan, ent_error *err) {
  ent_status status = ent_plan_prune_foreigns(plan, err);

  if (!status) status = ent_plan_drop_foreigns(plan, err);
  if (!status) status = add_tables(plan, err);
  if (!status) status = ent_plan_add_foreigns(plan, err);
  return status ? status : prune_tables(plan, err);
}

ent_status ent_mysql_alters(ent_mysql_session *session,
                            const ent_shape_wanted *wanted, ent_arena *arena,
                            const ent_deadline *deadline, ent_alters *alters,
                            ent_error *err) {
  ent_server server;
  ent_shape declared;
  ent_shape live;
  ent_plan plan = {
      .server = &server, .arena = arena, .wanted = &declared, .live = &live};
  ent_status status = ent_server_ask(session, arena, deadline, &server, err);

  if (!status) {
    status = ent_shape_declared(&server, wanted, arena, &declared, err);
  }
  if (!status) {
    status = ent_shape_live(session, &server, arena, deadline, &live, err);
  }
  if (!status) status = prepare(&plan, session, deadline, err);
  if (!status) status = write(&plan, err);
  if (!status) *alters = plan.alters;
  return status;
}

ent_status ent_mysql_create_sql(ent_mysql_session *session,
                                const ent_shape_wanted *wanted,
                                const char *entity, ent_arena *arena,
                                const ent_deadline *deadline, const char **sql,
                                ent_error *err) {
  ent_server server;
  ent_shape shape;
  ent_ddl ddl;
  ent_status status = ent_server_ask(session, arena, deadline, &server, err);

  if (!status) status = ent_shape_declared(&server, wanted, arena, &shape, err);
  if (status) return status;
  *sql = NULL;
  for (size_t i = 0; i < shape.n_tables; i++) {
    if (strcmp(shape.tables[i].entity, entity) != 0) continue;
    ent_ddl_begin(&ddl, &server);
    ent_ddl_create(&ddl, &shape.tables[i]);
    return ent_ddl_end(&ddl, arena, sql, err);
  }
  return ENT_OK;
}
