#ifndef ENT_TESTS_BENCH_RAW_ROW_H
#define ENT_TESTS_BENCH_RAW_ROW_H

#include "tests/bench/raw/client.h"
#include "tests/bench/sum.h"

#include <stdint.h>

/* The ten columns of bench_row, bound once to one buffer that every fetch
 * fills: integers, the double and the date as the binary protocol has them,
 * texts by their length. */
typedef struct ent_raw_row ent_raw_row;

/* Makes the buffer, bound to nothing yet; the caller frees it after the
 * statements bound to it are closed.  NOMEM. */
ENT_CHECKED ent_status ent_raw_row_new(ent_raw_row **row, ent_error *err);
void ent_raw_row_free(ent_raw_row *row);

/* Reads the rows of an executed statement, unbuffered, to their end and adds
 * every value to `sum`.  The first call for a statement binds it.
 * REJECTED; TOO_BIG for a text longer than its buffer. */
ENT_CHECKED ent_status ent_raw_row_read(ent_raw_row *row,
                                        ent_raw_statement *statement,
                                        ent_bench_sum *sum, ent_error *err);

#endif
