#include "backends/base/draft.h"

#include "backends/base/address.h"
#include "backends/base/config_problems.h"

#include <string.h>

static const char default_pool[] = "default";

/* An option with one value. */
typedef struct option {
  const char *name;
  ent_status (*set)(ent_draft *draft, const char *value, ent_error *err);
  bool is_flag; /* may stand without a value */
} option;

static ent_status check_name(const char *name, ent_error *err) {
  const char *why = ent_name_refused(name);

  return why ? ent_fail(err, ENT_CONFIG, "the name %s", why) : ENT_OK;
}

ent_status ent_draft_start(ent_draft *draft, const char *name, int line,
                           ent_arena *arena, ent_error *err) {
  *draft = (ent_draft){.arena = arena};
  draft->entity = (ent_declared_entity){
      .name = name, .line = line, .pool = default_pool, .table = name};
  return check_name(name, err);
}

ent_status ent_draft_set_key(ent_draft *draft, const char *const *columns,
                             size_t n, ent_error *err) {
  if (draft->has_key) {
    return ent_fail(err, ENT_CONFIG,
                    "a second primary key; one of several columns is written "
                    "beside them");
  }
  draft->has_key = true;
  draft->entity.key = columns;
  draft->entity.n_key = n;
  draft->entity.is_keyless = n == 0;
  return ENT_OK;
}

ent_status ent_draft_add_column(ent_draft *draft,
                                const ent_column_words *column,
                                ent_error *err) {
  ent_status status = check_name(column->column.name, err);
  ent_declared_column *added;
  const char **key;

  if (status || column->is_ignored) return status;
  added = ent_list_add(&draft->columns, sizeof(*added), draft->arena);
  if (!added) return ent_fail_nomem(err);
  *added = column->column;
  if (!column->is_key) return ENT_OK;
  key = ent_arena_alloc(draft->arena, sizeof(*key));
  if (!key) return ent_fail_nomem(err);
  *key = added->name;
  return ent_draft_set_key(draft, key, 1, err);
}

ent_status ent_draft_add_index(ent_draft *draft,
                               const ent_declared_index *index,
                               ent_error *err) {
  ent_status status = check_name(index->name, err);
  ent_declared_index *added;

  if (status) return status;
  added = ent_list_add(&draft->indexes, sizeof(*added), draft->arena);
  if (!added) return ent_fail_nomem(err);
  *added = *index;
  return ENT_OK;
}

/* A copy of a text without the space at both of its ends. */
static const char *trimmed(const char *text, ent_arena *arena) {
  size_t size;

  text += strspn(text, " \t\r\n");
  size = strlen(text);
  while (size && strchr(" \t\r\n", text[size - 1]))
    size--;
  return ent_arena_copy(arena, text, size);
}

ent_status ent_draft_add_query(ent_draft *draft, const char *name, int line,
                               const char *text, ent_error *err) {
  ent_declared_query *added;
  ent_tokens words;
  bool is_one;
  ent_status status = check_name(name, err);

  if (!status) status = ent_tokens_start(&words, text, err);
  if (status) return status;
  is_one = ent_tokens_is(&words, "one");
  text = trimmed(is_one ? words.rest : text, draft->arena);
  added = ent_list_add(&draft->queries, sizeof(*added), draft->arena);
  if (!text || !added) return ent_fail_nomem(err);
  *added = (ent_declared_query){
      .name = name, .line = line, .is_one = is_one, .text = text};
  return ENT_OK;
}

static ent_status set_name(const char **to, const char *value, ent_error *err) {
  ent_status status = check_name(value, err);

  if (!status) *to = value;
  return status;
}

static ent_status set_pool(ent_draft *draft, const char *value,
                           ent_error *err) {
  if (!ent_address_is_pool_name(value)) {
    return ent_fail(err, ENT_CONFIG, "expected the name of a pool");
  }
  draft->entity.pool = value;
  return ENT_OK;
}

static ent_status set_table(ent_draft *draft, const char *value,
                            ent_error *err) {
  return set_name(&draft->entity.table, value, err);
}

static ent_status set_renamed_from(ent_draft *draft, const char *value,
                                   ent_error *err) {
  return set_name(&draft->entity.renamed_from, value, err);
}

/* "true" is the pool `meant`, "false" none. */
static ent_status set_some_pool(const char **to, const char *value,
                                const char *meant, ent_error *err) {
  if (strcmp(value, "true") == 0) {
    *to = meant;
  } else if (strcmp(value, "false") == 0) {
    *to = NULL;
  } else if (ent_address_is_pool_name(value)) {
    *to = value;
  } else {
    return ent_fail(err, ENT_CONFIG,
                    "expected true, false or the name of a pool");
  }
  return ENT_OK;
}

static ent_status set_local_cache(ent_draft *draft, const char *value,
                                  ent_error *err) {
  return set_some_pool(&draft->entity.local_cache, value, default_pool, err);
}

static ent_status set_redis_cache(ent_draft *draft, const char *value,
                                  ent_error *err) {
  return set_some_pool(&draft->entity.redis_cache, value, default_pool, err);
}

/* The log stands where the table does, and that may be said later. */
static const char same_pool[] = "";

static ent_status set_log(ent_draft *draft, const char *value, ent_error *err) {
  return set_some_pool(&draft->entity.log_pool, value, same_pool, err);
}

static ent_status set_fake_delete(ent_draft *draft, const char *value,
                                  ent_error *err) {
  draft->entity.fake_delete = strcmp(value, "true") == 0;
  if (draft->entity.fake_delete || strcmp(value, "false") == 0) return ENT_OK;
  return ent_fail(err, ENT_CONFIG, "expected true or false");
}

static ent_status set_charset(ent_draft *draft, const char *value,
                              ent_error *err) {
  draft->entity.charset = ent_charset_name(value, draft->arena);
  if (draft->entity.charset) return ENT_OK;
  return ent_fail(err, ENT_CONFIG,
                  "expected the name of a charset, such as utf8mb4");
}

static ent_status set_collation(ent_draft *draft, const char *value,
                                ent_error *err) {
  draft->entity.collation = ent_charset_name(value, draft->arena);
  if (draft->entity.collation) return ENT_OK;
  return ent_fail(err, ENT_CONFIG,
                  "expected the name of a collation, such as utf8mb4_bin");
}

static ent_status set_wide(ent_draft *draft, const char *value,
                           ent_error *err) {
  if (strcmp(value, "text") != 0) {
    return ent_fail(err, ENT_CONFIG, "expected text, or nothing at all");
  }
  draft->entity.is_wide = true;
  return ENT_OK;
}

static const option options[] = {
    {"pool", set_pool, false},
    {"table", set_table, false},
    {"local_cache", set_local_cache, true},
    {"redis_cache", set_redis_cache, true},
    {"log", set_log, true},
    {"fake_delete", set_fake_delete, true},
    {"charset", set_charset, false},
    {"collation", set_collation, false},
    {"renamed_from", set_renamed_from, false},
    {"wide", set_wide, false},
};

enum { ENT_DRAFT_DIRTY = ENT_COUNT(options) }; /* its bit of `seen` */

static const option *find_option(const char *name) {
  for (size_t i = 0; i < ENT_COUNT(options); i++) {
    if (strcmp(options[i].name, name) == 0) return &options[i];
  }
  return NULL;
}

bool ent_draft_is_flag(const char *name) {
  const option *found = find_option(name);

  return found && found->is_flag;
}

static ent_status refuse_option(const char *name, ent_error *err) {
  const char *names[ENT_COUNT(options) + 2];
  const char *nearest;

  for (size_t i = 0; i < ENT_COUNT(options); i++)
    names[i] = options[i].name;
  names[ENT_COUNT(options)] = "dirty";
  names[ENT_COUNT(options) + 1] = NULL;
  nearest = ent_problems_nearest(name, names);
  if (nearest) {
    return ent_fail(err, ENT_CONFIG, "unknown option; did you mean '%s'?",
                    nearest);
  }
  return ent_fail(err, ENT_CONFIG,
                  "unknown option; there are pool, table, local_cache, "
                  "redis_cache, log, fake_delete, charset, collation, "
                  "renamed_from, wide, dirty");
}

/* Notes that an option is given, once. */
static ent_status see(ent_draft *draft, size_t bit, ent_error *err) {
  if (draft->seen >> bit & 1) {
    return ent_fail(err, ENT_CONFIG, "given twice");
  }
  draft->seen |= UINT32_C(1) << bit;
  return ENT_OK;
}

ent_status ent_draft_set(ent_draft *draft, const char *name, const char *value,
                         ent_error *err) {
  const option *found = find_option(name);
  ent_status status;

  if (!found) return refuse_option(name, err);
  status = see(draft, (size_t)(found - options), err);
  return status ? status : found->set(draft, value, err);
}

ent_status ent_draft_set_dirty(ent_draft *draft, const char *const *streams,
                               size_t n, ent_error *err) {
  ent_status status = see(draft, ENT_DRAFT_DIRTY, err);

  if (status) return status;
  draft->entity.dirty = streams;
  draft->entity.n_dirty = n;
  return ENT_OK;
}

void ent_draft_finish(ent_draft *draft, ent_declared_entity *entity) {
  *entity = draft->entity;
  if (entity->log_pool == same_pool) entity->log_pool = entity->pool;
  entity->columns = draft->columns.items;
  entity->n_columns = draft->columns.n;
  entity->indexes = draft->indexes.items;
  entity->n_indexes = draft->indexes.n;
  entity->queries = draft->queries.items;
  entity->n_queries = draft->queries.n;
}
