#ifndef ENT_BACKENDS_BASE_TOKENS_H
#define ENT_BACKENDS_BASE_TOKENS_H

#include "backends/base/arena.h"
#include "backends/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* The words that declarations are made of, in a file and in SQL: names, texts,
 * numbers and signs, as both SQLite and MySQL write them.  Space and comments
 * between them do not count. */
typedef enum ent_token_kind {
  ENT_TOKEN_END,
  ENT_TOKEN_NAME,   /* letters, digits, '_', '$' and bytes above 0x7f */
  ENT_TOKEN_QUOTED, /* "name", `name` or [name]; for MySQL "…" is a text */
  ENT_TOKEN_TEXT,   /* 'text' */
  ENT_TOKEN_NUMBER, /* 12, 1.5, .5, 1e3: without a sign */
  ENT_TOKEN_SIGN,   /* any other character */
} ent_token_kind;

/* A word as it is written, quotes and all. */
typedef struct ent_token {
  ent_token_kind kind;
  const char *at;
  size_t size;
} ent_token;

/* One reading of a text: `word` is the one that is looked at. */
typedef struct ent_tokens {
  ent_token word;
  const char *rest;
} ent_tokens;

/* Looks at the first word of a text, which lives as long as `words`.
 * CONFIG where it is no UTF-8, or a quote or comment does not end, so that
 * nothing else has to look for it. */
ENT_CHECKED ent_status ent_tokens_start(ent_tokens *words, const char *text,
                                        ent_error *err);

/* Looks at the next word; behind the last one is END, again and again. */
void ent_tokens_next(ent_tokens *words);

/* Whether the word is this bare word, in letters of any case, or this sign. */
bool ent_tokens_is(const ent_tokens *words, const char *word);

/* The same; where it is, the next one is looked at. */
bool ent_tokens_take(ent_tokens *words, const char *word);

/* Whether a word is a text where no name can stand: 'text', or "text" as MySQL
 * has it. */
bool ent_token_is_text(const ent_token *word);

/* A word without its quotes, of which a doubled one inside is one.  Lives in
 * `arena`; NULL if there is no memory. */
const char *ent_token_text(const ent_token *word, ent_arena *arena);

/* The word for a message, in quotes: "'varchr'", or what stands there where it
 * is not to be repeated. */
const char *ent_token_shown(const ent_token *word, ent_arena *arena);

/* The word, in small letters of ASCII. */
const char *ent_token_lower(const ent_token *word, ent_arena *arena);

/* Whether a word can stand for a name: a bare one, or one in any quotes. */
bool ent_token_is_name(const ent_token *word);

/* Reads "name" or "(name, name)" into a list, both quoted or not; `what` names
 * it in errors.  The list lives in `arena`.  CONFIG, NOMEM. */
ENT_CHECKED ent_status ent_tokens_read_names(ent_tokens *words,
                                             ent_arena *arena, const char *what,
                                             const char *const **names,
                                             size_t *n, ent_error *err);

/* Reads one name, quoted or not. */
ENT_CHECKED ent_status ent_tokens_read_name(ent_tokens *words, ent_arena *arena,
                                            const char *what, const char **name,
                                            ent_error *err);

/* How two names compare for SQLite, as strcmp() does: letters of ASCII without
 * their case, whatever the locale. */
int ent_name_compare(const char *one, const char *other);

/* Whether a name begins with another, compared so. */
bool ent_name_begins(const char *name, const char *with);

/* Why a text cannot be the name of something that SQLite and MySQL both have,
 * to be put behind it; NULL if it can. */
const char *ent_name_refused(const char *name);

#endif
