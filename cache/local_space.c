#include "cache/local_space.h"

#include <stdlib.h>

ent_local_space *ent_space_find(const ent_local_spaces *spaces,
                                uint64_t table_hash, uint64_t layout) {
  ent_local_space *space = ent_space_chain(spaces, table_hash);

  while (space && (space->table_hash != table_hash || space->layout != layout))
    space = space->next;
  return space;
}

static size_t space_size(unsigned n_parts) {
  return sizeof(ent_local_space) + n_parts * sizeof(ent_local_part);
}

uint64_t ent_space_bytes(unsigned n_parts) {
  return ent_local_heap(space_size(n_parts));
}

ent_local_space *ent_space_add(ent_local_spaces *spaces, ent_local *cache,
                               uint64_t table_hash, uint64_t layout,
                               unsigned n_parts) {
  ent_local_space *space = malloc(space_size(n_parts));

  if (!space) return NULL;
  space->next = ent_space_chain(spaces, table_hash);
  space->cache = cache;
  space->table_hash = table_hash;
  space->layout = layout;
  for (unsigned i = 0; i < n_parts; i++) {
    atomic_init(&space->parts[i].epoch, 0);
    space->parts[i].n_live = 0;
  }
  atomic_store(&spaces->chains[table_hash % ENT_SPACE_CHAINS], space);
  return space;
}

void ent_spaces_done(ent_local_spaces *spaces) {
  for (unsigned i = 0; i < ENT_SPACE_CHAINS; i++) {
    ent_local_space *space = ent_space_chain(spaces, i);

    while (space) {
      ent_local_space *next = space->next;

      free(space);
      space = next;
    }
  }
}
