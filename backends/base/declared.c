#include "backends/base/declared.h"

#include <string.h>

const ent_declared_entity *ent_declared_find(const ent_declared *declared,
                                             const char *name) {
  for (size_t i = 0; i < declared->n_entities; i++) {
    if (strcmp(declared->entities[i].name, name) == 0) {
      return &declared->entities[i];
    }
  }
  return NULL;
}
