#ifndef ENT_VTAB_JSON_H
#define ENT_VTAB_JSON_H

#include "backends/base/arena.h"
#include "backends/base/buf.h"
#include "backends/mysql/query.h"

/* JSON for functions: rows as objects, arguments as arrays. */

/* Appends the current row as {"name": value, …}.  Numbers are numbers, of all
 * their digits; texts and dates strings; blobs strings of hexadecimal digits;
 * NULL null.  TOO_BIG past the buffer's ceiling. */
ENT_CHECKED ent_status ent_json_object(ent_buf *buf,
                                       const ent_mysql_query *query,
                                       const ent_value *values, ent_error *err);

/* Appends one value, as the above has it. */
ENT_CHECKED ent_status ent_json_value(ent_buf *buf, const ent_value *value,
                                      ent_error *err);

/* Turns a text that is a JSON array into its values, in `arena`.  A text that
 * is none is left alone: `values` and `n` are unchanged.
 * MISMATCH for an array or object within. */
ENT_CHECKED ent_status ent_json_array(const ent_value *text, ent_arena *arena,
                                      const ent_value **values, size_t *n,
                                      ent_error *err);

#endif
