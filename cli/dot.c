#include "cli/dot.h"

#include "cli/dump.h"
#include "cli/import.h"
#include "cli/schema.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENT_DOT_WORDS = 9 }; /* more than any command takes */

typedef struct dot_command {
  const char *name;
  const char *arguments;
  const char *help;
  size_t least; /* arguments it must have */
  size_t most;
  bool (*run)(ent_dot *dot, char **words, size_t n);
} dot_command;

static bool run_help(ent_dot *dot, char **words, size_t n);

static bool fail_word(const char *command, const char *word,
                      const char *expected) {
  ent_session_error("%s '%s': expected %s", command, word, expected);
  return false;
}

static bool set_switch(bool *on, const char *command, const char *word) {
  if (strcmp(word, "on") == 0) {
    *on = true;
  } else if (strcmp(word, "off") == 0) {
    *on = false;
  } else {
    return fail_word(command, word, "on or off");
  }
  return true;
}

static bool run_headers(ent_dot *dot, char **words, size_t n) {
  (void)n;
  return set_switch(&dot->session->print.headers, ".headers", words[0]);
}

static bool run_timer(ent_dot *dot, char **words, size_t n) {
  (void)n;
  return set_switch(&dot->session->timer, ".timer", words[0]);
}

static bool run_mode(ent_dot *dot, char **words, size_t n) {
  ent_print *print = &dot->session->print;

  if (!n) {
    fprintf(print->to, "%s\n", ent_format_name(print->format));
    return true;
  }
  if (ent_format_find(words[0], &print->format)) return true;
  return fail_word(".mode", words[0], "table, csv, json, line or markdown");
}

static bool run_output(ent_dot *dot, char **words, size_t n) {
  return ent_session_output(dot->session, n ? words[0] : NULL, false);
}

static bool run_once(ent_dot *dot, char **words, size_t n) {
  (void)n;
  return ent_session_output(dot->session, words[0], true);
}

static bool run_dump(ent_dot *dot, char **words, size_t n) {
  return ent_dump_run(dot->session, words, n);
}

static bool run_import(ent_dot *dot, char **words, size_t n) {
  return ent_import_run(dot->session, words, n);
}

static bool run_read(ent_dot *dot, char **words, size_t n) {
  (void)n;
  return dot->read(dot->ctx, words[0]);
}

static bool run_schema(ent_dot *dot, char **words, size_t n) {
  return ent_schema_show(dot->session, n ? words[0] : "%");
}

static bool run_tables(ent_dot *dot, char **words, size_t n) {
  return ent_schema_tables(dot->session, n ? words[0] : "%");
}

static bool run_quit(ent_dot *dot, char **words, size_t n) {
  (void)words;
  (void)n;
  dot->leave = true;
  return true;
}

static const dot_command commands[] = {
    {".dump", "[PATTERN]", "tables with their rows as SQL", 0, 2, run_dump},
    {".exit", "", "the same as .quit", 0, 0, run_quit},
    {".headers", "on|off", "the names of the columns above table and csv", 1, 1,
     run_headers},
    {".help", "", "this text", 0, 0, run_help},
    {".import", "FILE TABLE", "loads a CSV file into a table", 2, 7,
     run_import},
    {".mode", "[NAME]", "results as table, csv, json, line or markdown", 0, 1,
     run_mode},
    {".once", "FILE", "the next result goes to a file", 1, 1, run_once},
    {".output", "[FILE]", "results go to a file (without one: back here)", 0, 1,
     run_output},
    {".quit", "", "leave (also: Ctrl-D)", 0, 0, run_quit},
    {".read", "FILE", "runs the SQL and the dot commands of a file", 1, 1,
     run_read},
    {".schema", "[PATTERN]", "the statements that make the tables", 0, 1,
     run_schema},
    {".tables", "[PATTERN]", "the names of tables and views, as LIKE has them",
     0, 1, run_tables},
    {".timer", "on|off", "how long each statement took", 1, 1, run_timer},
};

const char *ent_dot_name(size_t i) {
  return i < ENT_COUNT(commands) ? commands[i].name : NULL;
}

static bool run_help(ent_dot *dot, char **words, size_t n) {
  FILE *to = dot->session->print.to;

  (void)words;
  (void)n;
  fputs("SQL ends with a semicolon and may go over several lines.\n"
        "Ctrl-C stops a statement, or drops what was typed.\n",
        to);
  for (size_t i = 0; i < ENT_COUNT(commands); i++) {
    int used = fprintf(to, "  %s %s", commands[i].name, commands[i].arguments);

    fprintf(to, "%*s%s\n", 23 - used, "", commands[i].help);
  }
  fputs("  SELECT * FROM entable_check;   the servers and their state\n", to);
  return true;
}

/* A command by its name, or by the beginning that only one name has. */
static const dot_command *find_command(const char *name) {
  const dot_command *found = NULL;
  size_t size = strlen(name);
  size_t n_found = 0;

  for (size_t i = 0; i < ENT_COUNT(commands); i++) {
    if (strncmp(commands[i].name, name, size) != 0) continue;
    found = &commands[i];
    n_found++;
    if (!found->name[size]) return found;
  }
  return n_found == 1 && size > 1 ? found : NULL;
}

static const char *name_of(const void *ctx, size_t i) {
  (void)ctx;
  return ent_dot_name(i);
}

static bool fail_unknown(const char *name) {
  const char *closest = ent_options_closest(name, name_of, NULL);

  if (closest) {
    ent_session_error("unknown command '%s': did you mean '%s'?  .help shows"
                      " what there is",
                      name, closest);
  } else {
    ent_session_error("unknown command '%s': .help shows what there is", name);
  }
  return false;
}

static bool run_words(ent_dot *dot, char **words, size_t n) {
  const dot_command *command = find_command(words[0]);

  if (!command) return fail_unknown(words[0]);
  if (n - 1 >= command->least && n - 1 <= command->most) {
    ent_session *session = dot->session;
    const FILE *once = session->once ? session->print.to : NULL;
    bool done = command->run(dot, words + 1, n - 1);

    if (!once || session->print.to != once) return done;
    return ent_session_output(session, NULL, false) && done;
  }
  ent_session_error("used as: %s %s", command->name, command->arguments);
  return false;
}

/* Splits a line at its blanks, in place; a word with blanks stands in quotes
 * of either kind.  Returns how many words there are, 0 where a quote is not
 * closed; words beyond ENT_DOT_WORDS are counted only. */
static size_t split(char *line, char **words) {
  size_t n = 0;

  for (;;) {
    bool quoted;
    char *end;

    line += strspn(line, " \t\r\n");
    if (!*line) return n;
    quoted = *line == '\'' || *line == '"';
    end = quoted ? strchr(line + 1, *line) : line + strcspn(line, " \t\r\n");
    if (!end) return 0;
    if (n < ENT_DOT_WORDS) words[n] = line + quoted;
    n++;
    if (!*end) return n;
    *end = '\0';
    line = end + 1;
  }
}

bool ent_dot_obey(ent_dot *dot, const char *line, size_t size) {
  char *words[ENT_DOT_WORDS];
  char *copy = strndup(line, size);
  bool done = false;
  size_t n;

  if (!copy) {
    ent_session_error("out of memory");
    return false;
  }
  n = split(copy, words);
  if (n) {
    done = run_words(dot, words, n);
  } else {
    ent_session_error("a quote is not closed");
  }
  free(copy);
  return done;
}
