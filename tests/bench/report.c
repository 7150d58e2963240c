#include "tests/bench/report.h"

#include <stdio.h>

enum { ENT_CELL_SIZE = 32 };

/* A time with the unit that suits it. */
static void format_time(char cell[ENT_CELL_SIZE], double us) {
  if (us < 1000) {
    snprintf(cell, ENT_CELL_SIZE, us < 10 ? "%.2f us" : "%.1f us", us);
  } else if (us < 1000000) {
    snprintf(cell, ENT_CELL_SIZE, us < 10000 ? "%.2f ms" : "%.1f ms",
             us / 1000);
  } else {
    snprintf(cell, ENT_CELL_SIZE, "%.2f s", us / 1000000);
  }
}

static void print_line(const char *what, const char *const cells[7]) {
  printf("%-34s %9s %9s %6s %11s %9s %13s  %s\n", what, cells[0], cells[1],
         cells[2], cells[3], cells[4], cells[5], cells[6]);
  fflush(stdout);
}

void ent_bench_report_heading(const char *title, const char *base,
                              const char *subject) {
  const char *const cells[7] = {base,        subject,   "ratio",  "min..max",
                                "reference", "at most", "verdict"};

  printf("\n");
  print_line(title, cells);
}

static const char *verdict(ent_bench_report *report, bool kept,
                           bool informative) {
  if (kept) return "ok";
  if (informative) return "above (for information)";
  report->n_broken++;
  return "TOO MUCH";
}

void ent_bench_report_add(ent_bench_report *report,
                          const ent_bench_line *line) {
  char base[ENT_CELL_SIZE];
  char subject[ENT_CELL_SIZE];
  char ratio[ENT_CELL_SIZE];
  char range[ENT_CELL_SIZE];
  char reference[ENT_CELL_SIZE] = "-";
  char at_most[ENT_CELL_SIZE] = "-";
  bool has_limit = line->at_most > 0;
  const char *const cells[7] = {
      base,
      subject,
      ratio,
      range,
      reference,
      at_most,
      has_limit
          ? verdict(report, line->judged <= line->at_most, line->informative)
          : "for information"};

  format_time(base, line->base_us);
  format_time(subject, line->subject_us);
  snprintf(ratio, sizeof(ratio), "%.3f", line->ratio);
  snprintf(range, sizeof(range), "%.2f..%.2f", line->ratio_min,
           line->ratio_max);
  if (line->reference > 0) {
    snprintf(reference, sizeof(reference), "%.2f", line->reference);
  }
  if (line->allowance_ms > 0) {
    snprintf(at_most, sizeof(at_most), "%.2f + %.0f ms", line->at_most,
             line->allowance_ms);
  } else if (has_limit) {
    snprintf(at_most, sizeof(at_most), "%.2f", line->at_most);
  }
  print_line(line->what, cells);
}

void ent_bench_report_memory(ent_bench_report *report, const char *what,
                             long long size, long long at_most) {
  char subject[ENT_CELL_SIZE];
  char limit[ENT_CELL_SIZE];
  const char *const cells[7] = {"-",
                                subject,
                                "-",
                                "-",
                                "-",
                                limit,
                                verdict(report, size <= at_most, false)};

  snprintf(subject, sizeof(subject), "%.1f MiB", (double)size / (1 << 20));
  snprintf(limit, sizeof(limit), "%.1f MiB", (double)at_most / (1 << 20));
  print_line(what, cells);
}
