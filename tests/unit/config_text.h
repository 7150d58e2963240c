#ifndef ENT_TESTS_UNIT_CONFIG_TEXT_H
#define ENT_TESTS_UNIT_CONFIG_TEXT_H

#include "backends/base/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka.h wants the four above before it */
#include <cmocka.h>

/* What the tests of configurations share: a text that must be right, or be
 * refused in certain words. */

/* A pool that is right, to be followed by what is to be tested. */
#define POOL "default: {mysql: 'mysql://app@h/shop'}\n"

/* The configuration of a text that must be right. */
static inline ent_config *parsed(const char *text) {
  ent_config *config = NULL;
  ent_error err = {0};

  if (ent_config_parse("t.yaml", text, strlen(text), &config, &err)) {
    fail_msg("%s", err.text);
  }
  return config;
}

/* The bytes must be refused in exactly these words. */
static inline void assert_bytes_refused(const char *text, size_t size,
                                        const char *words) {
  ent_config *config = NULL;
  ent_error err = {0};

  assert_int_equal(ent_config_parse("t.yaml", text, size, &config, &err),
                   ENT_CONFIG);
  assert_null(config);
  assert_string_equal(err.text, words);
}

static inline void assert_refused(const char *text, const char *words) {
  assert_bytes_refused(text, strlen(text), words);
}

#endif
