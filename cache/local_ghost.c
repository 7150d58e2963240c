#include "cache/local_ghost.h"

#include "cache/local_entry.h"

#include <stdlib.h>
#include <string.h>

enum { ENT_LINE_SIZE = ENT_GHOST_LINE * sizeof(uint32_t) };

uint64_t ent_ghost_bytes(const ent_ghost *ghost) {
  size_t size = (size_t)ghost->n_lines * ENT_LINE_SIZE;

  return size ? ent_local_heap(size) : 0;
}

/* An eighth more than is wanted, so that it does not grow with every row. */
void ent_ghost_fit(ent_ghost *ghost, uint32_t n) {
  uint32_t n_lines = n / ENT_GHOST_LINE + 1;
  uint32_t *hashes;

  if (n_lines <= ghost->n_lines) return;
  n_lines += n_lines / 8;
  hashes = calloc(n_lines, ENT_LINE_SIZE);
  if (!hashes) return;
  free(ghost->hashes);
  ghost->hashes = hashes;
  ghost->n_lines = n_lines;
}

static uint32_t *line_of(const ent_ghost *ghost, uint32_t hash) {
  uint64_t line = (uint64_t)hash * ghost->n_lines >> 32;

  return ghost->hashes + line * ENT_GHOST_LINE;
}

static uint32_t print_of(uint32_t hash) {
  return hash ? hash : 1;
}

void ent_ghost_add(ent_ghost *ghost, uint32_t hash) {
  uint32_t *line;

  if (!ghost->n_lines) return;
  line = line_of(ghost, hash);
  memmove(line + 1, line, ENT_LINE_SIZE - sizeof(*line));
  line[0] = print_of(hash);
}

bool ent_ghost_take(ent_ghost *ghost, uint32_t hash) {
  uint32_t *line;

  if (!ghost->n_lines) return false;
  line = line_of(ghost, hash);
  for (int i = 0; i < ENT_GHOST_LINE; i++) {
    if (line[i] != print_of(hash)) continue;
    memmove(line + i, line + i + 1,
            (size_t)(ENT_GHOST_LINE - 1 - i) * sizeof(*line));
    line[ENT_GHOST_LINE - 1] = 0;
    return true;
  }
  return false;
}

void ent_ghost_done(ent_ghost *ghost) {
  free(ghost->hashes);
  *ghost = (ent_ghost){0};
}
