#include "vtab/caching.h"
#include "vtab/prefetch_state.h"

/* Rows by one key. */

static ent_ahead_kind kind_of(const ent_entity *entity) {
  if (entity->key_kind == ENT_KEY_INTEGER) return ENT_AHEAD_INTEGER;
  return entity->columns[entity->key_columns[0]].type == ENT_TYPE_BLOB
             ? ENT_AHEAD_BLOB
             : ENT_AHEAD_TEXT;
}

/* Lists what a get has found. */
static ent_status lay(ent_batch *batch, const ent_row *const *shelved,
                      const size_t *offsets, ent_error *err) {
  ent_batch_row *rows =
      ent_arena_alloc(&batch->arena, batch->n * sizeof(*rows));
  size_t n = 0;

  if (!rows) return ent_fail_nomem(err);
  for (size_t i = 0; i < batch->n; i++) {
    const ent_row *row = shelved[i];

    batch->groups[i].is_shelved = row != NULL;
    if (!row && offsets[i] != ENT_NO_ROW) {
      row = (const ent_row *)batch->bytes.data + offsets[i];
    }
    if (row) rows[n++] = (ent_batch_row){.group = i, .row = row};
  }
  return ent_batch_lay(batch, rows, n, err);
}

/* Gets the rows of all groups. */
static ent_status get_groups(ent_batch *batch, ent_table *table,
                             const ent_plan *plan, ent_error *err) {
  ent_session *session = table->session;
  ent_source *source = table->pool->source;
  ent_deadline deadline = ent_session_deadline(session);
  size_t n = batch->n;
  ent_key *keys = ent_arena_alloc(&batch->arena, n * sizeof(*keys));
  size_t *offsets = ent_arena_alloc(&batch->arena, n * sizeof(*offsets));
  const ent_row **shelved =
      ent_arena_zalloc(&batch->arena, n * sizeof(*shelved));
  ent_get get = {.entity = table->entity,
                 .keys = keys,
                 .n_keys = n,
                 .projection = &plan->projection,
                 .cached = ent_caching_now(table),
                 .shelf = &session->shelf,
                 .shelved = shelved};
  ent_status status;

  if (!keys || !offsets || !shelved) return ent_fail_nomem(err);
  for (size_t i = 0; i < n; i++)
    keys[i] = batch->groups[i].key;
  status =
      source->ops->get(source, &get, &deadline, &batch->bytes, offsets, err);
  ent_session_waited(session);
  return status ? status : lay(batch, shelved, offsets, err);
}

/* How many rows of this size a batch may have. */
static void note_size(ent_prefetch *prefetch) {
  const ent_batch *batch = &prefetch->batch;

  if (!batch->n) return;
  prefetch->most = ENT_PREFETCH_BYTES / (batch->bytes.size / batch->n + 1);
  if (prefetch->most > ENT_PREFETCH_KEYS) prefetch->most = ENT_PREFETCH_KEYS;
}

/* Reads a key's row and those that will be asked for next, if it is known which
 * they are. */
static ent_status read_ahead(ent_prefetch *prefetch, ent_table *table,
                             const ent_plan *plan, const ent_key *key,
                             ent_error *err) {
  ent_batch *batch = &prefetch->batch;
  ent_arena arena = {.blocks = NULL};
  ent_key *keys;
  size_t n;
  ent_status status;

  if (ent_prefetch_is_over(prefetch)) return ENT_OK;
  prefetch->ahead.kind = kind_of(table->entity);
  ent_ahead_find(table->session, &prefetch->ahead, key);
  if (!prefetch->ahead.n) return ENT_OK;
  ent_prefetch_settle(prefetch);
  if (ent_prefetch_is_over(prefetch)) return ENT_OK;
  status =
      ent_ahead_keys(&prefetch->ahead, prefetch->size, &arena, &keys, &n, err);
  if (!status && n) status = ent_batch_start(batch, keys, n, err);
  ent_arena_done(&arena);
  if (!status && batch->n) status = get_groups(batch, table, plan, err);
  if (!status) note_size(prefetch);
  if (status) ent_batch_clear(batch);
  if (status != ENT_TOO_BIG) return status;
  /* One row alone may not be. */
  ent_prefetch_give_up(prefetch);
  ent_error_clear(err);
  return ENT_OK;
}

ent_status ent_prefetch_key(ent_prefetch **own, ent_table *table,
                            const ent_plan *plan, const ent_key *key,
                            ent_prefetched *found, bool *is_known,
                            ent_error *err) {
  ent_session *session = table->session;
  const ent_batch_group *group;
  ent_batch *batch;
  ent_status status = ent_prefetch_take(own, session, plan, key, err);

  if (status) return status;
  batch = &(*own)->batch;
  group = ent_batch_use(batch, key);
  if (!group) {
    status = read_ahead(*own, table, plan, key, err);
    if (status) return status;
    group = ent_batch_use(batch, key);
  }
  *is_known = group != NULL;
  if (group) ent_prefetch_show(batch, group, found);
  return ENT_OK;
}
