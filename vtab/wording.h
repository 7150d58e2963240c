#ifndef ENT_VTAB_WORDING_H
#define ENT_VTAB_WORDING_H

#include <stdbool.h>

/* What the words of statements tell of what they may do, where a virtual table
 * is not told (hidden.h).  A claim that holds by mistake costs time only. */
typedef struct ent_wording {
  bool joins_outer;     /* LEFT, RIGHT, FULL, OUTER */
  bool joins_right;     /* RIGHT, FULL */
  bool has_or;          /* OR */
  bool collates;        /* COLLATE, but BINARY, or of an ORDER BY's column */
  bool collates_within; /* in a text that reads within another reading */
  bool collates_apart;  /* in such a one, in a view or in a trigger */
  bool has_row_in;      /* (a, b) IN (SELECT …), which may be f(a) IN … */
  bool collates_row_in; /* in a text that collates */
  bool names_rowid;     /* by one of its three names */
} ent_wording;

/* Adds what the text of a statement, view or trigger tells. */
void ent_wording_read(ent_wording *wording, const char *sql);

/* Adds what that of a table tells: whether one of its columns may have a
 * collation.  What a module that is not ours declares is not seen, so it may. */
void ent_wording_read_table(ent_wording *wording, const char *sql);

/* Whether a text has the word COLLATE, perhaps in a comment or in another
 * word: so quickly that it can be asked for every execution. */
bool ent_wording_may_collate(const char *sql);

#endif
