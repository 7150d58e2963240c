#include "cli/commands.h"
#include "cli/session.h"
#include "cli/shell.h"

#include <string.h>
#include <unistd.h>

/* Runs one argument: SQL, or "-" for SQL from stdin. */
static bool run_argument(ent_session *session, const char *sql) {
  if (strcmp(sql, "-") == 0) return ent_shell_read(session, false);
  return ent_session_run(session, sql, NULL, NULL);
}

static bool run_arguments(ent_session *session, const ent_options *options) {
  for (size_t i = 1; i < options->n_words; i++) {
    if (!run_argument(session, options->words[i])) return false;
  }
  for (char **sql = options->behind; sql && *sql; sql++) {
    if (!run_argument(session, *sql)) return false;
  }
  return true;
}

int ent_command_sql(const ent_options *options) {
  bool given = options->n_words > 1 || (options->behind && options->behind[0]);
  ent_session session;
  bool done;

  if (!given && isatty(STDIN_FILENO)) {
    return ent_command_misused("sql", "no SQL given");
  }
  if (!ent_session_open(&session, options)) return ENT_EXIT_FAILED;
  done = given ? run_arguments(&session, options)
               : ent_shell_read(&session, false);
  ent_session_close(&session);
  return done ? ENT_EXIT_DONE : ENT_EXIT_FAILED;
}
