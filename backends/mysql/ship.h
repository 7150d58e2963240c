#ifndef ENT_BACKENDS_MYSQL_SHIP_H
#define ENT_BACKENDS_MYSQL_SHIP_H

#include "backends/base/entity.h"
#include "backends/mysql/shiptable.h"
#include "backends/source.h"

#include <stdbool.h>

/* How the comparisons that MySQL may be asked (shiptable.h) are put to it. */
typedef enum ent_ship_order {
  ENT_SHIP_ORDER_NO,
  ENT_SHIP_ORDER_LAST, /* only as the last column: different values of MySQL
                          may be equal in SQLite */
  ENT_SHIP_ORDER_YES,
} ent_ship_order;

/* Whether MySQL may sort by a column. */
ent_ship_order ent_ship_can_order(const ent_column *column);

/* Whether MySQL can tell which values of a column are alike, as SQLite would. */
bool ent_ship_can_group(const ent_column *column);

/* Whether a term of this operator may be of use on this column, whatever its
 * value: what a plan is made from. */
bool ent_ship_can_send(const ent_column *column, ent_op op);

/* Whether MySQL's answer to it is SQLite's, but for odd values. */
bool ent_ship_is_exact(const ent_column *column, ent_op op);

/* What becomes of one comparison once its value is known. */
typedef enum ent_ship_verdict {
  ENT_SHIP_NONE, /* no row can fulfil it */
  ENT_SHIP_ALL,  /* it is left to SQLite */
  ENT_SHIP_SEND,
} ent_ship_verdict;

/* A comparison in MySQL's terms: `op` is EQ, NE, GT, GE, LT, LE; IS_NOT for NE
 * or NULL; IN for a range from `value` to `high`, both included; LIKE for a
 * pattern of MySQL's with | as its escape, which is `high` and a %; IS_NULL and NOT_NULL without a
 * value. */
typedef struct ent_shipped {
  ent_op op;
  bool is_exact; /* the rows are those that SQLite wants, and no others */
  ent_value value;
  ent_value high;
  char text[80]; /* where `value` may point */
  char high_text[80];
} ent_shipped;

/* Turns `column op value` as SQLite means it into a superset in MySQL.
 *
 *   op       of those that have one value
 *   value    after the column's affinity was applied; its bytes must outlive
 *            `shipped`
 *   shipped  is_exact is always written, the rest for ENT_SHIP_SEND; may point
 *            into itself, so it must not move
 */
ent_ship_verdict ent_ship_value(const ent_column *column, ent_op op,
                                const ent_value *value, ent_shipped *shipped);

#endif
