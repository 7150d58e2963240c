#include "backends/mysql/shiptable.h"

#include <stdbool.h>
#include <string.h>

#define EXACT                                                                  \
  { ENT_ANSWER_EXACT, NULL }
#define EXACT_BUT(reason)                                                      \
  { ENT_ANSWER_EXACT, reason }
#define SUPERSET(reason)                                                       \
  { ENT_ANSWER_SUPERSET, reason }
#define LOCAL(reason)                                                          \
  { ENT_ANSWER_LOCAL, reason }

/* Reasons that hold for several kinds of columns. */
#define AS_TEXT        "a pattern is compared with the text of a value, not with it"
#define NO_BYTES       "a pattern is compared with text, not with bytes"
#define ZERO_DATE      "a zero date is NULL to MySQL in a column that is NOT NULL"
#define BY_COLLATION   "the collation takes different texts for equal"
#define OTHER_ORDER    "the collation's order is not that of the bytes"
#define BEGINNING      "the beginning of the pattern is looked up, the rest is not"
#define BY_DECLARATION "MySQL sorts by the place in the declaration"

typedef struct ship_row {
  const char *name;
  ent_ship_entry entries[ENT_N_WISHES];
} ship_row;

static const ship_row table[ENT_N_CLASSES] = {
    [ENT_CLASS_INTEGER] = {"integers, bit",
                           {[ENT_WISH_EQUAL] = EXACT_BUT("2.5 equals none"),
                            [ENT_WISH_UNEQUAL] = EXACT,
                            [ENT_WISH_RANGE] =
                                EXACT_BUT("2.5 bounds as 2 or 3 does"),
                            [ENT_WISH_NULL] = EXACT,
                            [ENT_WISH_NOT_NULL] = EXACT,
                            [ENT_WISH_LIKE] = LOCAL(AS_TEXT),
                            [ENT_WISH_GLOB] = LOCAL(AS_TEXT),
                            [ENT_WISH_ORDER] = EXACT}},
    [ENT_CLASS_UNSIGNED] =
        {"bigint unsigned, bit(64)",
         {[ENT_WISH_EQUAL] = EXACT_BUT("above 2^63-1 a REAL is a range"),
          [ENT_WISH_UNEQUAL] = EXACT_BUT("above 2^63-1 SQLite compares"),
          [ENT_WISH_RANGE] = EXACT_BUT("above 2^63-1 it is widened"),
          [ENT_WISH_NULL] = EXACT,
          [ENT_WISH_NOT_NULL] = EXACT,
          [ENT_WISH_LIKE] = LOCAL(AS_TEXT),
          [ENT_WISH_GLOB] = LOCAL(AS_TEXT),
          [ENT_WISH_ORDER] = EXACT_BUT("only as the last column: above 2^63-1 "
                                       "several numbers are one REAL")}},
    [ENT_CLASS_YEAR] = {"year",
                        {[ENT_WISH_EQUAL] =
                             EXACT_BUT("1901 to 2155: 70 would be 1970"),
                         [ENT_WISH_UNEQUAL] = EXACT_BUT("1901 to 2155"),
                         [ENT_WISH_RANGE] = EXACT_BUT("1901 to 2155"),
                         [ENT_WISH_NULL] = EXACT,
                         [ENT_WISH_NOT_NULL] = EXACT,
                         [ENT_WISH_LIKE] = LOCAL(AS_TEXT),
                         [ENT_WISH_GLOB] = LOCAL(AS_TEXT),
                         [ENT_WISH_ORDER] = EXACT}},
    [ENT_CLASS_DECIMAL] =
        {"decimal to 15 digits",
         {[ENT_WISH_EQUAL] = SUPERSET("a REAL is rounded to the scale"),
          [ENT_WISH_UNEQUAL] = LOCAL("a REAL is rounded to the scale"),
          [ENT_WISH_RANGE] = SUPERSET("a bound is rounded to the scale"),
          [ENT_WISH_NULL] = EXACT,
          [ENT_WISH_NOT_NULL] = EXACT,
          [ENT_WISH_LIKE] = LOCAL(AS_TEXT),
          [ENT_WISH_GLOB] = LOCAL(AS_TEXT),
          [ENT_WISH_ORDER] = EXACT}},
    [ENT_CLASS_LONG_DECIMAL] =
        {"decimal of more digits",
         {[ENT_WISH_EQUAL] = SUPERSET("several decimals are one REAL"),
          [ENT_WISH_UNEQUAL] = LOCAL("several decimals are one REAL"),
          [ENT_WISH_RANGE] = SUPERSET("a bound is widened: several decimals "
                                      "are one REAL"),
          [ENT_WISH_NULL] = EXACT,
          [ENT_WISH_NOT_NULL] = EXACT,
          [ENT_WISH_LIKE] = LOCAL(AS_TEXT),
          [ENT_WISH_GLOB] = LOCAL(AS_TEXT),
          [ENT_WISH_ORDER] = EXACT_BUT("only as the last column: several "
                                       "decimals are one REAL")}},
    [ENT_CLASS_WIDE] =
        {"bigint unsigned, bit(64), decimal with wide: text",
         {[ENT_WISH_EQUAL] = SUPERSET("found by the number, and compared as a "
                                      "text"),
          [ENT_WISH_UNEQUAL] = LOCAL("a number may be written in many ways"),
          [ENT_WISH_RANGE] = LOCAL("digits sort otherwise as a text"),
          [ENT_WISH_NULL] = EXACT,
          [ENT_WISH_NOT_NULL] = EXACT,
          [ENT_WISH_LIKE] = LOCAL(AS_TEXT),
          [ENT_WISH_GLOB] = LOCAL(AS_TEXT),
          [ENT_WISH_ORDER] = LOCAL("digits sort otherwise as a text")}},
    [ENT_CLASS_FLOAT] =
        {"float",
         {[ENT_WISH_EQUAL] = LOCAL("f = 0.1 finds nothing on a server"),
          [ENT_WISH_UNEQUAL] = LOCAL("f = 0.1 finds nothing on a server"),
          [ENT_WISH_RANGE] = LOCAL("a server compares other digits than it "
                                   "shows"),
          [ENT_WISH_NULL] = EXACT,
          [ENT_WISH_NOT_NULL] = EXACT,
          [ENT_WISH_LIKE] = LOCAL(AS_TEXT),
          [ENT_WISH_GLOB] = LOCAL(AS_TEXT),
          [ENT_WISH_ORDER] = EXACT}},
    [ENT_CLASS_DOUBLE] =
        {"double",
         {[ENT_WISH_EQUAL] = EXACT_BUT("an INTEGER above 2^53 is SQLite's"),
          [ENT_WISH_UNEQUAL] = EXACT_BUT("an INTEGER above 2^53 is SQLite's"),
          [ENT_WISH_RANGE] = EXACT_BUT("an INTEGER above 2^53 is SQLite's"),
          [ENT_WISH_NULL] = EXACT,
          [ENT_WISH_NOT_NULL] = EXACT,
          [ENT_WISH_LIKE] = LOCAL(AS_TEXT),
          [ENT_WISH_GLOB] = LOCAL(AS_TEXT),
          [ENT_WISH_ORDER] = EXACT}},
    [ENT_CLASS_TEXT_BYTES] =
        {"varchar, text: utf8mb4_nopad_bin",
         {[ENT_WISH_EQUAL] = EXACT,
          [ENT_WISH_UNEQUAL] = EXACT,
          [ENT_WISH_RANGE] = EXACT,
          [ENT_WISH_NULL] = EXACT,
          [ENT_WISH_NOT_NULL] = EXACT,
          [ENT_WISH_LIKE] = LOCAL("'a' LIKE 'A' in SQLite"),
          [ENT_WISH_GLOB] = SUPERSET(BEGINNING),
          [ENT_WISH_ORDER] =
              EXACT_BUT("to 64 KiB a value, at most four such columns")}},
    [ENT_CLASS_TEXT_FOLDS] =
        {"char, varchar, text: collations that fold letters (…_general_ci, "
         "…_unicode_ci, latin1_swedish_ci)",
         {[ENT_WISH_EQUAL] = EXACT_BUT(
              "by the index, and again as bytes; of an IN SQLite looks again"),
          [ENT_WISH_UNEQUAL] = EXACT_BUT("compared as bytes"),
          [ENT_WISH_RANGE] = LOCAL(OTHER_ORDER),
          [ENT_WISH_NULL] = EXACT,
          [ENT_WISH_NOT_NULL] = EXACT,
          [ENT_WISH_LIKE] = SUPERSET(BEGINNING),
          [ENT_WISH_GLOB] = SUPERSET(BEGINNING),
          [ENT_WISH_ORDER] = LOCAL(OTHER_ORDER)}},
    [ENT_CLASS_TEXT_OTHER] =
        {"char, varchar, text: other collations (utf8mb4_bin); char: every "
         "collation that does not fold",
         {[ENT_WISH_EQUAL] = EXACT_BUT(
              "by the index, and again as bytes; of an IN SQLite looks again"),
          [ENT_WISH_UNEQUAL] = EXACT_BUT("compared as bytes"),
          [ENT_WISH_RANGE] = LOCAL(OTHER_ORDER),
          [ENT_WISH_NULL] = EXACT,
          [ENT_WISH_NOT_NULL] = EXACT,
          [ENT_WISH_LIKE] = LOCAL("'a' LIKE 'A' in SQLite"),
          [ENT_WISH_GLOB] =
              LOCAL("an index of a padded collation loses texts with a "
                    "control character behind the beginning"),
          [ENT_WISH_ORDER] = LOCAL(OTHER_ORDER)}},
    [ENT_CLASS_ENUM] = {"enum",
                        {[ENT_WISH_EQUAL] = SUPERSET(BY_COLLATION),
                         [ENT_WISH_UNEQUAL] = LOCAL(BY_COLLATION),
                         [ENT_WISH_RANGE] = LOCAL(BY_DECLARATION),
                         [ENT_WISH_NULL] = EXACT,
                         [ENT_WISH_NOT_NULL] = EXACT,
                         [ENT_WISH_LIKE] = LOCAL("its words are few"),
                         [ENT_WISH_GLOB] = LOCAL("its words are few"),
                         [ENT_WISH_ORDER] = LOCAL(BY_DECLARATION)}},
    [ENT_CLASS_SET] = {"set",
                       {[ENT_WISH_EQUAL] = SUPERSET(BY_COLLATION),
                        [ENT_WISH_UNEQUAL] = LOCAL(BY_COLLATION),
                        [ENT_WISH_RANGE] = LOCAL(BY_DECLARATION),
                        [ENT_WISH_NULL] = EXACT,
                        [ENT_WISH_NOT_NULL] = EXACT,
                        [ENT_WISH_LIKE] = LOCAL("its words are few"),
                        [ENT_WISH_GLOB] = LOCAL("its words are few"),
                        [ENT_WISH_ORDER] = LOCAL(BY_DECLARATION)}},
    [ENT_CLASS_JSON] =
        {"json, uuid, inet",
         {[ENT_WISH_EQUAL] =
              LOCAL("a server compares what it means, not its "
                    "text"),
          [ENT_WISH_UNEQUAL] = LOCAL("a server compares what it means, not its "
                                     "text"),
          [ENT_WISH_RANGE] =
              LOCAL("a server compares what it means, not its "
                    "text"),
          [ENT_WISH_NULL] = EXACT,
          [ENT_WISH_NOT_NULL] = EXACT,
          [ENT_WISH_LIKE] = LOCAL("its text is made when it is read"),
          [ENT_WISH_GLOB] = LOCAL("its text is made when it is read"),
          [ENT_WISH_ORDER] = LOCAL("a server sorts by what it means")}},
    [ENT_CLASS_DATE] =
        {"date",
         {[ENT_WISH_EQUAL] = EXACT_BUT("real dates, in their one form"),
          [ENT_WISH_UNEQUAL] = EXACT_BUT("real dates, in their one form"),
          [ENT_WISH_RANGE] = EXACT_BUT("a longer text bounds as its beginning "
                                       "does"),
          [ENT_WISH_NULL] = SUPERSET(ZERO_DATE),
          [ENT_WISH_NOT_NULL] = EXACT,
          [ENT_WISH_LIKE] = LOCAL(AS_TEXT),
          [ENT_WISH_GLOB] = LOCAL(AS_TEXT),
          [ENT_WISH_ORDER] = EXACT}},
    [ENT_CLASS_DATETIME] =
        {"datetime, timestamp",
         {[ENT_WISH_EQUAL] = EXACT_BUT("real dates, in their one form"),
          [ENT_WISH_UNEQUAL] = EXACT_BUT("real dates, in their one form"),
          [ENT_WISH_RANGE] = EXACT_BUT("'2024-05-06' bounds as midnight"),
          [ENT_WISH_NULL] = SUPERSET(ZERO_DATE),
          [ENT_WISH_NOT_NULL] = EXACT,
          [ENT_WISH_LIKE] = LOCAL(AS_TEXT),
          [ENT_WISH_GLOB] = LOCAL(AS_TEXT),
          [ENT_WISH_ORDER] = EXACT}},
    [ENT_CLASS_TIME] =
        {"time",
         {[ENT_WISH_EQUAL] = SUPERSET("-00:00:00 is 00:00:00 on a server"),
          [ENT_WISH_UNEQUAL] = LOCAL("-00:00:00 is 00:00:00 on a server"),
          [ENT_WISH_RANGE] = LOCAL("-01:00:00 sorts otherwise as a text"),
          [ENT_WISH_NULL] = EXACT,
          [ENT_WISH_NOT_NULL] = EXACT,
          [ENT_WISH_LIKE] = LOCAL(AS_TEXT),
          [ENT_WISH_GLOB] = LOCAL(AS_TEXT),
          [ENT_WISH_ORDER] = LOCAL("-01:00:00 sorts otherwise as a text")}},
    [ENT_CLASS_BLOB] = {"binary, varbinary, blob",
                        {[ENT_WISH_EQUAL] = EXACT,
                         [ENT_WISH_UNEQUAL] = EXACT,
                         [ENT_WISH_RANGE] = EXACT,
                         [ENT_WISH_NULL] = EXACT,
                         [ENT_WISH_NOT_NULL] = EXACT,
                         [ENT_WISH_LIKE] = LOCAL(NO_BYTES),
                         [ENT_WISH_GLOB] = LOCAL(NO_BYTES),
                         [ENT_WISH_ORDER] = EXACT_BUT(
                             "to 64 KiB a value, at most four such columns")}},
    [ENT_CLASS_GEOMETRY] =
        {"geometry",
         {[ENT_WISH_EQUAL] = LOCAL("a server compares shapes"),
          [ENT_WISH_UNEQUAL] = LOCAL("a server compares shapes"),
          [ENT_WISH_RANGE] = LOCAL("a server compares shapes"),
          [ENT_WISH_NULL] = EXACT,
          [ENT_WISH_NOT_NULL] = EXACT,
          [ENT_WISH_LIKE] = LOCAL(NO_BYTES),
          [ENT_WISH_GLOB] = LOCAL(NO_BYTES),
          [ENT_WISH_ORDER] = LOCAL("a server does not sort by its bytes")}},
};

static const char *const wish_names[ENT_N_WISHES] = {
    [ENT_WISH_EQUAL] = "= IN IS",
    [ENT_WISH_UNEQUAL] = "<> IS NOT",
    [ENT_WISH_RANGE] = "< <= > >= BETWEEN",
    [ENT_WISH_NULL] = "IS NULL",
    [ENT_WISH_NOT_NULL] = "IS NOT NULL",
    [ENT_WISH_LIKE] = "LIKE",
    [ENT_WISH_GLOB] = "GLOB",
    [ENT_WISH_ORDER] = "ORDER BY, min, max",
};

/* Collations of which it is known that the 26 letters are each one with its
 * capital, as LIKE has it in SQLite.  (In Turkish i and I are two letters.) */
static bool folds_letters(const char *collation) {
  static const char *const ends[] = {
      "_general_ci",       "_general_nopad_ci",    "_unicode_ci",
      "_unicode_nopad_ci", "_unicode_520_ci",      "_unicode_520_nopad_ci",
      "_swedish_ci",       "_swedish_nopad_ci",    "_uca1400_ai_ci",
      "_uca1400_as_ci",    "_uca1400_nopad_ai_ci", "_uca1400_nopad_as_ci"};
  size_t size = collation ? strlen(collation) : 0;

  for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
    size_t end = strlen(ends[i]);

    if (size > end && strcmp(collation + size - end, ends[i]) == 0) return true;
  }
  return false;
}

static ent_ship_class text_class(const ent_column *column) {
  if (column->is_bytewise) return ENT_CLASS_TEXT_BYTES;
  return folds_letters(column->collation) ? ENT_CLASS_TEXT_FOLDS
                                          : ENT_CLASS_TEXT_OTHER;
}

ent_ship_class ent_ship_class_of(const ent_column *column) {
  enum { ENT_REAL_DIGITS = 15 };

  if (column->is_wide) return ENT_CLASS_WIDE;
  switch (column->type) {
  case ENT_TYPE_INTEGER: return ENT_CLASS_INTEGER;
  case ENT_TYPE_UNSIGNED: return ENT_CLASS_UNSIGNED;
  case ENT_TYPE_YEAR: return ENT_CLASS_YEAR;
  case ENT_TYPE_DECIMAL:
    return column->precision <= ENT_REAL_DIGITS ? ENT_CLASS_DECIMAL
                                                : ENT_CLASS_LONG_DECIMAL;
  case ENT_TYPE_FLOAT: return ENT_CLASS_FLOAT;
  case ENT_TYPE_DOUBLE: return ENT_CLASS_DOUBLE;
  case ENT_TYPE_TEXT: return text_class(column);
  case ENT_TYPE_ENUM: return ENT_CLASS_ENUM;
  case ENT_TYPE_SET: return ENT_CLASS_SET;
  case ENT_TYPE_JSON: return ENT_CLASS_JSON;
  case ENT_TYPE_DATE: return ENT_CLASS_DATE;
  case ENT_TYPE_DATETIME: return ENT_CLASS_DATETIME;
  case ENT_TYPE_TIME: return ENT_CLASS_TIME;
  case ENT_TYPE_BLOB: return ENT_CLASS_BLOB;
  case ENT_TYPE_GEOMETRY: break;
  }
  return ENT_CLASS_GEOMETRY;
}

ent_ship_wish ent_ship_wish_of(ent_op op) {
  switch (op) {
  case ENT_OP_EQ:
  case ENT_OP_IN:
  case ENT_OP_IS: return ENT_WISH_EQUAL;
  case ENT_OP_NE:
  case ENT_OP_IS_NOT: return ENT_WISH_UNEQUAL;
  case ENT_OP_GT:
  case ENT_OP_GE:
  case ENT_OP_LT:
  case ENT_OP_LE: return ENT_WISH_RANGE;
  case ENT_OP_IS_NULL: return ENT_WISH_NULL;
  case ENT_OP_NOT_NULL: return ENT_WISH_NOT_NULL;
  case ENT_OP_LIKE: return ENT_WISH_LIKE;
  case ENT_OP_GLOB: break;
  }
  return ENT_WISH_GLOB;
}

ent_ship_entry ent_ship_entry_of(ent_ship_class class, ent_ship_wish wish) {
  return table[class].entries[wish];
}

const char *ent_ship_class_name(ent_ship_class class) {
  return table[class].name;
}

const char *ent_ship_wish_name(ent_ship_wish wish) {
  return wish_names[wish];
}

const char *ent_ship_answer_name(ent_ship_answer answer) {
  static const char *const names[] = {"local", "superset", "exact"};

  return names[answer];
}
