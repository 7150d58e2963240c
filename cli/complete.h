#ifndef ENT_CLI_COMPLETE_H
#define ENT_CLI_COMPLETE_H

#include "backends/base/buf.h"
#include "backends/base/error.h"

#include <sqlite3.h>

#include <stddef.h>

/* What may follow where a person types. */
typedef struct ent_completion {
  size_t start;  /* where the word begins that is being typed */
  ent_buf words; /* those it may become, sorted, each ended by a NUL */
  size_t n_words;
  size_t common; /* bytes that all of them begin with */
} ent_completion;

/* Finds the words for the `size` bytes of a line before the cursor: dot
 * commands at its beginning; tables behind FROM, JOIN, INTO, UPDATE and TABLE;
 * columns behind `table.`; else keywords, functions, tables and columns.  Only
 * names that need no quotes, all asked of SQLite: no round trip.
 *
 * The caller ends it with ent_completion_done(), also after an error.
 * Errors: NOMEM; where SQLite cannot be asked there are no words. */
ENT_CHECKED ent_status ent_completion_find(ent_completion *completion,
                                           sqlite3 *db, const char *line,
                                           size_t size, ent_error *err);
void ent_completion_done(ent_completion *completion);

#endif
