#include "cache/shared_origin.h"

#include "cache/shared_owed.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ENT_ORIGIN_ID = 16 }; /* digits in front of the name */

/* How long a note lives, in milliseconds: a day.  Who has taken the place of
 * another server is not told of it for ever. */
static const char keep_ms[] = "86400000";

/* One note, and what it is asked with. */
typedef struct origin_note {
  ent_redis_connection *connection;
  const ent_deadline *deadline;
  ent_arena *arena;
  ent_redis_arg key;
  const char *value;
} origin_note;

static ent_status run(const origin_note *note, const ent_redis_arg *args,
                      size_t n, const ent_redis_reply **reply, ent_error *err) {
  return ent_redis_connection_run(note->connection, args, n, note->deadline,
                                  note->arena, reply, err);
}

/* The name in a value, as far as it is one that can be shown. */
static void copy_name(const ent_redis_reply *value,
                      char name[ENT_SHARED_ORIGIN_NAME]) {
  size_t n = 0;

  for (size_t i = ENT_ORIGIN_ID + 1;
       i < value->size && n < ENT_SHARED_ORIGIN_NAME - 1; i++) {
    char c = value->data[i];

    name[n++] = (char)(c > ' ' && c <= '~' ? c : '?');
  }
  name[n] = '\0';
}

/* What is not of this form is of no server. */
static bool is_note(const ent_redis_reply *value) {
  return value->kind == ENT_REDIS_STRING && value->size > ENT_ORIGIN_ID + 1 &&
         value->data[ENT_ORIGIN_ID] == ' ';
}

/* There is a note: the server's own lives on. */
static ent_status compare(const origin_note *note,
                          char other[ENT_SHARED_ORIGIN_NAME], ent_error *err) {
  ent_redis_arg get[] = {ent_redis_arg_text("GET"), note->key};
  ent_redis_arg expire[] = {ent_redis_arg_text("PEXPIRE"), note->key,
                            ent_redis_arg_text(keep_ms)};
  const ent_redis_reply *reply = NULL;
  ent_status status = run(note, get, ENT_COUNT(get), &reply, err);

  if (status || !is_note(reply)) return status;
  if (memcmp(reply->data, note->value, ENT_ORIGIN_ID) == 0) {
    return run(note, expire, ENT_COUNT(expire), &reply, err);
  }
  copy_name(reply, other);
  return ENT_OK;
}

static ent_status take_note(const origin_note *note,
                            char other[ENT_SHARED_ORIGIN_NAME],
                            ent_error *err) {
  ent_redis_arg set[] = {
      ent_redis_arg_text("SET"),       note->key,
      ent_redis_arg_text(note->value), ent_redis_arg_text("PX"),
      ent_redis_arg_text(keep_ms),     ent_redis_arg_text("NX")};
  const ent_redis_reply *reply = NULL;
  ent_status status = run(note, set, ENT_COUNT(set), &reply, err);

  if (status || reply->kind != ENT_REDIS_NIL) return status;
  return compare(note, other, err);
}

static ent_status on_connection(ent_shared *shared, origin_note *note,
                                char other[ENT_SHARED_ORIGIN_NAME],
                                ent_error *err) {
  ent_status status = ent_shared_connect(
      shared, ENT_REDIS_CAN_WAIT, note->deadline, &note->connection, err);

  if (status) return status;
  status = take_note(note, other, err);
  ent_redis_pool_release(ent_shared_pool(shared), note->connection, status);
  return status;
}

static ent_status write_note(const ent_shared *shared, const char *database,
                             const ent_shared_origin *origin, origin_note *note,
                             ent_error *err) {
  const char *key =
      ent_arena_printf(note->arena, "%so:%016" PRIx64,
                       ent_shared_prefix(shared), ent_table_hash(database, ""));

  note->value = ent_arena_printf(note->arena, "%016" PRIx64 " %s", origin->id,
                                 origin->name);
  if (!key || !note->value) return ent_fail_nomem(err);
  note->key = ent_redis_arg_text(key);
  return ENT_OK;
}

ent_status ent_shared_origin_note(ent_shared *shared, const char *database,
                                  const ent_shared_origin *origin,
                                  const ent_deadline *deadline,
                                  char other[ENT_SHARED_ORIGIN_NAME],
                                  ent_error *err) {
  ent_deadline own = ent_shared_deadline(shared, ENT_SILENT_MS, deadline);
  ent_arena arena = {.blocks = NULL};
  origin_note note = {.deadline = &own, .arena = &arena};
  ent_error why = {.status = ENT_OK};
  ent_status status = write_note(shared, database, origin, &note, &why);

  other[0] = '\0';
  if (!status) status = on_connection(shared, &note, other, &why);
  ent_arena_done(&arena);
  if (status != ENT_NOMEM && status != ENT_INTERRUPTED) return ENT_OK;
  if (err && !err->status) *err = why;
  return status;
}
