#ifndef ENT_BACKENDS_BASE_CONFIG_PROBLEMS_H
#define ENT_BACKENDS_BASE_CONFIG_PROBLEMS_H

#include "backends/base/arena.h"
#include "backends/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* What is wrong with a configuration, gathered while it is read, so that a
 * person can mend all of it at once:
 *
 *     shop.yaml:3: default.imprt: unknown key; did you mean 'import'?; line 7:
 *     log.redis: does not work yet in this version; and 2 more
 */
typedef struct ent_problem ent_problem;

typedef struct ent_problems {
  const char *file;   /* shown in front, lives as long as this; NULL: none */
  ent_arena *arena;   /* where the texts live */
  ent_problem *first; /* those kept, by line */
  int n;              /* all that were met */
  bool no_memory;     /* a text could not be kept */
} ent_problems;

/* Notes a problem.  `line` 0 is not shown; `key` is the path of the key
 * ("default.import"), or NULL.  The text says what is wrong and what would be
 * right, and repeats no value: one may be a password. */
void ent_problems_add(ent_problems *problems, int line, const char *key,
                      const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Whether no more are kept, and their words need not be looked for. */
bool ent_problems_is_full(const ent_problems *problems);

/* ENT_OK without problems; else CONFIG with as many of them as fit, or
 * NOMEM. */
ENT_CHECKED ent_status ent_problems_report(const ent_problems *problems,
                                           ent_error *err);

/* Tells each of those that are kept, by line, to a function.
 *
 *   key   NULL for none
 *   text  what is wrong and what would be right */
void ent_problems_each(const ent_problems *problems,
                       void (*tell)(void *context, int line, const char *key,
                                    const char *text),
                       void *context);

/* Whether a key may be repeated in a message: made of letters, digits, '_',
 * '-', '.', '$', blanks and bytes above 0x7f.  A line without the blank behind
 * its colon is one key, password and all. */
bool ent_problems_may_show(const char *key);

/* The word of `words` (NULL at its end) that a person who wrote `word` meant;
 * NULL if none is near. */
const char *ent_problems_nearest(const char *word, const char *const *words);

#endif
