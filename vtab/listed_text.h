#ifndef ENT_VTAB_LISTED_TEXT_H
#define ENT_VTAB_LISTED_TEXT_H

#include "backends/base/declared.h"
#include "backends/base/entity.h"
#include "backends/source.h"

/* What the text of a cached query says, such as "where age = ? order by id". */
typedef struct ent_listed_text {
  size_t n_parameters;
  const uint16_t *numeric; /* n_parameters: the number's column it is compared
                              with, or ENT_NO_NUMBER */
  const uint16_t
      *columns; /* n_columns of the entity that it names, each once */
  size_t n_columns;
  bool has_order; /* it says one */
  const ent_order
      *orders; /* n_orders: all of it, where it is of plain columns */
  size_t n_orders;
  const uint16_t *equals; /* n_equals: of "where a = ? and b = ?", and no other
                             term, the columns, each once; else there is none */
  size_t n_equals;
  bool is_fixed; /* the same rows give the same answer, whoever asks */
  bool has_like; /* which is so where LIKE and GLOB are SQLite's own */
} ent_listed_text;

enum { ENT_NO_NUMBER = 0xffff };

/* Reads it; lives in `arena`.  CONFIG where its parameters are not plain '?';
 * NOMEM. */
ENT_CHECKED ent_status ent_listed_read(const ent_declared_query *query,
                                       const ent_entity *entity,
                                       ent_arena *arena, ent_listed_text *text,
                                       ent_error *err);

/* What lists of it depend on: see ent_list_query. */
ENT_CHECKED ent_status ent_listed_aspects(const ent_listed_text *text,
                                          const ent_entity *entity,
                                          ent_arena *arena,
                                          const uint64_t **aspects, size_t *n,
                                          ent_error *err);

#endif
