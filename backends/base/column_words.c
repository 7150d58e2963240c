#include "backends/base/column_words.h"

#include "backends/base/column_default.h"
#include "backends/base/config_problems.h"
#include "backends/base/type_words.h"

#include <stdint.h>
#include <string.h>

/* One reading of a column's words. */
typedef struct reader {
  ent_tokens words;
  ent_column_words *out;
  ent_declared_column *column; /* that of `out` */
  ent_arena *arena;
  ent_error *err;
  uint32_t seen; /* bit n: the n-th modifier was given */
  bool has_on_delete;
} reader;

/* A word that may stand behind the type.  The one of a refused word says why
 * instead. */
typedef struct modifier {
  const char *word;
  ent_status (*take)(reader *r, const char *word);
  const char *why;
} modifier;

static ent_status expected(reader *r, const char *behind, const char *what) {
  return ent_fail(r->err, ENT_CONFIG, "%s behind '%s': expected %s",
                  ent_token_shown(&r->words.word, r->arena), behind, what);
}

const char *ent_charset_name(const char *text, ent_arena *arena) {
  ent_token word = {.at = text, .size = strlen(text)};
  const char *name = ent_token_lower(&word, arena);

  if (!name || !*name) return NULL;
  return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] ? NULL
                                                                     : name;
}

static ent_status take_unsigned(reader *r, const char *word) {
  (void)word;
  r->column->type.is_unsigned = true;
  return ENT_OK;
}

static ent_status take_signed(reader *r, const char *word) {
  (void)r;
  (void)word;
  return ENT_OK;
}

static ent_status take_not(reader *r, const char *word) {
  if (!ent_tokens_take(&r->words, "null")) return expected(r, word, "'null'");
  r->column->is_nullable = false;
  return ENT_OK;
}

static ent_status take_null(reader *r, const char *word) {
  (void)word;
  r->out->is_null = true;
  return ENT_OK;
}

static ent_status take_auto(reader *r, const char *word) {
  (void)word;
  r->column->is_auto = true;
  return ENT_OK;
}

static ent_status take_primary(reader *r, const char *word) {
  if (!ent_tokens_take(&r->words, "key")) return expected(r, word, "'key'");
  r->out->is_key = true;
  return ENT_OK;
}

/* What a bit literal b'101' stands for, as digits. */
static ent_status take_bits(reader *r) {
  const char *bits = ent_token_text(&r->words.word, r->arena);
  uint64_t number = 0;

  if (!bits) return ent_fail_nomem(r->err);
  if (!*bits || bits[strspn(bits, "01")] || strlen(bits) > 64) {
    return ent_fail(r->err, ENT_CONFIG, "b'...' must be 1 to 64 bits, 0 or 1");
  }
  for (; *bits; bits++)
    number = number << 1 | (*bits == '1');
  ent_tokens_next(&r->words);
  r->column->default_text =
      ent_arena_printf(r->arena, "%llu", (unsigned long long)number);
  return r->column->default_text ? ENT_OK : ent_fail_nomem(r->err);
}

/* "(3)" behind current_timestamp must be the column's own; "()" is none. */
static ent_status take_now(reader *r) {
  const char *fraction;

  ent_tokens_next(&r->words);
  if (!ent_tokens_take(&r->words, "(")) return ENT_OK;
  if (ent_tokens_take(&r->words, ")")) return ENT_OK;
  fraction = ent_token_text(&r->words.word, r->arena);
  if (!fraction) return ent_fail_nomem(r->err);
  if (strlen(fraction) != 1 ||
      *fraction - '0' !=
          (r->column->type.size < 0 ? 0 : r->column->type.size)) {
    return ent_fail(r->err, ENT_CONFIG,
                    "current_timestamp has as many digits of a second as its "
                    "column: write it without a number");
  }
  ent_tokens_next(&r->words);
  if (ent_tokens_take(&r->words, ")")) return ENT_OK;
  return expected(r, "current_timestamp", "')'");
}

static bool is_now(const ent_tokens *words) {
  return ent_tokens_is(words, "current_timestamp") ||
         ent_tokens_is(words, "now") || ent_tokens_is(words, "localtime") ||
         ent_tokens_is(words, "localtimestamp");
}

/* A number with its sign. */
static ent_status take_number(reader *r) {
  const char *sign = "";
  const char *text;

  if (ent_tokens_take(&r->words, "-")) {
    sign = "-";
  } else {
    ent_tokens_take(&r->words, "+");
  }
  if (r->words.word.kind != ENT_TOKEN_NUMBER) {
    return expected(r, "default", "a number");
  }
  text = ent_token_text(&r->words.word, r->arena);
  if (!text) return ent_fail_nomem(r->err);
  ent_tokens_next(&r->words);
  r->column->default_text = ent_arena_printf(r->arena, "%s%s", sign, text);
  return r->column->default_text ? ENT_OK : ent_fail_nomem(r->err);
}

/* What stands for a value without being one: true, false, b'1'. */
static ent_status take_literal(reader *r) {
  if (ent_tokens_take(&r->words, "true")) {
    r->column->default_text = "1";
  } else if (ent_tokens_take(&r->words, "false")) {
    r->column->default_text = "0";
  } else if (ent_tokens_take(&r->words, "b") &&
             r->words.word.kind == ENT_TOKEN_TEXT) {
    return take_bits(r);
  } else {
    return expected(r, "default",
                    "a number, a text in quotes ('Red'), null or "
                    "current_timestamp");
  }
  return ENT_OK;
}

static ent_status take_default(reader *r, const char *word) {
  ent_tokens *words = &r->words;

  (void)word;
  r->column->default_kind = ENT_DEFAULT_VALUE;
  if (ent_token_is_text(&words->word)) {
    return ent_tokens_read_name(words, r->arena, "a default",
                                &r->column->default_text, r->err);
  }
  if (words->word.kind == ENT_TOKEN_NUMBER || ent_tokens_is(words, "-") ||
      ent_tokens_is(words, "+")) {
    return take_number(r);
  }
  if (is_now(words)) {
    r->column->default_kind = ENT_DEFAULT_NOW;
    return take_now(r);
  }
  if (!ent_tokens_take(words, "null")) return take_literal(r);
  r->column->default_kind = ENT_DEFAULT_NULL;
  return ENT_OK;
}

static ent_status take_on_delete(reader *r) {
  ent_tokens *words = &r->words;

  r->has_on_delete = true;
  if (ent_tokens_take(words, "cascade")) {
    r->column->on_delete = ENT_ON_DELETE_CASCADE;
  } else if (ent_tokens_take(words, "set")) {
    if (!ent_tokens_take(words, "null")) return expected(r, "set", "'null'");
    r->column->on_delete = ENT_ON_DELETE_SET_NULL;
  } else if (ent_tokens_take(words, "no")) {
    /* In MySQL the same as restrict. */
    if (!ent_tokens_take(words, "action")) return expected(r, "no", "'action'");
  } else if (!ent_tokens_take(words, "restrict")) {
    return expected(r, "on delete", "restrict, cascade or set null");
  }
  return ENT_OK;
}

static ent_status take_on(reader *r, const char *word) {
  if (ent_tokens_take(&r->words, "delete")) return take_on_delete(r);
  if (!ent_tokens_take(&r->words, "update")) {
    return expected(r, word, "'delete' or 'update'");
  }
  if (!is_now(&r->words)) {
    return expected(r, "on update",
                    "current_timestamp, which is all that may stand there");
  }
  r->column->updates_itself = true;
  return take_now(r);
}

/* Reads the one value of "charset utf8mb4" or "charset=utf8mb4". */
static ent_status take_value(reader *r, const char *word, const char **value) {
  ent_tokens_take(&r->words, "=");
  if (!ent_token_is_name(&r->words.word)) return expected(r, word, "a name");
  return ent_tokens_read_name(&r->words, r->arena, "a name", value, r->err);
}

static ent_status take_charset(reader *r, const char *word) {
  const char *text;
  ent_status status;

  if (strcmp(word, "character") == 0 && !ent_tokens_take(&r->words, "set")) {
    return expected(r, word, "'set'");
  }
  status = take_value(r, word, &text);
  if (status) return status;
  r->column->charset = ent_charset_name(text, r->arena);
  if (r->column->charset) return ENT_OK;
  return ent_fail(r->err, ENT_CONFIG, "'%s': expected the name of a charset",
                  word);
}

static ent_status take_collation(reader *r, const char *word) {
  const char *text;
  ent_status status = take_value(r, word, &text);

  if (status) return status;
  r->column->collation = ent_charset_name(text, r->arena);
  if (r->column->collation) return ENT_OK;
  return ent_fail(r->err, ENT_CONFIG, "'%s': expected the name of a collation",
                  word);
}

static ent_status take_renamed(reader *r, const char *word) {
  return take_value(r, word, &r->column->renamed_from);
}

static ent_status take_wide(reader *r, const char *word) {
  ent_tokens_take(&r->words, "=");
  if (!ent_tokens_take(&r->words, "text")) return expected(r, word, "'text'");
  r->column->is_wide = true;
  return ENT_OK;
}

static ent_status take_skip_log(reader *r, const char *word) {
  (void)word;
  r->column->skips_log = true;
  return ENT_OK;
}

static ent_status take_dirty(reader *r, const char *word) {
  (void)word;
  ent_tokens_take(&r->words, "=");
  return ent_tokens_read_names(&r->words, r->arena, "the name of a stream",
                               &r->column->dirty, &r->column->n_dirty, r->err);
}

static const modifier modifiers[] = {
    {"unsigned", take_unsigned, NULL},
    {"signed", take_signed, NULL},
    {"not", take_not, NULL},
    {"null", take_null, NULL},
    {"default", take_default, NULL},
    {"auto_increment", take_auto, NULL},
    {"primary", take_primary, NULL},
    {"on", take_on, NULL},
    {"charset", take_charset, NULL},
    {"character", take_charset, NULL},
    {"collate", take_collation, NULL},
    {"collation", take_collation, NULL},
    {"renamed_from", take_renamed, NULL},
    {"wide", take_wide, NULL},
    {"skip_log", take_skip_log, NULL},
    {"dirty", take_dirty, NULL},
    {"zerofill", NULL,
     "it changes only how MySQL's own clients show a number; leave it out"},
    {"autoincrement", NULL, "write auto_increment"},
    {"unique", NULL, "declare a unique index beside the columns"},
    {"index", NULL, "declare an index beside the columns"},
    {"key", NULL, "write primary key, or declare an index beside the columns"},
    {"references", NULL,
     "a reference has the type of the key it goes to: write it without a type"},
    {"check", NULL, "conditions cannot be declared"},
    {"comment", NULL, "comments cannot be declared"},
    {"as", NULL, "generated columns cannot be declared"},
    {"generated", NULL, "generated columns cannot be declared"},
    {"invisible", NULL, "invisible columns cannot be declared"},
    {"ignore", NULL, "it stands alone, without a type"},
};

_Static_assert(ENT_COUNT(modifiers) <= 32, "reader.seen has a bit for each");

static ent_status refuse_word(reader *r) {
  const char *names[ENT_COUNT(modifiers) + 1];
  const char *shown = ent_token_shown(&r->words.word, r->arena);
  const char *word = ent_token_lower(&r->words.word, r->arena);
  const char *nearest;
  size_t n = 0;

  for (size_t i = 0; i < ENT_COUNT(modifiers); i++) {
    if (modifiers[i].take) names[n++] = modifiers[i].word;
  }
  names[n] = NULL;
  if (!word) return ent_fail_nomem(r->err);
  nearest = ent_problems_nearest(word, names);
  if (nearest) {
    return ent_fail(r->err, ENT_CONFIG, "unknown word %s; did you mean '%s'?",
                    shown, nearest);
  }
  return ent_fail(r->err, ENT_CONFIG,
                  "%s is no word of a column; there are unsigned, not null, "
                  "default, auto_increment, primary key, on delete, on update, "
                  "charset, collate, renamed_from, wide, skip_log, dirty",
                  shown);
}

static ent_status read_modifier(reader *r) {
  for (size_t i = 0; i < ENT_COUNT(modifiers); i++) {
    const modifier *found = &modifiers[i];

    if (!ent_tokens_take(&r->words, found->word)) continue;
    if (!found->take) {
      return ent_fail(r->err, ENT_CONFIG, "'%s': %s", found->word, found->why);
    }
    /* "on delete" and "on update" may both be there. */
    if (r->seen >> i & 1 && found->take != take_on) {
      return ent_fail(r->err, ENT_CONFIG, "'%s' is given twice", found->word);
    }
    r->seen |= UINT32_C(1) << i;
    return found->take(r, found->word);
  }
  return refuse_word(r);
}

/* Reads "school" or "many school". */
static ent_status read_reference(reader *r) {
  ent_tokens ahead = r->words;
  ent_status status;

  /* An entity may be called "many", too. */
  if (ent_tokens_take(&ahead, "many") && ent_token_is_name(&ahead.word) &&
      !ent_tokens_is(&ahead, "not") && !ent_tokens_is(&ahead, "on") &&
      !ent_tokens_is(&ahead, "null")) {
    r->column->is_many = true;
    r->words = ahead;
  }
  r->column->type = (ent_sql_type){.size = -1, .scale = -1};
  if (!ent_token_is_name(&r->words.word)) {
    return expected(r, "references", "the name of an entity");
  }
  status = ent_tokens_read_name(&r->words, r->arena, "the name of an entity",
                                &r->column->reference, r->err);
  if (status) return status;
  if (r->column->is_many) r->column->type.name = "json";
  if (!ent_tokens_is(&r->words, "(")) return ENT_OK;
  return ent_fail(r->err, ENT_CONFIG,
                  "a reference goes to the key of its entity: leave out what "
                  "stands in parentheses");
}

static ent_status read_all(reader *r) {
  ent_status status;

  if (r->words.word.kind == ENT_TOKEN_END) {
    return ent_fail(r->err, ENT_CONFIG,
                    "no type; expected one such as int unsigned, varchar(100) "
                    "or references school");
  }
  if (ent_tokens_take(&r->words, "ignore")) {
    r->out->is_ignored = true;
    if (r->words.word.kind == ENT_TOKEN_END) return ENT_OK;
    return ent_fail(r->err, ENT_CONFIG, "'ignore' stands alone");
  }
  if (ent_tokens_take(&r->words, "references")) {
    status = read_reference(r);
  } else {
    status = ent_type_words_read(&r->words, r->arena, r->column, r->err);
  }
  while (!status && r->words.word.kind != ENT_TOKEN_END)
    status = read_modifier(r);
  return status;
}

/* What depends on the words only, and not on what stands beside them. */
static ent_status check_words(reader *r) {
  const ent_declared_column *column = r->column;

  if (!column->is_nullable && r->out->is_null) {
    return ent_fail(r->err, ENT_CONFIG, "both 'null' and 'not null'");
  }
  if (r->has_on_delete && (!column->reference || column->is_many)) {
    return ent_fail(r->err, ENT_CONFIG,
                    "'on delete' is for references to one entity");
  }
  if (column->reference && column->type.is_unsigned) {
    return ent_fail(r->err, ENT_CONFIG,
                    "'unsigned': a reference has the type of the key it goes "
                    "to");
  }
  return ENT_OK;
}

ent_status ent_column_words_read(const char *text, ent_arena *arena,
                                 ent_column_words *column, ent_error *err) {
  reader r = {
      .out = column, .column = &column->column, .arena = arena, .err = err};
  ent_status status = ent_tokens_start(&r.words, text, err);

  if (status) return status;
  *column = (ent_column_words){.column = {.name = column->column.name,
                                          .line = column->column.line,
                                          .is_nullable = true}};
  status = read_all(&r);
  return status ? status : check_words(&r);
}

static bool is_number(ent_type_family family) {
  return family == ENT_FAMILY_INTEGER || family == ENT_FAMILY_DECIMAL ||
         family == ENT_FAMILY_FLOAT;
}

/* What a type takes no part in. */
static ent_status check_type(const ent_declared_column *column,
                             ent_error *err) {
  const ent_sql_type *type = &column->type;
  ent_type_family family = ent_sql_type_family(type);

  if (type->is_unsigned && !is_number(family)) {
    return ent_fail(err, ENT_CONFIG,
                    "'unsigned' is for numbers, and %s is none", type->name);
  }
  if ((column->charset || column->collation) && !ent_sql_type_is_text(type)) {
    return ent_fail(err, ENT_CONFIG,
                    "a charset or collation is for texts, and %s is none",
                    type->name);
  }
  if (column->is_auto && family != ENT_FAMILY_INTEGER) {
    return ent_fail(err, ENT_CONFIG,
                    "'auto_increment' needs an integer, and %s is none",
                    type->name);
  }
  if (column->updates_itself && family != ENT_FAMILY_DATETIME) {
    return ent_fail(err, ENT_CONFIG,
                    "'on update current_timestamp' is for datetime and "
                    "timestamp, and %s is neither",
                    type->name);
  }
  if (column->is_wide && !ent_sql_type_can_be_wide(type)) {
    return ent_fail(err, ENT_CONFIG,
                    "'wide' is for bigint unsigned, bit(64) and decimal, and "
                    "%s is none of them",
                    type->name);
  }
  return ENT_OK;
}

/* The same of a reference, whose type is not known yet. */
static ent_status check_reference(const ent_declared_column *column,
                                  ent_error *err) {
  if (column->charset || column->collation) {
    return ent_fail(err, ENT_CONFIG,
                    "a reference has the charset of the key it goes to");
  }
  if (column->is_auto || column->updates_itself ||
      column->default_kind == ENT_DEFAULT_NOW) {
    return ent_fail(err, ENT_CONFIG,
                    "a reference is neither numbered nor dated by the server");
  }
  if (column->on_delete == ENT_ON_DELETE_SET_NULL && !column->is_nullable) {
    return ent_fail(err, ENT_CONFIG,
                    "'on delete set null' in a column that is not null");
  }
  return ENT_OK;
}

static ent_status check_null(ent_column_words *words, ent_error *err) {
  ent_declared_column *column = &words->column;
  const char *what = words->is_key ? "primary key" : "auto_increment";

  if (words->is_key || column->is_auto) {
    if (words->is_null || column->default_kind == ENT_DEFAULT_NULL) {
      return ent_fail(err, ENT_CONFIG, "'%s' is never null", what);
    }
    column->is_nullable = false;
  }
  if (column->is_auto && column->default_kind != ENT_DEFAULT_NONE) {
    return ent_fail(err, ENT_CONFIG,
                    "both 'auto_increment' and 'default'; the server gives the "
                    "number");
  }
  if (column->default_kind == ENT_DEFAULT_NULL && !column->is_nullable) {
    return ent_fail(err, ENT_CONFIG,
                    "'default null' in a column that is not null");
  }
  return ENT_OK;
}

ent_status ent_column_words_check(ent_column_words *words, ent_arena *arena,
                                  ent_error *err) {
  ent_declared_column *column = &words->column;
  ent_status status;

  if (words->is_ignored) return ENT_OK;
  status = check_null(words, err);
  if (status) return status;
  if (column->reference && !column->is_many) {
    return check_reference(column, err);
  }
  if (column->enum_name) {
    ent_declared_column likeness = *column;

    likeness.type.name = column->is_set ? "set" : "enum";
    return check_type(&likeness, err);
  }
  status = check_type(column, err);
  return status ? status : ent_column_default_fit(column, arena, err);
}
