#ifndef ENT_TESTS_BENCH_RAW_CHANGE_H
#define ENT_TESTS_BENCH_RAW_CHANGE_H

#include "tests/bench/raw/client.h"

#include <stdint.h>

/* How the rows of bench_change are changed as fast as the client library can:
 * all of them read under lock, then a statement for a thousand, in one
 * transaction. */
typedef struct ent_raw_changer ent_raw_changer;

enum { ENT_RAW_CHANGED = 10000 };

/* Prepares the statements on a connection, which must live longer.  The caller
 * closes it.  REJECTED. */
ENT_CHECKED ent_status ent_raw_changer_open(ent_raw *raw,
                                            ent_raw_changer **changer,
                                            ent_error *err);
void ent_raw_changer_close(ent_raw_changer *changer);

/* Gives every row this value, "… WHERE id IN (…)"; one of its own, joined with
 * a list of values; removes them.  Each sets `sum` to the rows changed. */
ENT_CHECKED ent_status ent_raw_update_same(ent_raw_changer *changer,
                                           int64_t value, uint64_t *sum,
                                           ent_error *err);
ENT_CHECKED ent_status ent_raw_update_each(ent_raw_changer *changer,
                                           int64_t value, uint64_t *sum,
                                           ent_error *err);
ENT_CHECKED ent_status ent_raw_delete(ent_raw_changer *changer, uint64_t *sum,
                                      ent_error *err);

#endif
