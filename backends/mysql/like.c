#include "backends/mysql/like.h"

#include <stdbool.h>
#include <string.h>

/* A range ends with a text of so many of the last character: one of longer
 * texts would have no end. */
enum { ENT_LIKE_CHARS = 1024 };

static bool ends_with(const char *text, const char *end) {
  size_t size = strlen(text);
  size_t end_size = strlen(end);

  return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

/* A collation of utf8mb4 that gives every character of the upper planes one
 * weight, which is the last but those of U+FFFE and U+FFFF. */
static bool is_plain(const char *name) {
  return strncmp(name, "general_", 8) == 0 ||
         strncmp(name, "unicode_520_", 12) == 0;
}

/* One of UCA 4.0.0 has no version in its name, and ends with _ci. */
static bool is_of_uca400(const char *name) {
  return ends_with(name, "_ci") && !strpbrk(name, "0123456789") &&
         strncmp(name, "myanmar_", 8) != 0;
}

static ent_like_form form_of_utf8mb4(const char *collation, bool is_short) {
  const char *name = strchr(collation, '_');

  if (!name) return ENT_LIKE_EACH;
  name++;
  if (is_plain(name)) return ENT_LIKE_INDEXED;
  if (!is_short) return ENT_LIKE_EACH;
  if (strcmp(name, "bin") == 0) return ENT_LIKE_RANGE;
  if (strcmp(name, "nopad_bin") == 0) return ENT_LIKE_FROM;
  /* Its numbers are no version. */
  if (strcmp(name, "german2_ci") == 0 || strcmp(name, "spanish2_ci") == 0 ||
      strcmp(name, "croatian_mysql561_ci") == 0 || is_of_uca400(name)) {
    return ENT_LIKE_AND_BEYOND;
  }
  return ENT_LIKE_EACH;
}

ent_like_form ent_like_form_of(const ent_column *column) {
  if (!column->charset || !column->collation) return ENT_LIKE_EACH;
  if (strcmp(column->charset, "utf8mb4") == 0) {
    return form_of_utf8mb4(column->collation,
                           column->max_chars <= ENT_LIKE_CHARS);
  }
  return ends_with(column->collation, "_bin") ? ENT_LIKE_EACH
                                              : ENT_LIKE_INDEXED;
}
