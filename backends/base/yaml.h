#ifndef ENT_BACKENDS_BASE_YAML_H
#define ENT_BACKENDS_BASE_YAML_H

#include "backends/base/arena.h"
#include "backends/base/config_problems.h"

#include <stddef.h>

/* A YAML document as a tree, in the order of the file.  What a configuration
 * has no use for is refused by name: anchors, aliases, merge keys, tags,
 * several documents, keys that are no plain text, keys given twice, and what
 * is nested deeper than ENT_YAML_DEPTH. */
typedef enum ent_yaml_kind {
  ENT_YAML_SCALAR,
  ENT_YAML_LIST,
  ENT_YAML_MAP,
} ent_yaml_kind;

enum { ENT_YAML_DEPTH = 32 };

typedef struct ent_yaml ent_yaml;

struct ent_yaml {
  ent_yaml_kind kind;
  int line;          /* of the key, or of the value where there is none */
  const char *key;   /* in a map: not empty; else NULL */
  const char *text;  /* of a scalar: UTF-8, no NUL inside; else NULL */
  ent_yaml *first;   /* of a list or map: its first child */
  size_t n_children; /* of a list or map */
  ent_yaml *next;    /* the next child of the same parent */
};

/* Reads `size` bytes (UTF-8, or UTF-16 with a byte order mark) into a tree that
 * lives in `arena`.  Gives NULL where nothing useful is left to look at: a
 * syntax error, a second document, no document.  What is wrong stands in
 * `problems`, also where a tree is given. */
const ent_yaml *ent_yaml_parse(const char *text, size_t size, ent_arena *arena,
                               ent_problems *problems);

#endif
