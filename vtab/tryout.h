#ifndef ENT_VTAB_TRYOUT_H
#define ENT_VTAB_TRYOUT_H

#include <stdbool.h>

/* What the SQLite that we are loaded into does with the terms of a virtual
 * table, tried out once in a process.  What cannot be tried is taken for
 * done. */
typedef struct ent_tryout {
  bool leaks_on; /* terms of an outer join's ON are offered as if of WHERE */
  bool hides_or; /* of `x = 1 OR x = 2 COLLATE c`, made an IN, the c is lost */
} ent_tryout;

const ent_tryout *ent_tryout_get(void);

#endif
