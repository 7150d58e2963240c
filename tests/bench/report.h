#ifndef ENT_TESTS_BENCH_REPORT_H
#define ENT_TESTS_BENCH_REPORT_H

#include <stdbool.h>

/* The tables the benchmark prints, line by line as they are measured, and the
 * verdict over all of them.  A zeroed report is an empty one. */
typedef struct ent_bench_report {
  int n_broken; /* lines above their limit */
} ent_bench_report;

/* One comparison.  Times are microseconds, of one unit ("a row"). */
typedef struct ent_bench_line {
  const char *what;
  double base_us;    /* median of the rounds */
  double subject_us; /* median of the rounds */
  double ratio;      /* median of the rounds' subject / base */
  double ratio_min;
  double ratio_max;
  double judged;       /* the ratio without the allowance */
  double reference;    /* the ratio known from a quiet machine; 0 = none */
  double at_most;      /* the limit of `judged`; 0: none */
  double allowance_ms; /* time the subject may take beside the ratio */
  bool informative;    /* the limit is shown, not enforced */
} ent_bench_line;

/* Begins a table, naming what is compared with what. */
void ent_bench_report_heading(const char *title, const char *base,
                              const char *subject);

/* Adds a comparison; above its limit it counts as broken. */
void ent_bench_report_add(ent_bench_report *report, const ent_bench_line *line);

/* Adds an amount of memory, in bytes, with its limit. */
void ent_bench_report_memory(ent_bench_report *report, const char *what,
                             long long size, long long at_most);

#endif
