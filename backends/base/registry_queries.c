#include "backends/base/registry_walk.h"
#include "backends/base/tokens.h"

enum { ENT_QUERY_COLUMNS_MAX = 32 }; /* by which one query can look */

/* Words of SQL that are no columns where they are not quoted. */
static const char *const keywords[] = {
    "where",  "and",     "or",   "not",  "in",    "is",     "null", "like",
    "glob",   "between", "asc",  "desc", "order", "by",     "true", "false",
    "escape", "case",    "when", "then", "else",  "end",    "cast", "as",
    "nulls",  "first",   "last", "from", "with",  "collate"};

/* One look at a query. */
typedef struct walk {
  const ent_registry *r;
  const ent_registry_entity *e;
  const ent_declared_query *query;
  bool is_ordering; /* behind ORDER BY */
  bool is_wrong;
  const ent_declared_column *columns[ENT_QUERY_COLUMNS_MAX]; /* of WHERE */
  size_t n_columns;
} walk;

static void tell(walk *w, const char *why) {
  w->is_wrong = true;
  ent_problems_add(w->r->problems, w->query->line,
                   ent_registry_key(w->r, w->e, w->query->name), "%s", why);
}

static bool is_keyword(const ent_tokens *words) {
  for (size_t i = 0; i < ENT_COUNT(keywords); i++) {
    if (ent_tokens_is(words, keywords[i])) return true;
  }
  return false;
}

/* Notes a column by which the query looks, once. */
static void note(walk *w, const ent_declared_column *column) {
  for (size_t i = 0; i < w->n_columns; i++) {
    if (w->columns[i] == column) return;
  }
  if (w->n_columns == ENT_QUERY_COLUMNS_MAX) {
    if (!w->is_wrong) tell(w, "looks by more than 32 columns");
    return;
  }
  w->columns[w->n_columns++] = column;
}

/* A name that is no keyword and no function. */
static void take_name(walk *w, const ent_token *word) {
  const char *name = ent_token_text(word, w->r->arena);
  const ent_declared_column *column;

  if (!name) {
    w->r->problems->no_memory = true;
    return;
  }
  column = ent_registry_column(w->e, name);
  if (column && !w->is_ordering) note(w, column);
  if (column) return;
  if (w->e->entity->fake_delete &&
      ent_name_compare(name, ent_fake_delete) == 0) {
    tell(w, "fake_delete: a query gives living rows only");
    return;
  }
  w->is_wrong = true;
  ent_problems_add(w->r->problems, w->query->line,
                   ent_registry_key(w->r, w->e, w->query->name),
                   "there is no column %s%s",
                   ent_token_shown(word, w->r->arena),
                   ent_registry_hint(w->r, &w->e->columns, name));
}

/* Looks at one word, and goes to the next. */
static void take_word(walk *w, ent_tokens *words) {
  ent_token word = words->word;
  bool is_bare = word.kind == ENT_TOKEN_NAME;
  bool is_before_name, is_function, is_key;

  if (ent_tokens_is(words, ";")) tell(w, "';' in a query");
  if (ent_tokens_is(words, "limit")) {
    tell(w, "'limit' stands where the query is used, not in it");
  }
  if (ent_tokens_is(words, "select")) tell(w, "a query inside a query");
  if (ent_tokens_is(words, "order")) w->is_ordering = true;
  /* What stands behind these is a collation or a type. */
  is_before_name =
      ent_tokens_is(words, "collate") || ent_tokens_is(words, "as");
  is_key = is_bare && is_keyword(words);
  ent_tokens_next(words);
  if (is_before_name) ent_tokens_next(words);
  if (is_key) return;
  is_function = is_bare && ent_tokens_is(words, "(");
  if (w->is_wrong || is_function) return;
  if (is_bare || word.kind == ENT_TOKEN_QUOTED) take_name(w, &word);
}

/* Whether every index of InnoDB has the column because the key has it. */
static bool is_in_key(const walk *w, const ent_declared_column *column) {
  for (size_t i = 0; i < w->e->n_key; i++) {
    if (ent_registry_column(w->e, w->e->key[i]) == column) return true;
  }
  return false;
}

static bool has_column(const walk *w, const ent_declared_index *index,
                       const ent_declared_column *column) {
  for (size_t i = 0; i < index->n_columns; i++) {
    if (ent_registry_column(w->e, index->columns[i]) == column) return true;
  }
  return is_in_key(w, column);
}

static bool has_all(const walk *w, const ent_declared_index *index) {
  for (size_t i = 0; i < w->n_columns; i++) {
    if (!has_column(w, index, w->columns[i])) return false;
  }
  return true;
}

/* A reference has an index of its own, where no other begins with it. */
static bool reference_has_all(const walk *w) {
  for (size_t i = 0; i < w->n_columns; i++) {
    const ent_declared_column *column = w->columns[i];
    const char *name = column->name;
    const ent_declared_index index = {.columns = &name, .n_columns = 1};

    if (column->reference && !column->is_many && has_all(w, &index)) {
      return true;
    }
  }
  return false;
}

/* "a, b": the columns by which the query looks. */
static const char *shown_columns(const walk *w) {
  const char *text = NULL;

  for (size_t i = 0; i < w->n_columns; i++) {
    const char *name = w->columns[i]->name;

    text = text ? ent_arena_printf(w->r->arena, "%s, %s", text, name) : name;
    if (!text) return "...";
  }
  return text;
}

static void check_index(walk *w) {
  static const ent_declared_index key = {.n_columns = 0};

  if (has_all(w, &key) || reference_has_all(w)) return;
  for (size_t i = 0; i < w->e->entity->n_indexes; i++) {
    if (has_all(w, &w->e->entity->indexes[i])) return;
  }
  ent_problems_add(w->r->problems, w->query->line,
                   ent_registry_key(w->r, w->e, w->query->name),
                   "no index has all columns by which it looks (%s)",
                   shown_columns(w));
}

static void check_query(const ent_registry *r, const ent_registry_entity *e,
                        const ent_declared_query *query) {
  walk w = {.r = r, .e = e, .query = query};
  ent_error err = {0};
  ent_tokens words;

  if (ent_tokens_start(&words, query->text, &err)) {
    tell(&w, err.text);
    return;
  }
  if (query->is_one && !ent_tokens_is(&words, "where")) {
    tell(&w, "a query for one row must say which: one where name = ?");
  } else if (words.word.kind != ENT_TOKEN_END &&
             !ent_tokens_is(&words, "where") &&
             !ent_tokens_is(&words, "order")) {
    tell(&w, "must begin with 'where' or 'order by', or be empty for all rows");
  }
  while (!w.is_wrong && words.word.kind != ENT_TOKEN_END)
    take_word(&w, &words);
  if (!w.is_wrong) check_index(&w);
}

void ent_registry_check_queries(const ent_registry *r,
                                const ent_registry_entity *e) {
  for (size_t i = 0; i < e->entity->n_queries; i++)
    check_query(r, e, &e->entity->queries[i]);
}
