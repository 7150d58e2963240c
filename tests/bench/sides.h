#ifndef ENT_TESTS_BENCH_SIDES_H
#define ENT_TESTS_BENCH_SIDES_H

#include "tests/bench/bench.h"
#include "tests/bench/data.h"
#include "tests/bench/machine.h"
#include "tests/bench/measure.h"
#include "tests/bench/ours.h"
#include "tests/bench/raw/select.h"

#include <stdbool.h>
#include <stdint.h>

/* Both sides of the contests over bench_row, opened and prepared. */
typedef struct ent_bench_sides {
  ent_raw *raw;
  ent_raw_reader *reader;
  ent_ours *ours;           /* NULL where only the raw side runs */
  ent_bench_pinned *pinned; /* or NULL */
  int64_t n_rows;
  int64_t keys[ENT_BENCH_KEYS];
} ent_bench_sides;

/* What a contest needs besides the raw side. */
enum { ENT_SIDES_OURS = 1, ENT_SIDES_PINNED = 2 };

/* Opens the raw side and what `needs` names; bench_row is made if it is not
 * there yet.  The caller closes it, also after a failure. */
ENT_CHECKED ent_status ent_bench_sides_open(ent_bench *bench, int needs,
                                            ent_bench_sides *sides,
                                            ent_error *err);
void ent_bench_sides_close(ent_bench_sides *sides);

/* What each side can be made to run, with an ent_bench_sides as its state:
 * ENT_BENCH_KEYS points, one IN of as many, a scan. */
ent_bench_side ent_bench_raw_points(ent_bench_sides *sides);
ent_bench_side ent_bench_raw_in(ent_bench_sides *sides);
ent_bench_side ent_bench_raw_scan(ent_bench_sides *sides);
ent_bench_side ent_bench_raw_text_scan(ent_bench_sides *sides);
ent_bench_side ent_bench_ours_points(ent_bench_sides *sides);
ent_bench_side ent_bench_ours_in(ent_bench_sides *sides);
ent_bench_side ent_bench_ours_scan(ent_bench_sides *sides);

#endif
