/* Lists of cached queries: what this process has of them, then what Redis
 * has.
 *
 * A list that is kept here counts while the generations are here under which it
 * was found: those of Redis, or, where it keeps none of this table, some that
 * this process has made.  Whatever is heard of a generation, or changed by this
 * process itself, takes it away, and none is made twice. */
#include "cache/layered_parts.h"

#include "backends/base/faults.h"
#include "cache/tracking.h"

#include <string.h>

enum { ENT_STAMP = 8 }; /* bytes */

/* What is kept of a list here: what its generations come to, then its row. */
enum { ENT_MIX = 8 };

static size_t n_stamps(const ent_list_query *query) {
  return 1 + query->n_aspects;
}

/* The generation at `i` of those that a list depends on, the table's stamp
 * first. */
static ent_key stamp_key(const ent_list_query *query, size_t i,
                         ent_generation_key *key) {
  return ent_tracking_generation(i ? query->aspects[i - 1] : 0, key);
}

/* The stamps that this process knows; false where it lacks any. */
static bool take_local_stamps(const ent_cached *cached,
                              const ent_list_query *query,
                              unsigned char *stamps) {
  ent_local_space *space =
      ent_tracking_generations(ent_local_of(cached->space), cached->hash);
  bool has_all = space != NULL;

  for (size_t i = 0; has_all && i < n_stamps(query); i++) {
    ent_generation_key key;
    const ent_local_entry *entry =
        ent_local_get(space, stamp_key(query, i, &key));
    uint32_t size = 0;
    const void *stamp = entry ? ent_local_entry_row(entry, &size) : NULL;

    has_all = size == ENT_STAMP;
    if (has_all) memcpy(stamps + ENT_STAMP * i, stamp, ENT_STAMP);
    ent_local_unref(entry);
  }
  return has_all;
}

/* A list that this process has, under the generations of now. model: P_HIT */
static bool find_local(ent_layered *l, const ent_list_ask *ask,
                       const ent_deadline *deadline, ent_list_read *read) {
  const ent_cached *cached = ask->cached;
  size_t n = n_stamps(ask->query);
  unsigned char *stamps = ent_arena_alloc(&l->near, ENT_STAMP * n);
  ent_local_space *space = ent_local_space_of(ent_local_of(cached->space),
                                              cached->hash, ask->query->layout);
  const ent_local_entry *entry;
  const unsigned char *row;
  uint32_t size = 0;
  uint64_t mix;

  if (!stamps || !space ||
      !ent_tracking_may_answer(cached->tracking, cached->lag_ms, deadline)) {
    return false;
  }
  ent_pause();
  if (!take_local_stamps(cached, ask->query, stamps)) return false;
  entry = ent_local_get(space, *ask->arguments);
  if (!entry) return false;
  row = ent_local_entry_row(entry, &size);
  mix = ent_shared_mix(stamps, n);
  if (size <= ENT_MIX || memcmp(row, &mix, ENT_MIX) != 0) {
    ent_local_unref(entry);
    return false;
  }
  read->entry = entry;
  read->row = row + ENT_MIX;
  return true;
}

/* Marks of all that may be kept: the generations, then the list. */
static ent_local_mark *note(ent_layered *l, const ent_list_ask *ask) {
  const ent_cached *cached = ask->cached;
  ent_local *cache = ent_local_of(cached->space);
  const ent_local_space *space = ent_tracking_generations(cache, cached->hash);
  const ent_local_space *lists =
      ent_local_space_of(cache, cached->hash, ask->query->layout);
  size_t n = n_stamps(ask->query);
  ent_local_mark *marks = ent_arena_alloc(&l->near, (n + 1) * sizeof(*marks));

  if (!space || !lists || !marks || !ent_tracking_hears(cached->tracking))
    return NULL;
  for (size_t i = 0; i < n; i++) {
    ent_generation_key key;

    marks[i] = ent_local_note(space, stamp_key(ask->query, i, &key));
  }
  marks[n] = ent_local_note(lists, *ask->arguments);
  return marks;
}

/* Keeps a list under what its generations come to. */
static void put_list(ent_layered *l, const ent_list_ask *ask, uint64_t mix,
                     const ent_row *row, ent_local_mark mark) {
  const ent_cached *cached = ask->cached;
  ent_local_space *lists = ent_local_space_of(ent_local_of(cached->space),
                                              cached->hash, ask->query->layout);
  uint32_t size = ent_row_size(row);
  unsigned char *bytes = ent_arena_alloc(&l->near, ENT_MIX + size);
  ent_local_row kept = {.data = bytes,
                        .size = ENT_MIX + size,
                        .until_ms = ent_now_ms() + cached->local_row_ms};

  if (!bytes || !lists) return;
  memcpy(bytes, &mix, ENT_MIX);
  memcpy(bytes + ENT_MIX, row, size);
  (void)ent_local_put(lists, *ask->arguments, &kept, mark);
}

/* What Redis has told is kept here, too.                     model: P_KEEP */
static void keep(ent_layered *l, const ent_list_ask *ask,
                 const ent_list_read *read, const ent_local_mark *marks) {
  const ent_cached *cached = ask->cached;
  ent_local *cache = ent_local_of(cached->space);
  ent_local_space *space = ent_tracking_generations(cache, cached->hash);
  size_t n = n_stamps(ask->query);
  ent_local_row kept = {.until_ms = ent_now_ms() + cached->local_row_ms};

  if (!ent_tracking_is_of(cached->tracking, read->shared.reign)) return;
  for (size_t i = 0; i < n; i++) {
    ent_generation_key key;

    kept.data = read->shared.stamps + ENT_STAMP * i;
    kept.size = ENT_STAMP;
    (void)ent_local_put(space, stamp_key(ask->query, i, &key), &kept, marks[i]);
  }
  put_list(l, ask, ent_shared_mix(read->shared.stamps, n), read->row, marks[n]);
}

/* The generations that this process has, those that it lacks made; false where
 * that is undone at once.                                     model: P_GEN */
static bool make_local_stamps(const ent_cached *cached,
                              const ent_list_query *query,
                              unsigned char *stamps) {
  ent_local_space *space =
      ent_tracking_generations(ent_local_of(cached->space), cached->hash);
  unsigned char fresh[ENT_SHARED_ID];
  const ent_local_row made = {.data = fresh, .size = ENT_STAMP};

  if (!space || ent_shared_draw(fresh, NULL)) return false;
  for (size_t i = 0; i < n_stamps(query); i++) {
    ent_generation_key bytes;
    ent_key key = stamp_key(query, i, &bytes);
    ent_local_mark mark = ent_local_note(space, key);
    const ent_local_entry *entry = ent_local_get(space, key);

    if (!entry) (void)ent_local_put(space, key, &made, mark);
    ent_local_unref(entry);
  }
  /* Another thread may have made some at the same time. */
  return take_local_stamps(cached, query, stamps);
}

/* Of a list that this process alone is to keep: whether it may, which Redis says
 * where there is one. */
static ent_status look_alone(ent_layered *l, const ent_list_ask *ask,
                             const ent_deadline *deadline, ent_list_read *read,
                             ent_error *err) {
  const ent_cached *cached = ask->cached;
  size_t n = n_stamps(ask->query);
  unsigned char *stamps = ent_arena_alloc(&l->near, ENT_STAMP * n);
  ent_status status;

  if (!stamps || !ent_tracking_hears(cached->tracking) ||
      !make_local_stamps(cached, ask->query, stamps)) {
    return ENT_OK;
  }
  read->mix = ent_shared_mix(stamps, n);
  read->is_mine = true;
  if (!cached->shared) return ENT_OK;
  ent_pause();
  status = ent_shared_look_list(&read->shared, cached, ask->query,
                                ask->arguments, deadline, err);
  read->is_mine = !status && read->shared.rows[0].state == ENT_SHARED_FREE &&
                  ent_tracking_is_of(cached->tracking, read->shared.reign);
  return status;
}

/*                                                             model: P_KEEP */
static void keep_alone(ent_layered *l, const ent_list_ask *ask, uint64_t mix,
                       const ent_row *row) {
  const ent_cached *cached = ask->cached;
  size_t n = n_stamps(ask->query);
  const ent_local_space *lists = ent_local_space_of(
      ent_local_of(cached->space), cached->hash, ask->query->layout);

  ent_pause();
  if (ent_fault("late-generation")) {
    unsigned char *stamps = ent_arena_alloc(&l->near, ENT_STAMP * n);

    if (!stamps || !make_local_stamps(cached, ask->query, stamps)) return;
    mix = ent_shared_mix(stamps, n);
  }
  if (lists) put_list(l, ask, mix, row, ent_local_note(lists, *ask->arguments));
  ent_arena_reset(&l->near);
}

/* What there is of it here, or in Redis with its generations; or the right to
 * tell what it is.   model: Q_GEN, Q_GEN_LEASE, Q_GEN_FILL, Q_LIST,
 * Q_LIST_LEASE */
static ent_status look(ent_layered *l, const ent_list_ask *ask,
                       const ent_deadline *deadline, ent_list_read *read,
                       ent_error *err) {
  const ent_cached *cached = ask->cached;
  bool is_near = cached->space && cached->tracking;
  const ent_local_mark *marks = NULL;
  ent_status status;

  if (is_near && find_local(l, ask, deadline, read)) return ENT_OK;
  if (!cached->is_shared) {
    return is_near ? look_alone(l, ask, deadline, read, err) : ENT_OK;
  }
  if (is_near) marks = note(l, ask);
  status = ent_shared_begin_list(&read->shared, cached, ask->query,
                                 ask->arguments, deadline, err);
  if (status) return status;
  if (read->shared.rows[0].state == ENT_SHARED_ROW) {
    read->row = read->shared.rows[0].row;
    if (marks) keep(l, ask, read, marks);
  }
  read->is_mine = read->shared.rows[0].state == ENT_SHARED_MINE;
  return ENT_OK;
}

ent_status ent_layered_list(ent_source *source, const ent_list_ask *ask,
                            const ent_deadline *deadline, ent_list_read *read,
                            ent_error *err) {
  ent_layered *l = ent_layered_of(source);
  bool may = false;
  ent_status status =
      ent_layered_may_use(l, ask->entity, ask->cached, deadline, &may, err);

  *read = (ent_list_read){.row = NULL};
  if (ent_fault("list-in-transaction")) may = true;
  read->may = may;
  if (!status && may) status = look(l, ask, deadline, read, err);
  ent_arena_reset(&l->near);
  return status;
}

/*                                                             model: Q_FILL */
void ent_layered_list_fill(ent_source *source, const ent_list_ask *ask,
                           ent_list_read *read, const ent_row *row,
                           const ent_deadline *deadline) {
  ent_layered *l = ent_layered_of(source);

  if (!read->is_mine) return;
  if (!ask->cached->is_shared) {
    keep_alone(l, ask, read->mix, row);
    return;
  }
  ent_shared_fill(&read->shared, &row, &l->options.times, deadline);
  if (ask->cached->tracking) ent_tracking_hurry(ask->cached->tracking);
}

void ent_layered_list_end(ent_list_read *read) {
  ent_local_unref(read->entry);
  ent_shared_end(&read->shared);
  *read = (ent_list_read){.row = NULL};
}
