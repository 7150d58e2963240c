#ifndef ENT_BACKENDS_MYSQL_SQLWRITE_H
#define ENT_BACKENDS_MYSQL_SQLWRITE_H

#include "backends/base/buf.h"
#include "backends/write.h"

#include <stdbool.h>
#include <stddef.h>

/* The statements that write, beside those that read (sqltext.h).  Values are
 * parameters, in the order of their placeholders. */

/* What an INSERT says. */
typedef struct ent_sql_insert {
  const ent_entity *entity;
  const ent_cell *cells; /* n_rows × n_columns: which are named, which are
                            defaults; with `is_fixed` of the first row only */
  size_t n_rows;
  bool is_fixed;   /* every cell of the row is a placeholder: for arrays */
  bool replaces;   /* REPLACE */
  bool returns_id; /* RETURNING the integer key */
  const ent_cell *on_duplicate; /* n_columns, or NULL */
} ent_sql_insert;

/* Appends "INSERT INTO `t` (`a`, `b`) VALUES (?, DEFAULT), …".  A column is
 * named where the first row's cell is not ENT_CELL_KEEP. */
ENT_CHECKED ent_status ent_sql_insert_text(ent_buf *buf,
                                           const ent_sql_insert *insert,
                                           ent_error *err);

/* Appends "UPDATE `t` SET `a` = ?, `b` = ? WHERE <key>" for n_keys rows that
 * all get these values. */
ENT_CHECKED ent_status ent_sql_update_text(ent_buf *buf,
                                           const ent_entity *entity,
                                           const ent_cell *cells, size_t n_keys,
                                           ent_error *err);

/* Appends the UPDATE of n_rows rows that each get values of their own: joined
 * with a list of keys and values, a row's key before its values. */
ENT_CHECKED ent_status ent_sql_update_each_text(ent_buf *buf,
                                                const ent_entity *entity,
                                                const ent_cell *cells,
                                                size_t n_rows, ent_error *err);

/* Appends "DELETE FROM `t` WHERE <key>" for n_keys rows; of an entity that is
 * the living rows of its table "UPDATE `t` SET `mark` = `id` WHERE <key>". */
ENT_CHECKED ent_status ent_sql_delete_text(ent_buf *buf,
                                           const ent_entity *entity,
                                           size_t n_keys, ent_error *err);

#endif
