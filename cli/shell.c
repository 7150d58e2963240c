#include "cli/shell.h"

#include "cli/commands.h"
#include "cli/dot.h"
#include "cli/editor.h"
#include "cli/input.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct shell_input {
  ent_session *session;
  ent_editor *editor; /* NULL where lines come as they are */
  ent_input input;
  ent_buf sql; /* the statement so far */
  bool prompt;
  size_t depth; /* of .read in files that .read reads */
} shell_input;

enum { ENT_SHELL_DEPTH = 16 };

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

/* What stands before the next line; a star says that a transaction is open. */
static const char *prompt_text(const shell_input *shell) {
  if (shell->sql.size) return "    ...> ";
  return sqlite3_get_autocommit(shell->session->db) ? "entable> "
                                                    : "entable*> ";
}

static ent_status read_plain(shell_input *shell, ent_error *err) {
  if (shell->prompt) {
    fflush(stdout);
    fputs(prompt_text(shell), stderr);
  }
  return ent_input_line(&shell->input, &shell->sql, err);
}

static ent_status read_edited(shell_input *shell, ent_error *err) {
  fflush(stdout);
  return ent_editor_line(shell->editor, prompt_text(shell), &shell->sql, err);
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
  if (interrupted && !shell->prompt) {
    status = ent_fail(err, ENT_INTERRUPTED, "interrupted");
  } else {
    status = shell->editor ? read_edited(shell, err) : read_plain(shell, err);
  }
  sigprocmask(SIG_SETMASK, &before, NULL);
  return status;
}

static bool read_file(void *ctx, const char *path);

/* Obeys a dot command, all that stands there. */
static bool obey(shell_input *shell, bool *leave) {
  ent_dot dot = {.session = shell->session, .read = read_file, .ctx = shell};
  bool done = ent_dot_obey(&dot, shell->sql.data, shell->sql.size);

  shell->sql.size = 0;
  *leave = dot.leave;
  return done;
}

/* Takes the line that was read; `leave` where it asks for the end. */
static bool take_line(shell_input *shell, size_t start, bool *leave,
                      ent_error *err) {
  const char *sql;

  if (!start && shell->sql.data[0] == '.') return obey(shell, leave);
  if (is_blank(&shell->sql)) shell->sql.size = 0;
  if (ent_buf_text(&shell->sql, &sql, err)) {
    ent_session_error("%s", err->text);
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
  ent_session_error("%s", err.text);
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
      ent_session_error("%s", err.text);
      return false;
    }
    if (!take_line(shell, start, &leave, &err) && !shell->prompt) return false;
  }
  return true;
}

/* Runs what comes in on `fd`. */
static bool read_from(ent_session *session, int fd, bool prompt, size_t depth) {
  shell_input shell = {.session = session, .prompt = prompt, .depth = depth};
  bool done;

  if (prompt) shell.editor = ent_editor_new(session);
  ent_input_init(&shell.input, fd);
  ent_buf_init(&shell.sql, ENT_INPUT_CEILING);
  done = read_all(&shell);
  ent_buf_done(&shell.sql);
  ent_input_done(&shell.input);
  ent_editor_free(shell.editor);
  return done;
}

static bool fail_file(const char *path, const char *words) {
  ent_session_error("cannot read %s: %s", path, words);
  return false;
}

static bool read_file(void *ctx, const char *path) {
  const shell_input *shell = ctx;
  bool done;
  int fd;

  if (shell->depth == ENT_SHELL_DEPTH) {
    return fail_file(path, ".read inside .read goes too deep");
  }
  fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail_file(path, strerror(errno));
  done = read_from(shell->session, fd, false, shell->depth + 1);
  close(fd);
  return done;
}

bool ent_shell_read(ent_session *session, bool prompt) {
  if (prompt) ent_session_catch_interrupts(session, true);
  return read_from(session, STDIN_FILENO, prompt, 0);
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
