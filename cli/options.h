#ifndef ENT_CLI_OPTIONS_H
#define ENT_CLI_OPTIONS_H

#include "backends/base/arena.h"
#include "backends/base/error.h"
#include "cli/print.h"

#include <stdbool.h>
#include <stdio.h>

/* The options of the command line.  They may stand before and behind the
 * name of the command, as "--name value" or "--name=value". */

/* Bits of what a command takes and of what was given. */
enum {
  ENT_OPTION_CONFIG = 1 << 0,
  ENT_OPTION_DB = 1 << 1,
  ENT_OPTION_FORMAT = 1 << 2,
  ENT_OPTION_ECHO = 1 << 3,
  ENT_OPTION_KEEP = 1 << 4,
  ENT_OPTION_LOAD = 1 << 5,
  ENT_OPTION_DATABASE = 1 << 6,
  ENT_OPTION_HELP = 1 << 7,
  ENT_OPTION_VERSION = 1 << 8,
  ENT_OPTION_PLAN = 1 << 9,
  ENT_OPTION_APPLY = 1 << 10,
  ENT_OPTION_POOL = 1 << 11,
  ENT_OPTION_OUTPUT = 1 << 12,
  ENT_OPTION_PICTURE = 1 << 13, /* --format of a picture */
  ENT_OPTION_WITH = 1 << 14,
  /* What every command that opens a database takes. */
  ENT_OPTIONS_SQL = ENT_OPTION_CONFIG | ENT_OPTION_DB | ENT_OPTION_FORMAT,
};

typedef struct ent_options {
  unsigned given;       /* bits of ENT_OPTION_ */
  const char *config;   /* --config, or NULL */
  const char *db;       /* --db; default ":memory:" */
  ent_format format;    /* --format; default table */
  const char *picture;  /* --format mermaid or svg, else NULL */
  const char *keep;     /* --keep, or NULL */
  const char *database; /* --database; default "sandbox" */
  const char *with;     /* --with, or NULL */
  const char *pool;     /* --pool, or NULL */
  const char *output;   /* --output, or NULL */
  const char **loads;   /* each --load, in order */
  size_t n_loads;
  const char **words; /* what is no option; the command's name first */
  size_t n_words;
  char **behind; /* what follows "--", ended by NULL; NULL without "--" */
} ent_options;

/* Reads the command line.  Strings belong to argv, lists live in `arena`.
 * CONFIG for what is not understood, NOMEM. */
ENT_CHECKED ent_status ent_options_parse(ent_options *options, int argc,
                                         char **argv, ent_arena *arena,
                                         ent_error *err);

/* CONFIG if an option was given that is not among the bits `taken`. */
ENT_CHECKED ent_status ent_options_check(const ent_options *options,
                                         unsigned taken, const char *command,
                                         ent_error *err);

/* Writes one line of help for each option among the bits `taken`. */
void ent_options_help(FILE *to, unsigned taken);

/* The i-th of some names, NULL behind the last one. */
typedef const char *(*ent_options_names)(const void *ctx, size_t i);

/* The name most like `word` of those that `names` gives; NULL if none is close
 * enough to be meant. */
const char *ent_options_closest(const char *word, ent_options_names names,
                                const void *ctx);

#endif
