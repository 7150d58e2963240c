#ifndef ENT_BACKENDS_MYSQL_SHIPTIME_H
#define ENT_BACKENDS_MYSQL_SHIPTIME_H

#include "backends/mysql/ship.h"

/* The rules of ship.c for dates and times.  In SQLite they are texts of one
 * shape per column, compared byte by byte; MySQL makes times of what it is
 * given.  A text of that shape means the same to both; any other equals no
 * value, and bounds them only where it is the beginning of such a text or
 * begins with one.
 *
 * Arguments and results as ent_ship_value(); `value` is a text. */
ent_ship_verdict ent_ship_date(const ent_column *column, ent_op op,
                               const ent_value *value, ent_shipped *shipped);
ent_ship_verdict ent_ship_datetime(const ent_column *column, ent_op op,
                                   const ent_value *value,
                                   ent_shipped *shipped);

/* Only for ENT_OP_EQ. */
ent_ship_verdict ent_ship_time(const ent_column *column, ent_op op,
                               const ent_value *value, ent_shipped *shipped);

#endif
