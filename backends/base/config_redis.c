/* The keys of a pool's Redis: its address, or the sentinels that know it, and
 * what stands in front of the keys of its caches. */
#include "backends/base/config_walk.h"

#include <string.h>

/* Whether the pool has no Redis yet; else a problem is noted. */
static bool is_first(ent_config_walk *w, const ent_yaml *node,
                     const char *key) {
  if (!w->redis->line) return true;
  ent_problems_add(w->problems, node->line, key,
                   "a pool has one Redis: either 'redis' or 'sentinel'");
  return false;
}

/* The prefix may stand before the address. */
static void settle(ent_config_walk *w, const ent_yaml *node,
                   const ent_redis_address *address) {
  w->redis->address = *address;
  w->redis->line = node->line;
  if (!w->redis->prefix) w->redis->prefix = "";
}

void ent_config_take_redis(ent_config_walk *w, const ent_yaml *node,
                           const char *key) {
  const char *text =
      ent_config_take_text(w, node, key,
                           "expected an address: host:port:database or "
                           "redis://user:password@host:port/database");
  ent_redis_address address = {.port = 0};
  ent_error err = {.status = ENT_OK};

  if (!is_first(w, node, key)) return;
  if (text &&
      ent_redis_address_parse(text, ent_config_arena(w), &address, &err)) {
    ent_config_note(w, node->line, key, &err);
  }
  settle(w, node, &address); /* a wrong one is one problem */
}

/* One address of the list. */
static bool take_one(ent_config_walk *w, const ent_yaml *node, const char *key,
                     const char *text, ent_redis_address *to) {
  ent_error err = {.status = ENT_OK};

  if (!ent_redis_address_parse_sentinel(text, ent_config_arena(w), to, &err)) {
    return true;
  }
  ent_config_note(w, node->line, key, &err);
  return false;
}

static void take_list(ent_config_walk *w, const ent_yaml *node, const char *key,
                      ent_redis_address *address) {
  static const char expected[] =
      "expected the addresses of the sentinels, such as [one.example:26379, "
      "two.example:26379]";
  size_t n = 0;
  const char *const *texts = ent_config_take_texts(w, node, key, expected, &n);
  ent_redis_address *list;

  if (!texts) return;
  if (!n) {
    ent_problems_add(w->problems, node->line, key, "%s", expected);
    return;
  }
  list = ent_arena_zalloc(ent_config_arena(w), n * sizeof(*list));
  if (!list) {
    w->problems->no_memory = true;
    return;
  }
  for (size_t i = 0; i < n; i++) {
    if (!take_one(w, node, key, texts[i], &list[i])) return;
  }
  address->sentinels = list;
  address->n_sentinels = n;
}

void ent_config_take_sentinel(ent_config_walk *w, const ent_yaml *node,
                              const char *key) {
  static const char expected[] =
      "expected the master's name with the addresses of its sentinels, such "
      "as {main: [one.example:26379, two.example:26379]}";
  const ent_yaml *master = node->first;
  ent_redis_address address = {.port = 0};
  ent_error err = {.status = ENT_OK};

  if (!ent_config_is_map(w, node, key, expected)) {
    settle(w, node, &address);
    return;
  }
  if (!master || master->next) {
    ent_problems_add(w->problems, node->line, key, "%s", expected);
  } else if (ent_redis_address_parse_master(master->key, ent_config_arena(w),
                                            &address, &err)) {
    ent_config_note(w, master->line, key, &err);
  } else {
    take_list(w, master, key, &address);
  }
  if (is_first(w, node, key)) settle(w, node, &address);
}

void ent_config_take_prefix(ent_config_walk *w, const ent_yaml *node,
                            const char *key) {
  static const char expected[] =
      "expected what the keys of this pool's caches begin with, such as "
      "\"shop:\": at most 64 bytes, no blanks among them";
  const char *text = ent_config_take_text(w, node, key, expected);

  if (!text) return;
  for (const char *at = text; *at; at++) {
    if ((unsigned char)*at > 0x20 && *at != 0x7f) continue;
    ent_problems_add(w->problems, node->line, key, "%s", expected);
    return;
  }
  if (strlen(text) > ENT_CONFIG_PREFIX_MAX) {
    ent_problems_add(w->problems, node->line, key, "%s", expected);
    return;
  }
  w->redis->prefix = text;
}
