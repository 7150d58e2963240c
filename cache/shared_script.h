#ifndef ENT_CACHE_SHARED_SCRIPT_H
#define ENT_CACHE_SHARED_SCRIPT_H

#include "backends/redis/script.h"

/* The steps of the protocol that are one in the server (shared.h); for
 * shared*.c only.  Each goes over many keys, and does with each what it would
 * do with it alone. */

/* The stamp of a table: the one there is, or a new one.
 * KEYS: its key.  ARGV: 8 bytes.  Gives the value.            model: S_MAKE */
extern ent_redis_script ent_shared_stamp_script;

/* The right to fetch rows.
 * KEYS: of the rows.  ARGV: token, head, milliseconds.  Gives for each: the
 * value there is, where it counts; 'L' or 'T', where somebody else is at it; ''
 * for yours.                                                model: R_LEASE */
extern ent_redis_script ent_shared_lease_script;

/* What was fetched.
 * KEYS: of the rows.  ARGV: token; milliseconds and value of each, '' for a
 * lease that is given back.  Gives for each whether it was stored.
 *                                                           model: R_FILL */
extern ent_redis_script ent_shared_fill_script;

/* Rows and stamps about to change.
 * KEYS: theirs.  ARGV: id, milliseconds.                     model: W_BLOCK */
extern ent_redis_script ent_shared_block_script;

/* That they have, or will not: what else stands there goes, too, unless it is
 * other writers'.
 * Who listens hears of it also where nothing was there any more: a reader may
 * have kept the old row when what blocked it was lost.
 * KEYS: theirs.  ARGV: id.                                  model: W_UNBLOCK */
extern ent_redis_script ent_shared_unblock_script;

#endif
