/* Which rows are kept where, and for how long. */
#include "backends/base/config_walk.h"

#include <stdlib.h>
#include <string.h>

/* Of a local cache that says how many rows it takes. */
enum { ENT_LOCAL_MB = 256 };

void ent_config_take_limit(ent_config_walk *w, const ent_yaml *node,
                           const char *key, const char *expected,
                           int64_t *limit) {
  const char *text = ent_config_take_text(w, node, key, expected);
  size_t n;
  int64_t number;

  if (!text) return;
  n = strspn(text, "0123456789");
  number = n && n <= 10 && !text[n] ? (int64_t)strtoll(text, NULL, 10) : -1;
  if (number < 0 || number > INT32_MAX) {
    ent_problems_add(w->problems, node->line, key, "%s", expected);
    return;
  }
  *limit = number;
}

static void take_seconds(ent_config_walk *w, const ent_yaml *node,
                         const char *key, int64_t *seconds) {
  int64_t taken = -1;

  ent_config_take_limit(w, node, key,
                        "expected a number of seconds from 1 to 2147483647",
                        &taken);
  if (taken == 0) {
    ent_problems_add(w->problems, node->line, key, "%s",
                     "expected a number of seconds from 1 to 2147483647");
  }
  *seconds = taken;
}

void ent_config_take_redis_ttl(ent_config_walk *w, const ent_yaml *node,
                               const char *key) {
  take_seconds(w, node, key, &w->config->redis_ttl_s);
}

void ent_config_take_absent_ttl(ent_config_walk *w, const ent_yaml *node,
                                const char *key) {
  take_seconds(w, node, key, &w->config->absent_ttl_s);
}

void ent_config_take_commit_max(ent_config_walk *w, const ent_yaml *node,
                                const char *key) {
  take_seconds(w, node, key, &w->config->commit_max_s);
}

void ent_config_take_redis_down(ent_config_walk *w, const ent_yaml *node,
                                const char *key) {
  static const char expected[] =
      "expected refuse (nothing is written while Redis is away) or proceed";
  const char *text = ent_config_take_text(w, node, key, expected);

  if (!text) return;
  w->config->writes_without_redis = strcmp(text, "proceed") == 0;
  if (w->config->writes_without_redis || strcmp(text, "refuse") == 0) return;
  ent_problems_add(w->problems, node->line, key, "%s", expected);
}

void ent_config_take_local_lag(ent_config_walk *w, const ent_yaml *node,
                               const char *key) {
  static const char expected[] =
      "expected a number of milliseconds from 10 to 60000";
  int64_t taken = -1;

  ent_config_take_limit(w, node, key, expected, &taken);
  if (taken >= 0 && (taken < 10 || taken > 60000)) {
    ent_problems_add(w->problems, node->line, key, "%s", expected);
  }
  w->config->local_cache_lag_ms = taken;
}

void ent_config_take_local_ttl(ent_config_walk *w, const ent_yaml *node,
                               const char *key) {
  take_seconds(w, node, key, &w->config->local_cache_ttl_s);
}

/* "64MB": bytes; 0 where it is none. */
static uint64_t take_size(const char *text) {
  static const struct {
    const char *name;
    unsigned shift;
  } units[] = {{"KB", 10}, {"MB", 20}, {"GB", 30}};
  size_t n = strspn(text, "0123456789");
  const char *unit = text + n + strspn(text + n, " ");

  if (!n || n > 7) return 0;
  for (size_t i = 0; i < ENT_COUNT(units); i++) {
    if (strcmp(unit, units[i].name) == 0)
      return (uint64_t)strtoull(text, NULL, 10) << units[i].shift;
  }
  return 0;
}

/* How many rows it takes, or how many bytes. */
void ent_config_take_local_cache(ent_config_walk *w, const ent_yaml *node,
                                 const char *key) {
  static const char expected[] =
      "expected how many rows it takes, such as 100000, or how much memory, "
      "such as 64MB";
  const char *text = ent_config_take_text(w, node, key, expected);
  ent_config_local *local = w->local;
  size_t n;

  if (!text) return;
  n = strspn(text, "0123456789");
  if (n && n <= 10 && !text[n]) {
    local->max_rows = strtoull(text, NULL, 10);
    local->max_bytes = (uint64_t)ENT_LOCAL_MB << 20;
  } else {
    local->max_bytes = take_size(text);
  }
  if (!local->max_bytes || (n && !text[n] && !local->max_rows)) {
    ent_problems_add(w->problems, node->line, key, "%s", expected);
  }
  local->name = key; /* the pool has one, be it a wrong one */
}

static void check_redis_cache(const ent_config *config,
                              const ent_declared_entity *entity,
                              ent_problems *problems) {
  if (!entity->redis_cache ||
      ent_config_find_redis(config, entity->redis_cache)) {
    return;
  }
  ent_problems_add(problems, entity->line, entity->name,
                   "redis_cache: the pool '%s' has no Redis",
                   entity->redis_cache);
}

static void check_local_cache(const ent_config *config,
                              const ent_declared_entity *entity,
                              ent_problems *problems) {
  if (!entity->local_cache ||
      ent_config_find_local(config, entity->local_cache)) {
    return;
  }
  ent_problems_add(problems, entity->line, entity->name,
                   "local_cache: the pool '%s' has no local cache; add one, "
                   "such as local_cache: 100000",
                   entity->local_cache);
}

void ent_config_check_caches(const ent_config *config, ent_problems *problems) {
  for (size_t i = 0; i < config->declared.n_entities; i++) {
    check_redis_cache(config, &config->declared.entities[i], problems);
    check_local_cache(config, &config->declared.entities[i], problems);
  }
}
