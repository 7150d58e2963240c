/* MAP_ANONYMOUS and madvise(), which POSIX does not have. */
/* NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming) */
#define _DEFAULT_SOURCE

#include "cache/heap.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

/* A piece, behind its own word: in use, or in the list of its size.  Sizes are
 * bytes with the word, and multiples of 16. */
typedef struct piece {
  uint32_t size;       /* and whether it is free */
  uint32_t size_below; /* of the one in front of it; 0: there is none */
  /* if it is free: */
  struct piece *next;
  struct piece *previous;
} piece;

enum {
  ENT_REGION = 2 << 20,
  ENT_PIECE_WORD = 8,
  ENT_PIECE_STEP = 16,
  ENT_PIECE_LEAST = 32,
  /* A region has a piece's word before its first piece, to have pieces at
   * multiples of 16, and behind its last one, which is never free. */
  ENT_REGION_ROOM = ENT_REGION - 2 * ENT_PIECE_WORD,
  ENT_IS_FREE = 1,

  ENT_HEAP_STEPS = 16,     /* lists for sizes up to the double */
  ENT_HEAP_SMALL_BITS = 8, /* below 256 bytes, a list a size */
  ENT_HEAP_RANGES = 21 - ENT_HEAP_SMALL_BITS + 1, /* up to a region */
};

typedef struct heap {
  pthread_mutex_t lock;
  piece *lists[ENT_HEAP_RANGES][ENT_HEAP_STEPS];
  uint32_t ranges;                 /* a bit for each that has a piece */
  uint32_t steps[ENT_HEAP_RANGES]; /* the same of its lists */
  uint64_t n_regions;
  uint64_t n_empty;
  uint64_t used;
} heap;

static heap rows = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- lists ---- */

typedef struct place {
  unsigned range;
  unsigned step;
} place;

static unsigned log2_of(uint32_t size) {
  return 31U - (unsigned)__builtin_clz(size);
}

static place place_of(uint32_t size) {
  unsigned log2;

  if (size < 1U << ENT_HEAP_SMALL_BITS)
    return (place){0, size / ENT_PIECE_STEP};
  log2 = log2_of(size);
  return (place){log2 - ENT_HEAP_SMALL_BITS + 1,
                 size >> (log2 - 4) & (ENT_HEAP_STEPS - 1)};
}

/* The first list of which every piece is large enough. */
static place place_for(uint32_t size) {
  if (size >= 1U << ENT_HEAP_SMALL_BITS) {
    size += (1U << (log2_of(size) - 4)) - 1;
  }
  return place_of(size);
}

static void put(piece *p) {
  place at = place_of(p->size);
  piece **list = &rows.lists[at.range][at.step];

  p->size |= ENT_IS_FREE;
  p->previous = NULL;
  p->next = *list;
  if (*list) (*list)->previous = p;
  *list = p;
  rows.ranges |= 1U << at.range;
  rows.steps[at.range] |= 1U << at.step;
}

static void take(piece *p) {
  place at;

  p->size &= ~(uint32_t)ENT_IS_FREE;
  at = place_of(p->size);
  if (p->next) p->next->previous = p->previous;
  if (p->previous) {
    p->previous->next = p->next;
    return;
  }
  rows.lists[at.range][at.step] = p->next;
  if (p->next) return;
  rows.steps[at.range] &= ~(1U << at.step);
  if (!rows.steps[at.range]) rows.ranges &= ~(1U << at.range);
}

/* A free piece of that size at least; NULL if there is none. */
static piece *find(uint32_t size) {
  place at = place_for(size);
  uint32_t steps = rows.steps[at.range] & ~0U << at.step;

  if (!steps) {
    uint32_t ranges = rows.ranges & ~0U << (at.range + 1);

    if (!ranges) return NULL;
    at.range = (unsigned)__builtin_ctz(ranges);
    steps = rows.steps[at.range];
  }
  return rows.lists[at.range][__builtin_ctz(steps)];
}

/* ---- pieces ---- */

static piece *above(piece *p) {
  return (piece *)((char *)p + (p->size & ~(uint32_t)ENT_IS_FREE));
}

static piece *below(piece *p) {
  return (piece *)((char *)p - p->size_below);
}

/* Leaves what is beyond `size` to others. */
static void split(piece *p, uint32_t size) {
  uint32_t left = p->size - size;
  piece *rest;

  if (left < ENT_PIECE_LEAST) return;
  p->size = size;
  rest = above(p);
  rest->size = left;
  rest->size_below = size;
  above(rest)->size_below = left;
  put(rest);
}

/* Leaves what is in front of the first line to others. */
static piece *cut_front(piece *p) {
  uint32_t to_line =
      (uint32_t)(-((uintptr_t)p + ENT_PIECE_WORD) % ENT_HEAP_LINE);
  piece *lines;

  if (!to_line) return p;
  if (to_line < ENT_PIECE_LEAST) to_line += ENT_HEAP_LINE;
  lines = (piece *)((char *)p + to_line);
  lines->size = p->size - to_line;
  lines->size_below = to_line;
  above(lines)->size_below = lines->size;
  p->size = to_line;
  put(p);
  return lines;
}

/* The piece and its free neighbours as one. */
static piece *join(piece *p) {
  piece *next = above(p);

  if (next->size & ENT_IS_FREE) {
    take(next);
    p->size += next->size;
  }
  if (p->size_below && below(p)->size & ENT_IS_FREE) {
    piece *first = below(p);

    take(first);
    first->size += p->size;
    p = first;
  }
  above(p)->size_below = p->size;
  return p;
}

/* ---- regions ---- */

/* Addresses that ENT_REGION divides: where the last one ended, as a rule. */
static char *map_region(void) {
  int access = PROT_READ | PROT_WRITE;
  int flags = MAP_PRIVATE | MAP_ANONYMOUS;
  char *at = mmap(NULL, ENT_REGION, access, flags, -1, 0);
  size_t before;

  if (at == MAP_FAILED) return NULL;
  if ((uintptr_t)at % ENT_REGION == 0) return at;
  munmap(at, ENT_REGION);
  at = mmap(NULL, (size_t)2 * ENT_REGION, access, flags, -1, 0);
  if (at == MAP_FAILED) return NULL;
  before = ENT_REGION - (uintptr_t)at % ENT_REGION;
  munmap(at, before);
  if (before < ENT_REGION) {
    munmap(at + before + ENT_REGION, ENT_REGION - before);
  }
  return at + before;
}

static piece *add_region(void) {
  char *at = map_region();
  piece *p;

  if (!at) return NULL;
#ifdef MADV_HUGEPAGE
  if (rows.n_regions) (void)madvise(at, ENT_REGION, MADV_HUGEPAGE);
#endif
  p = (piece *)(at + ENT_PIECE_WORD);
  p->size = ENT_REGION_ROOM;
  p->size_below = 0;
  above(p)->size = 0;
  above(p)->size_below = ENT_REGION_ROOM;
  rows.n_regions++;
  rows.n_empty++;
  put(p);
  return p;
}

/* One that is empty is kept for the next rows. */
static void put_region(piece *p) {
  if (rows.n_empty) {
    rows.n_regions--;
    munmap((char *)p - ENT_PIECE_WORD, ENT_REGION);
  } else {
    rows.n_empty++;
    put(p);
  }
}

/* ---- outside ---- */

void ent_heap_lock(void) {
  pthread_mutex_lock(&rows.lock);
}

void ent_heap_unlock(void) {
  pthread_mutex_unlock(&rows.lock);
}

ent_heap_totals ent_heap_count(void) {
  ent_heap_totals totals;

  ent_heap_lock();
  totals = (ent_heap_totals){rows.used, rows.n_regions};
  ent_heap_unlock();
  return totals;
}

/* Whether a piece of this size is in a region. */
static bool is_own(size_t size) {
#ifdef ENT_PLAIN_HEAP
  (void)size;
  return false;
#else
  return size <= ENT_HEAP_MAX;
#endif
}

static uint32_t size_of_piece(size_t size) {
  uint32_t whole = ((uint32_t)size + ENT_PIECE_WORD + ENT_PIECE_STEP - 1) &
                   ~(uint32_t)(ENT_PIECE_STEP - 1);

  return whole < ENT_PIECE_LEAST ? ENT_PIECE_LEAST : whole;
}

static void *get(size_t size, bool by_line) {
  uint32_t whole = size_of_piece(size);
  piece *p = find(by_line ? whole + ENT_HEAP_LINE + ENT_PIECE_LEAST : whole);

  if (!p) p = add_region();
  if (!p) return NULL;
  take(p);
  if (p->size == ENT_REGION_ROOM) rows.n_empty--;
  if (by_line) p = cut_front(p);
  split(p, whole);
  rows.used += p->size;
  return (char *)p + ENT_PIECE_WORD;
}

void *ent_heap_alloc(size_t size) {
  void *at;

  if (!is_own(size)) return malloc(size);
  ent_heap_lock();
  at = get(size, false);
  ent_heap_unlock();
  return at;
}

void *ent_heap_alloc_lines(size_t size) {
  void *at;

  if (!is_own(size)) return aligned_alloc(ENT_HEAP_LINE, size);
  ent_heap_lock();
  at = get(size, true);
  ent_heap_unlock();
  return at;
}

void ent_heap_free(void *at, size_t size) {
  piece *p;

  if (!at || !is_own(size)) {
    free(at);
    return;
  }
  p = (piece *)((char *)at - ENT_PIECE_WORD);
  ent_heap_lock();
  rows.used -= p->size;
  p = join(p);
  if (p->size == ENT_REGION_ROOM) {
    put_region(p);
  } else {
    put(p);
  }
  ent_heap_unlock();
}
