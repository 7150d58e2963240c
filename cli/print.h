#ifndef ENT_CLI_PRINT_H
#define ENT_CLI_PRINT_H

#include "backends/base/buf.h"
#include "backends/base/error.h"
#include "cli/plan.h"
#include "cli/table.h"

#include <sqlite3.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Results of statements as text, in one of five formats.  Rows are written as
 * they come; only the table holds back its first ones (cli/table.h). */

typedef enum ent_format {
  ENT_FORMAT_TABLE,
  ENT_FORMAT_CSV,
  ENT_FORMAT_JSON,
  ENT_FORMAT_LINE,
  ENT_FORMAT_MARKDOWN,
  ENT_FORMAT_COUNT,                   /* of those that can be asked for */
  ENT_FORMAT_PLAN = ENT_FORMAT_COUNT, /* EXPLAIN QUERY PLAN as a table */
} ent_format;

/* The name of a format ("csv"). */
const char *ent_format_name(ent_format format);

/* Finds a format by its name; false, and `format` as it was, for none. */
bool ent_format_find(const char *name, ent_format *format);

typedef struct ent_print {
  FILE *to;
  ent_format format;
  ent_format present; /* of the present result */
  bool headers;       /* names above a table and csv; true at first */
  size_t n_results;   /* begun so far */
  size_t n_rows;      /* of the present result */
  size_t name_width;  /* of the longest column name; for ENT_FORMAT_LINE */
  ent_buf scratch;    /* what is written next: a row, a header, a cell */
  ent_buf cell;       /* one cell, where it needs a second look */
  ent_table table;
  ent_plan plan;
} ent_print;

/* Prepares for results in `format`.  Tables are cut to table.columns_limit,
 * which the caller may set before each result. */
void ent_print_init(ent_print *print, FILE *to, ent_format format);
void ent_print_done(ent_print *print);

/* One result is begin, row for each row of `stmt` that stands on one, and end.
 * `complete` is false where an error ended the rows: what came is written, but
 * not what would make it look whole.
 * NOMEM and TOO_BIG (a cell); UNAVAILABLE with errno as its native code where
 * `to` cannot be written.  `err` must not be NULL. */
ENT_CHECKED ent_status ent_print_begin(ent_print *print, sqlite3_stmt *stmt,
                                       ent_error *err);
ENT_CHECKED ent_status ent_print_row(ent_print *print, sqlite3_stmt *stmt,
                                     ent_error *err);
ENT_CHECKED ent_status ent_print_end(ent_print *print, sqlite3_stmt *stmt,
                                     bool complete, ent_error *err);

#endif
