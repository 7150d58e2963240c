#ifndef ENT_BACKENDS_BASE_COLUMN_WORDS_H
#define ENT_BACKENDS_BASE_COLUMN_WORDS_H

#include "backends/base/declared.h"
#include "backends/base/tokens.h"

/* What a column is, in the words that stand behind its name both in a file and
 * in SQL:
 *
 *     varchar(100) not null default 'x'
 *     enum color not null default 'Red'      -- a registered enum, or its own
 *     set('a','b')                           -- words; so for sets
 *     references school on delete cascade
 *     references many user
 *     datetime(3) default current_timestamp on update current_timestamp
 *     ignore
 *
 * The type comes first, then in any order: unsigned, null, not null, default,
 * auto_increment, primary key, on update, on delete, charset, collate, wide
 * text, renamed_from, skip_log, dirty.  Of the last six a '=' may stand behind
 * the word: dirty=(a, b). */
typedef struct ent_column_words {
  ent_declared_column column;
  bool is_ignored; /* there is no such column, whatever else may stand here */
  bool is_key;     /* "primary key" */
  bool is_null;    /* "null" was said */
} ent_column_words;

/* Reads all words; the name and line that `column` has stay, everything else
 * is set.  Strings live in `arena`.
 * CONFIG with what would be right; NOMEM. */
ENT_CHECKED ent_status ent_column_words_read(const char *text, ent_arena *arena,
                                             ent_column_words *column,
                                             ent_error *err);

/* Looks whether what a column is goes together, once all of it is known, and
 * spells its default as the server does (column_default.h).  What needs the
 * words of a registered enum or the key of an entity waits for the registry.
 * CONFIG with what would be right; NOMEM. */
ENT_CHECKED ent_status ent_column_words_check(ent_column_words *column,
                                              ent_arena *arena, ent_error *err);

/* The name of a charset or collation in small letters; NULL if it can be none.
 * Lives in `arena`. */
const char *ent_charset_name(const char *text, ent_arena *arena);

#endif
