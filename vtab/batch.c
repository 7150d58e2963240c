#include "vtab/batch.h"

#include <stdlib.h>
#include <string.h>

enum { ENT_BATCH_BYTES = ENT_ROW_MAX_SIZE };

void ent_batch_init(ent_batch *batch) {
  *batch = (ent_batch){.n = 0};
  ent_buf_init(&batch->bytes, ENT_BATCH_BYTES);
}

void ent_batch_done(ent_batch *batch) {
  ent_arena_done(&batch->arena);
  ent_buf_done(&batch->bytes);
  ent_batch_init(batch);
}

void ent_batch_clear(ent_batch *batch) {
  ent_arena_reset(&batch->arena);
  batch->bytes.size = 0;
  batch->groups = NULL;
  batch->n = 0;
  batch->next = 0;
  batch->n_used = 0;
  batch->rows = NULL;
  batch->n_rows = 0;
}

/* A group begins with its key: ent_key_compare() compares groups, too. */
_Static_assert(offsetof(ent_batch_group, key) == 0, "the key stands first");

/* The groups of the keys, each once. */
static ent_status make_groups(ent_batch *batch, const ent_key *keys, size_t n,
                              ent_error *err) {
  ent_batch_group *groups =
      ent_arena_zalloc(&batch->arena, n * sizeof(*groups));

  batch->order = ent_arena_alloc(&batch->arena, n * sizeof(*batch->order));
  if (!groups || !batch->order) return ent_fail_nomem(err);
  for (size_t i = 0; i < n; i++) {
    groups[i].key.size = keys[i].size;
    groups[i].key.data =
        ent_arena_copy(&batch->arena, keys[i].data, keys[i].size);
    if (!groups[i].key.data) return ent_fail_nomem(err);
  }
  qsort(groups, n, sizeof(*groups), ent_key_compare);
  for (size_t i = 0; i < n; i++) {
    if (i && ent_key_compare(&groups[batch->n - 1], &groups[i]) == 0) continue;
    groups[batch->n] = groups[i];
    groups[batch->n++].position = SIZE_MAX;
  }
  batch->groups = groups;
  return ENT_OK;
}

ent_status ent_batch_start(ent_batch *batch, const ent_key *keys, size_t n,
                           ent_error *err) {
  size_t position = 0;

  ent_batch_clear(batch);
  if (make_groups(batch, keys, n, err)) {
    ent_batch_clear(batch);
    return ENT_NOMEM;
  }
  for (size_t i = 0; i < n; i++) {
    ent_batch_group *group = ent_batch_look(batch, &keys[i]);

    if (!group || group->position != SIZE_MAX) continue;
    group->position = position;
    batch->order[position++] = (size_t)(group - batch->groups);
  }
  return ENT_OK;
}

ent_status ent_batch_lay(ent_batch *batch, const ent_batch_row *rows, size_t n,
                         ent_error *err) {
  size_t start = 0;

  batch->rows = ent_arena_alloc(&batch->arena, (n + 1) * sizeof(ent_row *));
  if (!batch->rows) return ent_fail_nomem(err);
  for (size_t i = 0; i < n; i++)
    batch->groups[rows[i].group].n++;
  for (size_t i = 0; i < batch->n; i++) {
    ent_batch_group *group = &batch->groups[batch->order[i]];

    group->start = start;
    start += group->n;
    group->n = 0;
  }
  for (size_t i = 0; i < n; i++) {
    ent_batch_group *group = &batch->groups[rows[i].group];

    batch->rows[group->start + group->n++] = rows[i].row;
  }
  batch->n_rows = n;
  return ENT_OK;
}

ent_batch_group *ent_batch_look(const ent_batch *batch, const ent_key *key) {
  if (!batch->n) return NULL;
  return bsearch(key, batch->groups, batch->n, sizeof(*batch->groups),
                 ent_key_compare);
}

const ent_batch_group *ent_batch_use(ent_batch *batch, const ent_key *key) {
  ent_batch_group *group = NULL;

  if (batch->next < batch->n) {
    group = &batch->groups[batch->order[batch->next]];
    if (ent_key_compare(&group->key, key) != 0) group = NULL;
  }
  if (!group) group = ent_batch_look(batch, key);
  if (!group || group->is_cut) return NULL;
  batch->n_used += !group->is_used;
  group->is_used = true;
  batch->next = group->position + 1;
  return group;
}
