#ifndef ENT_CACHE_TABLE_H
#define ENT_CACHE_TABLE_H

#include "backends/base/entity.h"
#include "backends/base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* How a table is known to the caches.
 *
 *   hash    of its database and its name, in lower case, and nothing else:
 *           every entity and every release that maps a table blocks the same
 *           keys
 *   layout  of what its rows hold as an entity has them: its name as written,
 *           the names and types of the columns.  A row of another layout is
 *           none: that of an older or newer release, of another entity */
uint64_t ent_table_hash(const char *database, const char *table);
uint64_t ent_table_layout(const ent_entity *entity);

/* What of a table may change so that a list of its rows does: one of its
 * columns, by name alone, in lower case; which rows there are; or anything. */
uint64_t ent_table_column(const char *name);
enum { ENT_TABLE_MEMBERS = 1, ENT_TABLE_ANYTHING = 2 };

/* Where the rows of a table are kept. */
typedef struct ent_shared ent_shared;
typedef struct ent_tracking ent_tracking;
typedef struct ent_local_space ent_local_space;

typedef struct ent_cached {
  ent_shared *shared;      /* the Redis that is told of its changes; or NULL */
  bool is_shared;          /* its rows are kept there, too */
  ent_tracking *tracking;  /* what keeps `space` true; NULL: its owner does */
  ent_local_space *space;  /* its rows in this process; or NULL */
  int64_t lag_ms;          /* how long `tracking` may hear nothing */
  int64_t local_row_ms;    /* how long a row is kept in `space` at most; 0: for
                              ever */
  int64_t local_absent_ms; /* the same of the knowledge that there is none */
  uint64_t hash;
  uint64_t layout;
  uint16_t n_columns;      /* of its rows */
  bool has_known_triggers; /* what writes to it besides is known */
  uint64_t looked_at;      /* the reading (ent_reach.number) by which */
  bool is_written;         /* the server itself writes to it */
} ent_cached;

#endif
