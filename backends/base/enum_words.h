#ifndef ENT_BACKENDS_BASE_ENUM_WORDS_H
#define ENT_BACKENDS_BASE_ENUM_WORDS_H

#include "backends/base/arena.h"
#include "backends/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* The words of an enum or a set of MySQL. */

/* Whether words can be those of a column: at most 65535 and all different, of
 * at most 255 characters, no blank at an end; of a set at most 64, none empty
 * or with a comma.
 *
 *   arena  for what is needed meanwhile
 *
 * CONFIG: they cannot; NOMEM. */
ENT_CHECKED ent_status ent_enum_words_check(const char *const *words, size_t n,
                                            bool is_set, ent_arena *arena,
                                            ent_error *err);

/* Whether a text is one of the words, with its case. */
bool ent_enum_words_have(const char *const *words, size_t n, const char *text);

/* The words of the text "b,a" of a set in the set's own order, "a,b", as the
 * server shows them.  The result lives in `arena`.
 * CONFIG: a word that the set does not have; NOMEM. */
ENT_CHECKED ent_status ent_set_words_order(const char *const *words, size_t n,
                                           const char *text, ent_arena *arena,
                                           const char **ordered,
                                           ent_error *err);

/* Says that a text is none of the words, and which may be meant; returns
 * CONFIG, or NOMEM. */
ENT_CHECKED ent_status ent_enum_words_refuse(const char *const *words, size_t n,
                                             const char *text, ent_arena *arena,
                                             ent_error *err);

#endif
