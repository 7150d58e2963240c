#include "backends/base/type_words.h"

#include "backends/base/config_problems.h"
#include "backends/base/enum_words.h"

#include <stdlib.h>
#include <string.h>

/* What may stand in parentheses behind the name of a type. */
typedef enum size_rule {
  ENT_SIZE_NONE,
  ENT_SIZE_WIDTH,    /* of an integer: how wide it is shown, dropped */
  ENT_SIZE_DIGITS,   /* decimal: in all, behind the point */
  ENT_SIZE_FLOAT,    /* bits, or digits as those of a decimal */
  ENT_SIZE_SHORT,    /* 0…255, or 1 */
  ENT_SIZE_LONG,     /* 0…65535, to be given */
  ENT_SIZE_BITS,     /* 1…64, or 1 */
  ENT_SIZE_FRACTION, /* of a second: 0…6 digits */
  ENT_SIZE_YEAR,     /* 4, dropped */
  ENT_SIZE_WORDS,
} size_rule;

enum {
  ENT_SIZE_DIGITS_MAX = 6, /* digits of a number in parentheses */
  ENT_DECIMAL_MAX = 65,    /* digits in all */
  ENT_DECIMAL_SCALE_MAX = 30,
  ENT_FLOAT_MAX = 255, /* digits of a float(M,D) */
  ENT_FLOAT_BITS = 24, /* more are a double */
  ENT_DOUBLE_BITS = 53,
};

typedef struct type_row {
  const char *name;
  ent_type_family family;
  size_rule size;
} type_row;

static const type_row types[] = {
    {"tinyint", ENT_FAMILY_INTEGER, ENT_SIZE_WIDTH},
    {"smallint", ENT_FAMILY_INTEGER, ENT_SIZE_WIDTH},
    {"mediumint", ENT_FAMILY_INTEGER, ENT_SIZE_WIDTH},
    {"int", ENT_FAMILY_INTEGER, ENT_SIZE_WIDTH},
    {"bigint", ENT_FAMILY_INTEGER, ENT_SIZE_WIDTH},
    {"decimal", ENT_FAMILY_DECIMAL, ENT_SIZE_DIGITS},
    {"float", ENT_FAMILY_FLOAT, ENT_SIZE_FLOAT},
    {"double", ENT_FAMILY_FLOAT, ENT_SIZE_FLOAT},
    {"bit", ENT_FAMILY_BIT, ENT_SIZE_BITS},
    {"year", ENT_FAMILY_YEAR, ENT_SIZE_YEAR},
    {"char", ENT_FAMILY_CHAR, ENT_SIZE_SHORT},
    {"varchar", ENT_FAMILY_CHAR, ENT_SIZE_LONG},
    {"tinytext", ENT_FAMILY_TEXT, ENT_SIZE_NONE},
    {"text", ENT_FAMILY_TEXT, ENT_SIZE_NONE},
    {"mediumtext", ENT_FAMILY_TEXT, ENT_SIZE_NONE},
    {"longtext", ENT_FAMILY_TEXT, ENT_SIZE_NONE},
    {"binary", ENT_FAMILY_BINARY, ENT_SIZE_SHORT},
    {"varbinary", ENT_FAMILY_BINARY, ENT_SIZE_LONG},
    {"tinyblob", ENT_FAMILY_BLOB, ENT_SIZE_NONE},
    {"blob", ENT_FAMILY_BLOB, ENT_SIZE_NONE},
    {"mediumblob", ENT_FAMILY_BLOB, ENT_SIZE_NONE},
    {"longblob", ENT_FAMILY_BLOB, ENT_SIZE_NONE},
    {"enum", ENT_FAMILY_ENUM, ENT_SIZE_WORDS},
    {"set", ENT_FAMILY_SET, ENT_SIZE_WORDS},
    {"date", ENT_FAMILY_DATE, ENT_SIZE_NONE},
    {"time", ENT_FAMILY_TIME, ENT_SIZE_FRACTION},
    {"datetime", ENT_FAMILY_DATETIME, ENT_SIZE_FRACTION},
    {"timestamp", ENT_FAMILY_DATETIME, ENT_SIZE_FRACTION},
    {"json", ENT_FAMILY_JSON, ENT_SIZE_NONE},
    {"geometry", ENT_FAMILY_GEOMETRY, ENT_SIZE_NONE},
    {"point", ENT_FAMILY_GEOMETRY, ENT_SIZE_NONE},
    {"linestring", ENT_FAMILY_GEOMETRY, ENT_SIZE_NONE},
    {"polygon", ENT_FAMILY_GEOMETRY, ENT_SIZE_NONE},
    {"multipoint", ENT_FAMILY_GEOMETRY, ENT_SIZE_NONE},
    {"multilinestring", ENT_FAMILY_GEOMETRY, ENT_SIZE_NONE},
    {"multipolygon", ENT_FAMILY_GEOMETRY, ENT_SIZE_NONE},
    {"geometrycollection", ENT_FAMILY_GEOMETRY, ENT_SIZE_NONE},
};

/* Another name of a type. */
typedef struct alias {
  const char *name;
  const char *type;
} alias;

static const alias aliases[] = {
    {"integer", "int"},         {"int1", "tinyint"},
    {"int2", "smallint"},       {"int3", "mediumint"},
    {"middleint", "mediumint"}, {"int4", "int"},
    {"int8", "bigint"},         {"dec", "decimal"},
    {"numeric", "decimal"},     {"fixed", "decimal"},
    {"float4", "float"},        {"float8", "double"},
    {"real", "double"},         {"character", "char"},
    {"nchar", "char"},          {"varcharacter", "varchar"},
    {"nvarchar", "varchar"},    {"bool", "tinyint"},
    {"boolean", "tinyint"},     {"geomcollection", "geometrycollection"},
};

/* Words that people take for types, and what is right instead. */
static const alias no_types[] = {
    {"serial", "write bigint unsigned auto_increment primary key"},
    {"string", "write varchar(255) or mediumtext"},
    {"unsigned", "write it behind the type: int unsigned"},
    {"not", "write it behind the type: int not null"},
    {"many", "write references many and the name of an entity"},
};

/* One reading of a type. */
typedef struct reader {
  ent_tokens *words;
  ent_arena *arena;
  ent_declared_column *column;
  ent_error *err;
} reader;

static const type_row *find_type(const char *name) {
  for (size_t i = 0; i < ENT_COUNT(types); i++) {
    if (strcmp(types[i].name, name) == 0) return &types[i];
  }
  return NULL;
}

ent_type_family ent_sql_type_family(const ent_sql_type *type) {
  const type_row *row = find_type(type->name);

  return row ? row->family : ENT_FAMILY_TEXT;
}

bool ent_sql_type_can_be_wide(const ent_sql_type *type) {
  ent_type_family family = ent_sql_type_family(type);

  return family == ENT_FAMILY_DECIMAL ||
         (family == ENT_FAMILY_BIT && type->size == 64) ||
         (type->is_unsigned && strcmp(type->name, "bigint") == 0);
}

bool ent_sql_type_is_text(const ent_sql_type *type) {
  ent_type_family family = ent_sql_type_family(type);

  return family == ENT_FAMILY_CHAR || family == ENT_FAMILY_TEXT ||
         family == ENT_FAMILY_ENUM || family == ENT_FAMILY_SET;
}

bool ent_sql_type_can_be_indexed(const ent_sql_type *type) {
  ent_type_family family = ent_sql_type_family(type);

  return family != ENT_FAMILY_JSON && family != ENT_FAMILY_GEOMETRY;
}

bool ent_sql_type_can_be_key(const ent_sql_type *type) {
  ent_type_family family = ent_sql_type_family(type);

  return family != ENT_FAMILY_TEXT && family != ENT_FAMILY_BLOB &&
         ent_sql_type_can_be_indexed(type);
}

/* The word's meaning in a list of names; NULL if it has none there. */
static const char *meaning(const alias *list, size_t n, const char *word) {
  for (size_t i = 0; i < n; i++) {
    if (strcmp(list[i].name, word) == 0) return list[i].type;
  }
  return NULL;
}

/* Says what is wrong with what stands where a type must. */
static ent_status refuse_type(reader *r, const char *name) {
  const char *names[ENT_COUNT(types) + ENT_COUNT(aliases) + 3] = {NULL};
  const char *shown = ent_token_shown(&r->words->word, r->arena);
  const char *why, *nearest;
  size_t n = 0;

  why = meaning(no_types, ENT_COUNT(no_types), name);
  if (why) return ent_fail(r->err, ENT_CONFIG, "%s is no type: %s", shown, why);
  for (size_t i = 0; i < ENT_COUNT(types); i++)
    names[n++] = types[i].name;
  for (size_t i = 0; i < ENT_COUNT(aliases); i++)
    names[n++] = aliases[i].name;
  names[n++] = "references";
  names[n] = "ignore";
  nearest = r->words->word.kind == ENT_TOKEN_NAME
                ? ent_problems_nearest(name, names)
                : NULL;
  if (nearest) {
    return ent_fail(r->err, ENT_CONFIG, "unknown type %s; did you mean '%s'?",
                    shown, nearest);
  }
  return ent_fail(r->err, ENT_CONFIG,
                  "%s where a type must stand, such as int unsigned, "
                  "varchar(100) or references school",
                  shown);
}

/* Goes to the last word of a name that has "national" in front, and gives it
 * in `name`; those have a charset of their own. */
static void take_national(reader *r, const char **name) {
  bool is_short = strcmp(*name, "nchar") == 0 || strcmp(*name, "nvarchar") == 0;

  if (strcmp(*name, "national") == 0) {
    ent_tokens ahead = *r->words;

    ent_tokens_next(&ahead);
    if (ent_tokens_is(&ahead, "varchar")) {
      *name = "varchar";
    } else if (ent_tokens_is(&ahead, "char") ||
               ent_tokens_is(&ahead, "character")) {
      *name = "char";
    } else {
      return;
    }
    *r->words = ahead;
  } else if (!is_short) {
    return;
  }
  r->column->charset = "utf8";
}

/* Reads the words of a type's name, `name` in lower case; NULL if it is none. */
static const type_row *read_name(reader *r, const char *name) {
  const char *other;
  const type_row *row;

  take_national(r, &name);
  if (strcmp(name, "bool") == 0 || strcmp(name, "boolean") == 0) {
    r->column->type.size = 1;
  }
  other = meaning(aliases, ENT_COUNT(aliases), name);
  row = find_type(other ? other : name);
  if (!row) return NULL;
  ent_tokens_next(r->words);
  if (strcmp(row->name, "char") == 0 && ent_tokens_take(r->words, "varying")) {
    return find_type("varchar");
  }
  if (strcmp(name, "double") == 0) ent_tokens_take(r->words, "precision");
  return row;
}

static ent_status expected(reader *r, const char *what) {
  return ent_fail(r->err, ENT_CONFIG, "%s behind %s: expected %s",
                  ent_token_shown(&r->words->word, r->arena),
                  r->column->type.name, what);
}

static ent_status read_number(reader *r, int32_t *number) {
  const ent_token *word = &r->words->word;

  if (word->kind != ENT_TOKEN_NUMBER || word->size > ENT_SIZE_DIGITS_MAX ||
      strspn(word->at, "0123456789") < word->size) {
    return expected(r, "a size in parentheses, such as (10)");
  }
  *number = (int32_t)strtol(word->at, NULL, 10);
  ent_tokens_next(r->words);
  return ENT_OK;
}

/* Reads "(a)" or "(a,b)" where it is; numbers that are not there stay. */
static ent_status read_numbers(reader *r, int32_t numbers[2]) {
  ent_status status;

  if (!ent_tokens_take(r->words, "(")) return ENT_OK;
  status = read_number(r, &numbers[0]);
  if (!status && ent_tokens_take(r->words, ",")) {
    status = read_number(r, &numbers[1]);
  }
  if (status) return status;
  return ent_tokens_take(r->words, ")") ? ENT_OK : expected(r, "')'");
}

/* One number from low to high, `absent` if it is not there. */
static ent_status take_size(reader *r, const int32_t numbers[2], int32_t low,
                            int32_t high, int32_t absent) {
  int32_t size = numbers[0] < 0 ? absent : numbers[0];

  if (numbers[1] >= 0 || (numbers[0] >= 0 && (size < low || size > high))) {
    return ent_fail(r->err, ENT_CONFIG, "%s takes one number from %d to %d",
                    r->column->type.name, (int)low, (int)high);
  }
  r->column->type.size = size;
  return ENT_OK;
}

static ent_status take_digits(reader *r, const int32_t numbers[2],
                              int32_t max) {
  ent_sql_type *type = &r->column->type;

  type->size = numbers[0];
  type->scale = numbers[1];
  if (type->size >= 1 && type->size <= max &&
      type->scale <= ENT_DECIMAL_SCALE_MAX && type->scale <= type->size) {
    return ENT_OK;
  }
  return ent_fail(r->err, ENT_CONFIG,
                  "%s(%d,%d): at most %d digits in all, of them at most %d "
                  "behind the point",
                  type->name, (int)type->size, (int)type->scale, (int)max,
                  ENT_DECIMAL_SCALE_MAX);
}

static ent_status take_float(reader *r, const int32_t numbers[2]) {
  ent_sql_type *type = &r->column->type;

  if (numbers[0] < 0) return ENT_OK;
  if (numbers[1] >= 0) return take_digits(r, numbers, ENT_FLOAT_MAX);
  if (strcmp(type->name, "double") == 0) {
    return ent_fail(r->err, ENT_CONFIG,
                    "double takes two numbers or none: double(10,2)");
  }
  if (numbers[0] > ENT_DOUBLE_BITS) {
    return ent_fail(r->err, ENT_CONFIG,
                    "float takes a number of bits from 0 to %d",
                    ENT_DOUBLE_BITS);
  }
  if (numbers[0] > ENT_FLOAT_BITS) type->name = "double";
  return ENT_OK;
}

/* Only of tinyint(1) does the width say something: that it is a truth. */
static ent_status take_width(reader *r, const int32_t numbers[2]) {
  int32_t known = r->column->type.size;
  ent_status status = take_size(r, numbers, 0, 255, known);

  if (strcmp(r->column->type.name, "tinyint") != 0 ||
      r->column->type.size != 1) {
    r->column->type.size = -1;
  }
  return status;
}

static ent_status take_nothing(reader *r, const int32_t numbers[2]) {
  const char *name = r->column->type.name;

  if (numbers[0] < 0) return ENT_OK;
  if (strstr(name, "text") || strstr(name, "blob")) {
    const char *kind = strstr(name, "text") ? "text" : "blob";

    return ent_fail(r->err, ENT_CONFIG,
                    "%s takes no size; its sizes are tiny%s (255 bytes), %s "
                    "(64 KiB), medium%s (16 MiB) and long%s (4 GiB)",
                    name, kind, kind, kind, kind);
  }
  return ent_fail(r->err, ENT_CONFIG, "%s takes no size", name);
}

static ent_status take_year(reader *r, const int32_t numbers[2]) {
  if (numbers[1] < 0 && (numbers[0] < 0 || numbers[0] == 4)) return ENT_OK;
  return ent_fail(r->err, ENT_CONFIG, "a year has four digits: write year");
}

static ent_status take_long(reader *r, const int32_t numbers[2]) {
  if (numbers[0] >= 0) return take_size(r, numbers, 0, 65535, 0);
  return ent_fail(r->err, ENT_CONFIG, "%s needs a length: %s(255)",
                  r->column->type.name, r->column->type.name);
}

static ent_status take_fraction(reader *r, const int32_t numbers[2]) {
  ent_status status = take_size(r, numbers, 0, 6, -1);

  if (r->column->type.size == 0) r->column->type.size = -1;
  return status;
}

static ent_status take_decimal(reader *r, const int32_t numbers[2]) {
  int32_t digits[2] = {numbers[0] < 0 ? 10 : numbers[0],
                       numbers[1] < 0 ? 0 : numbers[1]};

  return take_digits(r, digits, ENT_DECIMAL_MAX);
}

static ent_status read_size(reader *r, size_rule rule) {
  int32_t numbers[2] = {-1, -1};
  ent_status status = read_numbers(r, numbers);

  if (status) return status;
  switch (rule) {
  case ENT_SIZE_WIDTH: return take_width(r, numbers);
  case ENT_SIZE_DIGITS: return take_decimal(r, numbers);
  case ENT_SIZE_FLOAT: return take_float(r, numbers);
  case ENT_SIZE_SHORT: return take_size(r, numbers, 0, 255, 1);
  case ENT_SIZE_LONG: return take_long(r, numbers);
  case ENT_SIZE_BITS: return take_size(r, numbers, 1, 64, 1);
  case ENT_SIZE_FRACTION: return take_fraction(r, numbers);
  case ENT_SIZE_YEAR: return take_year(r, numbers);
  case ENT_SIZE_NONE:
  case ENT_SIZE_WORDS: break;
  }
  return take_nothing(r, numbers);
}

/* How many texts stand before the ')'. */
static size_t count_words(ent_tokens ahead) {
  size_t n = 0;

  for (; ent_token_is_text(&ahead.word); ent_tokens_next(&ahead)) {
    n++;
    ent_tokens_next(&ahead);
    if (!ent_tokens_is(&ahead, ",")) break;
  }
  return n;
}

/* Reads "'a','b')". */
static ent_status read_words(reader *r) {
  ent_sql_type *type = &r->column->type;
  size_t n = count_words(*r->words);
  const char **words = ent_arena_alloc(r->arena, (n + 1) * sizeof(*words));

  if (!words) return ent_fail_nomem(r->err);
  for (size_t i = 0; i < n; i++) {
    if (i) ent_tokens_next(r->words);
    words[i] = ent_token_text(&r->words->word, r->arena);
    if (!words[i]) return ent_fail_nomem(r->err);
    ent_tokens_next(r->words);
  }
  if (!n || !ent_tokens_take(r->words, ")")) {
    return expected(r, "words in parentheses: ('a','b')");
  }
  type->words = words;
  type->n_words = n;
  return ent_enum_words_check(words, n, r->column->is_set, r->arena, r->err);
}

/* Reads "('a','b')", or the name of a registered enum. */
static ent_status read_enum(reader *r) {
  const ent_token *word = &r->words->word;

  r->column->is_set = strcmp(r->column->type.name, "set") == 0;
  if (ent_tokens_take(r->words, "(")) return read_words(r);
  if (word->kind != ENT_TOKEN_NAME && word->kind != ENT_TOKEN_QUOTED) {
    return expected(r, "words in parentheses or the name of an enum");
  }
  r->column->enum_name = ent_token_text(word, r->arena);
  if (!r->column->enum_name) return ent_fail_nomem(r->err);
  r->column->type.name = NULL;
  ent_tokens_next(r->words);
  return ENT_OK;
}

ent_status ent_type_words_read(ent_tokens *words, ent_arena *arena,
                               ent_declared_column *column, ent_error *err) {
  reader r = {.words = words, .arena = arena, .column = column, .err = err};
  const char *name = ent_token_lower(&words->word, arena);
  const type_row *row;

  if (!name) return ent_fail_nomem(err);
  column->type = (ent_sql_type){.size = -1, .scale = -1};
  row = read_name(&r, name);
  if (!row) return refuse_type(&r, name);
  column->type.name = row->name;
  if (row->size == ENT_SIZE_WORDS) return read_enum(&r);
  return read_size(&r, row->size);
}

const char *ent_sql_type_shown(const ent_sql_type *type, ent_arena *arena) {
  const char *sign = type->is_unsigned ? " unsigned" : "";

  if (type->scale >= 0) {
    return ent_arena_printf(arena, "%s(%d,%d)%s", type->name, (int)type->size,
                            (int)type->scale, sign);
  }
  if (type->size >= 0) {
    return ent_arena_printf(arena, "%s(%d)%s", type->name, (int)type->size,
                            sign);
  }
  return ent_arena_printf(arena, "%s%s", type->name, sign);
}
