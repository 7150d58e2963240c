#ifndef ENT_CLI_PLAN_H
#define ENT_CLI_PLAN_H

#include "backends/base/buf.h"
#include "backends/base/error.h"

#include <sqlite3.h>

#include <stddef.h>

/* The rows of EXPLAIN QUERY PLAN as an indented list, for people:
 *
 *     QUERY PLAN
 *       CO-ROUTINE month
 *         SCAN orders VIRTUAL TABLE INDEX 0:mysql: SELECT ...
 */

enum { ENT_PLAN_DEPTH = 32 }; /* deeper steps stand at this depth */

typedef struct ent_plan {
  int parents[ENT_PLAN_DEPTH]; /* ids of the steps above the next one */
  size_t depth;
} ent_plan;

/* Starts a plan; appends its heading.  Errors as ent_buf_append(). */
ENT_CHECKED ent_status ent_plan_begin(ent_plan *plan, ent_buf *to,
                                      ent_error *err);

/* Appends the row that `stmt` stands on.  Errors as ent_buf_append(). */
ENT_CHECKED ent_status ent_plan_row(ent_plan *plan, sqlite3_stmt *stmt,
                                    ent_buf *to, ent_error *err);

#endif
