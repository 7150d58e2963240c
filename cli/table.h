#ifndef ENT_CLI_TABLE_H
#define ENT_CLI_TABLE_H

#include "backends/base/buf.h"
#include "backends/base/error.h"
#include "cli/style.h"

#include <sqlite3.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A result as a table:
 *
 *     id | name  | price
 *     ---+-------+------
 *      1 | Chair | 49.5
 *
 * Widths come from the first rows, up to ENT_TABLE_ROWS or ENT_TABLE_BYTES of
 * them, which are held back until then; later rows are written at once, and
 * a wider value stands out of its column.  A column of numbers is aligned to
 * the right.
 *
 * For a terminal it is drawn as a box that fits it: values are cut, columns
 * for which there is no room even so are left out, and a note below says how
 * many, and how many rows there were. */

enum { ENT_TABLE_ROWS = 1000, ENT_TABLE_BYTES = 4 * 1024 * 1024 };

typedef struct ent_table_column {
  size_t width; /* terminal columns */
  bool has_number;
  bool has_other; /* text or blob; NULL is neither */
} ent_table_column;

typedef struct ent_table {
  size_t columns_limit; /* width of the terminal; 0 = none */
  bool headers;         /* the names of the columns stand above them */
  bool boxed;
  const ent_style *style;
  ent_table_column *columns;
  int n_columns;
  int n_shown;   /* the first ones, for which there is room */
  size_t n_rows; /* so far */
  bool measured; /* the widths are final and the header is written */
  size_t n_held; /* rows in `held` */
  ent_buf held;  /* their cells, each ended by a NUL */
  ent_buf line;  /* the one being written */
} ent_table;

/* Prepares for any number of tables. */
void ent_table_init(ent_table *table);
void ent_table_done(ent_table *table);

/* One table: begin, row for each row, end, which closes it if it is complete.
 * `cell` is room for a value.  Errors: NOMEM, TOO_BIG. */
ENT_CHECKED ent_status ent_table_begin(ent_table *table, sqlite3_stmt *stmt,
                                       ent_buf *cell, ent_error *err);
ENT_CHECKED ent_status ent_table_row(ent_table *table, sqlite3_stmt *stmt,
                                     ent_buf *cell, FILE *to, ent_error *err);
ENT_CHECKED ent_status ent_table_end(ent_table *table, sqlite3_stmt *stmt,
                                     bool complete, FILE *to, ent_error *err);

#endif
