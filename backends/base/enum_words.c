#include "backends/base/enum_words.h"

#include "backends/base/config_problems.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_ENUM_WORDS_MAX = 65535,
  ENT_SET_WORDS_MAX = 64,
  ENT_ENUM_WORD_MAX = 255, /* characters */
};

static size_t count_characters(const char *text) {
  size_t n = 0;

  for (; *text; text++)
    n += ((unsigned char)*text & 0xC0) != 0x80;
  return n;
}

/* Why a text can be no word; NULL if it can. */
static const char *refuse_word(const char *word, bool is_set) {
  size_t size = strlen(word);

  if (size && word[size - 1] == ' ') {
    return "ends with a blank, which MySQL cuts off";
  }
  if (is_set && !size) return "is empty, which a set cannot have";
  if (is_set && strchr(word, ','))
    return "has a comma, which a set cannot have";
  if (count_characters(word) > ENT_ENUM_WORD_MAX) {
    return "has more than 255 characters";
  }
  return NULL;
}

static int compare_words(const void *left, const void *right) {
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Sorts, because an enum may have 65535 words. */
static ent_status check_twice(const char *const *words, size_t n,
                              ent_arena *arena, ent_error *err) {
  const char **sorted = ent_arena_alloc(arena, n * sizeof(*sorted));

  if (!sorted) return ent_fail_nomem(err);
  for (size_t i = 0; i < n; i++)
    sorted[i] = words[i];
  qsort(sorted, n, sizeof(*sorted), compare_words);
  for (size_t i = 1; i < n; i++) {
    if (strcmp(sorted[i - 1], sorted[i]) != 0) continue;
    return ent_fail(err, ENT_CONFIG, "the word '%s' is given twice",
                    ent_problems_may_show(sorted[i]) ? sorted[i] : "...");
  }
  return ENT_OK;
}

ent_status ent_enum_words_check(const char *const *words, size_t n, bool is_set,
                                ent_arena *arena, ent_error *err) {
  size_t most = is_set ? ENT_SET_WORDS_MAX : ENT_ENUM_WORDS_MAX;

  if (!n) return ent_fail(err, ENT_CONFIG, "no words: there must be one");
  if (n > most) {
    return ent_fail(err, ENT_CONFIG, "%zu words; %s at most %zu", n,
                    is_set ? "a set has" : "an enum has", most);
  }
  for (size_t i = 0; i < n; i++) {
    const char *why = refuse_word(words[i], is_set);

    if (why) return ent_fail(err, ENT_CONFIG, "word %zu %s", i + 1, why);
  }
  return check_twice(words, n, arena, err);
}

/* The number of the word that `size` bytes are; n if they are none. */
static size_t find_word(const char *const *words, size_t n, const char *text,
                        size_t size) {
  size_t i = 0;

  while (i < n &&
         (strncmp(words[i], text, size) != 0 || words[i][size] != '\0'))
    i++;
  return i;
}

bool ent_enum_words_have(const char *const *words, size_t n, const char *text) {
  return find_word(words, n, text, strlen(text)) < n;
}

/* The words of the bits that are set, with commas between them. */
static const char *write_words(const char *const *words, size_t n,
                               uint64_t bits, size_t room, ent_arena *arena) {
  char *text = ent_arena_alloc(arena, room + 1);
  char *to = text;

  for (size_t i = 0; text && i < n; i++) {
    size_t size = strlen(words[i]);

    if (!(bits >> i & 1)) continue;
    if (to > text) *to++ = ',';
    memcpy(to, words[i], size);
    to += size;
  }
  if (text) *to = '\0';
  return text;
}

ent_status ent_set_words_order(const char *const *words, size_t n,
                               const char *text, ent_arena *arena,
                               const char **ordered, ent_error *err) {
  const char *written;
  uint64_t bits = 0;

  for (const char *at = text; *text && at;) {
    size_t size = strcspn(at, ",");
    size_t word = find_word(words, n, at, size);

    if (word >= n || word >= ENT_SET_WORDS_MAX) {
      const char *copy = ent_arena_copy(arena, at, size);

      if (!copy) return ent_fail_nomem(err);
      return ent_enum_words_refuse(words, n, copy, arena, err);
    }
    bits |= UINT64_C(1) << word;
    at = at[size] ? at + size + 1 : NULL;
  }
  written = write_words(words, n, bits, strlen(text), arena);
  if (!written) return ent_fail_nomem(err);
  *ordered = written;
  return ENT_OK;
}

ent_status ent_enum_words_refuse(const char *const *words, size_t n,
                                 const char *text, ent_arena *arena,
                                 ent_error *err) {
  const char **list = ent_arena_alloc(arena, (n + 1) * sizeof(*list));
  const char *shown = ent_problems_may_show(text) ? text : "...";
  const char *nearest;

  if (!list) return ent_fail_nomem(err);
  for (size_t i = 0; i < n; i++)
    list[i] = words[i];
  list[n] = NULL;
  nearest = ent_problems_nearest(text, list);
  if (nearest && ent_problems_may_show(nearest)) {
    return ent_fail(err, ENT_CONFIG,
                    "'%s' is none of the words; did you mean '%s'?", shown,
                    nearest);
  }
  return ent_fail(err, ENT_CONFIG, "'%s' is none of the words", shown);
}
