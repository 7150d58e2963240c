#ifndef ENT_TESTS_BENCH_DATA_H
#define ENT_TESTS_BENCH_DATA_H

#include "tests/bench/bench.h"
#include "tests/bench/raw/client.h"

/* What the benchmark reads, made by the server itself. */

enum {
  ENT_BENCH_TABLES = 500,
  ENT_BENCH_KEYS = 1000, /* of one IN, and points of one round */
};

/* Connects to the benchmark's database; makes bench_row there (once a run) and
 * an empty bench_insert, and gives the server the memory to hold them.  About
 * ten seconds for a million rows.  The caller closes `raw`.  UNAVAILABLE,
 * REJECTED. */
ENT_CHECKED ent_status ent_bench_data_open(ent_bench *bench, ent_raw **raw,
                                           ent_error *err);

/* Makes an empty database, named after the benchmark's with this suffix, and
 * writes its name (`size` bytes).  REJECTED. */
ENT_CHECKED ent_status ent_bench_data_database(const ent_bench *bench,
                                               const char *suffix, char *name,
                                               size_t size, ent_error *err);

/* Makes a database of ENT_BENCH_TABLES tables, named after the benchmark's,
 * and writes its name (`size` bytes).  REJECTED. */
ENT_CHECKED ent_status ent_bench_data_tables(const ent_bench *bench, char *name,
                                             size_t size, ent_error *err);

/* The process id of the server; it must run on this machine.  REJECTED;
 * UNAVAILABLE if its pid file cannot be read. */
ENT_CHECKED ent_status ent_bench_data_server_pid(ent_raw *raw, int *pid,
                                                 ent_error *err);

/* The keys of a round: ENT_BENCH_KEYS unique numbers in no order, others in
 * every round, the same for the same one.  They are of the table's first
 * 10 000 rows: those stay in the CPU's cache, so that the way to a row is
 * measured and not the server's memory.  n_rows must be at least
 * ENT_BENCH_KEYS. */
void ent_bench_data_keys(int round, int64_t n_rows, int64_t *keys);

#endif
