#include "vtab/prefetch_state.h"

#include "backends/base/faults.h"

enum {
  ENT_FIRST_KEYS = 16, /* of a batch: what a LIMIT does not want is little */
  ENT_GROWTH = 8,
  ENT_MOST_POOR = 4,   /* batches until it gives up */
  ENT_POOR_SHARE = 32, /* below so much of it */
  ENT_MOST_LEFT = 8,
  ENT_SAID_BYTES = 1 << 30,
};

static void free_prefetch(ent_prefetch *prefetch) {
  if (!prefetch) return;
  ent_batch_done(&prefetch->batch);
  ent_buf_done(&prefetch->said);
  sqlite3_free(prefetch);
}

static ent_prefetch *new_prefetch(const ent_plan *plan) {
  ent_prefetch *prefetch = sqlite3_malloc64(sizeof(*prefetch));

  if (!prefetch) return NULL;
  *prefetch = (ent_prefetch){.projection_id = plan->projection.id,
                             .size = ENT_FIRST_KEYS,
                             .most = ENT_PREFETCH_KEYS};
  ent_batch_init(&prefetch->batch);
  ent_buf_init(&prefetch->said, ENT_SAID_BYTES);
  return prefetch;
}

/* What a closed scan of the same statement and plan has left, the one that has
 * the key first: a statement may have several such scans. */
static ent_prefetch *take_left(ent_session *session, const ent_plan *plan,
                               const ent_key *key) {
  ent_prefetch **best = NULL;
  ent_prefetch *taken;

  if (!session->left || !ent_session_is_alone(session)) return NULL;
  for (ent_prefetch **at = &session->left; *at; at = &(*at)->next) {
    bool has;

    if ((*at)->projection_id != plan->projection.id) continue;
    has = key && ent_batch_look(&(*at)->batch, key);
    if (!best || has) best = at;
    if (has) break;
  }
  if (!best) return NULL;
  taken = *best;
  *best = taken->next;
  return taken;
}

/* A batch of which hardly more was asked for than what it was made for was read
 * for nothing. */
void ent_prefetch_settle(ent_prefetch *prefetch) {
  const ent_batch *batch = &prefetch->batch;

  if (!batch->n) return;
  if (batch->n > 1 && batch->n_used < 2 + batch->n / ENT_POOR_SHARE) {
    prefetch->n_poor++;
    prefetch->size = ENT_FIRST_KEYS;
  } else {
    prefetch->n_poor = 0;
    prefetch->size *= ENT_GROWTH;
  }
  if (prefetch->size > prefetch->most) prefetch->size = prefetch->most;
  ent_batch_clear(&prefetch->batch);
}

bool ent_prefetch_is_over(const ent_prefetch *prefetch) {
  return prefetch->n_poor >= ENT_MOST_POOR;
}

void ent_prefetch_give_up(ent_prefetch *prefetch) {
  ent_batch_clear(&prefetch->batch);
  prefetch->n_poor = ENT_MOST_POOR;
}

static void drop_if_changed(ent_prefetch *prefetch,
                            const ent_session *session) {
  if (prefetch->n_changes == session->n_changes) return;
  if (ent_fault("stale-prefetch")) return;
  ent_prefetch_settle(prefetch);
  prefetch->n_changes = session->n_changes;
}

ent_status ent_prefetch_take(ent_prefetch **own, ent_session *session,
                             const ent_plan *plan, const ent_key *key,
                             ent_error *err) {
  if (!*own || (*own)->projection_id != plan->projection.id) {
    free_prefetch(*own);
    *own = take_left(session, plan, key);
    if (!*own) *own = new_prefetch(plan);
  }
  if (!*own) return ent_fail_nomem(err);
  drop_if_changed(*own, session);
  return ENT_OK;
}

void ent_prefetch_show(const ent_batch *batch, const ent_batch_group *group,
                       ent_prefetched *found) {
  *found = (ent_prefetched){.rows = batch->rows + group->start,
                            .n = group->n,
                            .n_ahead = batch->n_rows - group->start,
                            .is_shelved = group->is_shelved};
}

void ent_prefetch_leave(ent_prefetch **own, ent_session *session) {
  ent_prefetch *prefetch = *own;
  ent_prefetch **at = &session->left;

  *own = NULL;
  if (prefetch && session->scans && ent_session_is_alone(session)) {
    prefetch->next = session->left;
    session->left = prefetch;
    prefetch = NULL;
  }
  free_prefetch(prefetch);
  for (int i = 0; *at && session->scans && i < ENT_MOST_LEFT; i++)
    at = &(*at)->next;
  while (*at) {
    prefetch = *at;
    *at = prefetch->next;
    free_prefetch(prefetch);
  }
}
