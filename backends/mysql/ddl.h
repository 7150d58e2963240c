#ifndef ENT_BACKENDS_MYSQL_DDL_H
#define ENT_BACKENDS_MYSQL_DDL_H

#include "backends/base/buf.h"
#include "backends/mysql/online.h"
#include "backends/mysql/shape.h"

/* The text of what makes and changes tables: with sqltext.h the only place that
 * writes SQL.  Names and literals are right in any sql_mode, so that the text
 * can be run by hand: a backslash never stands in a literal.
 *
 * A statement is written piece by piece; what fails is kept, and told by
 * ent_ddl_end():
 *
 *     ent_ddl_begin(&ddl, server);
 *     ent_ddl_alter(&ddl, "user", NULL);
 *     ent_ddl_drop_column(&ddl, "note");
 *     ent_ddl_online(&ddl, ENT_ONLINE_INSTANT);
 *     status = ent_ddl_end(&ddl, arena, &sql, err);
 */
typedef struct ent_ddl {
  const ent_server *server;
  const ent_shape_table
      *table; /* whose charset need not be repeated, or NULL */
  ent_buf buf;
  size_t n_clauses;
  ent_error err;
} ent_ddl;

void ent_ddl_begin(ent_ddl *ddl, const ent_server *server);

/* Ends a statement, without a semicolon, and frees what it was written with.
 *
 *   sql  lives in `arena`
 *
 * NOMEM; TOO_BIG above 16 MiB. */
ENT_CHECKED ent_status ent_ddl_end(ent_ddl *ddl, ent_arena *arena,
                                   const char **sql, ent_error *err);

/* CREATE TABLE without foreign keys. */
void ent_ddl_create(ent_ddl *ddl, const ent_shape_table *table);

void ent_ddl_drop(ent_ddl *ddl, const char *table);
void ent_ddl_rename(ent_ddl *ddl, const char *from, const char *to);

/* ALTER TABLE, and its clauses, each on a line.
 *
 *   like     the table as it is, where it keeps its charset: columns do not
 *            repeat it; or NULL
 *   after    the column to stand behind; NULL: the first
 *   is_last  it stands there anyway: no words for it
 *   moves    it is to stand behind `after`; else where it stands */
void ent_ddl_alter(ent_ddl *ddl, const char *table,
                   const ent_shape_table *like);
void ent_ddl_add_column(ent_ddl *ddl, const ent_shape_column *column,
                        bool is_last, const char *after);
void ent_ddl_change_column(ent_ddl *ddl, const char *from,
                           const ent_shape_column *column, bool moves,
                           const char *after);
void ent_ddl_rename_column(ent_ddl *ddl, const ent_shape_column *live,
                           const char *to);
void ent_ddl_drop_column(ent_ddl *ddl, const char *name);
void ent_ddl_add_index(ent_ddl *ddl, const ent_shape_index *index);
void ent_ddl_drop_index(ent_ddl *ddl, const char *name);
void ent_ddl_rename_index(ent_ddl *ddl, const char *from, const char *to);
void ent_ddl_drop_key(ent_ddl *ddl);
void ent_ddl_add_key(ent_ddl *ddl, const ent_shape_index *key);
void ent_ddl_add_foreign(ent_ddl *ddl, const ent_shape_foreign *foreign,
                         const char *name);
void ent_ddl_drop_foreign(ent_ddl *ddl, const char *name);
void ent_ddl_charset(ent_ddl *ddl, const ent_shape_table *table);
void ent_ddl_engine(ent_ddl *ddl, const char *engine);

/* ", ALGORITHM=INPLACE, LOCK=NONE", or nothing. */
void ent_ddl_online(ent_ddl *ddl, ent_online online);

/* SELECT of one row that has a column for each table: whether it has rows. */
void ent_ddl_has_rows(ent_ddl *ddl, const char *const *tables, size_t n);

#endif
