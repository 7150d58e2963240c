#ifndef ENT_VTAB_VALUE_H
#define ENT_VTAB_VALUE_H

#include "backends/base/arena.h"
#include "backends/base/entity.h"
#include "backends/base/error.h"
#include "backends/base/row.h"
#include "backends/base/value.h"
#include "vtab/sqlite.h"

/* Values on their way between SQLite and everything below. */

/* A value of SQLite as it is.  Its bytes are SQLite's, valid as long as `from`
 * is unchanged.  NOMEM, where SQLite cannot make a text or a blob of it. */
ENT_CHECKED ent_status ent_value_borrow(sqlite3_value *from, ent_value *to,
                                        ent_error *err);

/* The same with its bytes copied into `arena`.  NOMEM. */
ENT_CHECKED ent_status ent_value_copy(sqlite3_value *from, ent_arena *arena,
                                      ent_value *to, ent_error *err);

/* Turns digits into the number that SQLite itself makes of them.  Nearly all
 * are plain enough to be done here; for the rest SQLite is asked, in a private
 * database that is opened when it is first needed. */
typedef struct ent_numerals {
  sqlite3 *db;
  sqlite3_stmt *store;
} ent_numerals;

/* A zeroed ent_numerals is an unused one. */
void ent_numerals_done(ent_numerals *numerals);

/* That database; NULL if there is no memory. */
sqlite3 *ent_numerals_db(ent_numerals *numerals);

/* The value that SQLite sees of column `column` of a packed row: digits are the
 * number they are.  Bytes point into the row.  NOMEM. */
ENT_CHECKED ent_status ent_value_shown(ent_numerals *numerals,
                                       const ent_row *row, unsigned column,
                                       bool is_decimal, ent_value *value,
                                       ent_error *err);

/* Whether two values are one to SQLite's IS, in kind and in every bit. */
bool ent_value_same(const ent_value *a, const ent_value *b);

/* Packs one value as a row of one column.  The row is empty where that cannot
 * be: it is larger than the buffer may be, or there is no memory. */
void ent_value_pack(const ent_value *value, ent_buf *row);

/* Makes `value` a function's result.  Bytes are copied. */
void ent_value_result(ent_numerals *numerals, sqlite3_context *context,
                      const ent_value *value);

/* Makes column `column` of a packed row the value of a column: what xColumn
 * gives back, SQLITE_OK.
 *
 *   of    what it is a value of: a decimal's ASCII is digits, shown as the number
 *         they are
 *   keep  SQLITE_TRANSIENT: bytes are copied; SQLITE_STATIC: the row stays */
int ent_value_result_column(ent_numerals *numerals, sqlite3_context *context,
                            const ent_row *row, unsigned column,
                            const ent_column *of, sqlite3_destructor_type keep);

#endif
