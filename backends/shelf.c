#include "backends/shelf.h"

#include <stdlib.h>

enum {
  ENT_SHELF_FIRST = 16,
  ENT_SHELF_KEPT = 1024,    /* places that stay */
  ENT_SHELF_ITEM_COST = 64, /* bytes of the heap that a small item holds */
};

static bool make_room(ent_shelf *shelf) {
  size_t capacity =
      shelf->capacity ? shelf->capacity * 2 : (size_t)ENT_SHELF_FIRST;
  ent_shelved *items;

  if (shelf->n < shelf->capacity) return true;
  items = realloc(shelf->items, capacity * sizeof(*items));
  if (!items) return false;
  shelf->items = items;
  shelf->capacity = capacity;
  return true;
}

bool ent_shelf_put(ent_shelf *shelf, const void *item, uint32_t size,
                   ent_shelf_release *release) {
  uint64_t cost = (uint64_t)size + ENT_SHELF_ITEM_COST;

  if (shelf->bytes + cost > ENT_SHELF_MAX || !make_room(shelf)) return false;
  shelf->items[shelf->n++] = (ent_shelved){item, release};
  shelf->bytes += cost;
  shelf->last = cost;
  return true;
}

void ent_shelf_keep_last(ent_shelf *shelf) {
  if (!shelf->n) return;
  for (size_t i = 0; i < shelf->n - 1; i++)
    shelf->items[i].release(shelf->items[i].item);
  shelf->items[0] = shelf->items[shelf->n - 1];
  shelf->n = 1;
  shelf->bytes = shelf->last;
}

void ent_shelf_empty(ent_shelf *shelf) {
  for (size_t i = 0; i < shelf->n; i++)
    shelf->items[i].release(shelf->items[i].item);
  shelf->n = 0;
  shelf->bytes = 0;
  if (shelf->capacity > ENT_SHELF_KEPT) ent_shelf_done(shelf);
}

void ent_shelf_done(ent_shelf *shelf) {
  size_t n = shelf->n;

  shelf->n = 0;
  for (size_t i = 0; i < n; i++)
    shelf->items[i].release(shelf->items[i].item);
  free(shelf->items);
  *shelf = (ent_shelf){.n = 0};
}
