#ifndef ENT_CACHE_LAYERED_H
#define ENT_CACHE_LAYERED_H

#include "backends/source.h"
#include "cache/shared.h"
#include "cache/shared_origin.h"

/* The caches in front of a MySQL source, as a source.
 *
 * Reading: rows by key of an entity that is cached are looked for in the shared
 * tier, and what is not there is read from MySQL and told to it.  A transaction
 * that has written reads MySQL, and so does what is read under lock or in one
 * state; neither fills a cache.
 *
 * Writing: what is written is noted, by key where that is known and all that a
 * write changes is the row of that key, else as its whole table; rows that
 * foreign keys reach likewise.  Before COMMIT it is blocked in every Redis of
 * the pool, and behind it unblocked. */

/* What the caches of one configuration do; the same for all its pools. */
typedef struct ent_layered_options {
  ent_shared_times times;
  bool writes_without_redis; /* redis_down: proceed */
} ent_layered_options;

/* Opens it in front of `next`, which it closes in the end.
 *
 *   server    whose local caches those without a Redis are (tracking.h)
 *   database  the name that its tables' hashes are of
 *
 * NOMEM: `next` is the caller's then. */
ENT_CHECKED ent_status ent_layered_open(ent_source *next, const char *server,
                                        const char *database,
                                        const ent_layered_options *options,
                                        ent_source **source, ent_error *err);

/* From now on what is written is blocked in this Redis, too; a use of it is
 * kept.  What was written before in the same transaction is told it as well.
 * Twice is once.  NOMEM. */
ENT_CHECKED ent_status ent_layered_add(ent_source *source, ent_shared *shared,
                                       ent_error *err);

/* Asks every Redis of the pool whose rows of its database it has, and notes that
 * they are this server's where none is noted: for a day from the last time
 * (shared_origin.h).
 *
 *   other  the name of another server that is noted, in `arena`; NULL where
 *          there is none, as far as is known
 *
 * NOMEM, INTERRUPTED. */
ENT_CHECKED ent_status ent_layered_origin(ent_source *source,
                                          const ent_shared_origin *origin,
                                          const ent_deadline *deadline,
                                          ent_arena *arena, const char **other,
                                          ent_error *err);

/* Whether its pool has a Redis that is told of writes. */
bool ent_layered_has_redis(const ent_source *source);

/* Whether the source is one of this kind. */
bool ent_layered_is(const ent_source *source);

/* Notes that a table was changed by other ways than those of the seam, or is
 * about to be; in the session's transaction.  NOMEM. */
ENT_CHECKED ent_status ent_layered_touch_table(ent_source *source,
                                               const char *database,
                                               const char *table,
                                               const ent_deadline *deadline,
                                               ent_error *err);

/* The same of all tables whose names stand in a statement of the user's. */
ENT_CHECKED ent_status ent_layered_touch_sql(ent_source *source,
                                             const char *sql, size_t size,
                                             const ent_deadline *deadline,
                                             ent_error *err);

/* The same of one row. */
ENT_CHECKED ent_status ent_layered_touch_row(ent_source *source,
                                             const char *table,
                                             const ent_key *key,
                                             ent_error *err);

/* What a list is asked for by. */
typedef struct ent_list_ask {
  const ent_entity *entity;
  ent_cached *cached; /* its table's */
  const ent_list_query *query;
  const ent_key *arguments;
} ent_list_ask;

/* A list that was asked for. */
typedef struct ent_list_read {
  bool may;           /* caches may answer now, and keep */
  const ent_row *row; /* the list, a row of one column; NULL: it is not known */
  bool is_mine;       /* this reader is to find it, and to tell */
  ent_shared_read shared;
  const struct ent_local_entry *entry;
  uint64_t mix; /* where this process alone is to keep it: what its generations
                   came to before it was found */
} ent_list_read;

/* Asks the caches for a list: those of this process, then Redis, in one round
 * trip where it has it, else two or three; where it keeps none one, by which
 * nobody is changing what the list depends on.  Where it has not, it is to be
 * found by a statement that begins afterwards; then ent_layered_list_fill(), and
 * ent_layered_list_end() in any case; all that `ask` points at lives until
 * then.  NOMEM, INTERRUPTED, and errors of `reach`. */
ENT_CHECKED ent_status ent_layered_list(ent_source *source,
                                        const ent_list_ask *ask,
                                        const ent_deadline *deadline,
                                        ent_list_read *read, ent_error *err);

/* Tells it, where this reader was to: one round trip, or none where this process
 * alone keeps it. */
void ent_layered_list_fill(ent_source *source, const ent_list_ask *ask,
                           ent_list_read *read, const ent_row *row,
                           const ent_deadline *deadline);
void ent_layered_list_end(ent_list_read *read);

/* Outside a transaction, around a change that commits by itself: blocks what
 * was noted, and unblocks it.  Where nothing is to be blocked no round trip.
 * Errors of ent_shared_block(); what was noted is forgotten then. */
ENT_CHECKED ent_status ent_layered_block(ent_source *source,
                                         const ent_deadline *deadline,
                                         ent_error *err);
void ent_layered_unblock(ent_source *source);

/* Inside one, around what may end it on the server, such as a procedure with a
 * COMMIT: blocks what was noted so far, and unblocks it, since from then on
 * nobody knows when it was committed.  It stays noted.  Errors of
 * ent_shared_block().
 *
 *   is_unknown  it may yet be committed: what was blocked stays so, when the
 *               transaction has ended, too */
ENT_CHECKED ent_status ent_layered_call(ent_source *source,
                                        const ent_deadline *deadline,
                                        ent_error *err);
void ent_layered_called(ent_source *source, bool is_unknown);

/* Has what is blocked stay so for the whole time from now on, while a COMMIT is
 * waited for.  Half a second at most; a Redis that does not answer is passed
 * over. */
void ent_layered_block_again(ent_source *source);

/* Instead of unblocking, where the change may yet be made: what was blocked is
 * blocked again, for as long as a COMMIT may take, and left so.  Half a second
 * at most; a Redis that does not answer has it for the time that it was told
 * first. */
void ent_layered_leave(ent_source *source);

#endif
