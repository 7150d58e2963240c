/* Rows by key: what this process has of them, then what is behind. */
#include "cache/layered_parts.h"

#include "backends/base/faults.h"
#include "cache/tracking.h"

static void release(const void *entry) {
  ent_local_unref(entry);
}

/* Shows a row of the cache: where it is kept, or as a copy.  The entry is used
 * up. */
static ent_status show(const ent_get *get, size_t at,
                       const ent_local_entry *entry, ent_buf *buf, size_t *rows,
                       ent_error *err) {
  uint32_t size;
  const ent_row *row = ent_local_entry_row(entry, &size);
  ent_status status = ENT_OK;

  rows[at] = ENT_NO_ROW;
  if (row && get->shelf && ent_shelf_put(get->shelf, entry, size, release)) {
    get->shelved[at] = row;
    return ENT_OK;
  }
  if (row) {
    rows[at] = buf->size;
    status = ent_buf_append(buf, row, size, err);
  }
  ent_local_unref(entry);
  return status;
}

/* Whether caches may answer for a table now, as far as that is known without
 * asking anybody. */
static bool is_usable(const ent_layered *l, const ent_cached *cached,
                      int64_t now_us) {
  uint64_t reach;

  if (l->touched.tables) return false;
  reach = l->next->ops->reach_at_rest(l->next, now_us / 1000);
  if (!reach || reach != cached->looked_at || cached->is_written) return false;
  return !cached->tracking ||
         ent_tracking_answers(cached->tracking, cached->lag_ms, now_us);
}

/* The entry that was shown before this one, which is shown still. */
static const ent_local_entry *shown_before(const ent_get *get) {
  const ent_shelf *shelf = get->shelf;
  const ent_shelved *last;

  if (!shelf || !shelf->n) return NULL;
  last = &shelf->items[shelf->n - 1];
  return last->release == release ? last->item : NULL;
}

/*                                                              model: P_HIT */
bool ent_layered_peek(ent_source *base, const ent_get *get, ent_buf *buf,
                      size_t *rows) {
  const ent_cached *cached = get->cached;
  const ent_local_entry *entry;
  const ent_local_entry *before;
  int64_t now_us;

  if (!ent_layered_is_whole(get) || !cached->space) return false;
  now_us = ent_now_us();
  if (!is_usable(ent_layered_of(base), cached, now_us)) return false;
  ent_pause();
  entry = ent_local_peek(cached->space, get->keys[0], get->hash, now_us / 1000);
  if (!entry) return false;
  before = shown_before(get);
  if (before) ent_local_follow(cached->space, before, entry, get->hash);
  return !show(get, 0, entry, buf, rows, NULL);
}

/* The keys that were not found, and where they stand among all. */
typedef struct near_rest {
  ent_key *keys; /* n */
  size_t *at;
  size_t n;
} near_rest;

/* Shows what was found; all entries are used up, whatever fails. */
static ent_status show_found(const ent_get *get,
                             const ent_local_entry *const *entries,
                             ent_buf *buf, size_t *rows, near_rest *rest,
                             ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; i < get->n_keys; i++) {
    if (!entries[i]) {
      rest->keys[rest->n] = get->keys[i];
      rest->at[rest->n++] = i;
    } else if (status) {
      ent_local_unref(entries[i]);
    } else {
      status = show(get, i, entries[i], buf, rows, err);
    }
  }
  return status;
}

static ent_status get_rest(ent_layered *l, const ent_get *get,
                           const near_rest *rest, const ent_deadline *deadline,
                           ent_buf *buf, size_t *rows, ent_error *err) {
  ent_get some = *get;
  size_t *got = ent_arena_alloc(&l->near, rest->n * sizeof(*got));
  ent_status status;

  if (!got) return ent_fail_nomem(err);
  some.keys = rest->keys;
  some.n_keys = rest->n;
  some.shelf = NULL;
  status = ent_layered_get_far(l, &some, deadline, buf, got, err);
  for (size_t i = 0; !status && i < rest->n; i++)
    rows[rest->at[i]] = got[i];
  return status;
}

static ent_status get_many(ent_layered *l, const ent_get *get,
                           const ent_deadline *deadline, ent_buf *buf,
                           size_t *rows, ent_error *err) {
  size_t n = get->n_keys;
  const ent_local_entry **entries =
      ent_arena_alloc(&l->near, n * sizeof(ent_local_entry *));
  near_rest rest = {.keys = ent_arena_alloc(&l->near, n * sizeof(*rest.keys)),
                    .at = ent_arena_alloc(&l->near, n * sizeof(*rest.at))};
  ent_status status;

  if (!entries || !rest.keys || !rest.at) return ent_fail_nomem(err);
  (void)ent_local_get_many(get->cached->space, get->keys, n, entries);
  status = show_found(get, entries, buf, rows, &rest, err);
  if (status || !rest.n) return status;
  return get_rest(l, get, &rest, deadline, buf, rows, err);
}

/*                                                              model: P_HIT */
ent_status ent_layered_get_near(ent_layered *l, const ent_get *get,
                                const ent_deadline *deadline, ent_buf *buf,
                                size_t *rows, ent_error *err) {
  const ent_cached *cached = get->cached;
  ent_status status;

  if (cached->tracking &&
      !ent_tracking_may_answer(cached->tracking, cached->lag_ms, deadline)) {
    return ent_layered_get_far(l, get, deadline, buf, rows, err);
  }
  ent_pause();
  if (get->n_keys == 1) {
    const ent_local_entry *entry =
        ent_local_get_at(cached->space, get->keys[0], deadline->started_ms);

    if (entry) return show(get, 0, entry, buf, rows, err);
    return ent_layered_get_far(l, get, deadline, buf, rows, err);
  }
  status = get_many(l, get, deadline, buf, rows, err);
  ent_arena_reset(&l->near);
  return status;
}

/*                                                             model: P_NOTE */
ent_status ent_layered_note(ent_layered *l, const ent_get *get,
                            const ent_local_mark **marks, ent_error *err) {
  const ent_cached *cached = get->cached;
  ent_local_mark *list;

  *marks = NULL;
  if (!cached->space) return ENT_OK;
  if (cached->tracking && !ent_tracking_hears(cached->tracking)) return ENT_OK;
  list = ent_arena_alloc(&l->arena, get->n_keys * sizeof(*list));
  if (!list) return ent_fail_nomem(err);
  for (size_t i = 0; i < get->n_keys; i++)
    list[i] = ent_local_note(cached->space, get->keys[i]);
  *marks = list;
  return ENT_OK;
}

static void keep(const ent_cached *cached, const ent_key *key,
                 const ent_row *row, ent_local_mark mark) {
  int64_t ms = row ? cached->local_row_ms : cached->local_absent_ms;
  ent_local_row kept = {.data = row,
                        .size = row ? ent_row_size(row) : 0,
                        .is_absent = !row,
                        .until_ms = ms ? ent_now_ms() + ms : 0};

  if (ent_fault("no-count")) mark = ent_local_note(cached->space, *key);
  (void)ent_local_put(cached->space, *key, &kept, mark);
}

/* Whether what is known of a row may be kept.  What this process has just
 * stored in Redis is not: that is about to be heard of as a change. */
static bool may_keep(ent_shared_state state) {
  return state == ENT_SHARED_ROW || state == ENT_SHARED_ABSENT ||
         state == ENT_SHARED_FREE;
}

/*                                                             model: P_KEEP */
void ent_layered_keep(const ent_get *get, const ent_shared_read *read,
                      const ent_buf *buf, const size_t *rows,
                      const ent_local_mark *marks) {
  const ent_cached *cached = get->cached;
  bool is_known = !cached->tracking;

  if (!marks) return;
  ent_pause();
  for (size_t i = 0; i < get->n_keys; i++) {
    if (cached->tracking && read && !may_keep(read->rows[i].state)) continue;
    if (read && !is_known &&
        !ent_tracking_is_of(cached->tracking, read->reign)) {
      return;
    }
    is_known = true;
    keep(cached, &get->keys[i],
         rows[i] == ENT_NO_ROW ? NULL : (const ent_row *)buf->data + rows[i],
         marks[i]);
  }
}
