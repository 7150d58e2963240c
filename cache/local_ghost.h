#ifndef ENT_CACHE_LOCAL_GHOST_H
#define ENT_CACHE_LOCAL_GHOST_H

#include <stdbool.h>
#include <stdint.h>

/* The rows that left a shard lately, by their hashes alone.
 *
 * Lines of sixteen hashes, each a queue of its own: what comes pushes out the
 * oldest of its line.  Two rows of one hash are taken for one, which costs a
 * row that stays too long. */
enum { ENT_GHOST_LINE = 16 };

/* A zeroed one remembers nothing. */
typedef struct ent_ghost {
  uint32_t *hashes; /* n_lines of them, the newest first; 0: none */
  uint32_t n_lines;
} ent_ghost;

uint64_t ent_ghost_bytes(const ent_ghost *ghost);

/* Makes it large enough for `n` rows.  What it remembers is forgotten when it
 * grows; where there is no memory it stays as it is. */
void ent_ghost_fit(ent_ghost *ghost, uint32_t n);

void ent_ghost_add(ent_ghost *ghost, uint32_t hash);

/* Whether a row is among them; if so it is no longer. */
bool ent_ghost_take(ent_ghost *ghost, uint32_t hash);

void ent_ghost_done(ent_ghost *ghost);

#endif
