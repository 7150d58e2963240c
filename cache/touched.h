#ifndef ENT_CACHE_TOUCHED_H
#define ENT_CACHE_TOUCHED_H

#include "backends/base/arena.h"
#include "backends/base/error.h"
#include "backends/base/key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a transaction has touched: rows by their keys and what has changed in
 * them, or whole tables, which is what a table becomes past ENT_TOUCHED_MAX
 * keys. Nothing is ever taken back: what a savepoint undid is blocked in
 * vain. */
enum { ENT_TOUCHED_MAX = 1000 };

typedef struct ent_touched_table {
  struct ent_touched_table *next;
  uint64_t hash; /* ent_table_hash() */
  bool is_whole;
  /* The reading by which the tables that change with it are there, too
   * (ent_reach.number); 0: they are not. */
  uint64_t followed;
  size_t n_keys; /* each of them once or more often */
  ent_key *keys;
  size_t capacity;
  size_t n_aspects;
  uint64_t *aspects; /* what lists may depend on (table.h), each once */
  size_t aspects_capacity;
} ent_touched_table;

/* Where a table is found by its hash; NULL is free. */
typedef struct ent_touched_slot {
  ent_touched_table *table;
} ent_touched_slot;

/* A zeroed one is empty. */
typedef struct ent_touched {
  ent_touched_table *tables; /* n_tables */
  size_t n_tables;
  ent_touched_slot *slots; /* n_slots, a power of two */
  size_t n_slots;
  ent_arena arena;
} ent_touched;

/* Adds a row, or all that a table has.  NOMEM: it is not there. */
ENT_CHECKED ent_status ent_touched_row(ent_touched *touched, uint64_t hash,
                                       const ent_key *key, ent_error *err);
ENT_CHECKED ent_status ent_touched_all(ent_touched *touched, uint64_t hash,
                                       ent_error *err);

/* Adds what has changed in rows of it: ENT_TABLE_MEMBERS, ENT_TABLE_ANYTHING or
 * a column.  NOMEM: it is not there. */
ENT_CHECKED ent_status ent_touched_aspect(ent_touched *touched, uint64_t hash,
                                          uint64_t aspect, ent_error *err);

/* Whether a table is said for the first time to be followed by a reading of what
 * changes with it (ent_reach.number): then those tables are to be added.
 * NOMEM. */
ENT_CHECKED ent_status ent_touched_follow(ent_touched *touched, uint64_t hash,
                                          uint64_t number, bool *is_first,
                                          ent_error *err);

/* Whether all that a table has is there already. */
bool ent_touched_has_all(const ent_touched *touched, uint64_t hash);

/* Forgets everything. */
void ent_touched_clear(ent_touched *touched);
void ent_touched_done(ent_touched *touched);

#endif
