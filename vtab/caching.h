#ifndef ENT_VTAB_CACHING_H
#define ENT_VTAB_CACHING_H

#include "vtab/entity.h"

/* How SQLite's side uses the caches (cache/layered.h): which source of a pool
 * they stand in front of, how a table is known to them, and what they are told
 * of changes that go other ways than xUpdate. */

/* Puts the caches in front of the sources of a configuration whose pools or
 * entities have a Redis.  CONFIG, NOMEM. */
ENT_CHECKED ent_status ent_caching_start(ent_session *session,
                                         ent_opened *opened, ent_error *err);

/* How a table's rows are kept; to be called when the table has met its entity.
 * CONFIG where what it names has no Redis, NOMEM. */
ENT_CHECKED ent_status ent_caching_table(ent_table *table, ent_error *err);

/* The caches that rows by key come from, as plans say it; NULL: none. */
const char *ent_caching_tiers(const ent_table *table);

/* Whether lists of cached queries are kept with its rows. */
bool ent_caching_keeps_lists(const ent_cached *cached);

/* Gives up what ent_caching_table() took. */
void ent_caching_done(ent_table *table);

/* What a get of the table says of its caches; NULL: nothing, or not now. */
ent_cached *ent_caching_now(ent_table *table);

/* Around a change of a pool's tables that is not part of the session's
 * transaction: of one table, or with `sql` of those that it names.  Where
 * begin() succeeds end() is to follow.  Errors of ent_layered_block().
 *
 *   is_unknown  the change may yet be made: what was blocked stays so until a
 *               COMMIT would have ended (commit_max_s) */
ENT_CHECKED ent_status ent_caching_begin(ent_session *session,
                                         ent_session_pool *pool,
                                         const char *table, const char *sql,
                                         size_t size, ent_error *err);
void ent_caching_end(ent_session_pool *pool, bool is_unknown);

/* The same of all entities that are declared in a pool's database. */
ENT_CHECKED ent_status ent_caching_begin_all(ent_session *session,
                                             ent_session_pool *pool,
                                             const ent_declared *declared,
                                             ent_error *err);

/* While a COMMIT of several pools is waited for: what their caches have blocked is
 * blocked again in time.
 *
 *   deadline  of the COMMIT; lives as long as the watch
 *
 * Returns what is to be given to the COMMIT instead of it. */
typedef struct ent_caching_watch {
  const ent_session_pool *pools; /* by their `joined` */
  const ent_deadline *deadline;
  int64_t
      third_ms; /* of the time that they stay blocked; 0: there is nothing */
  int64_t next_ms;
} ent_caching_watch;

ent_deadline ent_caching_watch_commit(ent_caching_watch *watch,
                                      const ent_session_pool *pools,
                                      const ent_deadline *deadline);

/* Behind it: what stays prepared, or is not known, stays blocked until its time
 * is up. */
void ent_caching_leave(ent_session_pool *pools);

/* Before a statement of the user's that is part of it. */
ENT_CHECKED ent_status ent_caching_note(ent_session *session,
                                        ent_session_pool *pool, const char *sql,
                                        size_t size, ent_error *err);

/* Around one that may end the transaction on the server: what it has changed so
 * far is blocked meanwhile.  Where it succeeds ent_caching_called() is to follow.
 * Errors of ent_layered_call().
 *
 *   is_unknown  the statement may yet be carried out */
ENT_CHECKED ent_status ent_caching_call(ent_session *session,
                                        ent_session_pool *pool, ent_error *err);
void ent_caching_called(ent_session_pool *pool, bool is_unknown);

/* entity_forget('user'), entity_forget('user', key, …): what is cached of an
 * entity, or of rows of it, is forgotten everywhere.  How many keys, or 1. */
void ent_forget_function(sqlite3_context *context, int argc,
                         sqlite3_value **argv);

#endif
