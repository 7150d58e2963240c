#ifndef ENT_VTAB_REPORT_H
#define ENT_VTAB_REPORT_H

#include "backends/base/error.h"
#include "vtab/sqlite.h"

/* The only door through which an ent_error reaches SQLite. */

/* The SQLite result code, extended where there is one, for a status met while
 * reading. */
int ent_report_code(ent_status status);

/* Leaves the error's text in vtab->zErrMsg, where sqlite3_errmsg() finds it,
 * and returns the code that the method must return. */
int ent_report_vtab(sqlite3_vtab *vtab, const ent_error *err);

/* The same for xCreate and xConnect, which have no vtab yet. */
int ent_report_connect(char **message, const ent_error *err);

/* Makes the error a scalar function's. */
void ent_report_function(sqlite3_context *context, const ent_error *err);

#endif
