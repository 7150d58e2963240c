/* Configurations of any bytes: one that is taken is complete, one that is
 * refused says why in one line. */
#include "backends/base/config.h"
#include "backends/base/registry.h"
#include "backends/base/value.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The name is libFuzzer's. */
/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_pool(const ent_config *config, size_t n) {
  const ent_config_pool *pool = &config->pools[n];

  if (!ent_address_is_pool_name(pool->name)) abort();
  if (pool->line < 1 || !pool->address.database) abort();
  if (pool->n_patterns && !pool->import) abort();
  if (!pool->import && ent_config_matches(pool, "a")) abort();
  for (size_t i = 0; i < pool->n_patterns; i++) {
    if (!*pool->patterns[i]) abort();
    ent_config_matches(pool, pool->patterns[i]);
  }
  for (size_t i = 0; i < n; i++) {
    if (strcmp(config->pools[i].name, pool->name) == 0) abort();
  }
}

/* What fits can be resolved, and every column has a type then. */
static void check_declared(ent_config *config) {
  const ent_declared *resolved;
  ent_error err = {0};

  if (ent_registry_resolve(&config->declared, &config->arena, &resolved,
                           &err)) {
    abort();
  }
  for (size_t i = 0; i < resolved->n_entities; i++) {
    const ent_declared_entity *entity = &resolved->entities[i];

    if (!entity->n_columns || !*entity->table) abort();
    for (size_t k = 0; k < entity->n_columns; k++) {
      if (!entity->columns[k].type.name) abort();
    }
  }
}

static void check_config(ent_config *config) {
  if (!config->n_pools || config->timeout_ms < -1) abort();
  check_declared(config);
  if (config->snapshot_max_s < -1) abort();
  for (size_t i = 0; i < config->n_pools; i++)
    check_pool(config, i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ent_config *config = NULL;
  ent_error err = {0};

  if (!ent_config_parse("f", (const char *)data, size, &config, &err)) {
    check_config(config);
    ent_config_free(config);
    return 0;
  }
  if (config || err.status != ENT_CONFIG) abort();
  if (strncmp(err.text, "f:", 2) != 0 || strpbrk(err.text, "\n\r")) abort();
  if (!ent_utf8_valid(err.text, strlen(err.text))) abort();
  return 0;
}
