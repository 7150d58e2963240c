#ifndef ENT_BACKENDS_MYSQL_SHIP_H
#define ENT_BACKENDS_MYSQL_SHIP_H

#include "backends/base/entity.h"
#include "backends/source.h"

#include <stdbool.h>

/* Which comparisons MySQL may be asked to make for SQLite, and how.
 *
 * The two compare differently: by collation and padding, with zero dates, by
 * rounding 2.5 to an integer.  So a term is sent only in a form that every row
 * fulfils which SQLite would want (a superset; SQLite looks again), and a sort
 * only where both sort alike.  The rules stand in one table in ship.c.
 */
typedef enum ent_ship_order {
  ENT_SHIP_ORDER_NO,
  ENT_SHIP_ORDER_LAST, /* only as the last column: different values of MySQL
                          may be equal in SQLite */
  ENT_SHIP_ORDER_YES,
} ent_ship_order;

/* Whether MySQL may sort by a column. */
ent_ship_order ent_ship_can_order(const ent_column *column);

/* Whether a term of this operator may be of use on this column, whatever its
 * value: what a plan is made from. */
bool ent_ship_can_send(const ent_column *column, ent_op op);

/* What becomes of one comparison once its value is known. */
typedef enum ent_ship_verdict {
  ENT_SHIP_NONE, /* no row can fulfil it */
  ENT_SHIP_ALL,  /* it is left to SQLite */
  ENT_SHIP_SEND,
} ent_ship_verdict;

/* A comparison in MySQL's terms: `op` is EQ, GT, GE, LT, LE, or IN for a range
 * from `value` to `high`, both included. */
typedef struct ent_shipped {
  ent_op op;
  ent_value value;
  ent_value high;
  char text[80]; /* where `value` may point */
  char high_text[80];
} ent_shipped;

/* Turns `column op value` as SQLite means it into a superset in MySQL.
 *
 *   op       EQ, GT, GE, LT or LE
 *   value    after the column's affinity was applied; its bytes must outlive
 *            `shipped`
 *   shipped  written for ENT_SHIP_SEND; may point into itself, so it must not
 *            move
 */
ent_ship_verdict ent_ship_value(const ent_column *column, ent_op op,
                                const ent_value *value, ent_shipped *shipped);

#endif
