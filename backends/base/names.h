#ifndef ENT_BACKENDS_BASE_NAMES_H
#define ENT_BACKENDS_BASE_NAMES_H

#include "backends/base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* Names that are looked up, letters of ASCII without their case as in SQLite:
 * a sorted list, because a file may have a hundred thousand of them. */
typedef struct ent_named {
  const char *name;
  size_t at; /* what has the name: the caller's number */
} ent_named;

typedef struct ent_names {
  ent_named *items; /* sorted; equal names by their numbers */
  size_t n;
} ent_names;

/* Room for `room` names in `arena`; false if there is no memory. */
bool ent_names_start(ent_names *names, size_t room, ent_arena *arena);

/* Adds a name, which must live as long as the list. */
void ent_names_add(ent_names *names, const char *name, size_t at);

/* Sorts them: to be called once, behind the last name and before the first
 * look. */
void ent_names_sort(ent_names *names);

/* The first that has the name; NULL if none has. */
const ent_named *ent_names_find(const ent_names *names, const char *name);

/* The first that has the name with its case, too. */
const ent_named *ent_names_find_exact(const ent_names *names, const char *name);

/* The name that a person who wrote `word` meant; NULL if none is near, or there
 * is no memory. */
const char *ent_names_nearest(const ent_names *names, const char *word,
                              ent_arena *arena);

#endif
