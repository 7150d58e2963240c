#ifndef ENT_TESTS_UNIT_COLUMN_TEXT_H
#define ENT_TESTS_UNIT_COLUMN_TEXT_H

#include "backends/base/column_words.h"
#include "backends/base/type_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What the tests of a column's words share. */

/* What a test has read; forget() ends it. */
static ent_arena arena;

static inline int forget(void **state) {
  (void)state;
  ent_arena_done(&arena);
  return 0;
}

static inline ent_status read_words(const char *text, ent_column_words *words,
                                    ent_error *err) {
  ent_status status = ent_column_words_read(text, &arena, words, err);

  return status ? status : ent_column_words_check(words, &arena, err);
}

static inline ent_column_words *parsed(const char *text) {
  ent_column_words *words = ent_arena_zalloc(&arena, sizeof(*words));
  ent_error err = {0};

  assert_non_null(words);
  words->column.name = "c";
  words->column.line = 7;
  if (read_words(text, words, &err)) fail_msg("%s: %s", text, err.text);
  assert_string_equal(words->column.name, "c");
  assert_int_equal(words->column.line, 7);
  return words;
}

/* The type, "not null" and the default of what some words say. */
static inline const char *meaning(const char *text) {
  ent_declared_column *column = &parsed(text)->column;
  const char *type = ent_sql_type_shown(&column->type, &arena);
  const char *null = column->is_nullable ? "" : " not null";

  switch (column->default_kind) {
  case ENT_DEFAULT_NONE: return ent_arena_printf(&arena, "%s%s", type, null);
  case ENT_DEFAULT_NULL:
    return ent_arena_printf(&arena, "%s%s default null", type, null);
  case ENT_DEFAULT_NOW:
    return ent_arena_printf(&arena, "%s%s default now", type, null);
  case ENT_DEFAULT_VALUE: break;
  }
  return ent_arena_printf(&arena, "%s%s default '%s'", type, null,
                          column->default_text);
}

static inline void assert_means(const char *text, const char *what) {
  assert_string_equal(meaning(text), what);
}

/* Any default that is spelt like this one is one and the same. */
static inline void assert_default(const char *type, const char *value,
                                  const char *spelt) {
  char text[300];

  snprintf(text, sizeof(text), "%s default %s", type, value);
  assert_string_equal(parsed(text)->column.default_text, spelt);
}

static inline void assert_refused(const char *text, const char *why) {
  ent_column_words words = {.column = {.name = "c"}};
  ent_error err = {0};

  assert_int_equal(read_words(text, &words, &err), ENT_CONFIG);
  assert_string_equal(err.text, why);
}

#endif
