#ifndef ENT_VTAB_TVF_COLUMNS_H
#define ENT_VTAB_TVF_COLUMNS_H

#include "vtab/tvf.h"

/* The columns of all entity tables of this handle, table by table:
 *
 *     SELECT name, declared FROM entity_columns WHERE entity = 'person'
 *
 *   schema, entity  where the table stands in SQLite
 *   name, declared  as SQLite has them
 *   type            what the server's column holds: "integer", "datetime"
 *   pk              its place in the key from 1, else 0
 *   nullable, has_default, generated, invisible  1 or 0
 *
 * Connects to servers only for tables whose columns were not read yet. */
extern const ent_tvf ent_tvf_columns;

#endif
