#ifndef ENT_BACKENDS_BASE_DECLARED_H
#define ENT_BACKENDS_BASE_DECLARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Entities as their users declare them, in a file or in SQL: what a table of
 * the server shall be.  One grammar makes them (column_words.h), one check
 * looks at all of them together (registry.h); everything is immutable then and
 * lives in the arena of whoever read it.
 *
 * Where a thing was declared is kept with it, so that what is wrong can be
 * shown: `line` is 1 for the first, 0 where there are no lines. */

/* The type of a column in MySQL's words, spelt in one way: "integer" is int,
 * "bool" tinyint(1), "numeric" decimal, "character varying" varchar. */
typedef struct ent_sql_type {
  const char *name;         /* lower case; NULL: not known yet (a reference,
                               a registered enum) */
  int32_t size;             /* varchar(size), decimal(size,…), datetime(size);
                               -1: not given */
  int32_t scale;            /* decimal(…,scale); -1: not given */
  bool is_unsigned;         /* only of numbers */
  const char *const *words; /* n_words, of an enum or set */
  size_t n_words;
} ent_sql_type;

typedef enum ent_default_kind {
  ENT_DEFAULT_NONE,  /* none was declared: NULL where the column takes one */
  ENT_DEFAULT_NULL,  /* "default null" */
  ENT_DEFAULT_VALUE, /* a number or text, as the text it is */
  ENT_DEFAULT_NOW,   /* current_timestamp, with the column's fraction */
} ent_default_kind;

/* What happens to a row when the one that it refers to is deleted. */
typedef enum ent_on_delete {
  ENT_ON_DELETE_RESTRICT,
  ENT_ON_DELETE_CASCADE,
  ENT_ON_DELETE_SET_NULL,
} ent_on_delete;

typedef struct ent_declared_column {
  const char *name; /* of an embedded one its whole path: address_street */
  ent_sql_type type;
  const char *enum_name; /* the registered enum that has the words, or NULL */
  const char *reference; /* the entity referred to, or NULL */
  const char *default_text; /* of a VALUE; else NULL */
  const char *charset;      /* NULL: that of the entity */
  const char *collation;    /* NULL: the charset's own */
  const char *renamed_from; /* the column it was, or NULL */
  const char *const *dirty; /* n_dirty streams told of its changes */
  size_t n_dirty;
  int line;
  ent_on_delete on_delete;
  ent_default_kind default_kind;
  bool is_set;  /* of the enum's words: a set, no enum */
  bool is_many; /* a JSON array of references, without foreign key */
  bool is_nullable;
  bool is_auto;        /* numbered by the server */
  bool updates_itself; /* on update current_timestamp */
  bool is_wide;        /* shown as text of all its digits */
  bool skips_log;
} ent_declared_column;

typedef struct ent_declared_index {
  const char *name;
  int line;
  bool is_unique;
  const char *const *columns; /* n_columns, in their order */
  size_t n_columns;
} ent_declared_index;

/* A cached query. */
typedef struct ent_declared_query {
  const char *name;
  int line;
  bool is_one;      /* gives one row at most */
  const char *text; /* "where age = ? order by id"; may be empty */
} ent_declared_query;

typedef struct ent_declared_entity {
  const char *name;
  int line;
  const char *pool;         /* the MySQL pool; "default" unless given */
  const char *table;        /* on the server; its name unless given */
  const char *renamed_from; /* the table it was, or NULL */
  const char *charset;      /* NULL: that of the pool */
  const char *collation;    /* NULL: the charset's own */
  const char *local_cache;  /* names of pools; NULL: none */
  const char *redis_cache;
  const char *log_pool; /* the MySQL pool of its log table, or NULL */
  bool fake_delete;
  bool is_wide;
  const char *const *dirty; /* n_dirty streams told of every change */
  size_t n_dirty;
  const ent_declared_column *columns; /* n_columns, in their order */
  size_t n_columns;
  const char *const *key; /* n_key columns of the primary key */
  size_t n_key;           /* 0: not given; then it is the column `id` */
  bool is_keyless;        /* it was said that there is none: n_key is 0 */
  const ent_declared_index *indexes; /* n_indexes */
  size_t n_indexes;
  const ent_declared_query *queries; /* n_queries */
  size_t n_queries;
} ent_declared_entity;

typedef struct ent_declared_enum {
  const char *name;
  int line;
  const char *const *words; /* n_words, in their order */
  size_t n_words;
  const char *default_word; /* the first unless given */
} ent_declared_enum;

/* Everything that one configuration declares, in the order it does. */
typedef struct ent_declared {
  const ent_declared_enum *enums; /* n_enums */
  size_t n_enums;
  const ent_declared_entity *entities; /* n_entities */
  size_t n_entities;
} ent_declared;

/* The entity of a name, spelt as where it is declared; NULL if there is none. */
const ent_declared_entity *ent_declared_find(const ent_declared *declared,
                                             const char *name);

#endif
