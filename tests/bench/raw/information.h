#ifndef ENT_TESTS_BENCH_RAW_INFORMATION_H
#define ENT_TESTS_BENCH_RAW_INFORMATION_H

#include "tests/bench/raw/client.h"

#include <stdint.h>

/* Reads what information_schema tells of the tables of the connection's
 * database, as a comparison of schemas needs it: tables, columns, indexes,
 * foreign keys and their rules, and the checks that stand for JSON; each by a
 * statement whose rows are all fetched.
 *
 *   n_columns  of all tables
 *
 * Six round trips.  REJECTED. */
ENT_CHECKED ent_status ent_raw_read_information(ent_raw *raw,
                                                uint64_t *n_columns,
                                                ent_error *err);

#endif
