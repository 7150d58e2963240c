#ifndef ENT_BACKENDS_SPOOL_H
#define ENT_BACKENDS_SPOOL_H

#include "backends/base/buf.h"
#include "backends/source.h"

/* Rows that were read before they are wanted, in their order: in memory up to
 * 16 MiB, behind that in a temporary file that nobody else sees.  Filled first,
 * read once. */
typedef struct ent_spool ent_spool;

/* An empty one.  NOMEM. */
ENT_CHECKED ent_status ent_spool_open(ent_spool **spool, ent_error *err);
void ent_spool_close(ent_spool *spool); /* NULL is allowed */

/* Where the next row is to be appended; ent_spool_added() takes it over. */
ent_buf *ent_spool_end(ent_spool *spool);

/* Notes that a row stands at the end.  UNAVAILABLE where the temporary file
 * cannot be written; NOMEM. */
ENT_CHECKED ent_status ent_spool_added(ent_spool *spool, ent_error *err);

/* The next rows, valid until the next call; ENT_DONE behind the last. */
ENT_CHECKED ent_status ent_spool_next(ent_spool *spool,
                                      const ent_row *const **rows, size_t *n,
                                      ent_error *err);

/* Reads the rest of a search at once.
 *
 *   pages     become pages that need no server, of `rows` and of all that
 *             follow; unchanged on failure, and a failed search then
 *   rows, n   what is unread of the search's present page */
ENT_CHECKED ent_status ent_spool_rest(ent_pages **pages,
                                      const ent_row *const *rows, size_t n,
                                      const ent_deadline *deadline,
                                      ent_error *err);

#endif
