#ifndef ENT_BACKENDS_BASE_TYPE_WORDS_H
#define ENT_BACKENDS_BASE_TYPE_WORDS_H

#include "backends/base/declared.h"
#include "backends/base/tokens.h"

/* The types of MySQL by their names: which there are, what may stand in
 * parentheses behind them, and by which name each is known here:
 *
 *     integer → int              dec, numeric, fixed → decimal
 *     bool → tinyint(1)          double precision, real → double
 *     character varying → varchar
 *
 * Sizes are always spelt out where they mean something: decimal is
 * decimal(10,0), char is char(1), bit is bit(1).  They are left out where they
 * mean nothing: int(11) is int, datetime(0) is datetime. */
typedef enum ent_type_family {
  ENT_FAMILY_INTEGER,
  ENT_FAMILY_DECIMAL,
  ENT_FAMILY_FLOAT, /* and double */
  ENT_FAMILY_BIT,
  ENT_FAMILY_YEAR,
  ENT_FAMILY_CHAR,   /* and varchar */
  ENT_FAMILY_TEXT,   /* of all four sizes */
  ENT_FAMILY_BINARY, /* and varbinary */
  ENT_FAMILY_BLOB,   /* of all four sizes */
  ENT_FAMILY_ENUM,
  ENT_FAMILY_SET,
  ENT_FAMILY_DATE,
  ENT_FAMILY_TIME,
  ENT_FAMILY_DATETIME, /* and timestamp */
  ENT_FAMILY_JSON,
  ENT_FAMILY_GEOMETRY,
} ent_type_family;

/* The family of a type whose name is not NULL. */
ent_type_family ent_sql_type_family(const ent_sql_type *type);

/* Whether the values of a type may have more digits than SQLite's numbers. */
bool ent_sql_type_can_be_wide(const ent_sql_type *type);

/* Whether a type has a charset. */
bool ent_sql_type_is_text(const ent_sql_type *type);

/* Whether an index can have a column of the type, be it only where its values
 * begin, and whether the key can. */
bool ent_sql_type_can_be_indexed(const ent_sql_type *type);
bool ent_sql_type_can_be_key(const ent_sql_type *type);

/* Reads a type into an empty column: its `type`, or for `enum color` and `set
 * color` the enum's name and `is_set`; nchar and its like give the charset,
 * too.  Strings live in `arena`.
 * CONFIG: what stands there is no type, or its size is none that it can have;
 * the text says what would be right.  NOMEM. */
ENT_CHECKED ent_status ent_type_words_read(ent_tokens *words, ent_arena *arena,
                                           ent_declared_column *column,
                                           ent_error *err);

/* "varchar(100)", "decimal(8,2) unsigned", "enum": a type for messages.  Lives
 * in `arena`; NULL if there is no memory. */
const char *ent_sql_type_shown(const ent_sql_type *type, ent_arena *arena);

#endif
