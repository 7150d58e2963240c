#ifndef ENT_CLI_IMPORT_ROWS_H
#define ENT_CLI_IMPORT_ROWS_H

#include "cli/csv.h"
#include "cli/progress.h"

#include <sqlite3.h>

#include <stdbool.h>

/* The records of a CSV file as a table of SQLite, so that one INSERT … SELECT
 * loads them, at the speed of any:
 *
 *     INSERT INTO person SELECT c1, c2 FROM entable_import
 *
 * A field is a text; an empty one without quotes is NULL.  The table can be
 * read once, in order. */
typedef struct ent_import_rows {
  const char *path; /* of the file, for messages */
  ent_csv *csv;
  bool has_record;     /* one is read already and is a row */
  size_t n_columns;    /* every record must have so many fields */
  const bool *is_blob; /* n_columns: x'0a' there is a blob */
  const char *names;   /* of the columns, for messages */
  uint64_t file_size;  /* 0 where it is not known */
  uint64_t n_rows;     /* read so far */
  ent_progress progress;
} ent_import_rows;

/* Makes the table `entable_import` of these rows, which must stay until it is
 * taken away again.  Returns SQLite's code. */
int ent_import_rows_register(sqlite3 *db, ent_import_rows *rows);
void ent_import_rows_unregister(sqlite3 *db);

#endif
