#ifndef ENT_BACKENDS_REACH_H
#define ENT_BACKENDS_REACH_H

#include "backends/base/arena.h"
#include "backends/base/entity.h"
#include "backends/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a server changes besides the rows that it is told to: what foreign keys
 * do, and what triggers and events may, as far as their texts tell. */

/* What becomes of rows whose referred row goes, or gets another key. */
typedef enum ent_reach_rule {
  ENT_REACH_REFUSES, /* RESTRICT, NO ACTION: nothing, it does not happen */
  ENT_REACH_CASCADES,
  ENT_REACH_SETS_NULL,
  ENT_REACH_OTHER, /* SET DEFAULT, or what the user is not told */
} ent_reach_rule;

/* A table that refers to another one, and changes with it: one column of a
 * foreign key. */
typedef struct ent_reach_edge {
  const char *child_database;
  const char *child_table;
  const char *child_column;
  const char *parent_database;
  const char *parent_table;
  const char *parent_column;
  const char *name; /* of the foreign key, in the child's database */
  ent_reach_rule on_delete;
  ent_reach_rule on_update;
  bool is_part; /* the foreign key has other columns, too */
} ent_reach_edge;

/* A table's own trigger that runs before a row is written. */
typedef struct ent_reach_trigger {
  const char *database;
  const char *table;
} ent_reach_trigger;

/* A procedure or function. */
typedef struct ent_reach_routine {
  const char *name;
  const char *body;
} ent_reach_routine;

typedef struct ent_reach {
  uint64_t number;             /* of no other reading in this process */
  const char *database;        /* of the pool */
  const ent_reach_edge *edges; /* n_edges: ON DELETE or ON UPDATE does more than
                                  to refuse */
  size_t n_edges;
  const ent_reach_trigger *triggers; /* n_triggers */
  size_t n_triggers;
  const ent_reach_routine *routines; /* n_routines */
  size_t n_routines;
  const char *code; /* the texts of all triggers and events, and of the routines
                       that they name */
} ent_reach;

/* Calls `take` with the text of every routine that a text names, or that one of
 * those names, once each; until it is not ENT_OK. */
ent_status ent_reach_called(const ent_reach *reach, const char *text,
                            ent_status (*take)(void *context, const char *body),
                            void *context);

/* Whether a text has a name as a word, in letters of any case. */
bool ent_reach_names(const char *text, const char *name);

/* Whether a trigger may give the rows that are written to a table another
 * key. */
bool ent_reach_has_trigger(const ent_reach *reach, const char *table);

/* Whether others change with a column of a table that is not this one, its
 * key. */
bool ent_reach_refers_beside(const ent_reach *reach, const char *table,
                             const char *key);

/* Whether an edge leads from a table of the pool's database. */
bool ent_reach_is_from(const ent_reach *reach, const ent_reach_edge *edge,
                       const char *table);

/* Tells of every table that may change with rows of a table that go, or whose
 * columns that others refer to change: its children, theirs and so on, once
 * each. */
void ent_reach_each(const ent_reach *reach, const char *database,
                    const char *table,
                    void (*tell)(void *context, const char *database,
                                 const char *table),
                    void *context);

#endif
