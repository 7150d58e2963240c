#include "vtab/tvf_cache.h"

#include "backends/base/deadline.h"
#include "backends/base/list.h"
#include "backends/base/row.h"
#include "cache/local_value.h"

enum {
  ENT_CACHE_KEY,
  ENT_CACHE_FIELD,
  ENT_CACHE_VALUE,
  ENT_CACHE_SIZE,
  ENT_CACHE_TTL_S,
  ENT_CACHE_COLUMNS,
};

/* One line; its bytes are of the arena. */
typedef struct line {
  ent_value values[ENT_CACHE_COLUMNS];
} line;

/* At most what the cache has (ENT_LOCAL_VALUES_BYTES) and a line for each. */
typedef struct cache_rows {
  ent_rows base; /* must be first */
  ent_arena arena;
  ent_list lines; /* of line */
  size_t at;
  bool is_short_of_memory;
} cache_rows;

static ent_status cache_next(ent_rows *base, const ent_deadline *deadline,
                             const ent_value **row, ent_error *err) {
  cache_rows *rows = (cache_rows *)base;
  const line *lines = rows->lines.items;

  (void)deadline, (void)err;
  if (rows->at == rows->lines.n) return ENT_DONE;
  *row = lines[rows->at++].values;
  return ENT_OK;
}

static void cache_close(ent_rows *base) {
  cache_rows *rows = (cache_rows *)base;

  ent_arena_done(&rows->arena);
  sqlite3_free(rows);
}

static const ent_rows_ops cache_ops = {
    .next = cache_next,
    .close = cache_close,
};

static bool copy_bytes(ent_arena *arena, ent_value *value) {
  if (value->kind < ENT_ASCII) return true;
  value->as.bytes.data =
      ent_arena_copy(arena, value->as.bytes.data, value->as.bytes.size);
  return value->as.bytes.data != NULL;
}

static bool add_value(const ent_local_value *value, void *ctx) {
  const ent_local_name *name = &value->name;
  cache_rows *rows = ctx;
  line *made = ent_list_add(&rows->lines, sizeof(*made), &rows->arena);
  ent_value *to = made ? made->values : NULL;
  bool is_there = made != NULL;

  if (is_there) {
    to[ENT_CACHE_KEY] = ent_value_bytes(ENT_TEXT, name->key, name->key_size);
    if (name->field) {
      to[ENT_CACHE_FIELD] =
          ent_value_bytes(ENT_TEXT, name->field, name->field_size);
    }
    to[ENT_CACHE_VALUE] = ent_row_value(value->row, 0);
    to[ENT_CACHE_SIZE] = ent_value_u64(value->size);
    if (value->until_ms) {
      to[ENT_CACHE_TTL_S] =
          ent_value_f64((double)(value->until_ms - ent_now_ms()) / 1000);
    }
    is_there = copy_bytes(&rows->arena, &to[ENT_CACHE_KEY]) &&
               copy_bytes(&rows->arena, &to[ENT_CACHE_FIELD]) &&
               copy_bytes(&rows->arena, &to[ENT_CACHE_VALUE]);
  }
  rows->is_short_of_memory = !is_there;
  return is_there;
}

static ent_status cache_open(const ent_tvf_call *call, ent_rows **out,
                             ent_error *err) {
  cache_rows *rows = sqlite3_malloc64(sizeof(*rows));
  ent_status status;

  (void)call;
  if (!rows) return ent_fail_nomem(err);
  *rows = (cache_rows){.base.ops = &cache_ops};
  status = ent_local_value_each(add_value, rows, err);
  if (!status && rows->is_short_of_memory) status = ent_fail_nomem(err);
  if (status) {
    cache_close(&rows->base);
    return status;
  }
  *out = &rows->base;
  return ENT_OK;
}

const ent_tvf ent_tvf_cache = {
    .name = "cache_entries",
    .columns = "key TEXT, field TEXT, value, size INTEGER, ttl_s REAL",
    .n_columns = ENT_CACHE_COLUMNS,
    .open = cache_open,
};
