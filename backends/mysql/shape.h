#ifndef ENT_BACKENDS_MYSQL_SHAPE_H
#define ENT_BACKENDS_MYSQL_SHAPE_H

#include "backends/base/arena.h"
#include "backends/base/declared.h"
#include "backends/mysql/session.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The tables of a database in the one form in which what is there and what is
 * declared can be compared by meaning: however a server, or whoever declared
 * it, spells a thing, here it is spelt in one way.
 *
 * The widths in which integers are shown mean nothing and are not kept.
 * Everything of a shape lives in the arena it was read into. */

typedef enum ent_shape_default {
  ENT_SHAPE_NO_DEFAULT, /* an INSERT has to give a value */
  ENT_SHAPE_NULL,
  ENT_SHAPE_VALUE,
  ENT_SHAPE_NOW, /* current_timestamp, with the column's fraction */
  ENT_SHAPE_EXPRESSION,
} ent_shape_default;

typedef struct ent_shape_column {
  const char *name;
  ent_sql_type type; /* in the one spelling of shape_type.h */
  bool is_bool;      /* declared tinyint(1), which clients take for a bool */
  bool is_nullable;
  bool is_auto;
  bool updates_itself;
  bool is_generated;
  ent_shape_default default_kind;
  const char *default_text; /* of a VALUE or an EXPRESSION; else NULL */
  const char *charset;      /* NULL: its type has none */
  const char *collation;    /* the same */
  const char *renamed_from; /* NULL: nothing */
  /* What cannot be declared, is no difference, and stays where the column
   * changes: */
  const char *comment;    /* NULL or empty: none */
  const char *check;      /* of the column alone (MariaDB), or NULL */
  const char *check_name; /* by which that speaks of it */
  bool is_invisible;      /* MariaDB */
} ent_shape_column;

/* A column of an index.  What cannot be declared, the part of a text that is
 * indexed and the direction, is no difference but in a unique index. */
typedef struct ent_shape_part {
  const char *column;
  uint32_t prefix; /* characters or bytes; 0: all of it */
} ent_shape_part;

typedef struct ent_shape_index {
  const char *name;
  bool is_unique;
  bool is_special; /* fulltext, spatial, of an expression: not declarable */
  bool is_hashed;  /* unique over a long text, by a hidden column (MariaDB) */
  ent_shape_part *parts; /* n_parts, in their order */
  size_t n_parts;
} ent_shape_index;

typedef enum ent_shape_action {
  ENT_SHAPE_RESTRICT, /* also NO ACTION: InnoDB knows no difference */
  ENT_SHAPE_CASCADE,
  ENT_SHAPE_SET_NULL,
  ENT_SHAPE_SET_DEFAULT,
} ent_shape_action;

typedef struct ent_shape_foreign {
  const char *name;
  const char **columns; /* n_columns, in their order */
  const char *database; /* of the table referred to; NULL: the same */
  const char *table;
  const char **targets; /* n_columns of that table */
  size_t n_columns;
  ent_shape_action on_delete;
  ent_shape_action on_update;
} ent_shape_foreign;

typedef struct ent_shape_table {
  const char *name;
  const char *entity;       /* that declares it, or NULL */
  const char *renamed_from; /* the table it was, or NULL */
  const char *engine;       /* as the server spells it: InnoDB */
  const char *charset;      /* of columns that say nothing */
  const char *collation;
  bool is_table;             /* no view, no sequence: those have nothing else */
  bool is_compressed;        /* by ROW_FORMAT: such tables do nothing at once */
  ent_shape_column *columns; /* n_columns, in their order */
  size_t n_columns;
  ent_shape_index key;      /* n_parts is 0 where there is none */
  ent_shape_index *indexes; /* n_indexes besides the key, by name */
  size_t n_indexes;
  ent_shape_foreign *foreigns; /* n_foreigns */
  size_t n_foreigns;
} ent_shape_table;

typedef struct ent_shape {
  ent_shape_table *tables; /* n_tables */
  size_t n_tables;
} ent_shape;

typedef enum ent_server_json {
  ENT_JSON_NONE, /* MySQL 5.6 */
  ENT_JSON_TYPE, /* MySQL 5.7 and later */
  ENT_JSON_TEXT, /* MariaDB: longtext, with a CHECK on json_valid() */
} ent_server_json;

typedef struct ent_server_charset {
  const char *name;
  const char *collation; /* its own: that of a column that names none */
  unsigned max_bytes;    /* of one character */
} ent_server_charset;

/* What a comparison has to know of the server, and what of its database. */
typedef struct ent_server {
  const char *database;
  const char *version; /* as the server says it; for online.h only */
  ent_server_json json;
  bool quotes_defaults;    /* information_schema has them as SQL (MariaDB) */
  bool has_table_checks;   /* it tells which CHECK is of which table */
  bool folds_names;        /* names of tables have no case */
  bool invents_timestamps; /* explicit_defaults_for_timestamp is off */
  ent_server_charset *charsets; /* n_charsets */
  size_t n_charsets;
} ent_server;

/* Asks the server of a session, everything into `arena`.  Three SELECTs.
 * Errors of the server; NOMEM. */
ENT_CHECKED ent_status ent_server_ask(ent_mysql_session *session,
                                      ent_arena *arena,
                                      const ent_deadline *deadline,
                                      ent_server *server, ent_error *err);

/* Reads every table of the pool's database.  Six SELECTs at most, however many
 * tables there are.  Errors of the server; NOMEM. */
ENT_CHECKED ent_status ent_shape_live(ent_mysql_session *session,
                                      const ent_server *server,
                                      ent_arena *arena,
                                      const ent_deadline *deadline,
                                      ent_shape *shape, ent_error *err);

/* What one database shall hold. */
typedef struct ent_shape_wanted {
  const ent_declared *declared; /* where references are looked up */
  const ent_declared_entity *const *entities; /* n_entities whose tables are in
                                   the database, of whichever pool they are */
  size_t n_entities;
  const char *charset;   /* of entities that name none; NULL: utf8mb4 */
  const char *collation; /* the same; NULL: the charset's own */

  /* The database of an entity that is not among these: its name, if it is on
   * the same server; NULL, if no foreign key can reach it.  May be NULL. */
  const char *(*database_of)(void *context, const ent_declared_entity *entity);
  void *context;
} ent_shape_wanted;

/* The shape that is declared, on this server.  `declared` is resolved: every
 * type is known and every index there.  Costs no round trip.
 *
 * CONFIG with the entity and its line: a type that the server lacks, a charset
 * it does not know, an index that it cannot make.  NOMEM. */
ENT_CHECKED ent_status ent_shape_declared(const ent_server *server,
                                          const ent_shape_wanted *wanted,
                                          ent_arena *arena, ent_shape *shape,
                                          ent_error *err);

/* The charset that a collation is of, as its name says; NULL if that is none of
 * the server's. */
const ent_server_charset *ent_server_charset_of(const ent_server *server,
                                                const char *collation);

/* The charset of that name, exactly; NULL if the server has none. */
const ent_server_charset *ent_server_find_charset(const ent_server *server,
                                                  const char *name);

/* Whether two names are one: of columns, indexes and foreign keys, whose case
 * does not count. */
bool ent_shape_same_name(const char *a, const char *b);

/* Whether two texts are one, of which either may be NULL. */
bool ent_shape_same_text(const char *a, const char *b);

/* Whether two names of tables are one on this server. */
bool ent_shape_same_table(const ent_server *server, const char *a,
                          const char *b);

/* The element of that name; NULL if there is none. */
ent_shape_table *ent_shape_find_table(const ent_server *server,
                                      const ent_shape *shape, const char *name);
ent_shape_column *ent_shape_find_column(const ent_shape_table *table,
                                        const char *name);

/* Whether two columns hold the same values and sort them alike, so that one
 * can refer to the other: type, charset and collation. */
bool ent_shape_same_values(const ent_shape_column *a,
                           const ent_shape_column *b);
bool ent_shape_same_default(const ent_shape_column *a,
                            const ent_shape_column *b);

/* Makes room for one more element behind `n`, which must have been gathered
 * with this function: the array, or a larger copy of it in `arena`.  NULL if
 * there is no memory. */
void *ent_shape_grow(ent_arena *arena, void *items, size_t n, size_t size);

#endif
