#ifndef ENT_BACKENDS_MYSQL_DIFF_H
#define ENT_BACKENDS_MYSQL_DIFF_H

#include "backends/mysql/online.h"
#include "backends/mysql/shape.h"

/* What has to be done to one table that is there to become the one that is
 * declared, without its foreign keys.
 *
 * A change is unsafe where it may lose something, fail on the rows that are
 * there, or keep writers waiting while rows are copied; an empty table has
 * nothing of all that.  Safe and unsafe changes become statements of their own,
 * so that the safe ones need not wait for the others.  Columns keep their places where
 * they can: of those that are there only as many move as must. */

typedef struct ent_column_change {
  const ent_shape_column *wanted; /* NULL: it goes */
  const ent_shape_column *live;   /* NULL: it is new */
  bool renames; /* it has another name, besides whatever else */
  bool moves;
  bool is_other;     /* it is declared otherwise, but for its name */
  bool loses;        /* values, or it may fail on them */
  bool waits;        /* for a foreign key to go, which is not safe */
  ent_online online; /* of all that is done to it */
} ent_column_change;

typedef struct ent_index_change {
  const ent_shape_index *wanted; /* NULL: it goes */
  const ent_shape_index *live;   /* NULL: it is new */
  bool renames;                  /* it has only another name */
  bool loses;                    /* something, or it may fail */
  ent_online online;
} ent_index_change;

typedef struct ent_diff {
  const ent_server *server;
  const ent_shape_table *wanted;
  const ent_shape_table *live;
  bool is_empty;              /* known to have no rows; false at first */
  ent_column_change *columns; /* n_columns: the wanted ones in their order,
                                 then those that go */
  size_t n_columns;
  ent_index_change *indexes; /* n_indexes, of those that change */
  size_t n_indexes;
  bool changes_key;
  bool changes_charset; /* of columns to come */
  bool changes_engine;
} ent_diff;

/* Which changes a statement makes, in the order in which they are run.  Columns
 * get their new names by one of its own: servers rename none with a foreign key
 * while they copy the rows, and do not see which other index that could do with
 * while they drop one. */
typedef enum ent_diff_part {
  ENT_DIFF_RENAMES,
  ENT_DIFF_SAFE,
  ENT_DIFF_UNSAFE,
  ENT_DIFF_PARTS,
} ent_diff_part;

/* Compares.  Costs no round trip.
 *
 *   diff  lives in `arena`, and as long as both tables
 *
 * CONFIG where a column is there under its old and its new name; NOMEM. */
ENT_CHECKED ent_status ent_diff_make(const ent_server *server,
                                     const ent_shape_table *wanted,
                                     const ent_shape_table *live,
                                     ent_arena *arena, ent_diff *diff,
                                     ent_error *err);

/* Whether there is anything to do in a part, as far as `is_empty` tells. */
bool ent_diff_has(const ent_diff *diff, ent_diff_part part);

/* Whether it depends on the rows how safe it is. */
bool ent_diff_is_risky(const ent_diff *diff);

/* Whether renaming columns is not safe; then nothing is. */
bool ent_diff_renames_unsafely(const ent_diff *diff);

/* Writes ALTER TABLE for a part that has something, and why in words.
 *
 *   sql, reason  live in `arena`
 *
 * NOMEM, TOO_BIG. */
ENT_CHECKED ent_status ent_diff_write(const ent_diff *diff, ent_diff_part part,
                                      ent_arena *arena, const char **sql,
                                      const char **reason, ent_error *err);

/* What becomes of a column that is there; NULL if the table has none of that
 * name. */
const ent_column_change *ent_diff_of_live(const ent_diff *diff,
                                          const char *name);

/* How a declared column comes about. */
const ent_column_change *ent_diff_of_wanted(const ent_diff *diff,
                                            const char *name);

/* Whether a foreign key must not stand on a column while it changes. */
bool ent_diff_disturbs(const ent_column_change *change);

/* In which part a change of a column is made that is more than a new name. */
ent_diff_part ent_diff_part_of(const ent_diff *diff,
                               const ent_column_change *change);

/* For diff.c, diff_words.c and diff_write.c only. */

ent_diff_part ent_diff_part_of_index(const ent_diff *diff,
                                     const ent_index_change *change);

/* In which the other changes of the table are made, if there are any. */
ent_diff_part ent_diff_part_of_table(const ent_diff *diff, ent_aspect aspect);

/* Whether a change is more than a new name. */
bool ent_diff_is_change(const ent_column_change *change);

/* Whether every value of a type is one of the other. */
bool ent_diff_type_fits(const ent_sql_type *from, const ent_sql_type *to);

/* Whether a type only takes more words at its end, or longer texts, in as many
 * bytes as before. */
bool ent_diff_adds_words(const ent_sql_type *from, const ent_sql_type *to);
bool ent_diff_widens(const ent_server *server, const ent_shape_column *from,
                     const ent_shape_column *to);

/* What a part does, for people: phrases with semicolons between them.  NULL if
 * there is no memory. */
const char *ent_diff_words(const ent_diff *diff, ent_diff_part part,
                           ent_arena *arena);

#endif
