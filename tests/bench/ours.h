#ifndef ENT_TESTS_BENCH_OURS_H
#define ENT_TESTS_BENCH_OURS_H

#include "backends/base/error.h"

#include <stdint.h>

/* The measured side: SQLite's C interface with entable in it, used as a
 * program would that cares for speed: statements prepared once, a connection
 * that only one thread uses (SQLITE_OPEN_NOMUTEX), every column read by its
 * type. */
typedef struct ent_ours ent_ours;

/* Opens a database in memory and the server's database in it.  The caller
 * closes it.  UNAVAILABLE with SQLite's words. */
ENT_CHECKED ent_status ent_ours_open(const char *socket, const char *database,
                                     ent_ours **ours, ent_error *err);

/* The same of what entable_open() takes: an address, or a configuration. */
ENT_CHECKED ent_status ent_ours_open_what(const char *what, ent_ours **ours,
                                          ent_error *err);

/* A database in memory without entable, for what is measured beside it. */
ENT_CHECKED ent_status ent_ours_open_plain(ent_ours **ours, ent_error *err);

/* SQLite's handle; it lives as long as `ours`. */
struct sqlite3 *ent_ours_handle(const ent_ours *ours);

/* Closing nothing is allowed. */
void ent_ours_close(ent_ours *ours);

/* Prepares the statements over bench_row.  REJECTED. */
ENT_CHECKED ent_status ent_ours_prepare(ent_ours *ours, int in_size,
                                        ent_error *err);

/* The same reads as those of tests/bench/raw/select.h, with the same sums.
 * They need ent_ours_prepare().  REJECTED with SQLite's words. */
ENT_CHECKED ent_status ent_ours_read_points(ent_ours *ours, const int64_t *keys,
                                            int n, uint64_t *sum,
                                            ent_error *err);
ENT_CHECKED ent_status ent_ours_search(ent_ours *ours, const int64_t *users,
                                       int n, uint64_t *sum, ent_error *err);
ENT_CHECKED ent_status ent_ours_read_in(ent_ours *ours, const int64_t *keys,
                                        uint64_t *sum, ent_error *err);
ENT_CHECKED ent_status ent_ours_read_all(ent_ours *ours, uint64_t *sum,
                                         ent_error *err);

/* Makes a table of the ids 1 to n in no order, and one in another order, and
 * prepares their joins with bench_row; then reads the first, as the other reads
 * do, or has SQLite add up one column of it, or of the one whose turn it is.
 * REJECTED. */
ENT_CHECKED ent_status ent_ours_prepare_join(ent_ours *ours, int64_t n,
                                             ent_error *err);
ENT_CHECKED ent_status ent_ours_read_join(ent_ours *ours, uint64_t *sum,
                                          ent_error *err);
ENT_CHECKED ent_status ent_ours_add_join(ent_ours *ours, uint64_t *sum,
                                         ent_error *err);
ENT_CHECKED ent_status ent_ours_add_turns(ent_ours *ours, uint64_t *sum,
                                          ent_error *err);

/* A search for the rows of some users, by the first one and the last; then
 * searches for the `width` users from each of n on.  REJECTED. */
ENT_CHECKED ent_status ent_ours_prepare_list(ent_ours *ours, const char *sql,
                                             ent_error *err);
ENT_CHECKED ent_status ent_ours_read_lists(ent_ours *ours, const int64_t *users,
                                           int n, int64_t width, uint64_t *sum,
                                           ent_error *err);

/* The rows of bench_row, counted.  REJECTED. */
ENT_CHECKED ent_status ent_ours_count(const ent_ours *ours, uint64_t *n,
                                      ent_error *err);

/* The number that is the first value of the first row.  REJECTED. */
ENT_CHECKED ent_status ent_ours_number(const ent_ours *ours, const char *sql,
                                       uint64_t *n, ent_error *err);

/* Runs SQL whose only placeholder, if any, is `value`; sets `sum` to the rows it
 * changed.  REJECTED. */
ENT_CHECKED ent_status ent_ours_write(ent_ours *ours, const char *sql,
                                      int64_t value, uint64_t *sum,
                                      ent_error *err);

/* Fills a table `source` of n rows in memory, as long as those of bench_row. */
ENT_CHECKED ent_status ent_ours_fill_source(ent_ours *ours, int64_t n,
                                            ent_error *err);

/* Inserts n rows with ids from `first` on into bench_insert, one statement a
 * row, inside BEGIN and COMMIT. */
ENT_CHECKED ent_status ent_ours_insert_single(ent_ours *ours, int64_t first,
                                              int n, uint64_t *sum,
                                              ent_error *err);

/* The number of columns of all tables that were opened, and the bytes of their
 * names.  REJECTED. */
ENT_CHECKED ent_status ent_ours_count_columns(ent_ours *ours,
                                              uint64_t *n_columns,
                                              uint64_t *name_bytes,
                                              ent_error *err);

#endif
