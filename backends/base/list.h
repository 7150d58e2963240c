#ifndef ENT_BACKENDS_BASE_LIST_H
#define ENT_BACKENDS_BASE_LIST_H

#include "backends/base/arena.h"

#include <stddef.h>

/* An array that grows in an arena: what it was before stays there until the
 * arena ends, so it takes at most twice the memory. */
typedef struct ent_list {
  void *items;
  size_t n;
  size_t room; /* items that there is memory for */
} ent_list;

/* A zeroed ent_list is an empty one.  An item of `size` bytes, cleared, behind
 * the last one; all items of a list have one size.  Items move when the next
 * one is added.  NULL if there is no memory; the list is unchanged then. */
void *ent_list_add(ent_list *list, size_t size, ent_arena *arena);

#endif
