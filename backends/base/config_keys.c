#include "backends/base/config_keys.h"

#include "backends/base/config_walk.h"
#include "backends/base/registry.h"

#include <stdlib.h>
#include <string.h>

static const char address_forms[] =
    "expected an address: mysql://user:password@host:port/database or "
    "user:password@tcp(host:port)/database";

/* False with a problem noted. */
static bool take_address(ent_config_walk *w, const ent_yaml *node,
                         const char *key, ent_address *address) {
  const char *text = ent_config_take_text(w, node, key, address_forms);
  ent_error err = {0};

  if (!text) return false;
  if (ent_address_parse(text, ent_config_arena(w), address, &err)) {
    ent_problems_add(w->problems, node->line, key, "%s", err.text);
  } else if (address->pool) {
    ent_problems_add(w->problems, node->line, key,
                     "the option 'pool' belongs to an address without a file; "
                     "here the key above names the pool");
  } else {
    return true;
  }
  return false;
}

static void take_mysql(ent_config_walk *w, const ent_yaml *node,
                       const char *key) {
  (void)take_address(w, node, key, &w->pool->address);
}

/* An address, or a list of them. */
static void take_replica(ent_config_walk *w, const ent_yaml *node,
                         const char *key) {
  bool is_list = node->kind == ENT_YAML_LIST;
  const ent_yaml *first = is_list ? node->first : node;
  ent_address *list =
      ent_arena_zalloc(ent_config_arena(w),
                       (is_list ? node->n_children + 1 : 1) * sizeof(*list));

  if (!list) {
    w->problems->no_memory = true;
    return;
  }
  w->pool->replicas = list;
  for (const ent_yaml *at = first; at; at = is_list ? at->next : NULL) {
    if (take_address(w, at, key, &list[w->pool->n_replicas])) {
      w->pool->n_replicas++;
    }
  }
  if (!first) {
    ent_problems_add(w->problems, node->line, key,
                     "the list is empty; leave the key out");
  }
}

static void take_patterns(ent_config_walk *w, const ent_yaml *list,
                          const char *key) {
  const char **patterns = ent_arena_alloc(ent_config_arena(w),
                                          list->n_children * sizeof(*patterns));
  size_t n = 0;

  if (!patterns) {
    w->problems->no_memory = true;
    return;
  }
  if (!list->first) {
    ent_problems_add(w->problems, list->line, key,
                     "the list is empty; write false to import nothing");
  }
  for (const ent_yaml *item = list->first; item; item = item->next) {
    patterns[n] =
        ent_config_take_text(w, item, key,
                             "expected a table name, in which '*' and '?' "
                             "stand for any characters and for one");
    if (patterns[n]) n++;
  }
  w->pool->import = n > 0;
  w->pool->patterns = patterns;
  w->pool->n_patterns = n;
}

static void take_import(ent_config_walk *w, const ent_yaml *node,
                        const char *key) {
  static const char expected[] =
      "expected true, false or a list of table names such as [customer, "
      "\"order_*\"]";
  const char *text;

  if (node->kind == ENT_YAML_LIST) {
    take_patterns(w, node, key);
    return;
  }
  text = ent_config_take_text(w, node, key, expected);
  if (!text) return;
  if (strcmp(text, "true") == 0) {
    w->pool->import = true;
  } else if (strcmp(text, "false") != 0) {
    ent_problems_add(w->problems, node->line, key, "%s", expected);
  }
}

static void take_timeout(ent_config_walk *w, const ent_yaml *node,
                         const char *key) {
  ent_config_take_limit(
      w, node, key,
      "expected a number of milliseconds from 0 (no limit) to "
      "2147483647",
      &w->config->timeout_ms);
}

static void take_snapshot_max(ent_config_walk *w, const ent_yaml *node,
                              const char *key) {
  ent_config_take_limit(
      w, node, key,
      "expected a number of seconds from 0 (no limit) to 2147483647",
      &w->config->snapshot_max_s);
}

static void take_triggers(ent_config_walk *w, const ent_yaml *node,
                          const char *key) {
  w->pool->has_known_triggers = ent_config_take_word(
      w, node, key, "known",
      "expected known: what triggers and events write to cached entities is "
      "forgotten by entity_forget(), or need not be");
}

/* The charset of the tables that are declared in a pool. */
static void take_encoding(ent_config_walk *w, const ent_yaml *node,
                          const char *key) {
  static const char expected[] =
      "expected the name of a charset, such as utf8mb4";
  const char *text = ent_config_take_text(w, node, key, expected);

  if (!text) return;
  w->pool->charset = ent_charset_name(text, ent_config_arena(w));
  if (!w->pool->charset) {
    ent_problems_add(w->problems, node->line, key, "%s", expected);
  }
}

static void take_collation(ent_config_walk *w, const ent_yaml *node,
                           const char *key) {
  static const char expected[] =
      "expected the name of a collation, such as utf8mb4_bin";
  const char *text = ent_config_take_text(w, node, key, expected);

  if (!text) return;
  w->pool->collation = ent_charset_name(text, ent_config_arena(w));
  if (!w->pool->collation) {
    ent_problems_add(w->problems, node->line, key, "%s", expected);
  }
}

static void take_wide(ent_config_walk *w, const ent_yaml *node,
                      const char *key) {
  w->pool->is_wide = ent_config_take_word(w, node, key, "text",
                                          "expected text, or no such key");
}

static void take_transactions(ent_config_walk *w, const ent_yaml *node,
                              const char *key) {
  ent_config_take_word(
      w, node, key, "xa",
      "expected xa: what is written here commits together with what is written "
      "in the other pools that say so");
  w->pool->xa = true; /* a wrong word is one problem */
}

static const ent_config_rule pool_rules[] = {
    {"mysql", take_mysql},
    {"import", take_import},
    {"redis", ent_config_take_redis},
    {"sentinel", ent_config_take_sentinel},
    {"streams", NULL},
    {"locker", NULL},
    {"local_cache", ent_config_take_local_cache},
    {"elastic", NULL},
    {"elastic_trace", NULL},
    {"clickhouse", NULL},
    {"replica", take_replica},
    {"mysqlEncoding", take_encoding},
    {"collation", take_collation},
    {"wide", take_wide},
    {"triggers", take_triggers},
    {"transactions", take_transactions},
    {"prefix", ent_config_take_prefix},
    {NULL, NULL},
};

static const ent_config_rule setting_rules[] = {
    {"timeout_ms", take_timeout},
    {"flush", NULL},
    {"batch", NULL},
    {"request_cache", NULL},
    {"max_scan_rows", NULL},
    {"pushdown", NULL},
    {"cache", NULL},
    {"trace", NULL},
    {"snapshot", NULL},
    {"redis_ttl_s", ent_config_take_redis_ttl},
    {"absent_ttl_s", ent_config_take_absent_ttl},
    {"local_cache_lag_ms", ent_config_take_local_lag},
    {"local_cache_ttl_s", ent_config_take_local_ttl},
    {"redis_down", ent_config_take_redis_down},
    {"commit_max_s", ent_config_take_commit_max},
    {"snapshot_max_s", take_snapshot_max},
    {NULL, NULL},
};

_Static_assert(ENT_COUNT(pool_rules) <= ENT_CONFIG_RULES_MAX,
               "ent_config_nearest() must have room for every name");
_Static_assert(ENT_COUNT(setting_rules) <= ENT_CONFIG_RULES_MAX,
               "ent_config_nearest() must have room for every name");

static void take_settings(ent_config_walk *w, const ent_yaml *node,
                          const char *key) {
  if (node->kind != ENT_YAML_MAP) {
    ent_problems_add(w->problems, node->line, key,
                     "expected settings such as {timeout_ms: 5000}");
    return;
  }
  for (const ent_yaml *at = node->first; at; at = at->next) {
    ent_config_take_key(w, at, key, setting_rules);
  }
}

static const ent_config_rule top_rules[] = {
    {"settings", take_settings},
    {"entities", ent_config_take_entities},
    {"enums", ent_config_take_enums},
    {"indices", NULL},
    {NULL, NULL},
};

/* Tells of a pool without a server, which may be a reserved name misspelt. */
static void refuse_serverless(ent_config_walk *w, const ent_yaml *node) {
  const char *nearest = ent_config_nearest(top_rules, node->key);

  if (nearest) {
    ent_problems_add(w->problems, node->line, node->key,
                     "no server: the key 'mysql' or 'redis' is missing; or did "
                     "you mean '%s'?",
                     nearest);
  } else {
    ent_problems_add(w->problems, node->line, node->key,
                     "no server: the key 'mysql' or 'redis' is missing");
  }
}

/* A key of MySQL's that stands where there is no MySQL. */
static void refuse_without_mysql(ent_config_walk *w, const ent_yaml *node) {
  static const char *const any[] = {"redis", "sentinel", "prefix",
                                    "local_cache", NULL};

  for (const ent_yaml *at = node->first; at; at = at->next) {
    bool is_others = false;

    for (size_t i = 0; any[i]; i++)
      is_others = is_others || strcmp(at->key, any[i]) == 0;
    if (is_others) continue;
    ent_problems_add(w->problems, at->line,
                     ent_config_key_path(w, node->key, at->key),
                     "belongs to a MySQL server, and this pool has none");
  }
}

/* The servers of a pool that were named: each has its place in the list of its
 * kind. */
static void settle_pool(ent_config_walk *w, const ent_yaml *node,
                        bool has_mysql) {
  bool has_redis = w->redis->line > 0;
  bool has_local = w->local->name != NULL;

  if (has_mysql) {
    w->pool++;
    w->config->n_pools++;
  } else if (has_redis || has_local) {
    refuse_without_mysql(w, node);
  } else {
    refuse_serverless(w, node);
  }
  if (has_local) {
    w->local->name = node->key;
    w->local++;
    w->config->n_locals++;
  }
  if (has_redis) {
    w->redis++;
    w->config->n_redis++;
  } else if (w->redis->prefix) {
    ent_problems_add(w->problems, node->line, node->key,
                     "a prefix is one of Redis keys, and this pool has no "
                     "Redis");
  }
}

static void take_pool(ent_config_walk *w, const ent_yaml *node) {
  const char *key = node->key;
  bool has_server = false;

  if (!ent_address_is_pool_name(key)) {
    ent_problems_add(w->problems, node->line,
                     ent_problems_may_show(key) ? key : NULL,
                     "the name of a pool must be letters, digits and '_', at "
                     "most 64");
    return;
  }
  if (node->kind != ENT_YAML_MAP) {
    ent_problems_add(w->problems, node->line, key,
                     "expected the servers of this pool, such as {mysql: "
                     "mysql://user@host/database, import: true}");
    return;
  }
  *w->pool = (ent_config_pool){.name = key, .line = node->line};
  *w->redis = (ent_config_redis){.name = key};
  *w->local = (ent_config_local){.name = NULL};
  for (const ent_yaml *at = node->first; at; at = at->next) {
    if (strcmp(at->key, "mysql") == 0) has_server = true;
    ent_config_take_key(w, at, key, pool_rules);
  }
  settle_pool(w, node, has_server);
}

/* Where a transaction has written to several pools, the first one is written to
 * over a second connection, too: the record of it. */
static void check_xa_pool(const ent_config_pool *pool, size_t n_xa,
                          ent_problems *problems) {
  if (n_xa == 1) {
    ent_problems_add(problems, pool->line, pool->name,
                     "only this pool says 'transactions: xa', which is for two "
                     "or more that commit as one");
  }
  if (pool->address.limit_connections == 1) {
    ent_problems_add(problems, pool->line, pool->name,
                     "'transactions: xa' takes two connections; "
                     "limit_connections allows one");
  }
}

static void check_xa(const ent_config *config, ent_problems *problems) {
  size_t n_xa = 0;

  for (size_t i = 0; i < config->n_pools; i++)
    n_xa += config->pools[i].xa;
  for (size_t i = 0; i < config->n_pools; i++) {
    if (config->pools[i].xa) check_xa_pool(&config->pools[i], n_xa, problems);
  }
}

void ent_config_take(const ent_yaml *root, ent_config *config,
                     ent_problems *problems) {
  ent_config_walk w = {.config = config, .problems = problems};

  if (root->kind != ENT_YAML_MAP || !root->first) {
    ent_problems_add(problems, root->line, NULL,
                     "expected names of pools with their servers, such as "
                     "default: {mysql: mysql://user@host/database}");
    return;
  }
  w.pool = ent_arena_zalloc(problems->arena,
                            root->n_children * sizeof(ent_config_pool));
  w.redis = ent_arena_zalloc(problems->arena,
                             root->n_children * sizeof(ent_config_redis));
  w.local = ent_arena_zalloc(problems->arena,
                             root->n_children * sizeof(ent_config_local));
  if (!w.pool || !w.redis || !w.local) {
    problems->no_memory = true;
    return;
  }
  config->pools = w.pool;
  config->redis = w.redis;
  config->locals = w.local;
  for (const ent_yaml *node = root->first; node; node = node->next) {
    if (ent_config_find(top_rules, node->key)) {
      ent_config_take_key(&w, node, NULL, top_rules);
    } else {
      take_pool(&w, node);
    }
  }
  config->declared = (ent_declared){.enums = w.enums.items,
                                    .n_enums = w.enums.n,
                                    .entities = w.entities.items,
                                    .n_entities = w.entities.n};
  if (!problems->n && !config->n_pools && !config->n_redis) {
    ent_problems_add(problems, root->line, NULL,
                     "no pool; add one, such as default: {mysql: "
                     "mysql://user@host/database, import: true}");
    return;
  }
  for (size_t i = 0; i < config->n_pools; i++) {
    const ent_config_pool *pool = &config->pools[i];

    ent_registry_check_collation(problems, pool->line, pool->name,
                                 pool->charset, pool->collation);
  }
  check_xa(config, problems);
  ent_config_check_caches(config, problems);
  ent_registry_check(&config->declared, config->pools, config->n_pools,
                     problems);
}
