#ifndef ENT_BACKENDS_SHELF_H
#define ENT_BACKENDS_SHELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows that are shown where they are kept, without a copy: whoever keeps them
 * counts who uses them, and the shelf is one use of each until it is
 * emptied. */
typedef void ent_shelf_release(const void *item);

typedef struct ent_shelved {
  const void *item;
  ent_shelf_release *release;
} ent_shelved;

/* A zeroed one is empty. */
typedef struct ent_shelf {
  ent_shelved *items; /* n */
  size_t n;
  size_t capacity;
  uint64_t bytes; /* of all items */
  uint64_t last;  /* of the last one */
} ent_shelf;

enum { ENT_SHELF_MAX = 32 << 20 }; /* bytes */

/* Takes over a use of an item, `size` bytes.  False where it has no room for
 * it, or no memory: the use is the caller's still. */
bool ent_shelf_put(ent_shelf *shelf, const void *item, uint32_t size,
                   ent_shelf_release *release);

/* Gives up all uses; some memory stays for the next ones. */
void ent_shelf_empty(ent_shelf *shelf);

/* Gives up all uses but that of the item that was put last. */
void ent_shelf_keep_last(ent_shelf *shelf);
void ent_shelf_done(ent_shelf *shelf);

#endif
