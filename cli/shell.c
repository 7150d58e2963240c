#include "cli/shell.h"

#include "cli/commands.h"
#include "cli/input.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct shell_input {
  ent_session *session;
  ent_input input;
  ent_buf sql; /* the statement so far */
  bool prompt;
} shell_input;

static void show_help(void) {
  fputs("SQL ends with a semicolon and may go over several lines.\n"
        "Ctrl-C stops a statement, or drops what was typed.\n"
        "  .help   this text\n"
        "  .quit   leave (also: Ctrl-D)\n"
        "  SELECT * FROM pragma_table_list;   the tables there are\n"
        "  SELECT * FROM entable_check;       the servers and their state\n",
        stdout);
}

/* Obeys a line that begins with a dot.  Returns false to leave. */
static bool obey(const char *line, size_t size) {
  while (size && isspace((unsigned char)line[size - 1]))
    size--;
  if (size == 5 && memcmp(line, ".quit", 5) == 0) return false;
  if (size == 5 && memcmp(line, ".exit", 5) == 0) return false;
  if (size == 5 && memcmp(line, ".help", 5) == 0) {
    show_help();
  } else {
    fprintf(stderr,
            "Error: unknown command '%.*s': .help shows what there is\n",
            (int)size, line);
  }
  return true;
}

static bool is_blank(const ent_buf *sql) {
  for (size_t i = 0; i < sql->size; i++) {
    if (!isspace((unsigned char)sql->data[i])) return false;
  }
  return true;
}

/* Whether what stands there ends a statement; only asked of SQLite where the
 * last line can be an end, since it reads everything from the start. */
static bool is_complete(shell_input *shell, const char *sql) {
  size_t size = shell->sql.size;

  while (size && isspace((unsigned char)sql[size - 1]))
    size--;
  return size && sql[size - 1] == ';' && sqlite3_complete(sql);
}

static bool run(shell_input *shell, const char *sql) {
  bool done;

  if (strlen(sql) != shell->sql.size) {
    ent_session_error("the SQL holds a NUL byte");
    done = false;
  } else {
    done = ent_session_run(shell->session, sql, NULL, NULL);
  }
  shell->sql.size = 0;
  return done;
}

/* Reads one more line, behind the prompt for it.  Ctrl-C is held back from
 * before the prompt is shown until the line is waited for. */
static ent_status read_line(shell_input *shell, ent_error *err) {
  bool interrupted;
  ent_status status;
  sigset_t before;
  sigset_t set;

  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigprocmask(SIG_BLOCK, &set, &before);
  interrupted = ent_session_was_interrupted();
  if (shell->prompt) {
    fflush(stdout);
    fputs(shell->sql.size ? "    ...> " : "entable> ", stderr);
  }
  status = interrupted && !shell->prompt
               ? ent_fail(err, ENT_INTERRUPTED, "interrupted")
               : ent_input_line(&shell->input, &shell->sql, err);
  sigprocmask(SIG_SETMASK, &before, NULL);
  return status;
}

/* Takes the line that was read; `leave` where it asks for the end. */
static bool take_line(shell_input *shell, size_t start, bool *leave,
                      ent_error *err) {
  const char *sql;

  if (shell->prompt && !start && shell->sql.data[0] == '.') {
    *leave = !obey(shell->sql.data, shell->sql.size);
    shell->sql.size = 0;
    return true;
  }
  if (is_blank(&shell->sql)) shell->sql.size = 0;
  if (ent_buf_text(&shell->sql, &sql, err)) {
    ent_session_error(err->text);
    return false;
  }
  return !is_complete(shell, sql) || run(shell, sql);
}

/* What stands there when the input ends: a statement without a semicolon. */
static bool finish(shell_input *shell) {
  ent_error err = {0};
  const char *sql;

  if (shell->prompt) {
    fputc('\n', stderr);
    return true;
  }
  if (!ent_buf_text(&shell->sql, &sql, &err)) return run(shell, sql);
  ent_session_error(err.text);
  return false;
}

static bool read_all(shell_input *shell) {
  bool leave = false;

  while (!leave) {
    ent_error err = {0};
    size_t start = shell->sql.size;
    ent_status status = read_line(shell, &err);

    if (status == ENT_DONE) return finish(shell);
    if (status == ENT_INTERRUPTED && shell->prompt) {
      fputc('\n', stderr);
      shell->sql.size = 0;
      continue;
    }
    if (status) {
      ent_session_error(err.text);
      return false;
    }
    if (!take_line(shell, start, &leave, &err) && !shell->prompt) return false;
  }
  return true;
}

bool ent_shell_read(ent_session *session, bool prompt) {
  shell_input shell = {.session = session, .prompt = prompt};
  bool done;

  ent_input_init(&shell.input, STDIN_FILENO);
  ent_buf_init(&shell.sql, ENT_INPUT_CEILING);
  if (prompt) ent_session_catch_interrupts(session, true);
  done = read_all(&shell);
  ent_buf_done(&shell.sql);
  ent_input_done(&shell.input);
  return done;
}

int ent_command_shell(const ent_options *options) {
  bool prompt = isatty(STDIN_FILENO);
  ent_session session;
  bool done;

  if (options->n_words > 1) {
    return ent_command_misused("shell", "unexpected '%s'", options->words[1]);
  }
  if (options->behind && options->behind[0]) {
    return ent_command_misused("shell", "unexpected '%s'", options->behind[0]);
  }
  if (!ent_session_open(&session, options)) return ENT_EXIT_FAILED;
  if (prompt) {
    fprintf(stderr, "entable %s, SQLite %s. Type .help for help.\n",
            ENT_VERSION, sqlite3_libversion());
  }
  done = ent_shell_read(&session, prompt);
  ent_session_close(&session);
  return done ? ENT_EXIT_DONE : ENT_EXIT_FAILED;
}
