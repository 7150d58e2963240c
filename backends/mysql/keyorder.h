#ifndef ENT_BACKENDS_MYSQL_KEYORDER_H
#define ENT_BACKENDS_MYSQL_KEYORDER_H

#include "backends/base/buf.h"
#include "backends/base/row.h"
#include "backends/source.h"

#include <stdbool.h>

/* How a search is read page by page: in the order of its table's key, each page
 * behind the last key of the one before.
 *
 *     … WHERE (`a` > ? OR (`a` = ? AND `b` > ?)) ORDER BY `a`, `b` LIMIT ?
 *
 * Order and comparison are the server's own, by whatever collation a text has:
 * no two keys are equal there.  Where a column is compared by another rule than
 * it is sorted by (enum, set) or does not come back as it was given (decimal,
 * float) there are no pages by key. */

enum {
  ENT_KEY_PARTS = 32,                     /* columns of an index, at most */
  ENT_KEY_PARAMS = 2 * ENT_KEY_PARTS - 1, /* of the condition */
};

typedef struct ent_key_order {
  const ent_entity *entity;
  uint16_t slots[ENT_KEY_PARTS]; /* of the key's columns among those read */
  uint16_t n;
  bool is_descending;
} ent_key_order;

/* Whether a search can be read so: its table has a key of fit columns, all of
 * them are read, and the order asked for is none or begins the key's. */
bool ent_key_order_of(const ent_query *query, ent_key_order *order);

/* Appends " ORDER BY `a`, `b`". */
ENT_CHECKED ent_status ent_key_order_by(const ent_key_order *order,
                                        ent_buf *sql, ent_error *err);

/* Appends the condition that rows are behind a key, without WHERE or AND. */
ENT_CHECKED ent_status ent_key_order_behind(const ent_key_order *order,
                                            ent_buf *sql, ent_error *err);

/* Writes that condition's parameters, up to ENT_KEY_PARAMS of them, for the key
 * of a row; they point into it.  Returns how many. */
size_t ent_key_order_params(const ent_key_order *order, const ent_row *row,
                            ent_value *params);

#endif
