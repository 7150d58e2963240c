#ifndef ENT_BACKENDS_BASE_ENTITY_H
#define ENT_BACKENDS_BASE_ENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a column holds.  Types that read and compare alike are one here: the
 * integers of all sizes but one, the texts, the blobs. */
typedef enum ent_type {
  ENT_TYPE_INTEGER, /* every integer that fits 64 signed bits, and bit(1…63) */
  ENT_TYPE_UNSIGNED, /* bigint unsigned, bit(64): above 2^63-1 a REAL */
  ENT_TYPE_YEAR,
  ENT_TYPE_DECIMAL,
  ENT_TYPE_FLOAT, /* 4 bytes */
  ENT_TYPE_DOUBLE,
  ENT_TYPE_TEXT,
  ENT_TYPE_ENUM,
  ENT_TYPE_SET,
  ENT_TYPE_JSON,
  ENT_TYPE_DATE,
  ENT_TYPE_DATETIME, /* and timestamp, in UTC */
  ENT_TYPE_TIME,
  ENT_TYPE_BLOB,
  ENT_TYPE_GEOMETRY,
} ent_type;

enum { ENT_N_TYPES = ENT_TYPE_GEOMETRY + 1 };

typedef struct ent_column {
  const char *name;
  const char *charset;   /* of a text as the server names it, else NULL */
  const char *collation; /* of a text, else NULL */
  const char *words;     /* of an enum or set its type: "enum('a','b')" */
  uint64_t max_size;     /* bytes a text or blob may have; 0 for others */
  uint64_t max_chars;    /* characters a text may have; 0 for others */
  ent_type type;
  uint8_t precision; /* of a decimal: digits in all */
  uint8_t scale;     /* of a decimal or a time: digits behind the point */
  bool fits_charset; /* every text of SQLite can be converted: utf8mb4 */
  bool is_bytewise;  /* texts compare as their UTF-8 bytes do, no padding */
  bool is_indexed;   /* first column of an index */
  bool is_unique;    /* no value stands in two rows, but NULL */
  bool is_invisible; /* HIDDEN in SQLite */
  bool is_wide;      /* a number that is shown as the text of its digits */
  /* What a write has to know. */
  bool is_nullable;    /* NULL is a value of it */
  bool has_default;    /* other than NULL */
  bool is_auto;        /* the server numbers the rows, where it is NULL */
  bool is_generated;   /* computed by the server, never written */
  bool is_padded;      /* char(n), binary(n): ends are cut or filled */
  bool updates_itself; /* ON UPDATE CURRENT_TIMESTAMP */
} ent_column;

typedef enum ent_key_kind {
  ENT_KEY_NONE,      /* a view, or a table without a key */
  ENT_KEY_INTEGER,   /* one integer column: it is the rowid */
  ENT_KEY_BYTES,     /* one text or blob column: PRIMARY KEY, WITHOUT ROWID */
  ENT_KEY_COMPOSITE, /* several, or one of another type: hidden _key */
} ent_key_kind;

/* A table or view of a server and how it stands in SQLite.  Immutable once
 * made; its strings live as long as it does. */
typedef struct ent_entity {
  const char *name;  /* in SQLite */
  const char *table; /* on the server */
  const ent_column *columns;
  uint16_t n_columns;
  ent_key_kind key_kind;
  const uint16_t *key_columns; /* n_key_columns indices into columns */
  uint16_t n_key_columns;
  /* Of a table whose rows are marked instead of removed: its column that is 0
   * where a row is alive and the row's integer key where it is not; else NULL.
   * Of `is_living` only those are its rows, and the mark is none of `columns`;
   * else the mark is the last of them. */
  const char *mark;
  bool is_living;
} ent_entity;

/* The declared type of a column in SQLite: "INTEGER", "DECIMAL", "REAL",
 * "TEXT" or "BLOB". */
const char *ent_type_declared(ent_type type);

/* That of one column: of a wide one "TEXT". */
const char *ent_column_declared(const ent_column *column);

/* Whether a column of this type can be wide: as what SQLite shows else, digits
 * may be lost. */
bool ent_type_can_be_wide(ent_type type);

/* The word for a type in messages and documents: "integer", "decimal". */
const char *ent_type_name(ent_type type);

/* The type that a column type of MySQL's reads as: "int", "varchar".
 *
 *   name  in lower case, without its size
 *   size  of a bit(size)
 *
 * Types that are not known (uuid, inet6, whatever comes next) are texts that
 * only SQLite compares, as JSON is. */
ent_type ent_type_of_name(const char *name, bool is_unsigned, uint64_t size);

/* How rows are found by n_key columns, indices into `columns`. */
ent_key_kind ent_key_kind_of(const ent_column *columns, const uint16_t *key,
                             uint16_t n_key);

#endif
