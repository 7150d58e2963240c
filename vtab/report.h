#ifndef ENT_VTAB_REPORT_H
#define ENT_VTAB_REPORT_H

#include "backends/base/error.h"
#include "vtab/sqlite.h"

/* The only door through which an ent_error reaches SQLite. */

/* What was being done: SQLite acts upon some codes, and not the same way
 * everywhere. */
typedef enum ent_phase {
  ENT_PHASE_READ,
  ENT_PHASE_WRITE,
  ENT_PHASE_CLAUSE, /* a write under OR IGNORE, FAIL or ROLLBACK: SQLite would
                       let a foreign key pass, or keep what was written, or undo
                       too much, where it knew it for a CONSTRAINT; those
                       clauses are not about foreign keys */
  ENT_PHASE_COMMIT, /* of a transaction begun by hand: plain BUSY would leave it
                       open, to be committed without what was lost */
} ent_phase;

/* The SQLite result code, extended where there is one. */
int ent_report_code(ent_phase phase, ent_status status);

/* Leaves the error's text in vtab->zErrMsg, where sqlite3_errmsg() finds it,
 * and returns the code that the method must return. */
int ent_report_vtab(sqlite3_vtab *vtab, ent_phase phase, const ent_error *err);

/* The same for xCreate and xConnect, which have no vtab yet. */
int ent_report_connect(char **message, const ent_error *err);

/* Makes the error a scalar function's. */
void ent_report_function(sqlite3_context *context, ent_phase phase,
                         const ent_error *err);

#endif
