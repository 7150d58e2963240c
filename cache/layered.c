#include "cache/layered_parts.h"

#include "backends/base/faults.h"
#include "cache/tracking.h"

#include <stdlib.h>
#include <string.h>

enum { ENT_AGAIN_MS = 500 }; /* how long blocking again may take */

static ent_layered *layered_of_participant(ent_participant *participant) {
  return (ent_layered *)((char *)participant -
                         offsetof(ent_layered, participant));
}

/* What the source behind has told. */
static void take_last_id(ent_layered *l) {
  if (!l->next->has_last_id) return;
  l->base.has_last_id = true;
  l->base.last_id = l->next->last_id;
  l->next->has_last_id = false;
}

static ent_status layered_search(ent_source *base, const ent_query *query,
                                 ent_pages **pages, ent_error *err) {
  ent_source *next = ent_layered_of(base)->next;

  return next->ops->search(next, query, pages, err);
}

static void layered_listen(ent_source *base,
                           const ent_write_listener *listener) {
  ent_source *next = ent_layered_of(base)->next;

  next->ops->listen(next, listener);
}

static ent_status layered_has_second_unique(ent_source *base,
                                            const ent_entity *entity,
                                            const ent_deadline *deadline,
                                            bool *has, ent_error *err) {
  ent_source *next = ent_layered_of(base)->next;

  return next->ops->has_second_unique(next, entity, deadline, has, err);
}

static bool layered_is_in_transaction(const ent_source *base) {
  const ent_source *next = ((const ent_layered *)base)->next;

  return next->ops->is_in_transaction(next);
}

static ent_status layered_reach(ent_source *base, const ent_deadline *deadline,
                                const ent_reach **reach, ent_error *err) {
  ent_source *next = ent_layered_of(base)->next;

  return next->ops->reach(next, deadline, reach, err);
}

static uint64_t layered_reach_at_rest(const ent_source *base, int64_t now_ms) {
  const ent_source *next = ((const ent_layered *)base)->next;

  return next->ops->reach_at_rest(next, now_ms);
}

static ent_status layered_statistics(ent_source *base, const ent_entity *entity,
                                     const ent_deadline *deadline,
                                     ent_arena *arena,
                                     ent_statistics *statistics,
                                     ent_error *err) {
  ent_source *next = ent_layered_of(base)->next;

  return next->ops->statistics(next, entity, deadline, arena, statistics, err);
}

static ent_status layered_write(ent_source *base, const ent_write *write,
                                const ent_deadline *deadline,
                                ent_written *written, ent_error *err) {
  ent_layered *l = ent_layered_of(base);
  ent_status status = ent_layered_touch(l, write, deadline, err);

  if (status) return status;
  ent_pause();
  status = l->next->ops->write(l->next, write, deadline, written, err);
  take_last_id(l);
  ent_pause();
  return status;
}

static ent_status layered_savepoint(ent_source *base, int level,
                                    const ent_deadline *deadline,
                                    ent_error *err) {
  ent_layered *l = ent_layered_of(base);
  ent_status status = l->next->ops->savepoint(l->next, level, deadline, err);

  take_last_id(l);
  return status;
}

static ent_status layered_release(ent_source *base, int level,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  ent_layered *l = ent_layered_of(base);
  ent_status status = l->next->ops->release(l->next, level, deadline, err);

  take_last_id(l);
  return status;
}

static ent_status layered_rollback_to(ent_source *base, int level,
                                      const ent_deadline *deadline,
                                      ent_error *err) {
  ent_source *next = ent_layered_of(base)->next;

  return next->ops->rollback_to(next, level, deadline, err);
}

static ent_status layered_hold(ent_source *base, const ent_deadline *deadline,
                               ent_error *err) {
  ent_source *next = ent_layered_of(base)->next;

  return next->ops->hold(next, deadline, err);
}

static void layered_end_hold(ent_source *base) {
  ent_source *next = ent_layered_of(base)->next;

  next->ops->end_hold(next);
}

static void layered_close(ent_source *base) {
  ent_layered *l = ent_layered_of(base);

  l->next->ops->close(l->next);
  for (size_t i = 0; i < l->n_shared; i++) {
    ent_shared_leave(l->blocked[i]);
    ent_shared_close(l->shared[i]);
  }
  ent_touched_done(&l->touched);
  ent_arena_done(&l->arena);
  ent_arena_done(&l->near);
  free(l->server);
  free(l->database);
  free(l);
}

static ent_status layered_flush(ent_participant *participant,
                                const ent_deadline *deadline, ent_error *err) {
  ent_layered *l = layered_of_participant(participant);
  ent_participant *part = l->next->participant;
  ent_status status = part->ops->flush(part, deadline, err);

  take_last_id(l);
  return status;
}

/* Whether a Redis that is away is a reason not to write. */
static bool is_allowed(const ent_layered *l, ent_status status) {
  return l->options.writes_without_redis &&
         (status == ENT_UNAVAILABLE || status == ENT_TIMEOUT ||
          status == ENT_REJECTED || status == ENT_PROTOCOL);
}

/* Blocks in one Redis; one that may be away keeps no other from being told. */
static ent_status block_in(ent_layered *l, size_t i,
                           const ent_deadline *deadline, ent_error *err) {
  ent_error why = {.status = ENT_OK};
  ent_status status;

  ent_shared_leave(l->blocked[i]);
  l->blocked[i] = NULL;
  status =
      ent_shared_prepare(l->shared[i], &l->touched, l->id, &l->blocked[i], err);
  if (status || ent_fault("no-tombstone")) return status;
  status = ent_shared_block(l->shared[i], l->blocked[i],
                            l->options.times.commit_ms, deadline, &why);
  if (!status || is_allowed(l, status)) return ENT_OK;
  ent_error_context(&why, status, "redis");
  if (err && !err->status) *err = why;
  return status;
}

/* Blocks all that was touched, in every Redis. */
static ent_status block(ent_layered *l, const ent_deadline *deadline,
                        ent_error *err) {
  ent_status status = ENT_OK;

  ent_pause();
  if (l->noted) return ent_fail_nomem(err);
  if (!l->touched.tables || !l->n_shared) return ENT_OK;
  status = ent_shared_draw(l->id, err);
  for (size_t i = 0; !status && i < l->n_shared; i++)
    status = block_in(l, i, deadline, err);
  return status;
}

static ent_status layered_block(ent_participant *participant,
                                const ent_deadline *deadline, ent_error *err) {
  return block(layered_of_participant(participant), deadline, err);
}

/* What this process has of it goes once it can be read again, and before the
 * COMMIT returns.                                             model: P_OWN */
static void remove_own(ent_layered *l) {
  ent_tracked of = {.server = l->server};

  if (!l->touched.tables) return;
  ent_tracking_removed(&of, &l->touched);
  for (size_t i = 0; i < l->n_shared; i++) {
    of.shared = l->shared[i];
    ent_tracking_removed(&of, &l->touched);
  }
}

/* What was blocked is over, one way or the other. */
static void unblock(ent_layered *l) {
  ent_pause();
  for (size_t i = 0; i < l->n_shared; i++) {
    if (l->blocked[i]) ent_shared_unblock(l->shared[i], l->blocked[i]);
    l->blocked[i] = NULL;
  }
  ent_pause();
  remove_own(l);
}

/* What is still blocked then stays so until its time is up. */
static void forget(ent_layered *l) {
  ent_touched_clear(&l->touched);
  for (size_t i = 0; i < l->n_shared; i++) {
    ent_shared_leave(l->blocked[i]);
    l->blocked[i] = NULL;
  }
  l->noted = ENT_OK;
}

void ent_layered_block_again(ent_source *source) {
  const ent_layered *l = ent_layered_of(source);
  ent_deadline soon = ent_deadline_in(ENT_AGAIN_MS);
  ent_error ignored = {.status = ENT_OK};

  for (size_t i = 0; i < l->n_shared; i++) {
    if (l->blocked[i] &&
        ent_shared_block(l->shared[i], l->blocked[i],
                         l->options.times.commit_ms, &soon, &ignored)) {
      ent_error_clear(&ignored);
    }
  }
}

/* A COMMIT under way: what was blocked is blocked again in time. */
typedef struct commit_watch {
  ent_layered *l;
  const ent_deadline *deadline; /* the caller's */
  int64_t third_ms;
  int64_t next_ms; /* when it is to be blocked again */
} commit_watch;

/* Asked every 20 ms while COMMIT is waited for.             model: W_AGAIN */
static bool watch_commit(void *context) {
  commit_watch *watch = context;
  ent_layered *l = watch->l;
  const ent_deadline *deadline = watch->deadline;

  if (ent_now_ms() >= watch->next_ms) {
    ent_layered_block_again(&l->base);
    watch->next_ms = ent_now_ms() + watch->third_ms;
  }
  return deadline->interrupted && deadline->interrupted(deadline->ctx);
}

static ent_status layered_prepare(ent_participant *participant,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  ent_layered *l = layered_of_participant(participant);
  ent_participant *part = l->next->participant;
  int64_t third_ms = l->options.times.commit_ms / 3;
  commit_watch watch = {l, deadline, third_ms, ent_now_ms() + third_ms};
  ent_deadline watched = {.until_ms = deadline->until_ms,
                          .interrupted = watch_commit,
                          .ctx = &watch,
                          .started_ms = deadline->started_ms};
  ent_status status;

  ent_pause();
  status = part->ops->prepare(part, &watched, err);
  ent_pause();

  l->base.is_unknown = l->next->is_unknown;
  return status;
}

static void layered_finish(ent_participant *participant,
                           const ent_deadline *deadline) {
  ent_layered *l = layered_of_participant(participant);
  ent_participant *part = l->next->participant;

  part->ops->finish(part, deadline);
  unblock(l);
  forget(l);
}

/* A COMMIT whose reply was lost may yet come: what was blocked stays so until
 * its time is up. */
static void layered_abort(ent_participant *participant,
                          const ent_deadline *deadline) {
  ent_layered *l = layered_of_participant(participant);
  ent_participant *part = l->next->participant;
  bool is_unknown = l->base.is_unknown;

  part->ops->abort(part, deadline);
  if (is_unknown) {
    ent_layered_block_again(&l->base);
    remove_own(l);
  } else {
    unblock(l);
  }
  l->base.is_unknown = false;
  forget(l);
}

static const ent_participant_ops participant_ops = {
    .name = "caches",
    .flush = layered_flush,
    .block = layered_block,
    .prepare = layered_prepare,
    .finish = layered_finish,
    .abort = layered_abort,
};

static const ent_source_ops layered_ops = {
    .name = "caches",
    .get = ent_layered_get,
    .peek = ent_layered_peek,
    .search = layered_search,
    .listen = layered_listen,
    .has_second_unique = layered_has_second_unique,
    .is_in_transaction = layered_is_in_transaction,
    .reach = layered_reach,
    .reach_at_rest = layered_reach_at_rest,
    .statistics = layered_statistics,
    .write = layered_write,
    .savepoint = layered_savepoint,
    .release = layered_release,
    .rollback_to = layered_rollback_to,
    .hold = layered_hold,
    .end_hold = layered_end_hold,
    .close = layered_close,
};

ent_status ent_layered_open(ent_source *next, const char *server,
                            const char *database,
                            const ent_layered_options *options,
                            ent_source **out, ent_error *err) {
  ent_layered *l = calloc(1, sizeof(*l));

  if (!l) return ent_fail_nomem(err);
  l->server = strdup(server);
  l->database = strdup(database);
  if (!l->server || !l->database) {
    free(l->server);
    free(l->database);
    free(l);
    return ent_fail_nomem(err);
  }
  l->base.ops = &layered_ops;
  l->base.participant = &l->participant;
  l->participant.ops = &participant_ops;
  l->next = next;
  l->options = *options;
  l->listener = ent_layered_listener(l);
  next->ops->listen(next, &l->listener);
  *out = &l->base;
  return ENT_OK;
}

ent_status ent_layered_add(ent_source *source, ent_shared *shared,
                           ent_error *err) {
  ent_layered *l = ent_layered_of(source);

  for (size_t i = 0; i < l->n_shared; i++) {
    if (l->shared[i] == shared) return ENT_OK;
  }
  if (l->n_shared == ENT_LAYERED_REDIS) {
    return ent_fail(err, ENT_UNSUPPORTED,
                    "the entities of one MySQL pool are in at most %d Redis",
                    (int)ENT_LAYERED_REDIS);
  }
  l->shared[l->n_shared++] = ent_shared_ref(shared);
  return ENT_OK;
}

bool ent_layered_is(const ent_source *source) {
  return source->ops == &layered_ops;
}

bool ent_layered_has_redis(const ent_source *source) {
  return ent_layered_is(source) && ((const ent_layered *)source)->n_shared;
}

ent_status ent_layered_origin(ent_source *source,
                              const ent_shared_origin *origin,
                              const ent_deadline *deadline, ent_arena *arena,
                              const char **other, ent_error *err) {
  const ent_layered *l = ent_layered_of(source);
  char found[ENT_SHARED_ORIGIN_NAME] = "";

  for (size_t i = 0; !*found && i < l->n_shared; i++) {
    ent_status status = ent_shared_origin_note(l->shared[i], l->database,
                                               origin, deadline, found, err);

    if (status) return status;
  }
  *other = *found ? ent_arena_strdup(arena, found) : NULL;
  return *found && !*other ? ent_fail_nomem(err) : ENT_OK;
}

ent_status ent_layered_block(ent_source *source, const ent_deadline *deadline,
                             ent_error *err) {
  ent_layered *l = ent_layered_of(source);
  ent_status status = layered_block(&l->participant, deadline, err);

  if (status) {
    unblock(l);
    forget(l);
  }
  return status;
}

ent_status ent_layered_call(ent_source *source, const ent_deadline *deadline,
                            ent_error *err) {
  ent_layered *l = ent_layered_of(source);
  ent_status status = block(l, deadline, err);

  if (status) unblock(l);
  return status;
}

void ent_layered_called(ent_source *source, bool is_unknown) {
  ent_layered *l = ent_layered_of(source);

  if (is_unknown) {
    l->base.is_unknown = true;
    ent_layered_block_again(source);
  } else {
    unblock(l);
  }
}

void ent_layered_unblock(ent_source *source) {
  ent_layered *l = ent_layered_of(source);

  unblock(l);
  forget(l);
}

void ent_layered_leave(ent_source *source) {
  ent_layered *l = ent_layered_of(source);

  ent_layered_block_again(&l->base);
  remove_own(l);
  forget(l);
}
