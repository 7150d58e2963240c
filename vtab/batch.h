#ifndef ENT_VTAB_BATCH_H
#define ENT_VTAB_BATCH_H

#include "backends/base/arena.h"
#include "backends/base/buf.h"
#include "backends/base/error.h"
#include "backends/base/key.h"
#include "backends/base/row.h"

#include <stdbool.h>
#include <stddef.h>

/* What one request has read ahead of a join (prefetch.h): for each of several
 * keys the rows that it finds.  They stand in the order in which the keys will
 * probably be asked for, so that what is behind a row will be shown next. */
typedef struct ent_batch_group {
  ent_key key;
  size_t position; /* among the groups, in the order of asking */
  size_t start;    /* its first row */
  size_t n;        /* its rows */
  bool is_cut;     /* some of its rows may be missing: not to be shown */
  bool is_shelved; /* they stand on the session's shelf */
  bool is_used;    /* it was asked for */
} ent_batch_group;

typedef struct ent_batch {
  ent_arena arena;         /* of all that follows but the rows */
  ent_buf bytes;           /* rows that are not shelved */
  ent_batch_group *groups; /* n, by key */
  size_t n;
  size_t *order; /* the group at each position */
  size_t next;   /* the position that will probably be asked for */
  size_t n_used; /* groups */
  const ent_row **rows;
  size_t n_rows;
} ent_batch;

/* A row and the group that it belongs to. */
typedef struct ent_batch_row {
  size_t group;
  const ent_row *row;
} ent_batch_row;

/* An empty one that allocates nothing. */
void ent_batch_init(ent_batch *batch);
void ent_batch_done(ent_batch *batch);

/* Begins a batch, the last one is forgotten.
 *
 *   keys  n, in the order in which they will be asked for; copied
 *
 * Its groups have no rows.  NOMEM, and it is empty. */
ENT_CHECKED ent_status ent_batch_start(ent_batch *batch, const ent_key *keys,
                                       size_t n, ent_error *err);

/* Forgets all groups and rows; memory stays. */
void ent_batch_clear(ent_batch *batch);

/* Gives the groups their rows, which keep their order within a group.  They are
 * in `bytes`, which does not change any more, or shelved.  NOMEM. */
ENT_CHECKED ent_status ent_batch_lay(ent_batch *batch,
                                     const ent_batch_row *rows, size_t n,
                                     ent_error *err);

/* The group of a key, or NULL.  It is not noted as used. */
ent_batch_group *ent_batch_look(const ent_batch *batch, const ent_key *key);

/* The same, of a key that is asked for; NULL also where its rows are cut. */
const ent_batch_group *ent_batch_use(ent_batch *batch, const ent_key *key);

#endif
