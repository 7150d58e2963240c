#ifndef ENT_TESTS_BENCH_SUM_H
#define ENT_TESTS_BENCH_SUM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The proof that both sides read the same rows: a number made of every value
 * of every row.  Values of a row count by their column, rows in any order give
 * the same sum, so that `IN` needs no ORDER BY.  Cheap enough (a few
 * nanoseconds a row) to be taken in the timed loop of either side. */
typedef struct ent_bench_sum {
  uint64_t total;
  uint64_t row; /* the row being read */
} ent_bench_sum;

static inline void ent_bench_sum_add(ent_bench_sum *sum, unsigned column,
                                     uint64_t value) {
  sum->row += value * (0x9e3779b97f4a7c15u + 2 * (uint64_t)column);
}

/* A double counts by its bits: the same number, not a near one. */
static inline void ent_bench_sum_add_double(ent_bench_sum *sum, unsigned column,
                                            double value) {
  uint64_t bits;

  memcpy(&bits, &value, sizeof(bits));
  ent_bench_sum_add(sum, column, bits);
}

/* A text counts by its length and three of its bytes. */
static inline void ent_bench_sum_add_text(ent_bench_sum *sum, unsigned column,
                                          const char *text, size_t size) {
  uint64_t value = size;

  if (size) {
    value = value << 8 | (unsigned char)text[0];
    value = value << 8 | (unsigned char)text[size / 2];
    value = value << 8 | (unsigned char)text[size - 1];
  }
  ent_bench_sum_add(sum, column, value);
}

/* A date and time counts by the last digits of its parts, which either side
 * has at hand: neither pays for turning one form into the other. */
static inline void ent_bench_sum_add_time(ent_bench_sum *sum, unsigned column,
                                          const unsigned parts[6]) {
  uint64_t value = 0;

  for (int i = 0; i < 6; i++) {
    value = value << 4 | parts[i] % 10;
  }
  ent_bench_sum_add(sum, column, value);
}

static inline void ent_bench_sum_end_row(ent_bench_sum *sum) {
  sum->total += (sum->row ^ sum->row >> 29) * 0xbf58476d1ce4e5b9u;
  sum->row = 0;
}

#endif
