#ifndef ENT_CLI_DIAGRAM_H
#define ENT_CLI_DIAGRAM_H

#include "backends/base/arena.h"
#include "backends/base/buf.h"
#include "backends/base/error.h"
#include "backends/base/list.h"
#include "cli/session.h"

#include <stdbool.h>
#include <stddef.h>

/* A schema as a picture: entities with their columns, and the references between
 * them. */
typedef struct ent_diagram_column {
  const char *name;
  const char *type; /* as entity_columns has it */
  bool is_key;
  bool is_unique; /* by itself */
  bool is_nullable;
  bool refers; /* to one other entity */
} ent_diagram_column;

typedef struct ent_diagram_entity {
  const char *schema; /* of SQLite */
  const char *name;
  const char *pool;
  const char *table; /* on the server */
  bool is_declared;
  bool is_left_out;
  ent_list columns; /* of ent_diagram_column */
  /* Where its box is, in pixels (diagram_layout.c). */
  int layer;
  double x, y, width, height;
} ent_diagram_entity;

typedef struct ent_diagram_reference {
  size_t from; /* the entity that refers */
  size_t column;
  size_t to;
  const char *on_delete; /* "restrict", …; NULL: not known, or many */
  bool is_many;          /* an array of keys */
} ent_diagram_reference;

typedef struct ent_diagram {
  ent_arena arena;
  ent_list entities;   /* of ent_diagram_entity, by their names */
  ent_list references; /* of ent_diagram_reference */
  double width, height;
} ent_diagram;

static inline ent_diagram_entity *ent_diagram_at(const ent_diagram *diagram,
                                                 size_t i) {
  return (ent_diagram_entity *)diagram->entities.items + i;
}

static inline ent_diagram_column *
ent_diagram_column_at(const ent_diagram_entity *entity, size_t i) {
  return (ent_diagram_column *)entity->columns.items + i;
}

static inline const ent_diagram_reference *
ent_diagram_reference_at(const ent_diagram *diagram, size_t i) {
  return (const ent_diagram_reference *)diagram->references.items + i;
}

/* Reads what the session has opened: declared entities with what they declare,
 * others with the foreign keys and indexes of their servers, two round trips a
 * pool.  Of an entity with two tables (`user_with_deleted`) the first is shown.
 * CONFIG with what SQLite says; NOMEM. */
ENT_CHECKED ent_status ent_diagram_read(ent_session *session,
                                        ent_diagram *diagram, ent_error *err);

/* Leaves out all but n entities.  CONFIG: there is none of a name. */
ENT_CHECKED ent_status ent_diagram_choose(ent_diagram *diagram,
                                          const char *const *names, size_t n,
                                          ent_error *err);

/* Appends it as an erDiagram of Mermaid.  NOMEM. */
ENT_CHECKED ent_status ent_diagram_mermaid(const ent_diagram *diagram,
                                           ent_buf *to, ent_error *err);

/* Gives every entity its place: those that are referred to stand left of those
 * that refer, no two boxes touch, and what has no references is below.  NOMEM. */
ENT_CHECKED ent_status ent_diagram_layout(ent_diagram *diagram, ent_error *err);

enum {
  ENT_DIAGRAM_HEADER = 28, /* pixels of a box above its columns */
  ENT_DIAGRAM_ROW = 20,    /* and of a column */
};

/* Appends it as SVG; it has its layout.  NOMEM. */
ENT_CHECKED ent_status ent_diagram_svg(const ent_diagram *diagram, ent_buf *to,
                                       ent_error *err);

#endif
