#ifndef ENT_TESTS_BENCH_RAW_SELECT_H
#define ENT_TESTS_BENCH_RAW_SELECT_H

#include "tests/bench/raw/client.h"

#include <stdint.h>

/* How bench_row is read as fast as the client library can: statements
 * prepared once, the binary protocol, rows unbuffered into one bound buffer.
 */
typedef struct ent_raw_reader ent_raw_reader;

/* Prepares the statements on a connection, which must live longer.
 * `in_size` is the number of keys of ent_raw_read_in().  Four round trips.
 * The caller closes it. */
ENT_CHECKED ent_status ent_raw_reader_open(ent_raw *raw, int in_size,
                                           ent_raw_reader **reader,
                                           ent_error *err);
void ent_raw_reader_close(ent_raw_reader *reader);

/* Reads `n` rows by key, one round trip each.  All set `sum` to the sum of
 * what was read.  REJECTED. */
ENT_CHECKED ent_status ent_raw_read_points(ent_raw_reader *reader,
                                           const int64_t *keys, int n,
                                           uint64_t *sum, ent_error *err);

/* Reads the rows of two values of user_id by its index, for each of n values
 * and the next one: some twenty rows of a million, one round trip each. */
ENT_CHECKED ent_status ent_raw_search(ent_raw_reader *reader,
                                      const int64_t *users, int n,
                                      uint64_t *sum, ent_error *err);

/* Reads the rows of in_size keys by one statement. */
ENT_CHECKED ent_status ent_raw_read_in(ent_raw_reader *reader,
                                       const int64_t *keys, uint64_t *sum,
                                       ent_error *err);

/* Reads the whole table by one statement. */
ENT_CHECKED ent_status ent_raw_read_all(ent_raw_reader *reader, uint64_t *sum,
                                        ent_error *err);

/* Reads the whole table by the text protocol, unbuffered, numbers turned into
 * numbers: what a plain client does, and what the yardstick must beat. */
ENT_CHECKED ent_status ent_raw_read_text(ent_raw *raw, uint64_t *sum,
                                         ent_error *err);

#endif
