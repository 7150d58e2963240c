#include "tests/cache/traces.h"

#include "cache/local.h"

#include <stdbool.h>
#include <stdlib.h>

enum {
  ENT_WANTED = 10000, /* rows that are asked for by chance */
  ENT_SCANNED = 50000,
  ENT_LOOPED = 1500,
  ENT_PERIOD = 40000, /* requests for which the same rows are wanted */
  ENT_MAX_ROWS = ENT_TRACE_REQUESTS + ENT_WANTED + ENT_SCANNED
};

const char *ent_trace_name(ent_trace trace) {
  switch (trace) {
  case ENT_TRACE_ZIPF: return "zipf";
  case ENT_TRACE_SCAN: return "zipf, a fifth scans";
  case ENT_TRACE_SCAN_HEAVY: return "zipf, half scans";
  case ENT_TRACE_SCAN_TWICE: return "zipf, scans by two";
  case ENT_TRACE_LOOP: return "loop over 1500";
  case ENT_TRACE_SHIFT: return "shifting zipf";
  case ENT_TRACE_RECENT: return "newest first";
  case ENT_TRACES: break;
  }
  return "";
}

typedef struct chance {
  uint64_t seed;
  uint64_t sums[ENT_WANTED]; /* of the weights up to each row */
} chance;

static uint64_t next_random(chance *c) {
  c->seed = c->seed * UINT64_C(6364136223846793005) + 1442695040888963407;
  return c->seed >> 20;
}

static void chance_init(chance *c) {
  uint64_t sum = 0;

  c->seed = 1;
  for (uint32_t i = 0; i < ENT_WANTED; i++)
    c->sums[i] = sum += (UINT64_C(1) << 32) / (i + 1);
}

static uint32_t next_wanted(chance *c) {
  uint64_t at = next_random(c) % c->sums[ENT_WANTED - 1];
  uint32_t low = 0;
  uint32_t high = ENT_WANTED - 1;

  while (low < high) {
    uint32_t middle = (low + high) / 2;

    if (c->sums[middle] > at) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

static uint32_t next_row(chance *c, ent_trace trace, uint32_t i) {
  switch (trace) {
  case ENT_TRACE_SCAN:
    if (i % 5 == 4) return ENT_WANTED + i / 5 % ENT_SCANNED;
    break;
  case ENT_TRACE_SCAN_HEAVY: /* a hundred rows at a time */
    if (i / 100 % 2)
      return ENT_WANTED + (i / 200 * 100 + i % 100) % ENT_SCANNED;
    break;
  case ENT_TRACE_SCAN_TWICE:
    if (i / 100 % 2)
      return ENT_WANTED + (i / 200 * 50 + i % 100 / 2) % ENT_SCANNED;
    break;
  case ENT_TRACE_LOOP: return i % ENT_LOOPED;
  case ENT_TRACE_SHIFT:
    return (next_wanted(c) + i / ENT_PERIOD * 3333) % ENT_WANTED;
  case ENT_TRACE_RECENT: return ENT_WANTED + i / 10 - next_wanted(c);
  case ENT_TRACE_ZIPF:
  case ENT_TRACES: break;
  }
  return next_wanted(c);
}

uint32_t *ent_trace_make(ent_trace trace) {
  uint32_t *rows = malloc(ENT_TRACE_REQUESTS * sizeof(*rows));
  chance *c = malloc(sizeof(*c));

  if (rows && c) {
    chance_init(c);
    for (uint32_t i = 0; i < ENT_TRACE_REQUESTS; i++)
      rows[i] = next_row(c, trace, i);
  } else {
    free(rows);
    rows = NULL;
  }
  free(c);
  return rows;
}

static bool ask(ent_local_space *space, uint32_t row) {
  static const ent_local_row is_there = {.data = "x", .size = 1};
  ent_key key = {&row, sizeof(row)};
  const ent_local_entry *entry = ent_local_get(space, key);

  if (entry) {
    ent_local_unref(entry);
    return true;
  }
  ent_local_put(space, key, &is_there, ent_local_note(space, key));
  return false;
}

size_t ent_trace_hits(const uint32_t *rows, size_t n_cached) {
  ent_local *cache = ent_local_new(n_cached, 64 << 20);
  ent_local_space *space = cache ? ent_local_space_of(cache, 1, 1) : NULL;
  size_t n_hits = 0;

  for (size_t i = 0; space && i < ENT_TRACE_REQUESTS; i++)
    n_hits += ask(space, rows[i]);
  ent_local_free(cache);
  return n_hits;
}

/* A ring of rows, the one used last before the head. */
typedef struct lru {
  uint32_t newer[ENT_MAX_ROWS + 1];
  uint32_t older[ENT_MAX_ROWS + 1];
  bool is_cached[ENT_MAX_ROWS + 1];
} lru;

static void lru_take(lru *l, uint32_t row) {
  l->newer[l->older[row]] = l->newer[row];
  l->older[l->newer[row]] = l->older[row];
  l->is_cached[row] = false;
}

static void lru_put(lru *l, uint32_t row) {
  l->newer[row] = ENT_MAX_ROWS;
  l->older[row] = l->older[ENT_MAX_ROWS];
  l->newer[l->older[row]] = row;
  l->older[ENT_MAX_ROWS] = row;
  l->is_cached[row] = true;
}

size_t ent_trace_hits_lru(const uint32_t *rows, size_t n_cached) {
  lru *l = calloc(1, sizeof(*l));
  size_t n_hits = 0;
  size_t n = 0;

  if (!l) return 0;
  l->newer[ENT_MAX_ROWS] = l->older[ENT_MAX_ROWS] = ENT_MAX_ROWS;
  for (size_t i = 0; i < ENT_TRACE_REQUESTS; i++) {
    if (l->is_cached[rows[i]]) {
      n_hits++;
      lru_take(l, rows[i]);
    } else if (n == n_cached) {
      lru_take(l, l->newer[ENT_MAX_ROWS]);
    } else {
      n++;
    }
    lru_put(l, rows[i]);
  }
  free(l);
  return n_hits;
}
