#include "cli/editor.h"

#include "cli/complete.h"
#include "cli/files.h"
#include "cli/text.h"

#include <ctype.h>
#include <errno.h>
#include <histedit.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

enum { ENT_EDITOR_HISTORY = 2000, ENT_EDITOR_SHOWN = 200 };

struct ent_editor {
  ent_session *session;
  EditLine *line;
  History *history;
  char *path; /* of the kept history; NULL for none */
  char prompt[32];
  sigset_t while_waiting;
};

static ent_editor *editor_of(EditLine *line) {
  void *editor = NULL;

  el_get(line, EL_CLIENTDATA, &editor);
  return editor;
}

static char *show_prompt(EditLine *line) {
  return editor_of(line)->prompt;
}

/* Another size of the terminal, or back from Ctrl-Z: seen by the wait that it
 * interrupts. */
static void on_terminal_change(int number) {
  (void)number;
}

static void catch_terminal_changes(void) {
  struct sigaction action = {.sa_handler = on_terminal_change};

  sigemptyset(&action.sa_mask);
  sigaction(SIGWINCH, &action, NULL);
  sigaction(SIGCONT, &action, NULL);
}

/* Waits for a byte: 1, 0 at the end, -1 with errno EINTR at Ctrl-C. */
static int read_byte(ent_editor *editor, EditLine *line, char *byte) {
  for (;;) {
    fd_set readable;
    ssize_t n = -1;

    FD_ZERO(&readable);
    FD_SET(STDIN_FILENO, &readable);
    if (pselect(STDIN_FILENO + 1, &readable, NULL, NULL, NULL,
                &editor->while_waiting) > 0) {
      n = read(STDIN_FILENO, byte, 1);
    }
    if (n >= 0 || errno != EINTR) return (int)n;
    if (ent_session_was_interrupted()) {
      errno = EINTR;
      return -1;
    }
    fputs("\r\x1b[J", stderr); /* libedit writes the line once more */
    el_resize(line);
    el_set(line, EL_PREP_TERM, 1);
    el_set(line, EL_REFRESH, NULL);
  }
}

/* One character for libedit; bytes that are none are left out. */
static int read_character(EditLine *line, wchar_t *to) {
  ent_editor *editor = editor_of(line);
  char bytes[4];
  size_t n = 0;

  for (;;) {
    int status = read_byte(editor, line, &bytes[n]);
    int32_t code;

    if (status <= 0) return status;
    if (((unsigned char)bytes[n] & 0xc0) != 0x80) {
      bytes[0] = bytes[n]; /* a first byte: what came before was no character */
      n = 0;
    }
    n++;
    if (ent_text_decode(bytes, n, &code) == n && code != ENT_TEXT_INVALID) {
      *to = (wchar_t)code;
      return 1;
    }
    if (n == sizeof(bytes)) n = 0;
  }
}

static bool more_typed(void) {
  struct timeval at_once = {0};
  fd_set readable;

  FD_ZERO(&readable);
  FD_SET(STDIN_FILENO, &readable);
  return select(STDIN_FILENO + 1, &readable, NULL, NULL, &at_once) > 0;
}

/* Shows the words that are possible, below the line. */
static unsigned char show_words(const ent_completion *completion) {
  const char *word = completion->words.data;
  size_t n = completion->n_words;

  fputc('\n', stderr);
  for (size_t i = 0; i < n && i < ENT_EDITOR_SHOWN; i++) {
    fprintf(stderr, "%s%s", i ? "  " : "", word);
    word += strlen(word) + 1;
  }
  if (n > ENT_EDITOR_SHOWN) {
    fprintf(stderr, "  and %zu more", n - ENT_EDITOR_SHOWN);
  }
  fputc('\n', stderr);
  return CC_REDISPLAY;
}

/* Writes what all words have in common in the place of what was typed, which
 * may differ in the case of its letters. */
static unsigned char put_word(EditLine *line, const ent_completion *completion,
                              size_t typed, ent_error *err) {
  ent_buf text;
  const char *word;
  unsigned char result = CC_ERROR;

  ent_buf_init(&text, SIZE_MAX / 2);
  if (!ent_buf_append(&text, completion->words.data, completion->common, err) &&
      !(completion->n_words == 1 && ent_buf_append(&text, " ", 1, err)) &&
      !ent_buf_text(&text, &word, err)) {
    el_deletestr(line, (int)typed);
    if (!el_insertstr(line, word)) result = CC_REFRESH;
  }
  ent_buf_done(&text);
  return result;
}

/* How many characters, as libedit counts them, stand in these bytes. */
static size_t count_characters(const char *text, size_t size) {
  size_t n = 0;

  for (size_t i = 0; i < size; i++)
    n += ((unsigned char)text[i] & 0xc0) != 0x80;
  return n;
}

/* Tab.  Behind a blank, and in what is pasted, it is one itself. */
static unsigned char complete(EditLine *line, int key) {
  const LineInfo *info = el_line(line);
  size_t size = (size_t)(info->cursor - info->buffer);
  unsigned char result = CC_ERROR;
  ent_completion completion;
  ent_error err = {0};

  (void)key;
  if (more_typed() || (size && info->cursor[-1] == '\t') || !size) {
    return el_insertstr(line, "\t") ? CC_ERROR : CC_REFRESH;
  }
  if (!ent_completion_find(&completion, editor_of(line)->session->db,
                           info->buffer, size, &err) &&
      completion.n_words) {
    size_t typed = size - completion.start;

    if (completion.n_words > 1 && completion.common <= typed) {
      result = show_words(&completion);
    } else {
      const char *word = info->buffer + completion.start;

      result = put_word(line, &completion, count_characters(word, typed), &err);
    }
  }
  ent_completion_done(&completion);
  return result;
}

/* The file of the history, in a folder that is there then; NULL for none. */
static char *history_path(void) {
  const char *state = getenv("XDG_STATE_HOME");
  const char *home = getenv("HOME");
  ent_error err = {0};
  char *folder = NULL;
  char *path = NULL;

  if (state && *state == '/') {
    folder = sqlite3_mprintf("%s/entable", state);
  } else if (home && *home == '/') {
    folder = sqlite3_mprintf("%s/.local/state/entable", home);
  }
  if (folder && !ent_files_make_dir(folder, &err)) {
    path = sqlite3_mprintf("%s/history", folder);
  }
  sqlite3_free(folder);
  return path;
}

static void begin_history(ent_editor *editor) {
  HistEvent event;

  history(editor->history, &event, H_SETSIZE, ENT_EDITOR_HISTORY);
  history(editor->history, &event, H_SETUNIQUE, 1);
  editor->path = history_path();
  if (editor->path) history(editor->history, &event, H_LOAD, editor->path);
}

static void set_up(ent_editor *editor) {
  EditLine *line = editor->line;

  el_set(line, EL_CLIENTDATA, editor);
  el_set(line, EL_PROMPT, show_prompt);
  el_set(line, EL_SIGNAL, 0);
  el_set(line, EL_GETCFN, read_character);
  el_set(line, EL_EDITOR, "emacs");
  el_set(line, EL_HIST, history, editor->history);
  /* The wide call: el_set() would copy both texts and never free them. */
  el_wset(line, EL_ADDFN, L"entable-complete", L"completes a name", complete);
  el_set(line, EL_BIND, "^I", "entable-complete", NULL);
  el_set(line, EL_BIND, "^R", "em-inc-search-prev", NULL);
  el_source(line, NULL);
}

ent_editor *ent_editor_new(ent_session *session) {
  const char *terminal = getenv("TERM");
  ent_editor *editor;

  if (!terminal || strcmp(terminal, "dumb") == 0) return NULL;
  editor = calloc(1, sizeof(*editor));
  if (!editor) return NULL;
  editor->session = session;
  sigprocmask(SIG_SETMASK, NULL, &editor->while_waiting);
  editor->history = history_init();
  editor->line = el_init("entable", stdin, stderr, stderr);
  if (!editor->history || !editor->line) {
    ent_editor_free(editor);
    return NULL;
  }
  begin_history(editor);
  set_up(editor);
  catch_terminal_changes();
  return editor;
}

void ent_editor_free(ent_editor *editor) {
  HistEvent event;

  if (!editor) return;
  if (editor->path) history(editor->history, &event, H_SAVE, editor->path);
  if (editor->line) el_end(editor->line);
  if (editor->history) history_end(editor->history);
  sqlite3_free(editor->path);
  free(editor);
}

static bool is_blank(const char *text) {
  return !text[strspn(text, " \t\r\n")];
}

ent_status ent_editor_line(ent_editor *editor, const char *prompt, ent_buf *to,
                           ent_error *err) {
  HistEvent event;
  const char *text;
  int n = 0;

  snprintf(editor->prompt, sizeof(editor->prompt), "%s", prompt);
  el_resize(editor->line);
  text = el_gets(editor->line, &n);
  if (text && n > 0) {
    if (!is_blank(text)) history(editor->history, &event, H_ENTER, text);
    return ent_buf_append(to, text, strlen(text), err);
  }
  if (n == 0) return ENT_DONE;
  if (errno == EINTR) return ent_fail(err, ENT_INTERRUPTED, "interrupted");
  return ent_fail(err, ENT_UNAVAILABLE, "cannot read the input: %s",
                  strerror(errno));
}
