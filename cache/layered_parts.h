#ifndef ENT_CACHE_LAYERED_PARTS_H
#define ENT_CACHE_LAYERED_PARTS_H

#include "cache/layered.h"
#include "cache/local.h"

/* What the source that is the caches is made of; for layered*.c only. */
enum { ENT_LAYERED_REDIS = 8 }; /* a pool's own, and those of its entities */

typedef struct ent_layered {
  ent_source base; /* must be first */
  ent_source *next;
  ent_participant participant;
  ent_write_listener listener;
  ent_layered_options options;
  char *database;
  ent_shared *shared[ENT_LAYERED_REDIS]; /* n_shared */
  size_t n_shared;
  ent_touched touched; /* by the transaction, or what is about to be blocked */
  unsigned char id[ENT_SHARED_ID]; /* of the transaction, once it blocks */
  ent_shared_blocked *blocked[ENT_LAYERED_REDIS]; /* in each of `shared`, which
                                                     may be told of it; or NULL */
  ent_status noted; /* whether a key could not be noted */
  ent_arena arena;  /* of one reading of Redis and MySQL */
  ent_arena near;   /* of one get */
  char *server;     /* whose local caches those without a Redis are */
} ent_layered;

static inline ent_layered *ent_layered_of(ent_source *base) {
  return (ent_layered *)base;
}

/* ent_source_ops.get (layered_get.c). */
ENT_CHECKED ent_status ent_layered_get(ent_source *base, const ent_get *get,
                                       const ent_deadline *deadline,
                                       ent_buf *buf, size_t *rows,
                                       ent_error *err);

/* ent_source_ops.peek (layered_near.c). */
bool ent_layered_peek(ent_source *base, const ent_get *get, ent_buf *buf,
                      size_t *rows);

/* Whether all of a row is asked for as it is kept. */
static inline bool ent_layered_is_whole(const ent_get *get) {
  return get->cached && (get->cached->shared || get->cached->space) &&
         get->projection->n_columns == get->cached->n_columns && !get->locks;
}

/* Whether caches may answer for a table now, and keep what is read: not in a
 * transaction that has written, nor where the server itself writes to it
 * (layered_get.c).  Errors of `reach`. */
ENT_CHECKED ent_status ent_layered_may_use(ent_layered *l,
                                           const ent_entity *entity,
                                           ent_cached *cached,
                                           const ent_deadline *deadline,
                                           bool *may, ent_error *err);

/* The same of what this process may have (layered_near.c), and of what it has
 * not (layered_get.c). */
ENT_CHECKED ent_status ent_layered_get_near(ent_layered *l, const ent_get *get,
                                            const ent_deadline *deadline,
                                            ent_buf *buf, size_t *rows,
                                            ent_error *err);
ENT_CHECKED ent_status ent_layered_get_far(ent_layered *l, const ent_get *get,
                                           const ent_deadline *deadline,
                                           ent_buf *buf, size_t *rows,
                                           ent_error *err);

/* Before rows are asked for that may be kept here: one mark for each key, or
 * NULL where none is to be kept; and behind it (layered_near.c).
 *
 *   read  what Redis has said of them; NULL: there is none
 *
 * NOMEM. */
ENT_CHECKED ent_status ent_layered_note(ent_layered *l, const ent_get *get,
                                        const ent_local_mark **marks,
                                        ent_error *err);
void ent_layered_keep(const ent_get *get, const ent_shared_read *read,
                      const ent_buf *buf, const size_t *rows,
                      const ent_local_mark *marks);

/* Notes all that a write may change, before it is made (layered_touch.c).
 * NOMEM, and errors of `reach` and `has_second_unique`. */
ENT_CHECKED ent_status ent_layered_touch(ent_layered *l, const ent_write *write,
                                         const ent_deadline *deadline,
                                         ent_error *err);

/* What the source behind is to call for rows that are written without being
 * named (layered_touch.c). */
ent_write_listener ent_layered_listener(ent_layered *l);

#endif
