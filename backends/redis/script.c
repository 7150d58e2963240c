#include "backends/redis/script.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* Names that are learnt are written under this lock; whoever has read one has
 * it whole. */
static pthread_mutex_t names_lock = PTHREAD_MUTEX_INITIALIZER;

static bool take_name(const ent_redis_script *script, char sha[41]) {
  pthread_mutex_lock(&names_lock);
  memcpy(sha, script->sha, sizeof(script->sha));
  pthread_mutex_unlock(&names_lock);
  return sha[0] != '\0';
}

/* Has the server keep the script, which tells its name. */
static ent_status load(ent_redis_script *script,
                       ent_redis_connection *connection,
                       const ent_deadline *deadline, ent_arena *arena,
                       ent_error *err) {
  ent_redis_arg args[] = {ent_redis_arg_text("SCRIPT"),
                          ent_redis_arg_text("LOAD"),
                          ent_redis_arg_text(script->text)};
  const ent_redis_reply *reply = NULL;
  ent_status status = ent_redis_connection_run(
      connection, args, ENT_COUNT(args), deadline, arena, &reply, err);

  if (status) return status;
  if (reply->kind != ENT_REDIS_STRING ||
      reply->size != sizeof(script->sha) - 1) {
    return ent_fail(err, ENT_PROTOCOL, "SCRIPT LOAD gave no name");
  }
  pthread_mutex_lock(&names_lock);
  memcpy(script->sha, reply->data, sizeof(script->sha));
  pthread_mutex_unlock(&names_lock);
  return ENT_OK;
}

/* EVALSHA name n_keys key … argument … */
static ent_status run_named(const char *sha, ent_redis_connection *connection,
                            const ent_redis_script_call *call,
                            const ent_deadline *deadline, ent_arena *arena,
                            const ent_redis_reply **reply, ent_error *err) {
  size_t n = call->n_keys + call->n_args;
  ent_redis_arg *all = ent_arena_alloc(arena, (n + 3) * sizeof(*all));
  char number[24];

  if (!all) return ent_fail_nomem(err);
  snprintf(number, sizeof(number), "%zu", call->n_keys);
  all[0] = ent_redis_arg_text("EVALSHA");
  all[1] = ent_redis_arg_text(sha);
  all[2] = ent_redis_arg_text(number);
  if (n) memcpy(all + 3, call->args, n * sizeof(*all));
  return ent_redis_connection_ask(connection, all, n + 3, deadline, arena,
                                  reply, err);
}

static bool is_unknown(const ent_redis_reply *reply) {
  static const char word[] = "NOSCRIPT";

  return reply->kind == ENT_REDIS_ERROR &&
         strncmp(reply->data, word, strlen(word)) == 0;
}

ent_status ent_redis_script_run(ent_redis_script *script,
                                ent_redis_connection *connection,
                                const ent_redis_script_call *call,
                                const ent_deadline *deadline, ent_arena *arena,
                                const ent_redis_reply **out, ent_error *err) {
  const ent_redis_reply *reply = NULL;
  ent_status status = ENT_OK;
  char sha[41];

  for (int tries = 0; tries < 2; tries++) {
    if (!take_name(script, sha)) {
      status = load(script, connection, deadline, arena, err);
      if (status) return status;
      take_name(script, sha);
    }
    status = run_named(sha, connection, call, deadline, arena, &reply, err);
    if (status) return status;
    if (!is_unknown(reply)) break;
    status = load(script, connection, deadline, arena, err);
    if (status) return status;
  }
  if (reply->kind == ENT_REDIS_ERROR) return ent_redis_reply_fail(reply, err);
  *out = reply;
  return ENT_OK;
}
