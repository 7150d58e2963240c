#include "vtab/declaration.h"

#include "vtab/sqlite.h"

#include <string.h>

ent_declaration *ent_declaration_new(ent_config *config) {
  ent_declaration *declaration = sqlite3_malloc64(sizeof(*declaration));

  if (!declaration) return NULL;
  *declaration =
      (ent_declaration){.n_users = 1,
                        .config = config,
                        .declared = config ? &config->declared : NULL};
  return declaration;
}

ent_declaration *ent_declaration_ref(ent_declaration *declaration) {
  declaration->n_users++;
  return declaration;
}

void ent_declaration_unref(ent_declaration *declaration) {
  if (!declaration || --declaration->n_users > 0) return;
  ent_arena_done(&declaration->arena);
  ent_config_free(declaration->config);
  sqlite3_free(declaration);
}

const ent_declared_entity *
ent_declaration_find(const ent_declaration *declaration, const char *pool,
                     const char *table) {
  const ent_declared *declared = declaration->declared;

  for (size_t i = 0; i < declared->n_entities; i++) {
    const ent_declared_entity *entity = &declared->entities[i];

    if (strcmp(entity->pool, pool) == 0 && strcmp(entity->table, table) == 0) {
      return entity;
    }
  }
  return NULL;
}
