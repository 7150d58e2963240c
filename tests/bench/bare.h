#ifndef ENT_TESTS_BENCH_BARE_H
#define ENT_TESTS_BENCH_BARE_H

#include "backends/base/error.h"
#include "tests/bench/ours.h"

#include <stdint.h>

/* What rows in memory are measured beside: a virtual table over an array of C
 * structs, the least that SQLite can be given a row by, and an ordinary table
 * of SQLite with the same rows. */
typedef struct ent_bare ent_bare;

/* Reads the first n rows of bench_row, whose ids are 1 to n, through `ours`.
 * The caller closes it after the databases that show it.  PROTOCOL where it has
 * other ids; NOMEM. */
ENT_CHECKED ent_status ent_bare_open(ent_ours *ours, int64_t n, ent_bare **bare,
                                     ent_error *err);
void ent_bare_close(ent_bare *bare); /* NULL is allowed */

/* A database in memory, without entable, whose bench_row is the virtual table,
 * or an ordinary one; its statements are prepared for IN of in_size keys.
 * The caller closes it.  UNAVAILABLE, REJECTED. */
ENT_CHECKED ent_status ent_bare_virtual(ent_bare *bare, int in_size,
                                        ent_ours **ours, ent_error *err);
ENT_CHECKED ent_status ent_bare_ordinary(ent_bare *bare, int in_size,
                                         ent_ours **ours, ent_error *err);

#endif
