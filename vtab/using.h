#ifndef ENT_VTAB_USING_H
#define ENT_VTAB_USING_H

#include "vtab/session.h"

/* What stands between the parentheses of
 *
 *     CREATE VIRTUAL TABLE t USING module(pool=log, 'a text')
 *
 * and what every module that is used so does with it. */
enum { ENT_USING_FIRST = 3 }; /* argument: behind module, schema and table */

/* An option that a module has, and where its value goes: NULL until it is
 * given; then to be freed with sqlite3_free(). */
typedef struct ent_using_slot {
  const char *name;
  char **value;
} ent_using_slot;

/* Whether an argument is a quoted text, and no option. */
bool ent_using_is_text(const char *argument);

/* The text between two ends, without space around it and without quotes, of
 * which a doubled one inside is one.  To be freed with sqlite3_free(); NULL if
 * there is no memory. */
char *ent_using_unquote(const char *from, const char *end);

/* Reads "name=value" into its slot.
 *
 *   else_words  what is said of an option that there is no slot for
 *
 * UNSUPPORTED for such; CONFIG for one given twice, and for what has no "=";
 * NOMEM. */
ENT_CHECKED ent_status ent_using_option(const char *argument,
                                        const ent_using_slot *slots,
                                        size_t n_slots, const char *else_words,
                                        ent_error *err);

/* The pool of a name, of the configuration `config` if that is not NULL, which
 * is opened where the user has named it in ENTABLE_CONFIG.  The result gains a
 * user.  CONFIG: no opened configuration has it. */
ENT_CHECKED ent_status ent_using_pool(ent_session *session, const char *config,
                                      const char *name, ent_session_pool **pool,
                                      ent_error *err);

/* Tells SQLite the columns of the table being made: "CREATE TABLE x(…)", which
 * is freed; NULL is no memory.  CONFIG for what SQLite does not take. */
ENT_CHECKED ent_status ent_using_declare(sqlite3 *db, char *sql,
                                         ent_error *err);

#endif
