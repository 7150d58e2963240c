#include "cli/commands.h"
#include "cli/session.h"

#include <string.h>

typedef struct pool_tally {
  size_t n_pools;
  size_t n_failed;
} pool_tally;

static void count_pool(void *ctx, sqlite3_stmt *stmt) {
  pool_tally *tally = ctx;

  tally->n_pools++;
  for (int i = 0; i < sqlite3_column_count(stmt); i++) {
    const char *value = (const char *)sqlite3_column_text(stmt, i);

    if (strcmp(sqlite3_column_name(stmt, i), "status") != 0) continue;
    if (!value || strcmp(value, "ok") != 0) tally->n_failed++;
  }
}

int ent_command_check(const ent_options *options) {
  ent_session session;
  pool_tally tally = {0};
  bool done;

  if (options->n_words > 1) {
    return ent_command_misused("check", "unexpected '%s'", options->words[1]);
  }
  if (!ent_session_open(&session, options)) return ENT_EXIT_FAILED;
  done = ent_session_run(&session, "SELECT * FROM entable_check", count_pool,
                         &tally);
  ent_session_close(&session);
  if (done && !tally.n_pools) {
    ent_session_error("there is nothing to check: name a configuration with "
                      "--config or ENTABLE_CONFIG");
  }
  return done && tally.n_pools && !tally.n_failed ? ENT_EXIT_DONE
                                                  : ENT_EXIT_FAILED;
}
