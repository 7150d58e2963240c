#ifndef ENT_CLI_SESSION_H
#define ENT_CLI_SESSION_H

#include "cli/options.h"
#include "cli/print.h"

#include <sqlite3.h>

#include <stdbool.h>

/* One SQLite connection with entable in it, and where its results go.
 * Functions that return a bool have told the person what failed, on stderr,
 * when they return false. */
typedef struct ent_session {
  sqlite3 *db;
  ent_print print;
  bool echo;
  size_t n_echoed;
  bool timer; /* says how long each statement took, on stderr */
  bool once;  /* the next run gives the output back to stdout */
} ent_session;

/* Opens the database, adds entable and opens the configuration: --config,
 * else ENTABLE_CONFIG, else ./entable.yaml if it is there, else none. */
bool ent_session_open(ent_session *session, const ent_options *options);
void ent_session_close(ent_session *session);

/* From now on Ctrl-C stops the running statement of this session, of which
 * there may be one at a time.  `survive` says whether a second Ctrl-C before
 * the first has had its effect ends the program as usual (false). */
void ent_session_catch_interrupts(ent_session *session, bool survive);

/* Whether Ctrl-C came since this was last asked. */
bool ent_session_was_interrupted(void);

/* Asked for each row of a result; for what a command has to know of it. */
typedef void (*ent_session_on_row)(void *ctx, sqlite3_stmt *stmt);

/* Runs SQL, any number of statements, and writes their results; stops at the
 * first error.  `on_row` may be NULL. */
bool ent_session_run(ent_session *session, const char *sql,
                     ent_session_on_row on_row, void *ctx);

/* Sends results to a file from now on, which is emptied; NULL for stdout.  With
 * `once` only those of the next run. */
bool ent_session_output(ent_session *session, const char *path, bool once);

/* The width of the terminal that results go to, 0 if they go to none. */
size_t ent_session_columns(const ent_session *session);

/* Writes "Error: <words>" to stderr, behind all results so far. */
#ifdef __GNUC__
__attribute__((format(printf, 1, 2)))
#endif
void ent_session_error(const char *format, ...);

#endif
