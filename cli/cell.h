#ifndef ENT_CLI_CELL_H
#define ENT_CLI_CELL_H

#include "backends/base/buf.h"
#include "backends/base/error.h"

#include <sqlite3.h>

/* One value of a result in the words of each format.  All append to `to`;
 * errors as ent_buf_append(), and NOMEM where SQLite has no memory for the
 * value's text. */

/* For people, on one line: numbers as SQLite writes them, x'0a' for a blob,
 * NULL, and 'NULL' in quotes for the text of these four letters. */
ENT_CHECKED ent_status ent_cell_show(ent_buf *to, sqlite3_stmt *stmt,
                                     int column, ent_error *err);

/* A field of RFC 4180: nothing for NULL, "" for the empty text, a blob as in
 * ent_cell_show(). */
ENT_CHECKED ent_status ent_cell_csv(ent_buf *to, sqlite3_stmt *stmt, int column,
                                    ent_error *err);

/* A value of JSON: a blob is the text of its hex digits, an infinite number is
 * null, a REAL has the digits that give the same double again. */
ENT_CHECKED ent_status ent_cell_json(ent_buf *to, sqlite3_stmt *stmt,
                                     int column, ent_error *err);

/* A literal of SQL that gives the same value again, of the same type. */
ENT_CHECKED ent_status ent_cell_sql(ent_buf *to, sqlite3_stmt *stmt, int column,
                                    ent_error *err);

/* A name or text as a string of JSON, with U+FFFD for what is no UTF-8. */
ENT_CHECKED ent_status ent_cell_json_text(ent_buf *to, const char *text,
                                          size_t size, ent_error *err);

/* A field of RFC 4180, in quotes where it must be. */
ENT_CHECKED ent_status ent_cell_csv_text(ent_buf *to, const char *text,
                                         size_t size, ent_error *err);

#endif
