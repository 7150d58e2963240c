#include "vtab/items.h"

#include "backends/base/registry.h"

#include <strings.h>

ent_status ent_items_read(const char *name, const char *const *items, int n,
                          ent_items *read, ent_error *err) {
  ent_declaration *made = ent_declaration_new(NULL);
  ent_declared_entity *entity;
  ent_declared *all;
  ent_entity_items from;
  ent_status status;

  *read = (ent_items){.declaration = made};
  if (!made) return ent_fail_nomem(err);
  name = ent_arena_strdup(&made->arena, name);
  entity = ent_arena_alloc(&made->arena, sizeof(*entity));
  all = ent_arena_alloc(&made->arena, sizeof(*all));
  if (!name || !entity || !all) return ent_fail_nomem(err);
  /* "entity()" and "entity" have one that is empty. */
  if (n == 1 && !items[0][0]) n = 0;
  status =
      ent_entity_items_read(name, items, (size_t)n, &made->arena, &from, err);
  if (status) return status;
  read->is_namesake = from.entity.table == from.entity.name;
  if (from.with_deleted) {
    if (read->is_namesake) from.entity.table = from.with_deleted;
    from.entity.name = from.with_deleted;
    read->with_deleted = true;
  }
  *entity = from.entity;
  *all = (ent_declared){.entities = entity, .n_entities = 1};
  made->declared = all;
  read->entity = entity;
  read->config = from.config;
  return ENT_OK;
}

void ent_items_done(ent_items *items) {
  ent_declaration_unref(items->declaration);
}

bool ent_items_declare(const ent_items *items) {
  return items->entity->n_columns > 0;
}

/* A column as it can be looked at alone: one that refers to another table is a
 * number of some size. */
static ent_declared_column alone(const ent_declared_entity *entity,
                                 const ent_declared_column *column) {
  ent_declared_column made = *column;

  if (!column->reference ||
      (!column->is_many && strcasecmp(column->reference, entity->name) == 0)) {
    return made;
  }
  made.type = (ent_sql_type){.name = column->is_many ? "json" : "bigint",
                             .size = -1,
                             .scale = -1,
                             .is_unsigned = !column->is_many};
  made.reference = NULL;
  made.is_many = false;
  made.on_delete = ENT_ON_DELETE_RESTRICT;
  return made;
}

/* What was read from the server cannot be declared as well. */
static ent_status check_options(const ent_declared_entity *entity,
                                ent_error *err) {
  if (entity->charset || entity->collation || entity->renamed_from ||
      entity->n_indexes || entity->n_key || entity->is_keyless) {
    return ent_fail(err, ENT_CONFIG,
                    "without columns everything is read from the server: "
                    "pool=, table= and config= say from where");
  }
  return ENT_OK;
}

ent_status ent_items_check(const ent_session *session,
                           const ent_session_pool *pool, const ent_items *items,
                           ent_error *err) {
  const ent_opened *opened = ent_session_opened_of(session, pool);
  ent_arena *arena = &items->declaration->arena;
  ent_declared_entity entity = *items->entity;
  ent_declared_column *columns =
      ent_arena_alloc(arena, (entity.n_columns + 1) * sizeof(*columns));
  ent_declared all = {.entities = &entity, .n_entities = 1};
  ent_problems problems = {.arena = arena};

  if (!columns) return ent_fail_nomem(err);
  for (size_t i = 0; i < entity.n_columns; i++)
    columns[i] = alone(&entity, &entity.columns[i]);
  entity.columns = columns;
  ent_registry_unfinished(&all, &problems);
  if (items->with_deleted && ent_items_declare(items) && !entity.fake_delete) {
    return ent_fail(err, ENT_CONFIG,
                    "with_deleted: the table of all rows belongs to an entity "
                    "with fake_delete");
  }
  if (!ent_items_declare(items)) {
    ent_status status = ent_problems_report(&problems, err);

    return status ? status : check_options(&entity, err);
  }
  if (opened) {
    all.enums = opened->config->declared.enums;
    all.n_enums = opened->config->declared.n_enums;
    ent_registry_check(&all, opened->config->pools, opened->config->n_pools,
                       &problems);
  }
  return ent_problems_report(&problems, err);
}
