#include "backends/base/column_default.h"
#include "backends/base/registry_log.h"
#include "backends/base/registry_walk.h"
#include "backends/base/tokens.h"
#include "backends/base/type_words.h"

#include <string.h>

/* One resolving of one entity, into `to`. */
typedef struct maker {
  const ent_registry *r;
  const ent_registry_entity *e;
  ent_declared_column *columns; /* all of them, and room for one more */
  size_t n_columns;
  ent_declared_index *indexes; /* room for one more for each column */
  size_t n_indexes;
  ent_error *err;
} maker;

/* ---- columns ---- */

/* A text that refers to a text has its charset: that of the column there, or
 * of its table. */
static void take_charset(ent_declared_column *column,
                         const ent_declared_column *target,
                         const ent_declared_entity *owner) {
  bool is_own = target->charset || target->collation;

  if (!ent_sql_type_is_text(&column->type)) return;
  column->charset = is_own ? target->charset : owner->charset;
  column->collation = is_own ? target->collation : owner->collation;
}

static ent_status resolve_reference(maker *m, ent_declared_column *column) {
  const ent_registry_entity *owner;
  const ent_declared_column *target;
  const char *why;

  if (!column->is_many) {
    target = ent_registry_target(m->r, column, &owner, &why);
    if (!target || !ent_registry_type(m->r, target, &column->type)) {
      return ent_fail(m->err, ENT_CONFIG, "%s.%s: refers to nothing",
                      m->e->entity->name, column->name);
    }
    take_charset(column, target, owner->entity);
  }
  column->reference =
      ent_registry_entity_of(m->r, column->reference)->entity->name;
  return ENT_OK;
}

static ent_status resolve_enum(maker *m, ent_declared_column *column) {
  const ent_declared_enum *words = ent_registry_enum(m->r, column->enum_name);

  if (!words || !ent_registry_type(m->r, column, &column->type)) {
    return ent_fail(m->err, ENT_CONFIG, "%s.%s: no such enum",
                    m->e->entity->name, column->name);
  }
  column->enum_name = words->name;
  if (!column->is_set && !column->is_nullable &&
      column->default_kind == ENT_DEFAULT_NONE) {
    column->default_kind = ENT_DEFAULT_VALUE;
    column->default_text = words->default_word;
  }
  return ENT_OK;
}

static ent_status resolve_column(maker *m, ent_declared_column *column) {
  ent_status status = ENT_OK;

  if (column->reference) status = resolve_reference(m, column);
  if (!status && column->enum_name) status = resolve_enum(m, column);
  if (status) return status;
  column->is_wide = (column->is_wide || m->e->entity->is_wide) &&
                    ent_sql_type_can_be_wide(&column->type);
  return ent_column_default_fit(column, m->r->arena, m->err);
}

/* The resolved column of a name. */
static ent_declared_column *find_column(const maker *m, const char *name) {
  const ent_named *found = ent_names_find(&m->e->columns, name);

  return found ? &m->columns[found->at] : NULL;
}

static ent_status resolve_columns(maker *m) {
  const ent_declared_entity *entity = m->e->entity;

  m->n_columns = entity->n_columns;
  m->columns =
      ent_arena_alloc(m->r->arena, (m->n_columns + 1) * sizeof(*m->columns));
  if (!m->columns) return ent_fail_nomem(m->err);
  for (size_t i = 0; i < m->n_columns; i++) {
    ent_status status;

    m->columns[i] = entity->columns[i];
    status = resolve_column(m, &m->columns[i]);
    if (status) return status;
  }
  return ENT_OK;
}

/* Adds the column that marks what is deleted by its key. */
static ent_status add_fake_delete(maker *m) {
  const ent_declared_column *key =
      m->e->n_key ? find_column(m, m->e->key[0]) : NULL;
  ent_declared_column *column = &m->columns[m->n_columns];

  if (!key) {
    return ent_fail(m->err, ENT_CONFIG, "%s: no key", m->e->entity->name);
  }
  m->n_columns++;
  *column = (ent_declared_column){.name = ent_fake_delete,
                                  .line = m->e->entity->line,
                                  .type = key->type,
                                  .default_kind = ENT_DEFAULT_VALUE,
                                  .default_text = "0"};
  column->type.is_unsigned = true;
  column->type.size = -1;
  column->is_wide =
      m->e->entity->is_wide && ent_sql_type_can_be_wide(&column->type);
  return ENT_OK;
}

/* ---- key and indexes ---- */

/* Names of columns as those are spelt, with room for one more. */
static const char **spell(const maker *m, const char *const *names, size_t n) {
  const char **spelt = ent_arena_alloc(m->r->arena, (n + 1) * sizeof(*spelt));

  for (size_t i = 0; spelt && i < n; i++) {
    const ent_declared_column *column = find_column(m, names[i]);

    spelt[i] = column ? column->name : ent_fake_delete;
  }
  return spelt;
}

/* Columns of the key are not null.  The server numbers an `id` that nobody
 * said more of than that it is an integer. */
static void resolve_key(maker *m, const char *const *key) {
  bool is_given = m->e->entity->n_key > 0;

  for (size_t i = 0; i < m->e->n_key; i++) {
    ent_declared_column *column = find_column(m, key[i]);

    if (!column) continue;
    column->is_nullable = false;
    if (!is_given && !column->reference &&
        column->default_kind == ENT_DEFAULT_NONE &&
        ent_sql_type_family(&column->type) == ENT_FAMILY_INTEGER) {
      column->is_auto = true;
    }
  }
}

static ent_status add_index(maker *m, const ent_declared_index *index) {
  ent_declared_index *added = &m->indexes[m->n_indexes++];
  const char **columns = spell(m, index->columns, index->n_columns);
  size_t n = index->n_columns;

  if (!columns) return ent_fail_nomem(m->err);
  if (index->is_unique && m->e->entity->fake_delete) {
    bool is_there = false;

    for (size_t i = 0; i < n; i++)
      is_there |= ent_name_compare(columns[i], ent_fake_delete) == 0;
    if (!is_there) columns[n++] = ent_fake_delete;
  }
  *added = *index;
  added->columns = columns;
  added->n_columns = n;
  return ENT_OK;
}

static bool begins_index(const maker *m, const char *const *key,
                         const char *name) {
  if (m->e->n_key && strcmp(key[0], name) == 0) return true;
  for (size_t i = 0; i < m->n_indexes; i++) {
    if (strcmp(m->indexes[i].columns[0], name) == 0) return true;
  }
  return false;
}

/* Adds those that foreign keys need. */
static ent_status add_reference_indexes(maker *m, const char *const *key) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < m->n_columns; i++) {
    const ent_declared_column *column = &m->columns[i];

    if (column->reference && !column->is_many &&
        !begins_index(m, key, column->name)) {
      status = add_index(m, &(ent_declared_index){.name = column->name,
                                                  .line = column->line,
                                                  .columns = &column->name,
                                                  .n_columns = 1});
    }
  }
  return status;
}

static ent_status resolve_indexes(maker *m, const char *const *key) {
  const ent_declared_entity *entity = m->e->entity;
  size_t room = entity->n_indexes + m->n_columns;
  ent_status status = ENT_OK;

  m->indexes = ent_arena_alloc(m->r->arena, (room + 1) * sizeof(*m->indexes));
  if (!m->indexes) return ent_fail_nomem(m->err);
  for (size_t i = 0; !status && i < entity->n_indexes; i++)
    status = add_index(m, &entity->indexes[i]);
  return status ? status : add_reference_indexes(m, key);
}

static ent_status resolve_entity(maker *m, ent_declared_entity *to) {
  ent_status status = resolve_columns(m);
  const char **key;

  if (status) return status;
  key = spell(m, m->e->key, m->e->n_key);
  if (!key) return ent_fail_nomem(m->err);
  resolve_key(m, key);
  if (m->e->entity->fake_delete) status = add_fake_delete(m);
  if (!status) status = resolve_indexes(m, key);
  if (status) return status;
  *to = *m->e->entity;
  to->columns = m->columns;
  to->n_columns = m->n_columns;
  to->key = key;
  to->n_key = m->e->n_key;
  to->is_keyless = m->e->n_key == 0;
  to->indexes = m->indexes;
  to->n_indexes = m->n_indexes;
  return ENT_OK;
}

static size_t count_logs(const ent_declared *declared) {
  size_t n = 0;

  for (size_t i = 0; i < declared->n_entities; i++)
    n += declared->entities[i].log_pool != NULL;
  return n;
}

/* Log tables stand behind all entities that have them. */
static ent_status add_logs(ent_declared_entity *entities, size_t n,
                           ent_arena *arena, ent_error *err) {
  ent_declared_entity *to = entities + n;
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < n; i++) {
    if (!entities[i].log_pool) continue;
    status = ent_registry_log(&entities[i], arena, to++, err);
  }
  return status;
}

ent_status ent_registry_resolve(const ent_declared *declared, ent_arena *arena,
                                const ent_declared **resolved, ent_error *err) {
  ent_registry r = {.declared = declared, .arena = arena};
  size_t n_logs = count_logs(declared);
  ent_declared *made = ent_arena_alloc(arena, sizeof(*made));
  ent_declared_entity *entities = ent_arena_alloc(
      arena, (declared->n_entities + n_logs + 1) * sizeof(*entities));
  ent_status status = ENT_OK;

  if (!made || !entities || !ent_registry_start(&r)) return ent_fail_nomem(err);
  for (size_t i = 0; !status && i < declared->n_entities; i++) {
    maker m = {.r = &r, .e = &r.entities[i], .err = err};

    status = resolve_entity(&m, &entities[i]);
  }
  if (!status) status = add_logs(entities, declared->n_entities, arena, err);
  if (status) return status;
  *made = *declared;
  made->entities = entities;
  made->n_entities += n_logs;
  *resolved = made;
  return ENT_OK;
}
