/* entable_bench: how fast entable is beside the raw client libraries, and
 * beside SQLite's own tables.
 *
 *   entable sandbox --database bench --with redis -- entable_bench [case ...]
 *                                       [--rows N] [--rounds N]
 *
 * Runs the cases given, or all, against the sandbox's server; a table tells
 * the time of each side, the ratio, its limit and the verdict.  Ends with 0 if
 * every limit is kept, with 1 if one is broken or something could not be
 * measured, with 2 on wrong use.  Fills that database: never point it at one
 * that holds anything.
 */
#include "tests/bench/bench.h"
#include "tests/bench/data.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENT_MAX_ROWS = 100000000 };

typedef struct bench_case {
  const char *name;
  ent_status (*run)(ent_bench *bench, ent_error *err);
  bool against_ours; /* a line of the table of raw and entable */
} bench_case;

static const bench_case cases[] = {
    {"yardstick", ent_bench_yardstick, false},
    {"point", ent_bench_point, true},
    {"in", ent_bench_in, true},
    {"search", ent_bench_search, true},
    {"count", ent_bench_count, true},
    {"scan", ent_bench_scan, true},
    {"write", ent_bench_write, true},
    {"redis", ent_bench_redis, true},
    {"open", ent_bench_open, true},
    {"schema", ent_bench_schema, true},
    {"local", ent_bench_local, false},
};

static int usage(const char *wrong) {
  fprintf(
      stderr,
      "entable_bench: %s\n"
      "usage: entable sandbox --database bench --with redis -- entable_bench"
      " [case ...] [--rows N] [--rounds N]\n"
      "cases:",
      wrong);
  for (size_t i = 0; i < ENT_COUNT(cases); i++) {
    fprintf(stderr, " %s", cases[i].name);
  }
  fprintf(stderr, "\n");
  return 2;
}

/* A whole number between two bounds, or -1. */
static long read_number(const char *text, long least, long most) {
  char *end;
  long number = text ? strtol(text, &end, 10) : -1;

  if (!text || end == text || *end || number < least || number > most) {
    return -1;
  }
  return number;
}

/* Marks a case as chosen. */
static bool choose(const char *name, bool chosen[ENT_COUNT(cases)]) {
  for (size_t i = 0; i < ENT_COUNT(cases); i++) {
    if (!strcmp(name, cases[i].name)) {
      chosen[i] = true;
      return true;
    }
  }
  return false;
}

/* Reads the command line; returns what is wrong with it, or NULL.  No case
 * named chooses all. */
static const char *read_arguments(char **args, ent_bench *bench,
                                  bool chosen[ENT_COUNT(cases)]) {
  bool any = false;

  for (; *args; args++) {
    if (!strcmp(*args, "--rows")) {
      bench->n_rows = read_number(*++args, ENT_BENCH_KEYS, ENT_MAX_ROWS);
      if (bench->n_rows < 0) return "--rows wants 1000 to 100000000";
    } else if (!strcmp(*args, "--rounds")) {
      bench->n_rounds = (int)read_number(*++args, 1, ENT_BENCH_MAX_ROUNDS);
      if (bench->n_rounds < 0) return "--rounds wants 1 to 1000";
    } else if (choose(*args, chosen)) {
      any = true;
    } else {
      return "no such case or option";
    }
  }
  for (size_t i = 0; !any && i < ENT_COUNT(cases); i++) {
    chosen[i] = true;
  }
  return NULL;
}

static ent_status run_cases(ent_bench *bench,
                            const bool chosen[ENT_COUNT(cases)],
                            ent_error *err) {
  bool heading = false;
  ent_status status;

  for (size_t i = 0; i < ENT_COUNT(cases); i++) {
    if (!chosen[i]) continue;
    if (cases[i].against_ours && !heading) {
      ent_bench_report_heading("the speed", "raw", "entable");
      heading = true;
    }
    status = cases[i].run(bench, err);
    if (status) return ent_error_context(err, status, "%s", cases[i].name);
  }
  return ENT_OK;
}

int main(int argc, char **argv) {
  bool chosen[ENT_COUNT(cases)] = {false};
  ent_error err = {0};
  ent_bench bench = {.socket = getenv("ENTABLE_SANDBOX_SOCKET"),
                     .database = getenv("ENTABLE_SANDBOX_DATABASE"),
                     .n_rows = 1000000};
  const char *wrong = read_arguments(argv + (argc > 0), &bench, chosen);

  if (wrong) return usage(wrong);
  if (!bench.socket || !bench.database) {
    return usage("no server: ENTABLE_SANDBOX_SOCKET and"
                 " ENTABLE_SANDBOX_DATABASE are not set");
  }

  /* The sandbox names its database there; opening it by itself whenever a
   * connection is set up would be measured too. */
  unsetenv("ENTABLE_CONFIG");
  if (run_cases(&bench, chosen, &err)) {
    fprintf(stderr, "entable_bench: %s\n", err.text);
    return 1;
  }
  if (bench.report.n_broken) {
    printf("\n%d above the limit\n", bench.report.n_broken);
    return 1;
  }
  return 0;
}
