#include "backends/base/config_walk.h"

#include "backends/base/enum_words.h"
#include "backends/base/tokens.h"

#include <string.h>

static const char columns_expected[] =
    "expected columns such as {id: bigint unsigned, name: varchar(100) not "
    "null}";

/* Whether a name that stands as a key can be one; else that is noted at the
 * key above it, because it may not be fit to be shown. */
static bool is_name(ent_config_walk *w, const ent_yaml *node, const char *name,
                    const char *parent) {
  const char *why = ent_name_refused(name);

  if (!why) return true;
  ent_problems_add(w->problems, node->line, parent, "a name that %s", why);
  return false;
}

/* ---- options ---- */

static void take_option(ent_config_walk *w, const ent_yaml *node,
                        const char *key) {
  const char *text = ent_config_take_text(w, node, key, "expected a value");
  ent_error err = {0};

  if (text && ent_draft_set(&w->draft, node->key, text, &err)) {
    ent_config_note(w, node->line, key, &err);
  }
}

static const char streams_expected[] =
    "expected the name of a stream, or a list of them";

static void take_dirty(ent_config_walk *w, const ent_yaml *node,
                       const char *key) {
  size_t n;
  const char *const *streams =
      ent_config_take_texts(w, node, key, streams_expected, &n);
  ent_error err = {0};

  if (streams && ent_draft_set_dirty(&w->draft, streams, n, &err)) {
    ent_config_note(w, node->line, key, &err);
  }
}

/* ---- columns ---- */

static void refuse_twice(ent_config_walk *w, const ent_yaml *node,
                         const char *key) {
  ent_problems_add(w->problems, node->line, key,
                   "given twice: the type has it, too");
}

/* What the whole column was read for stands in it already. */
static void take_type(ent_config_walk *w, const ent_yaml *node,
                      const char *key) {
  (void)w;
  (void)node;
  (void)key;
}

static void take_column_dirty(ent_config_walk *w, const ent_yaml *node,
                              const char *key) {
  ent_declared_column *column = &w->column.column;

  if (column->n_dirty) refuse_twice(w, node, key);
  column->dirty =
      ent_config_take_texts(w, node, key, streams_expected, &column->n_dirty);
}

static void take_skip_log(ent_config_walk *w, const ent_yaml *node,
                          const char *key) {
  static const char expected[] = "expected true or false";
  const char *text = ent_config_take_text(w, node, key, expected);

  if (!text) return;
  if (strcmp(text, "true") == 0) {
    w->column.column.skips_log = true;
  } else if (strcmp(text, "false") != 0) {
    ent_problems_add(w->problems, node->line, key, "%s", expected);
  }
}

static void take_charset_name(ent_config_walk *w, const ent_yaml *node,
                              const char *key, const char *expected,
                              const char **to) {
  const char *text = ent_config_take_text(w, node, key, expected);

  if (!text) return;
  if (*to) refuse_twice(w, node, key);
  *to = ent_charset_name(text, ent_config_arena(w));
  if (!*to) ent_problems_add(w->problems, node->line, key, "%s", expected);
}

static void take_column_charset(ent_config_walk *w, const ent_yaml *node,
                                const char *key) {
  take_charset_name(w, node, key,
                    "expected the name of a charset, such as utf8mb4",
                    &w->column.column.charset);
}

static void take_column_collation(ent_config_walk *w, const ent_yaml *node,
                                  const char *key) {
  take_charset_name(w, node, key,
                    "expected the name of a collation, such as utf8mb4_bin",
                    &w->column.column.collation);
}

static void take_renamed_from(ent_config_walk *w, const ent_yaml *node,
                              const char *key) {
  ent_declared_column *column = &w->column.column;
  const char *text =
      ent_config_take_text(w, node, key, "expected the name of a column");

  if (!text || !is_name(w, node, text, key)) return;
  if (column->renamed_from) refuse_twice(w, node, key);
  column->renamed_from = text;
}

static void take_column_wide(ent_config_walk *w, const ent_yaml *node,
                             const char *key) {
  w->column.column.is_wide = ent_config_take_word(
      w, node, key, "text", "expected text, or no such key");
}

static const ent_config_rule column_rules[] = {
    {"type", take_type},
    {"charset", take_column_charset},
    {"collation", take_column_collation},
    {"wide", take_column_wide},
    {"dirty", take_column_dirty},
    {"skip_log", take_skip_log},
    {"renamed_from", take_renamed_from},
    {NULL, NULL},
};

/* Reads the words of a column.  One that is wrong becomes an integer, so that
 * what names it is not wrong, too. */
static void read_words(ent_config_walk *w, const ent_yaml *node,
                       const char *key) {
  ent_declared_column *column = &w->column.column;
  const char *text = ent_config_take_text(
      w, node, key,
      "expected a type such as int unsigned, varchar(100) or references "
      "school");
  ent_error err = {0};

  if (text &&
      !ent_column_words_read(text, ent_config_arena(w), &w->column, &err)) {
    return;
  }
  if (text) ent_config_note(w, node->line, key, &err);
  *column =
      (ent_declared_column){.name = column->name,
                            .line = column->line,
                            .type = {.name = "int", .size = -1, .scale = -1},
                            .is_nullable = true};
}

static const ent_yaml *child_of(const ent_yaml *map, const char *key) {
  const ent_yaml *child = map->first;

  while (child && strcmp(child->key, key) != 0)
    child = child->next;
  return child;
}

/* Takes a column from its words, or from a mapping that has them under
 * `type`. */
static void take_column(ent_config_walk *w, const ent_yaml *node,
                        const char *name, const char *key) {
  const ent_yaml *type =
      node->kind == ENT_YAML_MAP ? child_of(node, "type") : node;
  ent_error err = {0};
  int n_problems = w->problems->n;

  w->column = (ent_column_words){.column = {.name = name, .line = node->line}};
  read_words(w, type, key);
  if (node->kind == ENT_YAML_MAP) {
    for (const ent_yaml *at = node->first; at; at = at->next)
      ent_config_take_key(w, at, key, column_rules);
  }
  if (w->problems->n == n_problems &&
      ent_column_words_check(&w->column, ent_config_arena(w), &err)) {
    ent_config_note(w, node->line, key, &err);
    ent_error_clear(&err);
  }
  if (ent_draft_add_column(&w->draft, &w->column, &err)) {
    ent_config_note(w, node->line, key, &err);
  }
}

/* A mapping is a column where its type is a text; a group of columns may have
 * one that is called "type" by giving that as a mapping. */
static bool is_group(const ent_yaml *node) {
  const ent_yaml *type;

  if (node->kind != ENT_YAML_MAP) return false;
  type = child_of(node, "type");
  return !type || type->kind == ENT_YAML_MAP;
}

/* Takes all columns of a mapping; those of a group are called after its path,
 * `prefix`.  A document is not nested deeper than ENT_YAML_DEPTH. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static void take_group(ent_config_walk *w, const ent_yaml *map,
                       const char *prefix, const char *key) {
  const char *entity = w->draft.entity.name;

  if (!ent_config_is_map(w, map, key, columns_expected)) return;
  if (!map->first) {
    ent_problems_add(w->problems, map->line, key, "%s", columns_expected);
  }
  for (const ent_yaml *at = map->first; at; at = at->next) {
    const char *name =
        prefix ? ent_arena_printf(ent_config_arena(w), "%s_%s", prefix, at->key)
               : at->key;
    const char *path;

    if (!name) {
      w->problems->no_memory = true;
      return;
    }
    if (!is_name(w, at, name, key)) continue;
    path = ent_config_key_path(w, entity, name);
    if (is_group(at)) {
      take_group(w, at, name, path);
    } else {
      take_column(w, at, name, path);
    }
  }
}

static void take_columns(ent_config_walk *w, const ent_yaml *node,
                         const char *key) {
  take_group(w, node, NULL, key);
}

/* ---- indexes, key, queries ---- */

static void take_indexes(ent_config_walk *w, const ent_yaml *map,
                         const char *key, bool is_unique) {
  static const char expected[] =
      "expected names of indexes with their columns, such as {name_age: [name, "
      "age]}";
  ent_error err = {0};

  if (!ent_config_is_map(w, map, key, expected)) return;
  for (const ent_yaml *at = map->first; at; at = at->next) {
    ent_declared_index index = {
        .name = at->key, .line = at->line, .is_unique = is_unique};

    if (!is_name(w, at, at->key, key)) continue;
    index.columns = ent_config_take_texts(
        w, at, ent_config_key_path(w, w->draft.entity.name, at->key),
        "expected a list of columns, such as [name, age]", &index.n_columns);
    if (index.columns && ent_draft_add_index(&w->draft, &index, &err)) {
      ent_config_note(w, at->line, key, &err);
    }
  }
}

static void take_unique(ent_config_walk *w, const ent_yaml *node,
                        const char *key) {
  take_indexes(w, node, key, true);
}

static void take_index(ent_config_walk *w, const ent_yaml *node,
                       const char *key) {
  take_indexes(w, node, key, false);
}

static void take_primary(ent_config_walk *w, const ent_yaml *node,
                         const char *key) {
  size_t n;
  const char *const *columns = ent_config_take_texts(
      w, node, key,
      "expected the columns of the primary key, such as [id], or [] for none",
      &n);
  ent_error err = {0};

  if (columns && ent_draft_set_key(&w->draft, columns, n, &err)) {
    ent_config_note(w, node->line, key, &err);
  }
}

static void take_queries(ent_config_walk *w, const ent_yaml *map,
                         const char *key) {
  static const char expected[] =
      "expected names of queries with their text, such as {by_age: where age = "
      "?}";

  if (!ent_config_is_map(w, map, key, expected)) return;
  for (const ent_yaml *at = map->first; at; at = at->next) {
    const char *path, *text;
    ent_error err = {0};

    if (!is_name(w, at, at->key, key)) continue;
    path = ent_config_key_path(w, w->draft.entity.name, at->key);
    if (at->kind != ENT_YAML_SCALAR) {
      ent_problems_add(w->problems, at->line, path, "%s",
                       "expected a text such as where age = ?");
      continue;
    }
    text = ent_config_expand(w, at, path);
    if (text && ent_draft_add_query(&w->draft, at->key, at->line, text, &err)) {
      ent_config_note(w, at->line, path, &err);
    }
  }
}

/* ---- entities ---- */

static const ent_config_rule entity_rules[] = {
    {"columns", take_columns},
    {"unique", take_unique},
    {"index", take_index},
    {"primary", take_primary},
    {"queries", take_queries},
    {"pool", take_option},
    {"table", take_option},
    {"local_cache", take_option},
    {"redis_cache", take_option},
    {"log", take_option},
    {"dirty", take_dirty},
    {"fake_delete", take_option},
    {"charset", take_option},
    {"collation", take_option},
    {"renamed_from", take_option},
    {"wide", take_option},
    {NULL, NULL},
};

_Static_assert(ENT_COUNT(entity_rules) <= ENT_CONFIG_RULES_MAX,
               "ent_config_nearest() must have room for every name");

static void take_entity(ent_config_walk *w, const ent_yaml *node) {
  ent_declared_entity *entity;
  ent_error err = {0};

  if (!ent_config_is_map(w, node, node->key,
                         "expected what the entity is, such as {columns: {id: "
                         "bigint unsigned}}")) {
    return;
  }
  if (ent_draft_start(&w->draft, node->key, node->line, ent_config_arena(w),
                      &err)) {
    ent_config_note(w, node->line, node->key, &err);
    return;
  }
  for (const ent_yaml *at = node->first; at; at = at->next)
    ent_config_take_key(w, at, node->key, entity_rules);
  entity = ent_list_add(&w->entities, sizeof(*entity), ent_config_arena(w));
  if (!entity) {
    w->problems->no_memory = true;
    return;
  }
  ent_draft_finish(&w->draft, entity);
}

void ent_config_take_entities(ent_config_walk *w, const ent_yaml *node,
                              const char *key) {
  if (!ent_config_is_map(w, node, key,
                         "expected names of entities, such as {user: {columns: "
                         "{id: bigint unsigned}}}")) {
    return;
  }
  for (const ent_yaml *at = node->first; at; at = at->next) {
    if (is_name(w, at, at->key, key)) take_entity(w, at);
  }
}

/* ---- enums ---- */

static const char words_expected[] =
    "expected words such as [Red, Green, Blue], or {values: [Red, Green], "
    "default: Green}";

/* Takes the list of words. */
static void take_words(ent_config_walk *w, const ent_yaml *list,
                       const char *key, ent_declared_enum *words) {
  const char **taken = ent_arena_alloc(ent_config_arena(w),
                                       (list->n_children + 1) * sizeof(*taken));
  size_t n = 0;

  if (!taken) {
    w->problems->no_memory = true;
    return;
  }
  for (const ent_yaml *at = list->first; at; at = at->next) {
    if (at->kind != ENT_YAML_SCALAR) {
      ent_problems_add(w->problems, at->line, key, "%s", words_expected);
      return;
    }
    taken[n] = ent_config_expand(w, at, key);
    if (!taken[n++]) return;
  }
  words->words = taken;
  words->n_words = n;
}

/* Takes {values: […], default: …}. */
static void take_word_map(ent_config_walk *w, const ent_yaml *map,
                          const char *key, ent_declared_enum *words) {
  const ent_yaml *values = child_of(map, "values");

  if (!values || values->kind != ENT_YAML_LIST) {
    ent_problems_add(w->problems, map->line, key, "%s", words_expected);
    return;
  }
  take_words(w, values, key, words);
  for (const ent_yaml *at = map->first; at; at = at->next) {
    if (at == values) continue;
    if (strcmp(at->key, "default") == 0 && at->kind == ENT_YAML_SCALAR) {
      words->default_word = ent_config_expand(w, at, key);
    } else {
      ent_problems_add(w->problems, at->line, key, "%s", words_expected);
    }
  }
}

static void take_enum(ent_config_walk *w, const ent_yaml *node,
                      const char *key) {
  ent_declared_enum *words =
      ent_list_add(&w->enums, sizeof(*words), ent_config_arena(w));

  if (!words) {
    w->problems->no_memory = true;
    return;
  }
  *words = (ent_declared_enum){.name = node->key, .line = node->line};
  if (node->kind == ENT_YAML_LIST) {
    take_words(w, node, key, words);
  } else if (node->kind == ENT_YAML_MAP) {
    take_word_map(w, node, key, words);
  } else {
    ent_problems_add(w->problems, node->line, key, "%s", words_expected);
  }
  if (!words->default_word && words->n_words) {
    words->default_word = words->words[0];
  }
}

void ent_config_take_enums(ent_config_walk *w, const ent_yaml *node,
                           const char *key) {
  if (!ent_config_is_map(w, node, key,
                         "expected names of enums with their words, such as "
                         "{color: [Red, Green, Blue]}")) {
    return;
  }
  for (const ent_yaml *at = node->first; at; at = at->next) {
    if (is_name(w, at, at->key, key)) {
      take_enum(w, at, ent_config_key_path(w, key, at->key));
    }
  }
}
