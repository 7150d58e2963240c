/* What the local cache finds of what is asked for, beside a cache that throws out
 * what was used least lately: hits in a thousand, the same in every run. */
#include "tests/cache/traces.h"

#include <stdio.h>
#include <stdlib.h>

static const size_t sizes[] = {100, 500, 1000, 4000};

static unsigned in_a_thousand(size_t hits) {
  return (unsigned)(hits * 1000 / ENT_TRACE_REQUESTS);
}

static void print_head(void) {
  printf("%-20s", "rows cached");
  for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
    printf(" %10zu", sizes[i]);
  printf("\n%-20s", "");
  for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
    printf("  ours  LRU");
  printf("\n");
}

int main(void) {
  print_head();
  for (int trace = 0; trace < ENT_TRACES; trace++) {
    uint32_t *rows = ent_trace_make((ent_trace)trace);

    if (!rows) return 1;
    printf("%-20s", ent_trace_name((ent_trace)trace));
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
      printf("  %4u %4u", in_a_thousand(ent_trace_hits(rows, sizes[i])),
             in_a_thousand(ent_trace_hits_lru(rows, sizes[i])));
    }
    printf("\n");
    free(rows);
  }
  return 0;
}
