#include "tests/schema/model.h"

#include "backends/mysql/shape_type.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_TABLES_MAX = 1024,
  ENT_MODEL_MAX = 64, /* of anything else: columns, indexes */
};

typedef struct model {
  ent_arena *arena;
  ent_declared_entity *entities;
  size_t n_entities;
  ent_declared_column *columns; /* of the last entity */
  ent_declared_index *indexes;
} model;

static _Noreturn void bad(const char *what, const char *line) {
  fprintf(stderr, "model: %s: %.60s\n", what, line);
  exit(2);
}

static void *make(model *m, size_t size) {
  void *made = ent_arena_zalloc(m->arena, size);

  if (!made) bad("out of memory", "");
  return made;
}

static char *copy(model *m, const char *text, size_t size) {
  char *made = ent_arena_copy(m->arena, text, size);

  if (!made) bad("out of memory", "");
  return made;
}

static void skip_spaces(const char **at) {
  while (**at == ' ')
    (*at)++;
}

/* The length of a word, in which what stands in marks or parentheses counts. */
static size_t word_size(const char *at) {
  size_t size = 0;
  bool is_quoted = false;
  int depth = 0;

  for (; at[size]; size++) {
    char c = at[size];

    if (c == '\'') is_quoted = !is_quoted;
    if (!is_quoted && c == '(') depth++;
    if (!is_quoted && c == ')') depth--;
    if (!is_quoted && depth == 0 && (c == ' ' || c == ',' || c == ':')) break;
  }
  return size;
}

static char *next_word(model *m, const char **at) {
  size_t size;
  char *word;

  skip_spaces(at);
  size = word_size(*at);
  word = copy(m, *at, size);
  *at += size;
  return word;
}

/* Whether a word comes next; it is taken then. */
static bool takes(const char **at, const char *word) {
  size_t size = strlen(word);

  skip_spaces(at);
  if (strncmp(*at, word, size) != 0 || ((*at)[size] && (*at)[size] != ' ')) {
    return false;
  }
  *at += size;
  return true;
}

static ent_declared_entity *last(model *m) {
  return &m->entities[m->n_entities - 1];
}

static void read_table(model *m, const char *at) {
  ent_declared_entity *entity = &m->entities[m->n_entities++];

  m->columns = make(m, ENT_MODEL_MAX * sizeof(*m->columns));
  m->indexes = make(m, ENT_MODEL_MAX * sizeof(*m->indexes));
  *entity = (ent_declared_entity){.name = next_word(m, &at),
                                  .pool = "default",
                                  .columns = m->columns,
                                  .indexes = m->indexes};
  entity->table = entity->name;
  for (skip_spaces(&at); *at; skip_spaces(&at)) {
    if (takes(&at, "was")) {
      entity->renamed_from = next_word(m, &at);
    } else if (takes(&at, "charset")) {
      entity->charset = next_word(m, &at);
    } else if (takes(&at, "collate")) {
      entity->collation = next_word(m, &at);
    } else {
      bad("of a table", at);
    }
  }
}

static const char *const *read_names(model *m, const char *at, size_t *n) {
  const char **names = make(m, ENT_MODEL_MAX * sizeof(char *));

  for (*n = 0; *at; (*n)++) {
    names[*n] = next_word(m, &at);
    if (*at == ',') at++;
  }
  return names;
}

static void read_index(model *m, const char *at, bool is_unique) {
  ent_declared_entity *entity = last(m);
  ent_declared_index *index = &m->indexes[entity->n_indexes++];

  index->is_unique = is_unique;
  index->name = next_word(m, &at);
  if (*at++ != ':') bad("an index has no ':'", at);
  index->columns = read_names(m, at, &index->n_columns);
}

static void read_type(model *m, const char **at, ent_declared_column *column) {
  char *type = next_word(m, at);
  ent_status status;

  if (takes(at, "unsigned")) {
    type = ent_arena_printf(m->arena, "%s unsigned", type);
  }
  status = ent_shape_type_read(type, m->arena, &column->type, NULL);
  if (status) bad("a type", type);
  if (strcmp(column->type.name, "bool") == 0) {
    column->type.name = "tinyint";
    column->type.size = 1;
  }
}

static void read_default(model *m, const char **at,
                         ent_declared_column *column) {
  if (takes(at, "now")) {
    column->default_kind = ENT_DEFAULT_NOW;
    return;
  }
  column->default_kind = ENT_DEFAULT_VALUE;
  skip_spaces(at);
  if (**at == '\'') {
    column->default_text = ent_shape_unquote(at, m->arena);
  } else {
    column->default_text = next_word(m, at);
  }
}

static void read_reference(model *m, const char **at,
                           ent_declared_column *column) {
  column->reference = next_word(m, at);
  if (takes(at, "cascade")) column->on_delete = ENT_ON_DELETE_CASCADE;
  if (takes(at, "set null")) column->on_delete = ENT_ON_DELETE_SET_NULL;
}

static void read_attribute(model *m, const char **at,
                           ent_declared_column *column) {
  if (takes(at, "not null")) {
    column->is_nullable = false;
  } else if (takes(at, "auto")) {
    column->is_auto = true;
    column->is_nullable = false;
  } else if (takes(at, "default")) {
    read_default(m, at, column);
  } else if (takes(at, "updates")) {
    column->updates_itself = true;
  } else if (takes(at, "charset")) {
    column->charset = next_word(m, at);
  } else if (takes(at, "collate")) {
    column->collation = next_word(m, at);
  } else if (takes(at, "was")) {
    column->renamed_from = next_word(m, at);
  } else if (takes(at, "->")) {
    read_reference(m, at, column);
  } else {
    bad("of a column", *at);
  }
}

static void read_column(model *m, const char *at) {
  ent_declared_entity *entity = last(m);
  ent_declared_column *column = &m->columns[entity->n_columns++];

  column->is_nullable = true;
  column->name = next_word(m, &at);
  read_type(m, &at, column);
  for (skip_spaces(&at); *at; skip_spaces(&at))
    read_attribute(m, &at, column);
}

static void read_part(model *m, const char *at) {
  if (m->n_entities == 0) bad("no table yet", at);
  if (takes(&at, "key")) {
    ent_declared_entity *entity = last(m);

    entity->key = read_names(m, at, &entity->n_key);
  } else if (takes(&at, "unique")) {
    read_index(m, at, true);
  } else if (takes(&at, "index")) {
    read_index(m, at, false);
  } else {
    read_column(m, at);
  }
}

/* A table has the column id as its key. */
static void end_tables(model *m) {
  static const char *const id[] = {"id"};

  for (size_t i = 0; i < m->n_entities; i++) {
    if (m->entities[i].n_key) continue;
    m->entities[i].key = id;
    m->entities[i].n_key = 1;
  }
}

const char *ent_model_read(const char *text, ent_arena *arena,
                           ent_declared *declared) {
  model m = {.arena = arena};

  m.entities = make(&m, ENT_TABLES_MAX * sizeof(*m.entities));
  while (strncmp(text, "table ", 6) == 0 || strncmp(text, "  ", 2) == 0) {
    size_t size = strcspn(text, "\n");
    const char *line = copy(&m, text, size);

    if (*line == 't') {
      read_table(&m, line + 6);
    } else {
      read_part(&m, line + 2);
    }
    text += size + (text[size] == '\n');
  }
  end_tables(&m);
  *declared =
      (ent_declared){.entities = m.entities, .n_entities = m.n_entities};
  return text;
}
