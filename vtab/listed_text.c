#include "vtab/listed_text.h"

#include "backends/base/tokens.h"
#include "cache/table.h"

#include <string.h>

/* One reading of a text. */
typedef struct reading {
  const ent_entity *entity;
  ent_arena *arena;
  ent_tokens words;
  ent_listed_text text;
  uint16_t *columns;
  uint16_t *numeric;
  ent_order *orders;
  bool begins;      /* the word before may stand in front of a comparison */
  uint16_t last;    /* the column that stands there, behind such a word */
  bool is_compared; /* and behind it a sign */
  bool is_ordering;
  bool is_plain; /* the order so far is one of plain columns */
} reading;

/* Words that are none of columns and mean the same everywhere. */
static const char *const words_of_sql[] = {
    "where",   "and",   "or",    "not",   "in",     "is",     "null",
    "between", "asc",   "desc",  "order", "by",     "true",   "false",
    "escape",  "nulls", "first", "last",  "case",   "when",   "then",
    "else",    "end",   "like",  "glob",  "isnull", "notnull"};

static bool is_any_of(const ent_tokens *words, const char *const *list,
                      size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (ent_tokens_is(words, list[i])) return true;
  }
  return false;
}

/* The column of a name; n_columns if there is none. */
static uint16_t find_column(const ent_entity *entity, const char *name) {
  uint16_t i = 0;

  while (i < entity->n_columns &&
         ent_name_compare(entity->columns[i].name, name) != 0)
    i++;
  return i;
}

static bool is_number(const ent_column *column) {
  const char *declared = ent_column_declared(column);

  return strcmp(declared, "INTEGER") == 0 || strcmp(declared, "REAL") == 0;
}

static void note_column(reading *r, uint16_t column) {
  for (size_t i = 0; i < r->text.n_columns; i++) {
    if (r->columns[i] == column) return;
  }
  r->columns[r->text.n_columns++] = column;
}

/* "a" or "a desc" in an order. */
static void note_order(reading *r, uint16_t column) {
  ent_order *order = &r->orders[r->text.n_orders++];

  *order = (ent_order){.column = column};
  if (ent_tokens_take(&r->words, "desc")) {
    order->descending = true;
  } else {
    ent_tokens_take(&r->words, "asc");
  }
  if (ent_tokens_take(&r->words, ",")) return;
  r->is_plain = r->is_plain && r->words.word.kind == ENT_TOKEN_END;
}

static ent_status take_name(reading *r, ent_error *err) {
  ent_token word = r->words.word;
  const char *name = ent_token_text(&word, r->arena);
  uint16_t column;

  if (!name) return ent_fail_nomem(err);
  column = find_column(r->entity, name);
  ent_tokens_next(&r->words);
  if (column == r->entity->n_columns) {
    /* The rowid, a function, the time of now: whatever it is. */
    r->text.is_fixed = false;
    r->is_plain = r->begins = false;
    r->last = r->entity->n_columns;
    return ENT_OK;
  }
  note_column(r, column);
  if (r->is_ordering && r->text.n_orders < r->entity->n_columns) {
    note_order(r, column);
  } else if (r->is_ordering) {
    r->is_plain = false;
  }
  r->last = r->begins ? column : r->entity->n_columns;
  r->begins = r->is_compared = false;
  return ENT_OK;
}

/* "column = ?", by itself or among others: there a number may be written in any
 * way, and finds the same.  What stands in front of the column and behind the
 * parameter says so. */
static bool begins_term(const ent_tokens *words) {
  static const char *const before[] = {"where", "and", "or", "not", "("};

  return is_any_of(words, before, ENT_COUNT(before));
}

static bool ends_term(const ent_tokens *words) {
  static const char *const behind[] = {"and", "or", ")", "order"};

  return words->word.kind == ENT_TOKEN_END ||
         is_any_of(words, behind, ENT_COUNT(behind));
}

static bool is_sign(const ent_tokens *words) {
  static const char *const signs[] = {"=", "<", ">", "!"};

  return is_any_of(words, signs, ENT_COUNT(signs));
}

static ent_status take_parameter(reading *r, ent_error *err) {
  bool is_number_column = r->is_compared && r->last < r->entity->n_columns &&
                          is_number(&r->entity->columns[r->last]);

  ent_tokens_next(&r->words);
  if (r->words.word.kind == ENT_TOKEN_NUMBER) {
    return ent_fail(err, ENT_CONFIG, "a parameter is a '?' without a number");
  }
  r->numeric[r->text.n_parameters++] = is_number_column && ends_term(&r->words)
                                           ? r->last
                                           : (uint16_t)ENT_NO_NUMBER;
  r->last = r->entity->n_columns;
  return ENT_OK;
}

static void take_word_of_sql(reading *r) {
  if (ent_tokens_is(&r->words, "like") || ent_tokens_is(&r->words, "glob"))
    r->text.has_like = true;
  if (ent_tokens_is(&r->words, "order")) {
    r->is_ordering = r->text.has_order = r->is_plain = true;
  } else if (r->is_ordering && !ent_tokens_is(&r->words, "by")) {
    r->is_plain = false;
  }
}

static ent_status take_other(reading *r, ent_error *err) {
  ent_token_kind kind = r->words.word.kind;

  if (ent_tokens_is(&r->words, ":") || ent_tokens_is(&r->words, "@")) {
    return ent_fail(err, ENT_CONFIG, "a parameter is a '?', not a name");
  }
  if (is_sign(&r->words)) {
    r->is_compared = r->last < r->entity->n_columns;
  } else {
    r->is_compared = false;
    r->last = r->entity->n_columns;
  }
  r->begins = begins_term(&r->words);
  if (kind == ENT_TOKEN_NAME) {
    take_word_of_sql(r);
  } else if (r->is_ordering) {
    r->is_plain = false;
  }
  ent_tokens_next(&r->words);
  return ENT_OK;
}

static ent_status take_word(reading *r, ent_error *err) {
  ent_token_kind kind = r->words.word.kind;

  if (ent_tokens_is(&r->words, "?")) return take_parameter(r, err);
  if (kind == ENT_TOKEN_QUOTED ||
      (kind == ENT_TOKEN_NAME &&
       !is_any_of(&r->words, words_of_sql, ENT_COUNT(words_of_sql)))) {
    return take_name(r, err);
  }
  return take_other(r, err);
}

/* "a = ?", of a column that stands there for the first time; false where it is
 * something else. */
static bool take_equal(const reading *r, ent_tokens *words, uint16_t *columns,
                       size_t n) {
  ent_token word = words->word;
  bool is_name = word.kind == ENT_TOKEN_NAME || word.kind == ENT_TOKEN_QUOTED;
  const char *name = is_name ? ent_token_text(&word, r->arena) : NULL;

  if (!name) return false;
  columns[n] = find_column(r->entity, name);
  if (columns[n] == r->entity->n_columns) return false;
  for (size_t i = 0; i < n; i++) {
    if (columns[i] == columns[n]) return false;
  }
  ent_tokens_next(words);
  if (!ent_tokens_take(words, "=")) return false;
  ent_tokens_take(words, "="); /* "==" is the same */
  return ent_tokens_take(words, "?");
}

/* Whether all that is asked is that columns have the values of its parameters. */
static ent_status take_equals(reading *r, const char *sql, ent_error *err) {
  ent_listed_text *text = &r->text;
  uint16_t *columns =
      ent_arena_alloc(r->arena, (text->n_parameters + 1) * sizeof(*columns));
  ent_tokens words;
  size_t n = 0;
  ent_status status;

  if (!columns) return ent_fail_nomem(err);
  status = ent_tokens_start(&words, sql, err);
  if (status || !ent_tokens_take(&words, "where")) return status;
  do {
    if (n == text->n_parameters || !take_equal(r, &words, columns, n))
      return ENT_OK;
    n++;
  } while (ent_tokens_take(&words, "and"));
  if (n < text->n_parameters ||
      (words.word.kind != ENT_TOKEN_END && !ent_tokens_is(&words, "order"))) {
    return ENT_OK;
  }
  text->equals = columns;
  text->n_equals = n;
  return ENT_OK;
}

ent_status ent_listed_read(const ent_declared_query *query,
                           const ent_entity *entity, ent_arena *arena,
                           ent_listed_text *text, ent_error *err) {
  reading r = {.entity = entity, .arena = arena, .last = entity->n_columns};
  size_t n = strlen(query->text) + 1;
  ent_status status;

  r.text.is_fixed = true;
  r.columns = ent_arena_alloc(arena, entity->n_columns * sizeof(*r.columns));
  r.numeric = ent_arena_alloc(arena, n * sizeof(*r.numeric));
  r.orders = ent_arena_alloc(arena, entity->n_columns * sizeof(*r.orders));
  if (!r.columns || !r.numeric || !r.orders) return ent_fail_nomem(err);
  status = ent_tokens_start(&r.words, query->text, err);
  while (!status && r.words.word.kind != ENT_TOKEN_END)
    status = take_word(&r, err);
  if (!status) status = take_equals(&r, query->text, err);
  *text = r.text;
  text->columns = r.columns;
  text->numeric = r.numeric;
  text->orders = r.orders;
  if (!r.is_plain) text->n_orders = 0;
  return status;
}

ent_status ent_listed_aspects(const ent_listed_text *text,
                              const ent_entity *entity, ent_arena *arena,
                              const uint64_t **aspects, size_t *n,
                              ent_error *err) {
  uint64_t *list =
      ent_arena_alloc(arena, (text->n_columns + 2) * sizeof(*list));
  bool changes_itself = false;

  if (!list) return ent_fail_nomem(err);
  *n = 0;
  list[(*n)++] = ENT_TABLE_MEMBERS;
  for (size_t i = 0; i < text->n_columns; i++) {
    const ent_column *column = &entity->columns[text->columns[i]];

    list[(*n)++] = ent_table_column(column->name);
    changes_itself =
        changes_itself || column->is_generated || column->updates_itself;
  }
  if (changes_itself) list[(*n)++] = ENT_TABLE_ANYTHING;
  *aspects = list;
  return ENT_OK;
}
