/* The command entable: a SQL client with the module built in.  Everything it
 * does with data is SQL that any other client with the module can run too. */
#include "cli/commands.h"
#include "cli/text.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct command_spec {
  const char *name;
  const char *arguments;
  const char *summary;
  const char *details;
  unsigned options; /* bits of ENT_OPTION_ */
  int (*run)(const ent_options *options);
} command_spec;

static const command_spec commands[] = {
    {"shell", "", "a prompt for SQL (without a terminal: SQL from stdin)",
     "Ctrl-C stops the running statement; .quit or Ctrl-D leaves.\n",
     ENT_OPTIONS_SQL | ENT_OPTION_ECHO, ent_command_shell},
    {"sql", "[SQL|-]...", "runs statements and writes their results",
     "'-' is SQL from stdin, and so is a pipe when no SQL is given.  The "
     "first\n"
     "error ends it with status 1.\n",
     ENT_OPTIONS_SQL | ENT_OPTION_ECHO, ent_command_sql},
    {"check", "", "connects to every server of the configuration",
     "One row for each; the status is 1 unless all of them are ok.\n",
     ENT_OPTIONS_SQL, ent_command_check},
    {"alters", "", "compares the databases with what is declared",
     "One row for each statement that would change them.  The status is 1 if\n"
     "there are any besides those that drop tables which no entity names.\n",
     ENT_OPTIONS_SQL, ent_command_alters},
    {"migrate", "--plan|--apply [safe|all|prune]",
     "brings the databases to what is declared",
     "'safe', unless another word is given, runs what loses nothing, 'all' "
     "also\n"
     "the rest, 'prune' also drops tables that no entity names.  Each "
     "statement\n"
     "is told on stderr before it is run; the first error ends it.\n",
     ENT_OPTIONS_SQL | ENT_OPTION_PLAN | ENT_OPTION_APPLY, ent_command_migrate},
    {"import", "", "writes the configuration of a database that is there",
     "It declares the tables as they are, so that 'alters' finds nothing, and "
     "goes\n"
     "to stdout.  Tables that cannot be declared are imported as they are, and "
     "told\n"
     "on stderr with the reason.  A password is never written.\n",
     ENT_OPTION_CONFIG | ENT_OPTION_POOL | ENT_OPTION_OUTPUT,
     ent_command_import},
    {"diagram", "[ENTITY]...", "draws entities and what they refer to",
     "As an erDiagram of Mermaid or as SVG, which has the colours of day and\n"
     "night.  With names only those entities are drawn.\n",
     ENT_OPTION_CONFIG | ENT_OPTION_DB | ENT_OPTION_PICTURE | ENT_OPTION_OUTPUT,
     ent_command_diagram},
    {"warm", "ENTITY [CONDITION]", "fills Redis with the rows of an entity",
     "With a CONDITION, as behind WHERE, only with those that it finds.  Tells "
     "how\n"
     "many rows that are, how many were there, and how many are kept now.\n",
     ENT_OPTIONS_SQL, ent_command_warm},
    {"sandbox", "[-- COMMAND ARG...]", "starts a private MariaDB to play with",
     "It listens on a Unix socket and on 127.0.0.1, and is stopped and "
     "removed\n"
     "at the end.  COMMAND finds it in ENTABLE_CONFIG, ENTABLE_SANDBOX_DIR,\n"
     "ENTABLE_SANDBOX_SOCKET, ENTABLE_SANDBOX_PORT and\n"
     "ENTABLE_SANDBOX_DATABASE; its status becomes that of the sandbox (127 "
     "if\n"
     "it cannot be run, 128+n if signal n ended it).  Without COMMAND: a "
     "shell\n"
     "on a terminal, else it prints these and waits for SIGTERM or SIGINT.\n",
     ENT_OPTION_KEEP | ENT_OPTION_LOAD | ENT_OPTION_DATABASE | ENT_OPTION_WITH,
     ent_command_sandbox},
};

static const char *command_name(const void *ctx, size_t i) {
  (void)ctx;
  return i < ENT_COUNT(commands) ? commands[i].name : NULL;
}

int ent_command_misused(const char *command, const char *format, ...) {
  va_list args;

  fputs("entable: ", stderr);
  if (command) fprintf(stderr, "%s: ", command);
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fprintf(stderr, "\nentable %s%s--help shows how it is used\n",
          command ? command : "", command ? " " : "");
  return ENT_EXIT_MISUSED;
}

static int show_help(void) {
  puts("A MySQL database as SQLite tables.\n\n"
       "usage: entable [COMMAND] [OPTIONS] [ARGUMENTS]\n");
  for (size_t i = 0; i < ENT_COUNT(commands); i++) {
    printf("  %-9s %s\n", commands[i].name, commands[i].summary);
  }
  puts("\nWithout a COMMAND: shell.  'entable COMMAND --help' tells more.\n");
  ent_options_help(stdout, ENT_OPTIONS_SQL | ENT_OPTION_ECHO | ENT_OPTION_HELP |
                               ENT_OPTION_VERSION);
  puts("\nexit status: 0 done, 1 failed, 2 wrong use");
  return ENT_EXIT_DONE;
}

static int show_command_help(const command_spec *command) {
  printf("entable %s: %s\n\nusage: entable %s [OPTIONS]%s%s\n\n%s\n",
         command->name, command->summary, command->name,
         *command->arguments ? " " : "", command->arguments, command->details);
  ent_options_help(stdout, command->options | ENT_OPTION_HELP);
  return ENT_EXIT_DONE;
}

static int show_version(void) {
  printf("entable %s (SQLite %s)\n", ENT_VERSION, sqlite3_libversion());
  return ENT_EXIT_DONE;
}

static int unknown_command(const char *word) {
  const char *closest = ent_options_closest(word, command_name, NULL);

  if (strpbrk(word, " \t\n")) {
    return ent_command_misused(NULL, "SQL is run by 'entable sql ...'");
  }
  if (!closest) return ent_command_misused(NULL, "unknown command '%s'", word);
  return ent_command_misused(NULL, "unknown command '%s': did you mean '%s'?",
                             word, closest);
}

static const command_spec *find_command(const char *name) {
  for (size_t i = 0; i < ENT_COUNT(commands); i++) {
    if (strcmp(commands[i].name, name) == 0) return &commands[i];
  }
  return NULL;
}

static int run(const ent_options *options) {
  const char *name = options->n_words ? options->words[0] : "shell";
  const command_spec *command = find_command(name);
  ent_error err = {0};

  if (options->given & ENT_OPTION_VERSION) return show_version();
  if (!command) return unknown_command(name);
  if (options->given & ENT_OPTION_HELP) {
    return options->n_words ? show_command_help(command) : show_help();
  }
  if (ent_options_check(options, command->options, name, &err)) {
    return ent_command_misused(name, "%s", err.text);
  }
  return command->run(options);
}

int main(int argc, char **argv) {
  ent_arena arena = {0};
  ent_error err = {0};
  ent_options options;
  int status;

  ent_text_init();

  /* A reader that goes away is seen as an error of the write. */
  signal(SIGPIPE, SIG_IGN);
  if (ent_options_parse(&options, argc, argv, &arena, &err)) {
    status = ent_command_misused(NULL, "%s", err.text);
  } else {
    status = run(&options);
  }
  ent_arena_done(&arena);
  return status;
}
