#ifndef ENT_VTAB_TOKENS_H
#define ENT_VTAB_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

/* The tokens of a statement of SQLite's, as far as its words and parentheses
 * tell what it may do: blanks and comments are left out, numbers are words. */
typedef enum ent_token_kind {
  ENT_TOKEN_END,
  ENT_TOKEN_WORD,
  ENT_TOKEN_QUOTED, /* a text, or a name in any of its quotes, with these */
  ENT_TOKEN_SIGN,   /* any other character */
} ent_token_kind;

typedef struct ent_token {
  ent_token_kind kind;
  const char *text; /* into the statement */
  size_t size;
} ent_token;

/* Reads the first token of `sql`; returns what is behind it. */
const char *ent_token_read(const char *sql, ent_token *token);

/* Whether a token is this word, in letters of either case. */
bool ent_token_is(const ent_token *token, const char *word);

/* Whether a token, in quotes or not, is this name. */
bool ent_token_names(const ent_token *token, const char *name);

#endif
