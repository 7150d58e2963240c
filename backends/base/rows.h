#ifndef ENT_BACKENDS_BASE_ROWS_H
#define ENT_BACKENDS_BASE_ROWS_H

#include "backends/base/deadline.h"
#include "backends/base/error.h"
#include "backends/base/value.h"

/* Rows on their way to a table-valued function, one at a time.
 *
 * A maker of rows has its own struct whose first member is an ent_rows, and
 * sets `ops`.  The consumer calls ent_rows_next() until it is not ENT_OK, then
 * ent_rows_close() exactly once, whatever happened.
 */
typedef struct ent_rows ent_rows;

typedef struct ent_rows_ops {
  /* Moves to the next row and points `row` at its values, which stay valid
   * until the next call.  ENT_DONE after the last row, and again if asked
   * again. */
  ent_status (*next)(ent_rows *rows, const ent_deadline *deadline,
                     const ent_value **row, ent_error *err);

  /* Frees the rows and whatever they hold: a statement, a reply, a body. */
  void (*close)(ent_rows *rows);
} ent_rows_ops;

struct ent_rows {
  const ent_rows_ops *ops;
};

ENT_CHECKED static inline ent_status ent_rows_next(ent_rows *rows,
                                                   const ent_deadline *deadline,
                                                   const ent_value **row,
                                                   ent_error *err) {
  return rows->ops->next(rows, deadline, row, err);
}

/* Closing nothing is allowed. */
static inline void ent_rows_close(ent_rows *rows) {
  if (rows) rows->ops->close(rows);
}

#endif
