#include "backends/mysql/diff.h"

#include <string.h>

/* What a change of type does to values. */

enum { ENT_LENGTH_BYTE = 255, ENT_WORDS_BYTE = 255 };

static int rank_of(const char *name, const char *const *names, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (strcmp(name, names[i]) == 0) return (int)i;
  }
  return -1;
}

/* Whether both stand in a list, the second not before the first. */
static bool ascends(const ent_sql_type *from, const ent_sql_type *to,
                    const char *const *names, size_t n) {
  int rank = rank_of(from->name, names, n);

  return rank >= 0 && rank_of(to->name, names, n) >= rank;
}

static bool is_named(const ent_sql_type *type, const char *name) {
  return strcmp(type->name, name) == 0;
}

/* An unsigned integer is one of the next larger signed type. */
static bool integer_fits(const ent_sql_type *from, const ent_sql_type *to) {
  static const char *const names[] = {"tinyint", "smallint", "mediumint", "int",
                                      "bigint"};

  if (!ascends(from, to, names, ENT_COUNT(names))) return false;
  if (from->is_unsigned == to->is_unsigned) return true;
  return from->is_unsigned && strcmp(from->name, to->name) != 0;
}

static bool decimal_fits(const ent_sql_type *from, const ent_sql_type *to) {
  return is_named(from, "decimal") && is_named(to, "decimal") &&
         to->scale >= from->scale &&
         to->size - to->scale >= from->size - from->scale &&
         from->is_unsigned >= to->is_unsigned;
}

static bool text_fits(const ent_sql_type *from, const ent_sql_type *to) {
  static const char *const sized[] = {"char", "varchar"};
  static const char *const texts[] = {"tinytext", "text", "mediumtext",
                                      "longtext"};
  static const char *const blobs[] = {"tinyblob", "blob", "mediumblob",
                                      "longblob"};

  if (ascends(from, to, sized, ENT_COUNT(sized))) return to->size >= from->size;
  if (is_named(from, "varbinary") && is_named(to, "varbinary")) {
    return to->size >= from->size;
  }
  return ascends(from, to, texts, ENT_COUNT(texts)) ||
         ascends(from, to, blobs, ENT_COUNT(blobs));
}

static bool has_words(const ent_sql_type *type) {
  return is_named(type, "enum") || is_named(type, "set");
}

/* Whether every word of one is one of the other, in whatever order. */
static bool words_fit(const ent_sql_type *from, const ent_sql_type *to) {
  if (!has_words(from) || strcmp(from->name, to->name) != 0) return false;
  for (size_t i = 0; i < from->n_words; i++) {
    if (rank_of(from->words[i], to->words, to->n_words) < 0) return false;
  }
  return true;
}

/* More digits of a second lose none. */
static bool time_fits(const ent_sql_type *from, const ent_sql_type *to) {
  static const char *const names[] = {"date", "datetime"};

  if (ascends(from, to, names, ENT_COUNT(names))) return to->size >= from->size;
  return strcmp(from->name, to->name) == 0 && to->size >= from->size &&
         (is_named(from, "time") || is_named(from, "timestamp"));
}

bool ent_diff_type_fits(const ent_sql_type *from, const ent_sql_type *to) {
  if (is_named(from, "float") && is_named(to, "double")) {
    return from->scale < 0 && to->scale < 0 &&
           from->is_unsigned >= to->is_unsigned;
  }
  if (is_named(from, "json") && is_named(to, "longtext")) return true;
  return integer_fits(from, to) || decimal_fits(from, to) ||
         text_fits(from, to) || words_fit(from, to) || time_fits(from, to);
}

/* Bytes that a value takes in a row. */
static size_t words_size(const ent_sql_type *type) {
  size_t size;

  if (is_named(type, "enum")) return type->n_words > ENT_WORDS_BYTE ? 2 : 1;
  size = (type->n_words + 7) / 8;
  return size > 4 ? 8 : size;
}

bool ent_diff_adds_words(const ent_sql_type *from, const ent_sql_type *to) {
  if (!has_words(from) || strcmp(from->name, to->name) != 0 ||
      to->n_words < from->n_words || words_size(from) != words_size(to)) {
    return false;
  }
  for (size_t i = 0; i < from->n_words; i++) {
    if (strcmp(from->words[i], to->words[i]) != 0) return false;
  }
  return true;
}

/* How many bytes a text can take, as the server counts them. */
static size_t max_size(const ent_server *server,
                       const ent_shape_column *column) {
  const ent_server_charset *charset =
      column->charset ? ent_server_find_charset(server, column->charset) : NULL;

  return (size_t)column->type.size * (charset ? charset->max_bytes : 1);
}

bool ent_diff_widens(const ent_server *server, const ent_shape_column *from,
                     const ent_shape_column *to) {
  bool is_long = max_size(server, from) > ENT_LENGTH_BYTE;

  if (!is_named(&from->type, "varchar") &&
      !is_named(&from->type, "varbinary")) {
    return false;
  }
  return strcmp(from->type.name, to->type.name) == 0 &&
         to->type.size >= from->type.size &&
         ent_shape_same_text(from->collation, to->collation) &&
         is_long == (max_size(server, to) > ENT_LENGTH_BYTE);
}
