#ifndef ENT_BACKENDS_WRITE_H
#define ENT_BACKENDS_WRITE_H

#include "backends/base/declared.h"
#include "backends/base/entity.h"
#include "backends/base/value.h"
#include "backends/reach.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* One row to be written, as the seam between the floors has it (source.h). */

typedef enum ent_write_kind {
  ENT_WRITE_INSERT,
  ENT_WRITE_UPDATE,
  ENT_WRITE_DELETE, /* of an entity that is the living rows of its table: its
                       mark is set */
} ent_write_kind;

/* What a write does with a column. */
typedef enum ent_cell_use {
  ENT_CELL_KEEP,    /* it is not named */
  ENT_CELL_DEFAULT, /* the server fills it */
  ENT_CELL_VALUE,
} ent_cell_use;

/* A column's new value.  Text, numbers and blobs are what the column can hold,
 * as far as that is known without asking the server; ENT_DIGITS are sent as
 * they are. */
typedef struct ent_cell {
  ent_cell_use use;
  ent_value value;
} ent_cell;

/* The tables that refer to a table whose rows are marked as deleted, and what
 * becomes of their rows, as the server's own DELETE would have it.  A table
 * that refers to itself, or to one that refers to it, makes a ring of these. */
typedef struct ent_followers ent_followers;

typedef struct ent_follower {
  const char *database; /* of the table; NULL: that of the first one */
  const char *table;
  const char *column; /* that refers */
  const char *key;    /* the integer key, where rows are marked */
  const char *mark;   /* 0 of living rows; NULL: rows are removed */
  ent_on_delete on_delete;
  const ent_followers *followers; /* of rows that are marked by CASCADE */
} ent_follower;

struct ent_followers {
  const ent_follower *items; /* n */
  size_t n;
};

typedef struct ent_write {
  ent_write_kind kind;
  const ent_entity *entity;
  const ent_value *key;  /* of the row that is there: n_key_columns values in
                            the key's order; NULL for an INSERT */
  const ent_cell *cells; /* n_columns; NULL for a DELETE */
  const ent_cell *on_duplicate;   /* n_columns: what an INSERT changes where it
                                   meets a row; NULL: it is refused */
  const ent_followers *followers; /* of a DELETE that marks; NULL: none */
  bool replaces;   /* rows that a unique key has in its way are removed */
  bool may_gather; /* it may be sent later, with others: a refusal is then told
                      by a later write or by the flush, and nothing of the
                      statement must stay */
} ent_write;

/* Whether an integer key can be a mark: 0 is that of the living, and a mark has
 * no sign. */
static inline bool ent_write_can_mark(const ent_value *key) {
  return key->kind == ENT_I64 ? key->as.i64 > 0 : key->kind == ENT_U64;
}

/* What became of it. */
typedef struct ent_written {
  bool has_id; /* an INSERT into an entity with an integer key was sent */
  int64_t id;  /* that key; two's complement above 2^63-1 */
} ent_written;

/* Whether the rows that foreign keys change with a write may be told one by one:
 * those of rows that it names by a key of one column.  What it removes besides
 * is not named, and a row that is marked stays for the server's foreign keys. */
static inline bool ent_write_is_followed(const ent_write *write) {
  return write->kind != ENT_WRITE_INSERT && !write->replaces &&
         !(write->kind == ENT_WRITE_DELETE && write->entity->is_living) &&
         write->entity->n_key_columns == 1;
}

/* Whether a write that gives a row these cells may change a column of its table:
 * one that it writes, or that the server makes of others, or that is none of the
 * entity's. */
static inline bool ent_write_may_change(const ent_entity *entity,
                                        const ent_cell *cells,
                                        const char *column) {
  for (uint16_t i = 0; i < entity->n_columns; i++) {
    const ent_column *own = &entity->columns[i];

    if (strcasecmp(own->name, column) != 0) continue;
    return cells[i].use != ENT_CELL_KEEP || own->is_generated ||
           own->updates_itself;
  }
  return true;
}

/* Whether it is told which rows are marked with others: those of another
 * database than that in which they are written are not. */
static inline bool ent_follower_is_told(const ent_follower *follower,
                                        const char *database) {
  return follower->mark && follower->on_delete == ENT_ON_DELETE_CASCADE &&
         (!follower->database || strcmp(follower->database, database) == 0);
}

/* A row that changes or goes with another one, by a foreign key of the server or
 * what is declared of a marked row. */
typedef struct ent_reached {
  const ent_entity *entity; /* its table; no columns but the key's are sure */
  const ent_value *key;     /* of one column */
  const char *column;       /* that gets another value; NULL: the row goes */
} ent_reached;

/* Who is told of rows that are written without being named. */
typedef struct ent_write_listener {
  const char *database; /* in which rows are written */

  /* One is inserted under a key that the server has made, or found; `id` NULL:
   * some that nobody has told. */
  void (*inserted)(void *context, const ent_entity *entity, const int64_t *id);

  /* Whether it wants to know what ent_write_is_followed() may tell: the server
   * is asked for it then. */
  bool (*follows)(void *context);

  /* Whether it has been told of all of a table: no row is asked for then. */
  bool (*has_all)(void *context, const char *database, const char *table);

  void (*reached)(void *context, const ent_reached *row);

  /* Any row of a table, and of those that change with it. */
  void (*reached_all)(void *context, const ent_reach *reach,
                      const char *database, const char *table);
  void *context;
} ent_write_listener;

#endif
