#ifndef ENT_VTAB_PREFETCH_H
#define ENT_VTAB_PREFETCH_H

#include "vtab/entity.h"
#include "vtab/terms.h"

/* Joins, some keys at a time.
 *
 *     SELECT u.name FROM house h JOIN user u ON u.id = h.user_id
 *
 * SQLite asks for one user after the other.  When a scan is asked for a key that
 * another scan shows, the keys that will follow are got with it (ahead.h), and
 * the next ones find their rows here, in no request: a join of many rows costs
 * few.  What is expected wrongly costs a request, and never a wrong row: rows are
 * found by the key that SQLite asks for.
 *
 * What was read ahead is the state of a moment within the same statement.  It is
 * used by this statement alone, and no more when the session has written
 * anything, or its transaction or read view has begun or ended (`n_changes` of
 * the session).  It belongs to the scan that has read it; of a scan that is
 * closed and opened again while its statement goes on, as those of correlated
 * subqueries are, the next one takes it over. */
typedef struct ent_prefetch ent_prefetch;

/* What a scan shows of it. */
typedef struct ent_prefetched {
  const ent_row *const *rows; /* valid until the scan asks again */
  size_t n;                   /* those of its key */
  size_t n_ahead;  /* and with them so many that it will probably show next */
  bool is_shelved; /* they stand on the session's shelf */
} ent_prefetched;

/* Answers `key = value` for a scan that is open beside others.
 *
 *   own   the scan's, NULL before the first time
 *   plan  of rows by one key
 *
 * False in `is_known` where the scan has to ask by itself.  No round trip for
 * what was read ahead, else one get of up to 1000 keys.  Errors of a get. */
ENT_CHECKED ent_status ent_prefetch_key(ent_prefetch **own, ent_table *table,
                                        const ent_plan *plan,
                                        const ent_key *key,
                                        ent_prefetched *found, bool *is_known,
                                        ent_error *err);

/* The same for a search: where only one value of `integer column = value`
 * differs from the last time, and another scan shows it.  One search for some
 * of them, a page that is not gone on with.  Errors of a search. */
ENT_CHECKED ent_status ent_prefetch_search(ent_prefetch **own, ent_table *table,
                                           const ent_plan *plan,
                                           const ent_terms *terms,
                                           ent_prefetched *found,
                                           bool *is_known, ent_error *err);

/* To be called when the scan is closed and is not among the open ones any
 * more. */
void ent_prefetch_leave(ent_prefetch **own, ent_session *session);

#endif
