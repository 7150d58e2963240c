#ifndef ENT_TESTS_BENCH_RAW_INSERT_H
#define ENT_TESTS_BENCH_RAW_INSERT_H

#include "tests/bench/raw/client.h"

#include <stdint.h>

/* How rows are written as fast as the client library can: bulk execution of
 * one prepared statement over arrays of ENT_RAW_BULK values; beside it the
 * same statement executed row by row.  Either in one transaction. */
typedef struct ent_raw_writer ent_raw_writer;

enum { ENT_RAW_BULK = 1000 };

/* Empties bench_insert, which must be there, and prepares the statements on a
 * connection, which must live longer.  The caller closes it.  Four round trips.
 * REJECTED. */
ENT_CHECKED ent_status ent_raw_writer_open(ent_raw *raw,
                                           ent_raw_writer **writer,
                                           ent_error *err);
void ent_raw_writer_close(ent_raw_writer *writer);

/* Inserts n × ENT_RAW_BULK new rows and commits: n round trips, and two for
 * the transaction.  Sets `sum` to the number of rows the server says it has
 * written.  REJECTED. */
ENT_CHECKED ent_status ent_raw_write_bulk(ent_raw_writer *writer, int n,
                                          uint64_t *sum, ent_error *err);

/* The same rows by ENT_RAW_BULK times as many round trips. */
ENT_CHECKED ent_status ent_raw_write_single(ent_raw_writer *writer, int n,
                                            uint64_t *sum, ent_error *err);

/* Takes n ids of bench_insert for somebody else; returns the first.  Rows are
 * put behind all others then, whoever inserts them: at the front, or between,
 * they cost the server more. */
int64_t ent_raw_take_ids(ent_raw_writer *writer, int n);

/* Inserts n × ENT_RAW_BULK rows into bench_auto, whose ids the server makes and
 * tells, and commits.  Sets `sum` to the number of ids that came.  REJECTED. */
ENT_CHECKED ent_status ent_raw_write_auto(ent_raw_writer *writer, int n,
                                          uint64_t *sum, ent_error *err);

#endif
