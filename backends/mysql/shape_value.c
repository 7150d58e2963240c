#include "backends/mysql/shape_type.h"

#include "backends/base/digits.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A default's text as a server shows it.  A text that is not understood is left
 * as it is: the server will say what is wrong with it. */

enum { ENT_FLOAT_DIGITS = 9, ENT_FLOAT_SURE_DIGITS = 6 };

static bool is_named(const ent_sql_type *type, const char *name) {
  return strcmp(type->name, name) == 0;
}

/* b'101' is 5. */
static const char *bits_value(const char *text, ent_arena *arena) {
  return ent_arena_printf(arena, "%llu", strtoull(text + 2, NULL, 2));
}

/* Two digits are a year of 1970 to 2069. */
static const char *year_value(const char *text, ent_arena *arena) {
  long year = strtol(text, NULL, 10);

  if (year > 0 && year < 70) year += 2000;
  if (year >= 70 && year < 100) year += 1900;
  return ent_arena_printf(arena, "%ld", year);
}

/* Adds one to the last of the digits, and to those before it as it must. */
static void count_up(char *digits, size_t size) {
  while (size-- > 0) {
    if (digits[size] == '.') continue;
    if (++digits[size] <= '9') return;
    digits[size] = '0';
  }
}

/* Digits with `scale` of them behind the point, as a server rounds: half of
 * the last one away from zero. */
static const char *rounded(const char *text, int32_t scale, ent_arena *arena) {
  bool is_negative = *text == '-';
  const char *from = text + (is_negative || *text == '+');
  size_t whole = strspn(from, "0123456789");
  size_t places = scale > 0 ? (size_t)scale : 0;
  /* Sign, a zero for a carry, the number, its point. */
  char *made = ent_arena_alloc(arena, whole + places + 4);
  char *digits = made ? made + 1 : NULL;
  const char *fraction = from + whole + (from[whole] == '.');
  size_t n_fraction = strspn(fraction, "0123456789");
  size_t size = 0;

  if (!made) return NULL;
  digits[size++] = '0';
  memcpy(digits + size, from, whole);
  size += whole;
  if (places) digits[size++] = '.';
  memset(digits + size, '0', places);
  memcpy(digits + size, fraction, n_fraction < places ? n_fraction : places);
  size += places;
  digits[size] = '\0';
  if (n_fraction > places && fraction[places] >= '5') count_up(digits, size);
  while (digits[0] == '0' && isdigit((unsigned char)digits[1]))
    digits++;
  if (is_negative && strspn(digits, "0.") < strlen(digits)) *--digits = '-';
  return digits;
}

/* Digits with a sign before them or not, and a point anywhere or nowhere. */
static bool is_plain(const char *text) {
  size_t whole;
  size_t fraction = 0;

  if (*text == '-' || *text == '+') text++;
  whole = strspn(text, "0123456789");
  text += whole;
  if (*text == '.') {
    fraction = strspn(text + 1, "0123456789");
    text += fraction + 1;
  }
  return whole + fraction > 0 && *text == '\0';
}

static const char *float_value(const char *text, ent_arena *arena) {
  float number = strtof(text, NULL);
  char shortest[ENT_DIGITS_SIZE];

  for (int digits = ENT_FLOAT_SURE_DIGITS; digits <= ENT_FLOAT_DIGITS;
       digits++) {
    snprintf(shortest, sizeof(shortest), "%.*g", digits, (double)number);
    if (strtof(shortest, NULL) == number) break;
  }
  return ent_arena_strdup(arena, shortest);
}

static const char *real_value(const ent_sql_type *type, const char *text,
                              ent_arena *arena) {
  char *end;
  double number = strtod(text, &end);
  char shortest[ENT_DIGITS_SIZE];

  if (end == text || *end || number - number != 0) return text;
  if (type->scale >= 0 && is_plain(text)) {
    return rounded(text, type->scale, arena);
  }
  if (is_named(type, "float")) return float_value(text, arena);
  ent_digits_of_double(number, shortest);
  return ent_arena_strdup(arena, shortest);
}

/* Up to three numbers with colons between them; how many there are, 0 where
 * anything else stands there. */
static size_t read_clock(const char *text, unsigned long parts[3]) {
  char *end;
  size_t n = 0;

  if (strspn(text, "0123456789:.") < strlen(text)) return 0;
  while (n < 3 && isdigit((unsigned char)*text)) {
    parts[n++] = strtoul(text, &end, 10);
    if (*end != ':') break;
    text = end + 1;
  }
  return n;
}

/* "2020-01-02 3:04" and "3:04" with what they leave out, and with as many
 * digits behind the second as the type keeps. */
static const char *clock_value(const ent_sql_type *type, const char *text,
                               const char *clock, ent_arena *arena) {
  unsigned long parts[3] = {0};
  size_t n_places = type->size > 0 ? (size_t)type->size : 0;
  const char *fraction = strchr(clock, '.');
  size_t n_fraction = fraction ? strspn(fraction + 1, "0123456789") : 0;
  char places[8] = ".000000";
  const char *gap = clock == text ? "" : " ";
  size_t n_date = clock == text ? 0 : (size_t)(clock - text) - 1;

  if (read_clock(clock, parts) < 2) return text;
  if (n_places > 6 || n_fraction > n_places) return text;
  if (fraction) memcpy(places + 1, fraction + 1, n_fraction);
  places[n_places ? n_places + 1 : 0] = '\0';
  return ent_arena_printf(arena, "%.*s%s%02lu:%02lu:%02lu%s", (int)n_date, text,
                          gap, parts[0], parts[1], parts[2], places);
}

/* A datetime that is a date only, or one with a time. */
static const char *datetime_value(const ent_sql_type *type, const char *text,
                                  ent_arena *arena) {
  enum { ENT_DATE_SIZE = 10 };
  size_t size = strlen(text);

  if (strspn(text, "0123456789-") != ENT_DATE_SIZE) {
    if (size < ENT_DATE_SIZE || text[ENT_DATE_SIZE] != 'T') return text;
  }
  if (size == ENT_DATE_SIZE) {
    const char *filled = ent_arena_printf(arena, "%s 00:00", text);

    return filled ? datetime_value(type, filled, arena) : NULL;
  }
  return clock_value(type, text, text + ENT_DATE_SIZE + 1, arena);
}

static bool names_word(const char *text, const char *word) {
  size_t size = strlen(word);

  for (const char *at = text;; at++) {
    size_t length = strcspn(at, ",");

    if (length == size && memcmp(at, word, size) == 0) return true;
    at += length;
    if (!*at) return false;
  }
}

/* The words of a set in the order of the type, each once. */
static const char *set_value(const ent_sql_type *type, const char *text,
                             ent_arena *arena) {
  size_t n_words = *text != '\0';
  char *made = ent_arena_alloc(arena, strlen(text) + 1);
  size_t size = 0;
  size_t found = 0;

  if (!made) return NULL;
  for (const char *at = text; *at; at++)
    n_words += *at == ',';
  for (size_t i = 0; i < type->n_words && found < n_words; i++) {
    size_t length = strlen(type->words[i]);

    if (!names_word(text, type->words[i])) continue;
    if (found++) made[size++] = ',';
    memcpy(made + size, type->words[i], length);
    size += length;
  }
  made[size] = '\0';
  return size || n_words == 0 ? made : text;
}

/* A char keeps no spaces at its end. */
static const char *char_value(const char *text, ent_arena *arena) {
  size_t size = strlen(text);

  while (size > 0 && text[size - 1] == ' ')
    size--;
  return ent_arena_copy(arena, text, size);
}

static const char *number_value(const ent_sql_type *type, const char *text,
                                ent_arena *arena) {
  if (strncmp(text, "b'", 2) == 0) return bits_value(text, arena);
  if (is_named(type, "float") || is_named(type, "double")) {
    return real_value(type, text, arena);
  }
  if (!is_plain(text)) return text;
  if (is_named(type, "year")) return year_value(text, arena);
  return rounded(text, is_named(type, "decimal") ? type->scale : 0, arena);
}

const char *ent_shape_value(const ent_sql_type *type, const char *text,
                            ent_arena *arena) {
  if (ent_shape_type_is_number(type)) return number_value(type, text, arena);
  if (is_named(type, "time")) return clock_value(type, text, text, arena);
  if (is_named(type, "datetime") || is_named(type, "timestamp")) {
    return datetime_value(type, text, arena);
  }
  if (is_named(type, "set")) return set_value(type, text, arena);
  if (is_named(type, "char")) return char_value(text, arena);
  return text;
}
