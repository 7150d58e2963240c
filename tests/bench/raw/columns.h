#ifndef ENT_TESTS_BENCH_RAW_COLUMNS_H
#define ENT_TESTS_BENCH_RAW_COLUMNS_H

#include "tests/bench/raw/client.h"

#include <stdint.h>

/* Reads information_schema.columns of one database as a program would that
 * wants to know its tables: connects, one prepared statement, every value
 * into a bound buffer, disconnects.
 *
 *   sum  the number of columns and the bytes of their names
 *
 * One connection set-up and two round trips.  UNAVAILABLE, REJECTED; TOO_BIG
 * for a value longer than its buffer. */
ENT_CHECKED ent_status ent_raw_read_columns(const char *socket,
                                            const char *database, uint64_t *sum,
                                            ent_error *err);

/* The same sum, of what was found elsewhere. */
static inline uint64_t ent_raw_columns_sum(uint64_t n_columns,
                                           uint64_t name_bytes) {
  return n_columns << 32 | name_bytes;
}

#endif
