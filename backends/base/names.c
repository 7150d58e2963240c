#include "backends/base/names.h"

#include "backends/base/config_problems.h"
#include "backends/base/tokens.h"

#include <stdlib.h>
#include <string.h>

bool ent_names_start(ent_names *names, size_t room, ent_arena *arena) {
  names->items = ent_arena_alloc(arena, (room + 1) * sizeof(*names->items));
  names->n = 0;
  return names->items != NULL;
}

void ent_names_add(ent_names *names, const char *name, size_t at) {
  names->items[names->n++] = (ent_named){.name = name, .at = at};
}

static int compare(const void *left, const void *right) {
  const ent_named *a = left;
  const ent_named *b = right;
  int order = ent_name_compare(a->name, b->name);

  return order ? order : (a->at > b->at) - (a->at < b->at);
}

void ent_names_sort(ent_names *names) {
  qsort(names->items, names->n, sizeof(*names->items), compare);
}

const ent_named *ent_names_find(const ent_names *names, const char *name) {
  size_t low = 0;
  size_t high = names->n;

  while (low < high) {
    size_t middle = low + (high - low) / 2;

    if (ent_name_compare(names->items[middle].name, name) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == names->n || ent_name_compare(names->items[low].name, name) != 0) {
    return NULL;
  }
  return &names->items[low];
}

const ent_named *ent_names_find_exact(const ent_names *names,
                                      const char *name) {
  const ent_named *end = names->items + names->n;
  const ent_named *found = ent_names_find(names, name);

  while (found && found < end && ent_name_compare(found->name, name) == 0) {
    if (strcmp(found->name, name) == 0) return found;
    found++;
  }
  return NULL;
}

const char *ent_names_nearest(const ent_names *names, const char *word,
                              ent_arena *arena) {
  const char **list = ent_arena_alloc(arena, (names->n + 1) * sizeof(*list));

  if (!list) return NULL;
  for (size_t i = 0; i < names->n; i++)
    list[i] = names->items[i].name;
  list[names->n] = NULL;
  return ent_problems_nearest(word, list);
}
