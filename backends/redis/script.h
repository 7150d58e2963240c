#ifndef ENT_BACKENDS_REDIS_SCRIPT_H
#define ENT_BACKENDS_REDIS_SCRIPT_H

#include "backends/redis/connection.h"

/* A script that runs in the server, and its name there, which the server gives
 * it when it is first seen. */
typedef struct ent_redis_script {
  const char *text;
  char sha[41]; /* empty until it is known; the same on every server */
} ent_redis_script;

/* What it is run with. */
typedef struct ent_redis_script_call {
  const ent_redis_arg *args; /* n_keys, then n_args: KEYS and ARGV there */
  size_t n_keys;
  size_t n_args;
} ent_redis_script_call;

/* Runs a script: one round trip, three the first time in this process, two on a
 * server that has not seen it or has forgotten it.  Errors of
 * ent_redis_connection_run(). */
ENT_CHECKED ent_status ent_redis_script_run(
    ent_redis_script *script, ent_redis_connection *connection,
    const ent_redis_script_call *call, const ent_deadline *deadline,
    ent_arena *arena, const ent_redis_reply **reply, ent_error *err);

#endif
