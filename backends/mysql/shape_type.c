#include "backends/mysql/shape_type.h"

#include "backends/base/digits.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool is_one_of(const char *name, const char *const *names, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (strcmp(name, names[i]) == 0) return true;
  }
  return false;
}

static const char *const integers[] = {"tinyint", "smallint", "mediumint",
                                       "int", "bigint"};
static const char *const times[] = {"time", "datetime", "timestamp"};

static bool is_integer(const ent_sql_type *type) {
  return is_one_of(type->name, integers, ENT_COUNT(integers));
}

static bool is_time(const ent_sql_type *type) {
  return is_one_of(type->name, times, ENT_COUNT(times));
}

static bool is_named(const ent_sql_type *type, const char *name) {
  return strcmp(type->name, name) == 0;
}

bool ent_shape_type_has_charset(const ent_sql_type *type) {
  static const char *const names[] = {"char", "varchar",    "tinytext",
                                      "text", "mediumtext", "longtext",
                                      "enum", "set"};

  return is_one_of(type->name, names, ENT_COUNT(names));
}

bool ent_shape_type_is_long(const ent_sql_type *type) {
  static const char *const names[] = {"tinytext",   "text",     "mediumtext",
                                      "longtext",   "tinyblob", "blob",
                                      "mediumblob", "longblob", "json"};

  return is_one_of(type->name, names, ENT_COUNT(names));
}

bool ent_shape_type_is_number(const ent_sql_type *type) {
  static const char *const names[] = {"decimal", "float", "double", "year",
                                      "bit"};

  return is_integer(type) || is_one_of(type->name, names, ENT_COUNT(names));
}

static int32_t size_unless_given(const ent_sql_type *type, int32_t size) {
  return type->size < 0 ? size : type->size;
}

ent_sql_type ent_shape_type(const ent_sql_type *declared) {
  ent_sql_type type = *declared;

  if (is_integer(&type) || is_named(&type, "year") ||
      (is_time(&type) && type.size == 0)) {
    type.size = -1;
  } else if (is_named(&type, "decimal")) {
    type.size = size_unless_given(&type, 10);
    if (type.scale < 0) type.scale = 0;
  } else if (is_named(&type, "char") || is_named(&type, "binary") ||
             is_named(&type, "bit")) {
    type.size = size_unless_given(&type, 1);
  } else if (is_named(&type, "float") && type.scale < 0) {
    /* float(24) is a float, float(25) a double. */
    if (type.size > 24) type.name = "double";
    type.size = -1;
  }
  return type;
}

/* The byte that a letter behind a backslash stands for. */
static char unescape(char letter) {
  switch (letter) {
  case '0': return '\0';
  case 'n': return '\n';
  case 'r': return '\r';
  case 't': return '\t';
  case 'b': return '\b';
  case 'Z': return '\x1a';
  default: return letter;
  }
}

char *ent_shape_unquote(const char **at, ent_arena *arena) {
  const char *from = *at + 1;
  char *text = ent_arena_alloc(arena, strlen(from) + 1);
  char *to = text;

  if (!text) return NULL;
  for (; *from; from++) {
    if (*from == '\'' && from[1] != '\'') break;
    if (*from == '\'') {
      *to++ = *++from;
    } else if (*from == '\\' && from[1]) {
      *to++ = unescape(*++from);
    } else {
      *to++ = *from;
    }
  }
  *to = '\0';
  *at = *from ? from + 1 : from;
  return text;
}

/* 'a','it''s' */
static ent_status read_words(const char **at, ent_arena *arena,
                             ent_sql_type *type, ent_error *err) {
  const char **words;
  size_t n = 1;

  for (const char *c = *at; *c; c++)
    n += *c == ',';
  words = ent_arena_alloc(arena, n * sizeof(*words));
  if (!words) return ent_fail_nomem(err);
  type->words = words;
  while (**at == '\'') {
    words[type->n_words] = ent_shape_unquote(at, arena);
    if (!words[type->n_words++]) return ent_fail_nomem(err);
    if (**at == ',') (*at)++;
  }
  return ENT_OK;
}

/* 8,2 */
static void read_sizes(const char **at, ent_sql_type *type) {
  char *end;

  type->size = (int32_t)strtol(*at, &end, 10);
  if (*end == ',') type->scale = (int32_t)strtol(end + 1, &end, 10);
  *at = end;
}

/* What stands behind the sizes; other words than UNSIGNED make a type of its
 * own. */
static ent_status read_attributes(const char *at, const char *text,
                                  ent_arena *arena, ent_sql_type *type,
                                  ent_error *err) {
  static const char word[] = " unsigned";

  if (strncmp(at, word, sizeof(word) - 1) == 0) {
    type->is_unsigned = true;
    at += sizeof(word) - 1;
  }
  if (*at == '\0') return ENT_OK;
  *type = (ent_sql_type){
      .name = ent_arena_strdup(arena, text), .size = -1, .scale = -1};
  return type->name ? ENT_OK : ent_fail_nomem(err);
}

ent_status ent_shape_type_read(const char *text, ent_arena *arena,
                               ent_sql_type *type, ent_error *err) {
  size_t size = strcspn(text, " (");
  const char *at = text + size;
  ent_sql_type made = {.size = -1, .scale = -1};
  ent_status status = ENT_OK;

  made.name = ent_arena_copy(arena, text, size);
  if (!made.name) return ent_fail_nomem(err);
  if (*at == '(') {
    at++;
    if (*at == '\'') {
      status = read_words(&at, arena, &made, err);
    } else {
      read_sizes(&at, &made);
    }
    if (*at == ')') at++;
  }
  if (!status) status = read_attributes(at, text, arena, &made, err);
  if (!status) *type = ent_shape_type(&made);
  return status;
}

bool ent_shape_same_type(const ent_sql_type *a, const ent_sql_type *b) {
  if (strcmp(a->name, b->name) != 0 || a->size != b->size ||
      a->scale != b->scale || a->is_unsigned != b->is_unsigned ||
      a->n_words != b->n_words) {
    return false;
  }
  for (size_t i = 0; i < a->n_words; i++) {
    if (strcmp(a->words[i], b->words[i]) != 0) return false;
  }
  return true;
}

static ent_status show_words(ent_buf *buf, const ent_sql_type *type,
                             ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < type->n_words; i++) {
    status = ent_buf_printf(buf, err, "%s'%s'", i ? "," : "(", type->words[i]);
  }
  return status ? status : ent_buf_append(buf, ")", 1, err);
}

ent_status ent_shape_type_show(ent_buf *buf, const ent_sql_type *type,
                               ent_error *err) {
  ent_status status = ent_buf_append(buf, type->name, strlen(type->name), err);

  if (!status && type->n_words) status = show_words(buf, type, err);
  if (!status && type->size >= 0 && type->scale < 0) {
    status = ent_buf_printf(buf, err, "(%d)", (int)type->size);
  } else if (!status && type->size >= 0) {
    status =
        ent_buf_printf(buf, err, "(%d,%d)", (int)type->size, (int)type->scale);
  }
  if (!status && type->is_unsigned) {
    status = ent_buf_append(buf, " unsigned", 9, err);
  }
  return status;
}
