#ifndef ENT_TESTS_BENCH_BENCH_H
#define ENT_TESTS_BENCH_BENCH_H

#include "backends/base/error.h"
#include "tests/bench/report.h"

#include <stdbool.h>
#include <stdint.h>

/* What the cases of one run share. */
typedef struct ent_bench {
  const char *socket;   /* of the sandbox's server */
  const char *database; /* where bench_row is made */
  int64_t n_rows;       /* of bench_row */
  int n_rounds;         /* 0: as many as the case thinks right */
  bool filled;          /* bench_row is there */
  ent_bench_report report;
} ent_bench;

/* The cases.  Each adds its lines to the report, whose verdicts say what is
 * too slow; an error is what could not be measured, or a wrong answer. */

/* The raw programs beside each other: is the yardstick a fast one? */
ENT_CHECKED ent_status ent_bench_yardstick(ent_bench *bench, ent_error *err);

/* One row by key; client and server on one CPU. */
ENT_CHECKED ent_status ent_bench_point(ent_bench *bench, ent_error *err);

/* The rows of 1000 keys by one statement; client and server on one CPU. */
ENT_CHECKED ent_status ent_bench_in(ent_bench *bench, ent_error *err);

/* Some twenty rows by an index; client and server on one CPU. */
ENT_CHECKED ent_status ent_bench_search(ent_bench *bench, ent_error *err);

/* All rows counted. */
ENT_CHECKED ent_status ent_bench_count(ent_bench *bench, ent_error *err);

/* Every row of bench_row, and the memory that takes. */
ENT_CHECKED ent_status ent_bench_scan(ent_bench *bench, ent_error *err);

/* Many rows inserted, changed and removed by one statement each; one row
 * inserted inside a transaction. */
ENT_CHECKED ent_status ent_bench_write(ent_bench *bench, ent_error *err);

/* A registry of 500 entities checked, and compared with its database. */
ENT_CHECKED ent_status ent_bench_schema(ent_bench *bench, ent_error *err);

/* Rows by key that Redis has; client and server on one CPU. */
ENT_CHECKED ent_status ent_bench_redis(ent_bench *bench, ent_error *err);

/* Rows by key that this process has, beside tables that SQLite has. */
ENT_CHECKED ent_status ent_bench_local(ent_bench *bench, ent_error *err);

/* A database of 500 tables opened. */
ENT_CHECKED ent_status ent_bench_open(ent_bench *bench, ent_error *err);

#endif
