#include "cli/plan.h"

#include "cli/cell.h"

#include <string.h>

/* The columns that SQLite gives: id, parent, notused, detail. */
enum { ENT_PLAN_ID = 0, ENT_PLAN_PARENT = 1, ENT_PLAN_DETAIL = 3 };

ent_status ent_plan_begin(ent_plan *plan, ent_buf *to, ent_error *err) {
  static const char heading[] = "QUERY PLAN\n";

  plan->depth = 0;
  return ent_buf_append(to, heading, strlen(heading), err);
}

ent_status ent_plan_row(ent_plan *plan, sqlite3_stmt *stmt, ent_buf *to,
                        ent_error *err) {
  int id = sqlite3_column_int(stmt, ENT_PLAN_ID);
  int parent = sqlite3_column_int(stmt, ENT_PLAN_PARENT);
  ent_status status;

  /* A step comes behind its parent and all that is below earlier steps. */
  while (plan->depth && plan->parents[plan->depth - 1] != parent)
    plan->depth--;
  status = ent_buf_printf(to, err, "%*s", 2 + 2 * (int)plan->depth, "");
  if (!status) status = ent_cell_show(to, stmt, ENT_PLAN_DETAIL, err);
  if (plan->depth < ENT_PLAN_DEPTH) plan->parents[plan->depth++] = id;
  return status ? status : ent_buf_append(to, "\n", 1, err);
}
