#include "backends/reach.h"

#include <string.h>
#include <strings.h>

static bool is_word_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         (unsigned char)c >= 0x80;
}

bool ent_reach_names(const char *text, const char *name) {
  size_t size = strlen(name);
  bool is_bare = size > 0;

  for (size_t i = 0; i < size; i++)
    is_bare = is_bare && is_word_byte(name[i]);
  for (const char *at = text; *at; at++) {
    if (strncasecmp(at, name, size) != 0) continue;
    /* What is no word stands in quotes, which are its ends. */
    if (!is_bare) return true;
    if ((at == text || !is_word_byte(at[-1])) && !is_word_byte(at[size])) {
      return true;
    }
  }
  return false;
}

/* More routines than these are taken to be called, all of them. */
enum { ENT_ROUTINES_MAX = 1024 };

/* Whether a routine is named by a text, or by a routine that is called. */
static bool is_called(const ent_reach *reach, const char *text,
                      const bool *called, size_t at) {
  const char *name = reach->routines[at].name;

  if (reach->n_routines > ENT_ROUTINES_MAX || ent_reach_names(text, name))
    return true;
  for (size_t i = 0; i < reach->n_routines; i++) {
    if (called[i] && ent_reach_names(reach->routines[i].body, name))
      return true;
  }
  return false;
}

ent_status ent_reach_called(const ent_reach *reach, const char *text,
                            ent_status (*take)(void *context, const char *body),
                            void *context) {
  bool called[ENT_ROUTINES_MAX] = {false};
  bool is_many = reach->n_routines > ENT_ROUTINES_MAX;
  bool more = true;
  ent_status status = ENT_OK;

  while (!status && more) {
    more = false;
    for (size_t i = 0; !status && i < reach->n_routines; i++) {
      if (!is_many && called[i]) continue;
      if (!is_called(reach, text, called, i)) continue;
      if (!is_many) called[i] = more = true;
      status = take(context, reach->routines[i].body);
    }
  }
  return status;
}

/* Where a server does not tell cases apart, neither do we. */
static bool same(const char *one, const char *other) {
  return strcasecmp(one, other) == 0;
}

bool ent_reach_has_trigger(const ent_reach *reach, const char *table) {
  for (size_t i = 0; i < reach->n_triggers; i++) {
    if (same(reach->triggers[i].table, table) &&
        same(reach->triggers[i].database, reach->database)) {
      return true;
    }
  }
  return false;
}

bool ent_reach_is_from(const ent_reach *reach, const ent_reach_edge *edge,
                       const char *table) {
  return same(edge->parent_table, table) &&
         same(edge->parent_database, reach->database);
}

bool ent_reach_refers_beside(const ent_reach *reach, const char *table,
                             const char *key) {
  for (size_t i = 0; i < reach->n_edges; i++) {
    const ent_reach_edge *edge = &reach->edges[i];

    if (edge->on_update != ENT_REACH_REFUSES &&
        ent_reach_is_from(reach, edge, table) &&
        !same(edge->parent_column, key)) {
      return true;
    }
  }
  return false;
}

/* Whether edge `at` leads to a table that an edge before it leads to, too, so
 * that the table is told of once for each way there at most. */
static bool is_told(const ent_reach *reach, const bool *taken, size_t at) {
  const ent_reach_edge *edge = &reach->edges[at];

  for (size_t i = 0; i < reach->n_edges; i++) {
    if (i != at && taken[i] &&
        same(reach->edges[i].child_table, edge->child_table) &&
        same(reach->edges[i].child_database, edge->child_database)) {
      return true;
    }
  }
  return false;
}

/* Whether the parent of an edge is the table itself, or one that was
 * reached. */
static bool is_reached(const ent_reach *reach, const bool *taken,
                       const ent_reach_edge *edge, const char *database,
                       const char *table) {
  if (same(edge->parent_table, table) && same(edge->parent_database, database))
    return true;
  for (size_t i = 0; i < reach->n_edges; i++) {
    if (taken[i] && same(reach->edges[i].child_table, edge->parent_table) &&
        same(reach->edges[i].child_database, edge->parent_database)) {
      return true;
    }
  }
  return false;
}

enum { ENT_EDGES_MAX = 4096 }; /* more are all taken */

void ent_reach_each(const ent_reach *reach, const char *database,
                    const char *table,
                    void (*tell)(void *context, const char *database,
                                 const char *table),
                    void *context) {
  bool taken[ENT_EDGES_MAX] = {false};
  bool more = true;

  for (size_t i = 0; reach->n_edges > ENT_EDGES_MAX && i < reach->n_edges; i++)
    tell(context, reach->edges[i].child_database, reach->edges[i].child_table);
  while (more && reach->n_edges <= ENT_EDGES_MAX) {
    more = false;
    for (size_t i = 0; i < reach->n_edges; i++) {
      const ent_reach_edge *edge = &reach->edges[i];

      if (taken[i] || !is_reached(reach, taken, edge, database, table))
        continue;
      taken[i] = more = true;
      if (is_told(reach, taken, i)) continue;
      tell(context, edge->child_database, edge->child_table);
    }
  }
}
