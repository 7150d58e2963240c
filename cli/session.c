#include "cli/session.h"

#include "cli/style.h"
#include "vtab/entable.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* The connection that Ctrl-C interrupts.  There is one session in a process;
 * a signal handler has no other way to find it. */
static sqlite3 *volatile interruptible;
static volatile sig_atomic_t interrupted;

static void on_interrupt(int number) {
  (void)number;
  interrupted = 1;
  if (interruptible) sqlite3_interrupt(interruptible);
}

void ent_session_catch_interrupts(ent_session *session, bool survive) {
  struct sigaction action = {.sa_handler = on_interrupt};

  interruptible = session->db;
  if (!survive) action.sa_flags = (int)SA_RESETHAND;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
}

bool ent_session_was_interrupted(void) {
  bool was = interrupted != 0;

  interrupted = 0;
  return was;
}

void ent_session_error(const char *format, ...) {
  const ent_style *style = ent_style_of(STDERR_FILENO);
  va_list arguments;

  fflush(stdout);
  fprintf(stderr, "%sError:%s ", style->alarm, style->plain);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
}

static bool is_terminal(const ent_session *session) {
  return session->print.to == stdout && isatty(STDOUT_FILENO);
}

size_t ent_session_columns(const ent_session *session) {
  struct winsize size;

  if (!is_terminal(session)) return 0;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size)) return 0;
  return size.ws_col;
}

bool ent_session_output(ent_session *session, const char *path, bool once) {
  FILE *old = session->print.to;
  FILE *to = path ? fopen(path, "we") : stdout;

  if (!to) {
    ent_session_error("cannot write %s: %s", path, strerror(errno));
    return false;
  }
  session->print.to = to;
  session->print.n_results = 0; /* nothing to stand apart from */
  session->once = once;
  if (old == stdout || fclose(old) == 0) return true;
  ent_session_error("the last of the output could not be written");
  return false;
}

/* Reads the environment and clears it, so that the module does not open the
 * same configuration a first time. */
static char *choose_config(const ent_options *options) {
  const char *from = options->config;
  char *config;

  if (!from) from = getenv("ENTABLE_CONFIG");
  if (!options->config && (!from || !*from)) {
    from = access("entable.yaml", F_OK) ? NULL : "entable.yaml";
  }
  config = from ? strdup(from) : NULL;
  unsetenv("ENTABLE_CONFIG");
  return config;
}

static bool fail_sqlite(const ent_session *session) {
  ent_session_error("%s", sqlite3_errmsg(session->db));
  return false;
}

static bool open_config(ent_session *session, const char *config) {
  sqlite3_stmt *stmt;
  bool done;

  if (sqlite3_prepare_v2(session->db, "SELECT entable_open(?)", -1, &stmt,
                         NULL)) {
    return fail_sqlite(session);
  }
  sqlite3_bind_text(stmt, 1, config, -1, SQLITE_STATIC);
  done = sqlite3_step(stmt) == SQLITE_ROW;
  if (!done) fail_sqlite(session);
  sqlite3_finalize(stmt);
  return done;
}

static bool open_all(ent_session *session, const ent_options *options,
                     const char *config) {
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI;

  if (sqlite3_open_v2(options->db, &session->db, flags, NULL)) {
    ent_session_error("%s: %s", options->db, sqlite3_errmsg(session->db));
    return false;
  }
  ent_session_catch_interrupts(session, false);
  if (entable_init(session->db)) return fail_sqlite(session);
  return !config || open_config(session, config);
}

bool ent_session_open(ent_session *session, const ent_options *options) {
  char *config = choose_config(options);
  bool done;

  *session = (ent_session){
      .echo = (options->given & ENT_OPTION_ECHO) != 0,
  };
  ent_print_init(&session->print, stdout, options->format);
  done = open_all(session, options, config);
  free(config);
  if (!done) ent_session_close(session);
  return done;
}

void ent_session_close(ent_session *session) {
  interruptible = NULL;
  ent_session_output(session, NULL, false);
  sqlite3_close_v2(session->db);
  session->db = NULL;
  ent_print_done(&session->print);
}

/* Shows what runs next, with the comments before it. */
static void echo(ent_session *session, sqlite3_stmt *stmt) {
  const char *sql = sqlite3_sql(stmt);
  FILE *to = session->print.to;
  size_t size;

  while (isspace((unsigned char)*sql))
    sql++;
  size = strlen(sql);
  while (size && isspace((unsigned char)sql[size - 1]))
    size--;
  if (session->n_echoed++) fputc('\n', to);
  fwrite(sql, 1, size, to);
  fputc('\n', to);
  session->print.n_results = 0; /* its result follows at once */
}

/* Writes all rows of a statement that stands on its first one, or at the end;
 * `rc` becomes what SQLite said last. */
static ent_status write_rows(ent_session *session, sqlite3_stmt *stmt, int *rc,
                             ent_session_on_row on_row, void *ctx,
                             ent_error *err) {
  ent_status status = ent_print_begin(&session->print, stmt, err);

  while (!status && *rc == SQLITE_ROW) {
    if (on_row) on_row(ctx, stmt);
    status = ent_print_row(&session->print, stmt, err);
    if (!status) *rc = sqlite3_step(stmt);
  }
  if (status) return status;
  return ent_print_end(&session->print, stmt, *rc == SQLITE_DONE, err);
}

/* Tables are for the terminal as it is now, or for none. */
static void fit_tables(ent_session *session) {
  const char *terminal = getenv("TERM");
  ent_table *table = &session->print.table;

  table->columns_limit = ent_session_columns(session);
  table->boxed =
      is_terminal(session) && terminal && strcmp(terminal, "dumb") != 0;
  table->style = ent_style_of(table->boxed ? STDOUT_FILENO : -1);
}

static bool run_statement(ent_session *session, sqlite3_stmt *stmt,
                          ent_session_on_row on_row, void *ctx) {
  ent_error err = {0};
  int rc;

  if (session->echo) echo(session, stmt);
  fit_tables(session);
  rc = sqlite3_step(stmt);
  if ((rc == SQLITE_ROW || rc == SQLITE_DONE) && sqlite3_column_count(stmt) &&
      write_rows(session, stmt, &rc, on_row, ctx, &err)) {
    /* A reader that went away, as head does, is no error to tell. */
    if (err.native != EPIPE) ent_session_error("%s", err.text);
    return false;
  }
  return rc == SQLITE_DONE || fail_sqlite(session);
}

static double now(void) {
  struct timespec time;

  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool run_timed(ent_session *session, sqlite3_stmt *stmt,
                      ent_session_on_row on_row, void *ctx) {
  double began = now();
  bool done = run_statement(session, stmt, on_row, ctx);

  if (!session->timer) return done;
  fflush(stdout);
  fprintf(stderr, "Run time: %.3f s\n", now() - began);
  return done;
}

static bool run_all(ent_session *session, const char *sql,
                    ent_session_on_row on_row, void *ctx) {
  bool done = true;

  while (done && *sql) {
    sqlite3_stmt *stmt;

    if (sqlite3_prepare_v2(session->db, sql, -1, &stmt, &sql)) {
      return fail_sqlite(session);
    }
    if (!stmt) continue; /* blanks or a comment */
    done = run_timed(session, stmt, on_row, ctx);
    sqlite3_finalize(stmt);
    if (done && interrupted) {
      ent_session_error("interrupted");
      done = false;
    }
  }
  return done;
}

bool ent_session_run(ent_session *session, const char *sql,
                     ent_session_on_row on_row, void *ctx) {
  bool done = run_all(session, sql, on_row, ctx);

  if (!session->once) return done;
  return ent_session_output(session, NULL, false) && done;
}
