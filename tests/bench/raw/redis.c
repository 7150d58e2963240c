#include "tests/bench/raw/redis.h"

#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>

struct ent_raw_redis {
  redisContext *context;
};

static ent_status failed(const ent_raw_redis *redis, const char *doing,
                         ent_error *err) {
  return ent_fail(err, ENT_REJECTED, "redis: %s: %s", doing,
                  redis->context->errstr);
}

ent_status ent_raw_redis_open(const char *socket, ent_raw_redis **out,
                              ent_error *err) {
  ent_raw_redis *redis = calloc(1, sizeof(*redis));

  if (!redis) return ent_fail_nomem(err);
  redis->context = redisConnectUnix(socket);
  if (!redis->context || redis->context->err) {
    ent_raw_redis_close(redis);
    return ent_fail(err, ENT_UNAVAILABLE, "redis: no connection to %s", socket);
  }
  *out = redis;
  return ENT_OK;
}

void ent_raw_redis_close(ent_raw_redis *redis) {
  if (!redis) return;
  if (redis->context) redisFree(redis->context);
  free(redis);
}

/* The number behind a word in what INFO tells; 0 where the word is not there. */
static ent_status read_info(ent_raw_redis *redis, const char *section,
                            const char *word, uint64_t *number,
                            ent_error *err) {
  redisReply *reply = redisCommand(redis->context, "INFO %s", section);
  const char *at;

  if (!reply || reply->type != REDIS_REPLY_STRING) {
    if (reply) freeReplyObject(reply);
    return failed(redis, "INFO", err);
  }
  at = strstr(reply->str, word);
  *number = at ? strtoull(at + strlen(word), NULL, 10) : 0;
  freeReplyObject(reply);
  return ENT_OK;
}

ent_status ent_raw_redis_pid(ent_raw_redis *redis, int *pid, ent_error *err) {
  uint64_t number = 0;
  ent_status status = read_info(redis, "server", "process_id:", &number, err);

  *pid = (int)number;
  return status;
}

ent_status ent_raw_redis_scripts(ent_raw_redis *redis, uint64_t *n_runs,
                                 ent_error *err) {
  return read_info(redis, "commandstats", "cmdstat_evalsha:calls=", n_runs,
                   err);
}

ent_status ent_raw_redis_reads(ent_raw_redis *redis, uint64_t *n,
                               ent_error *err) {
  static const char *const words[] = {
      "cmdstat_get:calls=", "cmdstat_mget:calls=", "cmdstat_eval:calls=",
      "cmdstat_evalsha:calls="};
  uint64_t total = 0;
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < sizeof(words) / sizeof(*words); i++) {
    uint64_t number = 0;

    status = read_info(redis, "commandstats", words[i], &number, err);
    total += number;
  }
  if (!status) *n = total;
  return status;
}

ent_status ent_raw_redis_get(ent_raw_redis *redis, const char *names,
                             size_t size, size_t n, uint64_t *found,
                             ent_error *err) {
  *found = 0;
  for (size_t i = 0; i < n; i++) {
    redisReply *reply =
        redisCommand(redis->context, "GET %b", names + i * size, size);

    if (!reply) return failed(redis, "GET", err);
    *found += reply->type == REDIS_REPLY_STRING;
    freeReplyObject(reply);
  }
  return ENT_OK;
}

ent_status ent_raw_redis_mget(ent_raw_redis *redis, const char *names,
                              size_t size, size_t n, uint64_t *found,
                              ent_error *err) {
  const char **args = malloc((n + 1) * sizeof(*args));
  size_t *sizes = malloc((n + 1) * sizeof(*sizes));
  redisReply *reply = NULL;

  if (args && sizes) {
    args[0] = "MGET";
    sizes[0] = 4;
    for (size_t i = 0; i < n; i++) {
      args[i + 1] = names + i * size;
      sizes[i + 1] = size;
    }
    reply = redisCommandArgv(redis->context, (int)n + 1, args, sizes);
  }
  free(args);
  free(sizes);
  if (!reply) return failed(redis, "MGET", err);
  *found = 0;
  for (size_t i = 0; i < reply->elements; i++)
    *found += reply->element[i]->type == REDIS_REPLY_STRING;
  freeReplyObject(reply);
  return ENT_OK;
}
