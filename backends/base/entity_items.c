#include "backends/base/entity_items.h"

#include "backends/base/config_problems.h"
#include "backends/base/draft.h"

#include <string.h>

/* One reading of an item. */
typedef struct reader {
  ent_tokens words;
  ent_draft *draft;
  ent_entity_items *read;
  ent_arena *arena;
  ent_error *err;
} reader;

static ent_status read_end(reader *r, const char *what) {
  if (r->words.word.kind == ENT_TOKEN_END) return ENT_OK;
  return ent_fail(r->err, ENT_CONFIG, "%s behind %s",
                  ent_token_shown(&r->words.word, r->arena), what);
}

/* Puts the name of a piece in front of what is wrong with it. */
static ent_status in_piece(reader *r, const char *name, ent_status status) {
  bool is_shown = *name && ent_problems_may_show(name);

  return ent_error_context(r->err, status, "%s", is_shown ? name : "...");
}

/* Reads "(a, b)"; `what` is the piece that it belongs to. */
static ent_status read_columns(reader *r, const char *what,
                               const char *const **columns, size_t *n) {
  ent_status status;

  if (!ent_tokens_is(&r->words, "(")) {
    return ent_fail(r->err, ENT_CONFIG,
                    "%s where columns must stand in parentheses",
                    ent_token_shown(&r->words.word, r->arena));
  }
  status = ent_tokens_read_names(&r->words, r->arena, "the name of a column",
                                 columns, n, r->err);
  return status ? status : read_end(r, what);
}

/* Whether a word is there that MySQL lets stand before the name of an index,
 * and no name itself. */
static void skip_index_word(ent_tokens *words) {
  ent_tokens ahead = *words;

  if ((ent_tokens_take(&ahead, "index") || ent_tokens_take(&ahead, "key")) &&
      ent_token_is_name(&ahead.word)) {
    *words = ahead;
  }
}

static ent_status read_index(reader *r, bool is_unique) {
  ent_declared_index index = {.is_unique = is_unique};
  ent_status status;

  if (is_unique) skip_index_word(&r->words);
  if (!ent_token_is_name(&r->words.word)) {
    return ent_fail(r->err, ENT_CONFIG,
                    "%s where the name of an index must stand: unique "
                    "name_age(name, age); a column of this name is written "
                    "in quotes",
                    ent_token_shown(&r->words.word, r->arena));
  }
  status = ent_tokens_read_name(&r->words, r->arena, "the name of an index",
                                &index.name, r->err);
  if (status) return status;
  status = read_columns(r, "the index", &index.columns, &index.n_columns);
  if (!status) status = ent_draft_add_index(r->draft, &index, r->err);
  return in_piece(r, index.name, status);
}

static ent_status read_primary(reader *r) {
  const char *const *columns = NULL;
  ent_status status;
  ent_tokens ahead;
  size_t n = 0;

  if (!ent_tokens_take(&r->words, "key")) {
    return ent_fail(r->err, ENT_CONFIG,
                    "%s behind 'primary': expected 'key'; a column of this "
                    "name is written in quotes",
                    ent_token_shown(&r->words.word, r->arena));
  }
  ahead = r->words;
  if (ent_tokens_take(&ahead, "(") && ent_tokens_take(&ahead, ")")) {
    r->words = ahead;
    status = read_end(r, "the key");
  } else {
    status = read_columns(r, "the key", &columns, &n);
  }
  if (!status) status = ent_draft_set_key(r->draft, columns, n, r->err);
  return in_piece(r, "primary key", status);
}

/* The text between the '(' that is looked at and the ')' that closes it; NULL
 * if there is no memory. */
static ent_status read_inside(reader *r, const char **text) {
  const char *from = r->words.rest;
  const char *end;
  int depth = 0;

  for (; r->words.word.kind != ENT_TOKEN_END; ent_tokens_next(&r->words)) {
    if (ent_tokens_is(&r->words, "(")) depth++;
    if (ent_tokens_is(&r->words, ")") && --depth == 0) break;
  }
  end = r->words.word.at;
  if (!ent_tokens_take(&r->words, ")")) {
    return ent_fail(r->err, ENT_CONFIG, "a '(' is not closed");
  }
  *text = ent_arena_copy(r->arena, from, (size_t)(end - from));
  return *text ? read_end(r, "the query") : ent_fail_nomem(r->err);
}

static ent_status read_query(reader *r) {
  const char *text = NULL;
  const char *name;
  ent_status status;

  if (!ent_token_is_name(&r->words.word)) {
    return ent_fail(r->err, ENT_CONFIG,
                    "%s where the name of a query must stand: query "
                    "by_age(where age = ?); a column of this name is written "
                    "in quotes",
                    ent_token_shown(&r->words.word, r->arena));
  }
  status = ent_tokens_read_name(&r->words, r->arena, "the name of a query",
                                &name, r->err);
  if (status) return status;
  if (!ent_tokens_is(&r->words, "(")) {
    status = ent_fail(r->err, ENT_CONFIG,
                      "%s where the query must stand in parentheses",
                      ent_token_shown(&r->words.word, r->arena));
  } else {
    status = read_inside(r, &text);
  }
  if (!status) status = ent_draft_add_query(r->draft, name, 0, text, r->err);
  return in_piece(r, name, status);
}

/* All that stands behind '=': a text in quotes, or as it is. */
static ent_status read_value(reader *r, const char **value) {
  const char *from = r->words.word.at;
  size_t size = strlen(from);

  if (r->words.word.kind == ENT_TOKEN_END) {
    return ent_fail(r->err, ENT_CONFIG, "a value must stand behind '='");
  }
  if (ent_token_is_name(&r->words.word) &&
      r->words.word.kind != ENT_TOKEN_NAME) {
    *value = ent_token_text(&r->words.word, r->arena);
    ent_tokens_next(&r->words);
    return *value ? read_end(r, "the value") : ent_fail_nomem(r->err);
  }
  while (size && strchr(" \t\r\n", from[size - 1]))
    size--;
  *value = ent_arena_copy(r->arena, from, size);
  return *value ? ENT_OK : ent_fail_nomem(r->err);
}

static ent_status read_dirty(reader *r) {
  const char *const *streams;
  size_t n;
  ent_status status = ent_tokens_read_names(
      &r->words, r->arena, "the name of a stream", &streams, &n, r->err);

  if (!status) status = read_end(r, "the streams");
  return status ? status : ent_draft_set_dirty(r->draft, streams, n, r->err);
}

/* An option that only a statement has. */
static ent_status set_own(const reader *r, const char **option,
                          const char *value) {
  if (*option) return ent_fail(r->err, ENT_CONFIG, "given twice");
  *option = value;
  return ENT_OK;
}

static ent_status read_option(reader *r, const char *name) {
  const char *value = NULL;
  ent_status status;

  if (strcmp(name, "dirty") == 0) return read_dirty(r);
  status = read_value(r, &value);
  if (status) return status;
  if (strcmp(name, "config") == 0) return set_own(r, &r->read->config, value);
  if (strcmp(name, "with_deleted") == 0)
    return set_own(r, &r->read->with_deleted, value);
  return ent_draft_set(r->draft, name, value, r->err);
}

static ent_status read_column(reader *r) {
  ent_column_words column = {.column = {.line = 0}};
  ent_status status = ent_tokens_read_name(
      &r->words, r->arena, "the name of a column", &column.column.name, r->err);

  if (status) return status;
  status = ent_column_words_read(r->words.word.at, r->arena, &column, r->err);
  if (!status) status = ent_column_words_check(&column, r->arena, r->err);
  if (!status) status = ent_draft_add_column(r->draft, &column, r->err);
  return in_piece(r, column.column.name, status);
}

/* An option that a bare word begins; false where it begins none. */
static bool begins_option(reader *r, const char *name, ent_status *status) {
  ent_tokens ahead = r->words;

  ent_tokens_next(&ahead);
  if (ent_tokens_take(&ahead, "=")) {
    r->words = ahead;
    *status = read_option(r, name);
  } else if (ahead.word.kind == ENT_TOKEN_END && ent_draft_is_flag(name)) {
    *status = ent_draft_set(r->draft, name, "true", r->err);
  } else {
    return false;
  }
  *status = in_piece(r, name, *status);
  return true;
}

static ent_status read_item(reader *r) {
  ent_tokens *words = &r->words;
  ent_status status;
  const char *name;

  if (words->word.kind == ENT_TOKEN_END) {
    return ent_fail(r->err, ENT_CONFIG, "an item is empty: a ',' too many");
  }
  if (words->word.kind == ENT_TOKEN_NAME) {
    name = ent_token_lower(&words->word, r->arena);
    if (!name) return ent_fail_nomem(r->err);
    if (begins_option(r, name, &status)) return status;
    if (ent_tokens_take(words, "unique")) return read_index(r, true);
    if (ent_tokens_take(words, "index")) return read_index(r, false);
    if (ent_tokens_take(words, "primary")) return read_primary(r);
    if (ent_tokens_take(words, "query")) return read_query(r);
  }
  if (ent_tokens_is(words, "constraint") || ent_tokens_is(words, "foreign")) {
    return ent_fail(r->err, ENT_CONFIG,
                    "a foreign key is written as a column: school_id "
                    "references school on delete cascade");
  }
  return read_column(r);
}

ent_status ent_entity_items_read(const char *name, const char *const *items,
                                 size_t n, ent_arena *arena,
                                 ent_entity_items *read, ent_error *err) {
  ent_draft draft;
  reader r = {.draft = &draft, .read = read, .arena = arena, .err = err};
  ent_status status = ent_draft_start(&draft, name, 0, arena, err);

  *read = (ent_entity_items){.config = NULL};
  for (size_t i = 0; !status && i < n; i++) {
    status = ent_tokens_start(&r.words, items[i], err);
    if (!status) status = read_item(&r);
  }
  if (status) return status;
  ent_draft_finish(&draft, &read->entity);
  return ENT_OK;
}
