#ifndef ENT_VTAB_TVF_STATS_H
#define ENT_VTAB_TVF_STATS_H

#include "vtab/tvf.h"

/* SELECT pool, tier, counter, value FROM entable_stats: what has come of the
 * caches in this process since it opened them, a row for each counter of each
 * Redis that is opened.  Asks nobody. */
extern const ent_tvf ent_tvf_stats;

#endif
