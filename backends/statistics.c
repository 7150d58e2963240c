#include "backends/statistics.h"

static const double most_rows = 1e15; /* that a server may tell of */

enum {
  ENT_FEW_ROWS = 10,
  ENT_ROWS_PER_VALUE = 10, /* a guess */
  ENT_STALE_FACTOR = 4,
};

/* Whether the best of the keys tells far fewer rows apart than there are. */
static bool are_stale(const ent_statistics *statistics) {
  double most = 0;
  bool has_unique = false;

  for (size_t i = 0; i < statistics->n_parts; i++) {
    const ent_index_part *part = &statistics->parts[i];

    if (!part->is_unique) continue;
    has_unique = true;
    if (part->n_distinct > most) most = part->n_distinct;
  }
  return has_unique && most * ENT_STALE_FACTOR < statistics->n_rows;
}

void ent_statistics_settle(ent_statistics *statistics) {
  bool stale = are_stale(statistics);

  if (!(statistics->n_rows >= ENT_FEW_ROWS)) statistics->n_rows = ENT_FEW_ROWS;
  if (statistics->n_rows > most_rows) statistics->n_rows = most_rows;
  for (size_t i = 0; i < statistics->n_parts; i++) {
    ent_index_part *part = &statistics->parts[i];
    double n_distinct = part->n_distinct;

    if (stale || !(n_distinct >= 1)) {
      n_distinct = statistics->n_rows / ENT_ROWS_PER_VALUE;
    }
    if (part->is_unique || n_distinct > statistics->n_rows) {
      n_distinct = statistics->n_rows;
    }
    part->n_distinct = n_distinct;
  }
}

/* Where a column stands among those asked for and not told of yet; -1 if it
 * does not. */
static int find_column(const uint16_t *columns, size_t n, uint64_t known,
                       uint16_t column) {
  for (size_t i = 0; i < n && i < ENT_STATISTICS_COLUMNS; i++) {
    if (columns[i] == column) return known >> i & 1 ? -1 : (int)i;
  }
  return -1;
}

/* The beginning of an index, of these columns alone, that tells rows apart
 * best, and of several the longest; as its last part.  NULL if there is
 * none. */
static const ent_index_part *best_part(const ent_statistics *statistics,
                                       const uint16_t *columns, size_t n,
                                       uint64_t known) {
  const ent_index_part *best = NULL;
  bool goes_on = false;

  for (size_t i = 0; i < statistics->n_parts; i++) {
    const ent_index_part *part = &statistics->parts[i];

    if (part->place == 0) goes_on = true;
    if (find_column(columns, n, known, part->column) < 0) goes_on = false;
    if (!goes_on) continue;
    if (!best || part->n_distinct > best->n_distinct ||
        (part->n_distinct >= best->n_distinct && part->place > best->place)) {
      best = part;
    }
  }
  return best;
}

double ent_statistics_share(const ent_statistics *statistics,
                            const uint16_t *columns, size_t n,
                            uint64_t *known) {
  const ent_index_part *best;
  double share = 1;

  *known = 0;
  while ((best = best_part(statistics, columns, n, *known))) {
    share /= best->n_distinct;
    for (const ent_index_part *part = best - best->place; part <= best;
         part++) {
      int at = find_column(columns, n, *known, part->column);

      if (at >= 0) *known |= UINT64_C(1) << at;
    }
  }
  return share;
}
