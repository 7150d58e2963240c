#include "vtab/tokens.h"

#include <string.h>

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word_char(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

/* As SQLite folds names: the 26 letters. */
static char fold(char c) {
  return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Behind a comment that begins here; NULL where none does. */
static const char *skip_comment(const char *at) {
  const char *end;

  if (at[0] == '-' && at[1] == '-') return at + strcspn(at, "\n");
  if (at[0] != '/' || at[1] != '*') return NULL;
  end = strstr(at + 2, "*/");
  return end ? end + 2 : at + strlen(at);
}

/* Behind a text or name in quotes, in which two of them are one. */
static const char *skip_quoted(const char *at) {
  char quote = (char)(*at == '[' ? ']' : *at);

  for (at++; *at; at++) {
    if (*at != quote) continue;
    if (quote == ']' || at[1] != quote) return at + 1;
    at++;
  }
  return at;
}

const char *ent_token_read(const char *sql, ent_token *token) {
  const char *end;

  while ((end = skip_comment(sql)) || is_blank(*sql))
    sql = end ? end : sql + 1;
  token->text = sql;
  if (!*sql) {
    token->kind = ENT_TOKEN_END;
  } else if (strchr("'\"`[", *sql)) {
    token->kind = ENT_TOKEN_QUOTED;
    sql = skip_quoted(sql);
  } else if (is_word_char(*sql)) {
    token->kind = ENT_TOKEN_WORD;
    while (is_word_char(*sql))
      sql++;
  } else {
    token->kind = ENT_TOKEN_SIGN;
    sql++;
  }
  token->size = (size_t)(sql - token->text);
  return sql;
}

bool ent_token_is(const ent_token *token, const char *word) {
  size_t n = 0;

  if (token->kind != ENT_TOKEN_WORD) return false;
  while (n < token->size && word[n] && fold(token->text[n]) == fold(word[n]))
    n++;
  return n == token->size && !word[n];
}

bool ent_token_names(const ent_token *token, const char *name) {
  const char *at = token->text + 1;
  const char *end = token->text + token->size;
  char quote = token->text[0];

  if (token->kind != ENT_TOKEN_QUOTED) return ent_token_is(token, name);
  if (quote == '[') quote = ']';
  for (; at < end; at++, name++) {
    if (*at == quote && (++at == end || *at != quote)) break;
    if (fold(*at) != fold(*name) || !*name) return false;
  }
  return !*name;
}
