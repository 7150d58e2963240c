#include "cache/shared_value.h"

#include "backends/redis/script.h"
#include "cache/shared_owed.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
  ENT_TOKENS_MAX = 16,       /* of those who compute one value */
  ENT_CLAIM_MS = 600000,     /* what takes longer is not kept */
  ENT_VALUE_SILENT_MS = 500, /* as for rows (shared.c) */
  ENT_NAP_FIRST_MS = 2,
  ENT_NAP_MAX_MS = 16,
};

/* The right to compute.
 * KEYS: the value's.  ARGV: token, what was seen there, milliseconds.  Gives 1
 * for yours; 0 where there is something else by now. */
static ent_redis_script claim_script = {
    .text =
        "local value = redis.call('GET', KEYS[1]) or ''\n"
        "if value ~= ARGV[2] then return 0 end\n"
        "local others = ''\n"
        "if string.sub(value, 1, 1) == 'L' then\n"
        "  others = string.sub(value, math.max(2, #value - 239))\n"
        "end\n"
        "redis.call('SET', KEYS[1], 'L' .. others .. ARGV[1], 'PX', ARGV[3])\n"
        "return 1\n",
};

/* What was computed, or '' for nothing. KEYS: the value's.  ARGV: token, value,
 * its milliseconds, those of the others' right.  Gives whether the token was
 * there. */
static ent_redis_script answer_script = {
    .text = "local value = redis.call('GET', KEYS[1]) or ''\n"
            "if string.sub(value, 1, 1) ~= 'L' then return 0 end\n"
            "local others, found = {}, 0\n"
            "for at = 2, #value, 16 do\n"
            "  local token = string.sub(value, at, at + 15)\n"
            "  if token == ARGV[1] then found = 1\n"
            "  else others[#others + 1] = token end\n"
            "end\n"
            "if found == 0 then return 0 end\n"
            "if ARGV[2] ~= '' then\n"
            "  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])\n"
            "elseif #others == 0 then\n"
            "  redis.call('DEL', KEYS[1])\n"
            "else\n"
            "  redis.call('SET', KEYS[1], 'L' .. table.concat(others), 'PX',\n"
            "             ARGV[4])\n"
            "end\n"
            "return 1\n",
};

/* Those who compute a value, as they were seen, and since when. */
typedef struct claimants {
  size_t size;
  char seen[1 + ENT_TOKENS_MAX * ENT_SHARED_ID];
  int64_t since_ms;
} claimants;

/* What one look at a key has come to. */
typedef enum look {
  ENT_LOOK_DONE, /* the value is here, or it is the caller's to compute */
  ENT_LOOK_WAIT,
  ENT_LOOK_AGAIN, /* it has changed between two requests */
} look;

static bool is_claimed(const ent_redis_reply *reply) {
  return reply->kind == ENT_REDIS_STRING && reply->size &&
         reply->data[0] == 'L' && reply->size <= sizeof(((claimants *)0)->seen);
}

/* The value that a reply is; NULL where it is none of this release. */
static const ent_row *value_of(const ent_redis_reply *reply) {
  const ent_row *row = (const ent_row *)reply->data + 1;

  if (reply->kind != ENT_REDIS_STRING || !reply->size ||
      reply->data[0] != 'V' || !ent_row_valid(row, reply->size - 1) ||
      ent_row_n_columns(row) != 1) {
    return NULL;
  }
  return row;
}

/* Whether the same callers have been at it for as long as this one waits. */
static bool is_stale(claimants *others, const ent_redis_reply *reply,
                     int64_t patience_ms) {
  int64_t now = ent_now_ms();

  if (others->size == reply->size &&
      memcmp(others->seen, reply->data, reply->size) == 0) {
    return now - others->since_ms >= patience_ms;
  }
  others->size = reply->size;
  memcpy(others->seen, reply->data, reply->size);
  others->since_ms = now;
  return false;
}

/* Takes the right to compute, where there still is what was seen. */
static ent_status claim(ent_shared_value *value,
                        ent_redis_connection *connection,
                        const ent_redis_reply *seen,
                        const ent_deadline *deadline, look *result,
                        ent_error *err) {
  ent_status status = ent_shared_draw(value->token, err);
  bool is_nil = seen->kind == ENT_REDIS_NIL;
  char ms[24];
  ent_redis_arg args[] = {
      value->key,
      {value->token, ENT_SHARED_ID},
      {is_nil ? "" : seen->data, is_nil ? 0 : seen->size},
      {ms, (size_t)snprintf(ms, sizeof(ms), "%d", (int)ENT_CLAIM_MS)},
  };
  const ent_redis_reply *reply = NULL;

  if (status) return status;
  status = ent_redis_script_run(&claim_script, connection,
                                &(ent_redis_script_call){args, 1, 3}, deadline,
                                &value->replies, &reply, err);
  if (status) return status;
  value->is_mine = reply->kind == ENT_REDIS_INTEGER && reply->integer == 1;
  *result = value->is_mine ? ENT_LOOK_DONE : ENT_LOOK_AGAIN;
  return ENT_OK;
}

static ent_status look_on(ent_shared_value *value,
                          ent_redis_connection *connection, claimants *others,
                          int64_t patience_ms, const ent_deadline *deadline,
                          look *result, ent_error *err) {
  ent_redis_arg args[] = {ent_redis_arg_text("GET"), value->key};
  const ent_redis_reply *reply = NULL;
  ent_status status = ent_redis_connection_run(connection, args, 2, deadline,
                                               &value->replies, &reply, err);

  if (status) return status;
  value->row = value_of(reply);
  *result = ENT_LOOK_DONE;
  if (value->row) return ENT_OK;
  if (is_claimed(reply) && !is_stale(others, reply, patience_ms)) {
    *result = ENT_LOOK_WAIT;
    return ENT_OK;
  }
  return claim(value, connection, reply, deadline, result, err);
}

/* Looks once, on a connection that others may use while this one waits. */
static ent_status look_once(ent_shared_value *value, claimants *others,
                            int64_t patience_ms, const ent_deadline *deadline,
                            look *result, ent_error *err) {
  ent_deadline own =
      ent_shared_deadline(value->shared, ENT_VALUE_SILENT_MS, deadline);
  ent_redis_connection *connection = NULL;
  ent_status status = ent_shared_connect(value->shared, ENT_REDIS_CAN_WAIT,
                                         &own, &connection, err);

  if (status) return status;
  status = look_on(value, connection, others, patience_ms, &own, result, err);
  ent_redis_pool_release(ent_shared_pool(value->shared), connection, status);
  return status;
}

/* A failing Redis is one that knows nothing; what is the caller's own affair
 * stays an error, and so does the end of its time. */
static ent_status forgive(ent_status status, const ent_deadline *deadline,
                          const ent_error *why, ent_error *err) {
  bool is_late = status == ENT_TIMEOUT && ent_now_ms() >= deadline->until_ms;

  if (status != ENT_NOMEM && status != ENT_INTERRUPTED && !is_late) {
    return ENT_OK;
  }
  if (err && !err->status) *err = *why;
  return status;
}

/* Looks until there is an answer. */
static ent_status look_long(ent_shared_value *value, int64_t patience_ms,
                            const ent_deadline *deadline, ent_error *err) {
  claimants others = {.size = 0};
  int nap_ms = ENT_NAP_FIRST_MS;

  for (;;) {
    ent_error why = {.status = ENT_OK};
    look result = ENT_LOOK_AGAIN;
    int ready;
    ent_status status;

    ent_arena_reset(&value->replies);
    status = look_once(value, &others, patience_ms, deadline, &result, &why);
    if (status) return forgive(status, deadline, &why, err);
    if (result == ENT_LOOK_DONE) return ENT_OK;
    status = ent_wait(-1, 0, nap_ms, deadline, &ready, err);
    if (status) {
      return ent_error_context(err, status, "others are computing it");
    }
    if (nap_ms < ENT_NAP_MAX_MS) nap_ms *= 2;
  }
}

static ent_status name_key(ent_shared_value *value, const char *name,
                           size_t size, ent_error *err) {
  const char *prefix = ent_shared_prefix(value->shared);
  size_t n = strlen(prefix) + 2;
  char *key = ent_arena_alloc(&value->arena, n + size + 1);

  if (!key) return ent_fail_nomem(err);
  snprintf(key, n + 1, "%sc:", prefix);
  memcpy(key + n, name, size);
  value->key = (ent_redis_arg){key, n + size};
  return ENT_OK;
}

ent_status ent_shared_value_begin(ent_shared_value *value, ent_shared *shared,
                                  const char *name, size_t size,
                                  int64_t patience_ms,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  ent_status status;

  *value = (ent_shared_value){.shared = ent_shared_ref(shared)};
  status = name_key(value, name, size, err);
  if (!status) status = look_long(value, patience_ms, deadline, err);
  if (status) ent_shared_value_end(value);
  return status;
}

/* Says what came of it.  Nobody waits for the answer but others, who help
 * themselves where it is lost. */
static void answer(ent_shared_value *value, ent_redis_arg stored,
                   int64_t ttl_ms) {
  ent_deadline deadline = ent_deadline_in(INT64_MAX);
  ent_deadline own =
      ent_shared_deadline(value->shared, ENT_VALUE_SILENT_MS, &deadline);
  char ms[24];
  char claim_ms[24];
  ent_redis_arg args[] = {
      value->key,
      {value->token, ENT_SHARED_ID},
      stored,
      {ms, (size_t)snprintf(ms, sizeof(ms), "%" PRId64, ttl_ms)},
      {claim_ms,
       (size_t)snprintf(claim_ms, sizeof(claim_ms), "%d", (int)ENT_CLAIM_MS)},
  };
  ent_redis_connection *connection = NULL;
  const ent_redis_reply *reply = NULL;
  ent_status status = ent_shared_connect(value->shared, ENT_REDIS_CAN_WAIT,
                                         &own, &connection, NULL);

  value->is_mine = false;
  if (status) return;
  status = ent_redis_script_run(&answer_script, connection,
                                &(ent_redis_script_call){args, 1, 4}, &own,
                                &value->replies, &reply, NULL);
  ent_redis_pool_release(ent_shared_pool(value->shared), connection, status);
}

void ent_shared_value_store(ent_shared_value *value, const ent_row *row,
                            size_t size, int64_t ttl_ms) {
  char *stored;

  if (!value->is_mine || size > ENT_SHARED_VALUE_MAX) return;
  stored = ent_arena_alloc(&value->replies, 1 + size);
  if (!stored) return;
  stored[0] = 'V';
  memcpy(stored + 1, row, size);
  answer(value, (ent_redis_arg){stored, 1 + size}, ttl_ms);
}

void ent_shared_value_end(ent_shared_value *value) {
  if (value->is_mine) answer(value, (ent_redis_arg){"", 0}, 1);
  ent_arena_done(&value->arena);
  ent_arena_done(&value->replies);
  ent_shared_close(value->shared);
  *value = (ent_shared_value){.shared = NULL};
}
