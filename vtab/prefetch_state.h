#ifndef ENT_VTAB_PREFETCH_STATE_H
#define ENT_VTAB_PREFETCH_STATE_H

#include "vtab/ahead.h"
#include "vtab/batch.h"
#include "vtab/prefetch.h"

/* What prefetch_key.c and prefetch_search.c share. */

enum {
  ENT_PREFETCH_KEYS = 1000,     /* of a batch; one statement (source.c) */
  ENT_PREFETCH_BYTES = 4 << 20, /* that a batch probably has at most */
  ENT_PREFETCH_VALUES = 8,      /* of a search, one of which may be the key */
};

struct ent_prefetch {
  ent_prefetch *next;     /* of those that closed scans have left */
  uint64_t projection_id; /* of the plan that it is for */
  uint64_t n_changes;     /* of the session, when the batch was read */
  ent_ahead ahead;
  size_t size; /* of the next batch, in keys */
  size_t most; /* so many it may have, by what was found so far */
  int n_poor;  /* batches one after the other that were of little use */
  ent_batch batch;
  /* Of searches, what was asked last: */
  bool has_asked;
  ent_buf said;                        /* but for these values */
  int64_t values[ENT_PREFETCH_VALUES]; /* n_values */
  size_t n_values;
  size_t varying; /* the one that is the key of the batch; n_values: none */
};

/* Makes sure that a scan has one for its plan: what a scan of the same statement
 * has left, or a new one.  What it has read is still true.
 *
 *   key  looked for among several that were left; NULL: any will do
 *
 * NOMEM. */
ENT_CHECKED ent_status ent_prefetch_take(ent_prefetch **own,
                                         ent_session *session,
                                         const ent_plan *plan,
                                         const ent_key *key, ent_error *err);

/* Ends the batch, and learns from it how large the next one shall be. */
void ent_prefetch_settle(ent_prefetch *prefetch);

/* Whether it has given up: nothing of late was of use. */
bool ent_prefetch_is_over(const ent_prefetch *prefetch);
void ent_prefetch_give_up(ent_prefetch *prefetch);

/* Shows a group of the batch. */
void ent_prefetch_show(const ent_batch *batch, const ent_batch_group *group,
                       ent_prefetched *found);

#endif
