/* Rows by key that this process has not: what the shared tier has, and MySQL
 * for the rest. */
#include "cache/layered_parts.h"

#include "backends/base/faults.h"
#include "cache/tracking.h"

#include <string.h>

enum { ENT_KEYS_PER_READING = 1000 };

/* Whether a table is written to by what the server does by itself: nobody would
 * block its rows. */
static ent_status is_written_by_server(ent_layered *l, const ent_entity *entity,
                                       ent_cached *cached,
                                       const ent_deadline *deadline, bool *is,
                                       ent_error *err) {
  const ent_reach *reach;
  ent_status status = l->next->ops->reach(l->next, deadline, &reach, err);

  if (status) return status;
  if (cached->looked_at != reach->number) {
    cached->looked_at = reach->number;
    cached->is_written = !cached->has_known_triggers &&
                         ent_reach_names(reach->code, entity->table);
  }
  *is = cached->is_written;
  return ENT_OK;
}

ent_status ent_layered_may_use(ent_layered *l, const ent_entity *entity,
                               ent_cached *cached, const ent_deadline *deadline,
                               bool *may, ent_error *err) {
  bool is_written = false;
  ent_status status;

  *may = false;
  if (!ent_fault("dirty-fill") &&
      (l->touched.tables || l->next->ops->is_in_transaction(l->next))) {
    return ENT_OK;
  }
  status = is_written_by_server(l, entity, cached, deadline, &is_written, err);
  *may = !status && !is_written;
  return status;
}

/* Reads from MySQL those that the shared tier does not have.
 *                                                           model: R_SELECT */
static ent_status fetch(ent_layered *l, const ent_get *get,
                        const ent_shared_read *read,
                        const ent_deadline *deadline, ent_buf *buf,
                        size_t *rows, ent_error *err) {
  ent_get rest = *get;
  ent_key *keys = ent_arena_alloc(&l->arena, get->n_keys * sizeof(*keys));
  size_t *at = ent_arena_alloc(&l->arena, get->n_keys * sizeof(*at));
  size_t n = 0;
  int64_t start_us = ent_now_us();
  ent_status status;

  if (!keys || !at) return ent_fail_nomem(err);
  for (size_t i = 0; i < get->n_keys; i++) {
    ent_shared_state state = read->rows[i].state;

    if (state != ENT_SHARED_ROW && state != ENT_SHARED_ABSENT)
      keys[n++] = get->keys[i];
  }
  if (!n) return ENT_OK;
  rest.keys = keys;
  rest.n_keys = n;
  rest.of_primary = true;
  status = l->next->ops->get(l->next, &rest, deadline, buf, at, err);
  if (!status) {
    ent_shared_note_fetch(get->cached->shared, ent_now_us() - start_us);
  }
  n = 0;
  for (size_t i = 0; !status && i < get->n_keys; i++) {
    ent_shared_state state = read->rows[i].state;

    if (state != ENT_SHARED_ROW && state != ENT_SHARED_ABSENT)
      rows[i] = at[n++];
  }
  return status;
}

/* Puts the rows of the shared tier where those of MySQL go. */
static ent_status take_shared(const ent_shared_read *read, ent_buf *buf,
                              size_t *rows, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < read->n_keys; i++) {
    const ent_row *row = read->rows[i].row;

    rows[i] = ENT_NO_ROW;
    if (!row) continue;
    rows[i] = buf->size;
    status = ent_buf_append(buf, row, ent_row_size(row), err);
  }
  return status;
}

static ent_status fill(ent_layered *l, ent_shared_read *read,
                       const ent_buf *buf, const size_t *rows,
                       const ent_deadline *deadline) {
  const ent_row **list =
      ent_arena_alloc(&l->arena, read->n_keys * sizeof(*list));

  if (!list) return ENT_NOMEM;
  for (size_t i = 0; i < read->n_keys; i++) {
    list[i] =
        rows[i] == ENT_NO_ROW ? NULL : (const ent_row *)buf->data + rows[i];
  }
  ent_shared_fill(read, list, &l->options.times, deadline);
  if (read->table->tracking) ent_tracking_hurry(read->table->tracking);
  return ENT_OK;
}

/* Of the planted fault that reads MySQL before it has the right to tell what it
 * found: `early` is of all keys, and those the shared tier has are its own. */
static void take_early(const ent_shared_read *read, const size_t *early,
                       size_t *rows) {
  for (size_t i = 0; i < read->n_keys; i++) {
    ent_shared_state state = read->rows[i].state;

    if (state != ENT_SHARED_ROW && state != ENT_SHARED_ABSENT)
      rows[i] = early[i];
  }
}

/* What Redis has, or, where it keeps no rows of this table, whether anybody is
 * changing them; then MySQL. */
static ent_status ask_both(ent_layered *l, const ent_get *get,
                           ent_shared_read *read, const ent_deadline *deadline,
                           ent_buf *buf, size_t *rows, ent_error *err) {
  const ent_cached *cached = get->cached;
  size_t *early = NULL;
  ent_status status = ENT_OK;

  if (ent_fault("select-first")) {
    early = ent_arena_alloc(&l->arena, get->n_keys * sizeof(*early));
    if (!early) return ent_fail_nomem(err);
    status = l->next->ops->get(l->next, get, deadline, buf, early, err);
  }
  if (status) return status;
  status = cached->is_shared ? ent_shared_begin(read, cached, get->keys,
                                                get->n_keys, deadline, err)
                             : ent_shared_look(read, cached, get->keys,
                                               get->n_keys, deadline, err);
  if (!status) status = take_shared(read, buf, rows, err);
  ent_pause();
  if (early && !status) take_early(read, early, rows);
  if (!early && !status) {
    status = fetch(l, get, read, deadline, buf, rows, err);
  }
  return status;
}

static ent_status get_some(ent_layered *l, const ent_get *get,
                           const ent_deadline *deadline, ent_buf *buf,
                           size_t *rows, ent_error *err) {
  ent_shared_read read = {.n_keys = 0};
  const ent_local_mark *marks = NULL;
  ent_status status = ent_layered_note(l, get, &marks, err);

  if (!status) status = ask_both(l, get, &read, deadline, buf, rows, err);
  if (!status) ent_layered_keep(get, &read, buf, rows, marks);
  if (!status && read.n_mine) status = fill(l, &read, buf, rows, deadline);
  ent_shared_end(&read);
  ent_arena_reset(&l->arena);
  return status == ENT_NOMEM ? ent_fail_nomem(err) : status;
}

/* Where there is no Redis. */
static ent_status get_alone(ent_layered *l, const ent_get *get,
                            const ent_deadline *deadline, ent_buf *buf,
                            size_t *rows, ent_error *err) {
  ent_get some = *get;
  const ent_local_mark *marks = NULL;
  ent_status status = ent_layered_note(l, get, &marks, err);

  some.of_primary = true;
  if (!status) {
    status = l->next->ops->get(l->next, &some, deadline, buf, rows, err);
  }
  if (!status) ent_layered_keep(get, NULL, buf, rows, marks);
  ent_arena_reset(&l->arena);
  return status;
}

/* Many keys are several requests, so that no other client of Redis waits for
 * long. */
ent_status ent_layered_get_far(ent_layered *l, const ent_get *get,
                               const ent_deadline *deadline, ent_buf *buf,
                               size_t *rows, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t at = 0; !status && at < get->n_keys; at += ENT_KEYS_PER_READING) {
    size_t left = get->n_keys - at;
    ent_get some = *get;

    some.keys += at;
    some.n_keys = left < ENT_KEYS_PER_READING ? left : ENT_KEYS_PER_READING;
    status = get->cached->shared
                 ? get_some(l, &some, deadline, buf, rows + at, err)
                 : get_alone(l, &some, deadline, buf, rows + at, err);
  }
  return status;
}

ent_status ent_layered_get(ent_source *base, const ent_get *get,
                           const ent_deadline *deadline, ent_buf *buf,
                           size_t *rows, ent_error *err) {
  ent_layered *l = ent_layered_of(base);
  bool may = false;
  ent_status status = ENT_OK;

  if (ent_layered_is_whole(get)) {
    if (get->n_keys == 1 && get->cached->space)
      (void)ent_local_expect(get->cached->space, get->keys[0]);
    status =
        ent_layered_may_use(l, get->entity, get->cached, deadline, &may, err);
  }
  if (status) return status;
  if (!may) return l->next->ops->get(l->next, get, deadline, buf, rows, err);
  return get->cached->space
             ? ent_layered_get_near(l, get, deadline, buf, rows, err)
             : ent_layered_get_far(l, get, deadline, buf, rows, err);
}
