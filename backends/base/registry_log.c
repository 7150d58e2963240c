#include "backends/base/registry_log.h"

#include "backends/base/tokens.h"
#include "backends/base/type_words.h"

#include <string.h>

static const char *const key[] = {"id"};
static const char *const entity_id[] = {"entity_id"};

static const ent_declared_index by_entity[] = {
    {.name = "entity_id", .columns = entity_id, .n_columns = 1},
};

enum { ENT_LOG_ENTITY_ID = 1 };

static const ent_declared_column log_columns[] = {
    {.name = "id",
     .type = {.name = "bigint", .size = -1, .scale = -1, .is_unsigned = true},
     .is_auto = true},
    {.name = "entity_id"},
    {.name = "added_at", .type = {.name = "datetime", .size = 6, .scale = -1}},
    {.name = "meta",
     .type = {.name = "json", .size = -1, .scale = -1},
     .is_nullable = true},
    {.name = "before",
     .type = {.name = "json", .size = -1, .scale = -1},
     .is_nullable = true},
    {.name = "changes",
     .type = {.name = "json", .size = -1, .scale = -1},
     .is_nullable = true},
};

static const ent_declared_column *key_of(const ent_declared_entity *entity) {
  for (size_t i = 0; entity->n_key == 1 && i < entity->n_columns; i++) {
    if (ent_name_compare(entity->columns[i].name, entity->key[0]) == 0)
      return &entity->columns[i];
  }
  return NULL;
}

/* A text refers to a text: in its charset. */
static void take_key(const ent_declared_entity *entity,
                     const ent_declared_column *from,
                     ent_declared_column *column) {
  column->type = from->type;
  if (!ent_sql_type_is_text(&from->type)) return;
  column->charset = from->charset ? from->charset : entity->charset;
  column->collation = from->collation ? from->collation : entity->collation;
}

/* "_log_user", the table that the log has or had; NULL for none. */
static const char *table_of(const char *name, ent_arena *arena) {
  return name ? ent_arena_printf(arena, "_log_%s", name) : NULL;
}

ent_status ent_registry_log(const ent_declared_entity *of, ent_arena *arena,
                            ent_declared_entity *to, ent_error *err) {
  const ent_declared_column *from = key_of(of);
  ent_declared_column *columns = ent_arena_alloc(arena, sizeof(log_columns));

  if (!from) return ent_fail(err, ENT_CONFIG, "%s.log: no key", of->name);
  *to = (ent_declared_entity){
      .name = ent_arena_printf(arena, "%s_log", of->name),
      .line = of->line,
      .pool = of->log_pool,
      .table = table_of(of->name, arena),
      .renamed_from = table_of(of->renamed_from, arena),
      .columns = columns,
      .n_columns = ENT_COUNT(log_columns),
      .key = key,
      .n_key = ENT_COUNT(key),
      .indexes = by_entity,
      .n_indexes = ENT_COUNT(by_entity),
  };
  if (!columns || !to->name || !to->table) return ent_fail_nomem(err);
  if (of->renamed_from && !to->renamed_from) return ent_fail_nomem(err);
  memcpy(columns, log_columns, sizeof(log_columns));
  take_key(of, from, &columns[ENT_LOG_ENTITY_ID]);
  return ENT_OK;
}
