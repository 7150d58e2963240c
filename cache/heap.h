#ifndef ENT_CACHE_HEAP_H
#define ENT_CACHE_HEAP_H

#include <stddef.h>
#include <stdint.h>

/* The memory of rows that this process keeps, and of the tables in which they
 * are found.
 *
 * A hundred thousand rows, asked for in any order, are on so many pages that
 * the processor has to look each one's address up: that took a sixth of the
 * time of a hit.  They are therefore in regions of 2 MiB that the system is
 * asked to have as one page each, from the second on: a few rows are no
 * reason to take so much at once.
 *
 * In a region it is a heap as others are: pieces with a word of their sizes
 * before them, free ones in lists by size (two levels of them, so that one is
 * found at once), joined with their free neighbours.  Pieces above ENT_HEAP_MAX
 * are those of malloc().  Every function may be called from every thread. */
enum { ENT_HEAP_MAX = 256 << 10 /* bytes */, ENT_HEAP_LINE = 64 };

/* `size` bytes, at an address that 16 divides; NULL if there is no memory.  The
 * caller frees them by ent_heap_free(). */
void *ent_heap_alloc(size_t size);

/* The same at an address that ENT_HEAP_LINE divides; so does the size. */
void *ent_heap_alloc_lines(size_t size);

/* Frees what was allocated with this size.  NULL is fine. */
void ent_heap_free(void *at, size_t size);

typedef struct ent_heap_totals {
  uint64_t used;      /* bytes of pieces, with the words before them */
  uint64_t n_regions; /* of 2 MiB */
} ent_heap_totals;

/* Now; nothing where a sanitizer looks after each piece instead. */
ent_heap_totals ent_heap_count(void);

/* A fork() waits until nobody changes the heap. */
void ent_heap_lock(void);
void ent_heap_unlock(void);

#endif
