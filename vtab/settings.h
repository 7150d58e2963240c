#ifndef ENT_VTAB_SETTINGS_H
#define ENT_VTAB_SETTINGS_H

#include "vtab/tvf.h"

/* SELECT * FROM entable_settings: name, value and meaning of each setting. */
extern const ent_tvf ent_tvf_settings;

/* SELECT entable_set('timeout_ms', 5000): changes one for this handle and
 * returns its new value. */
void ent_set_function(sqlite3_context *context, int argc, sqlite3_value **argv);

#endif
