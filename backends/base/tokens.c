#include "backends/base/tokens.h"

#include "backends/base/config_problems.h"
#include "backends/base/value.h"

#include <string.h>

enum {
  ENT_NAME_MAX = 64,        /* characters, for MySQL */
  ENT_TOKEN_SHOWN_MAX = 40, /* bytes of a word that are shown */
};

static bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_name(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static char lower(char c) {
  if (c >= 'A' && c <= 'Z') return (char)(c | 0x20);
  return c;
}

int ent_name_compare(const char *one, const char *other) {
  while (*one && lower(*one) == lower(*other)) {
    one++;
    other++;
  }
  return (unsigned char)lower(*one) - (unsigned char)lower(*other);
}

bool ent_name_begins(const char *name, const char *with) {
  while (*with && lower(*name) == lower(*with)) {
    name++;
    with++;
  }
  return !*with;
}

/* Behind a comment that ends; NULL if it does not.  One of "--" ends with its
 * line, or the text. */
static const char *skip_comment(const char *at) {
  if (at[0] == '-') return at + strcspn(at, "\n");
  at = strstr(at + 2, "*/");
  return at ? at + 2 : NULL;
}

/* Behind all that is no word; NULL in a comment that does not end. */
static const char *skip_space(const char *at) {
  while (at) {
    if (is_space(*at)) {
      at++;
    } else if ((at[0] == '-' && at[1] == '-') ||
               (at[0] == '/' && at[1] == '*')) {
      at = skip_comment(at);
    } else {
      return at;
    }
  }
  return NULL;
}

/* Behind what a quote begins; NULL if it does not end. */
static const char *skip_quoted(const char *at) {
  char quote = *at;

  if (quote == '[') quote = ']';
  for (at++; *at; at++) {
    if (*at != quote) continue;
    if (quote == ']' || at[1] != quote) return at + 1;
    at++;
  }
  return NULL;
}

static const char *skip_number(const char *at) {
  const char *exponent;

  while (is_digit(*at))
    at++;
  if (*at == '.') at++;
  while (is_digit(*at))
    at++;
  if (*at != 'e' && *at != 'E') return at;
  exponent = at + 1;
  if (*exponent == '+' || *exponent == '-') exponent++;
  if (!is_digit(*exponent)) return at;
  while (is_digit(*exponent))
    exponent++;
  return exponent;
}

static ent_token_kind kind_at(const char *at) {
  if (!*at) return ENT_TOKEN_END;
  if (*at == '\'') return ENT_TOKEN_TEXT;
  if (*at == '"' || *at == '`' || *at == '[') return ENT_TOKEN_QUOTED;
  if (is_digit(*at) || (*at == '.' && is_digit(at[1]))) return ENT_TOKEN_NUMBER;
  return is_name(*at) ? ENT_TOKEN_NAME : ENT_TOKEN_SIGN;
}

/* The next word; false where a quote or comment does not end. */
static bool read_word(const char *rest, ent_token *word) {
  const char *at = skip_space(rest);
  const char *end = at;

  if (!at) return false;
  word->kind = kind_at(at);
  word->at = at;
  switch (word->kind) {
  case ENT_TOKEN_END: break;
  case ENT_TOKEN_TEXT:
  case ENT_TOKEN_QUOTED: end = skip_quoted(at); break;
  case ENT_TOKEN_NUMBER: end = skip_number(at); break;
  case ENT_TOKEN_SIGN: end = at + 1; break;
  case ENT_TOKEN_NAME:
    while (is_name(*end))
      end++;
    break;
  }
  if (!end) return false;
  word->size = (size_t)(end - at);
  return true;
}

ent_status ent_tokens_start(ent_tokens *words, const char *text,
                            ent_error *err) {
  ent_token word = {.at = text};

  if (!ent_utf8_valid(text, strlen(text))) {
    return ent_fail(err, ENT_CONFIG, "is no UTF-8");
  }
  do {
    const char *rest = word.at + word.size;

    if (read_word(rest, &word)) continue;
    rest = skip_space(rest);
    if (!rest) return ent_fail(err, ENT_CONFIG, "a comment '/*' has no '*/'");
    return ent_fail(err, ENT_CONFIG, "a quote (%c) is not closed", *rest);
  } while (word.kind != ENT_TOKEN_END);
  words->rest = text;
  ent_tokens_next(words);
  return ENT_OK;
}

void ent_tokens_next(ent_tokens *words) {
  if (read_word(words->rest, &words->word)) {
    words->rest = words->word.at + words->word.size;
  }
}

bool ent_tokens_is(const ent_tokens *words, const char *word) {
  const ent_token *at = &words->word;

  if (at->kind != ENT_TOKEN_NAME && at->kind != ENT_TOKEN_SIGN) return false;
  for (size_t i = 0; i < at->size; i++) {
    if (!word[i] || lower(at->at[i]) != lower(word[i])) return false;
  }
  return !word[at->size];
}

bool ent_tokens_take(ent_tokens *words, const char *word) {
  if (!ent_tokens_is(words, word)) return false;
  ent_tokens_next(words);
  return true;
}

bool ent_token_is_text(const ent_token *word) {
  return word->kind == ENT_TOKEN_TEXT ||
         (word->kind == ENT_TOKEN_QUOTED && *word->at == '"');
}

const char *ent_token_text(const ent_token *word, ent_arena *arena) {
  bool is_quoted =
      word->kind == ENT_TOKEN_TEXT || word->kind == ENT_TOKEN_QUOTED;
  const char *from = word->at;
  const char *end = from + word->size;
  char *text = ent_arena_copy(arena, from, word->size);
  char *to = text;

  if (!text || !is_quoted) return text;
  for (from++, end--; from < end; from++) {
    *to++ = *from;
    if (*from == end[0] && *from != ']') from++;
  }
  *to = '\0';
  return text;
}

const char *ent_token_shown(const ent_token *word, ent_arena *arena) {
  const char *text;

  if (word->kind == ENT_TOKEN_END) return "the end";
  if (word->kind == ENT_TOKEN_TEXT) return "a text in quotes";
  text = ent_arena_copy(arena, word->at, word->size);
  if (!text) return "what stands here";
  if (word->kind == ENT_TOKEN_SIGN && *text > ' ' && *text < 0x7f) {
    text = ent_arena_printf(arena, "'%s'", text);
    return text ? text : "what stands here";
  }
  if (word->size > ENT_TOKEN_SHOWN_MAX || !ent_problems_may_show(text)) {
    return "what stands here";
  }
  text = ent_arena_printf(arena, "'%s'", text);
  return text ? text : "what stands here";
}

const char *ent_token_lower(const ent_token *word, ent_arena *arena) {
  char *text = ent_arena_copy(arena, word->at, word->size);

  for (char *at = text; at && *at; at++)
    *at = lower(*at);
  return text;
}

bool ent_token_is_name(const ent_token *word) {
  return word->kind == ENT_TOKEN_NAME || word->kind == ENT_TOKEN_QUOTED ||
         word->kind == ENT_TOKEN_TEXT;
}

ent_status ent_tokens_read_name(ent_tokens *words, ent_arena *arena,
                                const char *what, const char **name,
                                ent_error *err) {
  const char *text;

  if (!ent_token_is_name(&words->word)) {
    return ent_fail(err, ENT_CONFIG, "%s where %s must stand",
                    ent_token_shown(&words->word, arena), what);
  }
  text = ent_token_text(&words->word, arena);
  if (!text) return ent_fail_nomem(err);
  ent_tokens_next(words);
  *name = text;
  return ENT_OK;
}

/* How many names stand before what is no name, with commas between them. */
static size_t count_names(ent_tokens ahead) {
  size_t n = 0;

  for (; ent_token_is_name(&ahead.word); ent_tokens_next(&ahead)) {
    n++;
    ent_tokens_next(&ahead);
    if (!ent_tokens_is(&ahead, ",")) break;
  }
  return n;
}

ent_status ent_tokens_read_names(ent_tokens *words, ent_arena *arena,
                                 const char *what, const char *const **names,
                                 size_t *n, ent_error *err) {
  bool is_list = ent_tokens_take(words, "(");
  size_t n_listed = is_list ? count_names(*words) : 1;
  size_t n_names = n_listed ? n_listed : 1; /* so that one is missed */
  const char **list = ent_arena_alloc(arena, (n_names + 1) * sizeof(*list));

  if (!list) return ent_fail_nomem(err);
  for (size_t i = 0; i < n_names; i++) {
    ent_status status;

    if (i) ent_tokens_next(words);
    status = ent_tokens_read_name(words, arena, what, &list[i], err);
    if (status) return status;
  }
  if (is_list && !ent_tokens_take(words, ")")) {
    return ent_fail(err, ENT_CONFIG, "%s where %s must stand, or ')'",
                    ent_token_shown(&words->word, arena), what);
  }
  *names = list;
  *n = n_names;
  return ENT_OK;
}

const char *ent_name_refused(const char *name) {
  size_t n_characters = 0;
  size_t size = strlen(name);

  if (!size) return "is empty";
  if (!ent_utf8_valid(name, size)) return "is no UTF-8";
  if (name[size - 1] == ' ') return "ends with a blank";
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)name[i];

    if (c < ' ' || c == 0x7f) return "has a control character";
    if (c >= 0xF0) return "has a character that MySQL takes in no name";
    n_characters += (c & 0xC0) != 0x80;
  }
  return n_characters > ENT_NAME_MAX ? "has more than 64 characters" : NULL;
}
