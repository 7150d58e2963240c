#ifndef ENT_TESTS_UNIT_REGISTRY_TEXT_H
#define ENT_TESTS_UNIT_REGISTRY_TEXT_H

#include "backends/base/buf.h"
#include "backends/base/registry.h"
#include "tests/unit/config_text.h"

/* What the tests of all that is declared share. */

/* Where the entities of a test begin: on line 4. */
#define HEAD                                                                   \
  "default: {mysql: 'mysql://app@h/shop'}\n"                                   \
  "enums: {color: [Red, Green], pair: ['a,b', c]}\n"                           \
  "entities:\n"

/* What a test has read; forget() ends it. */
static ent_config *config;
static ent_arena arena;

static inline int forget(void **state) {
  (void)state;
  ent_config_free(config);
  config = NULL;
  ent_arena_done(&arena);
  return 0;
}

static inline void assert_right(const char *text) {
  ent_config_free(config);
  config = parsed(text);
}

/* A text that grows; the last piece ends it. */
static inline void append(ent_buf *text, const char *piece) {
  ent_error err = {0};

  if (ent_buf_append(text, piece, strlen(piece), &err)) fail_msg("memory");
}

static inline void assert_text_refused(ent_buf *text, const char *why) {
  assert_bytes_refused(text->data, text->size, why);
  ent_buf_done(text);
}

#endif
