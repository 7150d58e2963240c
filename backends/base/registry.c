#include "backends/base/registry.h"

#include "backends/base/enum_words.h"
#include "backends/base/registry_walk.h"

#include <string.h>

const char ent_fake_delete[] = "fake_delete";

/* ---- enums ---- */

static void check_enum(const ent_registry *r, const ent_declared_enum *words) {
  const char *key = ent_arena_printf(r->arena, "enums.%s", words->name);
  const ent_named *twin = ent_names_find(&r->enum_names, words->name);
  ent_error err = {0};

  if (!key) {
    r->problems->no_memory = true;
    return;
  }
  /* One that could not be read is told of already. */
  if (!words->words) return;
  if (&r->declared->enums[twin->at] != words) {
    ent_problems_add(r->problems, words->line, key,
                     "an enum of this name is there already");
  }
  if (ent_enum_words_check(words->words, words->n_words, false, r->arena,
                           &err)) {
    ent_problems_add(r->problems, words->line, key, "%s", err.text);
  } else if (!ent_enum_words_have(words->words, words->n_words,
                                  words->default_word) &&
             ent_enum_words_refuse(words->words, words->n_words,
                                   words->default_word, r->arena, &err)) {
    ent_problems_add(r->problems, words->line, key, "the default: %s",
                     err.text);
  }
}

/* ---- charsets ---- */

/* "utf8" is another name of "utf8mb3". */
static const char *charset_name(const char *charset) {
  return strcmp(charset, "utf8mb3") == 0 ? "utf8" : charset;
}

/* Whether a collation is named after a charset: latin1_bin after latin1. */
static bool belongs(const char *collation, const char *charset) {
  size_t size = strlen(charset);

  return strncmp(collation, charset, size) == 0 &&
         (collation[size] == '_' || !collation[size]);
}

void ent_registry_check_collation(ent_problems *problems, int line,
                                  const char *key, const char *charset,
                                  const char *collation) {
  if (!charset || !collation) return;
  /* Those of MariaDB that every charset has. */
  if (belongs(collation, "uca1400")) return;
  if (belongs(collation, charset) ||
      belongs(collation, charset_name(charset)) ||
      (strcmp(charset_name(charset), "utf8") == 0 &&
       belongs(collation, "utf8mb3"))) {
    return;
  }
  ent_problems_add(problems, line, key,
                   "the collation %s is none of the charset %s, whose "
                   "collations begin with %s_",
                   collation, charset, charset);
}

/* ---- everything ---- */

void ent_registry_check(const ent_declared *declared,
                        const ent_config_pool *pools, size_t n_pools,
                        ent_problems *problems) {
  ent_registry r = {.declared = declared,
                    .pools = pools,
                    .n_pools = n_pools,
                    .problems = problems,
                    .arena = problems->arena};

  if (!ent_registry_start(&r)) {
    problems->no_memory = true;
    return;
  }
  for (size_t i = 0; i < declared->n_enums; i++)
    check_enum(&r, &declared->enums[i]);
  ent_registry_check_tables(&r);
  for (size_t i = 0; i < declared->n_entities; i++) {
    ent_registry_check_columns(&r, &r.entities[i]);
    ent_registry_check_indexes(&r, &r.entities[i]);
    ent_registry_check_queries(&r, &r.entities[i]);
  }
}

/* `column` may be NULL. */
static void refuse_unfinished(ent_problems *problems,
                              const ent_declared_entity *entity,
                              const char *column, const char *option,
                              int line) {
  const char *key =
      ent_arena_printf(problems->arena, "%s%s%s.%s", entity->name,
                       column ? "." : "", column ? column : "", option);

  if (!key) problems->no_memory = true;
  ent_problems_add(problems, line, key, "does not work yet in this version");
}

static void refuse_unfinished_columns(ent_problems *problems,
                                      const ent_declared_entity *entity) {
  for (size_t i = 0; i < entity->n_columns; i++) {
    const ent_declared_column *column = &entity->columns[i];

    if (column->n_dirty) {
      refuse_unfinished(problems, entity, column->name, "dirty", column->line);
    }
  }
}

/* What the options of one entity ask for. */
static void refuse_unfinished_options(ent_problems *problems,
                                      const ent_declared_entity *e) {
  const struct {
    const char *name;
    bool is_there;
  } options[] = {{"dirty", e->n_dirty > 0}};

  for (size_t i = 0; i < ENT_COUNT(options); i++) {
    if (!options[i].is_there) continue;
    refuse_unfinished(problems, e, NULL, options[i].name, e->line);
  }
}

void ent_registry_unfinished(const ent_declared *declared,
                             ent_problems *problems) {
  for (size_t i = 0; i < declared->n_entities; i++) {
    refuse_unfinished_options(problems, &declared->entities[i]);
    refuse_unfinished_columns(problems, &declared->entities[i]);
  }
}
