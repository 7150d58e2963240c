#ifndef ENT_CACHE_LAYERED_XA_H
#define ENT_CACHE_LAYERED_XA_H

#include "backends/copies.h"
#include "cache/layered.h"

/* What a transaction over several pools wants of the caches of each of them:
 * more than one source's COMMIT is waited for then, and each may be left to
 * somebody else. */

/* The caches as those copies that the record of a branch tells of; for as long
 * as the source lives. */
ent_copies ent_layered_copies(ent_source *source);

/* How long what is blocked stays so, in milliseconds, if nobody blocks it
 * again. */
int64_t ent_layered_commit_ms(const ent_source *source);

#endif
