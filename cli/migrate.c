#include "cli/commands.h"
#include "cli/session.h"

#include <stdio.h>
#include <string.h>

/* The schema on the servers, compared and changed.  All of it is SQL that the
 * module has; what is added here is an exit status, and seeing how far it is. */

static const char alters[] = "SELECT pool, entity, class, reason, sql"
                             " FROM entity_alters";

/* What each word has entity_migrate() run. */
static const struct {
  const char *word;
  const char *classes;
} takes[] = {
    {"safe", "'safe'"},
    {"all", "'safe', 'unsafe'"},
    {"prune", "'safe', 'unsafe', 'prune'"},
};

typedef struct tally {
  size_t n;
  size_t n_declared; /* those that what is declared asks for */
} tally;

static void count_alter(void *ctx, sqlite3_stmt *stmt) {
  enum { ENT_CLASS = 2 };
  tally *all = ctx;
  const char *class = (const char *)sqlite3_column_text(stmt, ENT_CLASS);

  all->n++;
  if (class && strcmp(class, "prune") != 0) all->n_declared++;
}

int ent_command_alters(const ent_options *options) {
  ent_session session;
  tally all = {0};
  bool done;

  if (options->n_words > 1) {
    return ent_command_misused("alters", "unexpected '%s'", options->words[1]);
  }
  if (!ent_session_open(&session, options)) return ENT_EXIT_FAILED;
  done = ent_session_run(&session, alters, count_alter, &all);
  ent_session_close(&session);
  if (done && !all.n) fputs("the databases are as declared\n", stderr);
  return done && !all.n_declared ? ENT_EXIT_DONE : ENT_EXIT_FAILED;
}

/* The first line of what SQLite's log has of a migration. */
static void show_progress(void *ctx, int code, const char *words) {
  static const char ours[] = "entable: migrate: ";

  (void)ctx, (void)code;
  if (strncmp(words, ours, sizeof(ours) - 1) != 0) return;
  words += sizeof(ours) - 1;
  fprintf(stderr, "%.*s\n", (int)strcspn(words, "\n"), words);
}

static bool plan(ent_session *session, size_t which) {
  tally all = {0};
  char *sql =
      sqlite3_mprintf("%s WHERE class IN (%s)", alters, takes[which].classes);
  bool done = sql && ent_session_run(session, sql, count_alter, &all);

  sqlite3_free(sql);
  if (done && !all.n) fputs("there is nothing to run\n", stderr);
  return done;
}

static bool apply(ent_session *session, size_t which) {
  char *sql = sqlite3_mprintf("SELECT entity_migrate('%s') AS statements",
                              takes[which].word);
  bool done = sql && ent_session_run(session, sql, NULL, NULL);

  sqlite3_free(sql);
  return done;
}

/* Which of `takes` a word is; their number for none. */
static size_t find_word(const char *word) {
  size_t i = 0;

  while (i < ENT_COUNT(takes) && strcmp(takes[i].word, word) != 0)
    i++;
  return i;
}

int ent_command_migrate(const ent_options *options) {
  unsigned how = options->given & (ENT_OPTION_PLAN | ENT_OPTION_APPLY);
  const char *word = options->n_words > 1 ? options->words[1] : "safe";
  size_t which = find_word(word);
  ent_session session;
  bool done;

  if (options->n_words > 2) {
    return ent_command_misused("migrate", "unexpected '%s'", options->words[2]);
  }
  if (which == ENT_COUNT(takes)) {
    return ent_command_misused("migrate", "'%s' is none of safe, all and prune",
                               word);
  }
  if (how != ENT_OPTION_PLAN && how != ENT_OPTION_APPLY) {
    return ent_command_misused("migrate", "say either --plan or --apply");
  }
  sqlite3_config(SQLITE_CONFIG_LOG, show_progress, NULL);
  if (!ent_session_open(&session, options)) return ENT_EXIT_FAILED;
  ent_session_catch_interrupts(&session, false);
  done =
      how == ENT_OPTION_PLAN ? plan(&session, which) : apply(&session, which);
  ent_session_close(&session);
  return done ? ENT_EXIT_DONE : ENT_EXIT_FAILED;
}
