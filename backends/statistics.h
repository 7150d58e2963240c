#ifndef ENT_BACKENDS_STATISTICS_H
#define ENT_BACKENDS_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How large a table is and how far its indexes tell its rows apart, as its
 * server guesses.  For plans only: no answer may depend on it. */

/* One column of an index.  The parts of an index stand together in its order;
 * the next index begins where `place` is 0 again. */
typedef struct ent_index_part {
  uint16_t column;   /* of the entity */
  uint16_t place;    /* in the index, from 0 */
  bool is_unique;    /* up to here no two rows are alike, but for NULLs */
  double n_distinct; /* different values up to here; 0 where not known */
} ent_index_part;

typedef struct ent_statistics {
  double n_rows;
  ent_index_part *parts; /* n_parts */
  size_t n_parts;
} ent_statistics;

enum { ENT_STATISTICS_COLUMNS = 64 }; /* of a question; others are not seen */

/* Makes numbers of a server such that can be reckoned with.
 *
 * No table counts as smaller than ten rows: one that is empty now may be filled
 * while its plan is in use.  A server counts rows as they come, but values only
 * now and then: where the indexes, the keys among them, tell of far fewer rows
 * than there are, all they tell is of a table that was small, and is not
 * believed.  What is not known becomes ten rows a value. */
void ent_statistics_settle(ent_statistics *statistics);

/* The part of the rows, from 0 to 1, that have one given value in each of some
 * columns, as far as indexes know.
 *
 *   columns  n of them, no two alike
 *   known    a bit for each of the first ENT_STATISTICS_COLUMNS: set where an
 *            index has told; the result is of these columns only */
double ent_statistics_share(const ent_statistics *statistics,
                            const uint16_t *columns, size_t n, uint64_t *known);

#endif
