#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"

#include <stdio.h>
#include <string.h>

/* A database that is there, as a configuration.  The text is that of
 * entity_yaml(); what is added here is where it goes. */

/* The tables that are no entities, as SQLite's log has them. */
static void show_left(void *ctx, int code, const char *words) {
  static const char ours[] = "entable: import: ";

  (void)ctx, (void)code;
  if (strncmp(words, ours, sizeof(ours) - 1) != 0) return;
  fprintf(stderr, "%s\n", words + sizeof(ours) - 1);
}

static bool import(ent_session *session, const char *pool, const char *output) {
  const char *sql = pool ? "SELECT entity_yaml(?1)" : "SELECT entity_yaml()";
  const char *text = NULL;
  sqlite3_stmt *stmt = NULL;
  bool done = false;
  int rc = sqlite3_prepare_v2(session->db, sql, -1, &stmt, NULL);

  if (!rc && pool) rc = sqlite3_bind_text(stmt, 1, pool, -1, SQLITE_STATIC);
  if (!rc && sqlite3_step(stmt) == SQLITE_ROW) {
    text = (const char *)sqlite3_column_text(stmt, 0);
  }
  if (!text) {
    ent_session_error("%s", sqlite3_errmsg(session->db));
  } else {
    done = ent_output_write(output, text, strlen(text));
  }
  sqlite3_finalize(stmt);
  return done;
}

int ent_command_import(const ent_options *options) {
  ent_session session;
  bool done;

  if (options->n_words > 1) {
    return ent_command_misused("import", "unexpected '%s'", options->words[1]);
  }
  if (ent_output_is_taken(options->output)) return ENT_EXIT_FAILED;
  sqlite3_config(SQLITE_CONFIG_LOG, show_left, NULL);
  if (!ent_session_open(&session, options)) return ENT_EXIT_FAILED;
  ent_session_catch_interrupts(&session, false);
  done = import(&session, options->pool, options->output);
  ent_session_close(&session);
  return done ? ENT_EXIT_DONE : ENT_EXIT_FAILED;
}
