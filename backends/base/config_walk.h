#ifndef ENT_BACKENDS_BASE_CONFIG_WALK_H
#define ENT_BACKENDS_BASE_CONFIG_WALK_H

#include "backends/base/config.h"
#include "backends/base/config_problems.h"
#include "backends/base/draft.h"
#include "backends/base/list.h"
#include "backends/base/yaml.h"

/* How a document is taken into a configuration, key by key; for config_*.c
 * only.  Every function that fails has noted a problem. */

enum { ENT_CONFIG_RULES_MAX = 24 }; /* keys of one kind of mapping */

/* One reading of a document. */
typedef struct ent_config_walk {
  ent_config *config;
  ent_config_pool *pool;   /* the one being filled */
  ent_config_redis *redis; /* its Redis; without an address where it has none */
  ent_config_local *local; /* its local cache; without a limit: it has none */
  ent_draft draft;         /* the entity being declared */
  ent_column_words column;
  ent_list enums;    /* of ent_declared_enum */
  ent_list entities; /* of ent_declared_entity */
  ent_problems *problems;
} ent_config_walk;

/* A key of one kind of mapping; the last of a list of them has no name. */
typedef struct ent_config_rule {
  const char *name;
  /* Takes the value; `key` is its path.  NULL: does not work yet. */
  void (*take)(ent_config_walk *w, const ent_yaml *node, const char *key);
} ent_config_rule;

/* Where all strings go. */
ent_arena *ent_config_arena(ent_config_walk *w);

/* Notes what an error says; `status` is its status. */
void ent_config_note(ent_config_walk *w, int line, const char *key,
                     const ent_error *err);

/* "parent.child", or the child alone without a parent. */
const char *ent_config_key_path(ent_config_walk *w, const char *parent,
                                const char *child);

/* A scalar's text with its variables replaced; NULL with a problem noted. */
const char *ent_config_expand(ent_config_walk *w, const ent_yaml *node,
                              const char *key);

/* The same of a scalar that is not empty; else `expected` is noted. */
const char *ent_config_take_text(ent_config_walk *w, const ent_yaml *node,
                                 const char *key, const char *expected);

/* Whether a scalar is the one word that it can be; else `expected` is noted. */
bool ent_config_take_word(ent_config_walk *w, const ent_yaml *node,
                          const char *key, const char *word,
                          const char *expected);

/* One text or a list of them; NULL with a problem noted.  `n` is 0 for an empty
 * list. */
const char *const *ent_config_take_texts(ent_config_walk *w,
                                         const ent_yaml *node, const char *key,
                                         const char *expected, size_t *n);

/* Whether a node is a mapping; else `expected` is noted. */
bool ent_config_is_map(ent_config_walk *w, const ent_yaml *node,
                       const char *key, const char *expected);

/* The rule of a name, or the name of the one that a person meant who wrote it;
 * NULL if there is none. */
const ent_config_rule *ent_config_find(const ent_config_rule *rules,
                                       const char *name);
const char *ent_config_nearest(const ent_config_rule *rules, const char *word);

/* Takes one child of a mapping by its rule. */
void ent_config_take_key(ent_config_walk *w, const ent_yaml *node,
                         const char *parent, const ent_config_rule *rules);

/* Which rows are kept where, and for how long (config_caches.c). */
void ent_config_take_local_cache(ent_config_walk *w, const ent_yaml *node,
                                 const char *key);
void ent_config_take_redis_ttl(ent_config_walk *w, const ent_yaml *node,
                               const char *key);
void ent_config_take_absent_ttl(ent_config_walk *w, const ent_yaml *node,
                                const char *key);
void ent_config_take_commit_max(ent_config_walk *w, const ent_yaml *node,
                                const char *key);
void ent_config_take_redis_down(ent_config_walk *w, const ent_yaml *node,
                                const char *key);
void ent_config_take_local_lag(ent_config_walk *w, const ent_yaml *node,
                               const char *key);
void ent_config_take_local_ttl(ent_config_walk *w, const ent_yaml *node,
                               const char *key);

/* Problems of entities whose rows shall be kept where nothing is. */
void ent_config_check_caches(const ent_config *config, ent_problems *problems);

/* A number from 0 on; else `expected` is noted. */
void ent_config_take_limit(ent_config_walk *w, const ent_yaml *node,
                           const char *key, const char *expected,
                           int64_t *limit);

/* The keys of a pool's Redis (config_redis.c). */
void ent_config_take_redis(ent_config_walk *w, const ent_yaml *node,
                           const char *key);
void ent_config_take_sentinel(ent_config_walk *w, const ent_yaml *node,
                              const char *key);
void ent_config_take_prefix(ent_config_walk *w, const ent_yaml *node,
                            const char *key);

/* The top-level keys `enums` and `entities` (config_entities.c). */
void ent_config_take_enums(ent_config_walk *w, const ent_yaml *node,
                           const char *key);
void ent_config_take_entities(ent_config_walk *w, const ent_yaml *node,
                              const char *key);

#endif
