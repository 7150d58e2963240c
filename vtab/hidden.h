#ifndef ENT_VTAB_HIDDEN_H
#define ENT_VTAB_HIDDEN_H

#include "backends/base/value.h"
#include "backends/source.h"
#include "vtab/sqlite.h"
#include "vtab/wording.h"

#include <stdbool.h>

/* What SQLite does not tell of a term.
 *
 * A term is offered in xBestIndex as column, operator and collation, and its
 * value comes in xFilter as it stands.  SQLite looks at each row again, so what
 * is sent has to find all rows that it wants: what else there is to a term may
 * only ever leave some of them out.  That is
 *
 * where it stands.  `SELECT … FROM a LEFT JOIN b ON a.x <> 5` keeps every row
 * of `a`, but some versions (3.40 is one) offer the term as if it stood in
 * WHERE, where operators are concerned that only virtual tables are offered.
 *
 * the affinity of its right side.  A column of numbers makes numbers of
 * whatever it meets.  A text stays one beside a text or a bare value, and
 * becomes a number beside a column of numbers: so a number that meets a column
 * of texts is never asked of the server (ship.c).  An IN made of an OR has none
 * of these: SQLite makes it only where all right sides have the column's own
 * affinity or none.
 *
 * its collation, which is that of BINARY for nearly all, and the one told for
 * = IS < <= > >=.  For <> and IS NOT none is told, but what differs under any
 * collation differs in its bytes.  LIKE and GLOB have none.  An IN has that of
 * its left side only, while
 *
 *     x = 'a' OR x = 'b' COLLATE NOCASE     (up to some version)
 *     x IN (SELECT y COLLATE NOCASE …)
 *
 * compare by another one, which may also come with a column that the OR meets,
 * and may be a program's own: nothing that can be asked holds for all of them.
 * And where a view or subquery gives y a collation, `x < y OR y = x` is offered
 * as x <= y, with that of x (in the same versions).
 *
 * that it is a part.  Of `(x, y) IN (SELECT v, w …)` x and y come as = and a
 * value at a time, and SQLite itself then looks at each with the affinity and
 * collation of x alone: it loses the text '1e1' beside the number 10.  Ordinary
 * tables are not asked so.  No such part may be in the plan.
 *
 * And of the columns that a statement reads SQLite leaves out the rowid, also
 * where a RIGHT JOIN knows the rows by it.
 *
 * In xBestIndex none of this can be told apart; when the statement runs, its
 * words tell whether it may be.  Then the term is left to SQLite, or the
 * statement is planned anew without such terms (ent_session's `is_wary`). */

/* What the views, triggers and tables of all schemas say.  SQLite plans a
 * statement again when they have changed: read once, it holds until then. */
typedef struct ent_hidden_schemas {
  bool is_known;
  ent_wording wording;
} ent_hidden_schemas;

/* One of these for each time that a cursor is open. */
typedef struct ent_hidden {
  sqlite3 *db;
  ent_hidden_schemas *schemas; /* somebody else's */
  bool knows_own;              /* which of the next two were read */
  bool knows_all;
  ent_wording own; /* of the statements that run */
  ent_wording all; /* and of what they name */
} ent_hidden;

/* Whether a term of this operator may stand in the ON of an outer join. */
bool ent_hidden_join(ent_hidden *hidden, ent_op op);

/* Whether an IN may compare under another collation than its column's. */
bool ent_hidden_collation(ent_hidden *hidden);

/* Whether `text column = value`, or another comparison, may stand for two of an
 * OR that differ in their collation. */
bool ent_hidden_twice(ent_hidden *hidden);

/* Whether `text column = value`, of a value not known when it was planned, may
 * be a part of a row value's IN that SQLite compares otherwise. */
bool ent_hidden_part(ent_hidden *hidden, const ent_value *value);

/* Whether a rowid may be asked for by its name. */
bool ent_hidden_rowid(ent_hidden *hidden);

/* Whether a RIGHT or FULL JOIN may look for rows that have found no partner: it
 * knows them by their keys, and what has none by what it holds. */
bool ent_hidden_right(ent_hidden *hidden);

/* Whether that may be said of a statement that does not run; of its parts as
 * far as it hangs on no value. */
bool ent_hidden_in(sqlite3 *db, const char *sql);

#endif
