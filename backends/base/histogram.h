#ifndef ENT_BACKENDS_BASE_HISTOGRAM_H
#define ENT_BACKENDS_BASE_HISTOGRAM_H

#include <stdatomic.h>
#include <stdint.h>

/* How often something took how long, in as much memory whatever comes: a counter
 * for each span of times, of which there are eight between a power of two and the
 * next, so that what is read of it is at most an eighth above what was.  Any
 * number of threads add to it and read it at once, without a lock. */

enum {
  ENT_HISTOGRAM_BITS =
      3, /* of a time that tell its span, behind the first one */
  ENT_HISTOGRAM_TOP = 40, /* times have fewer bits; what has more counts as the
                              longest of these */
  ENT_HISTOGRAM_SPANS = (ENT_HISTOGRAM_TOP - ENT_HISTOGRAM_BITS + 1)
                        << ENT_HISTOGRAM_BITS,
};

/* A zeroed one has counted nothing. */
typedef struct ent_histogram {
  _Atomic uint64_t counts[ENT_HISTOGRAM_SPANS];
  _Atomic uint64_t most;
} ent_histogram;

/* Counts one time. */
void ent_histogram_add(ent_histogram *histogram, uint64_t time);

/* What it tells at one moment, or nearly: what is added meanwhile may be in one
 * of these and not in another. */
typedef struct ent_histogram_summary {
  uint64_t n;
  uint64_t p50; /* half of all took no longer; 0 where there are none */
  uint64_t p99;
  uint64_t most; /* exactly */
} ent_histogram_summary;

ent_histogram_summary ent_histogram_read(const ent_histogram *histogram);

#endif
