/* The end of a reading: what was fetched is told to Redis, or the right to
 * fetch it is given back. */
#include "backends/base/faults.h"
#include "cache/shared.h"
#include "cache/shared_owed.h"
#include "cache/shared_script.h"

#include <string.h>

enum { ENT_ROW_CACHED_MAX = 1 << 20 }; /* bytes of a row that is stored */

/* A tenth more or less, so that what was stored together does not end
 * together. */
static int64_t about(int64_t ms, unsigned char random) {
  int64_t tenth = ms / 10;
  int64_t about = ms - tenth + 2 * tenth * random / 255;

  return about > 0 ? about : 1;
}

/* The value of one row, '' for one that is not to be stored. */
static ent_status write_value(ent_shared_read *read, const ent_row *row,
                              ent_redis_arg *value) {
  size_t size = row ? ent_row_size(row) : 0;
  char *bytes;

  *value = (ent_redis_arg){"", 0};
  if (size > ENT_ROW_CACHED_MAX) return ENT_OK;
  bytes = ent_arena_alloc(&read->arena, ENT_VALUE_HEAD + size);
  if (!bytes) return ENT_NOMEM;
  bytes[0] = 'V';
  memcpy(bytes + 1, read->head, ENT_SHARED_HEAD);
  if (size) memcpy(bytes + ENT_VALUE_HEAD, row, size);
  *value = (ent_redis_arg){bytes, ENT_VALUE_HEAD + size};
  return ENT_OK;
}

/* A planted fault: stores what was fetched, whoever has changed it since. */
static ent_status put(ent_shared_read *read, const ent_redis_arg *args,
                      size_t n, const ent_deadline *deadline) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < n; i++) {
    ent_redis_arg set[] = {ent_redis_arg_text("SET"), args[i],
                           args[n + 2 + 2 * i], ent_redis_arg_text("PX"),
                           args[n + 1 + 2 * i]};
    const ent_redis_reply *reply;

    if (!set[2].size) continue;
    status = ent_redis_connection_run(read->connection, set, ENT_COUNT(set),
                                      deadline, &read->arena, &reply, NULL);
  }
  return status;
}

static void count_fills(const ent_shared_read *read,
                        const ent_redis_reply *stored) {
  uint64_t n = 0;

  if (read->list) return;
  for (size_t i = 0; i < stored->n_items; i++)
    n += stored->items[i].kind == ENT_REDIS_INTEGER && stored->items[i].integer;
  ent_shared_add(read->table->shared, ENT_COUNT_FILLS, n);
  ent_shared_add(read->table->shared, ENT_COUNT_REFUSED, read->n_mine - n);
}

/* What is said of those that were to be fetched: `rows` NULL gives the rights
 * back.                                                      model: R_FILL */
static ent_status fill(ent_shared_read *read, const ent_row *const *rows,
                       const ent_shared_times *times,
                       const ent_deadline *deadline) {
  size_t n = read->n_mine;
  ent_redis_arg *args =
      ent_arena_alloc(&read->arena, (3 * n + 1) * sizeof(*args));
  const ent_redis_reply *reply = NULL;
  size_t at = 0;
  ent_status status = ENT_OK;

  ent_pause();
  if (!args) return ENT_NOMEM;
  args[n] = (ent_redis_arg){read->token, ENT_SHARED_ID};
  for (size_t i = 0; !status && i < read->n_keys; i++) {
    const ent_row *row = rows ? rows[i] : NULL;
    const char *ms;

    if (read->rows[i].state != ENT_SHARED_MINE) continue;
    ms = ent_arena_printf(&read->arena, "%lld",
                          (long long)about(!times ? 1
                                           : row  ? times->row_ms
                                                  : times->absent_ms,
                                           read->token[at % ENT_SHARED_ID]));
    if (!ms) return ENT_NOMEM;
    args[at] = read->names.items[read->n_stamps + i];
    args[n + 1 + 2 * at] = ent_redis_arg_text(ms);
    args[n + 2 + 2 * at] = (ent_redis_arg){"", 0};
    if (rows) status = write_value(read, row, &args[n + 2 + 2 * at]);
    at++;
  }
  if (!status && rows && ent_fault("no-lease")) {
    return put(read, args, n, deadline);
  }
  if (!status) {
    status = ent_redis_script_run(&ent_shared_fill_script, read->connection,
                                  &(ent_redis_script_call){args, n, 2 * n + 1},
                                  deadline, &read->arena, &reply, NULL);
  }
  if (!status && rows) count_fills(read, reply);
  return status;
}

void ent_shared_let_go(ent_shared_read *read, ent_status status) {
  if (!read->connection) return;
  ent_redis_pool_release(ent_shared_pool(read->table->shared), read->connection,
                         status);
  read->connection = NULL;
}

void ent_shared_fill(ent_shared_read *read, const ent_row *const *rows,
                     const ent_shared_times *times,
                     const ent_deadline *deadline) {
  ent_deadline own;

  if (!read->connection) return;
  own = ent_shared_deadline(read->table->shared, ENT_SILENT_MS, deadline);
  ent_shared_let_go(read, fill(read, rows, times, &own));
  read->n_mine = 0;
}

void ent_shared_end(ent_shared_read *read) {
  ent_deadline now = ent_deadline_in(ENT_SILENT_MS);

  if (read->connection) {
    ent_shared_let_go(read,
                      read->n_mine ? fill(read, NULL, NULL, &now) : ENT_OK);
  }
  ent_arena_done(&read->arena);
}
