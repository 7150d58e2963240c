#include "backends/base/arena.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENT_ARENA_BLOCK = 4096 };

struct ent_arena_block {
  ent_arena_block *next;
  size_t size; /* bytes of data */
  size_t used;
  max_align_t data[];
};

static ent_arena_block *new_block(ent_arena *arena, size_t size) {
  ent_arena_block *block;

  if (size < ENT_ARENA_BLOCK) size = ENT_ARENA_BLOCK;
  block = malloc(sizeof(*block) + size);
  if (!block) return NULL;
  block->next = arena->blocks;
  block->size = size;
  block->used = 0;
  arena->blocks = block;
  return block;
}

void *ent_arena_alloc(ent_arena *arena, size_t size) {
  ent_arena_block *block = arena->blocks;
  void *piece;

  if (size > SIZE_MAX / 2) return NULL;
  size = (size + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
  if (!block || block->size - block->used < size) {
    block = new_block(arena, size);
    if (!block) return NULL;
  }
  piece = (char *)block->data + block->used;
  block->used += size;
  return piece;
}

void *ent_arena_zalloc(ent_arena *arena, size_t size) {
  void *piece = ent_arena_alloc(arena, size);

  if (piece) memset(piece, 0, size);
  return piece;
}

char *ent_arena_copy(ent_arena *arena, const char *data, size_t size) {
  char *copy = ent_arena_alloc(arena, size + 1);

  if (!copy) return NULL;
  if (size) memcpy(copy, data, size);
  copy[size] = '\0';
  return copy;
}

char *ent_arena_strdup(ent_arena *arena, const char *text) {
  return ent_arena_copy(arena, text, strlen(text));
}

char *ent_arena_printf(ent_arena *arena, const char *format, ...) {
  va_list args;
  char *text;
  int size;

  va_start(args, format);
  size = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (size < 0) return NULL;
  text = ent_arena_alloc(arena, (size_t)size + 1);
  if (!text) return NULL;
  va_start(args, format);
  vsnprintf(text, (size_t)size + 1, format, args);
  va_end(args);
  return text;
}

void ent_arena_reset(ent_arena *arena) {
  ent_arena_block *keep = arena->blocks;

  if (!keep) return;
  arena->blocks = keep->next;
  ent_arena_done(arena);
  keep->next = NULL;
  keep->used = 0;
  arena->blocks = keep;
}

void ent_arena_done(ent_arena *arena) {
  while (arena->blocks) {
    ent_arena_block *next = arena->blocks->next;

    free(arena->blocks);
    arena->blocks = next;
  }
}
