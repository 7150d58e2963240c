#ifndef ENT_BACKENDS_MYSQL_SHIPTABLE_H
#define ENT_BACKENDS_MYSQL_SHIPTABLE_H

#include "backends/base/entity.h"
#include "backends/source.h"

/* Shippability: what MySQL may be asked to do for SQLite, as one table of data.
 *
 * The two compare differently: by collation and padding, with zero dates, by
 * rounding 2.5 to an integer.  So for each kind of column and each thing that a
 * statement may want of it the table says whether MySQL's answer is SQLite's,
 * holds it among other rows, or cannot be used, and why.  Plans, the words of
 * entable_explain() and docs/pushdown.md are made from it.
 */

/* Kinds of columns that are compared alike. */
typedef enum ent_ship_class {
  ENT_CLASS_INTEGER,
  ENT_CLASS_UNSIGNED,
  ENT_CLASS_YEAR,
  ENT_CLASS_DECIMAL,      /* of up to 15 digits: one to one with its REAL */
  ENT_CLASS_LONG_DECIMAL, /* several of them may be one REAL */
  ENT_CLASS_WIDE,         /* digits of a number that are shown as a text */
  ENT_CLASS_FLOAT,
  ENT_CLASS_DOUBLE,
  ENT_CLASS_TEXT_BYTES, /* a collation that compares bytes, without padding */
  ENT_CLASS_TEXT_FOLDS, /* one that takes 'a' and 'A' for the same letter */
  ENT_CLASS_TEXT_OTHER,
  ENT_CLASS_ENUM,
  ENT_CLASS_SET,
  ENT_CLASS_JSON,
  ENT_CLASS_DATE,
  ENT_CLASS_DATETIME,
  ENT_CLASS_TIME,
  ENT_CLASS_BLOB,
  ENT_CLASS_GEOMETRY,
  ENT_N_CLASSES,
} ent_ship_class;

/* What a statement may want of a column. */
typedef enum ent_ship_wish {
  ENT_WISH_EQUAL,    /* =, IN, IS */
  ENT_WISH_UNEQUAL,  /* <>, IS NOT */
  ENT_WISH_RANGE,    /* <, <=, >, >=, BETWEEN */
  ENT_WISH_NULL,     /* IS NULL */
  ENT_WISH_NOT_NULL, /* IS NOT NULL */
  ENT_WISH_LIKE,     /* the beginning of a pattern */
  ENT_WISH_GLOB,
  ENT_WISH_ORDER, /* ORDER BY, min(), max() */
  ENT_N_WISHES,
} ent_ship_wish;

typedef enum ent_ship_answer {
  ENT_ANSWER_LOCAL,    /* MySQL is not asked */
  ENT_ANSWER_SUPERSET, /* all rows that SQLite wants, and others */
  ENT_ANSWER_EXACT,    /* SQLite's answer, unless a value is of an odd kind */
} ent_ship_answer;

typedef struct ent_ship_entry {
  ent_ship_answer answer;
  const char
      *reason; /* in words for people; NULL where there is none to give */
} ent_ship_entry;

ent_ship_class ent_ship_class_of(const ent_column *column);

/* The wish that an operator is. */
ent_ship_wish ent_ship_wish_of(ent_op op);

ent_ship_entry ent_ship_entry_of(ent_ship_class class, ent_ship_wish wish);

/* "integers, bit", "= IN IS" and "exact", for people. */
const char *ent_ship_class_name(ent_ship_class class);
const char *ent_ship_wish_name(ent_ship_wish wish);
const char *ent_ship_answer_name(ent_ship_answer answer);

#endif
