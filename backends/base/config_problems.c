#include "backends/base/config_problems.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
  ENT_PROBLEMS_KEPT = 16,      /* more never fit into one message */
  ENT_PROBLEMS_FILE_MAX = 160, /* bytes of a file's name that are shown */
  ENT_PROBLEMS_MORE_MAX = 32,  /* bytes kept free for "; and N more" */
  ENT_PROBLEMS_WORD_MAX = 31,  /* longer words have no near ones */
};

struct ent_problem {
  ent_problem *next;
  int line;
  const char *key; /* or NULL */
  char text[];
};

bool ent_problems_is_full(const ent_problems *problems) {
  return problems->n >= ENT_PROBLEMS_KEPT;
}

/* Puts a problem behind those of the same or an earlier line. */
static void insert(ent_problems *problems, ent_problem *problem) {
  ent_problem **at = &problems->first;

  while (*at && (*at)->line <= problem->line)
    at = &(*at)->next;
  problem->next = *at;
  *at = problem;
}

void ent_problems_add(ent_problems *problems, int line, const char *key,
                      const char *format, ...) {
  ent_problem *problem;
  va_list args;
  int size;

  if (problems->n++ >= ENT_PROBLEMS_KEPT) return;
  va_start(args, format);
  size = vsnprintf(NULL, 0, format, args);
  va_end(args);
  size = size < 0 ? 0 : size;
  problem =
      ent_arena_zalloc(problems->arena, sizeof(*problem) + (size_t)size + 1);
  if (!problem) {
    problems->no_memory = true;
    return;
  }
  problem->line = line;
  problem->key = key;
  va_start(args, format);
  vsnprintf(problem->text, (size_t)size + 1, format, args);
  va_end(args);
  insert(problems, problem);
}

/* The end of a file's name, "..." in front of it if it is not all. */
static const char *shown_file(const char *file, char name[]) {
  size_t size = strlen(file);
  const char *from;

  if (size <= ENT_PROBLEMS_FILE_MAX) return file;
  from = file + size - (ENT_PROBLEMS_FILE_MAX - 3);
  while (((unsigned char)*from & 0xC0) == 0x80)
    from++;
  snprintf(name, ENT_PROBLEMS_FILE_MAX + 1, "...%s", from);
  return name;
}

/* Writes one problem as it is shown, the first one with the file's name. */
static void show(const ent_problems *problems, const ent_problem *problem,
                 ent_error *piece) {
  char name[ENT_PROBLEMS_FILE_MAX + 1];
  const char *file = problems->file ? shown_file(problems->file, name) : NULL;
  const char *key = problem->key ? problem->key : "";
  const char *colon = problem->key ? ": " : "";
  bool is_first = problem == problems->first;

  ent_error_clear(piece);
  if (is_first && !problems->file) {
    ent_fail(piece, ENT_CONFIG, "%s%s%s", key, colon, problem->text);
  } else if (is_first && problem->line > 0) {
    ent_fail(piece, ENT_CONFIG, "%s:%d: %s%s%s", file, problem->line, key,
             colon, problem->text);
  } else if (is_first) {
    ent_fail(piece, ENT_CONFIG, "%s: %s%s%s", file, key, colon, problem->text);
  } else if (problem->line > 0) {
    ent_fail(piece, ENT_CONFIG, "; line %d: %s%s%s", problem->line, key, colon,
             problem->text);
  } else {
    ent_fail(piece, ENT_CONFIG, "; %s%s%s", key, colon, problem->text);
  }
}

ent_status ent_problems_report(const ent_problems *problems, ent_error *err) {
  const ent_problem *problem = problems->first;
  char text[ENT_ERROR_TEXT] = "";
  size_t used = 0;
  int n_shown = 0;

  if (problems->no_memory) return ent_fail_nomem(err);
  if (!problems->n) return ENT_OK;
  for (; problem; problem = problem->next, n_shown++) {
    ent_error piece;
    size_t size;

    show(problems, problem, &piece);
    size = strlen(piece.text);
    if (used && used + size + ENT_PROBLEMS_MORE_MAX >= sizeof(text)) break;
    memcpy(text + used, piece.text, size + 1);
    used += size;
  }
  if (n_shown == problems->n) return ent_fail(err, ENT_CONFIG, "%s", text);
  return ent_fail(err, ENT_CONFIG, "%s; and %d more", text,
                  problems->n - n_shown);
}

void ent_problems_each(const ent_problems *problems,
                       void (*tell)(void *context, int line, const char *key,
                                    const char *text),
                       void *context) {
  for (const ent_problem *at = problems->first; at; at = at->next)
    tell(context, at->line, at->key, at->text);
}

bool ent_problems_may_show(const char *key) {
  for (; *key; key++) {
    unsigned char c = (unsigned char)*key;
    bool is_word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                   (c >= 'a' && c <= 'z') || c >= 0x80;

    if (!is_word && !strchr("_-.$ ", c)) return false;
  }
  return true;
}

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

/* How many letters must be put in, left out or exchanged to make one word the
 * other.  Both have at most ENT_PROBLEMS_WORD_MAX bytes. */
static size_t distance(const char *one, const char *other) {
  size_t row[ENT_PROBLEMS_WORD_MAX + 1];
  size_t n = strlen(other);

  for (size_t k = 0; k <= n; k++)
    row[k] = k;
  for (size_t i = 0; one[i]; i++) {
    size_t diagonal = row[0];

    row[0] = i + 1;
    for (size_t k = 1; k <= n; k++) {
      size_t exchanged = diagonal + (one[i] != other[k - 1]);

      diagonal = row[k];
      row[k] = least(exchanged, least(row[k], row[k - 1]) + 1);
    }
  }
  return row[n];
}

const char *ent_problems_nearest(const char *word, const char *const *words) {
  const char *nearest = NULL;
  size_t best = 3;

  if (strlen(word) > ENT_PROBLEMS_WORD_MAX) return NULL;
  for (; *words; words++) {
    size_t d;

    if (strlen(*words) > ENT_PROBLEMS_WORD_MAX) continue;
    d = distance(word, *words);
    if (d >= best || d >= strlen(*words) / 2 + 1) continue;
    best = d;
    nearest = *words;
  }
  return nearest;
}
