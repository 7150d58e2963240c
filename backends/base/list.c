#include "backends/base/list.h"

#include <stdint.h>
#include <string.h>

enum { ENT_LIST_FIRST = 8 };

void *ent_list_add(ent_list *list, size_t size, ent_arena *arena) {
  void *item;

  if (list->n == list->room) {
    size_t room = list->room ? list->room * 2 : ENT_LIST_FIRST;
    void *items =
        room > SIZE_MAX / 2 / size ? NULL : ent_arena_alloc(arena, room * size);

    if (!items) return NULL;
    if (list->n) memcpy(items, list->items, list->n * size);
    list->items = items;
    list->room = room;
  }
  item = (char *)list->items + list->n++ * size;
  memset(item, 0, size);
  return item;
}
