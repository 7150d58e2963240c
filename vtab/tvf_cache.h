#ifndef ENT_VTAB_TVF_CACHE_H
#define ENT_VTAB_TVF_CACHE_H

#include "vtab/tvf.h"

/* SELECT key, field, value, size, ttl_s FROM cache_entries: the values that
 * this process keeps (cache_functions.h), as they were when it was asked for,
 * in no order.  `field` is NULL for a key's own value; `size` counts the bytes
 * that are kept of name and value, `ttl_s` is how long that is so yet. */
extern const ent_tvf ent_tvf_cache;

#endif
