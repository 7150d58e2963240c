/* Items of entity(…), one a line: an entity that is taken and fits is complete
 * once it is resolved, one that is refused says why in one line. */
#include "backends/base/column_default.h"
#include "backends/base/entity_items.h"
#include "backends/base/registry.h"
#include "backends/base/value.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ENT_ITEMS_MAX = 64 };

/* The name is libFuzzer's. */
/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_error(const ent_error *err) {
  if (err->status != ENT_CONFIG || !*err->text) abort();
  if (strpbrk(err->text, "\n\r")) abort();
  if (!ent_utf8_valid(err->text, strlen(err->text))) abort();
}

/* A default is spelt as the server does already, so spelling it again changes
 * nothing. */
static void check_column(const ent_declared_column *column, ent_arena *arena) {
  ent_declared_column again = *column;
  ent_error err = {0};

  if (!*column->name || !column->type.name) abort();
  if (ent_column_default_fit(&again, arena, &err)) abort();
  if (column->default_kind != ENT_DEFAULT_VALUE) return;
  if (strcmp(again.default_text, column->default_text) != 0) abort();
}

static void check_entity(const ent_declared_entity *entity, ent_arena *arena) {
  if (!entity->n_columns || (!entity->n_key && !entity->is_keyless)) abort();
  for (size_t i = 0; i < entity->n_columns; i++)
    check_column(&entity->columns[i], arena);
  for (size_t i = 0; i < entity->n_indexes; i++) {
    if (!entity->indexes[i].n_columns) abort();
  }
}

/* Looks at the entity by itself, in a configuration of one pool. */
static void check_registry(const ent_declared_entity *entity,
                           ent_arena *arena) {
  static const ent_config_pool pool = {
      .name = "default", .address = {.host = "h", .database = "d"}};
  static const char *const words[] = {"a", "b"};
  static const ent_declared_enum color = {
      .name = "color", .words = words, .n_words = 2, .default_word = "a"};
  ent_declared all = {
      .enums = &color, .n_enums = 1, .entities = entity, .n_entities = 1};
  ent_problems problems = {.file = "f", .arena = arena};
  const ent_declared *resolved;
  ent_error err = {0};

  ent_registry_check(&all, &pool, 1, &problems);
  if (ent_problems_report(&problems, &err)) {
    check_error(&err);
    return;
  }
  if (ent_registry_resolve(&all, arena, &resolved, &err)) abort();
  check_entity(&resolved->entities[0], arena);
}

/* Ends every line, and returns how many there are. */
static size_t split(char *text, const char *items[ENT_ITEMS_MAX]) {
  size_t n = 0;

  while (text && n < ENT_ITEMS_MAX) {
    items[n++] = text;
    text = strchr(text, '\n');
    if (text) *text++ = '\0';
  }
  return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *items[ENT_ITEMS_MAX];
  ent_arena arena = {0};
  char *text = ent_arena_copy(&arena, (const char *)data, size);
  ent_entity_items read;
  ent_error err = {0};
  size_t n;

  if (!text) abort();
  n = split(text, items);
  if (ent_entity_items_read("user", items, n, &arena, &read, &err)) {
    check_error(&err);
  } else {
    check_registry(&read.entity, &arena);
  }
  ent_arena_done(&arena);
  return 0;
}
