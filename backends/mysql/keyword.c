#include "backends/mysql/keyword.h"

#include <string.h>
#include <strings.h>

static const struct {
  const char *word;
  ent_mysql_nature nature;
} words[] = {
    {"SELECT", ENT_NATURE_READS},   {"SHOW", ENT_NATURE_READS},
    {"VALUES", ENT_NATURE_READS},   {"TABLE", ENT_NATURE_READS},
    {"EXPLAIN", ENT_NATURE_READS},  {"DESCRIBE", ENT_NATURE_READS},
    {"DESC", ENT_NATURE_READS},     {"INSERT", ENT_NATURE_WRITES},
    {"UPDATE", ENT_NATURE_WRITES},  {"DELETE", ENT_NATURE_WRITES},
    {"REPLACE", ENT_NATURE_WRITES}, {"WITH", ENT_NATURE_WRITES},
    {"CALL", ENT_NATURE_CALLS},     {"DO", ENT_NATURE_CALLS},
    {"LOAD", ENT_NATURE_CALLS},
};

static int is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' ||
         c == '\v' || c == '(';
}

/* Behind what is a line's comment at `at`, or `at` itself. */
static const char *skip_line_comment(const char *at, const char *end) {
  const char *newline;

  if (*at != '#' && !(end - at > 1 && at[0] == '-' && at[1] == '-')) return at;
  newline = memchr(at, '\n', (size_t)(end - at));
  return newline ? newline + 1 : end;
}

static const char *skip_block_comment(const char *at, const char *end) {
  if (end - at < 4 || at[0] != '/' || at[1] != '*') return at;
  /* Servers run what stands in these. */
  if (at[2] == '!' || at[2] == 'M') return at;
  for (at += 2; end - at > 1; at++) {
    if (at[0] == '*' && at[1] == '/') return at + 2;
  }
  return end;
}

static const char *first_word(const char *at, const char *end) {
  for (;;) {
    const char *from = at;

    while (at < end && is_space(*at))
      at++;
    if (at < end) at = skip_line_comment(at, end);
    if (at < end) at = skip_block_comment(at, end);
    if (at == from) return at;
  }
}

bool ent_mysql_keyword_is(const char *sql, size_t size, const char *word) {
  const char *end = sql + size;
  const char *at = first_word(sql, end);
  size_t length = 0;

  while (at + length < end &&
         ((at[length] | 0x20) >= 'a' && (at[length] | 0x20) <= 'z')) {
    length++;
  }
  return strlen(word) == length && strncasecmp(word, at, length) == 0;
}

ent_mysql_nature ent_mysql_nature_of(const char *sql, size_t size) {
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if (ent_mysql_keyword_is(sql, size, words[i].word)) {
      return words[i].nature;
    }
  }
  return ENT_NATURE_OTHER;
}
