#include "backends/base/yaml.h"

#include <stdlib.h>
#include <string.h>

#include <yaml.h>

enum { ENT_YAML_KEY_MAX = 256 };

/* One reading of a text.  Every function that fails has noted a problem. */
typedef struct reader {
  ent_arena *arena;
  ent_problems *problems;
  const char *text;
  size_t size;
  yaml_parser_t parser;
} reader;

static int line_of(const yaml_event_t *event) {
  return (int)event->start_mark.line + 1;
}

/* The number of the line that holds byte `offset`, from 1. */
static int line_at(const char *text, size_t size, size_t offset) {
  int line = 1;

  for (size_t i = 0; i < offset && i < size; i++)
    line += text[i] == '\n';
  return line;
}

/* Whether a line is indented by a tab, which YAML forbids and nobody sees. */
static bool has_tab(const char *text, size_t size, int line) {
  size_t at = 0;

  for (; line > 1 && at < size; at++)
    line -= text[at] == '\n';
  while (at < size && text[at] == ' ')
    at++;
  return at < size && text[at] == '\t';
}

/* What a person should look at, where libyaml's words do not say it. */
static const char *hint(const yaml_parser_t *parser, bool after_tab) {
  if (after_tab) return " (the line begins with a tab; indent with blanks)";
  if (parser->context &&
      strcmp(parser->context, "while scanning an alias") == 0)
    return " (quote a text that begins with '*')";
  return "";
}

/* Notes what libyaml could not read.  Its words are constants: no text of the
 * file is in them. */
static void note_syntax(reader *r) {
  const yaml_parser_t *parser = &r->parser;
  const char *problem = parser->problem ? parser->problem : "syntax error";
  int line = (int)parser->problem_mark.line + 1;

  if (parser->error == YAML_MEMORY_ERROR) {
    r->problems->no_memory = true;
    return;
  }
  if (parser->error == YAML_READER_ERROR) {
    line = line_at(r->text, r->size, parser->problem_offset);
  }
  ent_problems_add(r->problems, line, NULL, "%s%s", problem,
                   hint(parser, has_tab(r->text, r->size, line)));
}

/* The next event, to be deleted. */
static bool next_event(reader *r, yaml_event_t *event) {
  if (yaml_parser_parse(&r->parser, event)) return true;
  note_syntax(r);
  return false;
}

/* What a configuration does not use although YAML has it. */
static void check_properties(reader *r, int line, const yaml_char_t *anchor,
                             const yaml_char_t *tag) {
  if (anchor) {
    ent_problems_add(r->problems, line, NULL,
                     "anchors ('&') are not supported; write the value where "
                     "it is used");
  }
  if (tag) {
    ent_problems_add(r->problems, line, NULL,
                     "tags ('!') are not supported; leave it out");
  }
}

static ent_yaml *new_node(reader *r, ent_yaml_kind kind,
                          const yaml_event_t *event) {
  ent_yaml *node = ent_arena_zalloc(r->arena, sizeof(*node));

  if (!node) {
    r->problems->no_memory = true;
    return NULL;
  }
  node->kind = kind;
  node->line = line_of(event);
  return node;
}

/* The text of a scalar. */
static const char *read_text(reader *r, const yaml_event_t *event) {
  const char *value = (const char *)event->data.scalar.value;
  size_t size = event->data.scalar.length;
  const char *text = ent_arena_copy(r->arena, value, size);

  check_properties(r, line_of(event), event->data.scalar.anchor,
                   event->data.scalar.tag);
  if (!text) {
    r->problems->no_memory = true;
  } else if (strlen(text) != size) {
    ent_problems_add(r->problems, line_of(event), NULL, "a NUL in a text");
    return NULL;
  }
  return text;
}

static ent_yaml *read_scalar(reader *r, const yaml_event_t *event) {
  const char *text = read_text(r, event);
  ent_yaml *node = text ? new_node(r, ENT_YAML_SCALAR, event) : NULL;

  if (node) node->text = text;
  return node;
}

/* Why a key cannot be used; NULL if it can. */
static const char *refuse_key(const char *key) {
  if (!*key) return "an empty key";
  if (strlen(key) > ENT_YAML_KEY_MAX) return "a key longer than 256 bytes";
  if (strcmp(key, "<<") != 0) return NULL;
  return "merge keys ('<<') are not supported; write the keys where they are "
         "used";
}

static const char *read_key(reader *r, const yaml_event_t *event) {
  const char *reason, *text;

  if (event->type == YAML_SEQUENCE_START_EVENT ||
      event->type == YAML_MAPPING_START_EVENT) {
    reason = "a list or mapping stands where a key must be";
  } else if (event->type == YAML_ALIAS_EVENT) {
    reason = "an alias ('*') stands where a key must be";
  } else {
    text = read_text(r, event);
    if (!text) return NULL;
    reason = refuse_key(text);
    if (!reason) return text;
  }
  ent_problems_add(r->problems, line_of(event), NULL, "%s", reason);
  return NULL;
}

/* By key; equal ones by line. */
static int compare_keys(const void *left, const void *right) {
  const ent_yaml *a = *(ent_yaml *const *)left;
  const ent_yaml *b = *(ent_yaml *const *)right;
  int order = strcmp(a->key, b->key);

  return order ? order : a->line - b->line;
}

/* Sorts, because a hostile file has a hundred thousand keys. */
static bool check_twice(reader *r, const ent_yaml *map) {
  const ent_yaml **nodes;
  size_t n = 0;

  if (map->n_children < 2) return true;
  nodes = ent_arena_alloc(r->arena, map->n_children * sizeof(ent_yaml *));
  if (!nodes) {
    r->problems->no_memory = true;
    return false;
  }
  for (const ent_yaml *at = map->first; at; at = at->next)
    nodes[n++] = at;
  qsort(nodes, n, sizeof(ent_yaml *), compare_keys);
  for (size_t i = 1; i < n; i++) {
    if (strcmp(nodes[i - 1]->key, nodes[i]->key) != 0) continue;
    ent_problems_add(
        r->problems, nodes[i]->line,
        ent_problems_may_show(nodes[i]->key) ? nodes[i]->key : NULL,
        "a key given twice, before on line %d", nodes[i - 1]->line);
  }
  return true;
}

static ent_yaml *read_node(reader *r, const yaml_event_t *event, int depth);

/* The next child of a list or map, its key first; `child` is NULL behind the
 * last one. */
static bool read_child(reader *r, ent_yaml_kind kind, int depth,
                       ent_yaml **child) {
  const char *key = NULL;
  yaml_event_t event;
  int line;

  *child = NULL;
  if (!next_event(r, &event)) return false;
  line = line_of(&event);
  if (event.type == YAML_SEQUENCE_END_EVENT ||
      event.type == YAML_MAPPING_END_EVENT) {
    yaml_event_delete(&event);
    return true;
  }
  if (kind == ENT_YAML_MAP) {
    key = read_key(r, &event);
    yaml_event_delete(&event);
    if (!key || !next_event(r, &event)) return false;
  }
  *child = read_node(r, &event, depth);
  yaml_event_delete(&event);
  if (!*child) return false;
  (*child)->key = key;
  if (key) (*child)->line = line;
  return true;
}

/* A list or map with all that is in it. */
static ent_yaml *read_children(reader *r, const yaml_event_t *event,
                               ent_yaml_kind kind, int depth) {
  ent_yaml *node, *child;
  ent_yaml **tail;

  if (depth > ENT_YAML_DEPTH) {
    ent_problems_add(r->problems, line_of(event), NULL,
                     "nested deeper than %d levels", ENT_YAML_DEPTH);
    return NULL;
  }
  node = new_node(r, kind, event);
  if (!node) return NULL;
  tail = &node->first;
  for (;;) {
    if (!read_child(r, kind, depth, &child)) return NULL;
    if (!child) break;
    *tail = child;
    tail = &child->next;
    node->n_children++;
  }
  if (kind == ENT_YAML_MAP && !check_twice(r, node)) return NULL;
  return node;
}

/* The node that begins with an event; `depth` lists and maps are around it. */
static ent_yaml *read_node(reader *r, const yaml_event_t *event, int depth) {
  if (event->type == YAML_SCALAR_EVENT) return read_scalar(r, event);
  if (event->type == YAML_ALIAS_EVENT) {
    ent_problems_add(r->problems, line_of(event), NULL,
                     "aliases ('*') are not supported; write the value itself, "
                     "or quote it if it begins with '*'");
    return NULL;
  }
  if (event->type == YAML_SEQUENCE_START_EVENT) {
    check_properties(r, line_of(event), event->data.sequence_start.anchor,
                     event->data.sequence_start.tag);
    return read_children(r, event, ENT_YAML_LIST, depth + 1);
  }
  check_properties(r, line_of(event), event->data.mapping_start.anchor,
                   event->data.mapping_start.tag);
  return read_children(r, event, ENT_YAML_MAP, depth + 1);
}

/* Whether the stream goes on with a document. */
static bool begins_document(reader *r, int *line, bool *begins) {
  yaml_event_type_t type;
  yaml_event_t event;

  do {
    if (!next_event(r, &event)) return false;
    type = event.type;
    *line = line_of(&event);
    yaml_event_delete(&event);
  } while (type != YAML_DOCUMENT_START_EVENT && type != YAML_STREAM_END_EVENT);
  *begins = type == YAML_DOCUMENT_START_EVENT;
  return true;
}

/* The root of the one document; NULL if there is none. */
static const ent_yaml *read_document(reader *r) {
  yaml_event_t event;
  ent_yaml *root;
  bool begins;
  int line;

  if (!begins_document(r, &line, &begins) || !begins) return NULL;
  if (!next_event(r, &event)) return NULL;
  root = read_node(r, &event, 0);
  yaml_event_delete(&event);
  if (!root || !begins_document(r, &line, &begins)) return NULL;
  if (!begins) return root;
  ent_problems_add(r->problems, line, NULL,
                   "a second document begins ('---'); a file has one");
  return NULL;
}

const ent_yaml *ent_yaml_parse(const char *text, size_t size, ent_arena *arena,
                               ent_problems *problems) {
  reader r = {.arena = arena, .problems = problems, .text = text, .size = size};
  const ent_yaml *root;

  if (!yaml_parser_initialize(&r.parser)) {
    problems->no_memory = true;
    return NULL;
  }
  yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, size);
  root = read_document(&r);
  yaml_parser_delete(&r.parser);
  return root;
}
