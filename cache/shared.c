/* Reading rows by key: what Redis has of them, and the right to fetch the
 * rest. */
#include "cache/shared.h"

#include "backends/base/faults.h"
#include "backends/base/hash.h"
#include "backends/redis/info.h"
#include "cache/shared_keys.h"
#include "cache/shared_owed.h"
#include "cache/shared_script.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum {
  ENT_LEASE_MS = 2000,
  ENT_LOOK_US = 300, /* between two looks at what others are fetching */
};

ent_status ent_shared_draw(unsigned char id[ENT_SHARED_ID], ent_error *err) {
  if (getrandom(id, ENT_SHARED_ID, 0) == ENT_SHARED_ID) return ENT_OK;
  return ent_fail(err, ENT_UNSUPPORTED, "the system has no random numbers");
}

static void put_u64(unsigned char *to, uint64_t number) {
  for (int i = 0; i < 8; i++)
    to[i] = (unsigned char)(number >> (8 * i));
}

ent_deadline ent_shared_deadline(const ent_shared *shared, int silent_ms,
                                 const ent_deadline *deadline) {
  int ms = ent_redis_pool_address(ent_shared_pool(shared))->read_timeout_ms;
  int64_t until = ent_deadline_in(ms ? ms : silent_ms).until_ms;
  ent_deadline own = *deadline;

  if (until < own.until_ms) own.until_ms = until;
  return own;
}

/* A failing Redis is one that knows nothing; what is the caller's own affair
 * stays an error. */
static ent_status forgive(ent_status status, ent_error *own, ent_error *err) {
  if (status != ENT_NOMEM && status != ENT_INTERRUPTED) return ENT_OK;
  if (err && !err->status) *err = *own;
  return status;
}

static bool is_value(const ent_redis_reply *reply, char kind, size_t size) {
  return reply->kind == ENT_REDIS_STRING && reply->size >= size &&
         reply->data[0] == kind;
}

/* Takes a value that was stored: a row only if it is one of this table.
 * Anything else is no knowledge. */
static void take_value(const ent_shared_read *read, ent_shared_row *row,
                       const ent_redis_reply *reply) {
  const ent_row *bytes;
  size_t size;

  if (!is_value(reply, 'V', ENT_VALUE_HEAD) ||
      memcmp(reply->data + 1, read->head, ENT_SHARED_HEAD) != 0) {
    return;
  }
  bytes = (const ent_row *)reply->data + ENT_VALUE_HEAD;
  size = reply->size - ENT_VALUE_HEAD;
  if (!size) {
    row->state = ENT_SHARED_ABSENT;
  } else if (ent_row_valid(bytes, size) &&
             ent_row_n_columns(bytes) ==
                 (read->list ? 1 : read->table->n_columns)) {
    row->state = ENT_SHARED_ROW;
    row->row = bytes;
  }
}

/* Runs MGET of the stamp and the rows.                       model: R_GET */
static ent_status ask(ent_shared_read *read, const ent_deadline *deadline,
                      const ent_redis_reply **reply, ent_error *err) {
  size_t n = read->names.n;
  ent_redis_arg *args = ent_arena_alloc(&read->arena, (n + 1) * sizeof(*args));
  ent_status status;

  ent_pause();
  if (!args) return ent_fail_nomem(err);
  args[0] = ent_redis_arg_text("MGET");
  memcpy(args + 1, read->names.items, n * sizeof(*args));
  status = ent_redis_connection_run(read->connection, args, n + 1, deadline,
                                    &read->arena, reply, err);
  if (status) return status;
  if ((*reply)->kind == ENT_REDIS_LIST && (*reply)->n_items == n) return ENT_OK;
  return ent_fail(err, ENT_PROTOCOL, "MGET gave no list of its keys");
}

/* Of a table that somebody is changing as a whole. */
static void take_blocked(ent_shared_read *read) {
  for (size_t i = 0; i < read->n_keys; i++)
    read->rows[i].state = ENT_SHARED_BLOCKED;
}

uint64_t ent_shared_mix(const unsigned char *stamps, size_t n_stamps) {
  uint64_t hash = ent_hash_start(ENT_HASH_LIST);

  for (size_t i = 0; i < n_stamps; i++)
    hash = ent_hash_add(hash, stamps + 8 * i, 8);
  if (n_stamps > 1) return ent_hash_end(hash);
  hash = 0;
  for (int i = 0; i < 8; i++)
    hash |= (uint64_t)stamps[i] << (8 * i);
  return hash;
}

/* Stamps and generations that nobody has made yet are made now.  model: S_STAMP
 */
static ent_status make_stamps(ent_shared_read *read,
                              const ent_redis_reply *replies,
                              const ent_redis_reply **made,
                              const ent_deadline *deadline, ent_error *err) {
  size_t n = 0;
  unsigned char fresh[ENT_SHARED_ID];
  ent_redis_arg *args =
      ent_arena_alloc(&read->arena, (read->n_stamps + 1) * sizeof(*args));
  ent_status status;

  *made = NULL;
  if (!args) return ent_fail_nomem(err);
  for (size_t i = 0; i < read->n_stamps; i++) {
    if (replies[i].kind == ENT_REDIS_NIL) args[n++] = read->names.items[i];
  }
  if (!n) return ENT_OK;
  args[n] = (ent_redis_arg){fresh, 8};
  status = ent_shared_draw(fresh, err);
  if (!status) {
    status = ent_redis_script_run(&ent_shared_stamp_script, read->connection,
                                  &(ent_redis_script_call){args, n, 1},
                                  deadline, &read->arena, made, err);
  }
  if (status) return status;
  if ((*made)->kind == ENT_REDIS_LIST && (*made)->n_items == n) return ENT_OK;
  return ent_fail(err, ENT_PROTOCOL, "stamps gave no list of their keys");
}

/* The stamp that the table has, and the generations; false while any of them is
 * being changed. */
static ent_status take_stamps(ent_shared_read *read,
                              const ent_redis_reply *replies,
                              const ent_deadline *deadline, bool *has_stamps,
                              ent_error *err) {
  const ent_redis_reply *made = NULL;
  size_t n_made = 0;
  ent_status status = make_stamps(read, replies, &made, deadline, err);

  *has_stamps = !status;
  read->stamps = ent_arena_alloc(&read->arena, 8 * read->n_stamps);
  if (!status && !read->stamps) return ent_fail_nomem(err);
  for (size_t i = 0; !status && i < read->n_stamps; i++) {
    bool is_new = made && replies[i].kind == ENT_REDIS_NIL;
    const ent_redis_reply *value =
        is_new ? &made->items[n_made++] : &replies[i];

    if (is_value(value, 'V', 9) && value->size == 9) {
      memcpy(read->stamps + 8 * i, value->data + 1, 8);
      continue;
    }
    *has_stamps = false;
    if (is_value(value, 'T', 1)) take_blocked(read);
  }
  if (*has_stamps) {
    put_u64(read->head + 8, ent_shared_mix(read->stamps, read->n_stamps));
  }
  return status;
}

/* Whether they are as they were. */
static bool has_same_stamps(const ent_shared_read *read,
                            const ent_redis_reply *replies) {
  for (size_t i = 0; i < read->n_stamps; i++) {
    if (!is_value(&replies[i], 'V', 9) ||
        memcmp(replies[i].data + 1, read->stamps + 8 * i, 8) != 0) {
      return false;
    }
  }
  return true;
}

/* Whether a row was stored under another reign than the one that is known. */
static bool is_of_other_reign(const ent_shared_read *read,
                              const ent_redis_reply *reply) {
  return is_value(reply, 'V', ENT_VALUE_HEAD) &&
         memcmp(reply->data + 1, read->head, 16) == 0 &&
         memcmp(reply->data + 17, read->head + 16, 8) != 0;
}

static ent_status take_reign(ent_shared_read *read, bool again,
                             const ent_deadline *deadline, ent_error *err) {
  uint64_t reign = 0;
  ent_status status =
      ent_redis_info_reign(read->connection, again, deadline, &reign, err);

  if (ent_fault("no-reign")) reign = 0;
  read->reign = reign;
  put_u64(read->head + 16, reign);
  return status;
}

/* Takes the rows that there are; `n_left` is how many there are not. */
static ent_status take_rows(ent_shared_read *read,
                            const ent_redis_reply *replies,
                            const ent_deadline *deadline, size_t *n_left,
                            ent_error *err) {
  bool is_other = false;
  ent_status status = ENT_OK;

  for (size_t i = 0; i < read->n_keys; i++)
    is_other = is_other || is_of_other_reign(read, &replies[i]);
  if (is_other) status = take_reign(read, true, deadline, err);
  *n_left = 0;
  for (size_t i = 0; !status && i < read->n_keys; i++) {
    take_value(read, &read->rows[i], &replies[i]);
    *n_left += read->rows[i].state == ENT_SHARED_UNKNOWN;
  }
  return status;
}

/* One answer to the question for the right to fetch a row. */
static void take_answer(ent_shared_read *read, ent_shared_row *row,
                        const ent_redis_reply *answer) {
  if (answer->kind != ENT_REDIS_STRING) return;
  if (!answer->size) {
    row->state = ENT_SHARED_MINE;
    read->n_mine++;
  } else if (answer->size == 1) {
    row->state = answer->data[0] == 'L' ? ENT_SHARED_BUSY : ENT_SHARED_BLOCKED;
  } else {
    take_value(read, row, answer);
  }
}

/* Asks for the right to fetch what there is not.             model: R_LEASE */
static ent_status lease(ent_shared_read *read, size_t n_left,
                        const ent_deadline *deadline, ent_error *err) {
  ent_redis_arg *args =
      ent_arena_alloc(&read->arena, (n_left + 3) * sizeof(*args));
  const ent_redis_reply *reply = NULL;
  char ms[16];
  size_t n = 0;
  ent_status status;

  ent_pause();
  if (!args) return ent_fail_nomem(err);
  for (size_t i = 0; i < read->n_keys; i++) {
    if (read->rows[i].state) continue;
    args[n++] = read->names.items[read->n_stamps + i];
  }
  snprintf(ms, sizeof(ms), "%d", (int)ENT_LEASE_MS);
  args[n] = (ent_redis_arg){read->token, ENT_SHARED_ID};
  args[n + 1] = (ent_redis_arg){read->head, ENT_SHARED_HEAD};
  args[n + 2] = ent_redis_arg_text(ms);
  status = ent_redis_script_run(&ent_shared_lease_script, read->connection,
                                &(ent_redis_script_call){args, n, 3}, deadline,
                                &read->arena, &reply, err);
  if (status) return status;
  if (reply->kind != ENT_REDIS_LIST || reply->n_items != n) {
    return ent_fail(err, ENT_PROTOCOL, "a lease gave no list of its keys");
  }
  n = 0;
  for (size_t i = 0; i < read->n_keys; i++) {
    if (read->rows[i].state) continue;
    take_answer(read, &read->rows[i], &reply->items[n++]);
  }
  return ENT_OK;
}

static bool has_only_busy(const ent_shared_read *read) {
  bool any = false;

  for (size_t i = 0; i < read->n_keys; i++) {
    ent_shared_state state = read->rows[i].state;

    any = any || state == ENT_SHARED_BUSY;
    if (state != ENT_SHARED_ROW && state != ENT_SHARED_ABSENT &&
        state != ENT_SHARED_BUSY) {
      return false;
    }
  }
  return any;
}

/* Looks again at what others are fetching, as long as it would take to fetch
 * it: a crowd that misses one row asks MySQL for it a few times only.
 *                                                           model: R_WAIT */
static ent_status wait_for_others(ent_shared_read *read,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  int64_t left_us = ent_shared_fetch_us(read->table->shared);
  ent_status status = ENT_OK;

  while (!status && left_us > 0 && has_only_busy(read)) {
    struct timespec some = {.tv_nsec = ENT_LOOK_US * 1000L};
    const ent_redis_reply *reply = NULL;

    nanosleep(&some, NULL);
    left_us -= ENT_LOOK_US;
    status = ask(read, deadline, &reply, err);
    if (status || !has_same_stamps(read, reply->items)) return status;
    for (size_t i = 0; i < read->n_keys; i++) {
      if (read->rows[i].state == ENT_SHARED_BUSY)
        take_value(read, &read->rows[i], &reply->items[read->n_stamps + i]);
    }
  }
  return status;
}

static ent_status name_all(ent_shared_read *read, ent_error *err) {
  const ent_cached *table = read->table;

  if (read->list) {
    read->n_stamps = 1 + read->list->n_aspects;
    return ent_shared_names_of_list(table->shared, table->hash, read->list,
                                    read->keys, &read->arena, &read->names,
                                    err);
  }
  read->n_stamps = 1;
  return ent_shared_names_of_rows(table->shared, table->hash, read->keys,
                                  read->n_keys, &read->arena, &read->names,
                                  err);
}

static ent_status ask_all(ent_shared_read *read, const ent_deadline *deadline,
                          ent_error *err) {
  const ent_redis_reply *reply = NULL;
  bool has_stamps = false;
  size_t n_left = 0;
  ent_status status = name_all(read, err);

  if (!status) status = take_reign(read, false, deadline, err);
  if (!status) status = ask(read, deadline, &reply, err);
  if (!status) {
    status = take_stamps(read, reply->items, deadline, &has_stamps, err);
  }
  if (status || !has_stamps) return status;
  status =
      take_rows(read, reply->items + read->n_stamps, deadline, &n_left, err);
  if (status || !n_left) return status;
  status = ent_shared_draw(read->token, err);
  if (!status) status = lease(read, n_left, deadline, err);
  return status ? status : wait_for_others(read, deadline, err);
}

/* What was learnt of the rows. */
static void count_rows(const ent_shared_read *read) {
  static const ent_shared_count of[] = {
      [ENT_SHARED_UNKNOWN] = ENT_COUNT_AWAY,
      [ENT_SHARED_ROW] = ENT_COUNT_HITS,
      [ENT_SHARED_ABSENT] = ENT_COUNT_ABSENT,
      [ENT_SHARED_MINE] = ENT_COUNT_MISSES,
      [ENT_SHARED_BUSY] = ENT_COUNT_BUSY,
      [ENT_SHARED_BLOCKED] = ENT_COUNT_CHANGING,
      [ENT_SHARED_FREE] = ENT_COUNT_LOOKED,
  };
  uint64_t n[ENT_N_COUNTS] = {0};

  if (read->list && read->table->is_shared) {
    ent_shared_add(read->table->shared,
                   read->rows[0].state == ENT_SHARED_ROW
                       ? ENT_COUNT_LISTS
                       : ENT_COUNT_LIST_MISSES,
                   1);
    return;
  }
  for (size_t i = 0; i < read->n_keys; i++)
    n[of[read->rows[i].state]]++;
  for (int i = 0; i < ENT_N_COUNTS; i++) {
    if (n[i]) ent_shared_add(read->table->shared, (ent_shared_count)i, n[i]);
  }
}

/* Whether any of the first values is held by somebody. */
static bool has_held(const ent_redis_reply *replies, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (is_value(&replies[i], 'T', 1)) return true;
  }
  return false;
}

/* Whether anybody is changing them.                          model: P_LOOK */
static ent_status look_all(ent_shared_read *read, const ent_deadline *deadline,
                           ent_error *err) {
  const ent_redis_reply *reply = NULL;
  bool is_blocked;
  ent_status status = name_all(read, err);

  if (!status) status = take_reign(read, false, deadline, err);
  if (!status) status = ask(read, deadline, &reply, err);
  if (status) return status;
  is_blocked = has_held(reply->items, read->n_stamps);
  for (size_t i = 0; i < read->n_keys; i++) {
    if (ent_fault("no-look")) read->rows[i].state = ENT_SHARED_FREE;
    if (ent_fault("no-look")) continue;
    read->rows[i].state =
        is_blocked || has_held(&reply->items[read->n_stamps + i], 1)
            ? ENT_SHARED_BLOCKED
            : ENT_SHARED_FREE;
  }
  return ENT_OK;
}

typedef ent_status asking(ent_shared_read *read, const ent_deadline *deadline,
                          ent_error *err);

/* Asks it over a connection, which stays the reading's where there is something
 * to be filled. */
static ent_status begin(ent_shared_read *read, asking *ask_redis,
                        const ent_deadline *deadline, ent_error *err) {
  const ent_cached *table = read->table;
  ent_deadline own =
      ent_shared_deadline(table->shared, ENT_SILENT_MS, deadline);
  ent_error why = {.status = ENT_OK};
  ent_status status;

  read->rows =
      ent_arena_zalloc(&read->arena, read->n_keys * sizeof(*read->rows));
  if (!read->rows) return ent_fail_nomem(err);
  put_u64(read->head, read->list ? read->list->layout : table->layout);
  status = ent_shared_connect(table->shared, ENT_REDIS_CAN_WAIT, &own,
                              &read->connection, &why);
  if (!status) status = ask_redis(read, &own, &why);
  count_rows(read);
  if (!status && read->n_mine) return ENT_OK;
  ent_shared_let_go(read, status);
  return status ? forgive(status, &why, err) : ENT_OK;
}

ent_status ent_shared_begin(ent_shared_read *read, const ent_cached *table,
                            const ent_key *keys, size_t n_keys,
                            const ent_deadline *deadline, ent_error *err) {
  *read = (ent_shared_read){.table = table, .keys = keys, .n_keys = n_keys};
  return begin(read, ask_all, deadline, err);
}

ent_status ent_shared_look(ent_shared_read *read, const ent_cached *table,
                           const ent_key *keys, size_t n_keys,
                           const ent_deadline *deadline, ent_error *err) {
  *read = (ent_shared_read){.table = table, .keys = keys, .n_keys = n_keys};
  return begin(read, look_all, deadline, err);
}

ent_status ent_shared_begin_list(ent_shared_read *read, const ent_cached *table,
                                 const ent_list_query *query,
                                 const ent_key *arguments,
                                 const ent_deadline *deadline, ent_error *err) {
  *read = (ent_shared_read){
      .table = table, .keys = arguments, .n_keys = 1, .list = query};
  return begin(read, ask_all, deadline, err);
}

ent_status ent_shared_look_list(ent_shared_read *read, const ent_cached *table,
                                const ent_list_query *query,
                                const ent_key *arguments,
                                const ent_deadline *deadline, ent_error *err) {
  *read = (ent_shared_read){
      .table = table, .keys = arguments, .n_keys = 1, .list = query};
  return begin(read, look_all, deadline, err);
}
