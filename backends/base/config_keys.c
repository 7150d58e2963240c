#include "backends/base/config_keys.h"

#include "backends/base/buf.h"

#include <stdlib.h>
#include <string.h>

static const char address_forms[] =
    "expected an address: mysql://user:password@host:port/database or "
    "user:password@tcp(host:port)/database";

enum {
  ENT_CONFIG_RULES_MAX = 24,
  ENT_CONFIG_TEXT_MAX = 1 << 16, /* bytes of a value with its variables */
};

/* One reading of a document. */
typedef struct walk {
  ent_config *config;
  ent_config_pool *pool; /* the one being filled */
  ent_problems *problems;
} walk;

/* A key of one kind of mapping; the last of a list of them has no name. */
typedef struct rule {
  const char *name;
  /* Takes the value; `key` is its path.  NULL: does not work yet. */
  void (*take)(walk *w, const ent_yaml *node, const char *key);
} rule;

static ent_arena *arena_of(walk *w) {
  return w->problems->arena;
}

/* "parent.child", or the child alone without a parent. */
static const char *key_path(walk *w, const char *parent, const char *child) {
  const char *path = child;

  if (parent) path = ent_arena_printf(arena_of(w), "%s.%s", parent, child);
  if (!path) w->problems->no_memory = true;
  return path;
}

/* The size of a name of an environment variable. */
static size_t name_size(const char *text) {
  size_t size = 0;

  while (text[size] == '_' || (text[size] >= 'a' && text[size] <= 'z') ||
         (text[size] >= 'A' && text[size] <= 'Z') ||
         (size && text[size] >= '0' && text[size] <= '9')) {
    size++;
  }
  return size;
}

/* The value of the ${NAME} at `text`, and how many bytes that takes there.
 * NULL with a problem noted. */
static const char *variable(walk *w, const ent_yaml *node, const char *key,
                            const char *text, size_t *size) {
  size_t n = name_size(text + 2);
  const char *name, *value;

  if (!n || text[2 + n] != '}') {
    ent_problems_add(w->problems, node->line, key,
                     "'${' must be followed by the name of an environment "
                     "variable and '}'");
    return NULL;
  }
  name = ent_arena_copy(arena_of(w), text + 2, n);
  if (!name) {
    w->problems->no_memory = true;
    return NULL;
  }
  value = getenv(name);
  if (!value) {
    ent_problems_add(w->problems, node->line, key,
                     "the environment variable '%s' is not set", name);
  }
  *size = n + 3;
  return value;
}

/* Notes why a text could not be put together. */
static void note_failure(walk *w, const ent_yaml *node, const char *key,
                         ent_status status) {
  if (status == ENT_TOO_BIG) {
    ent_problems_add(w->problems, node->line, key,
                     "longer than %d bytes with its variables replaced",
                     ENT_CONFIG_TEXT_MAX);
  } else {
    w->problems->no_memory = true;
  }
}

/* Appends a node's text with every ${NAME} replaced, once: what is put in is
 * not looked at again.  False with a problem noted. */
static bool append_expanded(walk *w, const ent_yaml *node, const char *key,
                            ent_buf *buf) {
  const char *rest = node->text;
  ent_status status = ENT_OK;
  const char *at;

  while (!status && (at = strstr(rest, "${")) != NULL) {
    size_t size;
    const char *value = variable(w, node, key, at, &size);

    if (!value) return false;
    status = ent_buf_append(buf, rest, (size_t)(at - rest), NULL);
    if (!status) status = ent_buf_append(buf, value, strlen(value), NULL);
    rest = at + size;
  }
  if (!status) status = ent_buf_append(buf, rest, strlen(rest), NULL);
  if (status) note_failure(w, node, key, status);
  return status == ENT_OK;
}

/* A node's text with its variables replaced; NULL with a problem noted. */
static const char *expand(walk *w, const ent_yaml *node, const char *key) {
  const char *text = NULL;
  ent_buf buf;

  if (!strstr(node->text, "${")) return node->text;
  ent_buf_init(&buf, ENT_CONFIG_TEXT_MAX);
  if (append_expanded(w, node, key, &buf)) {
    text = ent_arena_copy(arena_of(w), buf.data, buf.size);
    if (!text) w->problems->no_memory = true;
  }
  ent_buf_done(&buf);
  return text;
}

/* The text of a scalar that is not empty; NULL with a problem noted, which
 * says what was expected. */
static const char *take_text(walk *w, const ent_yaml *node, const char *key,
                             const char *expected) {
  const char *text = NULL;

  if (node->kind == ENT_YAML_SCALAR) {
    text = expand(w, node, key);
    if (!text || *text) return text;
  }
  ent_problems_add(w->problems, node->line, key, "%s", expected);
  return NULL;
}

/* The name of the rule that a person who wrote `word` meant; NULL if none. */
static const char *nearest_rule(const rule *rules, const char *word) {
  const char *words[ENT_CONFIG_RULES_MAX + 1];
  size_t n = 0;

  while (n < ENT_CONFIG_RULES_MAX && rules[n].name) {
    words[n] = rules[n].name;
    n++;
  }
  words[n] = NULL;
  return ent_problems_nearest(word, words);
}

/* "mysql, import": the rules that work; NULL if there is no memory. */
static const char *known_rules(walk *w, const rule *rules) {
  const char *known = NULL;

  for (; rules->name; rules++) {
    if (!rules->take) continue;
    known = known ? ent_arena_printf(arena_of(w), "%s, %s", known, rules->name)
                  : rules->name;
    if (!known) break;
  }
  if (!known) w->problems->no_memory = true;
  return known;
}

/* Tells of a key that no rule has. */
static void refuse_key(walk *w, const ent_yaml *node, const char *parent,
                       const rule *rules) {
  const char *nearest = nearest_rule(rules, node->key);
  const char *known = known_rules(w, rules);

  if (!known) return;
  if (!ent_problems_may_show(node->key)) {
    ent_problems_add(w->problems, node->line, parent,
                     "a key that is no name (is there a blank behind its "
                     "':'?); known: %s",
                     known);
  } else if (nearest) {
    ent_problems_add(w->problems, node->line, parent,
                     "unknown key '%s'; did you mean '%s'? known: %s",
                     node->key, nearest, known);
  } else {
    ent_problems_add(w->problems, node->line, parent,
                     "unknown key '%s'; known: %s", node->key, known);
  }
}

static const rule *find_rule(const rule *rules, const char *name) {
  while (rules->name && strcmp(rules->name, name) != 0)
    rules++;
  return rules->name ? rules : NULL;
}

/* Takes one child of a mapping by its rule. */
static void take_key(walk *w, const ent_yaml *node, const char *parent,
                     const rule *rules) {
  const rule *found = find_rule(rules, node->key);
  const char *key;

  if (!found) {
    refuse_key(w, node, parent, rules);
    return;
  }
  key = key_path(w, parent, node->key);
  if (found->take) {
    found->take(w, node, key);
  } else {
    ent_problems_add(w->problems, node->line, key,
                     "does not work yet in this version");
  }
}

/* False with a problem noted. */
static bool take_address(walk *w, const ent_yaml *node, const char *key,
                         ent_address *address) {
  const char *text = take_text(w, node, key, address_forms);
  ent_error err = {0};

  if (!text) return false;
  if (ent_address_parse(text, arena_of(w), address, &err)) {
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

static void take_mysql(walk *w, const ent_yaml *node, const char *key) {
  (void)take_address(w, node, key, &w->pool->address);
}

/* An address, or a list of them. */
static void take_replica(walk *w, const ent_yaml *node, const char *key) {
  bool is_list = node->kind == ENT_YAML_LIST;
  const ent_yaml *first = is_list ? node->first : node;
  ent_address *list = ent_arena_zalloc(
      arena_of(w), (is_list ? node->n_children + 1 : 1) * sizeof(*list));

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

static void take_patterns(walk *w, const ent_yaml *list, const char *key) {
  const char **patterns =
      ent_arena_alloc(arena_of(w), list->n_children * sizeof(*patterns));
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
    patterns[n] = take_text(w, item, key,
                            "expected a table name, in which '*' and '?' "
                            "stand for any characters and for one");
    if (patterns[n]) n++;
  }
  w->pool->import = n > 0;
  w->pool->patterns = patterns;
  w->pool->n_patterns = n;
}

static void take_import(walk *w, const ent_yaml *node, const char *key) {
  static const char expected[] =
      "expected true, false or a list of table names such as [customer, "
      "\"order_*\"]";
  const char *text;

  if (node->kind == ENT_YAML_LIST) {
    take_patterns(w, node, key);
    return;
  }
  text = take_text(w, node, key, expected);
  if (!text) return;
  if (strcmp(text, "true") == 0) {
    w->pool->import = true;
  } else if (strcmp(text, "false") != 0) {
    ent_problems_add(w->problems, node->line, key, "%s", expected);
  }
}

static void take_limit(walk *w, const ent_yaml *node, const char *key,
                       const char *expected, int64_t *limit) {
  const char *text = take_text(w, node, key, expected);
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

static void take_timeout(walk *w, const ent_yaml *node, const char *key) {
  take_limit(w, node, key,
             "expected a number of milliseconds from 0 (no limit) to "
             "2147483647",
             &w->config->timeout_ms);
}

static void take_snapshot_max(walk *w, const ent_yaml *node, const char *key) {
  take_limit(w, node, key,
             "expected a number of seconds from 0 (no limit) to 2147483647",
             &w->config->snapshot_max_s);
}

static const rule pool_rules[] = {
    {"mysql", take_mysql},
    {"import", take_import},
    {"mysqlEncoding", NULL},
    {"redis", NULL},
    {"sentinel", NULL},
    {"streams", NULL},
    {"locker", NULL},
    {"local_cache", NULL},
    {"elastic", NULL},
    {"elastic_trace", NULL},
    {"clickhouse", NULL},
    {"replica", take_replica},
    {"wide", NULL},
    {"triggers", NULL},
    {"transactions", NULL},
    {"prefix", NULL},
    {NULL, NULL},
};

static const rule setting_rules[] = {
    {"timeout_ms", take_timeout},
    {"flush", NULL},
    {"batch", NULL},
    {"request_cache", NULL},
    {"max_scan_rows", NULL},
    {"pushdown", NULL},
    {"cache", NULL},
    {"trace", NULL},
    {"snapshot", NULL},
    {"redis_ttl_s", NULL},
    {"absent_ttl_s", NULL},
    {"local_cache_lag_ms", NULL},
    {"local_cache_ttl_s", NULL},
    {"redis_down", NULL},
    {"commit_max_s", NULL},
    {"snapshot_max_s", take_snapshot_max},
    {NULL, NULL},
};

_Static_assert(ENT_COUNT(pool_rules) <= ENT_CONFIG_RULES_MAX,
               "nearest_rule() must have room for every name");
_Static_assert(ENT_COUNT(setting_rules) <= ENT_CONFIG_RULES_MAX,
               "nearest_rule() must have room for every name");

static void take_settings(walk *w, const ent_yaml *node, const char *key) {
  if (node->kind != ENT_YAML_MAP) {
    ent_problems_add(w->problems, node->line, key,
                     "expected settings such as {timeout_ms: 5000}");
    return;
  }
  for (const ent_yaml *at = node->first; at; at = at->next) {
    take_key(w, at, key, setting_rules);
  }
}

static const rule top_rules[] = {
    {"settings", take_settings}, {"entities", NULL}, {"enums", NULL},
    {"indices", NULL},           {NULL, NULL},
};

/* Tells of a pool without a server, which may be a reserved name misspelt. */
static void refuse_serverless(walk *w, const ent_yaml *node) {
  const char *nearest = nearest_rule(top_rules, node->key);

  if (nearest) {
    ent_problems_add(w->problems, node->line, node->key,
                     "no server: the key 'mysql' is missing; or did you mean "
                     "'%s'?",
                     nearest);
  } else {
    ent_problems_add(w->problems, node->line, node->key,
                     "no server: the key 'mysql' is missing");
  }
}

static void take_pool(walk *w, const ent_yaml *node) {
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
  for (const ent_yaml *at = node->first; at; at = at->next) {
    if (strcmp(at->key, "mysql") == 0) has_server = true;
    take_key(w, at, key, pool_rules);
  }
  if (!has_server) refuse_serverless(w, node);
  w->pool++;
  w->config->n_pools++;
}

void ent_config_take(const ent_yaml *root, ent_config *config,
                     ent_problems *problems) {
  walk w = {.config = config, .problems = problems};

  if (root->kind != ENT_YAML_MAP || !root->first) {
    ent_problems_add(problems, root->line, NULL,
                     "expected names of pools with their servers, such as "
                     "default: {mysql: mysql://user@host/database}");
    return;
  }
  w.pool = ent_arena_zalloc(problems->arena,
                            root->n_children * sizeof(ent_config_pool));
  if (!w.pool) {
    problems->no_memory = true;
    return;
  }
  config->pools = w.pool;
  for (const ent_yaml *node = root->first; node; node = node->next) {
    if (find_rule(top_rules, node->key)) {
      take_key(&w, node, NULL, top_rules);
    } else {
      take_pool(&w, node);
    }
  }
  if (!problems->n && !config->n_pools) {
    ent_problems_add(problems, root->line, NULL,
                     "no pool; add one, such as default: {mysql: "
                     "mysql://user@host/database, import: true}");
  }
}
