#include "cli/options.h"

#include <string.h>

typedef struct option_spec {
  const char *name;
  const char *value; /* what its value is called in help; NULL if it has none */
  unsigned bit;
  const char *help;
} option_spec;

static const option_spec specs[] = {
    {"--config", "FILE|URL", ENT_OPTION_CONFIG,
     "configuration file, or mysql://user@host/database\n"
     "(default: ENTABLE_CONFIG, then ./entable.yaml if there is\n"
     "one)"},
    {"--db", "FILE", ENT_OPTION_DB,
     "SQLite database to work in (default: :memory:)"},
    {"--format", "NAME", ENT_OPTION_FORMAT,
     "table (default), csv, json, line or markdown; a table\n"
     "measures its columns on the first 1000 rows (or 4 MiB),\n"
     "the others write row by row"},
    {"--format", "NAME", ENT_OPTION_PICTURE,
     "mermaid (default), or svg (default for a file *.svg)"},
    {"--echo", NULL, ENT_OPTION_ECHO, "show each statement before its result"},
    {"--keep", "DIR", ENT_OPTION_KEEP,
     "use this directory and leave it behind; started on it\n"
     "again, the sandbox has the same data"},
    {"--load", "FILE", ENT_OPTION_LOAD,
     "run this file of MySQL statements first; may be repeated"},
    {"--database", "NAME", ENT_OPTION_DATABASE,
     "database to create (default: sandbox)"},
    {"--with", "LIST", ENT_OPTION_WITH,
     "other servers beside MariaDB: redis; sentinel (a Redis with\n"
     "two replicas and three sentinels)"},
    {"--plan", NULL, ENT_OPTION_PLAN,
     "show what would be run, and run nothing"},
    {"--apply", NULL, ENT_OPTION_APPLY, "run it"},
    {"--pool", "NAME", ENT_OPTION_POOL,
     "the pool whose database it is (default: the only one, else\n"
     "'default')"},
    {"--output", "FILE", ENT_OPTION_OUTPUT,
     "write it there, where no file may be yet"},
    {"--help", NULL, ENT_OPTION_HELP, "show this help"},
    {"--version", NULL, ENT_OPTION_VERSION, "show the version"},
};

enum { ENT_OPTION_WORD = 32 }; /* longer words are close to no name */

static size_t least(size_t a, size_t b, size_t c) {
  size_t ab = a < b ? a : b;

  return ab < c ? ab : c;
}

/* How many letters must be changed, added or taken away to make one word the
 * other; neither is longer than ENT_OPTION_WORD. */
static size_t distance(const char *a, const char *b) {
  size_t row[ENT_OPTION_WORD + 1];
  size_t n = strlen(b);

  for (size_t j = 0; j <= n; j++)
    row[j] = j;
  for (size_t i = 0; a[i]; i++) {
    size_t diagonal = row[0];

    row[0] = i + 1;
    for (size_t j = 0; j < n; j++) {
      size_t cost = diagonal + (a[i] != b[j]);

      diagonal = row[j + 1];
      row[j + 1] = least(cost, row[j] + 1, diagonal + 1);
    }
  }
  return row[n];
}

const char *ent_options_closest(const char *word, ent_options_names names,
                                const void *ctx) {
  const char *closest = NULL;
  size_t best = 3; /* more changes than two are another word */
  const char *name;

  if (strlen(word) > ENT_OPTION_WORD) return NULL;
  for (size_t i = 0; (name = names(ctx, i)); i++) {
    size_t far = distance(word, name);

    if (far < best && far < strlen(name)) {
      best = far;
      closest = name;
    }
  }
  return closest;
}

static const char *option_name(const void *ctx, size_t i) {
  (void)ctx;
  return i < ENT_COUNT(specs) ? specs[i].name : NULL;
}

static const char *const pictures[] = {"mermaid", "svg"};

static const char *format_name(const void *ctx, size_t i) {
  (void)ctx;
  if (i < ENT_FORMAT_COUNT) return ent_format_name((ent_format)i);
  i -= ENT_FORMAT_COUNT;
  return i < ENT_COUNT(pictures) ? pictures[i] : NULL;
}

static ent_status unknown(const char *kind, const char *word,
                          ent_options_names names, ent_error *err) {
  const char *closest = ent_options_closest(word, names, NULL);

  if (!closest) return ent_fail(err, ENT_CONFIG, "unknown %s '%s'", kind, word);
  return ent_fail(err, ENT_CONFIG, "unknown %s '%s': did you mean '%s'?", kind,
                  word, closest);
}

static ent_status set_format(ent_options *options, const char *value,
                             ent_error *err) {
  for (size_t i = 0; i < ENT_COUNT(pictures); i++) {
    if (strcmp(pictures[i], value) != 0) continue;
    options->given |= ENT_OPTION_PICTURE;
    options->picture = value;
    return ENT_OK;
  }
  options->given |= ENT_OPTION_FORMAT;
  if (ent_format_find(value, &options->format)) return ENT_OK;
  return unknown("format", value, format_name, err);
}

static ent_status set_option(ent_options *options, unsigned bit,
                             const char *value, ent_error *err) {
  if (bit == ENT_OPTION_FORMAT) return set_format(options, value, err);
  options->given |= bit;
  switch (bit) {
  case ENT_OPTION_CONFIG: options->config = value; break;
  case ENT_OPTION_DB: options->db = value; break;
  case ENT_OPTION_KEEP: options->keep = value; break;
  case ENT_OPTION_LOAD: options->loads[options->n_loads++] = value; break;
  case ENT_OPTION_WITH: options->with = value; break;
  case ENT_OPTION_POOL: options->pool = value; break;
  case ENT_OPTION_OUTPUT: options->output = value; break;
  case ENT_OPTION_DATABASE: options->database = value; break;
  default: break;
  }
  return ENT_OK;
}

/* The option that a word names, up to its end or a '='; NULL for none. */
static const option_spec *find_option(const char *word) {
  size_t size = strcspn(word, "=");

  if (strcmp(word, "-h") == 0) word = "--help", size = 6;
  for (size_t i = 0; i < ENT_COUNT(specs); i++) {
    if (strlen(specs[i].name) == size &&
        memcmp(specs[i].name, word, size) == 0) {
      return &specs[i];
    }
  }
  return NULL;
}

/* Reads the option at argv[*i], and its value if it has one. */
static ent_status parse_option(ent_options *options, char **argv, int *i,
                               ent_arena *arena, ent_error *err) {
  const char *word = argv[*i];
  const option_spec *spec = find_option(word);
  const char *value = strchr(word, '=');

  if (!spec) {
    char *name = ent_arena_copy(arena, word, strcspn(word, "="));

    if (!name) return ent_fail_nomem(err);
    return unknown("option", name, option_name, err);
  }
  if (!spec->value) {
    options->given |= spec->bit;
    if (!value) return ENT_OK;
    return ent_fail(err, ENT_CONFIG, "%s takes no value", spec->name);
  }
  value = value ? value + 1 : argv[++*i];
  if (value) return set_option(options, spec->bit, value, err);
  return ent_fail(err, ENT_CONFIG, "%s needs a value: %s", spec->name,
                  spec->value);
}

/* "-" is stdin, and a word with a blank is SQL that begins with a comment. */
static bool is_option(const char *word) {
  char stop = word[strcspn(word, " \t\n=")];

  return word[0] == '-' && word[1] && (stop == '=' || !stop);
}

ent_status ent_options_parse(ent_options *options, int argc, char **argv,
                             ent_arena *arena, ent_error *err) {
  ent_status status = ENT_OK;
  size_t room = (size_t)argc * sizeof(char *);

  *options = (ent_options){.db = ":memory:", .database = "sandbox"};
  options->loads = ent_arena_alloc(arena, room);
  options->words = ent_arena_alloc(arena, room);
  if (!options->loads || !options->words) return ent_fail_nomem(err);
  for (int i = 1; i < argc && !status; i++) {
    const char *word = argv[i];

    if (strcmp(word, "--") == 0) {
      options->behind = argv + i + 1;
      break;
    }
    if (is_option(word)) {
      status = parse_option(options, argv, &i, arena, err);
    } else {
      options->words[options->n_words++] = word;
    }
  }
  return status;
}

ent_status ent_options_check(const ent_options *options, unsigned taken,
                             const char *command, ent_error *err) {
  const unsigned formats = ENT_OPTION_FORMAT | ENT_OPTION_PICTURE;

  if (taken & formats && options->given & formats & ~taken) {
    return ent_fail(err, ENT_CONFIG, "'%s' has other formats", command);
  }
  for (size_t i = 0; i < ENT_COUNT(specs); i++) {
    if (options->given & ~taken & specs[i].bit) {
      return ent_fail(err, ENT_CONFIG, "'%s' has no option %s", command,
                      specs[i].name);
    }
  }
  return ENT_OK;
}

static void help_line(FILE *to, const option_spec *spec) {
  const char *value = spec->value ? spec->value : "";
  const char *text = spec->help;
  int used = fprintf(to, "  %s %s", spec->name, value);

  for (;;) {
    size_t size = strcspn(text, "\n");

    fprintf(to, "%*s%.*s\n", used < 21 ? 21 - used : 1, "", (int)size, text);
    if (!text[size]) break;
    text += size + 1;
    used = 0;
  }
}

void ent_options_help(FILE *to, unsigned taken) {
  for (size_t i = 0; i < ENT_COUNT(specs); i++) {
    if (specs[i].bit & taken) help_line(to, &specs[i]);
  }
}
