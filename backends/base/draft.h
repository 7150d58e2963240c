#ifndef ENT_BACKENDS_BASE_DRAFT_H
#define ENT_BACKENDS_BASE_DRAFT_H

#include "backends/base/column_words.h"
#include "backends/base/declared.h"
#include "backends/base/list.h"

#include <stdint.h>

/* An entity while it is declared, piece by piece, by a file or in SQL: both
 * have the same options, and names of the same kind.  All strings given must
 * live as long as the draft's arena.  Every error is CONFIG, in words that fit
 * behind the name of the piece, or NOMEM. */
typedef struct ent_draft {
  ent_declared_entity entity;
  ent_arena *arena;
  uint32_t seen; /* bit n: the n-th option was given */
  bool has_key;
  ent_list columns; /* of ent_declared_column */
  ent_list indexes; /* of ent_declared_index */
  ent_list queries; /* of ent_declared_query */
} ent_draft;

/* Begins one. */
ENT_CHECKED ent_status ent_draft_start(ent_draft *draft, const char *name,
                                       int line, ent_arena *arena,
                                       ent_error *err);

/* Adds a column unless it is ignored.  One that says "primary key" is the
 * key. */
ENT_CHECKED ent_status ent_draft_add_column(ent_draft *draft,
                                            const ent_column_words *column,
                                            ent_error *err);

/* Adds an index. */
ENT_CHECKED ent_status ent_draft_add_index(ent_draft *draft,
                                           const ent_declared_index *index,
                                           ent_error *err);

/* Adds a cached query: "where age = ?", "one where name = ?" or nothing. */
ENT_CHECKED ent_status ent_draft_add_query(ent_draft *draft, const char *name,
                                           int line, const char *text,
                                           ent_error *err);

/* Says which columns are the key; none: that there is none. */
ENT_CHECKED ent_status ent_draft_set_key(ent_draft *draft,
                                         const char *const *columns, size_t n,
                                         ent_error *err);

/* Whether this is the name of an option that may stand without a value. */
bool ent_draft_is_flag(const char *name);

/* Sets an option that has one value; "true" is that of a flag that stands
 * alone. */
ENT_CHECKED ent_status ent_draft_set(ent_draft *draft, const char *option,
                                     const char *value, ent_error *err);

/* Sets the streams that are told of every change. */
ENT_CHECKED ent_status ent_draft_set_dirty(ent_draft *draft,
                                           const char *const *streams, size_t n,
                                           ent_error *err);

/* Ends it: what was not given is what it is then. */
void ent_draft_finish(ent_draft *draft, ent_declared_entity *entity);

#endif
