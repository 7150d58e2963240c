#include "backends/base/config_walk.h"

#include "backends/base/buf.h"

#include <stdlib.h>
#include <string.h>

enum { ENT_CONFIG_TEXT_MAX = 1 << 16 }; /* of a value with its variables */

ent_arena *ent_config_arena(ent_config_walk *w) {
  return w->problems->arena;
}

void ent_config_note(ent_config_walk *w, int line, const char *key,
                     const ent_error *err) {
  if (err->status == ENT_NOMEM) {
    w->problems->no_memory = true;
  } else {
    ent_problems_add(w->problems, line, key, "%s", err->text);
  }
}

const char *ent_config_key_path(ent_config_walk *w, const char *parent,
                                const char *child) {
  const char *path = child;

  if (parent) {
    path = ent_arena_printf(ent_config_arena(w), "%s.%s", parent, child);
  }
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
static const char *variable(ent_config_walk *w, const ent_yaml *node,
                            const char *key, const char *text, size_t *size) {
  size_t n = name_size(text + 2);
  const char *name, *value;

  if (!n || text[2 + n] != '}') {
    ent_problems_add(w->problems, node->line, key,
                     "'${' must be followed by the name of an environment "
                     "variable and '}'");
    return NULL;
  }
  name = ent_arena_copy(ent_config_arena(w), text + 2, n);
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
static void note_failure(ent_config_walk *w, const ent_yaml *node,
                         const char *key, ent_status status) {
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
static bool append_expanded(ent_config_walk *w, const ent_yaml *node,
                            const char *key, ent_buf *buf) {
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

const char *ent_config_expand(ent_config_walk *w, const ent_yaml *node,
                              const char *key) {
  const char *text = NULL;
  ent_buf buf;

  if (!strstr(node->text, "${")) return node->text;
  ent_buf_init(&buf, ENT_CONFIG_TEXT_MAX);
  if (append_expanded(w, node, key, &buf)) {
    text = ent_arena_copy(ent_config_arena(w), buf.data, buf.size);
    if (!text) w->problems->no_memory = true;
  }
  ent_buf_done(&buf);
  return text;
}

const char *ent_config_take_text(ent_config_walk *w, const ent_yaml *node,
                                 const char *key, const char *expected) {
  const char *text = NULL;

  if (node->kind == ENT_YAML_SCALAR) {
    text = ent_config_expand(w, node, key);
    if (!text || *text) return text;
  }
  ent_problems_add(w->problems, node->line, key, "%s", expected);
  return NULL;
}

bool ent_config_take_word(ent_config_walk *w, const ent_yaml *node,
                          const char *key, const char *word,
                          const char *expected) {
  const char *text = ent_config_take_text(w, node, key, expected);

  if (!text) return false;
  if (strcmp(text, word) == 0) return true;
  ent_problems_add(w->problems, node->line, key, "%s", expected);
  return false;
}

const char *const *ent_config_take_texts(ent_config_walk *w,
                                         const ent_yaml *node, const char *key,
                                         const char *expected, size_t *n) {
  bool is_list = node->kind == ENT_YAML_LIST;
  size_t room = is_list ? node->n_children : 1;
  const ent_yaml *at = is_list ? node->first : node;
  const char **texts =
      ent_arena_alloc(ent_config_arena(w), (room + 1) * sizeof(*texts));

  if (!texts) {
    w->problems->no_memory = true;
    return NULL;
  }
  for (*n = 0; *n < room; at = at->next) {
    texts[*n] = ent_config_take_text(w, at, key, expected);
    if (!texts[(*n)++]) return NULL;
  }
  return texts;
}

bool ent_config_is_map(ent_config_walk *w, const ent_yaml *node,
                       const char *key, const char *expected) {
  if (node->kind == ENT_YAML_MAP) return true;
  ent_problems_add(w->problems, node->line, key, "%s", expected);
  return false;
}

const char *ent_config_nearest(const ent_config_rule *rules, const char *word) {
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
static const char *known_rules(ent_config_walk *w,
                               const ent_config_rule *rules) {
  const char *known = NULL;

  for (; rules->name; rules++) {
    if (!rules->take) continue;
    known = known ? ent_arena_printf(ent_config_arena(w), "%s, %s", known,
                                     rules->name)
                  : rules->name;
    if (!known) break;
  }
  if (!known) w->problems->no_memory = true;
  return known;
}

/* Tells of a key that no rule has. */
static void refuse_key(ent_config_walk *w, const ent_yaml *node,
                       const char *parent, const ent_config_rule *rules) {
  const char *nearest = ent_config_nearest(rules, node->key);
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

const ent_config_rule *ent_config_find(const ent_config_rule *rules,
                                       const char *name) {
  while (rules->name && strcmp(rules->name, name) != 0)
    rules++;
  return rules->name ? rules : NULL;
}

void ent_config_take_key(ent_config_walk *w, const ent_yaml *node,
                         const char *parent, const ent_config_rule *rules) {
  const ent_config_rule *found = ent_config_find(rules, node->key);
  const char *key;

  if (!found) {
    refuse_key(w, node, parent, rules);
    return;
  }
  key = ent_config_key_path(w, parent, node->key);
  if (found->take) {
    found->take(w, node, key);
  } else {
    ent_problems_add(w->problems, node->line, key,
                     "does not work yet in this version");
  }
}
