#include "backends/base/histogram.h"

#include <stdbool.h>

enum { ENT_STEPS = 1 << ENT_HISTOGRAM_BITS };

static const uint64_t longest = (UINT64_C(1) << ENT_HISTOGRAM_TOP) - 1;

/* Times below 8 have a span each; above, the place of the first bit and the
 * three behind it. */
static unsigned span_of(uint64_t time) {
  unsigned shift;

  if (time > longest) time = longest;
  if (time < ENT_STEPS) return (unsigned)time;
  shift = 63 - (unsigned)__builtin_clzll(time) - ENT_HISTOGRAM_BITS;
  return ((shift + 1) << ENT_HISTOGRAM_BITS) +
         (unsigned)(time >> shift & (ENT_STEPS - 1));
}

/* The longest time of a span. */
static uint64_t end_of(unsigned span) {
  unsigned row = span >> ENT_HISTOGRAM_BITS;
  uint64_t step = span & (ENT_STEPS - 1);

  if (!row) return span;
  return ((ENT_STEPS + step + 1) << (row - 1)) - 1;
}

void ent_histogram_add(ent_histogram *histogram, uint64_t time) {
  uint64_t most = atomic_load_explicit(&histogram->most, memory_order_relaxed);

  atomic_fetch_add_explicit(&histogram->counts[span_of(time)], 1,
                            memory_order_relaxed);
  while (time > most && !atomic_compare_exchange_weak_explicit(
                            &histogram->most, &most, time, memory_order_relaxed,
                            memory_order_relaxed)) {}
}

/* The time that so many of all took no longer than. */
static uint64_t quantile(const uint64_t *counts, uint64_t rank) {
  unsigned span = 0;
  uint64_t n = counts[0];

  while (n < rank)
    n += counts[++span];
  return end_of(span);
}

static uint64_t less(uint64_t a, uint64_t b) {
  return a < b ? a : b;
}

ent_histogram_summary ent_histogram_read(const ent_histogram *histogram) {
  ent_histogram_summary summary = {.n = 0};
  uint64_t counts[ENT_HISTOGRAM_SPANS];

  for (unsigned i = 0; i < ENT_HISTOGRAM_SPANS; i++) {
    counts[i] =
        atomic_load_explicit(&histogram->counts[i], memory_order_relaxed);
    summary.n += counts[i];
  }
  summary.most = atomic_load_explicit(&histogram->most, memory_order_relaxed);
  if (!summary.n) return summary;
  /* Rounded up: of a hundred, the 50th and the 99th. */
  summary.p50 = less(quantile(counts, (summary.n + 1) / 2), summary.most);
  summary.p99 =
      less(quantile(counts, summary.n - summary.n / 100), summary.most);
  return summary;
}
