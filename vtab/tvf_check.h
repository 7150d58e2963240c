#ifndef ENT_VTAB_TVF_CHECK_H
#define ENT_VTAB_TVF_CHECK_H

#include "vtab/tvf.h"

/* SELECT * FROM entable_check: one row per pool of what is opened, each asked
 * now.  A configuration that could not be opened at the start is a row, too. */
extern const ent_tvf ent_tvf_check;

#endif
