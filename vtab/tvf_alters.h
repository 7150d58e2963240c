#ifndef ENT_VTAB_TVF_ALTERS_H
#define ENT_VTAB_TVF_ALTERS_H

#include "vtab/tvf.h"

/* SELECT * FROM entity_alters: what would bring the databases to what is
 * declared, a row for each statement, in the order to run. */
extern const ent_tvf ent_tvf_alters;

#endif
