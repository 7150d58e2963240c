#ifndef ENT_BACKENDS_MYSQL_KEYWORD_H
#define ENT_BACKENDS_MYSQL_KEYWORD_H

#include <stdbool.h>
#include <stddef.h>

/* What a statement of the user's does, told by its first word: as much as must
 * be known before it is run in a transaction. */
typedef enum ent_mysql_nature {
  ENT_NATURE_READS,  /* SELECT, SHOW, … */
  ENT_NATURE_WRITES, /* INSERT, UPDATE, DELETE, REPLACE, WITH */
  ENT_NATURE_CALLS,  /* CALL, DO, LOAD: writes, and may change the session */
  ENT_NATURE_OTHER,  /* what may commit (DDL, LOCK TABLES), or begin or end a
                        transaction, or change the session */
} ent_mysql_nature;

/* Spaces, comments and parentheses before the word do not count; a comment that
 * servers execute makes it OTHER. */
ent_mysql_nature ent_mysql_nature_of(const char *sql, size_t size);

/* Whether it is this word. */
bool ent_mysql_keyword_is(const char *sql, size_t size, const char *word);

#endif
