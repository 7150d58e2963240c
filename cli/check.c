#include "cli/commands.h"
#include "cli/session.h"

#include <stdio.h>
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

/* What a crash has left is finished before the rows tell of the rest.  They are
 * shown whatever becomes of it. */
static bool recover(ent_session *session) {
  sqlite3_stmt *stmt = NULL;
  long long n = 0;
  int rc = sqlite3_prepare_v2(session->db, "SELECT entable_recover()", -1,
                              &stmt, NULL);

  if (rc == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
    n = sqlite3_column_int64(stmt, 0);
  }
  rc = sqlite3_finalize(stmt);
  if (rc != SQLITE_OK) ent_session_error("%s", sqlite3_errmsg(session->db));
  if (n) {
    fprintf(stderr,
            "finished what a crash has left of transactions over several "
            "pools: %lld branch%s\n",
            n, n == 1 ? "" : "es");
  }
  return rc == SQLITE_OK;
}

int ent_command_check(const ent_options *options) {
  ent_session session;
  pool_tally tally = {0};
  bool recovered;
  bool done;

  if (options->n_words > 1) {
    return ent_command_misused("check", "unexpected '%s'", options->words[1]);
  }
  if (!ent_session_open(&session, options)) return ENT_EXIT_FAILED;
  recovered = recover(&session);
  done = ent_session_run(&session, "SELECT * FROM entable_check", count_pool,
                         &tally);
  ent_session_close(&session);
  if (done && !tally.n_pools) {
    ent_session_error("there is nothing to check: name a configuration with "
                      "--config or ENTABLE_CONFIG");
  }
  return done && recovered && tally.n_pools && !tally.n_failed
             ? ENT_EXIT_DONE
             : ENT_EXIT_FAILED;
}
