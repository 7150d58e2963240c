#ifndef ENT_BACKENDS_BASE_ARENA_H
#define ENT_BACKENDS_BASE_ARENA_H

#include <stddef.h>

/* Memory that is freed all at once: what one call, one cursor or one
 * configuration needs.  Pieces are aligned for any type and never move. */
typedef struct ent_arena_block ent_arena_block;

typedef struct ent_arena {
  ent_arena_block *blocks; /* the newest first */
} ent_arena;

/* A zeroed ent_arena is an empty one. */

/* `size` bytes, not cleared; NULL if there is no memory. */
void *ent_arena_alloc(ent_arena *arena, size_t size);

/* The same, cleared. */
void *ent_arena_zalloc(ent_arena *arena, size_t size);

/* A nul-terminated copy of `size` bytes; NULL if there is no memory. */
char *ent_arena_copy(ent_arena *arena, const char *data, size_t size);

/* A copy of a string; NULL if there is no memory. */
char *ent_arena_strdup(ent_arena *arena, const char *text);

/* What printf would write; NULL if there is no memory. */
char *ent_arena_printf(ent_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Forgets every piece but keeps one block for the next ones. */
void ent_arena_reset(ent_arena *arena);

/* Frees everything; the arena is empty and usable again. */
void ent_arena_done(ent_arena *arena);

#endif
